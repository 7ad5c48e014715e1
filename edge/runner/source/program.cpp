#include "program.h"

#include <executorch/runtime/platform/platform.h>

#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include "error.h"
#include "thread_pool.h"

namespace squeezebert_edge {

using executorch::aten::ScalarType;
using executorch::extension::Module;
using executorch::runtime::Error;

namespace {

constexpr const char* kMethod = "forward";

// The last error that ExecuTorch logged; its kernels log from several threads.
struct Log {
  std::mutex mutex;
  std::string last;
};

Log& log() {
  static Log only;
  return only;
}

void keep_error(et_timestamp_t, et_pal_log_level_t level, const char*, const char*, size_t, const char* message,
                size_t length) {
  if (level != kError && level != kFatal) return;
  std::string text(message, length);
  // It may quote what a damaged file has in a name's place.
  for (char& each : text)
    if (each < ' ' || each > '~') each = '?';
  // After this the process ends.
  if (level == kFatal) std::fprintf(stderr, "%s\n", text.c_str());
  const std::lock_guard<std::mutex> lock(log().mutex);
  log().last = text;
}

// What ExecuTorch said of it, or else the number of its error.
std::string reason(Error error) {
  const std::lock_guard<std::mutex> lock(log().mutex);
  const std::string number = "error " + std::to_string(static_cast<int>(error));
  return log().last.empty() ? number : log().last + ", " + number;
}

ScalarType input_type(const TensorSpec& spec) { return spec.dtype == kInt64 ? ScalarType::Long : ScalarType::Int; }

}  // namespace

void start_runtime(int threads) {
  executorch::runtime::register_pal(executorch::runtime::PalImpl::create(keep_error, __FILE__));
  auto* pool = executorch::extension::threadpool::get_threadpool();
  if (pool == nullptr) throw InputError("ExecuTorch cannot tell this device's processors: /sys or /proc is missing");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Deprecated in favour of a guard that no release has.
  pool->_unsafe_reset_threadpool(static_cast<uint32_t>(threads));
#pragma GCC diagnostic pop
  if (pool->get_thread_count() != static_cast<size_t>(threads))
    throw InputError("ExecuTorch cannot start " + std::to_string(threads) + " threads; ask for fewer");
}

Program::Program(const Artifact& artifact) : artifact_(artifact) {
  module_ = std::make_unique<Module>(artifact.path.string(), Module::LoadMode::Mmap);
  // As strict as ExecuTorch's Python bindings: a damaged file is refused and not run.
  Error error = module_->load(executorch::runtime::Program::Verification::InternalConsistency);
  if (error == Error::Ok) error = module_->load_method(kMethod);
  if (error != Error::Ok)
    throw InputError(artifact.path.string() + ": ExecuTorch cannot load it (" + reason(error) + "); build it again");
  check_signature();
}

void Program::run(const std::vector<std::vector<int32_t>>& inputs) {
  tensors_.clear();
  values_.clear();
  wide_.resize(inputs.size());
  for (size_t index = 0; index < inputs.size(); index++) {
    const std::vector<int32_t>& row = inputs[index];
    const ScalarType type = input_type(artifact_.inputs[index]);
    // ExecuTorch takes what it only reads as writable, too.
    void* data = const_cast<int32_t*>(row.data());
    if (type == ScalarType::Long) {
      wide_[index].assign(row.begin(), row.end());
      data = wide_[index].data();
    }
    const auto length = static_cast<executorch::aten::SizesType>(row.size());
    tensors_.push_back(executorch::extension::from_blob(data, {1, length}, type));
    values_.emplace_back(tensors_.back());
  }
  auto result = module_->execute(kMethod, values_);
  if (!result.ok())
    throw ConversionError(artifact_.path.string() + ": the inference failed (" + reason(result.error()) + ")");
  outputs_ = std::move(result.get());
}

std::vector<float> Program::output(size_t index) const {
  const auto& tensor = outputs_[index].toTensor();
  const float* data = tensor.const_data_ptr<float>();
  return std::vector<float>(data, data + tensor.numel());
}

void Program::check_signature() {
  const auto meta = module_->method_meta(kMethod);
  const auto differs = [&](const std::string& what) {
    return InputError(artifact_.path.string() + ": its " + what + " are not those of the manifest; build it again");
  };
  const auto same = [](const auto& info, const TensorSpec& spec, ScalarType type) {
    return info.ok() && info->scalar_type() == type &&
           std::vector<int>(info->sizes().begin(), info->sizes().end()) == spec.shape;
  };
  if (!meta.ok() || meta->num_inputs() != artifact_.inputs.size()) throw differs("inputs");
  for (size_t index = 0; index < artifact_.inputs.size(); index++)
    if (!same(meta->input_tensor_meta(index), artifact_.inputs[index], input_type(artifact_.inputs[index])))
      throw differs("inputs");
  if (meta->num_outputs() != artifact_.outputs.size()) throw differs("outputs");
  for (size_t index = 0; index < artifact_.outputs.size(); index++)
    if (!same(meta->output_tensor_meta(index), artifact_.outputs[index], ScalarType::Float)) throw differs("outputs");
}

}  // namespace squeezebert_edge
