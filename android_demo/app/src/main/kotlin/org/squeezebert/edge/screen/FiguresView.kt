package org.squeezebert.edge.screen

import android.app.Activity
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import org.squeezebert.edge.R

/** The part of the screen with times and memory. */
internal class FiguresView(private val activity: Activity) {
    private val part = activity.findViewById<View>(R.id.figures)
    private val rows = activity.findViewById<ViewGroup>(R.id.figure_rows)
    private var shown: Figures? = null

    /** Shows [figures], or nothing. */
    fun show(figures: Figures?) {
        part.visibility = if (figures == null) View.GONE else View.VISIBLE
        if (figures == shown) return
        shown = figures
        rows.removeAllViews()
        if (figures == null) return
        val latencies = figures.latencies
        addRow(activity.getString(R.string.latency_last), milliseconds(latencies.lastMs))
        addRow(activity.getString(R.string.latency_p50, latencies.runs), milliseconds(latencies.p50Ms))
        addRow(activity.getString(R.string.latency_p90), milliseconds(latencies.p90Ms))
        addRow(
            activity.getString(R.string.memory),
            activity.getString(R.string.megabytes, Numbers.megabytes(figures.memoryBytes)),
        )
    }

    private fun milliseconds(number: Double): String =
        activity.getString(R.string.milliseconds, Numbers.value(number, 2))

    private fun addRow(name: String, value: String) {
        val row = activity.layoutInflater.inflate(R.layout.figure, rows, false)
        row.findViewById<TextView>(R.id.figure_name).text = name
        row.findViewById<TextView>(R.id.figure_value).text = value
        speakAsOne(row, activity.getString(R.string.name_and_value, name, value))
        rows.addView(row)
    }
}
