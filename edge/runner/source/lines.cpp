#include "lines.h"

#include <cstdarg>
#include <cstdio>
#include <vector>

#include "answer.h"

namespace squeezebert_edge {

namespace {

__attribute__((format(printf, 1, 2))) std::string formatted(const char* format, ...) {
  char line[512];
  va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  return line;
}

std::string state_line(const Timing& timing) {
  std::string line;
  const DeviceState &before = timing.before, &after = timing.after;
  if (before.temperature_c && after.temperature_c)
    line += formatted(", %.1f to %.1f °C", *before.temperature_c, *after.temperature_c);
  if (before.clock_mhz && after.clock_mhz) line += formatted(", %.0f to %.0f MHz", *before.clock_mhz, *after.clock_mhz);
  if (before.throttled.value_or(false) || after.throttled.value_or(false)) line += ", throttled by the system";
  return line.empty() ? "" : "device    " + line.substr(2) + "\n";
}

std::string timing_lines(const Timing& timing) {
  const std::vector<double>& all = timing.measured.latencies_ms;
  std::string lines =
      formatted("latency   p50 %.3f ms, p90 %.3f, p99 %.3f, min %.3f, of %zu runs\n", percentile(all, 50),
                percentile(all, 90), percentile(all, 99), percentile(all, 0), all.size());
  if (!timing.measured.warmed_up)
    lines += formatted("warm-up   not stable after %zu runs: these times are not the device's best\n",
                       timing.measured.warm_up_ms.size());
  if (timing.peak_rss_mb) lines += formatted("memory    %.1f MB at most\n", *timing.peak_rss_mb);
  return lines + state_line(timing);
}

}  // namespace

std::string lines_of(const Request& request, const Result& result) {
  std::string lines = request.artifact + ", " + std::to_string(request.sequence_length) + " tokens, " +
                      std::to_string(request.threads) + (request.threads == 1 ? " thread, " : " threads, ") +
                      runtime_name() + "\n";
  lines += formatted("load      %.2f ms\n", result.load_ms);
  if (result.timing) lines += timing_lines(*result.timing);
  if (result.worst_cosine)
    lines += formatted("parity    cosine %.6f to the fp32 reference, the worst golden text's\n", *result.worst_cosine);
  return lines;
}

}  // namespace squeezebert_edge
