// Version 5: what its headers tell, and where they may break.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "support/temp_dir.hpp"
#include "support/v5_file.hpp"

namespace k210::kmodel {
namespace {

using testing::HasSubstr;

TEST(V5Test, TellsWhatItsHeadersSay) {
    const auto model = Kmodel::parse("m", v5_sample().bytes);
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
    const auto model = Kmodel::parse("m", v5_sample().bytes);
    EXPECT_EQ(input_error_of([&] { model->run({}); }), "m: version 5 kmodels are described, not run");
}

TEST(V5Test, EveryTruncationIsOneLine) {
    const Bytes whole = v5_sample().bytes;
    for (std::size_t size = 8; size < whole.size(); ++size) {
        const std::string error = input_error_of([&] {
            Kmodel::parse("m", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        });
        EXPECT_THAT(error, HasSubstr("offset 0x")) << size;
    }
}

TEST(V5Test, RefusesTensorsThatNoK210CouldHold) {
    V5File file = v5_sample();
    file.bytes[file.bytes.size() - 1] = 0x7f;  // the last dimension's highest byte
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", file.bytes); }),
                HasSubstr("dimension 1 of a tensor is 21307064"));
}

TEST(V5Test, RefusesToBeginWithAModuleThatIsNotThere) {
    V5File file = v5_sample();
    file.bytes[24] = 1;  // the entry module's number; there is one
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", file.bytes); }),
                HasSubstr("1 modules, beginning with number 1"));
}

TEST(V5Test, OnlyReadOnlyAndOtherDataNeedMemory) {
    V5File file = v5_sample();
    file.bytes[32 + 48] = 4;  // the first pool's place: shared data
    EXPECT_EQ(Kmodel::parse("m", file.bytes)->summary().main_memory_bytes, 300u + 40);
}

TEST(V5Test, RefusesModulesOfNoSize) {
    V5File file = v5_sample();
    file.bytes[32 + 24] = 0;  // the module's size
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", file.bytes); }), HasSubstr("module 0, offset 0x20: it has"));
}

}  // namespace
}  // namespace k210::kmodel
