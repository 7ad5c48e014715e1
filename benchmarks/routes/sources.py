"""Which code shapes what each route builds, beside the route's own module: it is built again when that changes."""

# Parts of the packages that no file depends on.
NOT_SHAPING = ("edge/cli", "edge/evaluation", "edge/profile", "edge/report", "edge/vocabulary")

_MODULE = "benchmarks.routes.huggingface_module"
_ONNX = "benchmarks.routes.onnx_export"
_PROJECT = ("edge", "converters", "quantize")

# By route: modules, and packages with all that is in them.
SOURCES: dict[str, tuple[str, ...]] = {
    "product": _PROJECT,
    "huggingface_litert": (_MODULE,),
    "huggingface_executorch": (_MODULE,),
    "huggingface_onnx": (_MODULE, _ONNX),
    "huggingface_eager": (_MODULE,),
    "other_model_onnx": (_MODULE, _ONNX),
    "products_tflite": (*_PROJECT, "benchmarks.product_chain"),
    "products_executorch": (*_PROJECT, "benchmarks.product_chain"),
}
