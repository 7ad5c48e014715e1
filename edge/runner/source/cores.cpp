#include "cores.h"

#include <sched.h>

#include <algorithm>
#include <string>

#include "error.h"

namespace squeezebert_edge {

namespace {

std::string joined(const std::vector<int>& cores) {
  std::string text;
  for (const int core : cores) text += (text.empty() ? "" : ", ") + std::to_string(core);
  return text;
}

}  // namespace

std::vector<int> usable_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; core++)
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  return cores;
}

void stay_on(const std::vector<int>& cores) {
  if (cores.empty()) return;
  const std::vector<int> before = usable_cores();
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (const int core : cores)
    if (core < CPU_SETSIZE) CPU_SET(core, &wanted);
  std::vector<int> sorted = cores;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  // The system takes a set of which it has some: only what it made of it says whether it has all.
  if (sched_setaffinity(0, sizeof wanted, &wanted) != 0 || usable_cores() != sorted)
    throw InputError("cannot stay on cores " + joined(sorted) + ": this program may run on " + joined(before));
}

}  // namespace squeezebert_edge
