// The reference outputs of KPU layers: which hash each layer of each model should have on which input.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace k210 {

struct GoldenKpuLayer {
    std::string index;  // as the table prints it: a trailing 'm' marks a layer that also goes to main memory
    std::size_t bytes;
    std::string sha256;
};

// kpu_layers.tsv, by "model input".
using GoldenKpuLayers = std::map<std::string, std::vector<GoldenKpuLayer>>;
GoldenKpuLayers load_golden_kpu_layers(const std::filesystem::path& tsv);

std::string sha256_hex(std::span<const std::uint8_t> bytes);
std::vector<std::uint8_t> golden_input(const std::string& name, std::size_t bytes);  // "prng" or "all128"

}  // namespace k210
