// A .pte, loaded and run by ExecuTorch.
#pragma once

#include <executorch/extension/module/module.h>
#include <executorch/extension/tensor/tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "bundle.h"

namespace squeezebert_edge {

// Sends what ExecuTorch logs into the messages of errors, and has every inference use `threads` threads. Called once,
// before anything is loaded. Throws InputError if the system does not give them.
void start_runtime(int threads);

class Program {
 public:
  // Maps the file into memory and makes it ready to run. Throws InputError if ExecuTorch cannot load it, or its inputs
  // and outputs are others than the manifest says.
  explicit Program(const Artifact& artifact);

  // Runs it on one row for each input, by the manifest's order; a file of int64 inputs gets them as these. Throws
  // ConversionError if the inference fails.
  void run(const std::vector<std::vector<int32_t>>& inputs);

  // Copies an output of the last run, by its place in the manifest.
  std::vector<float> output(size_t index) const;

 private:
  void check_signature();

  const Artifact& artifact_;
  std::unique_ptr<executorch::extension::Module> module_;
  // Of each input that is int64.
  std::vector<std::vector<int64_t>> wide_;
  std::vector<executorch::extension::TensorPtr> tensors_;
  std::vector<executorch::runtime::EValue> values_;
  std::vector<executorch::runtime::EValue> outputs_;
};

}  // namespace squeezebert_edge
