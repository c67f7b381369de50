// What a receiver makes of a byte that was sent at its own rate, or at another.
#include "k210/bus/serial_frame.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210 {
namespace {

using Parity = SerialFormat::Parity;
using testing::ElementsAre;
using testing::IsEmpty;

SerialFormat at(std::uint64_t baud) {
    return SerialFormat::of_baud(baud);
}

TEST(SerialFrameTest, EveryByteArrivesAsItWasSent) {
    for (unsigned byte = 0; byte < 256; ++byte)
        EXPECT_THAT(hear(static_cast<std::uint8_t>(byte), at(115'200), at(115'200)),
                    ElementsAre(HeardByte{.byte = static_cast<std::uint8_t>(byte)}));
}

TEST(SerialFrameTest, FourPercentApartIsNearEnough) {
    EXPECT_THAT(hear(0x55, at(100'000), at(104'000)), ElementsAre(HeardByte{.byte = 0x55}));
    EXPECT_THAT(hear(0x55, at(100'000), at(96'000)), ElementsAre(HeardByte{.byte = 0x55}));
    EXPECT_TRUE(rates_agree(104'000, 100'000));
    EXPECT_TRUE(rates_agree(96'000, 100'000));
    EXPECT_FALSE(rates_agree(105'000, 100'000));
    EXPECT_FALSE(rates_agree(95'000, 100'000));
}

// 0x55 at half the rate is 00 11 00 11 ...: start, 1 0 0 1 1 0 0 1, stop.
TEST(SerialFrameTest, AFasterReceiverHearsMoreBytesThanWereSent) {
    EXPECT_THAT(hear(0x55, at(9'600), at(19'200)),
                ElementsAre(HeardByte{.byte = 0x66, .framing_error = true}, HeardByte{.byte = 0xe6}));
}

TEST(SerialFrameTest, ASlowerReceiverHearsAnotherByte) {
    EXPECT_THAT(hear(0x55, at(19'200), at(9'600)), ElementsAre(HeardByte{.byte = 0xff}));
    EXPECT_THAT(hear(0x00, at(19'200), at(9'600)), ElementsAre(HeardByte{.byte = 0xf8}));
}

TEST(SerialFrameTest, ALineThatStaysLowIsAFramingErrorAndHeardOnce) {
    EXPECT_THAT(hear(0x00, at(10'000), at(19'200)), ElementsAre(HeardByte{.byte = 0x00, .framing_error = true}));
}

TEST(SerialFrameTest, AMuchFasterReceiverHearsNoiseWithoutEnd) {
    EXPECT_LE(hear(0x55, at(300), at(3'000'000)).size(), 16u);
}

TEST(SerialFrameTest, WithoutARateNothingIsHeard) {
    EXPECT_THAT(hear('a', at(115'200), {}), IsEmpty());
    EXPECT_THAT(hear('a', {}, at(115'200)), IsEmpty());
}

TEST(SerialFrameTest, ParityIsSentAndChecked) {
    const auto with = [](Parity parity) {
        SerialFormat format = at(9'600);
        format.parity = parity;
        return format;
    };
    for (const std::uint8_t byte : {std::uint8_t{0x00}, std::uint8_t{0x01}, std::uint8_t{0x03}, std::uint8_t{0xff}})
        for (const Parity parity : {Parity::odd, Parity::even, Parity::space, Parity::mark})
            EXPECT_THAT(hear(byte, with(parity), with(parity)), ElementsAre(HeardByte{.byte = byte}));
    EXPECT_THAT(hear(0x01, with(Parity::odd), with(Parity::even)),
                ElementsAre(HeardByte{.byte = 0x01, .parity_error = true}));
    EXPECT_THAT(hear(0x01, with(Parity::space), with(Parity::mark)),
                ElementsAre(HeardByte{.byte = 0x01, .parity_error = true}));
    // One who expects none takes a low parity bit for a stop bit.
    EXPECT_THAT(hear(0x01, with(Parity::space), at(9'600)),
                ElementsAre(HeardByte{.byte = 0x01, .framing_error = true}));
}

TEST(SerialFrameTest, FewerDataBitsAreFilledUpByTheStopBit) {
    SerialFormat seven = at(9'600);
    seven.data_bits = 7;
    EXPECT_THAT(hear('a', seven, at(9'600)), ElementsAre(HeardByte{.byte = 'a' | 0x80}));
    EXPECT_THAT(hear('a' | 0x80, seven, seven), ElementsAre(HeardByte{.byte = 'a'}));
    seven.parity = Parity::even;
    for (const std::uint8_t byte : {'a', 'c'})  // odd and even
        EXPECT_THAT(hear(static_cast<std::uint8_t>(byte | 0x80), seven, seven), ElementsAre(HeardByte{.byte = byte}));
}

TEST(SerialFrameTest, ARateIsAlsoABitsLength) {
    EXPECT_EQ(at(1'000'000).bit_ps, 1'000'000u);
    EXPECT_EQ(at(1'000'000).baud(), 1'000'000u);
    EXPECT_EQ(at(0).baud(), 0u);
}

}  // namespace
}  // namespace k210
