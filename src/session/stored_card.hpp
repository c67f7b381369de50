// What a card held when it was put in, in memory: those sectors that are not all zero.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "k210/part/ports.hpp"

namespace k210 {

struct CardData {
    std::vector<std::uint8_t> numbers;   // of sectors, eight bytes each, rising
    std::vector<std::uint8_t> contents;  // of these
};
// Throws InputError when it is too much for memory.
CardData data_of(const CardImage& image);

// The same, compressed, with how many sectors it has; and back. Throws InputError when it is no such thing.
std::vector<std::uint8_t> pack_card(const CardImage& image);
std::shared_ptr<const CardImage> unpack_card(std::span<const std::uint8_t> bytes);

class StoredCard final : public CardImage {
public:
    // Throws InputError when these are not what data_of() gives.
    StoredCard(std::uint64_t sectors, const std::vector<std::uint8_t>& numbers, std::vector<std::uint8_t> contents);

    std::uint64_t sectors() const override { return sectors_; }
    void read(std::uint64_t sector, Sector& to) const override;
    std::uint64_t next_data(std::uint64_t from) const override;

private:
    std::uint64_t sectors_;
    std::vector<std::uint64_t> numbers_;
    std::vector<std::uint8_t> contents_;
};

}  // namespace k210
