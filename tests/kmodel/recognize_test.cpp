// Files that are handed in as kmodels, by what they begin with.
#include "kmodel/recognize.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(RecognizeTest, KnowsItsVersions) {
    EXPECT_EQ(recognize(words({3, 1, 0})).version, 3u);
    EXPECT_EQ(recognize(bytes_of(std::string_view("LDMK\4\0\0\0", 8))).version, 4u);
    EXPECT_EQ(recognize(bytes_of(std::string_view("LDMK\5\0\0\0", 8))).version, 5u);
}

TEST(RecognizeTest, SaysWhatElseAFileIs) {
    EXPECT_EQ(complaint(words({1, 1, 7})), "m: is a kmodel of version 1, which only the first SDK takes");
    EXPECT_EQ(complaint(bytes_of(std::string_view("LDMK\6\0\0\0", 8))), "m: is a kmodel of unknown version 6");
    EXPECT_EQ(complaint(words({10003, 8, 0x1234'5678, 0x9abc'def0})), "m: is an .smodel: encrypted for one chip");
    EXPECT_EQ(complaint(make_zip({{"flash-list.json", bytes_of("{}")}})),
              "m: is a package (kfpkg or zip), not a model");
    EXPECT_EQ(complaint(bytes_of("KMDL\0\0\0\4")), "m: is not a kmodel");
    EXPECT_EQ(complaint(bytes_of("once upon a time")), "m: is not a kmodel");
    EXPECT_EQ(complaint(words({10003, 9, 0x1234'5678, 0x9abc'def0})), "m: is not a kmodel");
}

TEST(RecognizeTest, SeesThroughSwappedWords) {
    const Bytes model = words({3, 1, 0, 5}), swapped = swap_words(model);
    EXPECT_EQ(complaint(swapped), "m: is a version 3 kmodel with swapped words, for kpu.load_flash()");
    EXPECT_EQ(swap_words(swapped), model);
}

}  // namespace
}  // namespace k210::kmodel
