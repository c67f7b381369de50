// Real models against an independent reference: every KPU layer bit for bit, outputs as near as floats can be.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "support/kpu_golden.hpp"
#include "support/paths.hpp"

namespace k210::kmodel {
namespace {

struct ModelAndInput {
    std::string model, input;
};

void PrintTo(const ModelAndInput& run, std::ostream* out) {
    *out << run.model << ' ' << run.input;
}

std::string test_name(const testing::TestParamInfo<ModelAndInput>& run) {
    std::string name = run.param.model.substr(0, run.param.model.rfind('.')) + "_" + run.param.input;
    std::ranges::replace(name, '.', '_');
    return name;
}

struct KmodelGoldenTest : testing::TestWithParam<ModelAndInput> {
    void SetUp() override {
        if (shared_dir().empty())
            GTEST_SKIP() << "no models to run: set K210_SHARED to the folder that holds models/ and golden/";
    }
    static std::vector<std::uint8_t> file() { return read_file(shared_dir() / "models" / GetParam().model); }
};

// Bytes as the golden inputs have them; a model with float input gets byte / 255.
Tensor golden_tensor(const std::string& input, const TensorSummary& wanted) {
    const auto bytes = golden_input(input, static_cast<std::size_t>(wanted.shape.count()));
    if (wanted.element == Element::u8) return {wanted.element, wanted.shape, bytes};
    Tensor tensor{wanted.element, wanted.shape, {}};
    for (const std::uint8_t byte : bytes) {
        const auto word = std::bit_cast<std::array<std::uint8_t, 4>>(static_cast<float>(byte) / 255.0f);
        tensor.bytes.insert(tensor.bytes.end(), word.begin(), word.end());
    }
    return tensor;
}

std::vector<Tensor> golden_tensors(const Kmodel& model, const std::string& input) {
    std::vector<Tensor> tensors;
    for (const TensorSummary& wanted : model.summary().inputs) tensors.push_back(golden_tensor(input, wanted));
    return tensors;
}

void expect_golden_layers(const ModelAndInput& run, std::vector<std::uint8_t> file, KpuKernel kernel) {
    const auto table = load_golden_kpu_layers(shared_dir() / "golden/kpu_layers.tsv");
    const auto found = table.find(run.model + ' ' + run.input);
    const auto golden = found != table.end() ? found->second : std::vector<GoldenKpuLayer>{};

    std::size_t layers = 0;
    const auto check = [&](const LayerSummary& layer, std::span<const std::uint8_t> planar) {
        ASSERT_LT(layers, golden.size());
        const GoldenKpuLayer& expected = golden[layers++];
        EXPECT_EQ(std::to_string(layer.index) + (layer.to_main_memory ? "m" : ""), expected.index);
        EXPECT_EQ(planar.size(), expected.bytes) << "layer " << layer.index;
        EXPECT_EQ(sha256_hex(planar), expected.sha256) << "layer " << layer.index;
    };
    const auto model = Kmodel::parse(run.model, std::move(file));
    const auto on_layer = [&](const LayerOutput& out) {
        if (out.layer.kpu) check(out.layer, out.tensor.bytes);
    };
    model->run(golden_tensors(*model, run.input), on_layer, kernel);
    EXPECT_EQ(layers, golden.size());
}

TEST_P(KmodelGoldenTest, EveryKpuLayerEqualsTheReference) {
    expect_golden_layers(GetParam(), file(), KpuKernel::reference);
}

TEST_P(KmodelGoldenTest, EveryKpuLayerEqualsTheReferenceOnTheFastKernel) {
    expect_golden_layers(GetParam(), file(), KpuKernel::fast);
}

std::vector<float> floats_of(std::span<const std::uint8_t> bytes) {
    std::vector<float> floats(bytes.size() / 4);
    std::memcpy(floats.data(), bytes.data(), floats.size() * 4);
    return floats;
}

// The reference rounds products before it adds them, the chip does not: that moves the last place, of sums that nearly
// cancel others too. Four places of the largest value are less than one in the six digits that printf() shows.
void expect_equal_as_printed(std::span<const float> actual, std::span<const float> expected) {
    float largest = 0, furthest = 0;
    for (const float v : expected) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < expected.size(); ++i) furthest = std::max(furthest, std::abs(actual[i] - expected[i]));
    const float place = std::nextafter(largest, 2 * largest) - largest;
    EXPECT_LE(furthest, 4 * place) << "largest value " << largest;
}

TEST_P(KmodelGoldenTest, OutputsEqualTheReference) {
    const auto model = Kmodel::parse(GetParam().model, file());
    const auto outputs = model->run(golden_tensors(*model, GetParam().input));
    ASSERT_FALSE(outputs.empty());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        SCOPED_TRACE(fmt::format("output {}", i));
        const auto expected = read_file(shared_dir() / "golden/outputs" /
                                        fmt::format("{}.{}.{}.bin", GetParam().model, GetParam().input, i));
        ASSERT_EQ(outputs[i].bytes.size(), expected.size());
        if (outputs[i].element == Element::u8)
            EXPECT_EQ(outputs[i].bytes, expected);
        else
            expect_equal_as_printed(floats_of(outputs[i].bytes), floats_of(expected));
    }
}

// Of this one there is no reference.
TEST(KmodelRunTest, AModelWithTwelveKindsOfLayersMakesProbabilitiesTheSameInEveryRun) {
    if (shared_dir().empty()) GTEST_SKIP() << "no models to run: set K210_SHARED to the folder that holds models/";
    const auto model = Kmodel::parse("mask", read_file(shared_dir() / "models/mask_detect_v4.kmodel"));
    const auto inputs = golden_tensors(*model, "prng");
    const auto outputs = model->run(inputs);
    float sum = 0;
    for (const float probability : floats_of(outputs.at(0).bytes)) sum += probability;
    EXPECT_NEAR(sum, 1, 0.01);  // its softmax goes through bytes
    EXPECT_EQ(model->run(inputs).at(0).bytes, outputs[0].bytes);
}

std::vector<ModelAndInput> all_models() {
    std::vector<ModelAndInput> runs;
    for (const char* model : {"facedetect", "face_detect", "yolo_20class", "detect_5", "mask", "mnist", "ld5",
                              "slim_320_v4", "mb_0.25_v4", "uint8_mnist_cnn_v4", "iris_v4"})
        for (const char* input : {"prng", "all128"}) runs.push_back({std::string(model) + ".kmodel", input});
    return runs;
}

INSTANTIATE_TEST_SUITE_P(Models, KmodelGoldenTest, testing::ValuesIn(all_models()), test_name);

}  // namespace
}  // namespace k210::kmodel
