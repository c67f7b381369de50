#include "support/kpu_golden.hpp"

#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace k210 {
GoldenKpuLayers load_golden_kpu_layers(const std::filesystem::path& tsv) {
    std::ifstream file(tsv);
    GoldenKpuLayers layers;
    std::string line, model, input;
    std::getline(file, line);  // headings
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        GoldenKpuLayer layer;
        fields >> model >> input >> layer.index >> layer.bytes >> layer.sha256;
        layers[fmt::format("{} {}", model, input)].push_back(layer);
    }
    return layers;
}

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

std::vector<std::uint8_t> golden_input(const std::string& name, std::size_t bytes) {
    std::vector<std::uint8_t> input(bytes, 128);
    if (name == "prng")
        for (std::size_t i = 0; i < bytes; ++i)
            input[i] = static_cast<std::uint8_t>((static_cast<std::uint32_t>(i) * 1103515245u + 12345u) >> 16);
    return input;
}

}  // namespace k210
