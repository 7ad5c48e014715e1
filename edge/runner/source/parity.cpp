#include "parity.h"

#include <algorithm>
#include <cmath>

namespace squeezebert_edge {

namespace {

// Sums for the cosine of two vectors.
struct Products {
  double expected = 0;
  double found = 0;
  double both = 0;
  bool equal = true;

  void add(const Example& example, const std::vector<float>& reference, const std::vector<float>& values) {
    for (const auto& [name, place] : example.outputs) {
      for (size_t index = place.offset; index < place.offset + place.size; index++) {
        const double a = reference[index], b = values[index];
        expected += a * a;
        found += b * b;
        both += a * b;
        equal = equal && a == b;
      }
    }
  }

  double cosine() const {
    const double norms = std::sqrt(expected) * std::sqrt(found);
    if (norms == 0) return equal ? 1.0 : 0.0;
    // Rounding can lift the quotient of equal vectors above 1.
    return std::min(both / norms, 1.0);
  }
};

size_t values_of(const Example& example) {
  size_t values = 0;
  for (const auto& [name, place] : example.outputs) values += place.size;
  return values;
}

}  // namespace

double worst_cosine(const Golden& golden, const std::vector<float>& reference, const std::vector<float>& found) {
  Products all;
  bool single = true;
  double worst = 1.0;
  for (const Example& example : golden.examples) {
    Products own;
    own.add(example, reference, found);
    // What is not finite would pass no comparison and fail none: say the worst instead.
    if (!std::isfinite(own.found)) return -1.0;
    worst = std::min(worst, own.cosine());
    all.add(example, reference, found);
    single = single && values_of(example) == 1;
  }
  return single ? all.cosine() : worst;
}

}  // namespace squeezebert_edge
