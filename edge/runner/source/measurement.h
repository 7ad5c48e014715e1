// How latency is measured: MeasurementRule of edge/devices/work.py.
#pragma once

#include <functional>
#include <vector>

namespace squeezebert_edge {

// When a measurement is long enough. Warm-up: runs are timed in windows; it ends after a window whose median is less
// than `warm_up_tolerance` from the median of the window before, relative to that, or once `warm_up_seconds` have
// passed and two windows are done. Then runs are timed until there are `minimum_runs` and `minimum_seconds` have
// passed.
struct MeasurementRule {
  int warm_up_window = 5;
  double warm_up_tolerance = 0.05;
  double warm_up_seconds = 10.0;
  int minimum_runs = 100;
  double minimum_seconds = 10.0;
};

// Every run, in order and in milliseconds.
struct Measured {
  std::vector<double> warm_up_ms;
  std::vector<double> latencies_ms;
  // Whether the warm-up became stable within its time.
  bool warmed_up = false;
};

// Seconds of a clock that only goes forward.
using Clock = std::function<double()>;

double monotonic_seconds();

// Times `run` by `rule`.
Measured measure(const std::function<void()>& run, const MeasurementRule& rule, const Clock& clock = monotonic_seconds);

// The value below which `percent` of `values` lie, linear between two of them as numpy's percentile; one at least.
double percentile(std::vector<double> values, double percent);

}  // namespace squeezebert_edge
