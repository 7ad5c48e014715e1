package org.squeezebert.edge.screen

import org.squeezebert.edge.text.prediction.Task

/** What stands in the second field of the screen. */
internal enum class SecondField {
    NONE,
    OPTIONAL_TEXT,
    TEXT_TO_COMPARE,
    CONTEXT,
    CHOICES,
}

/** What the second field is for where a model serves [task]. */
internal fun secondField(task: Task): SecondField = when (task) {
    Task.FEATURE_EXTRACTION -> SecondField.TEXT_TO_COMPARE
    Task.TEXT_CLASSIFICATION -> SecondField.OPTIONAL_TEXT
    Task.QUESTION_ANSWERING -> SecondField.CONTEXT
    Task.MULTIPLE_CHOICE -> SecondField.CHOICES
    Task.TOKEN_CLASSIFICATION, Task.FILL_MASK -> SecondField.NONE
}

/**
 * The examples that two fields of the screen hold, each with the texts that the model takes: one, or two where two
 * texts are compared by their embeddings.
 */
internal fun examples(task: Task, first: String, second: String): List<List<String>> = when (secondField(task)) {
    SecondField.NONE -> listOf(listOf(first))
    SecondField.OPTIONAL_TEXT -> listOf(listOf(first) + textIn(second))
    SecondField.TEXT_TO_COMPARE -> (listOf(first) + textIn(second)).map { listOf(it) }
    SecondField.CONTEXT -> listOf(listOf(first, second))
    SecondField.CHOICES -> listOf(listOf(first) + second.lines().filter { it.isNotBlank() }.map { it.trim() })
}

private fun textIn(field: String): List<String> = listOf(field).filter { it.isNotBlank() }

/** How many predictions the screen has room for; null for what the task gives by itself. */
internal fun wantedPredictions(task: Task): Int? = when (task) {
    Task.TEXT_CLASSIFICATION -> 5
    Task.QUESTION_ANSWERING -> 3
    else -> null
}
