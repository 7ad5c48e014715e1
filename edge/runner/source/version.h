// Names and versions of this program and of what computes.
#pragma once

namespace squeezebert_edge {

inline constexpr const char* kProgramVersion = SQUEEZEBERT_EDGE_VERSION;
inline constexpr const char* kExecuTorchVersion = SQUEEZEBERT_EDGE_EXECUTORCH_VERSION;

}  // namespace squeezebert_edge
