#include "kmodel/v4/body_reader.hpp"

#include "kmodel/limits.hpp"

namespace k210::kmodel::v4 {
namespace {

const char* name_of(MemoryKind memory) {
    switch (memory) {
        case MemoryKind::constants: return "constants";
        case MemoryKind::main: return "main memory";
        case MemoryKind::ai_ram: break;
    }
    return "AI RAM";
}

const char* name_of(Element element) {
    return element == Element::f32 ? "floats" : "bytes";
}

}  // namespace

std::size_t Layout::bytes_of(MemoryKind memory) const {
    switch (memory) {
        case MemoryKind::constants: return constant_bytes_;
        case MemoryKind::main: return main_bytes_;
        case MemoryKind::ai_ram: break;
    }
    return kAiRamBytes;
}

Shape flat_shape(std::size_t count) {
    return {{1, 1, 1, static_cast<std::uint32_t>(count)}};
}

Shape Layout::shape_of(const Range& range) const {
    const auto found = shapes_.find(key(range));
    return found != shapes_.end() && found->second.count() == range.count() ? found->second : flat_shape(range.count());
}

Range BodyReader::range() {
    const std::size_t at = in_.at();
    const auto memory = choice("memory", MemoryKind::ai_ram);
    const bool bytes = number("data type", 0, 1) == 1;
    const std::uint32_t start = in_.u32(), size = in_.u32();
    const Range range{memory, bytes ? Element::u8 : Element::f32, start, size, at};
    const std::size_t limit = layout_.bytes_of(memory);
    if (start > limit || size > limit - start)
        fail_at(at,
                fmt::format("{} bytes at {:#x} lie outside the {} bytes of {}", size, start, limit, name_of(memory)));
    if (range.element == Element::f32 && start % 4 != 0)
        fail_at(at, fmt::format("floats at {:#x} are not aligned to 4 bytes", start));
    return range;
}

Range BodyReader::expect(Range range, Element element) const {
    if (range.element != element) fail_at(range.declared_at, fmt::format("{} are needed here", name_of(element)));
    if (element == Element::f32 && range.memory == MemoryKind::ai_ram)
        fail_at(range.declared_at, "AI RAM holds no floats");
    return range;
}

Range BodyReader::source(Element element) {
    return expect(range(), element);
}

Range BodyReader::target() {
    const Range to = range();
    if (to.memory == MemoryKind::constants) fail_at(to.declared_at, "constants are written to");
    return to;
}

Range BodyReader::target(Element element) {
    return expect(target(), element);
}

void BodyReader::require(const Range& range, std::uint64_t count) const {
    if (range.count() < count)
        fail_at(range.declared_at,
                fmt::format("{} bytes are too few for {} {}", range.size, count, name_of(range.element)));
}

std::int32_t BodyReader::number(std::string_view what, std::int32_t low, std::int32_t high) {
    const std::size_t at = in_.at();
    const std::int32_t v = in_.i32();
    if (v < low || v > high) fail_at(at, fmt::format("{} {} is not in {}..{}", what, v, low, high));
    return v;
}

Shape BodyReader::shape() {
    const std::size_t at = in_.at();
    Shape shape;
    for (std::uint32_t& d : shape.dims) d = size("dimension", kMaxMainMemoryBytes);
    return limited(shape, at);
}

Shape BodyReader::limited(const Shape& shape, std::size_t at) const {
    std::uint64_t count = 1;
    for (const std::uint32_t d : shape.dims)
        if ((count *= d) > kMaxMainMemoryBytes)
            fail_at(at, fmt::format("a shape of {} has more than {} elements", to_string(shape), kMaxMainMemoryBytes));
    return shape;
}

Padding BodyReader::padding() {
    constexpr auto kMost = static_cast<std::int32_t>(kMaxDimension);
    const std::int32_t before = number("padding", -kMost, kMost);
    return {before, number("padding", -kMost, kMost)};
}

Window BodyReader::window(std::uint32_t height, std::uint32_t width) {
    const std::size_t at = in_.at();
    Window w;
    WindowAxis* const axes[] = {&w.y, &w.x};
    w.y.size = height;
    w.x.size = width;
    for (WindowAxis* axis : axes) {
        const Padding p = padding();
        axis->before = p.before;
        axis->after = p.after;
    }
    for (WindowAxis* axis : axes) axis->filter = size("filter size");
    for (WindowAxis* axis : axes) axis->stride = size("stride");
    for (WindowAxis* axis : axes) axis->dilation = size("dilation");
    for (WindowAxis* axis : axes)
        if (axis->outputs() < 1) fail_at(at, "the filter is larger than its padded input");
    return w;
}

std::vector<std::uint8_t> BodyReader::bytes(std::uint64_t count) {
    const auto found = in_.bytes(count);
    return {found.begin(), found.end()};
}

std::vector<float> BodyReader::floats(std::uint64_t count) {
    const auto found = in_.bytes(count * sizeof(float));
    std::vector<float> values(count);
    std::memcpy(values.data(), found.data(), found.size());
    return values;
}

std::vector<std::int32_t> BodyReader::integers(std::uint64_t count) {
    const auto found = in_.bytes(count * sizeof(std::int32_t));
    std::vector<std::int32_t> values(count);
    std::memcpy(values.data(), found.data(), found.size());
    return values;
}

}  // namespace k210::kmodel::v4
