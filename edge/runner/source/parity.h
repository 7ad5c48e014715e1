// How close outputs are to the fp32 reference: the cosine of edge/parity.py.
#pragma once

#include <vector>

#include "golden.h"

namespace squeezebert_edge {

// The lowest cosine of any example, all its outputs as one vector; of all examples as one vector where each has a
// single value. -1 if `found` is not finite.
double worst_cosine(const Golden& golden, const std::vector<float>& reference, const std::vector<float>& found);

}  // namespace squeezebert_edge
