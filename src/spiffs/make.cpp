#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "spiffs/layout.hpp"

namespace k210::spiffs {
namespace {

constexpr std::uint8_t kErased = 0xff, kTypeFile = 1;

class Maker {
public:
    explicit Maker(const Geometry& geometry)
        : geometry_(geometry), layout_(geometry), area_(geometry.size_bytes, kErased) {
        // spiffs_nucleus.c, spiffs_erase_block(), and SPIFFS_format(), where every block's count is 0.
        for (std::uint32_t block = 0; block < layout_.blocks(); ++block) {
            put16(layout_.erase_count_at(block), 0);
            put16(layout_.magic_at(block), layout_.magic(block));
        }
    }

    void add(const File& file) {
        const auto id = static_cast<std::uint16_t>(++objects_);
        const auto index_id = static_cast<std::uint16_t>(id | kIndexBit);
        const auto size = static_cast<std::uint32_t>(file.bytes.size());
        std::size_t index = begin_page(index_id, 0, kIndexFlags);
        const std::size_t header = index;
        if (size > 0) put32(header + kSizeAt, size);
        area_[header + kTypeAt] = kTypeFile;
        std::fill_n(area_.begin() + static_cast<std::ptrdiff_t>(header + kNameAt), geometry_.name_bytes, 0);
        std::copy(file.name.begin(), file.name.end(), area_.begin() + static_cast<std::ptrdiff_t>(header + kNameAt));
        std::uint32_t index_span = 0;
        for (std::uint32_t span = 0; span < layout_.data_pages(size); ++span) {
            if (layout_.index_span(span) != index_span)
                index = begin_page(index_id, index_span = layout_.index_span(span), kIndexFlags);
            const std::size_t page = begin_page(id, span, kDataFlags);
            put16(index + layout_.place_in_table(span), static_cast<std::uint16_t>(page / geometry_.page_bytes));
            const std::size_t from = std::size_t{span} * layout_.data_bytes();
            const std::size_t bytes = std::min<std::size_t>(layout_.data_bytes(), size - from);
            std::copy_n(file.bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes,
                        area_.begin() + static_cast<std::ptrdiff_t>(page + kPageHeaderBytes));
        }
    }

    std::vector<std::uint8_t> release() && { return std::move(area_); }

private:
    // The next free page, where it begins.
    std::size_t begin_page(std::uint16_t id, std::uint32_t span, std::uint8_t flags) {
        const std::uint32_t block = used_ / layout_.entries(), entry = used_ % layout_.entries();
        ++used_;
        put16(layout_.entry_at(block, entry), id);
        const std::size_t at = layout_.page_at(layout_.page_of(block, entry));
        put16(at, id);
        put16(at + kSpanAt, static_cast<std::uint16_t>(span));
        area_[at + kFlagsAt] = flags;
        return at;
    }
    void put16(std::size_t at, std::uint16_t value) {
        area_[at] = static_cast<std::uint8_t>(value);
        area_[at + 1] = static_cast<std::uint8_t>(value >> 8);
    }
    void put32(std::size_t at, std::uint32_t value) {
        put16(at, static_cast<std::uint16_t>(value));
        put16(at + 2, static_cast<std::uint16_t>(value >> 16));
    }

    const Geometry geometry_;
    const Layout layout_;
    std::vector<std::uint8_t> area_;
    std::uint32_t used_ = 0, objects_ = 0;
};

void check_name(const File& file, const Geometry& geometry) {
    if (file.name.empty() || file.name.find('\0') != file.name.npos) throw InputError("a file without a name");
    if (file.name.size() >= geometry.name_bytes)
        throw InputError(fmt::format("'{}' is a longer name than the {} bytes that the file system takes", file.name,
                                     geometry.name_bytes - 1));
}

}  // namespace

void check(const Geometry& g) {
    const auto refuse = [](std::string_view why) { throw InputError(fmt::format("no SPIFFS can be so: {}", why)); };
    if (g.page_bytes == 0 || g.block_bytes == 0 || g.block_bytes % g.page_bytes != 0 ||
        g.size_bytes % g.block_bytes != 0)
        refuse("it is no whole number of blocks, or these of pages");
    if (g.name_bytes < 2 || g.name_bytes > g.page_bytes || g.page_bytes - g.name_bytes < 64)
        refuse("its pages are too small for names");  // CONFIG_SPIFFS_META_LENGTH's help text
    if (g.size_bytes / g.page_bytes >= kFree) refuse("it has too many pages");
    const Layout layout(g);
    if (layout.blocks() < 3 || layout.pages_per_block() <= layout.lookup_pages()) refuse("it has too few blocks");
    const std::size_t lookup_bytes = std::size_t{layout.lookup_pages()} * g.page_bytes;
    if (layout.entries() * kIdBytes + 2 * kIdBytes > lookup_bytes) refuse("the magic has no room");
}

Room room(std::span<const File> files, const Geometry& geometry) {
    const Layout layout(geometry);
    std::uint64_t pages = 0;
    for (const File& file : files) {
        const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(file.bytes.size(), geometry.size_bytes));
        pages += layout.index_pages(size) + layout.data_pages(size);
    }
    return {pages * geometry.page_bytes, std::uint64_t{layout.usable_pages()} * geometry.page_bytes};
}

std::vector<std::uint8_t> make(std::span<const File> files, const Geometry& geometry) {
    check(geometry);
    for (const File& file : files) check_name(file, geometry);
    if (files.size() >= kIndexBit) throw InputError(fmt::format("{} files are too many", files.size()));
    if (const Room needed = room(files, geometry); needed.used_bytes > needed.total_bytes)
        throw InputError(fmt::format("its files take {} KiB, the file system holds {}", needed.used_bytes / 1024,
                                     needed.total_bytes / 1024));
    Maker maker(geometry);
    for (const File& file : files) maker.add(file);
    return std::move(maker).release();
}

}  // namespace k210::spiffs
