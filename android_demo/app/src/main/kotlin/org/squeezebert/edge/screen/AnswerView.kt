package org.squeezebert.edge.screen

import android.app.Activity
import android.text.Spanned
import android.view.View
import android.view.ViewGroup
import android.widget.ProgressBar
import android.widget.TextView
import org.squeezebert.edge.R
import org.squeezebert.edge.text.prediction.Prediction
import org.squeezebert.edge.text.prediction.Task

/** The part of the screen that shows what a model said. */
internal class AnswerView(private val activity: Activity) {
    private val part = activity.findViewById<View>(R.id.answer)
    private val summary = activity.findViewById<TextView>(R.id.answer_summary)
    private val text = activity.findViewById<TextView>(R.id.answer_text)
    private val note = activity.findViewById<TextView>(R.id.answer_note)
    private val rows = activity.findViewById<ViewGroup>(R.id.predictions)
    private var shown: ShownAnswer? = null

    /** Shows [answer], or nothing. What is shown already stays, so that a screen reader does not say it again. */
    fun show(answer: ShownAnswer?) {
        part.visibility = if (answer == null) View.GONE else View.VISIBLE
        if (answer === shown) return
        shown = answer
        rows.removeAllViews()
        when (answer) {
            is ShownAnswer.Predicted -> showPredictions(answer)
            is ShownAnswer.Embedded -> showEmbedding(answer)
            null -> return
        }
    }

    private fun showPredictions(answer: ShownAnswer.Predicted) {
        summary.text = summaryOf(answer)
        showOrHide(text, highlighted(answer.text, answer.predictions, activity.getColor(R.color.highlight)))
        showOrHide(note, if (answer.truncated) activity.getString(R.string.truncated) else null)
        for (prediction in answer.predictions) {
            val place = prediction.placeIn(answer.text)
            addRow(
                label = labelOf(answer, prediction),
                score = scoreOf(answer, prediction),
                // People count from 1.
                place = place?.let { activity.getString(R.string.characters, it.first + 1, it.last + 1) },
                share = if (answer.areProbabilities) prediction.score else null,
            )
        }
    }

    private fun showEmbedding(answer: ShownAnswer.Embedded) {
        val beginning = answer.beginning.joinToString("  ") { Numbers.value(it.toDouble(), 3) }
        val description =
            if (answer.tokens == null) {
                activity.getString(R.string.embedding, answer.size, beginning)
            } else {
                activity.getString(R.string.token_embeddings, answer.tokens, answer.size, beginning)
            }
        val similarity = answer.similarity?.let { Numbers.value(it, 3) }
        summary.text = similarity?.let { activity.getString(R.string.cosine_summary, it) } ?: description
        showOrHide(text, description.takeIf { similarity != null })
        showOrHide(note, if (answer.truncated) activity.getString(R.string.truncated) else null)
        if (similarity == null) return
        addRow(activity.getString(R.string.cosine), similarity, place = null, share = answer.similarity)
    }

    private fun summaryOf(answer: ShownAnswer.Predicted): String {
        val best = answer.predictions.firstOrNull() ?: return activity.getString(R.string.no_prediction)
        if (answer.task == Task.TOKEN_CLASSIFICATION) {
            val count = answer.predictions.size
            return activity.resources.getQuantityString(R.plurals.entities, count, count)
        }
        return activity.getString(R.string.name_and_value, best.label, scoreOf(answer, best))
    }

    /** An entity's label says nothing without its word. */
    private fun labelOf(answer: ShownAnswer.Predicted, prediction: Prediction): String {
        val place = prediction.placeIn(answer.text)
        if (answer.task != Task.TOKEN_CLASSIFICATION || place == null) return prediction.label
        return activity.getString(R.string.prediction_of_text, answer.text.substring(place), prediction.label)
    }

    private fun scoreOf(answer: ShownAnswer.Predicted, prediction: Prediction): String =
        if (answer.areProbabilities) Numbers.percent(prediction.score) else Numbers.value(prediction.score, 3)

    private fun addRow(label: String, score: String, place: String?, share: Double?) {
        val row = activity.layoutInflater.inflate(R.layout.prediction, rows, false)
        row.findViewById<TextView>(R.id.prediction_label).text = label
        row.findViewById<TextView>(R.id.prediction_score).text = score
        showOrHide(row.findViewById(R.id.prediction_place), place)
        val bar = row.findViewById<ProgressBar>(R.id.prediction_bar)
        bar.visibility = if (share == null) View.GONE else View.VISIBLE
        bar.progress = ((share ?: 0.0).coerceIn(0.0, 1.0) * bar.max).toInt()
        val spoken =
            if (place == null) {
                activity.getString(R.string.name_and_value, label, score)
            } else {
                activity.getString(R.string.prediction_spoken_place, label, score, place)
            }
        speakAsOne(row, spoken)
        rows.addView(row)
    }
}

/** Shows [text], or hides the view if there is none. */
internal fun showOrHide(view: TextView, text: CharSequence?) {
    view.visibility = if (text.isNullOrEmpty()) View.GONE else View.VISIBLE
    if (view.text?.toString() != text?.toString() || text is Spanned) view.text = text
}
