// Files that are handed in as kmodels, by what they begin with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_kind.hpp"
#include "kmodel/kmodel.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210::kmodel {
namespace {

Bytes words(std::initializer_list<std::uint32_t> values) {
    Bytes bytes;
    for (const std::uint32_t v : values)
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    return bytes;
}

std::string complaint(const Bytes& bytes) {
    return input_error_of([&] { Kmodel::parse("m", bytes); });
}

TEST(RecognizeTest, SaysWhatElseAFileIs) {
    EXPECT_EQ(complaint(words({1, 1, 7})), "m: is a kmodel of version 1, which only the first SDK takes");
    EXPECT_EQ(complaint(words({2, 1, 7})), "m: is a kmodel of version 2, which only the first SDK takes");
    EXPECT_EQ(complaint(bytes_of(std::string_view("LDMK\6\0\0\0", 8))),
              "m: is a kmodel of version 6, which is not known");
    EXPECT_EQ(complaint(words({10003, 8, 0x1234'5678, 0x9abc'def0})), "m: is an .smodel: encrypted for one chip");
    EXPECT_EQ(complaint(make_zip({{"flash-list.json", bytes_of("{}")}})), "m: is a zip archive, not a kmodel");
    EXPECT_EQ(complaint(bytes_of("once upon a time")), "m: is text, not a kmodel");
    EXPECT_EQ(complaint(words({10003, 9, 0x1234'5678, 0x9abc'def0})), "m: is not a kmodel");
    EXPECT_EQ(complaint({}), "m: is not a kmodel");
}

TEST(RecognizeTest, KnowsVersion5BeforeItsRelease) {
    // flags, alignment, modules, main module: nncase@b27d3bf; a header's size comes first since v1.0.0-beta1
    EXPECT_EQ(complaint(words({0x4b4d'444c, 5, 0, 8, 1, 0})),
              "m: is a kmodel of a pre-release of version 5, as nncase wrote it before v1.0.0-beta1");
    EXPECT_THAT(complaint(words({0x4b4d'444c, 5, 32, 0, 8, 1, 0, 0})), testing::StartsWith("m: module 0, offset"));
}

TEST(RecognizeTest, SeesThroughSwappedWords) {
    const Bytes model = words({3, 1, 0, 5}), swapped = swap_words(model);
    EXPECT_EQ(complaint(swapped), "m: is a kmodel of version 3 with swapped words, for kpu.load_flash()");
    EXPECT_EQ(swap_words(swapped), model);
    EXPECT_EQ(complaint(swap_words(words({0x4b4d'444c, 4}))),
              "m: is a kmodel of version 4 with swapped words, for kpu.load_flash()");
    EXPECT_EQ(complaint(swap_words(words({3, 1, 1, 5}))), "m: is not a kmodel");     // another architecture
    EXPECT_EQ(complaint(swap_words(words({3, 1, 0, 0}))), "m: is not a kmodel");     // no layers
    EXPECT_EQ(complaint(swap_words(words({3, 1, 0, 4097}))), "m: is not a kmodel");  // too many
    EXPECT_THAT(complaint(swap_words(words({3, 1, 0, 4096}))), testing::StartsWith("m: is a kmodel"));
}

}  // namespace
}  // namespace k210::kmodel
