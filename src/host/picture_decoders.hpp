// Formats of pictures, each from a whole file in memory.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>

#include "k210/host/picture.hpp"

namespace k210 {

// What is wrong with a picture, in words that follow "cannot be decoded".
struct PictureError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Told of the size before any memory is taken for pixels; returns whether they are wanted.
using WantsPixels = std::function<bool(std::uint64_t width, std::uint64_t height)>;

// The picture; empty when its pixels are not wanted. Throws PictureError, and what `wants_pixels` throws.
using PictureDecoder = Picture(std::span<const std::uint8_t> file, const WantsPixels& wants_pixels);
PictureDecoder decode_png, decode_jpeg, decode_bmp, decode_pnm;

}  // namespace k210
