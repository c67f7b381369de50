#include "app/kmodel_input.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/area_scaler.hpp"
#include "k210/host/picture_file.hpp"
#include "kmodel/npy.hpp"

namespace k210::app {
namespace {

using kmodel::Element;
using kmodel::TensorSummary;

std::string described(const TensorSummary& input) {
    return fmt::format("{} {}", to_string(input.shape), to_string(input.element));
}

// Which dimensions of an input a picture's go to. Channels come first; in models for other targets, last.
struct PictureShape {
    unsigned channels, height, width;
    bool channels_last;
};
PictureShape picture_shape(const std::filesystem::path& file, const TensorSummary& wanted) {
    const auto& dims = wanted.shape.dims;
    const auto colours = [](std::uint32_t n) { return n == 1 || n == 3; };
    if (dims[0] == 1 && colours(dims[1])) return {dims[1], dims[2], dims[3], false};
    if (dims[0] == 1 && colours(dims[3])) return {dims[3], dims[1], dims[2], true};
    throw InputError(
        fmt::format("{}: a picture has 1 or 3 channels, the input is {}", file.string(), described(wanted)));
}

// Whole picture to whole input: the shapes may differ.
Picture scaled(const Picture& picture, unsigned width, unsigned height) {
    const SceneView whole{.array_width = picture.width,
                          .array_height = picture.height,
                          .window_width = picture.width,
                          .window_height = picture.height,
                          .width = width,
                          .height = height};
    Picture frame;
    AreaScaler().scale(picture, whole, frame);
    return frame;
}

std::uint8_t grey(const std::uint8_t* rgb) {  // BT.601
    return static_cast<std::uint8_t>((rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114 + 500) / 1000);
}

std::vector<std::uint8_t> pixels_of(const Picture& picture, const PictureShape& shape) {
    const std::size_t plane = std::size_t{shape.width} * shape.height;
    std::vector<std::uint8_t> bytes(plane * shape.channels);
    for (std::size_t i = 0; i < plane; ++i) {
        const std::uint8_t* rgb = &picture.rgb[i * 3];
        for (std::size_t c = 0; c < shape.channels; ++c)
            bytes[shape.channels_last ? i * shape.channels + c : c * plane + i] =
                shape.channels == 1 ? grey(rgb) : rgb[c];
    }
    return bytes;
}

std::vector<std::uint8_t> fractions(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> floats;
    floats.reserve(bytes.size() * 4);
    for (const std::uint8_t byte : bytes) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(byte) / 255.0f);
        for (unsigned i = 0; i < 4; ++i) floats.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
    return floats;
}

ModelInput from_picture(const std::filesystem::path& file, std::span<const std::uint8_t> bytes,
                        const TensorSummary& wanted) {
    const PictureShape shape = picture_shape(file, wanted);
    const Picture picture = decode_picture(bytes, file);
    std::string note = fmt::format("{}x{} picture", picture.width, picture.height);
    if (picture.width != shape.width || picture.height != shape.height)
        note += fmt::format(" scaled to {}x{}", shape.width, shape.height);
    if (shape.channels == 1) note += ", made grey";
    std::vector<std::uint8_t> pixels = pixels_of(scaled(picture, shape.width, shape.height), shape);
    if (wanted.element == Element::f32) {
        pixels = fractions(pixels);
        note += ", each byte divided by 255";
    }
    return {{wanted.element, wanted.shape, std::move(pixels)}, std::move(note)};
}

// The sizes that say something.
template <class Sizes>
std::vector<std::uint32_t> without_ones(const Sizes& sizes) {
    std::vector<std::uint32_t> kept;
    std::ranges::copy_if(sizes, std::back_inserter(kept), [](std::uint32_t n) { return n != 1; });
    return kept;
}

ModelInput from_npy(const std::filesystem::path& file, std::span<const std::uint8_t> bytes,
                    const TensorSummary& wanted) {
    const kmodel::NpyArray array = kmodel::read_npy(file.string(), bytes);
    const bool flat = array.shape.size() == 1 && array.shape.front() == wanted.shape.count();
    if (array.element != wanted.element || (!flat && without_ones(array.shape) != without_ones(wanted.shape.dims)))
        throw InputError(fmt::format("{}: is {} {}, the input {}", file.string(), fmt::join(array.shape, "x"),
                                     to_string(array.element), described(wanted)));
    return {{wanted.element, wanted.shape, {array.bytes.begin(), array.bytes.end()}}, {}};
}

}  // namespace

ModelInput load_model_input(const std::filesystem::path& file, const TensorSummary& wanted) {
    std::vector<std::uint8_t> bytes = read_file(file);
    if (kmodel::is_npy(bytes)) return from_npy(file, bytes, wanted);
    if (bytes.size() == wanted.bytes) return {{wanted.element, wanted.shape, std::move(bytes)}, {}};
    if (recognize_file(bytes).kind == FileKind::picture) return from_picture(file, bytes, wanted);
    throw InputError(fmt::format("{}: is neither a picture nor .npy, and has {} bytes where the input ({}) takes {}",
                                 file.string(), bytes.size(), described(wanted), wanted.bytes));
}

std::vector<kmodel::Tensor> load_model_inputs(const std::string& model, const std::vector<std::filesystem::path>& files,
                                              const kmodel::ModelSummary& summary) {
    if (files.size() != summary.inputs.size())
        throw InputError(fmt::format("{}: takes {} inputs, {} were given", model, summary.inputs.size(), files.size()));
    std::vector<kmodel::Tensor> inputs;
    for (std::size_t i = 0; i < files.size(); ++i) {
        ModelInput input = load_model_input(files[i], summary.inputs[i]);
        if (!input.note.empty()) fmt::print("input {}: {}\n", i, input.note);
        inputs.push_back(std::move(input.tensor));
    }
    return inputs;
}

}  // namespace k210::app
