package org.squeezebert.edge.screen

import org.squeezebert.edge.text.inference.ModelResult
import org.squeezebert.edge.text.prediction.Task

/** How many of an embedding's numbers the screen shows. */
private const val SHOWN_NUMBERS = 4

/**
 * What the screen shows of a model's results.
 *
 * @param examples the texts of each result
 * @param results one, or two embeddings to compare
 * @param labels the model's
 */
internal fun shownAnswer(
    task: Task,
    examples: List<List<String>>,
    results: List<ModelResult>,
    labels: List<String>,
): ShownAnswer {
    val truncated = results.any { result -> result.runs.any { it.encoding.truncated } }
    return when (val result = results.first()) {
        is ModelResult.Predictions ->
            ShownAnswer.Predicted(
                task = task,
                // Places in the answer to a question count in the context.
                text = if (task == Task.QUESTION_ANSWERING) examples.first()[1] else examples.first()[0],
                predictions = result.predictions,
                areProbabilities = !(task == Task.TEXT_CLASSIFICATION && labels.size == 1),
                truncated = truncated,
            )

        is ModelResult.Embedding -> {
            val vectors = results.filterIsInstance<ModelResult.Embedding>().map { textEmbedding(it.values, it.shape) }
            ShownAnswer.Embedded(
                size = vectors.first().size,
                tokens = result.shape.first().takeIf { result.shape.size > 1 },
                beginning = vectors.first().take(SHOWN_NUMBERS),
                similarity = vectors.getOrNull(1)?.let { similarity(vectors[0], it) },
                truncated = truncated,
            )
        }
    }
}
