// Where things lie in a SPIFFS: pellepl/spiffs@0b2e129 src/spiffs_nucleus.h:147-250, 423-466 [sdk], with 16-bit ids, no
// metadata and aligned index tables: those of MaixPy 0.6.2 begin at 142, not 141 [measured].
//
// Blocks are made of pages. A block begins with its lookup: the id of the object that each of its other pages belongs
// to; its erase count and the magic stand at the lookup's end. An object has index pages, whose ids have the top bit
// set, and data pages; each begins with a header. The first index page holds name and size as well.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "spiffs/spiffs.hpp"

namespace k210::spiffs {

inline constexpr std::uint16_t kFree = 0xffff, kDeleted = 0, kIndexBit = 0x8000;
inline constexpr std::uint32_t kIdBytes = 2, kNoSize = 0xffff'ffff;

// Of a page's header: id, span, flags, which are low when they hold.
inline constexpr std::uint32_t kSpanAt = 2, kFlagsAt = 4, kPageHeaderBytes = 5;
inline constexpr std::uint8_t kUsed = 0x01, kFinal = 0x02, kIndex = 0x04, kIndexDelete = 0x40, kDelete = 0x80;
inline constexpr std::uint8_t kDataFlags = static_cast<std::uint8_t>(~(kUsed | kFinal));
inline constexpr std::uint8_t kIndexFlags = static_cast<std::uint8_t>(~(kUsed | kFinal | kIndex));

// Of an index page: its header, padded; of the first one, size, type and name besides.
inline constexpr std::uint32_t kIndexHeaderBytes = 8, kSizeAt = 8, kTypeAt = 12, kNameAt = 13;

inline std::uint16_t read_u16(std::span<const std::uint8_t> from, std::size_t at) {
    return static_cast<std::uint16_t>(from[at] | from[at + 1] << 8);
}

class Layout {
public:
    explicit Layout(const Geometry& g) : g_(g) {}

    std::uint32_t blocks() const { return g_.size_bytes / g_.block_bytes; }
    std::uint32_t pages() const { return g_.size_bytes / g_.page_bytes; }
    std::uint32_t pages_per_block() const { return g_.block_bytes / g_.page_bytes; }
    std::uint32_t lookup_pages() const { return std::max(1u, pages_per_block() * kIdBytes / g_.page_bytes); }
    std::uint32_t entries() const { return pages_per_block() - lookup_pages(); }  // of a block's lookup
    // The guest never fills the last two: it needs them to clean up (spiffs_gc.c, spiffs_gc_check()).
    std::uint32_t usable_pages() const { return entries() * (blocks() - 2); }

    std::size_t entry_at(std::uint32_t block, std::uint32_t entry) const {
        return std::size_t{block} * g_.block_bytes + std::size_t{entry} * kIdBytes;
    }
    std::size_t page_at(std::uint32_t page) const { return std::size_t{page} * g_.page_bytes; }
    std::uint32_t page_of(std::uint32_t block, std::uint32_t entry) const {
        return block * pages_per_block() + lookup_pages() + entry;
    }
    bool in_lookup(std::uint32_t page) const { return page % pages_per_block() < lookup_pages(); }
    std::size_t erase_count_at(std::uint32_t block) const {
        return std::size_t{block} * g_.block_bytes + std::size_t{lookup_pages()} * g_.page_bytes - kIdBytes;
    }
    std::size_t magic_at(std::uint32_t block) const { return erase_count_at(block) - kIdBytes; }
    // With the length in it: a file system of another size is none.
    std::uint16_t magic(std::uint32_t block) const {
        return static_cast<std::uint16_t>(0x2014'0529 ^ g_.page_bytes ^ (blocks() - block));
    }

    std::uint32_t data_bytes() const { return g_.page_bytes - kPageHeaderBytes; }  // of a page
    std::uint32_t table_at(std::uint32_t index_span) const {
        return index_span == 0 ? (kNameAt + g_.name_bytes + 1) / kIdBytes * kIdBytes : kIndexHeaderBytes;
    }
    std::uint32_t table_entries(std::uint32_t index_span) const {
        return (g_.page_bytes - table_at(index_span)) / kIdBytes;
    }
    // The index page that tells of a data page, and where in that page.
    std::uint32_t index_span(std::uint32_t data_span) const {
        const std::uint32_t first = table_entries(0);
        return data_span < first ? 0 : 1 + (data_span - first) / table_entries(1);
    }
    std::uint32_t place_in_table(std::uint32_t data_span) const {
        const std::uint32_t span = index_span(data_span);
        return table_at(span) + kIdBytes * (span == 0 ? data_span : (data_span - table_entries(0)) % table_entries(1));
    }
    std::uint32_t data_pages(std::uint32_t size_bytes) const {
        return static_cast<std::uint32_t>((std::uint64_t{size_bytes} + data_bytes() - 1) / data_bytes());
    }
    std::uint32_t index_pages(std::uint32_t size_bytes) const {
        const std::uint32_t pages = data_pages(size_bytes);
        return pages == 0 ? 1 : index_span(pages - 1) + 1;
    }

private:
    const Geometry g_;
};

}  // namespace k210::spiffs
