#include "k210/loader/symbols.hpp"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/elf_with_symbols.hpp"
#include "support/paths.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

std::string name(const SymbolTable::Symbol* symbol) {
    return symbol ? symbol->name : "nobody";
}

struct SymbolsTest : testing::Test {
    ElfWithSymbols elf;
    SymbolsTest() {
        elf.add("main", 0x8000'0100, 0x40, STT_FUNC, kText);
        elf.add("_ZN4k2103addEii", 0x8000'0140, 0x10, STT_FUNC, kText);
        elf.add("flag", 0x8010'0000, 8, STT_OBJECT, kData);
    }
    SymbolTable table() const { return {elf.bytes(), "fw.elf"}; }
};

TEST_F(SymbolsTest, FindsTheFunctionThatAnAddressLiesIn) {
    EXPECT_EQ(name(table().code_at(0x8000'0100)), "main");
    EXPECT_EQ(name(table().code_at(0x8000'013f)), "main");
    EXPECT_EQ(name(table().code_at(0x8000'00ff)), "nobody");
    EXPECT_EQ(name(table().code_at(0x8000'0150)), "nobody");
}

TEST_F(SymbolsTest, WritesCppNamesAsPeopleDo) {
    EXPECT_EQ(name(table().code_at(0x8000'0144)), "k210::add(int, int)");
}

TEST_F(SymbolsTest, KnowsBothAliasesOfMemory) {
    EXPECT_EQ(name(table().code_at(0x4000'0120)), "main");
    elf.add("last", 0x807f'fffe, 4, STT_FUNC, kText);
    EXPECT_EQ(name(table().code_at(0x407f'ffff)), "last");
    EXPECT_EQ(name(table().code_at(0x4080'0000)), "nobody") << "a device";
}

TEST_F(SymbolsTest, KeepsDataApart) {
    EXPECT_EQ(name(table().data_at(0x8010'0007)), "flag");
    EXPECT_EQ(name(table().code_at(0x8010'0000)), "nobody");
    EXPECT_EQ(name(table().data_at(0x8000'0100)), "nobody");
}

TEST_F(SymbolsTest, LabelsAmongDataAreNoObjects) {
    elf.add("_end", 0x8020'0000, 8, STT_NOTYPE, kData);
    EXPECT_EQ(name(table().data_at(0x8020'0000)), "nobody");
}

TEST_F(SymbolsTest, TakesLabelsOutsideFunctionsUpToTheNextName) {
    elf.add("_start", 0x8000'0000, 0, STT_NOTYPE, kText);
    elf.add("inside_main", 0x8000'0120, 0, STT_NOTYPE, kText);
    elf.add(".L7", 0x8000'0010, 0, STT_NOTYPE, kText);
    EXPECT_EQ(name(table().code_at(0x8000'00ff)), "_start");
    EXPECT_EQ(name(table().code_at(0x8000'0124)), "main");
}

TEST_F(SymbolsTest, OfSeveralNamesForOnePlaceTheFirstWithASizeStays) {
    elf.add("label", 0x8000'0200, 0, STT_NOTYPE, kText);
    elf.add("memcpy", 0x8000'0200, 0x20, STT_FUNC, kText);
    elf.add("memmove", 0x8000'0200, 0x20, STT_FUNC, kText);
    EXPECT_EQ(name(table().code_at(0x8000'0200)), "memcpy");
}

TEST_F(SymbolsTest, AFunctionInsideAnotherIsOneOfItsOwn) {
    elf.add("inner", 0x8000'0120, 8, STT_FUNC, kText);
    EXPECT_EQ(name(table().code_at(0x8000'0124)), "inner");
}

std::string refusal(const Bytes& bytes) {
    return input_error_of([&] { SymbolTable(bytes, "fw.elf"); });
}

TEST_F(SymbolsTest, RefusesWhatHasNoNames) {
    EXPECT_EQ(refusal(bytes_of("nothing")), "fw.elf: is no ELF file");
    EXPECT_EQ(refusal(make_elf(0x8000'0000, {{0x8000'0000, sample_program(100), 100}})), "fw.elf: has no symbols");
    EXPECT_EQ(refusal(ElfWithSymbols().bytes()), "fw.elf: names no function");
}

TEST_F(SymbolsTest, RefusesNamesInASectionBehindTheLast) {
    Bytes bytes = elf.bytes();
    bytes[sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, sh_link)] = 5;
    EXPECT_EQ(refusal(bytes), "fw.elf: ELF section 3: is no table of symbols");
}

TEST_F(SymbolsTest, RefusesATableOfSmallerSections) {
    Bytes bytes = elf.bytes();
    bytes[offsetof(Elf64_Ehdr, e_shentsize)] = sizeof(Elf64_Shdr) - 8;
    EXPECT_EQ(refusal(bytes), "fw.elf: ELF section headers: are truncated");
}

TEST_F(SymbolsTest, SurvivesDamage) {
    const Bytes good = elf.bytes();
    std::mt19937 random(1);
    unsigned refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        Bytes bad = good;
        for (int n = 0; n < 3; ++n) bad[random() % bad.size()] = static_cast<std::uint8_t>(random());
        if (random() % 4 == 0) bad.resize(random() % bad.size());
        refused += !refusal(bad).empty();
    }
    EXPECT_GT(refused, 0u);
}

TEST(SymbolsOfAGuestTest, NameItsFunctions) {
    const auto file = guests_dir() / "demo.elf";
    const SymbolTable table(read_file(file), file.string());
    EXPECT_FALSE(table.empty());
    EXPECT_EQ(name(table.code_at(0x8000'0000)), "_start");
}

}  // namespace
}  // namespace k210
