#include "files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "error.h"

namespace squeezebert_edge {

namespace {

// Golden values and outputs are moved between files and memory as they are.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4, "needs little-endian float32");

[[noreturn]] void refuse_write(const std::filesystem::path& path, int number) {
  throw DeviceError(path.string() + ": cannot be written (" + std::strerror(number) + ")");
}

void write_bytes(const std::filesystem::path& path, const char* data, size_t size) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) refuse_write(path, errno);
  while (size > 0) {
    const ssize_t written = write(file, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int number = errno;
      close(file);
      unlink(path.c_str());
      refuse_write(path, number);
    }
    data += written;
    size -= static_cast<size_t>(written);
  }
  // Where room is given late, the last of it may be refused here.
  if (close(file) != 0) {
    const int number = errno;
    unlink(path.c_str());
    refuse_write(path, number);
  }
}

}  // namespace

std::string read_text(const std::filesystem::path& path, const std::string& remedy) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw InputError(path.string() + ": is missing; " + remedy);
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) throw InputError(path.string() + ": cannot be read");
  return text;
}

nlohmann::json read_json(const std::filesystem::path& path, const std::string& remedy) {
  const std::string text = read_text(path, remedy);
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw InputError(path.string() + ": damaged (no JSON from byte " + std::to_string(error.byte) + " on); " + remedy);
  }
}

std::vector<float> read_floats(const std::filesystem::path& path, const std::string& remedy) {
  const std::string bytes = read_text(path, remedy);
  if (bytes.size() % sizeof(float) != 0) throw InputError(path.string() + ": damaged or cut short; " + remedy);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

void write_whole(const std::filesystem::path& path, const void* data, size_t size) {
  std::filesystem::path draft = path;
  draft += ".part";
  write_bytes(draft, static_cast<const char*>(data), size);
  if (rename(draft.c_str(), path.c_str()) != 0) {
    const int number = errno;
    unlink(draft.c_str());
    refuse_write(path, number);
  }
}

}  // namespace squeezebert_edge
