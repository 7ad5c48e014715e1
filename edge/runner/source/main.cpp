// squeezebert-edge-runner: runs one .pte of a bundle on a device without Python.
#include <algorithm>
#include <cstdio>
#include <new>
#include <string>

#include "answer.h"
#include "bundle.h"
#include "command_line.h"
#include "cores.h"
#include "error.h"
#include "files.h"
#include "lines.h"
#include "request.h"
#include "stdin_watch.h"
#include "work.h"

namespace squeezebert_edge {

namespace {

// Runs `work`; want of memory becomes an error with a message, too.
template <typename Work>
auto with_memory(const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    throw DeviceError("not enough memory on the device; end other programs or take a smaller artifact");
  }
}

int answer_request(const CommandLine& line) {
  int status = 0;
  std::string text;
  try {
    const Request request = read_request(line.request);
    text = dump(answer_of(request, with_memory([&] { return do_work(request); })));
  } catch (const EdgeError& error) {
    status = error.exit_status;
    text = dump(answer_of(error));
  }
  write_whole(line.answer, text.data(), text.size());
  return status;
}

Request request_of(const CommandLine& line) {
  const Choice choice = choose(line.bundle, line.artifact, line.sequence_length);
  // As many as small devices have, and as a short inference can use.
  constexpr size_t kMostByDefault = 4;
  const std::vector<int> own = line.cores.empty() ? usable_cores() : line.cores;
  const int threads = static_cast<int>(std::clamp<size_t>(own.size(), 1, kMostByDefault));
  return {line.bundle,
          choice.artifact,
          choice.sequence_length,
          line.threads > 0 ? line.threads : threads,
          line.cores,
          line.rule,
          true,
          std::nullopt};
}

int answer_user(const CommandLine& line) {
  try {
    const Request request = request_of(line);
    const Result result = with_memory([&] { return do_work(request); });
    std::fputs((line.json ? dump(answer_of(request, result)) : lines_of(request, result)).c_str(), stdout);
  } catch (const EdgeError& error) {
    if (line.json) std::fputs(dump(answer_of(error)).c_str(), stdout);
    throw;
  }
  // A full disk or a closed pipe shows only here.
  if (std::fflush(stdout) != 0) throw DeviceError("stdout cannot be written");
  return 0;
}

int run(int count, const char* const* words) {
  const CommandLine line = read_command_line(count, words);
  if (line.watch_stdin) end_with_stdin();
  if (line.help) return std::fputs(kHelp, stdout) < 0;
  if (line.version) return std::printf("%s, %s\n", program_name().c_str(), runtime_name().c_str()) < 0;
  return line.request.empty() ? answer_user(line) : answer_request(line);
}

}  // namespace

}  // namespace squeezebert_edge

int main(int count, char** words) {
  try {
    return squeezebert_edge::run(count, words);
  } catch (const squeezebert_edge::EdgeError& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return error.exit_status;
  }
}
