// What the program answers: Answer of edge/devices/work.py.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "error.h"
#include "request.h"
#include "work.h"

namespace squeezebert_edge {

nlohmann::ordered_json answer_of(const Request& request, const Result& result);
nlohmann::ordered_json answer_of(const EdgeError& error);

// "squeezebert-edge-runner 0.1.0", "executorch 1.5.1"
std::string program_name();
std::string runtime_name();

// The document as it is written, with a final newline.
std::string dump(const nlohmann::ordered_json& answer);

}  // namespace squeezebert_edge
