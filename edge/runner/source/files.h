// Whole files, read and written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace squeezebert_edge {

// Throws InputError if `path` is missing or cannot be read; `remedy` says what to do.
std::string read_text(const std::filesystem::path& path, const std::string& remedy);

// As read_text; InputError too if it is no JSON.
nlohmann::json read_json(const std::filesystem::path& path, const std::string& remedy);

// Float32 values in little-endian order, nothing else. Throws as read_text, and if there is part of a value.
std::vector<float> read_floats(const std::filesystem::path& path, const std::string& remedy);

// Writes beside `path` and renames, so that the file appears whole or not at all; DeviceError if it cannot be written.
void write_whole(const std::filesystem::path& path, const void* data, size_t size);

}  // namespace squeezebert_edge
