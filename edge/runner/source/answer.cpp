#include "answer.h"

#include <optional>

#include "version.h"

namespace squeezebert_edge {

using nlohmann::ordered_json;

namespace {

template <typename Value>
ordered_json or_null(const std::optional<Value>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json state_of(const DeviceState& state) {
  return {{"temperature_c", or_null(state.temperature_c)},
          {"clock_mhz", or_null(state.clock_mhz)},
          {"throttled", or_null(state.throttled)}};
}

ordered_json timing_of(const Timing& timing) {
  return {{"warm_up_ms", timing.measured.warm_up_ms}, {"latencies_ms", timing.measured.latencies_ms},
          {"warmed_up", timing.measured.warmed_up},   {"peak_rss_mb", or_null(timing.peak_rss_mb)},
          {"before", state_of(timing.before)},        {"after", state_of(timing.after)}};
}

}  // namespace

ordered_json answer_of(const Request& request, const Result& result) {
  ordered_json document{{"schema_version", kWorkVersion},
                        {"program", program_name()},
                        {"runtime", runtime_name()},
                        {"artifact", request.artifact},
                        {"sequence_length", request.sequence_length},
                        {"threads", request.threads},
                        {"cores", request.cores},
                        {"load_ms", result.load_ms},
                        {"worst_cosine", or_null(result.worst_cosine)},
                        {"timing", result.timing ? timing_of(*result.timing) : ordered_json(nullptr)},
                        {"hazards", ordered_json::array()},
                        {"layers", ordered_json::array()},
                        {"core_ml", nullptr}};
  return {{"result", document}, {"error", nullptr}};
}

ordered_json answer_of(const EdgeError& error) {
  return {{"result", nullptr}, {"error", {{"type", error.type}, {"message", error.what()}}}};
}

std::string program_name() { return std::string("squeezebert-edge-runner ") + kProgramVersion; }

std::string runtime_name() { return std::string("executorch ") + kExecuTorchVersion; }

std::string dump(const ordered_json& answer) {
  // A path in a message need not be UTF-8.
  return answer.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace squeezebert_edge
