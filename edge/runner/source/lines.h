// A result as a few lines for people.
#pragma once

#include <string>

#include "request.h"
#include "work.h"

namespace squeezebert_edge {

std::string lines_of(const Request& request, const Result& result);

}  // namespace squeezebert_edge
