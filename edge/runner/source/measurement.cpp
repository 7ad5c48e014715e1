#include "measurement.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace squeezebert_edge {

namespace {

double timed_ms(const std::function<void()>& run, const Clock& clock) {
  const double start = clock();
  run();
  return (clock() - start) * 1e3;
}

void warm_up(const std::function<void()>& run, const MeasurementRule& rule, const Clock& clock, Measured& measured) {
  const double begin = clock();
  double before = 0;
  for (int windows = 1;; windows++) {
    std::vector<double> window;
    for (int count = 0; count < rule.warm_up_window; count++) window.push_back(timed_ms(run, clock));
    measured.warm_up_ms.insert(measured.warm_up_ms.end(), window.begin(), window.end());
    const double median = percentile(window, 50);
    if (windows > 1) {
      measured.warmed_up = std::abs(median - before) < rule.warm_up_tolerance * before;
      if (measured.warmed_up || clock() - begin >= rule.warm_up_seconds) return;
    }
    before = median;
  }
}

}  // namespace

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Measured measure(const std::function<void()>& run, const MeasurementRule& rule, const Clock& clock) {
  Measured measured;
  warm_up(run, rule, clock, measured);
  const double begin = clock();
  while (static_cast<int>(measured.latencies_ms.size()) < rule.minimum_runs || clock() - begin < rule.minimum_seconds)
    measured.latencies_ms.push_back(timed_ms(run, clock));
  return measured;
}

double percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const size_t below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace squeezebert_edge
