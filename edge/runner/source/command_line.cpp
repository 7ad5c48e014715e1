#include "command_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>

#include "error.h"
#include "request.h"

namespace squeezebert_edge {

const char* const kHelp =
    R"(Runs a .pte of a squeezebert-edge bundle: measures it and checks its outputs on the golden texts.

usage: squeezebert-edge-runner BUNDLE [--artifact ID] [--sequence-length N] [--threads N] [--cores LIST]
                               [--runs N] [--seconds S] [--json]
       squeezebert-edge-runner --request FILE --answer FILE [--watch-stdin]

  BUNDLE               folder with manifest.json
  --artifact ID        one of the manifest's; may be left out if there is one .pte
  --sequence-length N  in tokens; may be left out if the artifact has one
  --threads N          threads of one inference; default: the cores that may be used, 4 at most
  --cores LIST         stay on these logical processors: 4-7 or 0,2
  --runs N             time at least N runs, after warming up (100)
  --seconds S          and at least S seconds (10)
  --json               print the answer's document instead of lines

  --request FILE       do what this file says, a WorkRequest of squeezebert-edge
  --answer FILE        write the Answer there
  --watch-stdin        end as soon as stdin is closed

  --version, --help

Exit status: 0 done, 1 the runtime or the device failed, 2 wrong usage or bad input.
)";

namespace {

[[noreturn]] void refuse(const std::string& what) { throw InputError(what + "; see squeezebert-edge-runner --help"); }

int whole_number(const std::string& option, const std::string& word, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || number < least || number > most)
    refuse(option + " " + word + ": has to be a whole number from " + std::to_string(least) + " to " +
           std::to_string(most));
  return number;
}

double seconds(const std::string& option, const std::string& word) {
  char* end = nullptr;
  const double number = std::strtod(word.c_str(), &end);
  if (word.empty() || *end != '\0' || !std::isfinite(number) || number < 0)
    refuse(option + " " + word + ": has to be a number of seconds");
  return number;
}

// "0,2-4" gives 0, 2, 3, 4.
std::vector<int> core_list(const std::string& option, const std::string& word) {
  constexpr int kLast = 1023;
  std::vector<int> cores;
  for (size_t begin = 0; begin <= word.size();) {
    const size_t end = std::min(word.find(',', begin), word.size());
    const std::string part = word.substr(begin, end - begin);
    const size_t dash = part.find('-');
    const int first = whole_number(option, part.substr(0, dash), 0, kLast);
    const int last = dash == std::string::npos ? first : whole_number(option, part.substr(dash + 1), first, kLast);
    for (int core = first; core <= last; core++) cores.push_back(core);
    begin = end + 1;
  }
  return cores;
}

// `other` is a word that belongs to the way without a request; empty if there is none.
void check(const CommandLine& line, const std::string& other) {
  if (line.help || line.version) return;
  const bool given = !line.request.empty();
  if (given == line.answer.empty()) refuse("--request and --answer go together");
  if (given && !other.empty()) refuse("'" + other + "' and --request do not go together: the request says it all");
  if (!given && line.bundle.empty()) refuse("name a bundle, or a --request");
}

}  // namespace

CommandLine read_command_line(int count, const char* const* words) {
  CommandLine line;
  std::string other;
  constexpr int kMost = 1'000'000'000;
  const std::map<std::string, std::function<void(const std::string&, const std::string&)>> options = {
      {"--request", [&](const auto&, const auto& word) { line.request = word; }},
      {"--answer", [&](const auto&, const auto& word) { line.answer = word; }},
      {"--artifact", [&](const auto&, const auto& word) { line.artifact = word; }},
      {"--sequence-length",
       [&](const auto& name, const auto& word) { line.sequence_length = whole_number(name, word, 1, kMost); }},
      {"--threads",
       [&](const auto& name, const auto& word) { line.threads = whole_number(name, word, 1, kMostThreads); }},
      {"--cores", [&](const auto& name, const auto& word) { line.cores = core_list(name, word); }},
      {"--runs",
       [&](const auto& name, const auto& word) { line.rule.minimum_runs = whole_number(name, word, 1, kMost); }},
      {"--seconds", [&](const auto& name, const auto& word) { line.rule.minimum_seconds = seconds(name, word); }},
  };
  const std::map<std::string, bool*> flags = {{"--help", &line.help},
                                              {"--version", &line.version},
                                              {"--watch-stdin", &line.watch_stdin},
                                              {"--json", &line.json}};
  for (int index = 1; index < count; index++) {
    const std::string word = words[index];
    const auto option = options.find(word);
    const auto flag = flags.find(word);
    if (option != options.end()) {
      if (index + 1 == count || words[index + 1][0] == '\0') refuse(word + " needs a value");
      option->second(word, words[++index]);
    } else if (flag != flags.end()) {
      *flag->second = true;
    } else if (word.empty() || word[0] == '-') {
      refuse("unknown option '" + word + "'");
    } else if (!line.bundle.empty()) {
      refuse("one bundle at a time: '" + line.bundle.string() + "' or '" + word + "'");
    } else {
      line.bundle = word;
    }
    if (word != "--request" && word != "--answer" && word != "--watch-stdin") other = word;
  }
  check(line, other);
  return line;
}

}  // namespace squeezebert_edge
