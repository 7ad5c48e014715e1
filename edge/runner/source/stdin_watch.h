// The other end of stdin as the sign that somebody waits for this program.
#pragma once

namespace squeezebert_edge {

// Ends this process, with status 1, once stdin reaches its end: whoever started it over a connection is gone then.
void end_with_stdin();

}  // namespace squeezebert_edge
