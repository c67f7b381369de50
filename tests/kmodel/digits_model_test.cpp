// The demo's model, without the demo: that it is made of its weights, keeps to the KPU's limits, and reads digits.
#include "tools/kmodel/digits_model.hpp"

#include <algorithm>
#include <cstring>
#include <iostream>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "support/digit_drawings.hpp"
#include "support/paths.hpp"

namespace k210::kmodel {
namespace {

const std::filesystem::path kTree = source_dir();

std::string text_of(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
}

TEST(DigitsModelTest, KmodelInTheTreeIsMadeOfTheWeightsInTheTree) {
    const auto weights = kTree / "tools/kmodel/digits.json";
    EXPECT_TRUE(build_digits_model("digits.json", text_of(weights)) == read_file(kTree / "firmware/demo/digits.kmodel"))
        << "make it again: build_model tools/kmodel/digits.json firmware/demo/digits.kmodel";
}

TEST(DigitsModelTest, NamesAFileThatIsNoModel) {
    try {
        build_digits_model("no.json", "{\"layers\": [{}]}");
        FAIL();
    } catch (const InputError& e) { EXPECT_TRUE(std::string_view(e.what()).starts_with("no.json: ")); }
}

std::unique_ptr<Kmodel> digits_model() {
    return Kmodel::parse("digits.kmodel", read_file(kTree / "firmware/demo/digits.kmodel"));
}

TEST(DigitsModelTest, HasNoMapTooSmallForTheKpu) {  // nncase compiles layers with outputs from 4x4 on [doc]
    unsigned kpu_layers = 0;
    const auto model = digits_model();
    for (const LayerSummary& layer : model->summary().layers) {
        if (layer.engine != Engine::kpu) continue;
        ++kpu_layers;
        EXPECT_GE(layer.output.width(), 4u) << layer.index;
        EXPECT_GE(layer.output.height(), 4u) << layer.index;
    }
    EXPECT_EQ(kpu_layers, 8u);
}

Tensor planes_of(const Picture& picture) {
    Tensor tensor{Element::u8, {{1, 3, picture.height, picture.width}}, {}};
    for (unsigned c = 0; c < 3; ++c)
        for (std::size_t i = c; i < picture.rgb.size(); i += 3) tensor.bytes.push_back(picture.rgb[i]);
    return tensor;
}

std::size_t likeliest(const Tensor& classes) {
    std::vector<float> likely(classes.bytes.size() / sizeof(float));
    std::memcpy(likely.data(), classes.bytes.data(), classes.bytes.size());
    return static_cast<std::size_t>(std::ranges::max_element(likely) - likely.begin());
}

TEST(DigitsModelTest, ReadsDrawingsItHasNeverSeen) {
    constexpr unsigned kDrawings = 200, kFirstSeed = 1000;
    const auto model = digits_model();
    unsigned right = 0;
    for (unsigned i = 0; i < kDrawings; ++i) {
        const Tensor picture = planes_of(draw_digit(i % 10, kFirstSeed + i / 10));
        right += likeliest(model->run({&picture, 1}).at(0)) == i % 10;
    }
    std::cout << right << " of " << kDrawings << " unseen drawings read right\n";
    EXPECT_GE(right, kDrawings * 95 / 100);
}

}  // namespace
}  // namespace k210::kmodel
