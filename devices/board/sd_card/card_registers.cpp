#include "board/sd_card/card_registers.hpp"

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kHighCapacityUnit = 1024;                          // sectors: 512 KiB
constexpr std::uint64_t kMostHighCapacityUnits = 1u << 16;                 // 32 GiB
constexpr unsigned kMostSizeExponent = 9;                                  // sectors of a unit: C_SIZE_MULT + 2
constexpr std::uint64_t kMostUnits = 1u << 12;                             // C_SIZE + 1
constexpr std::uint64_t kLargestBlocks = kMostUnits << kMostSizeExponent;  // with READ_BL_LEN 9; twice with 10

// Bits as the specification counts them: 127 first.
void put(CardRegister& to, unsigned msb, unsigned lsb, std::uint64_t value) {
    for (unsigned bit = lsb; bit <= msb; ++bit) {
        std::uint8_t& byte = to[15 - bit / 8];
        const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
        byte = static_cast<std::uint8_t>(value >> (bit - lsb) & 1 ? byte | mask : byte & ~mask);
    }
}
std::uint64_t take(const CardRegister& from, unsigned msb, unsigned lsb) {
    std::uint64_t value = 0;
    for (unsigned bit = msb + 1; bit-- > lsb;) value = value << 1 | (from[15 - bit / 8] >> bit % 8 & 1);
    return value;
}
void close(CardRegister& r) {
    r[15] = crc7(std::span(r).first(15));
}

// What both versions share: 25 MHz, erase by sector, no write protection.
CardRegister common(unsigned version, unsigned block_exponent) {
    CardRegister csd{};
    put(csd, 127, 126, version);
    put(csd, 119, 112, 0x0e);  // TAAC: 1 ms
    put(csd, 103, 96, 0x32);   // TRAN_SPEED: 25 Mbit/s
    put(csd, 95, 84, 0x5b5);   // CCC: classes 0, 2, 4, 5, 7, 8, 10
    put(csd, 83, 80, block_exponent);
    put(csd, 46, 46, 1);     // ERASE_BLK_EN
    put(csd, 45, 39, 0x7f);  // SECTOR_SIZE
    put(csd, 28, 26, 2);     // R2W_FACTOR
    put(csd, 25, 22, block_exponent);
    return csd;
}

}  // namespace

CardRegister card_specific_data(CardKind kind, std::uint64_t sectors) {
    if (kind == CardKind::sdhc) {
        const std::uint64_t units = sectors / kHighCapacityUnit;
        if (units == 0 || units > kMostHighCapacityUnits)
            throw InputError(fmt::format("{} sectors: a card of high capacity has 512 KiB to 32 GiB", sectors));
        CardRegister csd = common(1, 9);
        put(csd, 69, 48, units - 1);
        close(csd);
        return csd;
    }
    const unsigned block_exponent = sectors > kLargestBlocks ? 10 : 9;
    const std::uint64_t blocks = sectors >> (block_exponent - 9);
    unsigned exponent = 2;
    while (exponent < kMostSizeExponent && (blocks >> exponent > kMostUnits || blocks % (2u << exponent) == 0))
        ++exponent;
    const std::uint64_t units = blocks >> exponent;
    if (units == 0 || units > kMostUnits)
        throw InputError(fmt::format("{} sectors: a card of standard capacity has 2 KiB to 2 GiB", sectors));
    CardRegister csd = common(0, block_exponent);
    put(csd, 73, 62, units - 1);
    put(csd, 49, 47, exponent - 2);
    close(csd);
    return csd;
}

std::uint64_t sectors_of(const CardRegister& csd) {
    if (take(csd, 127, 126) == 1) return (take(csd, 69, 48) + 1) * kHighCapacityUnit;
    return (take(csd, 73, 62) + 1) << (take(csd, 49, 47) + 2) << (take(csd, 83, 80) - 9);
}

const CardRegister& card_identification() {
    static const CardRegister cid = [] {
        // No maker's number; "K2" and "EMUSD" as OEM and product, 1.0, serial number 1, January 2020.
        CardRegister r = {0x00, 'K', '2', 'E', 'M', 'U', 'S', 'D', 0x10, 0, 0, 0, 1, 0x01, 0x41, 0};
        close(r);
        return r;
    }();
    return cid;
}

std::uint32_t operating_conditions(CardKind kind, bool powered_up) {
    constexpr std::uint32_t kVoltages = 0x00ff'8000;  // 2.7 to 3.6 V
    if (!powered_up) return kVoltages;
    return kVoltages | 1u << 31 | (kind == CardKind::sdhc ? 1u << 30 : 0);
}

std::array<std::uint8_t, 8> card_configuration() {
    return {0x02, 0x35, 0x80, 0, 0, 0, 0, 0};  // version 3, erased data reads 0, no security, 1 and 4 data lines
}

std::uint8_t crc7(std::span<const std::uint8_t> bytes) {
    unsigned crc = 0;
    for (const std::uint8_t byte : bytes)
        for (unsigned bit = 8; bit-- > 0;) {
            crc = crc << 1 | (byte >> bit & 1);
            if (crc & 0x80) crc ^= 0x89;
        }
    for (unsigned i = 0; i < 7; ++i) {
        crc <<= 1;
        if (crc & 0x80) crc ^= 0x89;
    }
    return static_cast<std::uint8_t>(crc << 1 | 1);
}

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
    unsigned crc = 0;
    for (const std::uint8_t byte : bytes) {
        crc ^= unsigned{byte} << 8;
        for (unsigned i = 0; i < 8; ++i) crc = crc << 1 ^ (crc & 0x8000 ? 0x1021u : 0);
    }
    return static_cast<std::uint16_t>(crc);
}

}  // namespace k210
