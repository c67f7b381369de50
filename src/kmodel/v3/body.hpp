// A layer's body being read. Every range of main memory is checked as it is named, and goes into the summary.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "kmodel/limits.hpp"
#include "kmodel/reader.hpp"
#include "kmodel/summary.hpp"
#include "kmodel/v3/layers.hpp"
#include "kmodel/v3/memory.hpp"
#include "kmodel/v3/operators.hpp"

namespace k210::kmodel::v3 {

class Body {
public:
    Body(const Reader& file, std::size_t body_bytes, ModelSummary& model, Contents& contents, LayerSummary& summary);

    std::uint32_t u32() { return reader_.u32(); }
    // Of a map: between 1 and 65536.
    std::uint32_t side(std::string_view name);
    KpuShape shape();  // width, height, channels
    Scale scale();
    Quantization quantization();
    Pool pool();
    std::span<const std::uint8_t> parameters(std::uint64_t count);  // the next bytes of the body

    // Elements of main memory that the layer reads or writes.
    template <Element E>
    Range<E> in(std::uint32_t start, const Shape& shape) {
        summary_.inputs.push_back(shape);
        summary_.input_element = E;
        return checked<E>("input", start, shape);
    }
    template <Element E>
    Range<E> in(std::uint32_t start, std::uint64_t count) {
        return in<E>(start, contents_.shape(start, count));
    }
    template <Element E>
    Range<E> out(std::uint32_t start, const Shape& shape) {
        const Range<E> range = checked<E>("output", start, shape);
        summary_.output = shape;
        summary_.output_element = E;
        contents_.wrote(start, {E, shape});
        if (summary_.operations == 0) operations(shape.count());
        return range;
    }
    // A map of bytes that the layer writes to AI RAM.
    void ai_ram_out(std::uint32_t line, const KpuShape& shape);
    // `count` elements in `channels` equal parts, in the shape that they are known to have.
    Shape channel_shape(std::uint32_t start, std::uint32_t channels, std::uint32_t channel_size) const;

    void operations(std::uint64_t count);
    [[noreturn]] void fail(std::string_view why) const { reader_.fail_at(begin_, why); }

    std::size_t begin() const { return begin_; }
    std::size_t at() const { return reader_.at(); }
    std::uint32_t flags() const { return flags_; }
    const Reader& file() const { return file_; }
    const ModelSummary& model() const { return model_; }
    ModelSummary& model() { return model_; }
    Contents& contents() { return contents_; }
    LayerSummary& summary() { return summary_; }
    const Shape& input_shape() const { return summary_.inputs.front(); }

private:
    template <Element E>
    Range<E> checked(std::string_view name, std::uint32_t start, const Shape& shape) const {
        const std::uint64_t count = shape.count();
        check_range(name, start, count, count * size_bytes(E));
        return {start, static_cast<std::size_t>(count)};
    }
    void check_range(std::string_view name, std::uint32_t start, std::uint64_t count, std::uint64_t bytes) const;
    void check_windows(std::string_view way, std::uint32_t outputs, std::uint32_t stride, std::uint32_t before,
                       std::uint32_t size) const;

    const Reader& file_;
    Reader reader_;
    std::size_t begin_;
    ModelSummary& model_;
    Contents& contents_;
    LayerSummary& summary_;
    std::uint32_t flags_;
};

}  // namespace k210::kmodel::v3
