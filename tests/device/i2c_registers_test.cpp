#include "k210/part/i2c_registers.hpp"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210 {
namespace {

struct Registers : I2cRegisters {
    explicit Registers(unsigned address_bytes = 1) : I2cRegisters(address_bytes) {}
    using I2cRegisters::reset_address;
    bool answers() const override { return awake; }
    std::uint8_t read_register(std::uint16_t address) const override {
        const auto found = values.find(address);
        return found == values.end() ? 0 : found->second;
    }
    void write_register(std::uint16_t address, std::uint8_t value) override { values[address] = value; }
    void visit_state(StateVisitor& v) { visit_address(v); }

    void send(const std::vector<std::uint8_t>& bytes) {
        start(false);
        for (const std::uint8_t byte : bytes) write(byte);
    }
    std::map<std::uint16_t, std::uint8_t> values;
    bool awake = true;
};

using Values = std::map<std::uint16_t, std::uint8_t>;

TEST(I2cRegistersTest, DataAfterTheAddressGoesToOneRegisterAfterTheOther) {
    Registers part;
    part.send({0x80, 1, 2});
    part.send({0x10, 3});
    EXPECT_EQ(part.values, (Values{{0x80, 1}, {0x81, 2}, {0x10, 3}}));
}

TEST(I2cRegistersTest, ReadingGoesOnFromTheAddressInARepeatedStartOrALaterTransfer) {
    Registers part;
    part.values = {{0x30, 7}, {0x31, 8}, {0x32, 9}};
    part.send({0x30});
    part.start(true);
    EXPECT_EQ(part.read(), 7);
    EXPECT_EQ(part.read(), 8);
    part.stop();
    part.start(true);
    EXPECT_EQ(part.read(), 9);
}

TEST(I2cRegistersTest, AddressesOfTwoBytesComeHighByteFirst) {
    Registers part(2);
    part.send({0x81, 0x4e, 5, 6});
    EXPECT_EQ(part.values, (Values{{0x814e, 5}, {0x814f, 6}}));
    part.send({0x81, 0x4f});
    part.start(true);
    EXPECT_EQ(part.read(), 6);
}

TEST(I2cRegistersTest, AfterTheLastRegisterComesTheFirst) {
    Registers small(1), large(2);
    small.send({0xff, 1, 2});
    EXPECT_EQ(small.values, (Values{{0xff, 1}, {0, 2}}));
    large.send({0xff, 0xff, 1, 2});
    EXPECT_EQ(large.values, (Values{{0xffff, 1}, {0, 2}}));
}

TEST(I2cRegistersTest, APartThatDoesNotAnswerHearsNothing) {
    Registers part;
    part.values = {{0, 7}};
    part.awake = false;
    EXPECT_FALSE(part.start(false));
    EXPECT_FALSE(part.write(0));
    EXPECT_EQ(part.read(), 0xff);
    part.awake = true;
    EXPECT_TRUE(part.start(true));
    EXPECT_EQ(part.read(), 7);
}

TEST(I2cRegistersTest, PowerOnPutsTheAddressToZero) {
    Registers part(2);
    part.values = {{0, 7}, {0x1234, 8}};
    part.send({0x12, 0x34});
    part.reset_address();
    EXPECT_EQ(part.read(), 7);
}

TEST(I2cRegistersTest, RestoringGoesOnInTheMiddleOfAnAddress) {
    Registers part(2), other(2);
    part.send({0x81});
    Snapshot snapshot;
    StateSaver saver(snapshot);
    part.visit_state(saver);
    StateLoader loader(snapshot);
    other.visit_state(loader);
    other.write(0x40);
    other.write(9);
    EXPECT_EQ(other.values, (Values{{0x8140, 9}}));
}

TEST(I2cRegistersTest, RestoringRefusesAnAddressThatIsNone) {
    Registers large(2), small(1);
    large.send({0x01, 0x00});
    Snapshot snapshot;
    StateSaver saver(snapshot);
    large.visit_state(saver);
    StateLoader loader(snapshot);
    EXPECT_EQ(input_error_of([&] { small.visit_state(loader); }),
              "snapshot: register_address is 0x100, and 0xff is the most");
}

}  // namespace
}  // namespace k210
