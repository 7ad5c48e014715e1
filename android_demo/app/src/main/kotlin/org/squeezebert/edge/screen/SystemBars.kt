package org.squeezebert.edge.screen

import android.app.Activity
import android.content.res.Configuration
import android.os.Build
import android.view.View
import android.view.WindowInsets
import android.view.WindowInsetsController

/**
 * Keeps what [screen] shows clear of the bars, cut-outs and keyboard that lie above it: what is in it gets smaller, so
 * that a list in it scrolls to the field with the cursor.
 *
 * From Android 15 on every app draws beneath them. Before, Android itself leaves that room, and the insets that reach
 * [screen] are zero.
 */
internal fun keepClearOfBars(screen: View) {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) return
    screen.setOnApplyWindowInsetsListener { view, insets ->
        val covered =
            insets.getInsets(
                WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime(),
            )
        view.setPadding(covered.left, covered.top, covered.right, covered.bottom)
        insets
    }
}

/**
 * Has the navigation bar draw its buttons dark on the light screen, and light on the dark one.
 *
 * Before Android 15 that bar is black in every theme. The status bar is the theme's own matter.
 */
internal fun matchBarsToTheme(activity: Activity) {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.VANILLA_ICE_CREAM) return
    val night =
        activity.resources.configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK == Configuration.UI_MODE_NIGHT_YES
    val light = WindowInsetsController.APPEARANCE_LIGHT_NAVIGATION_BARS
    activity.window.insetsController?.setSystemBarsAppearance(if (night) 0 else light, light)
}
