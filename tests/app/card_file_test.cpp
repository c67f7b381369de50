// The file of --sd: what may be one, and what the guest's writing does to it.
#include "app/card_file.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "board/sd_card/sd_card.hpp"
#include "k210/base/file.hpp"
#include "support/full_disk.hpp"
#include "support/part_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

constexpr std::uint64_t kSectors = 2048;

struct CardFileTest : testing::Test {
    TempDir files;
    std::filesystem::path image = files / "card.img";
    PartBench bench;
    SdCard slot{bench.part("sd"), {27, 29}};

    CardFileTest() {
        std::vector<std::uint8_t> bytes(kSectors * CardImage::kSectorBytes);
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i / 512);
        write_file_atomically(image, bytes);
    }
    std::uint8_t in_file(std::uint64_t sector) const { return read_file(image)[sector * 512]; }
    static std::uint8_t read(const CardFile& file, std::uint64_t sector) {
        CardImage::Sector bytes;
        file.read(sector, bytes);
        return bytes[0];
    }
    static CardImage::Sector filled(std::uint8_t with) {
        CardImage::Sector sector;
        sector.fill(with);
        return sector;
    }

    // As a driver does, after CMD0, CMD8 and ACMD41.
    void clock(std::uint8_t out) { slot.exchange(out, 8, 1); }
    void command(unsigned index, std::uint32_t argument) {
        slot.select(true);
        clock(static_cast<std::uint8_t>(0x40 | index));
        for (unsigned shift : {24, 16, 8, 0}) clock(static_cast<std::uint8_t>(argument >> shift));
        for (unsigned i = 0; i < 4; ++i) clock(0xff);
    }
    void start_card() {
        command(0, 0);
        for (unsigned i = 0; i < 8; ++i) {
            command(55, 0);
            command(41, 0x4000'0000);
        }
    }
    void guest_writes(std::uint32_t sector, std::uint8_t with) {
        command(24, sector);
        clock(0xfe);
        for (unsigned i = 0; i < 514; ++i) clock(with);
        clock(0xff);
        bench.events.run_until(after(bench.events.now(), kPsPerSecond));
        slot.select(false);
    }
    void guest_erases(std::uint32_t first, std::uint32_t last) {
        command(32, first);
        command(33, last);
        command(38, 0);
        bench.events.run_until(after(bench.events.now(), kPsPerSecond));
        slot.select(false);
    }
};

TEST_F(CardFileTest, HasTheSectorsOfTheFile) {
    const CardFile file(image, CardFile::Use::read);
    EXPECT_EQ(file.sectors(), kSectors);
    EXPECT_EQ(read(file, 7), 7);
}

TEST_F(CardFileTest, RefusesWhatIsNoImage) {
    write_file_atomically(files / "odd", std::string(1000, 'x'));
    write_file_atomically(files / "empty", std::string());
    EXPECT_EQ(input_error_of([&] { CardFile(files / "odd", CardFile::Use::read); }),
              (files / "odd").string() + ": has 1000 bytes: a card's image is a number of whole sectors of 512");
    EXPECT_NE(input_error_of([&] { CardFile(files / "empty", CardFile::Use::read); }).find("has 0 bytes"),
              std::string::npos);
    EXPECT_NE(input_error_of([&] { CardFile(files / "none", CardFile::Use::read); }).find("No such file"),
              std::string::npos);
    EXPECT_NE(input_error_of([&] { CardFile("/dev/null", CardFile::Use::write); }).find("no regular file"),
              std::string::npos);
}

TEST_F(CardFileTest, OneRunWritesItOrSeveralRead) {
    const CardFile first(image, CardFile::Use::read), second(image, CardFile::Use::read);
    EXPECT_EQ(input_error_of([&] { CardFile(image, CardFile::Use::write); }),
              image.string() + ": is in use by another run");
}

TEST_F(CardFileTest, WritingChangesTheFileAndNotWhatTheCardBeganWith) {
    CardFile file(image, CardFile::Use::write);
    file.write(3, filled(0xaa));
    file.write(3, filled(0xbb));
    EXPECT_EQ(in_file(3), 0xbb);
    EXPECT_EQ(read(file, 3), 3);
}

TEST_F(CardFileTest, WhatTheGuestWritesIsInTheFileWhileItRuns) {
    const auto file = std::make_shared<CardFile>(image, CardFile::Use::write);
    CardKeeper keeper(file);
    slot.insert(file, CardKind::sdhc);
    start_card();
    guest_writes(5, 0x77);
    keeper.look(slot, bench.events.now(), bench.log);
    EXPECT_EQ(in_file(5), 0x77);
    EXPECT_EQ(in_file(6), 6);
}

// The disk is full at first, and the card pulled before it is tried again.
TEST_F(CardFileTest, WhatCouldNotBeWrittenIsKeptForACardThatHasBeenPulled) {
    const auto file = std::make_shared<CardFile>(image, CardFile::Use::write);
    CardKeeper keeper(file);
    slot.insert(file, CardKind::sdhc);
    start_card();
    guest_writes(5, 0x77);
    {
        const FullDisk full(0);
        keeper.look(slot, bench.events.now(), bench.log);
    }
    EXPECT_EQ(in_file(5), 5);
    slot.remove();
    keeper.finish(slot);
    EXPECT_EQ(in_file(5), 0x77);
}

TEST_F(CardFileTest, AnotherCardsContentsStayOutOfTheFile) {
    const auto file = std::make_shared<CardFile>(image, CardFile::Use::write);
    std::filesystem::copy_file(image, files / "other.img");
    CardKeeper keeper(file);
    slot.insert(std::make_shared<CardFile>(files / "other.img", CardFile::Use::read), CardKind::sdhc);
    start_card();
    guest_writes(5, 0x77);
    keeper.look(slot, bench.events.now(), bench.log);
    guest_erases(10, 20);
    keeper.finish(slot);
    EXPECT_EQ(in_file(5), 5);
    EXPECT_EQ(in_file(10), 10);
}

TEST_F(CardFileTest, WhatAMachineHasWrittenThatIsGivenUpIsUndone) {
    const auto file = std::make_shared<CardFile>(image, CardFile::Use::write);
    CardKeeper keeper(file);
    slot.insert(file, CardKind::sdhc);
    start_card();
    guest_writes(5, 0x77);
    keeper.look(slot, bench.events.now(), bench.log);
    keeper.start_over();
    EXPECT_EQ(in_file(5), 5);
    EXPECT_EQ(read(*file, 5), 5);
}

TEST_F(CardFileTest, WhatTheGuestErasesIsZeroInTheFileAtTheEnd) {
    const auto file = std::make_shared<CardFile>(image, CardFile::Use::write);
    CardKeeper keeper(file);
    slot.insert(file, CardKind::sdhc);
    start_card();
    guest_writes(12, 0x11);
    keeper.look(slot, bench.events.now(), bench.log);
    guest_erases(10, 20);
    guest_writes(15, 0x22);
    keeper.finish(slot);
    EXPECT_EQ(in_file(9), 9);
    for (const unsigned sector : {10u, 12u, 14u, 16u, 20u}) EXPECT_EQ(in_file(sector), 0) << sector;
    EXPECT_EQ(in_file(15), 0x22);
    EXPECT_EQ(in_file(21), 21);
}

}  // namespace
}  // namespace k210::app
