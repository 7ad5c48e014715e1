#include "device_state.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

#include "cores.h"

namespace squeezebert_edge {

namespace {

// Raspberry Pi's firmware, as `vcgencmd get_throttled` is documented: bits of what holds now. 0x1 under-voltage,
// 0x2 Arm frequency capped, 0x4 throttled, 0x8 soft temperature limit; from 0x10000 on, what held since the start.
constexpr const char* kGetThrottled = "sys/devices/platform/soc/soc:firmware/get_throttled";
constexpr long kThrottledNow = 0xF;

// The first word of a file as a number; nothing if there is none.
std::optional<long> read_number(const std::filesystem::path& path, int base = 10) {
  std::ifstream file(path);
  std::string word;
  if (!(file >> word)) return std::nullopt;
  char* end = nullptr;
  const long number = std::strtol(word.c_str(), &end, base);
  if (end == word.c_str() || *end != '\0') return std::nullopt;
  return number;
}

std::optional<double> hottest_zone(const std::filesystem::path& root) {
  std::optional<double> hottest;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root / "sys/class/thermal", error)) {
    if (entry.path().filename().string().rfind("thermal_zone", 0) != 0) continue;
    // In thousandths of a degree; a zone that is switched off cannot be read.
    if (const auto value = read_number(entry.path() / "temp")) {
      const double degrees = static_cast<double>(*value) / 1e3;
      hottest = hottest ? std::max(*hottest, degrees) : degrees;
    }
  }
  return hottest;
}

std::optional<double> highest_clock(const std::filesystem::path& root) {
  std::optional<double> highest;
  for (const int core : usable_cores()) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(core) + "/cpufreq";
    // In 10^3 Hz.
    if (const auto value = read_number(root / folder / "scaling_cur_freq")) {
      const double megahertz = static_cast<double>(*value) / 1e3;
      highest = highest ? std::max(*highest, megahertz) : megahertz;
    }
  }
  return highest;
}

}  // namespace

DeviceState read_device_state(const std::filesystem::path& root) {
  DeviceState state{hottest_zone(root), highest_clock(root), std::nullopt};
  if (const auto bits = read_number(root / kGetThrottled, 16)) state.throttled = (*bits & kThrottledNow) != 0;
  return state;
}

std::optional<double> peak_resident_mb(const std::filesystem::path& root) {
  std::ifstream file(root / "proc/self/status");
  // Not getrusage: its peak is inherited from the process that started this one.
  for (std::string name; file >> name;) {
    double kibibytes = 0;
    if (name == "VmHWM:" && file >> kibibytes) return kibibytes * 1024 / 1e6;
    file.ignore(1 << 16, '\n');
  }
  return std::nullopt;
}

}  // namespace squeezebert_edge
