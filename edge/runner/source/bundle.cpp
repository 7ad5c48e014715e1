#include "bundle.h"

#include <algorithm>
#include <system_error>

#include "error.h"
#include "fields.h"
#include "files.h"
#include "version.h"

namespace squeezebert_edge {

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kRemedy = "build the bundle again";
constexpr const char* kFormat = "executorch";
// Older bundles name no backend; theirs was XNNPACK.
constexpr const char* kBackend = "xnnpack";
constexpr const char* kRuntime = "executorch";

nlohmann::json read_manifest(const std::filesystem::path& bundle) {
  const std::filesystem::path path = bundle / kManifest;
  std::error_code error;
  if (!std::filesystem::is_directory(bundle, error))
    throw InputError(bundle.string() + ": no such bundle; make one with 'squeezebert-edge build'");
  if (!std::filesystem::exists(path, error))
    throw InputError(bundle.string() + ": not a bundle, it has no " + kManifest);
  nlohmann::json document = read_json(path, kRemedy);
  const auto version = document.is_object() ? document.find("schema_version") : document.end();
  if (version == document.end() || *version != kManifestVersion)
    throw InputError(path.string() + ": schema version " + (version == document.end() ? "none" : version->dump()) +
                     ", this program reads " + std::to_string(kManifestVersion) + "; build it again");
  return document;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator = ", ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::vector<TensorSpec> read_tensors(const Fields& artifact, const char* name, const std::vector<std::string>& dtypes) {
  std::vector<TensorSpec> tensors;
  for (const Fields& fields : artifact.objects(name)) {
    TensorSpec tensor{fields.text("name"), fields.integers("shape"), fields.text("dtype")};
    if (std::find(dtypes.begin(), dtypes.end(), tensor.dtype) == dtypes.end())
      throw FieldError("the dtype of " + tensor.name + " is not " + joined(dtypes, " or "));
    if (tensor.shape.empty() || tensor.shape[0] != 1) throw FieldError("the batch of " + tensor.name + " is not 1");
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

std::string joined(const std::vector<int>& numbers) {
  std::vector<std::string> words;
  for (const int number : numbers) words.push_back(std::to_string(number));
  return joined(words);
}

bool runs_here(const Fields& artifact) {
  const std::string backend = artifact.has("backend") ? artifact.text("backend") : "";
  return artifact.text("format") == kFormat && (backend.empty() || backend == kBackend);
}

void check_format(const Fields& artifact) {
  if (runs_here(artifact)) return;
  const std::string kind = artifact.text("format") + " for " + artifact.text("backend");
  throw InputError(artifact.text("id") + " is " + kind + "; this program runs executorch for xnnpack only");
}

// Whole numbers of a version: "1.5.1" gives 1, 5, 1.
std::vector<int> version_numbers(const std::string& text) {
  std::vector<int> numbers{0};
  for (const char each : text) {
    if (each == '.') {
      numbers.push_back(0);
    } else if (each >= '0' && each <= '9' && numbers.back() < 1'000'000) {
      numbers.back() = numbers.back() * 10 + (each - '0');
    } else {
      throw FieldError("'" + text + "' in minimum_runtime is no version of numbers");
    }
  }
  while (!numbers.empty() && numbers.back() == 0) numbers.pop_back();
  return numbers;
}

void check_runtime(const Fields& artifact) {
  const Fields minimum = artifact.object("minimum_runtime");
  const std::string needed = minimum.has(kRuntime) ? minimum.text(kRuntime) : "";
  if (!needed.empty() && version_numbers(needed) <= version_numbers(kExecuTorchVersion)) return;
  throw InputError("executorch " + std::string(kExecuTorchVersion) + " does not compute " + artifact.text("id") +
                   " right, which needs at least " + (needed.empty() ? "nothing known" : "executorch " + needed) +
                   "; build this program with that version");
}

std::filesystem::path find_file(const std::filesystem::path& bundle, const Fields& artifact) {
  const std::filesystem::path file = artifact.text("file");
  if (file.is_absolute() || std::find(file.begin(), file.end(), "..") != file.end())
    throw InputError((bundle / kManifest).string() + ": " + file.string() + " points outside of the bundle");
  const std::filesystem::path path = bundle / file;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw InputError(path.string() + ": is missing; copy the whole bundle, or build it again");
  // ExecuTorch maps the file into memory: reading beyond its end would be the end of this process.
  if (size != static_cast<uintmax_t>(artifact.bytes("bytes")))
    throw InputError(path.string() + ": has " + std::to_string(size) + " bytes, the manifest says " +
                     std::to_string(artifact.bytes("bytes")) + "; copy it again, or build the bundle again");
  return path;
}

Fields find_entry(const std::filesystem::path& bundle, const std::vector<Fields>& artifacts, const std::string& id) {
  std::vector<std::string> known;
  for (const Fields& artifact : artifacts) {
    if (artifact.text("id") == id) return artifact;
    known.push_back(artifact.text("id"));
  }
  throw InputError("no artifact '" + id + "' in " + bundle.string() + ": it has " + joined(known));
}

// Runs `work` on the manifest's artifacts; what it finds wrong with a field is the manifest's damage.
template <typename Work>
auto with_artifacts(const std::filesystem::path& bundle, const Work& work) {
  const nlohmann::json document = read_manifest(bundle);
  try {
    return work(Fields(document).objects("artifacts"));
  } catch (const FieldError& error) {
    throw InputError((bundle / kManifest).string() + ": damaged: " + error.what() + "; " + kRemedy);
  }
}

}  // namespace

Artifact find_artifact(const std::filesystem::path& bundle, const std::string& id, int sequence_length) {
  return with_artifacts(bundle, [&](const std::vector<Fields>& artifacts) {
    const Fields entry = find_entry(bundle, artifacts, id);
    check_format(entry);
    check_runtime(entry);
    const std::vector<int> lengths = entry.integers("sequence_lengths");
    if (std::find(lengths.begin(), lengths.end(), sequence_length) == lengths.end())
      throw InputError(id + " has no " + std::to_string(sequence_length) + " tokens: it has " + joined(lengths));
    return Artifact{id, find_file(bundle, entry), read_tensors(entry, "inputs", {"int32", kInt64}),
                    read_tensors(entry, "outputs", {"float32"})};
  });
}

Choice choose(const std::filesystem::path& bundle, const std::string& id, int sequence_length) {
  return with_artifacts(bundle, [&](const std::vector<Fields>& artifacts) {
    std::vector<std::string> known;
    for (const Fields& artifact : artifacts)
      if (runs_here(artifact)) known.push_back(artifact.text("id"));
    if (id.empty() && known.empty()) throw InputError(bundle.string() + ": has no executorch artifact for xnnpack");
    if (id.empty() && known.size() > 1)
      throw InputError(bundle.string() + ": has several; name one with --artifact: " + joined(known));
    const Fields entry = find_entry(bundle, artifacts, id.empty() ? known[0] : id);
    const std::vector<int> lengths = entry.integers("sequence_lengths");
    if (sequence_length == 0 && lengths.size() != 1)
      throw InputError(entry.text("id") + ": name its length with --sequence-length: " + joined(lengths));
    return Choice{entry.text("id"), sequence_length == 0 ? lengths[0] : sequence_length};
  });
}

}  // namespace squeezebert_edge
