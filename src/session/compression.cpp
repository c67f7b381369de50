#include "session/compression.hpp"

#include <stdexcept>

#include <zstd.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr int kLevel = 3;  // zstd's own choice: higher ones take much longer for little

}  // namespace

std::vector<std::uint8_t> compress(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> packed(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
    if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
    packed.resize(size);
    return packed;
}

std::vector<std::uint8_t> decompress(std::span<const std::uint8_t> bytes, std::size_t most_bytes) {
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most_bytes)
        throw InputError("is damaged: it does not say how much it holds");
    std::vector<std::uint8_t> plain(size);
    if (ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size()) != size)
        throw InputError("is damaged: it cannot be decompressed");
    return plain;
}

}  // namespace k210
