package org.squeezebert.edge.screen

import android.os.Build
import android.view.View

/** Has a screen reader stop once at [row] and say [text], instead of each of its parts. */
internal fun speakAsOne(row: View, text: String) {
    row.contentDescription = text
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
        row.setScreenReaderFocusable(true)
    } else {
        // A stop of the keyboard too: before, Android did not tell the two apart.
        row.isFocusable = true
    }
}
