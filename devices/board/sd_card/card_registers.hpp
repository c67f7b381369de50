// The registers of an SD card as it sends them, and the checksums on its wires.
// [doc] SD Physical Layer Simplified Specification, version 3.01: 4.5 (CRC), 5.1 to 5.6 (OCR, CID, CSD, SCR).
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "k210/part/ports.hpp"

namespace k210 {

using CardRegister = std::array<std::uint8_t, 16>;  // the last byte is the checksum

// What a card of that kind can say of its size: whole units, so some sectors at the end may be left out.
// Throws InputError when no card has so few or so many.
CardRegister card_specific_data(CardKind kind, std::uint64_t sectors);
std::uint64_t sectors_of(const CardRegister& card_specific_data);

const CardRegister& card_identification();
std::uint32_t operating_conditions(CardKind kind, bool powered_up);
std::array<std::uint8_t, 8> card_configuration();

std::uint8_t crc7(std::span<const std::uint8_t> bytes);  // as the last byte of a frame: with its end bit
std::uint16_t crc16(std::span<const std::uint8_t> bytes);

}  // namespace k210
