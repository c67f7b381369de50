#include "session/paged_snapshot.hpp"

#include <algorithm>

namespace k210 {

PagedSnapshot::PagedSnapshot(const Snapshot& snapshot, const PagedSnapshot* before) {
    Layout layout;
    std::vector<std::uint8_t> small;
    for (const auto& [name, bytes] : snapshot) {
        layout.emplace_back(name, bytes.size());
        if (bytes.size() >= kPageBytes)
            add(bytes, before);
        else
            small.insert(small.end(), bytes.begin(), bytes.end());
    }
    add(small, before);
    layout_ =
        before && *before->layout_ == layout ? before->layout_ : std::make_shared<const Layout>(std::move(layout));
}

void PagedSnapshot::add(std::span<const std::uint8_t> bytes, const PagedSnapshot* before) {
    while (!bytes.empty()) {
        const auto page = bytes.first(std::min(kPageBytes, bytes.size()));
        bytes = bytes.subspan(page.size());
        const std::size_t index = pages_.size();
        if (before && index < before->pages_.size() && std::ranges::equal(page, *before->pages_[index]))
            pages_.push_back(before->pages_[index]);
        else
            pages_.push_back(std::make_shared<const Page>(page.begin(), page.end()));
    }
}

Snapshot PagedSnapshot::whole() const {
    Snapshot snapshot;
    std::size_t next = 0;
    const auto append_page = [&](std::vector<std::uint8_t>& to) {
        to.insert(to.end(), pages_[next]->begin(), pages_[next]->end());
        ++next;
    };
    for (const auto& [name, size] : *layout_) {
        auto& bytes = snapshot.emplace_hint(snapshot.end(), name, std::vector<std::uint8_t>())->second;
        if (size < kPageBytes) continue;
        bytes.reserve(size);
        while (bytes.size() < size) append_page(bytes);
    }
    std::vector<std::uint8_t> small;
    while (next < pages_.size()) append_page(small);
    auto from = small.begin();
    for (const auto& [name, size] : *layout_) {
        if (size >= kPageBytes) continue;
        const auto end = from + static_cast<std::ptrdiff_t>(size);
        snapshot.find(name)->second.assign(from, end);
        from = end;
    }
    return snapshot;
}

std::size_t PagedSnapshot::own_bytes() const {
    std::size_t bytes = pages_.size() * sizeof(pages_[0]);
    for (const auto& page : pages_)
        if (page.use_count() == 1) bytes += page->size();
    return bytes;
}

}  // namespace k210
