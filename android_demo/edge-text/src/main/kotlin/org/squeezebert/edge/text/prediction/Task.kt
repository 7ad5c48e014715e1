package org.squeezebert.edge.text.prediction

import org.squeezebert.edge.text.InputException

/**
 * What an encoder can serve: the six tasks of squeezebert-edge.
 *
 * @property title the name that the Hugging Face Hub uses for the task
 * @property takes the texts of one example, in words
 * @property outputs names of an artifact's outputs; none where it has one of any name
 * @property labelled whether the manifest's labels name the last axis of the output
 */
public enum class Task(
    public val title: String,
    public val takes: String,
    private val texts: IntRange,
    internal val outputs: List<String> = listOf("logits"),
    internal val labelled: Boolean = false,
) {
    FEATURE_EXTRACTION("feature-extraction", "one text", 1..1, outputs = emptyList()),
    TEXT_CLASSIFICATION("text-classification", "one text or two", 1..2, labelled = true),
    TOKEN_CLASSIFICATION("token-classification", "one text", 1..1, labelled = true),
    QUESTION_ANSWERING("question-answering", "a question and a context", 2..2, listOf("start_logits", "end_logits")),
    FILL_MASK("fill-mask", "one text", 1..1),
    MULTIPLE_CHOICE("multiple-choice", "a text and at least two choices", 3..Int.MAX_VALUE),
    ;

    /** Whether an example may have a second text. */
    public val takesSecondText: Boolean get() = texts.last > 1

    /**
     * Checks the texts of one example.
     *
     * @throws InputException if one is empty, or there are too few or too many of them
     */
    public fun checkTexts(texts: List<String>) {
        if (texts.any(String::isBlank)) {
            throw InputException("an empty text has nothing to predict; give one with words in it")
        }
        if (texts.size !in this.texts) throw InputException("$title takes $takes, but ${texts.size} were given")
    }

    public companion object {
        /**
         * The task called [title].
         *
         * @throws InputException if there is none of that name
         */
        public fun of(title: String): Task = entries.find { it.title == title }
            ?: throw InputException("unknown task '$title': choose one of ${entries.joinToString { it.title }}")
    }
}
