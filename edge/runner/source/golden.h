// Golden vectors: real texts as token ids, and what the fp32 checkpoint computes for them (edge/golden.py).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bundle.h"

namespace squeezebert_edge {

// Where one output of one example lies in golden/<length>.f32, in values.
struct Place {
  size_t offset;
  std::vector<int> shape;
  // Product of `shape`.
  size_t size;
};

struct Example {
  // Without padding.
  std::vector<int> input_ids;
  std::vector<int> token_type_ids;
  // Rows of the outputs that mean anything; all of the output where there are none.
  std::optional<std::vector<int>> positions;
  // By name, and so sorted.
  std::map<std::string, Place> outputs;
};

struct Golden {
  int sequence_length;
  int pad_id;
  std::vector<Example> examples;
  // The reference outputs.
  std::filesystem::path data;
};

// Reads the examples of one length, without the reference outputs. Throws InputError if they are missing or damaged.
Golden read_golden(const std::filesystem::path& bundle, int sequence_length);

// Reads the reference outputs, flat. Throws InputError if they are missing or too few.
std::vector<float> read_reference(const Golden& golden);

// The inputs by the order of `specs`, padded at the end to the length (edge/model_inputs.py). Throws InputError if a
// name is none of input_ids, attention_mask, token_type_ids.
std::vector<std::vector<int32_t>> pad_inputs(const Example& example, const Golden& golden,
                                             const std::vector<TensorSpec>& specs);

// Copies what counts of an example's output, the rows at its positions, to its place in `found`.
//
// `output` has the shape of `spec`. Throws InputError if what counts has another shape than the reference.
void keep_output(const Example& example, const TensorSpec& spec, const std::vector<float>& output,
                 std::vector<float>& found);

}  // namespace squeezebert_edge
