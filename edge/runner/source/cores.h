// Logical processors that this process may run on.
#pragma once

#include <vector>

namespace squeezebert_edge {

std::vector<int> usable_cores();

// Keeps this process, and the threads that it starts from then on, on `cores`; none leaves it to the system. Throws
// InputError if the device has not all of them.
void stay_on(const std::vector<int>& cores);

}  // namespace squeezebert_edge
