#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "spiffs/layout.hpp"

namespace k210::spiffs {
namespace {

class Reader {
public:
    Reader(std::span<const std::uint8_t> area, const Geometry& geometry)
        : area_(area), geometry_(geometry), layout_(geometry) {}

    Contents contents() {
        find_index_pages();
        Contents found;
        std::set<std::string> names;
        for (const auto& [id, page] : headers_) {
            std::string name = name_of(page);
            // After a power loss there may be two: a guest opens the first.
            if (name.empty() || !names.insert(name).second) continue;
            File file{name, {}};
            if (const std::string why = read(id, page, file.bytes); why.empty())
                found.files.push_back(std::move(file));
            else
                found.damaged.push_back({std::move(name), why});
        }
        return found;
    }

private:
    std::span<const std::uint8_t> page(std::uint32_t number) const {
        return area_.subspan(layout_.page_at(number), geometry_.page_bytes);
    }

    // The headers in the order of their pages, and of each object's index pages the first of each span.
    void find_index_pages() {
        for (std::uint32_t block = 0; block < layout_.blocks(); ++block)
            for (std::uint32_t entry = 0; entry < layout_.entries(); ++entry) {
                const std::uint16_t id = read_u16(area_, layout_.entry_at(block, entry));
                if (id == kFree || (id & kIndexBit) == 0) continue;
                const std::uint32_t number = layout_.page_of(block, entry);
                if (!is_page_of(number, id, std::nullopt, kIndexFlags)) continue;
                const std::uint16_t span = read_u16(page(number), kSpanAt);
                if (!index_pages_.try_emplace({id, span}, number).second || span != 0) continue;
                headers_.emplace_back(id, number);
            }
    }

    // As the guest checks pages: SPIFFS_VALIDATE_OBJIX, SPIFFS_VALIDATE_DATA.
    bool is_page_of(std::uint32_t number, std::uint16_t id, std::optional<std::uint32_t> span,
                    std::uint8_t flags) const {
        const auto bytes = page(number);
        constexpr std::uint8_t kLookedAt = kUsed | kFinal | kIndex | kDelete;
        const auto deleted_index = static_cast<std::uint8_t>((flags & kIndex) == 0 ? kIndexDelete : 0);
        return read_u16(bytes, 0) == id && (!span || read_u16(bytes, kSpanAt) == *span) &&
               (bytes[kFlagsAt] & (kLookedAt | deleted_index)) == (flags & (kLookedAt | deleted_index));
    }

    std::string name_of(std::uint32_t header) const {
        const auto bytes = page(header).subspan(kNameAt, geometry_.name_bytes);
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return std::string(text.substr(0, text.find('\0')));
    }

    // Empty, or why it cannot be read whole.
    std::string read(std::uint16_t id, std::uint32_t header, std::vector<std::uint8_t>& to) const {
        const auto head = page(header);
        const std::uint32_t size = read_u16(head, kSizeAt) | std::uint32_t{read_u16(head, kSizeAt + 2)} << 16;
        if (size == kNoSize) return {};  // nothing has been written
        if (size > geometry_.size_bytes) return fmt::format("its size, {}, is larger than the file system", size);
        for (std::uint32_t span = 0; to.size() < size; ++span) {
            const std::uint32_t index_span = layout_.index_span(span);
            const auto index = index_pages_.find({id, static_cast<std::uint16_t>(index_span)});
            if (index == index_pages_.end()) return fmt::format("part {} of its index is missing", index_span);
            const std::uint32_t number = read_u16(page(index->second), layout_.place_in_table(span));
            if (number >= layout_.pages() || layout_.in_lookup(number) ||
                !is_page_of(number, id & ~kIndexBit, span, kDataFlags))
                return fmt::format("{} of its {} bytes are there", to.size(), size);
            const auto data = page(number).subspan(kPageHeaderBytes);
            const auto wanted = std::min<std::size_t>(data.size(), size - to.size());
            to.insert(to.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(wanted));
        }
        return {};
    }

    const std::span<const std::uint8_t> area_;
    const Geometry geometry_;
    const Layout layout_;
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::uint32_t> index_pages_;  // by id and span
    std::vector<std::pair<std::uint16_t, std::uint32_t>> headers_;
};

}  // namespace

bool is_spiffs(std::span<const std::uint8_t> area, const Geometry& geometry) {
    const Layout layout(geometry);
    // One block may lack its magic, as after power was lost while it was erased: spiffs_nucleus.c,
    // spiffs_obj_lu_scan().
    std::uint32_t lacking = 0;
    for (std::uint32_t block = 0; block < layout.blocks(); ++block)
        if (read_u16(area, layout.magic_at(block)) != layout.magic(block)) ++lacking;
    return lacking <= 1;
}

Contents read(std::span<const std::uint8_t> area, const Geometry& geometry) {
    return is_spiffs(area, geometry) ? Reader(area, geometry).contents() : Contents{};
}

}  // namespace k210::spiffs
