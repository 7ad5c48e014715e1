#include "request.h"

#include "error.h"
#include "fields.h"
#include "files.h"

namespace squeezebert_edge {

namespace {

constexpr const char* kRemedy = "write it as edge/devices/work.py says";
constexpr const char* kComputeUnits[] = {"all", "cpu", "gpu", "ne"};

MeasurementRule read_rule(const Fields& fields) {
  fields.only({"warm_up_window", "warm_up_tolerance", "warm_up_seconds", "minimum_runs", "minimum_seconds"});
  MeasurementRule rule;
  if (fields.has("warm_up_window")) rule.warm_up_window = fields.integer("warm_up_window", 1);
  if (fields.has("warm_up_tolerance")) rule.warm_up_tolerance = fields.number("warm_up_tolerance");
  if (fields.has("warm_up_seconds")) rule.warm_up_seconds = fields.number("warm_up_seconds");
  if (fields.has("minimum_runs")) rule.minimum_runs = fields.integer("minimum_runs", 1);
  if (fields.has("minimum_seconds")) rule.minimum_seconds = fields.number("minimum_seconds");
  return rule;
}

// They say what Core ML may use, and this program has no Core ML: any that there are will do.
void check_compute_units(const Fields& fields) {
  if (!fields.has("compute_units")) return;
  const std::string given = fields.text("compute_units");
  for (const char* known : kComputeUnits)
    if (given == known) return;
  throw FieldError("compute_units is none of all, cpu, gpu, ne");
}

Request request_of(const Fields& fields, const std::filesystem::path& folder) {
  fields.only({"schema_version", "bundle", "artifact", "sequence_length", "threads", "cores", "measurement", "outputs",
               "compute_units"});
  // The version may be left out, as in Python.
  if (fields.has("schema_version") && fields.integer("schema_version", 0) != kWorkVersion)
    throw FieldError("schema_version is " + std::to_string(fields.integer("schema_version", 0)) +
                     ", this program reads " + std::to_string(kWorkVersion));
  check_compute_units(fields);
  Request request;
  request.bundle = folder / fields.text("bundle");
  request.artifact = fields.text("artifact");
  request.sequence_length = fields.integer("sequence_length", 1);
  request.threads = fields.integer("threads", 1);
  if (request.threads > kMostThreads) throw FieldError("threads is more than " + std::to_string(kMostThreads));
  if (fields.has("cores")) request.cores = fields.integers("cores");
  if (fields.has("measurement")) request.measurement = read_rule(fields.object("measurement"));
  if (fields.has("outputs")) request.outputs = folder / fields.text("outputs");
  request.golden = request.outputs.has_value();
  return request;
}

}  // namespace

Request read_request(const std::filesystem::path& path) {
  const nlohmann::json document = read_json(path, kRemedy);
  try {
    return request_of(Fields(document), path.parent_path());
  } catch (const FieldError& error) {
    throw InputError(path.string() + ": no work request: " + error.what() + "; " + kRemedy);
  }
}

}  // namespace squeezebert_edge
