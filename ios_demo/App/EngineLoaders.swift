import EdgeCoreML
import EdgeExecuTorch
import EdgeKit

/// All that loads artifacts in this app.
func engineLoaders() -> [any EngineLoader] {
    [CoreMLLoader(), ExecuTorchLoader()]
}
