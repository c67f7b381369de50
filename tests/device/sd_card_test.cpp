// An SD card as drivers find it: started, read, written, erased and pulled.
#include "board/sd_card/sd_card.hpp"

#include <initializer_list>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

using testing::Each;
using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;

// Every sector begins with its number.
struct NumberedImage final : CardImage {
    explicit NumberedImage(std::uint64_t n) : count(n) {}
    std::uint64_t sectors() const override { return count; }
    void read(std::uint64_t sector, Sector& to) const override {
        to.fill(static_cast<std::uint8_t>(sector));
        for (unsigned i = 0; i < 8; ++i) to[i] = static_cast<std::uint8_t>(sector >> 8 * i);
    }
    std::uint64_t count;
};

constexpr std::uint64_t kSectors = 64 * 2048;  // 64 MiB

struct SdCardTest : testing::Test {
    PartBench bench;
    SdCard card{bench.part("sd"), {27, 29}};

    SdCardTest() { insert(CardKind::sdhc); }

    void insert(CardKind kind, std::uint64_t sectors = kSectors) {
        card.insert(std::make_shared<NumberedImage>(sectors), kind);
    }
    std::uint8_t clock(std::uint8_t out = 0xff) {
        bench.events.run_until(after(bench.events.now(), ps_from_us(1)));
        return static_cast<std::uint8_t>(card.exchange(out, 8, 1));
    }
    // R1, 0xff when none comes.
    std::uint8_t response() {
        for (unsigned i = 0; i < 8; ++i)
            if (const std::uint8_t byte = clock(); byte != 0xff) return byte;
        return 0xff;
    }
    std::uint8_t command(unsigned index, std::uint32_t argument = 0) {
        card.select(true);
        clock(static_cast<std::uint8_t>(0x40 | index));
        for (unsigned shift : {24, 16, 8, 0}) clock(static_cast<std::uint8_t>(argument >> shift));
        clock(0x01);
        return response();
    }
    void end() {
        card.select(false);
        clock();
    }
    Bytes read(std::size_t count) {
        Bytes bytes;
        for (std::size_t i = 0; i < count; ++i) bytes.push_back(clock());
        return bytes;
    }
    // A block with its token and checksum; empty when none comes.
    Bytes block(std::size_t size = 512) {
        for (unsigned i = 0; i < 1000; ++i) {
            const std::uint8_t token = clock();
            if (token == 0xff) continue;
            if (token != 0xfe) return {};
            Bytes data = read(size);
            const Bytes checksum = read(2);
            EXPECT_EQ(checksum[0] << 8 | checksum[1], crc16(data));
            return data;
        }
        return {};
    }
    void start() {
        EXPECT_EQ(command(0), 0x01);
        end();
        EXPECT_EQ(command(8, 0x1aa), 0x01);
        EXPECT_THAT(read(4), ElementsAre(0, 0, 0x01, 0xaa));
        end();
        std::uint8_t up = 0xff;
        for (unsigned i = 0; i < 255 && up != 0; ++i) {
            EXPECT_EQ(command(55), 0x01);
            end();
            up = command(41, 0x4000'0000);
            end();
        }
        EXPECT_EQ(up, 0);
    }
    std::uint8_t write_block(std::uint8_t token, std::uint8_t fill) {
        clock(0xff);
        clock(token);
        for (unsigned i = 0; i < 512; ++i) clock(fill);
        clock(0);
        clock(0);
        const std::uint8_t answer = clock();
        unsigned busy = 0;
        while (clock() == 0x00) ++busy;
        EXPECT_GT(busy, 0u);
        return answer & 0x1f;
    }
    static std::uint64_t number(const Bytes& sector) {
        std::uint64_t n = 0;
        for (unsigned i = 8; i-- > 0;) n = n << 8 | sector.at(i);
        return n;
    }
    std::uint64_t read_number(std::uint32_t argument) {
        EXPECT_EQ(command(17, argument), 0);
        const Bytes data = block();
        end();
        return number(data);
    }
};

TEST_F(SdCardTest, StartsAsDriversStartIt) {
    start();
    EXPECT_EQ(command(58), 0);
    EXPECT_THAT(read(4), ElementsAre(0xc0, 0xff, 0x80, 0x00));
}

TEST_F(SdCardTest, OfStandardCapacityItSaysSo) {
    insert(CardKind::sdsc);
    start();
    EXPECT_EQ(command(58), 0);
    EXPECT_THAT(read(4), ElementsAre(0x80, 0xff, 0x80, 0x00));
}

TEST_F(SdCardTest, BeforeItHasStartedMostCommandsAreIllegal) {
    EXPECT_EQ(command(0), 0x01);
    for (const unsigned index : {9u, 10u, 13u, 17u, 24u, 38u}) EXPECT_EQ(command(index), 0x05) << index;
}

TEST_F(SdCardTest, IsAskedMoreThanOnceUntilItHasStarted) {
    command(55);
    EXPECT_EQ(command(41, 0x4000'0000), 0x01);
    start();
}

TEST_F(SdCardTest, AnApplicationCommandMayBeAnnouncedTwice) {
    start();
    command(55);
    EXPECT_EQ(command(55), 0);
    EXPECT_EQ(command(51), 0);
    EXPECT_EQ(block(8).size(), 8u);
}

TEST_F(SdCardTest, DeselectedInTheMiddleOfACommandItForgetsIt) {
    start();
    card.select(true);
    for (const unsigned byte : {0x51u, 0u, 0u}) clock(static_cast<std::uint8_t>(byte));
    end();
    EXPECT_EQ(command(13), 0);
}

// xv6-k210 lets the controller select it, which it does for one transfer at a time.
TEST_F(SdCardTest, DeselectedBehindACommandItKeepsTheAnswer) {
    start();
    card.select(true);
    for (const unsigned byte : {0x51u, 0u, 0u, 0u, 7u, 1u}) clock(static_cast<std::uint8_t>(byte));
    const auto next = [&] {
        end();
        card.select(true);
        return clock();
    };
    EXPECT_EQ(next(), 0xff);
    EXPECT_EQ(next(), 0x00);
    std::uint8_t token = 0xff;
    for (unsigned i = 0; i < 1000 && token == 0xff; ++i) token = next();
    EXPECT_EQ(token, 0xfe);
    Bytes data = {next()};
    while (data.size() < 512) data.push_back(next());
    EXPECT_EQ(number(data), 7u);
}

TEST_F(SdCardTest, SaysItsSize) {
    start();
    EXPECT_EQ(command(9), 0);
    const Bytes csd = block(16);
    ASSERT_EQ(csd.size(), 16u);
    EXPECT_EQ(csd[0] >> 6, 1);
    const unsigned size = (csd[7] & 0x3fu) << 16 | csd[8] << 8 | csd[9];
    EXPECT_EQ((size + 1) * 1024ull, kSectors);
    EXPECT_EQ(csd[15], crc7(std::span(csd).first(15)));
}

TEST_F(SdCardTest, IdentifiesItself) {
    start();
    EXPECT_EQ(command(10), 0);
    const Bytes cid = block(16);
    EXPECT_EQ(std::string(cid.begin() + 3, cid.begin() + 8), "EMUSD");
}

TEST_F(SdCardTest, ReadsASectorByItsNumber) {
    start();
    EXPECT_EQ(read_number(0), 0u);
    EXPECT_EQ(read_number(kSectors - 1), kSectors - 1);
}

TEST_F(SdCardTest, TakesItsTimeToFindABlock) {
    start();
    EXPECT_EQ(command(17, 3), 0);
    EXPECT_THAT(read(150), Each(0xff));
    EXPECT_EQ(number(block()), 3u);
}

TEST_F(SdCardTest, OfStandardCapacityItCountsBytes) {
    insert(CardKind::sdsc);
    start();
    EXPECT_EQ(read_number(3 * 512), 3u);
    EXPECT_EQ(command(17, 3 * 512 + 1), 0x20);
}

TEST_F(SdCardTest, BehindItsEndThereIsNothing) {
    start();
    EXPECT_EQ(command(17, kSectors), 0x40);
    EXPECT_EQ(command(24, kSectors), 0x40);
}

TEST_F(SdCardTest, ReadsOnUntilStoppedEvenAfterBeingDeselected) {
    start();
    EXPECT_EQ(command(18, 7), 0);
    for (const std::uint64_t n : {7u, 8u, 9u}) EXPECT_EQ(number(block()), n);
    end();
    command(12);
    end();
    EXPECT_EQ(read_number(1), 1u);
}

TEST_F(SdCardTest, StoppedItReadsNoFurther) {
    start();
    EXPECT_EQ(command(18, 7), 0);
    block();
    EXPECT_EQ(command(12), 0);
    EXPECT_THAT(read(600), Each(0xff));
}

TEST_F(SdCardTest, ReadingManyEndsWithAnErrorAtItsEnd) {
    start();
    EXPECT_EQ(command(18, kSectors - 1), 0);
    EXPECT_EQ(number(block()), kSectors - 1);
    EXPECT_EQ(response(), 0x08);
}

TEST_F(SdCardTest, KeepsWhatIsWritten) {
    start();
    EXPECT_EQ(command(24, 5), 0);
    EXPECT_EQ(write_block(0xfe, 0xa5), 0x05);
    end();
    EXPECT_EQ(read_number(5), 0xa5a5'a5a5'a5a5'a5a5u);
    EXPECT_EQ(read_number(6), 6u);
    EXPECT_EQ(card.take_written(), (std::set<std::uint64_t>{5}));
    EXPECT_EQ(card.contents(5)[511], 0xa5);
    EXPECT_TRUE(card.take_written().empty());
}

TEST_F(SdCardTest, WritesManyUntilTheStopToken) {
    start();
    EXPECT_EQ(command(25, 5), 0);
    EXPECT_EQ(write_block(0xfc, 0x11), 0x05);
    EXPECT_EQ(write_block(0xfc, 0x22), 0x05);
    clock(0xfd);
    while (clock() != 0xff) {}
    while (clock() != 0xff) {}
    end();
    EXPECT_EQ(read_number(5), 0x1111'1111'1111'1111u);
    EXPECT_EQ(read_number(6), 0x2222'2222'2222'2222u);
    EXPECT_EQ(read_number(7), 7u);
}

TEST_F(SdCardTest, WhereABlockCouldBeginACommandIsOne) {
    start();
    EXPECT_EQ(command(25, 5), 0);
    EXPECT_EQ(write_block(0xfc, 0x11), 0x05);
    EXPECT_EQ(command(13), 0);
}

TEST_F(SdCardTest, WritingManyPastItsEndIsRefused) {
    start();
    EXPECT_EQ(command(25, kSectors - 1), 0);
    EXPECT_EQ(write_block(0xfc, 0x11), 0x05);
    EXPECT_EQ(write_block(0xfc, 0x22), 0x0d);
    EXPECT_EQ(card.take_written(), (std::set<std::uint64_t>{kSectors - 1}));
}

TEST_F(SdCardTest, ErasedSectorsRead0UntilWrittenAgain) {
    start();
    for (const auto& [first, last] : {std::pair{10u, 12u}, std::pair{20u, 21u}, std::pair{13u, 19u}}) {
        EXPECT_EQ(command(32, first), 0);
        EXPECT_EQ(command(33, last), 0);
        EXPECT_EQ(command(38), 0);
        while (clock() != 0xff) {}
        end();
    }
    EXPECT_EQ(card.erased(), (std::map<std::uint64_t, std::uint64_t>{{10, 21}}));
    EXPECT_EQ(read_number(9), 9u);
    for (const unsigned sector : {10u, 16u, 21u}) EXPECT_EQ(read_number(sector), 0u) << sector;
    EXPECT_EQ(read_number(22), 22u);
    EXPECT_EQ(command(24, 11), 0);
    write_block(0xfe, 0x33);
    end();
    EXPECT_EQ(read_number(11), 0x3333'3333'3333'3333u);
}

TEST_F(SdCardTest, WhatWasWrittenIsErasedUpToBothEnds) {
    start();
    for (const unsigned sector : {29u, 30u, 31u, 32u, 33u}) {
        EXPECT_EQ(command(24, sector), 0);
        write_block(0xfe, 0x44);
        end();
    }
    command(32, 30);
    command(33, 32);
    EXPECT_EQ(command(38), 0);
    while (clock() != 0xff) {}
    end();
    for (const unsigned sector : {30u, 31u, 32u}) EXPECT_EQ(read_number(sector), 0u) << sector;
    for (const unsigned sector : {29u, 33u}) EXPECT_EQ(read_number(sector), 0x4444'4444'4444'4444u) << sector;
    EXPECT_EQ(card.take_written(), (std::set<std::uint64_t>{29, 33}));
}

TEST_F(SdCardTest, ASingleSectorMayBeErased) {
    start();
    command(32, 30);
    command(33, 30);
    EXPECT_EQ(command(38), 0);
    EXPECT_EQ(card.erased(), (std::map<std::uint64_t, std::uint64_t>{{30, 30}}));
}

TEST_F(SdCardTest, AnEraseOfAWholeLargeCardTakesNoMemory) {
    insert(CardKind::sdhc, 32ull << 21);
    start();
    command(32, 0);
    command(33, (32u << 21) - 1);
    EXPECT_EQ(command(38), 0);
    EXPECT_TRUE(card.take_written().empty());
    EXPECT_EQ(card.erased().size(), 1u);
}

TEST_F(SdCardTest, EraseWantsBothEndsInOrder) {
    start();
    EXPECT_EQ(command(38), 0x10);
    command(33, 4);
    EXPECT_EQ(command(38), 0x10);
    command(32, 9);
    command(33, 4);
    EXPECT_EQ(command(38), 0x10);
}

TEST_F(SdCardTest, AnEmptySlotAnswersNothing) {
    start();
    card.remove();
    EXPECT_EQ(command(0), 0xff);
    EXPECT_FALSE(card.occupied());
    EXPECT_EQ(card.contents(1), CardImage::Sector{});
}

TEST_F(SdCardTest, ACardThatIsPutInHasToBeStarted) {
    start();
    insert(CardKind::sdhc);
    EXPECT_EQ(command(17), 0x05);
}

TEST_F(SdCardTest, NotSelectedItHearsNothing) {
    start();
    card.select(false);
    for (const unsigned byte : {0x51u, 0u, 0u, 0u, 0u, 1u}) clock(static_cast<std::uint8_t>(byte));
    card.select(true);
    EXPECT_EQ(response(), 0xff);
}

TEST_F(SdCardTest, RefusesSizesThatNoCardHas) {
    EXPECT_THROW(insert(CardKind::sdhc, 1023), InputError);
    EXPECT_THROW(insert(CardKind::sdhc, (32ull << 21) + 1024), InputError);
    EXPECT_THROW(insert(CardKind::sdsc, 3), InputError);
    EXPECT_THROW(insert(CardKind::sdsc, (2ull << 21) + 2048), InputError);
}

TEST(CardRegistersTest, StandardCapacitiesComeBack) {
    for (const std::uint64_t sectors : {4ull, 2048ull, 64ull << 11, 1000ull << 11, 1ull << 21, 2ull << 21})
        EXPECT_EQ(sectors_of(card_specific_data(CardKind::sdsc, sectors)), sectors);
}

TEST_F(SdCardTest, GoesOnWhereItWasSaved) {
    start();
    EXPECT_EQ(command(24, 5), 0);
    write_block(0xfe, 0xa5);
    end();
    command(32, 30);
    command(33, 40);
    command(38);
    while (clock() != 0xff) {}
    EXPECT_EQ(command(18, 5), 0);
    EXPECT_EQ(number(block()), 0xa5a5'a5a5'a5a5'a5a5u);
    SdCard other(bench.part("sd"), {27, 29});
    other.insert(std::make_shared<NumberedImage>(kSectors), CardKind::sdhc);
    DeviceBench::transfer_state(card, other);
    std::vector<std::uint8_t> one, two;
    for (unsigned i = 0; i < 600; ++i) {
        one.push_back(clock());
        two.push_back(static_cast<std::uint8_t>(other.exchange(0xff, 8, 1)));
    }
    EXPECT_EQ(one, two);
    EXPECT_EQ(other.contents(5), card.contents(5));
    EXPECT_EQ(other.take_written(), (std::set<std::uint64_t>{5}));
    EXPECT_EQ(other.erased(), card.erased());
}

TEST_F(SdCardTest, ASnapshotOfAnotherCardIsRefused) {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    card.visit_state(saver);
    insert(CardKind::sdhc, 2 * kSectors);
    StateLoader loader(snapshot);
    EXPECT_THROW(card.visit_state(loader), InputError);
}

}  // namespace
}  // namespace k210
