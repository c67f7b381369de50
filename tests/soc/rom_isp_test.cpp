// The boot ROM's serial mode, spoken to as flashing tools do: through the chip's pads.
#include "soc/rom_isp.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "k210/base/error.hpp"
#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

std::string little_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
    return bytes;
}

std::string request(std::uint8_t operation, std::uint32_t address, std::string_view data,
                    std::uint32_t length_error = 0, std::uint32_t checksum_error = 0) {
    std::string checked =
        little_endian(address) + little_endian(static_cast<std::uint32_t>(data.size()) + length_error);
    checked += data;
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    return std::string{static_cast<char>(operation), 0, 0, 0} +
           little_endian(static_cast<std::uint32_t>(sum) ^ checksum_error) + checked;
}

std::string framed(std::string_view bytes) {
    std::string frame = "\xc0";
    for (const char c : bytes) {
        if (c == '\xc0')
            frame += "\xdb\xdc";
        else if (c == '\xdb')
            frame += "\xdb\xdd";
        else
            frame += c;
    }
    return frame + "\xc0";
}

std::string answer(std::uint8_t operation, std::uint8_t reason) {
    return {'\xc0', static_cast<char>(operation), static_cast<char>(reason), '\xc0'};
}

constexpr std::uint8_t kOk = 0xe0, kBadLength = 0xe1, kBadChecksum = 0xe2, kInvalid = 0xe3;
constexpr std::string_view kGreeting("\xc0\xc2\0\0\0\0\0\0\0\0\0\0\0\0\xc0", 15);  // kflash.py:829

struct RomIspTest : testing::Test, ChipBench {
    FakeSerial host;
    std::vector<std::uint32_t> booted;

    RomIspTest() {
        chip.on_serial(host, {.rx = 4, .tx = 5});
        chip.rom_isp.on_boot = [this](std::uint32_t entry) { booted.push_back(entry); };
        chip.rom_isp.start();
    }
    std::string reply_to(std::string_view bytes) {
        host.sent.clear();
        for (const char c : bytes) EXPECT_TRUE(chip.send_serial(4, static_cast<std::uint8_t>(c)));
        return host.sent;
    }
};

TEST_F(RomIspTest, GreetsWithoutAChecksum) {
    EXPECT_EQ(reply_to(kGreeting), answer(0xc2, kOk));
    EXPECT_EQ(reply_to(framed("\xc2")), answer(0xc2, kOk));
}

TEST_F(RomIspTest, WritesMemory) {
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'1000, "\x01\xc0\xdb\x04"))), answer(0xc3, kOk));
    EXPECT_EQ(read(0x8000'1000), 0x04db'c001u);
    EXPECT_EQ(read(0x4000'1000), 0x04db'c001u);
}

TEST_F(RomIspTest, CodeThatItWritesOverIsNoticed) {
    chip.sram.mark_code(0x1000, 4);
    const std::uint64_t before = chip.code_epoch.value;
    reply_to(framed(request(0xc3, 0x8000'1000, "code")));
    EXPECT_NE(chip.code_epoch.value, before);
}

TEST_F(RomIspTest, TakesTheLongestFrameAndNoLongerOne) {
    const std::string longest(65'536, 'x');
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, longest))), answer(0xc3, kOk));
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, longest + "x"))), answer(0xc3, kBadLength));
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, longest + "x", ~0u))), answer(0xc3, kBadLength));
}

TEST_F(RomIspTest, RefusesAWrongLengthOrChecksum) {
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, "data", 1))), answer(0xc3, kBadLength));
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, "data", ~0u))), answer(0xc3, kBadLength)) << "one less";
    EXPECT_EQ(reply_to(framed(request(0xc3, 0x8000'0000, "data", 0, 1))), answer(0xc3, kBadChecksum));
    EXPECT_EQ(reply_to(framed(std::string("\xc3\0\0\0", 4))), answer(0xc3, kBadLength));
    EXPECT_EQ(read(0x8000'0000), 0u);
}

TEST_F(RomIspTest, RefusesWhatItCannotDo) {
    for (const std::uint8_t operation : std::initializer_list<std::uint8_t>{0xc1, 0xc4, 0xd2, 0x00, 0xff})
        EXPECT_EQ(reply_to(framed(request(operation, 0, ""))), answer(operation, kInvalid)) << unsigned{operation};
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(RomIspTest, RefusesAddressesThatAreNoMemory) {
    for (const std::uint32_t address : {0x3800'0000u, 0x8800'0000u, 0x8060'0000u - 2 + 0x20'0000, 0xffff'fffeu})
        EXPECT_EQ(reply_to(framed(request(0xc3, address, "data"))), answer(0xc3, kInvalid)) << std::hex << address;
    EXPECT_GT(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(RomIspTest, BootsWithoutAnAnswer) {
    EXPECT_EQ(reply_to(framed(request(0xc5, 0x805e'0000, ""))), "");
    EXPECT_EQ(booted, std::vector<std::uint32_t>{0x805e'0000});
    EXPECT_FALSE(chip.rom_isp.running());
    EXPECT_FALSE(chip.send_serial(4, 'x')) << "UARTHS is not set up";
}

TEST_F(RomIspTest, DoesNotBootWithAWrongChecksum) {
    EXPECT_EQ(reply_to(framed(request(0xc5, 0x8000'0000, "", 0, 1))), answer(0xc5, kBadChecksum));
    EXPECT_TRUE(booted.empty());
}

TEST_F(RomIspTest, ChangesItsRate) {
    EXPECT_EQ(chip.serial_baud(5), 115'200u);
    EXPECT_EQ(reply_to(framed(request(0xc6, 0, little_endian(1'523'684)))), "");
    EXPECT_EQ(chip.serial_baud(5), 1'523'684u);
    EXPECT_EQ(reply_to(framed(request(0xc6, 0, "abc"))), answer(0xc6, kBadLength));
    EXPECT_EQ(reply_to(framed(request(0xc6, 0, little_endian(0)))), answer(0xc6, kBadLength));
    EXPECT_EQ(chip.serial_baud(5), 1'523'684u);
    chip.rom_isp.start();
    EXPECT_EQ(chip.serial_baud(5), 115'200u);
}

TEST_F(RomIspTest, FindsItsFramesAmongOtherBytes) {
    EXPECT_EQ(reply_to("\x03\x04>>> \xdb"), "");
    EXPECT_EQ(reply_to("\xc0\xc0\xc2\xc0\xc2\xc0"), answer(0xc2, kOk) + answer(0xc2, kOk)) << "an end that begins";
    EXPECT_EQ(reply_to(std::string("\xc0\xdb\xc0") + std::string(kGreeting)), answer(0xc2, kOk)) << "half an escape";
}

TEST_F(RomIspTest, AnAnswerNeverNeedsAnEscape) {
    EXPECT_EQ(reply_to(framed("\xc0")), answer(0xc2, kInvalid));
    EXPECT_EQ(reply_to(framed("\xdb")), answer(0xc2, kInvalid));
}

TEST_F(RomIspTest, AResetEndsIt) {
    chip.reset(Sysctl::ResetCause::pin);
    EXPECT_FALSE(chip.send_serial(4, 'x'));
    EXPECT_EQ(chip.serial_baud(5), 0u);
}

TEST_F(RomIspTest, GoesOnInTheMiddleOfAFrameWhenRestored) {
    const std::string frame = framed(request(0xc3, 0x8000'0000, "\xc0\x02\x03\x04"));
    reply_to(framed(request(0xc6, 0, little_endian(9'600))));
    const auto cut = frame.find('\xdb') + 1;
    reply_to(frame.substr(0, cut));
    Snapshot snapshot;
    StateSaver saver(snapshot);
    chip.rom_isp.visit_state(saver);

    ChipBench other;
    other.chip.on_serial(host, {.rx = 4, .tx = 5});
    StateLoader loader(snapshot);
    other.chip.rom_isp.visit_state(loader);
    loader.finish();
    host.sent.clear();
    for (const char c : frame.substr(cut)) other.chip.send_serial(4, static_cast<std::uint8_t>(c));
    EXPECT_EQ(host.sent, answer(0xc3, kOk));
    EXPECT_EQ(other.read(0x8000'0000), 0x0403'02c0u);
    EXPECT_EQ(other.chip.serial_baud(5), 9'600u);
}

TEST_F(RomIspTest, ASnapshotWithTooLongAFrameIsRefused) {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    chip.rom_isp.visit_state(saver);
    snapshot["rom_isp.frame"].assign(65'536 + 18, 0);
    StateLoader loader(snapshot);
    EXPECT_THROW(chip.rom_isp.visit_state(loader), InputError);
}

}  // namespace
}  // namespace k210
