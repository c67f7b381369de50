#include "profile/micropython_names.hpp"

#include <cstring>
#include <map>

namespace k210::profile {
namespace {

constexpr std::size_t kWord = GuestImage::kWord;
constexpr std::uint64_t kMostNames = 10'000;  // in a pool

// Where the parts of a pool are: the pool before it, the names that come before its own, how many it has room for and
// has, and these.
enum PoolPart : std::uint64_t { kBefore = 0, kNamesBefore = 8, kAllocated = 16, kCount = 24, kFirst = 32 };

void add_pool(const GuestImage& image, std::uint64_t pool, MicroPythonNames& names) {
    const std::uint64_t count = image.word(pool + kCount);
    for (std::uint64_t i = 0; i < count; ++i)
        names.push_back(image.name(image.word(pool + kFirst + i * kWord)).value_or(std::string_view()));
}

// The firmware's, each of which goes on where another has ended. The last of them, if there are any.
std::uint64_t add_constant_pools(const GuestImage& image, MicroPythonNames& names) {
    constexpr std::uint64_t kConstantAllocated = 10;  // py/qstr.c, MICROPY_ALLOC_QSTR_ENTRIES_INIT
    constexpr std::uint64_t kFewest = 16;
    std::map<std::uint64_t, std::uint64_t> pools;  // where they begin, by how many names come before
    for (std::uint64_t at = image.begin(); at < image.end(); at += kWord) {
        const std::uint64_t count = image.word(at + kCount);
        if (image.word(at + kAllocated) != kConstantAllocated || count < kFewest || count > kMostNames) continue;
        if (image.name(image.word(at + kFirst)) && image.name(image.word(at + kFirst + (count - 1) * kWord)))
            pools.emplace(image.word(at + kNamesBefore), at);
    }
    std::uint64_t last = 0;
    for (const auto& [before, at] : pools) {
        if (before != names.size()) continue;
        add_pool(image, at, names);
        last = at;
    }
    return last;
}

std::optional<std::uint64_t> pool_behind(const GuestImage& image, std::uint64_t last, std::size_t names) {
    for (std::uint64_t at = image.begin(); at < image.end(); at += kWord) {
        if (image.word(at + kBefore) != last || image.word(at + kNamesBefore) != names) continue;
        const std::uint64_t count = image.word(at + kCount);
        if (count != 0 && count <= image.word(at + kAllocated) && count <= kMostNames &&
            image.name(image.word(at + kFirst)))
            return at;
    }
    return {};
}

}  // namespace

std::uint64_t GuestImage::word(std::uint64_t at) const {
    std::uint64_t value = 0;
    if (at % kWord == 0 && holds(at) && end() - at >= sizeof value)
        std::memcpy(&value, bytes_.data() + (at - address_), sizeof value);
    return value;
}

std::optional<std::string_view> GuestImage::name(std::uint64_t at) const {
    if (!holds(at) || end() - at < 3) return {};
    const auto rest = bytes_.subspan(at - address_ + 1);
    const std::size_t length = rest[0];
    if (rest.size() < length + 2 || rest[length + 1] != 0) return {};
    return std::string_view(reinterpret_cast<const char*>(rest.data()) + 1, length);
}

MicroPythonNames read_names(const GuestImage& image) {
    MicroPythonNames names;
    std::uint64_t last = add_constant_pools(image, names);
    if (last == 0) return names;
    while (const auto next = pool_behind(image, last, names.size())) {
        add_pool(image, *next, names);
        last = *next;
    }
    return names;
}

}  // namespace k210::profile
