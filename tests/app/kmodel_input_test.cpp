#include "app/kmodel_input.hpp"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using kmodel::Element;
using kmodel::TensorSummary;
using testing::ElementsAre;

TensorSummary wanted(Element element, std::array<std::uint32_t, 4> dims) {
    TensorSummary input;
    input.element = element;
    input.shape.dims = dims;
    input.bytes = input.shape.count() * (element == Element::f32 ? 4 : 1);
    return input;
}

struct KmodelInputTest : testing::Test {
    TempDir dir;
    std::filesystem::path file = dir / "two.png";
    KmodelInputTest() {
        Picture two(2, 1);
        two.rgb = {200, 100, 10, 20, 30, 255};
        save_png(file, two);
    }
    std::vector<std::uint8_t> bytes(const TensorSummary& input) const {
        return load_model_input(file, input).tensor.bytes;
    }
};

TEST_F(KmodelInputTest, APicturesColoursBecomePlanes) {
    EXPECT_THAT(bytes(wanted(Element::u8, {1, 3, 1, 2})), ElementsAre(200, 20, 100, 30, 10, 255));
}

TEST_F(KmodelInputTest, WhereChannelsComeLastTheyStayTogether) {
    Picture tall(1, 2);
    tall.rgb = {200, 100, 10, 20, 30, 255};
    save_png(file, tall);
    EXPECT_THAT(bytes(wanted(Element::u8, {1, 2, 1, 3})), ElementsAre(200, 100, 10, 20, 30, 255));
}

// 0.299 R + 0.587 G + 0.114 B
TEST_F(KmodelInputTest, GreyWeighsColoursAsTheEyeDoes) {
    EXPECT_THAT(bytes(wanted(Element::u8, {1, 1, 1, 2})), ElementsAre(120, 53));
}

TEST_F(KmodelInputTest, FloatsGoFromZeroToOne) {
    const auto floats = bytes(wanted(Element::f32, {1, 3, 1, 2}));
    float values[6];
    ASSERT_EQ(floats.size(), sizeof values);
    std::memcpy(values, floats.data(), sizeof values);
    EXPECT_EQ(values[0], 200 / 255.0f);
    EXPECT_EQ(values[5], 1);
}

TEST_F(KmodelInputTest, AModelTakesAsManyFilesAsItHasInputs) {
    kmodel::ModelSummary model;
    model.inputs.assign(2, wanted(Element::u8, {1, 3, 1, 2}));
    testing::internal::CaptureStdout();
    EXPECT_EQ(load_model_inputs("m", {file, file}, model).size(), 2u);
    testing::internal::GetCapturedStdout();
    for (const std::size_t count : {0u, 1u, 3u})
        EXPECT_EQ(input_error_of([&] { load_model_inputs("m", std::vector(count, file), model); }),
                  "m: takes 2 inputs, " + std::to_string(count) + " were given");
}

}  // namespace
}  // namespace k210::app
