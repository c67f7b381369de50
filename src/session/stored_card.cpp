#include "session/stored_card.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "loader/little_endian.hpp"

namespace k210 {
namespace {

constexpr std::size_t kNumberBytes = 8, kMostBytes = std::size_t{256} << 20;

}  // namespace

CardData data_of(const CardImage& image) {
    CardData data;
    CardImage::Sector sector;
    for (std::uint64_t n = image.next_data(0); n < image.sectors(); n = image.next_data(n + 1)) {
        image.read(n, sector);
        if (std::ranges::all_of(sector, [](std::uint8_t byte) { return byte == 0; })) continue;
        for (unsigned i = 0; i < kNumberBytes; ++i) data.numbers.push_back(static_cast<std::uint8_t>(n >> 8 * i));
        data.contents.insert(data.contents.end(), sector.begin(), sector.end());
        if (data.contents.size() > kMostBytes)
            throw InputError(fmt::format("the card holds more than {} MiB: too much for a snapshot", kMostBytes >> 20));
    }
    return data;
}

StoredCard::StoredCard(std::uint64_t sectors, const std::vector<std::uint8_t>& numbers,
                       std::vector<std::uint8_t> contents)
    : sectors_(sectors), contents_(std::move(contents)) {
    for (std::size_t at = 0; at + kNumberBytes <= numbers.size(); at += kNumberBytes) {
        const auto number = read_le<std::uint64_t>(numbers, at);
        if (number >= sectors || (!numbers_.empty() && number <= numbers_.back()))
            throw InputError("is damaged: a card has no such sector");
        numbers_.push_back(number);
    }
    if (numbers.size() % kNumberBytes != 0 || contents_.size() != numbers_.size() * kSectorBytes)
        throw InputError("is damaged: a card's sectors are not whole");
}

void StoredCard::read(std::uint64_t sector, Sector& to) const {
    const auto at = std::ranges::lower_bound(numbers_, sector);
    if (at == numbers_.end() || *at != sector) return to.fill(0);
    std::copy_n(contents_.begin() + (at - numbers_.begin()) * static_cast<std::ptrdiff_t>(kSectorBytes), kSectorBytes,
                to.begin());
}

std::uint64_t StoredCard::next_data(std::uint64_t from) const {
    const auto at = std::ranges::lower_bound(numbers_, from);
    return at == numbers_.end() ? sectors_ : *at;
}

}  // namespace k210
