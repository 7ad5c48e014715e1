// The bundle: what manifest.json says of one artifact.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace squeezebert_edge {

// The version of manifest.json that this program reads.
inline constexpr int kManifestVersion = 1;

inline constexpr const char* kInt64 = "int64";

// An input (int32 or int64) or output (float32); the batch axis of 1 comes first.
struct TensorSpec {
  std::string name;
  std::vector<int> shape;
  std::string dtype;
};

struct Artifact {
  std::string id;
  // The .pte, whole: it has the length that the manifest says.
  std::filesystem::path path;
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
};

// Finds an artifact that this program runs, of `sequence_length` tokens.
//
// Throws InputError if there is no bundle, it was written by another version, it has no such artifact, or the artifact
// is one for another program or a newer ExecuTorch.
Artifact find_artifact(const std::filesystem::path& bundle, const std::string& id, int sequence_length);

// The artifact and the length that are meant where the user left them out.
struct Choice {
  std::string artifact;
  int sequence_length;
};

// Completes a choice: an empty `id` stands for the only .pte, a length of 0 for the artifact's only one. Throws
// InputError if there are several, and what find_artifact throws of a bundle.
Choice choose(const std::filesystem::path& bundle, const std::string& id, int sequence_length);

}  // namespace squeezebert_edge
