// What the program is asked to do: WorkRequest of edge/devices/work.py.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "measurement.h"

namespace squeezebert_edge {

// The version of the contract that this program speaks.
inline constexpr int kWorkVersion = 1;

// Threads of one inference at most: beyond it the system would run out of something, and wait for it for ever.
inline constexpr int kMostThreads = 1024;

struct Request {
  std::filesystem::path bundle;
  std::string artifact;
  int sequence_length;
  int threads;
  // Logical processors to stay on; none leaves it to the system.
  std::vector<int> cores;
  // Nothing is measured without.
  std::optional<MeasurementRule> measurement;
  // Whether the golden examples run.
  bool golden;
  // Where their outputs are written; nowhere without.
  std::optional<std::filesystem::path> outputs;
};

// Reads a request; its relative paths start from its own folder. Throws InputError.
Request read_request(const std::filesystem::path& path);

}  // namespace squeezebert_edge
