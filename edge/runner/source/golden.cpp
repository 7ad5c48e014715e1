#include "golden.h"

#include <algorithm>

#include "error.h"
#include "fields.h"
#include "files.h"

namespace squeezebert_edge {

namespace {

constexpr const char* kRemedy = "build the bundle again";

size_t product(const std::vector<int>& shape) {
  size_t size = 1;
  for (const int extent : shape) size *= static_cast<size_t>(extent);
  return size;
}

std::filesystem::path golden_file(const std::filesystem::path& bundle, int sequence_length, const char* suffix) {
  return bundle / "golden" / (std::to_string(sequence_length) + suffix);
}

Example read_example(const Fields& row, int sequence_length) {
  Example example{row.integers("input_ids"), row.integers("token_type_ids"), std::nullopt, {}};
  const size_t limit = static_cast<size_t>(sequence_length);
  if (example.input_ids.size() > limit || example.token_type_ids.size() != example.input_ids.size())
    throw FieldError("a row's ids do not fit its length");
  if (row.has("positions")) {
    example.positions = row.integers("positions");
    for (const int position : *example.positions)
      if (position >= sequence_length) throw FieldError("a row's positions lie beyond its length");
  }
  const Fields places = row.object("outputs");
  for (const auto& [name, value] : places.value().items()) {
    const Fields fields(value, name);
    Place place{static_cast<size_t>(fields.integer("offset", 0)), fields.integers("shape"), 0};
    place.size = product(place.shape);
    example.outputs.emplace(name, std::move(place));
  }
  return example;
}

}  // namespace

Golden read_golden(const std::filesystem::path& bundle, int sequence_length) {
  const std::filesystem::path path = golden_file(bundle, sequence_length, ".json");
  const nlohmann::json document = read_json(path, kRemedy);
  try {
    const Fields head(document);
    Golden golden{head.integer("sequence_length", 1),
                  head.integer("pad_id", 0),
                  {},
                  golden_file(bundle, sequence_length, ".f32")};
    if (golden.sequence_length != sequence_length) throw FieldError("sequence_length is not that of the file's name");
    for (const Fields& row : head.objects("rows")) golden.examples.push_back(read_example(row, sequence_length));
    if (golden.examples.empty()) throw FieldError("rows has none");
    return golden;
  } catch (const FieldError& error) {
    throw InputError(path.string() + ": golden vectors are damaged (" + error.what() + "); " + kRemedy);
  }
}

std::vector<float> read_reference(const Golden& golden) {
  std::vector<float> values = read_floats(golden.data, kRemedy);
  for (const Example& example : golden.examples)
    for (const auto& [name, place] : example.outputs)
      if (place.size > values.size() || place.offset > values.size() - place.size)
        throw InputError(golden.data.string() + ": golden vectors are damaged or cut short; " + kRemedy);
  return values;
}

std::vector<std::vector<int32_t>> pad_inputs(const Example& example, const Golden& golden,
                                             const std::vector<TensorSpec>& specs) {
  const size_t length = static_cast<size_t>(golden.sequence_length);
  std::vector<std::vector<int32_t>> inputs;
  for (const TensorSpec& spec : specs) {
    std::vector<int32_t> row(length, spec.name == "input_ids" ? golden.pad_id : 0);
    if (spec.name == "input_ids") {
      std::copy(example.input_ids.begin(), example.input_ids.end(), row.begin());
    } else if (spec.name == "token_type_ids") {
      std::copy(example.token_type_ids.begin(), example.token_type_ids.end(), row.begin());
    } else if (spec.name == "attention_mask") {
      std::fill_n(row.begin(), example.input_ids.size(), 1);
    } else {
      throw InputError("the artifact's input '" + spec.name + "' is not known to this program; take a newer one");
    }
    inputs.push_back(std::move(row));
  }
  return inputs;
}

void keep_output(const Example& example, const TensorSpec& spec, const std::vector<float>& output,
                 std::vector<float>& found) {
  std::vector<int> shape(spec.shape.begin() + 1, spec.shape.end());
  if (example.positions && !shape.empty()) shape[0] = static_cast<int>(example.positions->size());
  const auto place = example.outputs.find(spec.name);
  if (place == example.outputs.end() || place->second.shape != shape || (example.positions && shape.empty()))
    throw InputError("the artifact's outputs have other shapes than the reference's; build the bundle again");
  float* target = found.data() + place->second.offset;
  if (!example.positions) {
    std::copy(output.begin(), output.end(), target);
    return;
  }
  const size_t row = output.size() / static_cast<size_t>(spec.shape[1]);
  for (const int position : *example.positions) {
    if (position >= spec.shape[1])
      throw InputError("a golden position lies beyond the artifact's outputs; build again");
    target = std::copy_n(output.begin() + static_cast<std::ptrdiff_t>(row) * position, row, target);
  }
}

}  // namespace squeezebert_edge
