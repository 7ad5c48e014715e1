// Runs a .pte on one thread between two markers for qemu's plugin (instruction_count.c).
//
// pte_program MODEL FOLDER INFERENCES: takes FOLDER/input-<i>.bin, writes FOLDER/output-<i>.bin, plain arrays in the
// order of the method `forward`, and FOLDER/maps.txt, where which library lies.
#include <executorch/extension/module/module.h>
#include <executorch/extension/tensor/tensor.h>
#include <executorch/extension/threadpool/threadpool_guard.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

using executorch::extension::Module;
using executorch::runtime::EValue;

namespace {

constexpr long kMarkerCall = 12021;  // MARKER_CALL of instruction_count.c

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

std::vector<char> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const char* data, size_t size) {
  std::ofstream file(path, std::ios::binary);
  file.write(data, static_cast<std::streamsize>(size));
  file.close();
  if (!file) fail(path + ": cannot be written");
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) fail("usage: pte_program MODEL FOLDER INFERENCES");
  const std::string model = words[1], folder = words[2];
  const int inferences = std::atoi(words[3]);
  executorch::extension::threadpool::NoThreadPoolGuard one_thread;

  Module module(model, Module::LoadMode::Mmap);
  const auto error = module.load_method("forward");
  if (error != executorch::runtime::Error::Ok)
    fail(model + ": ExecuTorch cannot load it (error " + std::to_string(static_cast<int>(error)) + ")");
  const auto meta = module.method_meta("forward");

  std::vector<std::vector<char>> buffers;
  std::vector<executorch::extension::TensorPtr> tensors;
  std::vector<EValue> inputs;
  buffers.reserve(meta->num_inputs());
  for (size_t i = 0; i < meta->num_inputs(); i++) {
    const auto info = meta->input_tensor_meta(i);
    if (!info.ok()) fail(model + ": input " + std::to_string(i) + " is no tensor");
    buffers.push_back(read_file(folder + "/input-" + std::to_string(i) + ".bin"));
    if (buffers.back().size() != info->nbytes()) fail("input " + std::to_string(i) + " has another size");
    const std::vector<executorch::aten::SizesType> sizes(info->sizes().begin(), info->sizes().end());
    tensors.push_back(executorch::extension::from_blob(buffers.back().data(), sizes, info->scalar_type()));
    inputs.emplace_back(tensors.back());
  }

  const auto infer = [&] {
    auto result = module.forward(inputs);
    if (!result.ok()) fail(model + ": the inference failed");
    return std::move(result.get());
  };
  std::vector<EValue> outputs = infer();  // packs weights, fills caches
  syscall(kMarkerCall);
  for (int i = 0; i < inferences; i++) outputs = infer();
  syscall(kMarkerCall);

  for (size_t i = 0; i < outputs.size(); i++) {
    const auto& tensor = outputs[i].toTensor();
    write_file(folder + "/output-" + std::to_string(i) + ".bin", tensor.const_data_ptr<char>(), tensor.nbytes());
  }
  const std::vector<char> maps = read_file("/proc/self/maps");
  write_file(folder + "/maps.txt", maps.data(), maps.size());
}
