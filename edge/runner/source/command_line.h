// The words after the program's name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "measurement.h"

namespace squeezebert_edge {

struct CommandLine {
  bool help = false;
  bool version = false;
  bool watch_stdin = false;
  // Both or none.
  std::filesystem::path request;
  std::filesystem::path answer;
  // Without a request: what one would say.
  std::filesystem::path bundle;
  std::string artifact;
  // 0 stands for the artifact's only one.
  int sequence_length = 0;
  // 0 stands for the cores that may be used, four at most.
  int threads = 0;
  std::vector<int> cores;
  MeasurementRule rule;
  bool json = false;
};

extern const char* const kHelp;

// Throws InputError, with what the user may write instead.
CommandLine read_command_line(int count, const char* const* words);

}  // namespace squeezebert_edge
