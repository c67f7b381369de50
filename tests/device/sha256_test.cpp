#include "sha256/sha256.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

// FIPS 180-4 and its examples.
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kTwoBlocks = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr const char* kTwoBlocksText = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

struct Sha256Test : testing::Test {
    enum : std::uint32_t { kResult = 0x00, kDataIn = 0x20, kNum = 0x28, kFunction0 = 0x2c, kFunction1 = 0x34 };
    enum : std::uint32_t { kEnable = 1, kOverflow = 1 << 8, kBigEndian = 1 << 16, kFifoFull = 1 << 8 };
    DeviceBench bench;
    Sha256 sha{bench.context()};

    static std::string padded(std::string text) {
        const std::uint64_t bits = text.size() * 8;
        text += '\x80';
        while (text.size() % 64 != 56) text += '\0';
        for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
        return text;
    }
    static std::uint32_t word_of(const std::string& bytes, std::size_t at) {
        std::uint32_t word = 0;
        for (unsigned i = 0; i < 4; ++i) word |= std::uint32_t{static_cast<std::uint8_t>(bytes[at + i])} << (8 * i);
        return word;
    }
    // sha256_init
    static void begin(Sha256& device, std::size_t length) {
        device.write(kNum, 2, static_cast<std::uint32_t>((length + 72) / 64));
        device.write(kFunction1, 4, device.read(kFunction1, 4) & ~1u);
        device.write(kFunction0, 4, device.read(kFunction0, 4) | kBigEndian);
        device.write(kFunction0, 4, device.read(kFunction0, 4) | kEnable);
    }
    static void feed(Sha256& device, const std::string& bytes, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; i += 4) {
            ASSERT_FALSE(device.read(kFunction1, 4) & kFifoFull);
            device.write(kDataIn, 4, word_of(bytes, i));
        }
    }
    // sha256_final
    static std::string digest(Sha256& device) {
        std::string hex;
        for (unsigned i = 0; i < 8; ++i) {
            const std::uint32_t word = device.read(kResult + 4 * (7 - i), 4);
            for (unsigned k = 0; k < 4; ++k) hex += fmt::format("{:02x}", word >> (8 * k) & 0xff);
        }
        return hex;
    }
    std::string hash(const std::string& text) {
        const std::string message = padded(text);
        begin(sha, text.size());
        feed(sha, message, 0, message.size());
        return digest(sha);
    }
    bool done() { return sha.read(kFunction0, 4) & kEnable; }
};

TEST_F(Sha256Test, HashesOneBlock) {
    EXPECT_EQ(hash("abc"), kAbc);
}

TEST_F(Sha256Test, HashesSeveralBlocks) {
    EXPECT_EQ(hash(kTwoBlocksText), kTwoBlocks);
    EXPECT_EQ(hash(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(Sha256Test, StartsAfreshEveryTime) {
    hash(kTwoBlocksText);
    EXPECT_EQ(hash("abc"), kAbc);
}

TEST_F(Sha256Test, IsDoneOnlyWithTheLastWord) {
    const std::string message = padded(kTwoBlocksText);
    begin(sha, 56);
    feed(sha, message, 0, 124);
    EXPECT_FALSE(done());
    EXPECT_EQ(sha.read(kNum, 4), 1u << 16 | 2);
    feed(sha, message, 124, 128);
    EXPECT_TRUE(done());
    EXPECT_EQ(sha.read(kNum, 4), 2u << 16 | 2);
}

// MaixPy announces two blocks before it knows of any data.
TEST_F(Sha256Test, ShorterMessageThanAnnouncedEndsWithItsLastBlock) {
    begin(sha, 64);
    EXPECT_FALSE(done());
    feed(sha, padded(""), 0, 64);
    EXPECT_TRUE(done());
    EXPECT_EQ(digest(sha), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_FALSE(sha.read(kFunction0, 4) & kOverflow);
}

// Its digests of one hash object differ.
TEST_F(Sha256Test, BlockPastTheAnnouncedLengthIsHashedAndOverflows) {
    hash("abc");
    EXPECT_FALSE(sha.read(kFunction0, 4) & kOverflow);
    const std::string both = padded("abc") + padded("abc");
    feed(sha, both, 64, 128);
    EXPECT_TRUE(sha.read(kFunction0, 4) & kOverflow);
    EXPECT_TRUE(done());
    const std::string twice = digest(sha);
    EXPECT_NE(twice, kAbc);
    begin(sha, 119);  // two blocks
    feed(sha, both, 0, 128);
    EXPECT_EQ(digest(sha), twice);
    EXPECT_FALSE(sha.read(kFunction0, 4) & kOverflow);
}

TEST_F(Sha256Test, PartOfABlockIsUnderWayAndChangesNoResult) {
    hash("abc");
    sha.write(kDataIn, 4, 1);
    EXPECT_FALSE(done());
    EXPECT_EQ(digest(sha), kAbc);
}

TEST_F(Sha256Test, LittleEndianWordsAreThoseOfTheStandard) {
    const std::string message = padded("abc");
    sha.write(kNum, 4, 1);
    sha.write(kFunction0, 4, kEnable);
    for (std::size_t i = 0; i < 64; i += 4) sha.write(kDataIn, 4, __builtin_bswap32(word_of(message, i)));
    EXPECT_EQ(sha.read(kResult + 4 * 7, 4), 0xba78'16bfu);
    EXPECT_EQ(sha.read(kResult, 4), 0xf200'15adu);
}

TEST_F(Sha256Test, ResultAndStatusCannotBeWritten) {
    hash("abc");
    for (std::uint32_t offset = kResult; offset < kDataIn; offset += 4) sha.write(offset, 4, ~sha.read(offset, 4));
    EXPECT_EQ(digest(sha), kAbc);
    sha.write(kFunction1, 4, ~0u);
    EXPECT_EQ(sha.read(kFunction1, 4), 1u);
    sha.write(kNum, 4, 0xffff'0007);
    EXPECT_EQ(sha.read(kNum, 4), 1u << 16 | 7);
    sha.write(kFunction0, 4, kOverflow);
    EXPECT_FALSE(sha.read(kFunction0, 4) & kOverflow);
    EXPECT_EQ(sha.read(kDataIn, 4), 0u);
}

TEST_F(Sha256Test, NarrowInputIsRefused) {
    begin(sha, 3);
    sha.write(kDataIn, 2, 0x6162);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    feed(sha, padded("abc"), 0, 64);
    EXPECT_EQ(digest(sha), kAbc);
}

TEST_F(Sha256Test, OnlyTheByteWithTheEnableBitStarts) {
    const std::string message = padded(kTwoBlocksText);
    begin(sha, 56);
    feed(sha, message, 0, 64);
    ASSERT_TRUE(done()) << "its enable bit reads 1";
    sha.write(kFunction0 + 2, 1, 1);  // its endianness, as it was
    feed(sha, message, 64, 128);
    EXPECT_EQ(digest(sha), kTwoBlocks);
}

TEST_F(Sha256Test, AsksForDmaOnlyWhileItWantsData) {
    const std::string message = padded("abc");
    begin(sha, 3);
    EXPECT_FALSE(sha.dma_rx_req.level());
    sha.write(kFunction1, 4, 1);
    EXPECT_TRUE(sha.dma_rx_req.level());
    feed(sha, message, 0, 60);
    EXPECT_TRUE(sha.dma_rx_req.level());
    feed(sha, message, 60, 64);
    EXPECT_FALSE(sha.dma_rx_req.level());
}

TEST_F(Sha256Test, InputBeforeEnableIsAGuestError) {
    sha.write(kDataIn, 4, 1);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    EXPECT_EQ(hash("abc"), kAbc);
}

TEST_F(Sha256Test, MessageUnderWaySurvivesSaveAndRestore) {
    const std::string message = padded(kTwoBlocksText);
    begin(sha, 56);
    feed(sha, message, 0, 100);
    DeviceBench other_bench;
    Sha256 other{other_bench.context()};
    DeviceBench::transfer_state(sha, other);
    feed(other, message, 100, 128);
    EXPECT_EQ(digest(other), kTwoBlocks);
}

TEST_F(Sha256Test, FinishedMessageSurvivesSaveAndRestore) {
    hash("abc");
    DeviceBench other_bench;
    Sha256 other{other_bench.context()};
    DeviceBench::transfer_state(sha, other);
    EXPECT_EQ(other.read(kFunction0, 4) & kEnable, +kEnable);
    EXPECT_EQ(digest(other), kAbc);
}

TEST_F(Sha256Test, ResetForgetsTheMessage) {
    hash("abc");
    sha.reset();
    EXPECT_FALSE(done());
    EXPECT_EQ(sha.read(kResult, 4), 0u);
    sha.write(kDataIn, 4, 1);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

}  // namespace
}  // namespace k210
