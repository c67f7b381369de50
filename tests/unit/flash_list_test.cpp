#include "k210/loader/flash_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::StartsWith;

std::vector<FlashListEntry> parse(std::string_view text) {
    return parse_flash_list(text, "list");
}

std::string error_of(std::string_view text) {
    return input_error_of([&] { parse(text); });
}

std::string with_address(std::string_view address) {
    return R"({"files": [{"address": )" + std::string(address) + R"(, "bin": "a"}]})";
}

TEST(FlashListTest, ReadsWhatFlashingToolsWrite) {
    const auto list = parse(R"({
        "version": "0.1.0",
        "files": [
            { "address": 0, "bin": "kpu.bin", "sha256Prefix": true },
            { "address": 12582912, "bin": "yolo.kmodel", "sha256Prefix": false, "reverse4Bytes": true }
        ]
    })");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].address, 0u);
    EXPECT_EQ(list[0].file, "kpu.bin");
    EXPECT_TRUE(list[0].sha256_prefix);
    EXPECT_FALSE(list[0].reverse_4_bytes);
    EXPECT_EQ(list[1].address, 0xc0'0000u);
    EXPECT_EQ(list[1].file, "yolo.kmodel");
    EXPECT_FALSE(list[1].sha256_prefix);
    EXPECT_TRUE(list[1].reverse_4_bytes);
}

TEST(FlashListTest, TakesBareHexadecimalAddresses) {
    EXPECT_EQ(parse(with_address("0x00C00000")).at(0).address, 0xc0'0000u);
    EXPECT_EQ(parse(with_address("0Xa")).at(0).address, 10u);
    EXPECT_EQ(parse(with_address("0xffffffff")).at(0).address, 0xffff'ffffu);
}

TEST(FlashListTest, TakesAddressesInQuotes) {
    EXPECT_EQ(parse(with_address("\"0x300000\"")).at(0).address, 0x30'0000u);
    EXPECT_EQ(parse(with_address("\"4096\"")).at(0).address, 4096u);
}

TEST(FlashListTest, LeavesHexadecimalInsideNamesAlone) {
    EXPECT_EQ(parse(R"({"files":[{"address":1,"bin":"m_at_0x300000 \" 0x1.bin"}]})").at(0).file,
              "m_at_0x300000 \" 0x1.bin");
}

TEST(FlashListTest, TakesTrailingTabsCommasAndComments) {
    const auto list = parse(
        "\xef\xbb\xbf{ // the list, 0x1\r\n"
        "\"files\": [\t\r\n"
        "  {\"address\": 0x10,\t\r\n \"bin\": \"a\", /* last, */ },\t\t\r\n"
        "  {\"address\": 0x20, \"bin\": \"b\"},\r\n"
        "  // \"nothing more\"\r\n"
        "],\t\r\n}\t");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].address, 0x10u);
    EXPECT_EQ(list[1].address, 0x20u);
}

TEST(FlashListTest, NamesTheBadAddress) {
    EXPECT_EQ(error_of(with_address("-1")), "list: files[0]: bad address -1");
    EXPECT_EQ(error_of(with_address("1.5")), "list: files[0]: bad address 1.5");
    EXPECT_EQ(error_of(with_address("0x100000000")), "list: files[0]: bad address 4294967296");
    EXPECT_EQ(error_of(with_address("\"here\"")), "list: files[0]: bad address \"here\"");
    EXPECT_EQ(error_of(with_address("null")), "list: files[0]: bad address null");
}

TEST(FlashListTest, ABadAddressIsShownInOneShortLine) {
    EXPECT_EQ(error_of(with_address("[1]")), "list: files[0]: bad address of type array");
    EXPECT_EQ(error_of(with_address("{}")), "list: files[0]: bad address of type object");
    EXPECT_EQ(error_of(with_address("\"a\\nb\"")), "list: files[0]: bad address \"a\\nb\"");
    EXPECT_LT(error_of(with_address("\"" + std::string(100'000, 'x') + "\"")).size(), 150u);
    EXPECT_LT(error_of("\"" + std::string(100'000, 'x')).size(), 600u);
    EXPECT_LT(error_of("/*" + std::string(100'000, '\xb7')).size(), 600u);  // each takes four characters to show
}

TEST(FlashListTest, DepthIsLimited) {
    const auto nested = [](std::size_t depth) {
        return with_address(std::string(depth, '[') + std::string(depth, ']'));
    };
    EXPECT_EQ(error_of(nested(13)), "list: files[0]: bad address of type array");
    EXPECT_EQ(error_of(nested(14)), "list: is nested more than 16 deep");
    EXPECT_EQ(error_of(nested(400'000)), "list: is nested more than 16 deep");
    EXPECT_EQ(error_of(std::string(400'000, '[')), "list: is nested more than 16 deep");
}

TEST(FlashListTest, ThousandFilesAreEnough) {
    const auto with = [](std::size_t count) {
        std::string files;
        for (std::size_t i = 0; i < count; ++i)
            files += (i == 0 ? "" : ",") + std::string(R"({"address":)") + std::to_string(i) + R"(,"bin":"a"})";
        return "{\"files\":[" + files + "]}";
    };
    EXPECT_EQ(parse(with(1024)).size(), 1024u);
    EXPECT_EQ(error_of(with(1025)), "list: has 1025 \"files\", more than 1024");
}

TEST(FlashListTest, NamesTheIncompleteEntry) {
    EXPECT_EQ(error_of(R"({"files":[{"address":0,"bin":"a"},{"bin":"b"}]})"), "list: files[1]: has no \"address\"");
    EXPECT_EQ(error_of(R"({"files":[{"address":0}]})"), "list: files[0]: has no \"bin\" that names a file");
    EXPECT_EQ(error_of(R"({"files":[7]})"), "list: files[0]: is not an object");
    EXPECT_EQ(error_of(R"({"files":[{"address":0,"bin":"a","sha256Prefix":1}]})"),
              "list: files[0]: \"sha256Prefix\" is neither true nor false");
}

TEST(FlashListTest, RefusesAListWithoutFiles) {
    for (const char* text : {"{}", "[]", "null", R"({"files":[]})", R"({"files":{}})", R"({"files":[,]})"})
        EXPECT_EQ(error_of(text), "list: has no \"files\"") << text;
}

TEST(FlashListTest, SaysWhereTheSyntaxIsWrong) {
    EXPECT_THAT(error_of("{\n \"files\": 0x10 x"), StartsWith("list: parse error at line 2, column 16:"));
    EXPECT_THAT(error_of(""), StartsWith("list: parse error at line 1, column 1:"));
    EXPECT_THAT(error_of(with_address("10x5")), StartsWith("list: parse error"));
    EXPECT_THAT(error_of(with_address("0x")), StartsWith("list: parse error"));
    EXPECT_THAT(error_of("{ /* no end"), StartsWith("list: parse error"));
    EXPECT_THAT(error_of("{ \"no end"), StartsWith("list: parse error"));
}

TEST(FlashListTest, ErrorsAreOneLine) {
    for (const char* text : {"{\n\n\"a\n\": ", "\"\n\"", "{\"files\":\n[\n\t?"})
        EXPECT_EQ(error_of(text).find('\n'), std::string::npos) << text;
}

TEST(FlashListTest, WhatIsWrittenIsReadTheSame) {
    const std::vector<FlashListEntry> written = {{0, "a.bin", true, false}, {0xffff'ffff, "b \"2\"", false, true}};
    const auto read = parse(write_flash_list(written));
    ASSERT_EQ(read.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(read[i].address, written[i].address);
        EXPECT_EQ(read[i].file, written[i].file);
        EXPECT_EQ(read[i].sha256_prefix, written[i].sha256_prefix);
        EXPECT_EQ(read[i].reverse_4_bytes, written[i].reverse_4_bytes);
    }
}

}  // namespace
}  // namespace k210
