// Every KPU layer of real models against an independent reference, bit for bit.
#include "support/kpu_golden.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/kmodel_runner.hpp"
#include "support/paths.hpp"

namespace k210 {
namespace {

struct ModelAndInput {
    std::string model, input;
};

struct KpuGoldenTest : testing::TestWithParam<ModelAndInput> {};

void expect_golden_layers(const ModelAndInput& run, kmodel::BareKpu kpu) {
    if (shared_dir().empty())
        GTEST_SKIP() << "no models to run: set K210_SHARED to the folder that holds models/ and golden/";
    const auto& [model_name, input] = run;
    const auto table = load_golden_kpu_layers(shared_dir() / "golden/kpu_layers.tsv");
    const auto& golden = table.at(model_name + ' ' + input);
    const std::vector<std::uint8_t> model = read_file(shared_dir() / "models" / model_name);

    std::size_t layers = 0;
    const auto check = [&](std::size_t index, bool main_memory, std::span<const std::uint8_t> planar) {
        ASSERT_LT(layers, golden.size());
        const GoldenKpuLayer& expected = golden[layers++];
        EXPECT_EQ(std::to_string(index) + (main_memory ? "m" : ""), expected.index);
        EXPECT_EQ(planar.size(), expected.bytes) << "layer " << index;
        EXPECT_EQ(sha256_hex(planar), expected.sha256) << "layer " << index;
    };
    const bool v4 = model_name.find("_v4") != std::string::npos;
    (v4 ? run_kmodel_v4 : run_kmodel_v3)(model, input, check, std::move(kpu));
    EXPECT_EQ(layers, golden.size());
}

TEST_P(KpuGoldenTest, EveryKpuLayerEqualsTheReference) {
    expect_golden_layers(GetParam(), kmodel::BareKpu());
}

TEST_P(KpuGoldenTest, EveryKpuLayerEqualsTheReferenceOnTheFastKernel) {
    expect_golden_layers(GetParam(), kmodel::BareKpu(KpuFastKernel()));
}

std::vector<ModelAndInput> all_models() {
    std::vector<ModelAndInput> runs;
    for (const char* model : {"facedetect", "face_detect", "yolo_20class", "detect_5", "mask", "mnist", "ld5",
                              "slim_320_v4", "mb_0.25_v4", "uint8_mnist_cnn_v4"})
        for (const char* input : {"prng", "all128"}) runs.push_back({std::string(model) + ".kmodel", input});
    return runs;
}

std::string test_name(const testing::TestParamInfo<ModelAndInput>& run) {
    std::string name = run.param.model.substr(0, run.param.model.rfind('.')) + "_" + run.param.input;
    std::ranges::replace(name, '.', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Models, KpuGoldenTest, testing::ValuesIn(all_models()), test_name);

}  // namespace
}  // namespace k210
