#include "work.h"

#include <algorithm>

#include "bundle.h"
#include "cores.h"
#include "files.h"
#include "golden.h"
#include "parity.h"
#include "program.h"

namespace squeezebert_edge {

namespace {

Timing time_program(Program& program, const std::vector<std::vector<int32_t>>& inputs, const MeasurementRule& rule) {
  Timing timing;
  timing.before = read_device_state();
  timing.measured = measure([&] { program.run(inputs); }, rule);
  timing.after = read_device_state();
  timing.peak_rss_mb = peak_resident_mb();
  return timing;
}

// Returns the outputs of all golden examples in the places of the reference outputs, as many as these.
std::vector<float> run_golden(Program& program, const Artifact& artifact, const Golden& golden, size_t size) {
  std::vector<float> found(size);
  for (const Example& example : golden.examples) {
    program.run(pad_inputs(example, golden, artifact.inputs));
    for (size_t index = 0; index < artifact.outputs.size(); index++)
      keep_output(example, artifact.outputs[index], program.output(index), found);
  }
  return found;
}

}  // namespace

Result do_work(const Request& request) {
  const Artifact artifact = find_artifact(request.bundle, request.artifact, request.sequence_length);
  const Golden golden = read_golden(request.bundle, request.sequence_length);
  // Threads stay on the cores of the thread that starts them.
  stay_on(request.cores);
  start_runtime(request.threads);
  // The first load pays for paging in the libraries and the file; the second is what an app sees.
  {
    const Program first(artifact);
  }
  const double start = monotonic_seconds();
  Program program(artifact);
  Result result{(monotonic_seconds() - start) * 1e3, std::nullopt, std::nullopt};
  if (request.measurement)
    result.timing =
        time_program(program, pad_inputs(golden.examples[0], golden, artifact.inputs), *request.measurement);
  if (request.golden) {
    // Read after the measurement: the reference is no part of the program's memory.
    const std::vector<float> reference = read_reference(golden);
    const std::vector<float> found = run_golden(program, artifact, golden, reference.size());
    result.worst_cosine = worst_cosine(golden, reference, found);
    if (request.outputs) write_whole(*request.outputs, found.data(), found.size() * sizeof(float));
  }
  return result;
}

}  // namespace squeezebert_edge
