// What the runner's parts say of times and files that a test makes up.
//
// rule_and_state rule WINDOW TOLERANCE SECONDS RUNS SECONDS MILLISECONDS...: times runs that take so long, the last one
// again and again. rule_and_state state ROOT: reads the state of a device. Both print JSON.
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "device_state.h"
#include "measurement.h"

using nlohmann::json;

namespace {

json measured(char** words, int count) {
  squeezebert_edge::MeasurementRule rule;
  rule.warm_up_window = std::atoi(words[0]);
  rule.warm_up_tolerance = std::atof(words[1]);
  rule.warm_up_seconds = std::atof(words[2]);
  rule.minimum_runs = std::atoi(words[3]);
  rule.minimum_seconds = std::atof(words[4]);
  std::vector<double> durations;
  for (int index = 5; index < count; index++) durations.push_back(std::atof(words[index]));
  double now = 1000;
  size_t runs = 0;
  const auto run = [&] { now += durations[std::min(runs++, durations.size() - 1)] / 1e3; };
  const squeezebert_edge::Measured all = squeezebert_edge::measure(run, rule, [&] { return now; });
  return {{"warm_up", all.warm_up_ms.size()}, {"runs", all.latencies_ms.size()}, {"warmed_up", all.warmed_up}};
}

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json(nullptr);
}

json state(const char* root) {
  const squeezebert_edge::DeviceState found = squeezebert_edge::read_device_state(root);
  return {{"temperature_c", or_null(found.temperature_c)},
          {"clock_mhz", or_null(found.clock_mhz)},
          {"throttled", or_null(found.throttled)}};
}

}  // namespace

int main(int count, char** words) {
  std::cout << (std::string(words[1]) == "rule" ? measured(words + 2, count - 2) : state(words[2])) << "\n";
}
