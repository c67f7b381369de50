#include "otp/otp.hpp"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

constexpr Otp::UniqueId kId = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                               17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0xa5};

struct OtpTest : testing::Test {
    enum : std::uint32_t {  // [sdk] at 685084c, otp.h:136-186
        kCeb = 0x00,
        kTestMode = 0x04,
        kMode = 0x08,
        kDatInFinish = 0x10,
        kLastDat = 0x20,
        kData = 0x24,
        kInDat = 0x2c,
        kApbAdr = 0x30,
        kDataAcpFlag = 0x38,
        kAdrInFlag = 0x3c,
        kBisrFinish = 0x48,
        kKeyCmpResult = 0x4c,
        kCmpKey = 0x50,
        kCle = 0x58,
        kWrgAdrFlag = 0x60,
        kProWrong = 0x64,
        kDataRdy = 0xac,
        kRegFlagLow = 0xbc
    };
    DeviceBench bench;
    Otp otp{bench.context(), kId};

    std::uint32_t read(std::uint32_t offset) { return otp.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { otp.write(offset, 4, v); }

    struct Result {
        enum Status { ok, timeout, bad_address } status;
        std::vector<std::uint8_t> bytes;
    };
    Result read_bytes(std::uint32_t address, std::size_t length) {  // otp_read_byte, and sipeed_uid_get in MaixPy
        Result result{Result::ok, {}};
        write(kCle, 0);
        write(kMode, 0);
        write(kWrgAdrFlag, 0);
        write(kCeb, 0);
        for (std::uint32_t bit = address * 8; length-- > 0; bit += 8) {
            if (read(kAdrInFlag) == 0) return {Result::timeout, {}};
            if (length == 0) write(kLastDat, 1);
            write(kApbAdr, bit);
            if (read(kDataRdy) == 0) return {Result::timeout, {}};
            if (read(kWrgAdrFlag) == 1) return {Result::bad_address, {}};
            result.bytes.push_back(static_cast<std::uint8_t>(read(kData)));
        }
        return result;
    }
    std::uint32_t compare_key(std::uint32_t word) {  // otp_key_compare
        write(kKeyCmpResult, 0);
        for (int i = 0; i < 4; ++i) write(kCmpKey, word);
        return read(kKeyCmpResult);
    }
};

TEST_F(OtpTest, GivesTheUniqueIdWhereMaixPyReadsIt) {
    const Result id = read_bytes(0x3d90, 32);
    EXPECT_EQ(id.status, Result::ok);
    EXPECT_EQ(id.bytes, std::vector<std::uint8_t>(kId.begin(), kId.end()));
}

TEST_F(OtpTest, TheRestIsBlank) {
    EXPECT_EQ(read_bytes(0x0000, 4).bytes, std::vector<std::uint8_t>(4));
    EXPECT_EQ(read_bytes(0x3db0, 4).bytes, std::vector<std::uint8_t>(4));
    EXPECT_EQ(read(kRegFlagLow), 0u);
}

TEST_F(OtpTest, AddressesCountBits) {
    read_bytes(0x3d90, 1);
    write(kApbAdr, 0x3d90 * 8 + 4);
    EXPECT_EQ(read(kData), 0x20u);
}

TEST_F(OtpTest, TakesNoAddressUntilItIsSelected) {
    EXPECT_EQ(read(kAdrInFlag), 0u);
    write(kApbAdr, 0x3d90 * 8);
    EXPECT_EQ(read(kDataRdy), 0u);
}

TEST_F(OtpTest, DataIsReadyUntilTaken) {
    read_bytes(0x3d90, 1);
    EXPECT_EQ(read(kDataRdy), 0u);
    write(kApbAdr, 0x3d91 * 8);
    EXPECT_EQ(read(kDataRdy), 1u);
}

TEST_F(OtpTest, NoByteOfTheAesKeyCanBeRead) {
    EXPECT_EQ(read_bytes(0x3fef, 1).status, Result::ok);
    for (std::uint32_t byte = 0x3ff0; byte < 0x4000; ++byte) {
        EXPECT_EQ(read_bytes(byte, 1).status, Result::bad_address) << byte;
        EXPECT_EQ(read(kData), 0u) << byte;
    }
}

TEST_F(OtpTest, NoBitOfTheAesKeyCanBeReadFromTheByteBeforeIt) {
    write(kCeb, 0);
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
        write(kWrgAdrFlag, 0);
        write(kApbAdr, 0x3fef * 8 + bit);
        EXPECT_EQ(read(kWrgAdrFlag), bit == 0 ? 0u : 1u) << bit;
    }
}

TEST_F(OtpTest, ReadsBeyondTheFusesAreRefused) {
    EXPECT_EQ(read_bytes(0x1000'0000, 1).status, Result::bad_address);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(OtpTest, TheAesKeyCanBeCompared) {
    EXPECT_EQ(compare_key(0), 2u);
    EXPECT_EQ(compare_key(1), 1u);
    EXPECT_EQ(compare_key(0), 2u);
}

TEST_F(OtpTest, ProgrammingReportsAnError) {
    write(kMode, 1);
    write(kDataAcpFlag, 0);
    write(kCeb, 0);
    EXPECT_EQ(read(kAdrInFlag), 1u);
    write(kApbAdr, 0);
    write(kInDat, 1);
    write(kDatInFinish, 1);
    EXPECT_EQ(read(kDataAcpFlag), 1u);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(OtpTest, SelfTestsFinishWithAnError) {
    write(kMode, 2);
    write(kTestMode, 0x30);
    write(kCeb, 0);
    EXPECT_EQ(read(kBisrFinish), 1u);
    EXPECT_EQ(read(kProWrong), 1u);
}

TEST_F(OtpTest, ReadUnderWaySurvivesSaveAndRestore) {
    read_bytes(0x3d90, 1);
    write(kApbAdr, 0x3daf * 8);
    write(kKeyCmpResult, 0);
    write(kCmpKey, 7);
    DeviceBench other_bench;
    Otp other{other_bench.context(), kId};
    DeviceBench::transfer_state(otp, other);
    EXPECT_EQ(other.read(kDataRdy, 4), 1u);
    EXPECT_EQ(other.read(kData, 4), 0xa5u);
    for (int i = 0; i < 3; ++i) other.write(kCmpKey, 4, 0);
    EXPECT_EQ(other.read(kKeyCmpResult, 4), 1u);
}

TEST_F(OtpTest, ResetDeselects) {
    read_bytes(0x3d90, 1);
    write(kApbAdr, 0x3d91 * 8);
    otp.reset();
    EXPECT_EQ(read(kDataRdy), 0u);
    EXPECT_EQ(read(kAdrInFlag), 0u);
}

}  // namespace
}  // namespace k210
