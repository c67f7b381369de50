// Version 5: what its headers tell, and where they may break.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210::kmodel {
namespace {

using testing::HasSubstr;

// Written field by field as nncase v1.0.0's include/nncase/runtime/model.h has them.
struct V5File {
    Bytes bytes;
    V5File& u32(std::initializer_list<std::uint32_t> values) {
        for (const std::uint32_t v : values)
            for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
        return *this;
    }
    V5File& text(std::string_view text, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            bytes.push_back(static_cast<std::uint8_t>(i < text.size() ? text[i] : 0));
        return *this;
    }
};

V5File sample() {
    constexpr std::uint32_t kModule = 48 + 16 + 32 + 2 * 12 + 20 + 12;
    V5File file;
    file.text("LDMK", 4).u32({5, 32, 0, 8, 1, 0, 0});
    file.text("k210", 16).u32({1, 48, kModule, 2, 0, 0, 1, 0});
    file.u32({3, 1000, 2, 77});                                  // pools: data, constants
    file.u32({32, 32 + 2 * 12 + 20 + 12, 300, 40, 1, 1, 0, 0});  // the function
    file.u32({0x0400, 0, 300}).u32({4, 1, 3, 10, 10});           // a u8 input
    file.u32({0x0901, 0, 40}).u32({2, 1, 10});                   // an f32 output
    return file;
}

TEST(V5Test, TellsWhatItsHeadersSay) {
    const auto model = Kmodel::parse("m", sample().bytes);
    const ModelSummary& s = model->summary();
    EXPECT_EQ(s.version, 5u);
    EXPECT_EQ(s.target, "K210");
    EXPECT_EQ(s.alignment, 8u);
    EXPECT_EQ(s.main_memory_bytes, 1000u + 300 + 40);
    EXPECT_EQ(s.constant_bytes, 77u);
    ASSERT_EQ(s.modules.size(), 1u);
    EXPECT_EQ(s.modules[0].type, "k210");
    EXPECT_EQ(s.modules[0].functions, 1u);
    ASSERT_EQ(s.inputs.size(), 1u);
    EXPECT_EQ(to_string(s.inputs[0].shape), "3x10x10");
    EXPECT_EQ(s.inputs[0].element, Element::u8);
    ASSERT_EQ(s.outputs.size(), 1u);
    EXPECT_EQ(to_string(s.outputs[0].shape), "1x1x10");
    EXPECT_EQ(s.outputs[0].element, Element::f32);
}

TEST(V5Test, IsNotRun) {
    const auto model = Kmodel::parse("m", sample().bytes);
    EXPECT_EQ(input_error_of([&] { model->run({}); }), "m: version 5 kmodels are described, not run");
}

TEST(V5Test, EveryTruncationIsOneLine) {
    const Bytes whole = sample().bytes;
    for (std::size_t size = 8; size < whole.size(); ++size) {
        const std::string error = input_error_of([&] {
            Kmodel::parse("m", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        });
        EXPECT_THAT(error, HasSubstr("offset 0x")) << size;
    }
}

TEST(V5Test, RefusesTensorsThatNoK210CouldHold) {
    V5File file = sample();
    file.bytes[file.bytes.size() - 1] = 0x7f;  // the last dimension's highest byte
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", file.bytes); }),
                HasSubstr("dimension 1 of a tensor is 21307064"));
}

TEST(V5Test, RefusesModulesOfNoSize) {
    V5File file = sample();
    file.bytes[32 + 24] = 0;  // the module's size
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", file.bytes); }), HasSubstr("module 0, offset 0x20: it has"));
}

}  // namespace
}  // namespace k210::kmodel
