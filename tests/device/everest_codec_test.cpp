#include "board/everest_codec/everest_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/i2c_part_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

template <const CodecModel& model>
struct Codec : EverestCodec {
    static constexpr std::uint8_t kAddress = model.address;
    explicit Codec(I2cPads pads) : EverestCodec(model, pads) {}
};

template <const CodecModel& model>
struct CodecTest : I2cPartTest<Codec<model>> {
    std::vector<std::uint8_t> read(std::uint8_t address, unsigned count) {
        std::vector<std::uint8_t> bytes;
        EXPECT_TRUE(this->transfer({address}, count, &bytes));
        return bytes;
    }
    void write(std::uint8_t address, std::uint8_t value) { EXPECT_TRUE(this->transfer({address, value}, 0)); }
};
using Es8374Test = CodecTest<kEs8374>;
using Es8311Test = CodecTest<kEs8311>;

TEST_F(Es8374Test, IsWhereItsDriverLooks) {
    EXPECT_EQ(bench.chip.i2c_address, 0x10);
    EXPECT_EQ(bench.chip.i2c_pads, kPads);
}

TEST_F(Es8374Test, KeepsWhatTheDriverSets) {  // es8374.py, configI2SFormat(), setBitsPerSample()
    write(0x10, 0xc0);
    write(0x10, static_cast<std::uint8_t>(read(0x10, 1)[0] | 3 << 2));
    write(0x11, 0x55);
    EXPECT_THAT(read(0x10, 2), ElementsAre(0xcc, 0x55));
    part.power_on();
    EXPECT_THAT(read(0x10, 2), ElementsAre(0, 0));
}

TEST_F(Es8311Test, IsWhereItsDriverLooks) {
    EXPECT_EQ(bench.chip.i2c_address, 0x18);
}

TEST_F(Es8311Test, TellsWhichChipItIs) {  // es8311.c, es8311_get_chip_id()
    write(0xfd, 0);
    write(0xfe, 0);
    EXPECT_THAT(read(0xfd, 2), ElementsAre(0x83, 0x11));
}

TEST_F(Es8311Test, KeepsWhatTheDriverSets) {
    write(0x31, 0x60);
    EXPECT_THAT(read(0x31, 1), ElementsAre(0x60));
    EverestCodec other(kEs8311, {30, 31});
    DeviceBench::transfer_state<EverestCodec>(part, other);
    part.power_on();
    DeviceBench::transfer_state<EverestCodec>(other, part);
    EXPECT_THAT(read(0x31, 1), ElementsAre(0x60));
}

}  // namespace
}  // namespace k210
