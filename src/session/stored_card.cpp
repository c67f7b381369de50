#include "session/stored_card.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/loader/little_endian.hpp"
#include "session/compression.hpp"

namespace k210 {
namespace {

constexpr std::size_t kNumberBytes = 8, kMostBytes = std::size_t{256} << 20;

void append(std::vector<std::uint8_t>& bytes, std::uint64_t number) {
    for (unsigned i = 0; i < kNumberBytes; ++i) bytes.push_back(static_cast<std::uint8_t>(number >> 8 * i));
}

}  // namespace

CardData data_of(const CardImage& image) {
    CardData data;
    CardImage::Sector sector;
    for (std::uint64_t n = image.next_data(0); n < image.sectors(); n = image.next_data(n + 1)) {
        image.read(n, sector);
        if (std::ranges::all_of(sector, [](std::uint8_t byte) { return byte == 0; })) continue;
        append(data.numbers, n);
        data.contents.insert(data.contents.end(), sector.begin(), sector.end());
        if (data.contents.size() > kMostBytes)
            throw InputError(fmt::format("the card holds more than {} MiB: too much for a snapshot", kMostBytes >> 20));
    }
    return data;
}

std::vector<std::uint8_t> pack_card(const CardImage& image) {
    const CardData data = data_of(image);
    std::vector<std::uint8_t> plain;
    append(plain, image.sectors());
    append(plain, data.numbers.size());
    plain.insert(plain.end(), data.numbers.begin(), data.numbers.end());
    plain.insert(plain.end(), data.contents.begin(), data.contents.end());
    return compress(plain);
}

std::shared_ptr<const CardImage> unpack_card(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kHeadBytes = 2 * kNumberBytes;
    const auto plain = decompress(bytes, kHeadBytes + kMostBytes + kMostBytes / CardImage::kSectorBytes * kNumberBytes);
    if (plain.size() < kHeadBytes) throw InputError("is damaged: it is no card");
    const auto sectors = read_le<std::uint64_t>(plain, 0), numbers = read_le<std::uint64_t>(plain, kNumberBytes);
    const auto rest = std::span(plain).subspan(kHeadBytes);
    if (numbers > rest.size()) throw InputError("is damaged: a card's sectors are not whole");
    const auto first = rest.first(numbers), contents = rest.subspan(numbers);
    return std::make_shared<StoredCard>(sectors, std::vector(first.begin(), first.end()),
                                        std::vector(contents.begin(), contents.end()));
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
