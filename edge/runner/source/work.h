// What a request asks for, done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device_state.h"
#include "measurement.h"
#include "request.h"

namespace squeezebert_edge {

struct Timing {
  Measured measured;
  // In 10^6 bytes, right after the measurement.
  std::optional<double> peak_rss_mb;
  DeviceState before;
  DeviceState after;
};

struct Result {
  // From the file to a program that is ready to run.
  double load_ms;
  // The worst golden example's; nothing if none ran.
  std::optional<double> worst_cosine;
  std::optional<Timing> timing;
};

// Loads the artifact, measures it, runs the golden examples. Throws EdgeError.
Result do_work(const Request& request);

}  // namespace squeezebert_edge
