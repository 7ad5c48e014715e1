#include "fields.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace squeezebert_edge {

using nlohmann::json;

namespace {

template <typename Integer>
Integer whole_number(const json& value, Integer least, const std::string& place) {
  // What an int64 cannot hold is read as a floating-point number, or as an unsigned one beyond its limit.
  const bool whole = value.is_number_integer() && value.get<int64_t>() >= least &&
                     value.get<int64_t>() <= std::numeric_limits<Integer>::max();
  if (!whole) throw FieldError(place + " has to be a whole number of at least " + std::to_string(least));
  return value.get<Integer>();
}

}  // namespace

Fields::Fields(const json& object, std::string place) : object_(&object), place_(std::move(place)) {
  if (!object.is_object()) throw FieldError((place_.empty() ? "the document" : place_) + " has to be an object");
}

void Fields::only(std::initializer_list<const char*> names) const {
  for (const auto& [name, value] : object_->items()) {
    const auto same = [&](const char* known) { return name == known; };
    if (std::none_of(names.begin(), names.end(), same)) throw FieldError(place(name) + " is not known");
  }
}

bool Fields::has(const char* name) const { return object_->contains(name) && !object_->at(name).is_null(); }

std::string Fields::text(const char* name) const {
  const json& value = at(name);
  if (!value.is_string()) throw FieldError(place(name) + " has to be a text");
  return value.get<std::string>();
}

int Fields::integer(const char* name, int least) const { return whole_number<int>(at(name), least, place(name)); }

int64_t Fields::bytes(const char* name) const { return whole_number<int64_t>(at(name), 0, place(name)); }

double Fields::number(const char* name) const {
  const json& value = at(name);
  if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0)
    throw FieldError(place(name) + " has to be a number of at least 0");
  return value.get<double>();
}

std::vector<int> Fields::integers(const char* name) const {
  const json& values = at(name);
  if (!values.is_array()) throw FieldError(place(name) + " has to be a list");
  std::vector<int> numbers;
  numbers.reserve(values.size());
  for (const json& value : values) numbers.push_back(whole_number<int>(value, 0, place(name)));
  return numbers;
}

Fields Fields::object(const char* name) const { return Fields(at(name), place(name)); }

std::vector<Fields> Fields::objects(const char* name) const {
  const json& values = at(name);
  if (!values.is_array()) throw FieldError(place(name) + " has to be a list");
  std::vector<Fields> objects;
  for (size_t index = 0; index < values.size(); index++)
    objects.emplace_back(values[index], place(name) + "." + std::to_string(index));
  return objects;
}

const json& Fields::at(const char* name) const {
  const auto found = object_->find(name);
  if (found == object_->end()) throw FieldError(place(name) + " is missing");
  return *found;
}

std::string Fields::place(const std::string& name) const { return place_.empty() ? name : place_ + "." + name; }

}  // namespace squeezebert_edge
