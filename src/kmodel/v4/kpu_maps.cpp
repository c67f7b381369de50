#include "kmodel/v4/kpu_maps.hpp"

#include <algorithm>

namespace k210::kmodel::v4 {

KpuShape map_of(const Shape& shape) {
    return {shape.channels(), shape.width(), shape.height()};
}

std::uint32_t lines_of(const KpuShape& map) {
    const KpuMapLayout layout = kpu_packed_layout(map.width, map.height);
    return (map.channels + layout.groups - 1) / layout.groups * layout.channel_switch_lines;
}

void require_maps(const BodyReader& in, std::size_t at, std::uint32_t line, const Shape& shape) {
    if (shape.count() > kAiRamBytes || line + std::uint64_t{lines_of(map_of(shape))} * shape.batch() > kAiRamLines)
        in.fail_at(at, fmt::format("maps of {} at line {} do not fit into AI RAM", to_string(shape), line));
}

void require_maps(const BodyReader& in, const Range& range, const Shape& shape) {
    if (range.memory != MemoryKind::ai_ram || range.start % kAiRamLineBytes != 0)
        in.fail_at(range.declared_at, "the KPU's maps begin at a line of AI RAM");
    require_maps(in, range.declared_at, range.line(), shape);
    in.require(range, std::uint64_t{lines_of(map_of(shape))} * shape.batch() * kAiRamLineBytes);
}

void upload_maps(Memory& m, std::uint32_t line, const Shape& shape, std::span<const std::uint8_t> planar) {
    const KpuShape map = map_of(shape);
    for (std::uint32_t n = 0; n < shape.batch(); ++n, line += lines_of(map), planar = planar.subspan(map.bytes()))
        m.kpu().upload(line, map, planar.first(map.bytes()));
}

void download_maps(Memory& m, std::uint32_t line, const Shape& shape, std::span<std::uint8_t> planar) {
    const KpuShape map = map_of(shape);
    auto to = planar.begin();
    for (std::uint32_t n = 0; n < shape.batch(); ++n, line += lines_of(map))
        to = std::ranges::copy(m.kpu().download(line, map), to).out;
}

}  // namespace k210::kmodel::v4
