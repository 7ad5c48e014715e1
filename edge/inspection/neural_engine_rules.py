"""What is published of the operations that Core ML does not run on the Neural Engine, as data.

Nothing here was measured by this project. Each rule names who says so; `edge.inspection.neural_engine_checks` holds the
check of the same name.
"""

from edge.inspection.document import NeuralEngineRule

NOTE = (
    "These are published rules, not a measurement: chips and systems differ, and some sources are years old. "
    "Only MLComputePlan on a Mac tells where Core ML runs an operation."
)

_ARTICLE = (
    "Deploying Transformers on the Apple Neural Engine, machinelearning.apple.com/research/neural-engine-transformers"
)
_AUTHORING = "github.com/apple/coreai-models, skills/skills/model-authoring/references/neural_engine_rules.md"
_TRANSFORMERS = "github.com/apple/ml-ane-transformers"
_COREMLTOOLS = "coremltools 9.0, converters/mil"
_ISSUES = "github.com/apple/coremltools/issues"
_UNSUPPORTED = "github.com/hollance/neural-engine, docs/unsupported-layers.md"

RULES = (
    NeuralEngineRule(
        name="rank-over-5",
        leaves=True,
        checks="reads or writes a tensor of more than 5 dimensions",
        sources=[f"{_AUTHORING} (Max tensor rank)", f"{_COREMLTOOLS}/mil/program.py (refuses to save one)"],
    ),
    NeuralEngineRule(
        name="dynamic-shape",
        leaves=True,
        checks="a size is not constant: only the default shape of a range runs on the Neural Engine",
        sources=["developer.apple.com/forums/thread/724930 (Apple's engineer)", f"{_AUTHORING} (Fully static shapes)"],
    ),
    NeuralEngineRule(
        name="float32",
        leaves=True,
        checks="computes in float32 or float64; a cast from or to float16 does not count",
        sources=[
            "apple.github.io/coremltools/docs-guides/source/typed-execution-example.html",
            f"{_AUTHORING} (Supported dtypes: fp16, int8, int16)",
            f"{_TRANSFORMERS}, README.md (4 of 606 operations on the CPU, all of the lookup, no cast of an output)",
        ],
    ),
    NeuralEngineRule(
        name="integer",
        leaves=True,
        checks="reads or writes integers other than int8 and int16; weights do not count",
        sources=[f"{_AUTHORING} (Supported dtypes: fp16, int8, int16)"],
    ),
    NeuralEngineRule(
        name="bool",
        leaves=True,
        checks="reads or writes booleans",
        sources=[f"{_AUTHORING} (Supported dtypes: fp16, int8, int16)"],
    ),
    NeuralEngineRule(
        name="gather",
        leaves=True,
        checks="looks elements up by index; sources disagree, a comment in coremltools' col2im says that it resides",
        sources=[
            f"{_TRANSFORMERS}, README.md (the embedding lookup runs on the CPU)",
            _UNSUPPORTED,
            f"{_ISSUES}/1103",
        ],
    ),
    NeuralEngineRule(
        name="scatter",
        leaves=True,
        checks="writes elements by index",
        sources=[f"{_COREMLTOOLS}/frontend/torch/ops.py (comments in index_put and col2im)"],
    ),
    NeuralEngineRule(
        name="recurrent",
        leaves=True,
        checks="is a recurrent layer",
        sources=[_UNSUPPORTED],
    ),
    NeuralEngineRule(
        name="enumerated-shapes",
        leaves=False,
        checks="a size is one of a list: each should run on the Neural Engine, with layer_norm none was seen to",
        sources=["developer.apple.com/forums/thread/724930 (Apple's engineer)", f"{_ISSUES}/1909"],
    ),
    NeuralEngineRule(
        name="rank-over-4",
        leaves=False,
        checks="reads or writes a tensor of 5 dimensions; the Neural Engine's own format has 4",
        sources=[f"{_ARTICLE} (Principle 1)"],
    ),
    NeuralEngineRule(
        name="layout",
        leaves=False,
        checks=(
            "multiplies along the last axis (linear, matmul) or tensors of other than 4 dimensions, instead of a 1x1 "
            "convolution or an einsum over the channels of (batch, channels, 1, sequence)"
        ),
        sources=[f"{_ARTICLE} (Principle 1)", f"{_AUTHORING} (Conv2d instead of Linear: may fall back to CPU)"],
    ),
    NeuralEngineRule(
        name="fused-attention",
        leaves=False,
        checks="is scaled_dot_product_attention over all heads; the Neural Engine has no fused form, split the heads",
        sources=[f"{_AUTHORING} (Per-head attention)"],
    ),
    NeuralEngineRule(
        name="softmax-axis",
        leaves=False,
        checks="softmax of a tensor of 4 or 5 dimensions along another axis than the channels",
        sources=[f"{_AUTHORING} (Softmax placement)"],
    ),
    NeuralEngineRule(
        name="last-axis-of-1",
        leaves=False,
        checks="writes a tensor whose last axis has one element, padded to 64 bytes: 32 times the memory in float16",
        sources=[f"{_ARTICLE} (Principle 1)", f"{_AUTHORING} (Tensor memory alignment)"],
    ),
    NeuralEngineRule(
        name="epsilon",
        leaves=False,
        checks="a constant below 1e-7 is to prevent a division by 0 or the logarithm of 0: too small for float16",
        sources=[
            f"{_TRANSFORMERS}, ane_transformers/huggingface/distilbert.py (EPS)",
            "github.com/hollance/neural-engine, docs/16-bit.md (very small numbers become 0)",
        ],
    ),
)
