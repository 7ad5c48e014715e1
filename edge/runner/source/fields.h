// Typed fields of a JSON object.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace squeezebert_edge {

// A field is missing or of another type; the message names it.
class FieldError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Fields of one object, asked for by name; each method throws FieldError.
class Fields {
 public:
  // `place` is where the object stands in its document, for messages: "artifacts.2", or nothing for the document.
  explicit Fields(const nlohmann::json& object, std::string place = "");

  // Refuses fields that are not among `names`.
  void only(std::initializer_list<const char*> names) const;
  // Whether the field is there and not null.
  bool has(const char* name) const;

  std::string text(const char* name) const;
  // A whole number of at least `least` that an int holds.
  int integer(const char* name, int least) const;
  // A count of bytes.
  int64_t bytes(const char* name) const;
  // A finite number of at least 0.
  double number(const char* name) const;
  // Whole numbers of at least 0.
  std::vector<int> integers(const char* name) const;
  Fields object(const char* name) const;
  std::vector<Fields> objects(const char* name) const;
  // The object as it is.
  const nlohmann::json& value() const { return *object_; }

 private:
  const nlohmann::json& at(const char* name) const;
  std::string place(const std::string& name) const;

  const nlohmann::json* object_;
  std::string place_;
};

}  // namespace squeezebert_edge
