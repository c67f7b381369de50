// One layer of a version 3 model: read from the file, checked, and made ready to run.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "kmodel/reader.hpp"
#include "kmodel/summary.hpp"
#include "kmodel/v3/memory.hpp"

namespace k210::kmodel::v3 {

// Does the layer's work and returns what it wrote, as planar bytes.
using Step = std::function<std::span<const std::uint8_t>(State&)>;

// What main memory will hold where, as far as the layers read so far say: shapes that flat counts have lost.
class Contents {
public:
    struct Entry {
        Element element = Element::u8;
        Shape shape;
        std::size_t bytes() const { return static_cast<std::size_t>(shape.count()) * size_bytes(element); }
    };
    void wrote(std::uint32_t start, const Entry& entry);
    const Entry* at(std::uint32_t start) const;
    // The shape of `count` elements at `start`; one dimension when nothing is known.
    Shape shape(std::uint32_t start, std::uint64_t count) const;

private:
    std::map<std::uint32_t, Entry> entries_;
};

// "softmax"; names what it does not know by number.
std::string layer_name(std::uint32_t type);

// Reads the layer's body and fills `summary`, whose type and file_offset are set. `model` has the header's figures.
// Throws InputError when the layer could not be run safely.
Step read_layer(const Reader& file, std::size_t body_bytes, ModelSummary& model, Contents& contents,
                LayerSummary& summary);

}  // namespace k210::kmodel::v3
