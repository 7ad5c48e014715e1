// Errors that the program raises on purpose, by the names of edge/errors.py.
#pragma once

#include <stdexcept>
#include <string>

namespace squeezebert_edge {

// Base of all of them; the message is one line: what is wrong, where, what to do.
class EdgeError : public std::runtime_error {
 public:
  // The class in edge/errors.py.
  const char* type;
  // Of the process that ends with this error.
  int exit_status;

 protected:
  EdgeError(const std::string& message, const char* type, int exit_status)
      : std::runtime_error(message), type(type), exit_status(exit_status) {}
};

// Wrong usage or bad input.
class InputError : public EdgeError {
 public:
  explicit InputError(const std::string& message) : EdgeError(message, "InputError", 2) {}
};

// The runtime failed on this artifact.
class ConversionError : public EdgeError {
 public:
  explicit ConversionError(const std::string& message) : EdgeError(message, "ConversionError", 1) {}
};

// The device has no room, or not enough memory.
class DeviceError : public EdgeError {
 public:
  explicit DeviceError(const std::string& message) : EdgeError(message, "DeviceError", 1) {}
};

}  // namespace squeezebert_edge
