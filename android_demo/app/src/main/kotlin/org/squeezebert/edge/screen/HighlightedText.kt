package org.squeezebert.edge.screen

import android.text.SpannableString
import android.text.Spanned
import android.text.style.BackgroundColorSpan
import org.squeezebert.edge.text.prediction.Prediction

/** [text] with the places of [predictions] marked in a colour; null if none has a place. */
internal fun highlighted(text: String, predictions: List<Prediction>, color: Int): CharSequence? {
    val places = predictions.mapNotNull { it.placeIn(text) }.distinct()
    if (places.isEmpty()) return null
    val marked = SpannableString(text)
    for (place in places) {
        marked.setSpan(BackgroundColorSpan(color), place.first, place.last + 1, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
    }
    return marked
}

/** Where in [text] it stands; null if it stands for the whole text or for nothing. */
internal fun Prediction.placeIn(text: String): IntRange? {
    val first = start ?: return null
    val last = end ?: return null
    return if (first in 0 until last && last <= text.length) first until last else null
}
