// The fields of version 4's header and layers, each checked as it is read: what comes out can be used without another
// thought. Complaints name layer and offset.
#pragma once
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "kmodel/ops/arithmetic.hpp"
#include "kmodel/ops/arrange.hpp"
#include "kmodel/ops/elementwise.hpp"
#include "kmodel/ops/window.hpp"
#include "kmodel/reader.hpp"
#include "kmodel/v4/memory.hpp"

namespace k210::kmodel::v4 {

inline constexpr std::uint32_t kMaxDimension = 1 << 16;  // of shapes, filters, strides, paddings

// How large the memories are, and what shapes earlier layers left in them.
class Layout {
public:
    Layout(std::size_t constant_bytes, std::size_t main_bytes)
        : constant_bytes_(constant_bytes), main_bytes_(main_bytes) {}
    std::size_t bytes_of(MemoryKind memory) const;

    void remember(const Range& range, const Shape& shape) { shapes_[key(range)] = shape; }
    // What was last written to exactly this range; a flat shape when nothing was.
    Shape shape_of(const Range& range) const;

private:
    using Key = std::tuple<MemoryKind, std::uint32_t, std::uint32_t>;
    static Key key(const Range& range) { return {range.memory, range.start, range.size}; }
    std::size_t constant_bytes_, main_bytes_;
    std::map<Key, Shape> shapes_;
};

// 1x1xN, or as near to it as dimensions allow.
Shape flat_shape(std::size_t count);

class BodyReader {
public:
    BodyReader(Reader in, const Layout& layout) : in_(std::move(in)), layout_(layout) {}

    Reader& raw() { return in_; }
    const Layout& layout() const { return layout_; }

    // A range that lies inside its memory.
    Range range();
    Range source() { return range(); }
    Range source(Element element);
    Range target();  // not in constants
    Range target(Element element);
    // Throws unless `range` holds `count` of its elements.
    void require(const Range& range, std::uint64_t count) const;
    Shape shape_of(const Range& range) const { return layout_.shape_of(range); }

    std::int32_t i32() { return in_.i32(); }
    float f32() { return in_.f32(); }
    // Between `low` and `high`.
    std::int32_t number(std::string_view what, std::int32_t low, std::int32_t high);
    std::uint32_t size(std::string_view what, std::uint32_t high = kMaxDimension) {
        return static_cast<std::uint32_t>(number(what, 1, static_cast<std::int32_t>(high)));
    }
    Shape shape();
    // `shape`, computed from fields that begin at `at`: throws if that is more than any memory can hold.
    Shape limited(const Shape& shape, std::size_t at) const;
    Clamp clamp() {
        const float low = in_.f32();
        return {low, in_.f32()};
    }
    Quantization quantization() {
        const std::int32_t zero_point = in_.i32();
        return {zero_point, in_.f32()};
    }
    std::uint32_t shift() { return static_cast<std::uint32_t>(number("shift", 0, 63)); }
    Scale scale() {
        const std::int32_t mul = in_.i32();
        return {mul, shift()};
    }
    Requantize requantize() {  // as most layers order it
        const Scale by = scale();
        return {by, in_.i32()};
    }
    Padding padding();
    // Padding, filter, stride and dilation of windows over `height` and `width`.
    Window window(std::uint32_t height, std::uint32_t width);
    template <class E>
    E choice(std::string_view what, E last) {
        return static_cast<E>(number(what, 0, static_cast<std::int32_t>(last)));
    }

    // How many weights `outputs` times `each` are, if the body can hold them at all.
    std::uint64_t weights(std::uint32_t outputs, std::uint64_t each) const {
        return each > in_.left() ? each : outputs * each;
    }
    std::vector<float> floats(std::uint64_t count);
    std::vector<std::int32_t> integers(std::uint64_t count);
    std::vector<std::uint8_t> bytes(std::uint64_t count);

    [[noreturn]] void fail_at(std::size_t at, std::string_view why) const { in_.fail_at(at, why); }

private:
    Range expect(Range range, Element element) const;

    Reader in_;
    const Layout& layout_;
};

}  // namespace k210::kmodel::v4
