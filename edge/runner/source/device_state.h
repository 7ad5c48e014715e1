// What a measurement depends on beside the program: DeviceState of edge/devices/work.py, and the memory it took.
#pragma once

#include <filesystem>
#include <optional>

namespace squeezebert_edge {

// Nothing where the device does not say.
struct DeviceState {
  // Degrees Celsius of the hottest thermal zone.
  std::optional<double> temperature_c;
  // Clock of the fastest core that this process may use, in 10^6 Hz.
  std::optional<double> clock_mhz;
  // Whether the system holds its clocks down.
  std::optional<bool> throttled;
};

// `root` is the folder with Linux's `sys`.
DeviceState read_device_state(const std::filesystem::path& root = "/");

// Peak resident memory of this process in 10^6 bytes; `root` is the folder with Linux's `proc`.
std::optional<double> peak_resident_mb(const std::filesystem::path& root = "/");

}  // namespace squeezebert_edge
