// MaixPy's SPIFFS, taken apart and made without a guest.
#include "spiffs/spiffs.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::spiffs {
namespace {

constexpr Geometry kMaixPy;
// As small as they come: one index page of 100 tells of 29 data pages only, and the lookup takes one page of eight.
constexpr Geometry kSmall{.size_bytes = 65536, .block_bytes = 2048, .page_bytes = 256, .name_bytes = 185};
constexpr std::uint32_t kPagesOfFirstIndex = (256 - 13 - 185) / 2;

std::vector<std::uint8_t> bytes(std::size_t count, unsigned seed = 7) {
    std::vector<std::uint8_t> made(count);
    for (std::uint8_t& b : made) b = static_cast<std::uint8_t>((seed = seed * 1103515245 + 12345) >> 16);
    return made;
}
void put16(std::vector<std::uint8_t>& area, std::size_t at, std::uint16_t value) {
    area[at] = static_cast<std::uint8_t>(value);
    area[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

TEST(SpiffsTest, AFormattedOneHasMagicAndEraseCountAtTheEndOfEachBlocksLookup) {
    const auto area = make({}, kMaixPy);
    ASSERT_EQ(area.size(), 0x300000u);
    // 24 blocks; 0x20140529 ^ page ^ (24 - block), in 16 bits.
    EXPECT_EQ(area[0xffc] | area[0xffd] << 8, 0x0529 ^ 0x1000 ^ 24);
    EXPECT_EQ(area[0x20ffc] | area[0x20ffd] << 8, 0x0529 ^ 0x1000 ^ 23);
    EXPECT_EQ(area[0xffe] | area[0xfff] << 8, 0);
    EXPECT_EQ(std::ranges::count(area, 0xff), 0x300000 - 24 * 4);
    EXPECT_TRUE(is_spiffs(area, kMaixPy));
    EXPECT_TRUE(read(area, kMaixPy).files.empty());
}

TEST(SpiffsTest, WhatIsNoneOrOfAnotherSizeIsNone) {
    EXPECT_FALSE(is_spiffs(std::vector<std::uint8_t>(0x300000, 0xff), kMaixPy));
    EXPECT_TRUE(read(std::vector<std::uint8_t>(0x300000, 0xff), kMaixPy).files.empty());
    Geometry half = kMaixPy;
    half.size_bytes /= 2;
    const auto area = make({}, kMaixPy);
    EXPECT_FALSE(is_spiffs(std::span(area).first(half.size_bytes), half));
}

TEST(SpiffsTest, OneBlockMayHaveLostItsMagicToAPowerCutNotTwo) {
    auto area = make({}, kMaixPy);
    put16(area, 0xffc, 0xffff);
    EXPECT_TRUE(is_spiffs(area, kMaixPy));
    put16(area, 0x20ffc, 0xffff);
    EXPECT_FALSE(is_spiffs(area, kMaixPy));
}

TEST(SpiffsTest, FilesLieWhereTheGuestLooks) {
    const std::vector<std::uint8_t> text = {'h', 'i'};
    const auto area = make(std::vector<File>{{"/a.txt", text}}, kMaixPy);
    EXPECT_EQ(area[0] | area[1] << 8, 0x8001);  // the lookup: an index page, then a data page, then nothing
    EXPECT_EQ(area[2] | area[3] << 8, 0x0001);
    EXPECT_EQ(area[4] | area[5] << 8, 0xffff);
    EXPECT_EQ(std::vector(area.begin() + 0x1000, area.begin() + 0x1005),
              (std::vector<std::uint8_t>{0x01, 0x80, 0, 0, 0xf8}));
    EXPECT_EQ(area[0x1008], 2);
    EXPECT_EQ(area[0x100c], 1);
    EXPECT_STREQ(reinterpret_cast<const char*>(&area[0x100d]), "/a.txt");
    EXPECT_EQ(area[0x108e] | area[0x108f] << 8, 2);  // page 2 has the data
    EXPECT_EQ(std::vector(area.begin() + 0x2000, area.begin() + 0x2008),
              (std::vector<std::uint8_t>{0x01, 0, 0, 0, 0xfc, 'h', 'i', 0xff}));
}

TEST(SpiffsTest, WhatIsMadeReadsTheSame) {
    for (const Geometry& geometry : {kMaixPy, kSmall}) {
        const std::uint32_t page = geometry.page_bytes - 5;
        std::vector<File> files = {{"/empty", {}},
                                   {"/one", bytes(1)},
                                   {"/page", bytes(page)},
                                   {"/more", bytes(page + 1)},
                                   {"/first index", bytes(std::size_t{page} * kPagesOfFirstIndex)},
                                   {"/second index", bytes(std::size_t{page} * kPagesOfFirstIndex + 1)}};
        const auto area = make(files, geometry);
        const Contents contents = read(area, geometry);
        EXPECT_EQ(contents.files, files);
        EXPECT_TRUE(contents.damaged.empty());
        EXPECT_EQ(area, make(files, geometry));
    }
}

TEST(SpiffsTest, IndexesOfManyPagesFollowEachOther) {
    const std::vector<File> files = {{"/long", bytes(251 * (kPagesOfFirstIndex + 124 + 3))}};
    EXPECT_EQ(read(make(files, kSmall), kSmall).files, files);
}

// Which index page tells of a data page, and where: SPIFFS_OBJ_IX_ENTRY_SPAN_IX and SPIFFS_OBJ_IX_ENTRY [sdk].
TEST(SpiffsTest, AnIndexPageIsFullBeforeTheNextBegins) {
    constexpr std::uint32_t kPagesOfOtherIndexes = (256 - 8) / 2;
    const std::uint32_t data_pages = kPagesOfFirstIndex + kPagesOfOtherIndexes + 1;
    const auto area = make(std::vector<File>{{"/long", bytes(251 * data_pages)}}, kSmall);
    const auto word = [&](std::size_t at) { return area[at] | area[at + 1] << 8; };
    const auto page_of = [&](int id, std::uint32_t span) {
        for (std::size_t page = 0; page < area.size(); page += 256)
            if (page % 2048 != 0 && word(page) == id && word(page + 2) == static_cast<int>(span)) return page;
        return area.size();
    };
    const std::pair<std::uint32_t, std::size_t> places[] = {
        {0, page_of(0x8001, 0) + 13 + 185},
        {kPagesOfFirstIndex - 1, page_of(0x8001, 0) + 254},
        {kPagesOfFirstIndex, page_of(0x8001, 1) + 8},
        {kPagesOfFirstIndex + kPagesOfOtherIndexes - 1, page_of(0x8001, 1) + 254},
        {kPagesOfFirstIndex + kPagesOfOtherIndexes, page_of(0x8001, 2) + 8}};
    for (const auto& [span, place] : places) {
        ASSERT_LT(place, area.size()) << span;
        EXPECT_EQ(word(place) * 256u, page_of(1, span)) << span;
    }
}

TEST(SpiffsTest, TheLastTwoBlocksStayFree) {
    // 30 blocks of seven pages; the index takes two of them.
    const auto fits = bytes(251 * (30 * 7 - 3));
    EXPECT_NO_THROW(make(std::vector<File>{{"/fits", fits}}, kSmall));
    EXPECT_EQ(input_error_of([&] {
                  make(std::vector<File>{{"/fits", fits}, {"/not", {}}}, kSmall);
              }),
              "its files take 52 KiB, the file system holds 52");
}

TEST(SpiffsTest, RefusesNamesThatItCannotHold) {
    EXPECT_NO_THROW(make(std::vector<File>{{std::string(127, 'n'), {}}}, kMaixPy));
    EXPECT_NE(input_error_of([] {
                  make(std::vector<File>{{std::string(128, 'n'), {}}}, kMaixPy);
              }).find("127 bytes"),
              std::string::npos);
    EXPECT_EQ(input_error_of([] { make(std::vector<File>{{"", {}}}, kMaixPy); }), "a file without a name");
}

TEST(SpiffsTest, DeletedAndUnfinishedFilesAreNotThere) {
    const std::vector<File> files = {{"/gone", bytes(10)}, {"/half", bytes(10)}, {"/here", bytes(10)}};
    auto area = make(files, kMaixPy);
    area[0x1004] &= 0x7f;  // the first one's index page has been deleted
    area[0x3004] |= 0x02;  // the second one's not been finished
    EXPECT_EQ(read(area, kMaixPy).files, (std::vector<File>{files[2]}));
    area[0x5004] &= 0xbf;  // is being deleted
    EXPECT_TRUE(read(area, kMaixPy).files.empty());
}

TEST(SpiffsTest, OfTwoOfANameTheGuestOpensTheFirst) {
    const std::vector<File> files = {{"/same", bytes(10)}, {"/same", bytes(20)}};
    EXPECT_EQ(read(make(files, kMaixPy), kMaixPy).files, (std::vector<File>{files[0]}));
}

struct DamagedSpiffsTest : testing::Test {
    std::vector<std::uint8_t> area =
        make(std::vector<File>{{"/damaged", bytes(5000)}, {"/whole", bytes(5000)}}, kMaixPy);
    std::string why() const {
        const Contents contents = read(area, kMaixPy);
        EXPECT_EQ(contents.files.size(), 1u);
        return contents.damaged.size() == 1 ? contents.damaged[0].name + ": " + contents.damaged[0].why : "";
    }
};

TEST_F(DamagedSpiffsTest, ADataPageOfAnotherFileIsDamage) {
    put16(area, 0x2000, 2);
    EXPECT_EQ(why(), "/damaged: 0 of its 5000 bytes are there");
}

TEST_F(DamagedSpiffsTest, ADataPageOutOfOrderIsDamage) {
    put16(area, 0x3002, 7);
    EXPECT_EQ(why(), "/damaged: 4091 of its 5000 bytes are there");
}

TEST_F(DamagedSpiffsTest, AnIndexThatLeadsNowhereIsDamage) {
    for (const std::uint16_t page :
         std::array<std::uint16_t, 3>{0xffff, 768, 32}) {  // erased, behind the end, a lookup
        put16(area, 0x108e, page);
        EXPECT_EQ(why(), "/damaged: 0 of its 5000 bytes are there") << page;
    }
}

TEST_F(DamagedSpiffsTest, ASizeThatCannotBeIsDamage) {
    area[0x100b] = 0x7f;
    EXPECT_EQ(why(), "/damaged: its size, 2130711432, is larger than the file system");
}

TEST(SpiffsTest, AMissingIndexPageIsDamage) {
    auto area = make(std::vector<File>{{"/long", bytes(251 * (kPagesOfFirstIndex + 2))}}, kSmall);
    for (std::size_t page = 0; page < area.size(); page += 256)
        if (area[page] == 1 && area[page + 1] == 0x80 && area[page + 2] == 1) area[page + 4] &= 0x7f;
    const Contents contents = read(area, kSmall);
    ASSERT_EQ(contents.damaged.size(), 1u);
    EXPECT_EQ(contents.damaged[0].why, "part 1 of its index is missing");
}

TEST(SpiffsTest, RefusesGeometriesThatAreNone) {
    const auto refused = [](Geometry g) { return input_error_of([&] { check(g); }); };
    EXPECT_EQ(refused(kMaixPy), "");
    EXPECT_EQ(refused(kSmall), "");
    Geometry g = kMaixPy;
    g.size_bytes -= 1;
    EXPECT_NE(refused(g).find("no whole number of blocks"), std::string::npos);
    g = kMaixPy;
    g.page_bytes = 0;
    EXPECT_NE(refused(g).find("no whole number of blocks"), std::string::npos);
    g = kMaixPy;
    g.size_bytes = 2 * g.block_bytes;
    EXPECT_NE(refused(g).find("too few blocks"), std::string::npos);
    g = kMaixPy;
    g.name_bytes = g.page_bytes - 63;
    EXPECT_NE(refused(g).find("too small for names"), std::string::npos);
    g = kMaixPy;
    g.page_bytes = 64;
    g.name_bytes = 16;
    EXPECT_NE(refused(g).find("too small for names"), std::string::npos);
    g = {.size_bytes = 16 << 20, .block_bytes = 4096, .page_bytes = 256, .name_bytes = 32};
    EXPECT_NE(refused(g).find("too many pages"), std::string::npos);
}

}  // namespace
}  // namespace k210::spiffs
