// A snapshot that shares with another what is the same in both, page by page.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "k210/sim/state.hpp"

namespace k210 {

class PagedSnapshot {
public:
    static constexpr std::size_t kPageBytes = 4096;

    // `before`: what to share with, or nullptr.
    PagedSnapshot(const Snapshot& snapshot, const PagedSnapshot* before);

    Snapshot whole() const;
    std::size_t own_bytes() const;  // that nobody shares

private:
    using Page = std::vector<std::uint8_t>;
    using Layout = std::vector<std::pair<std::string, std::size_t>>;  // names and sizes

    void add(std::span<const std::uint8_t> bytes, const PagedSnapshot* before);

    std::shared_ptr<const Layout> layout_;
    // Of each large piece, and then of all small ones together.
    std::vector<std::shared_ptr<const Page>> pages_;
};

}  // namespace k210
