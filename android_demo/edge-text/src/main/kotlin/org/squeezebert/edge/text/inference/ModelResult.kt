package org.squeezebert.edge.text.inference

import org.squeezebert.edge.text.bundle.ArtifactInfo
import org.squeezebert.edge.text.prediction.Prediction
import org.squeezebert.edge.text.tokenizer.Encoding

/** What a model says of one example. */
public sealed class ModelResult {
    /** The inferences that it took, in order: one for each window of a context or each choice, else a single one. */
    public abstract val runs: List<ModelRun>

    /** Predictions, best first; of token-classification and fill-mask in the text's order. */
    public class Predictions internal constructor(
        public val predictions: List<Prediction>,
        override val runs: List<ModelRun>,
    ) : ModelResult()

    /**
     * An embedding.
     *
     * @property values row-major
     * @property shape (hidden size) for the text, or (tokens, hidden size)
     */
    public class Embedding internal constructor(
        public val values: FloatArray,
        public val shape: List<Int>,
        override val runs: List<ModelRun>,
    ) : ModelResult()
}

/**
 * One inference.
 *
 * @property artifact what ran, of one length
 * @property encoding the tokens that it ran on; their offsets highlight them in the text
 */
public class ModelRun internal constructor(public val artifact: ArtifactInfo, public val encoding: Encoding) {
    /** Length that the tokens were padded to. */
    public val sequenceLength: Int get() = artifact.sequenceLengths.last()
}
