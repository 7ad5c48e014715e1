package org.squeezebert.edge.screen

import android.app.Activity
import android.view.View
import android.view.inputmethod.InputMethodManager
import android.widget.EditText
import android.widget.TextView
import org.squeezebert.edge.R
import org.squeezebert.edge.text.prediction.Task

/** The part of the screen where texts are written: one field, or two, as the task takes them. */
internal class InputView(private val activity: Activity) {
    private val part = activity.findViewById<View>(R.id.input)
    private val firstTitle = activity.findViewById<TextView>(R.id.first_title)
    private val firstText = activity.findViewById<EditText>(R.id.first_text)
    private val secondTitle = activity.findViewById<TextView>(R.id.second_title)
    private val secondText = activity.findViewById<EditText>(R.id.second_text)

    val first: String get() = firstText.text.toString()
    val second: String get() = secondText.text.toString()

    /** Shows the fields of [task]; none without one. */
    fun show(task: Task?) {
        part.visibility = if (task == null) View.GONE else View.VISIBLE
        if (task == null) return
        firstTitle.setText(firstTitleOf(task))
        val title = secondTitleOf(secondField(task))
        val visibility = if (title == null) View.GONE else View.VISIBLE
        secondTitle.visibility = visibility
        secondText.visibility = visibility
        if (title != null) secondTitle.setText(title)
    }

    /** Takes the keyboard away, which lies over the answer. */
    fun hideKeyboard() {
        val keyboard = activity.getSystemService(InputMethodManager::class.java)
        keyboard.hideSoftInputFromWindow(part.windowToken, 0)
    }

    private fun firstTitleOf(task: Task): Int = when (task) {
        Task.QUESTION_ANSWERING -> R.string.question
        Task.FILL_MASK -> R.string.text_masked
        else -> R.string.text
    }

    private fun secondTitleOf(field: SecondField): Int? = when (field) {
        SecondField.NONE -> null
        SecondField.OPTIONAL_TEXT -> R.string.second_text_optional
        SecondField.TEXT_TO_COMPARE -> R.string.second_text_similarity
        SecondField.CONTEXT -> R.string.context
        SecondField.CHOICES -> R.string.choices
    }
}
