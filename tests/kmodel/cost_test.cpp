// How long the runtime takes for a layer, against what others measured on boards.
#include "kmodel/cost.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "kmodel/kpu_layer.hpp"
#include "kmodel/v3/layers.hpp"
#include "kmodel/v4/node.hpp"
#include "support/paths.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210::kmodel {
namespace {

constexpr Clocks kDemoClocks{};

ModelSummary model_of(unsigned version) {
    ModelSummary model;
    model.version = version;
    return model;
}

LayerSummary cpu_layer(std::uint32_t type, const Shape& shape, Element in = Element::u8, Element out = Element::u8) {
    LayerSummary layer;
    layer.type = type;
    layer.inputs = {shape};
    layer.output = shape;
    layer.input_element = in;
    layer.output_element = out;
    return layer;
}

LayerSummary kpu_layer(const KpuLayerSpec& spec, bool to_main_memory) {
    LayerSummary layer;
    ModelSummary model;
    describe_kpu_layer(build_kpu_layer(spec).layer, true, layer, model);
    layer.to_main_memory = to_main_memory;
    return layer;
}

// --- single layers -------------------------------------------------------------------------------------------------

struct MeasuredLayer {
    const char* name;
    unsigned version;
    LayerSummary layer;
    double ms;
};
void PrintTo(const MeasuredLayer& layer, std::ostream* out) {
    *out << layer.name;
}

// nncase issues 77 (version 3), 95, 96 and 97 (version 4). Where a shape was not told, one of its size. [measured]
const Shape kLargeMaps{{1, 16, 120, 160}}, kSmallMaps{{1, 16, 60, 80}};
const KpuLayerSpec kLargeConvolution{.input = {16, 160, 120}, .output_channels = 16, .kernel_side = 3};
const KpuLayerSpec kSmallConvolution{.input = {16, 80, 60}, .output_channels = 16, .kernel_side = 3};

LayerSummary quantized_add(const Shape& shape) {
    LayerSummary layer = cpu_layer(0x11, shape);
    layer.inputs.push_back(shape);
    return layer;
}

const MeasuredLayer kMeasured[] = {
    {"DequantizeVersion3", 3, cpu_layer(12, {{1, 30, 15, 20}}, Element::u8, Element::f32), 0.404},
    {"DequantizeLargeMaps", 4, cpu_layer(0x03, kLargeMaps, Element::u8, Element::f32), 9.357},
    {"DequantizeSmallMaps", 4, cpu_layer(0x03, kSmallMaps, Element::u8, Element::f32), 2.341},
    {"UploadToTheKpu", 4, cpu_layer(0x2001, kLargeMaps), 20.367},
    {"QuantizedAddOfLargeMaps", 4, quantized_add(kLargeMaps), 58.699},
    {"QuantizedAddOfSmallMaps", 4, quantized_add(kSmallMaps), 15.974},
    {"LargeMapsFetchedFromTheKpu", 4, kpu_layer(kLargeConvolution, true), 26.563},
    {"SmallMapsFetchedFromTheKpu", 4, kpu_layer(kSmallConvolution, true), 6.690},
    {"LargeMapsLeftOnTheKpu", 4, kpu_layer(kLargeConvolution, false), 0.268},
    {"SmallMapsLeftOnTheKpu", 4, kpu_layer(kSmallConvolution, false), 0.099},
};

class MeasuredLayerTest : public testing::TestWithParam<MeasuredLayer> {};
INSTANTIATE_TEST_SUITE_P(Boards, MeasuredLayerTest, testing::ValuesIn(kMeasured),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(MeasuredLayerTest, TakesAsLongAsOnTheBoard) {
    const LayerCost cost = layer_cost(model_of(GetParam().version), GetParam().layer, Runner::sdk);
    EXPECT_NEAR(cost.ms(kDemoClocks) / GetParam().ms, 1.0, 0.15);
    EXPECT_LE(cost.evidence, Evidence::emulated);
}

// --- whole models --------------------------------------------------------------------------------------------------

struct RealModelTest : testing::Test {
    void SetUp() override {
        if (shared_dir().empty())
            GTEST_SKIP() << "no models to look at: set K210_SHARED to the folder that holds models/";
    }
    static ModelSummary load(const std::string& name) {
        return Kmodel::parse(name, read_file(shared_dir() / "models" / name))->summary();
    }
};

// Every layer of a YOLOv2 face detector on a board: nncase issue 77 [measured].
TEST_F(RealModelTest, FaceDetectorTakesAsLongAsOnTheBoardLayerByLayer) {
    constexpr double kMeasuredMs[] = {0.206, 0.039, 0.514, 0.029, 0.680, 0.053, 1.328, 0.020,
                                      0.704, 0.034, 1.385, 0.016, 0.781, 0.025, 1.522, 0.026,
                                      1.521, 0.026, 1.521, 0.026, 1.521, 0.025, 0.326, 0.404};
    constexpr double kMeasuredKpuMs = 12.328, kLongMs = 0.1;
    const ModelSummary model = load("facedetect.kmodel");
    ASSERT_EQ(model.layers.size(), std::size(kMeasuredMs));
    double kpu_ms = 0;
    for (const LayerSummary& layer : model.layers) {
        SCOPED_TRACE(fmt::format("layer {}", layer.index));
        const LayerCost cost = layer_cost(model, layer, Runner::sdk);
        kpu_ms += cost.kpu_ms(kDemoClocks);
        if (kMeasuredMs[layer.index] > kLongMs) {
            EXPECT_NEAR(cost.ms(kDemoClocks) / kMeasuredMs[layer.index], 1.0, 0.03);
        }
    }
    EXPECT_NEAR(kpu_ms / kMeasuredKpuMs, 1.0, 0.02);
}

// The DMA transfer of a picture of 320x240: nncase issues 95 and 97 [measured].
TEST_F(RealModelTest, FaceDetectorsInputTakesAsLongAsOnTheBoard) {
    const LayerCost input = input_cost(load("facedetect.kmodel"), Runner::sdk);
    EXPECT_NEAR(input.ms(kDemoClocks) / 0.329, 1.0, 0.15);
    EXPECT_EQ(input.evidence, Evidence::measured);
}

// nncase's slim-320.kmodel, 60 ms for all layers and 81 ms with
// the input, nncase issue 81 [measured].
TEST_F(RealModelTest, SlimFaceDetectorTakesAboutAsLongAsOnTheBoard) {
    const ModelSummary model = load("slim_320_v4.kmodel");
    double ms = 0;
    for (const LayerSummary& layer : model.layers) ms += layer_cost(model, layer, Runner::sdk).ms(kDemoClocks);
    EXPECT_NEAR(ms / 60, 1.0, 0.2);
    EXPECT_NEAR((ms + input_cost(model, Runner::sdk).ms(kDemoClocks)) / 81, 1.0, 0.2);
}

// --- what costs depend on ------------------------------------------------------------------------------------------

TEST(LayerCostTest, EachPartGoesByItsOwnClock) {
    const LayerCost cost = layer_cost(model_of(4), kpu_layer(kSmallConvolution, true), Runner::maixpy);
    const double kpu_ms = static_cast<double>(cost.kpu.total_cycles()) / 400e6 * 1e3;
    const double driver_ms = static_cast<double>(cost.driver_cycles) / 400e6 * 1e3;
    EXPECT_DOUBLE_EQ(cost.kpu_ms({.kpu_hz = 200e6}), 2 * kpu_ms + driver_ms);
    EXPECT_DOUBLE_EQ(cost.kpu_ms({.cpu_hz = 200e6}), kpu_ms + 2 * driver_ms);
    EXPECT_DOUBLE_EQ(cost.cpu_ms({.cpu_hz = 200e6}), 2 * cost.cpu_ms({}));
    EXPECT_DOUBLE_EQ(cost.cpu_ms({.kpu_hz = 200e6}), cost.cpu_ms({}));
}

TEST(LayerCostTest, OnlyTheSdkFetchesKpuOutputsOfVersion3ByDma) {
    const LayerSummary layer = kpu_layer(kSmallConvolution, true);
    const LayerCost sdk = layer_cost(model_of(3), layer, Runner::sdk);
    const LayerCost maixpy = layer_cost(model_of(3), layer, Runner::maixpy);
    const LayerCost version4 = layer_cost(model_of(4), layer, Runner::sdk);
    EXPECT_GT(sdk.kpu.data_out_cycles, 0u);
    EXPECT_LT(sdk.cpu_cycles, version4.cpu_cycles / 4);
    EXPECT_EQ(maixpy.kpu.data_out_cycles, 0u);
    EXPECT_EQ(maixpy.cpu_cycles, version4.cpu_cycles);
    EXPECT_EQ(version4.kpu.data_out_cycles, 0u);
}

TEST(LayerCostTest, AConvolutionCostsLessForEachTapWhereItsWindowIsLarge) {
    LayerSummary layer = cpu_layer(0x02, {{1, 16, 10, 10}}, Element::f32, Element::f32);
    const auto each_mac = [&](std::uint32_t side) {
        layer.window = {.width = side, .height = side};
        layer.macs = layer.output.count() * 16 * side * side;
        return static_cast<double>(layer_cost(model_of(4), layer, Runner::maixpy).cpu_cycles) /
               static_cast<double>(layer.macs);
    };
    EXPECT_LT(each_mac(3), each_mac(1) / 2);
}

TEST(LayerCostTest, MaixPysOwnWorkIsLessWithAListThanWithAPicture) {
    ModelSummary model = model_of(4);
    model.inputs.emplace_back();
    const auto list = call_cost(model, Runner::maixpy).cpu_cycles;
    model.inputs[0].in_ai_ram = true;
    EXPECT_GT(list, 0u);
    EXPECT_GT(call_cost(model, Runner::maixpy).cpu_cycles, list);
    EXPECT_EQ(call_cost(model, Runner::sdk).cpu_cycles, 0u);
}

TEST(LayerCostTest, KpuLayersRunOncePerBatch) {
    LayerSummary layer = kpu_layer(kSmallConvolution, true);
    const LayerCost one = layer_cost(model_of(4), layer, Runner::maixpy);
    layer.output.dims[0] = 3;
    const LayerCost three = layer_cost(model_of(4), layer, Runner::maixpy);
    EXPECT_EQ(three.kpu.total_cycles(), 3 * one.kpu.total_cycles());
    EXPECT_EQ(three.cpu_cycles, 3 * one.cpu_cycles);
}

TEST(LayerCostTest, Version3UploadsWordsOnlyIfRowsAreWholeWords) {
    constexpr std::uint32_t kUpload = 10243;
    const auto each = [](const Shape& shape) {
        return static_cast<double>(layer_cost(model_of(3), cpu_layer(kUpload, shape), Runner::maixpy).cpu_cycles) /
               static_cast<double>(shape.count());
    };
    EXPECT_NEAR(each({{1, 64, 8, 10}}), 8 * each({{1, 64, 8, 16}}), 0.1);
}

TEST(LayerCostTest, BinaryOperatorsCostMoreWhereOneInputIsRepeated) {
    LayerSummary layer = cpu_layer(0x00, {{1, 1, 100, 2}}, Element::f32, Element::f32);
    layer.inputs.push_back({{1, 1, 100, 2}});
    const auto alike = layer_cost(model_of(4), layer, Runner::maixpy).cpu_cycles;
    layer.inputs[1] = {{1, 1, 100, 1}};
    EXPECT_GT(layer_cost(model_of(4), layer, Runner::maixpy).cpu_cycles, 2 * alike);
}

TEST(LayerCostTest, AnExponentialCostsMoreThanASquare) {
    LayerSummary layer = cpu_layer(0x0e, {{1, 1, 1, 1000}}, Element::f32, Element::f32);
    layer.kind = "square";
    const auto square = layer_cost(model_of(4), layer, Runner::maixpy).cpu_cycles;
    layer.kind = "exponential";
    EXPECT_GT(layer_cost(model_of(4), layer, Runner::maixpy).cpu_cycles, 10 * square);
}

TEST(LayerCostTest, NothingIsKnownBetterThanItsWorstPart) {
    LayerSummary layer = kpu_layer(kSmallConvolution, false);
    EXPECT_EQ(layer_cost(model_of(4), layer, Runner::maixpy).evidence, Evidence::measured);
    layer = cpu_layer(0x0c, {{1, 1, 1, 10}});  // transpose
    EXPECT_EQ(layer_cost(model_of(4), layer, Runner::maixpy).evidence, Evidence::emulated);
    layer.type = 0x1003;  // a pool of the CPU target's, which MaixPy lacks
    EXPECT_EQ(layer_cost(model_of(4), layer, Runner::maixpy).evidence, Evidence::assumed);
}

bool has_cost(unsigned version, std::uint32_t type) {
    LayerSummary layer = cpu_layer(type, {{1, 2, 3, 4}}, Element::f32, Element::f32);
    layer.operations = layer.macs = layer.parameter_bytes = 24;
    return layer_cost(model_of(version), layer, Runner::maixpy).cpu_cycles != 0;
}

TEST(OperatorCostTest, EveryOperatorOfVersion3HasOne) {
    constexpr std::uint32_t kKpuConv = 10240;
    for (std::uint32_t type = 0; type < 11000; ++type)
        if (v3::layer_name(type) != fmt::format("type {}", type) && type != kKpuConv) {
            EXPECT_TRUE(has_cost(3, type)) << v3::layer_name(type);
        }
}

TEST(OperatorCostTest, EveryOperatorOfVersion4HasOne) {
    constexpr std::uint32_t kKpuConv = 0x2002;
    for (std::uint32_t opcode = 0; opcode < 0x3000; ++opcode)
        if (const auto* op = v4::find_operator(opcode); op && opcode != kKpuConv) {
            EXPECT_TRUE(has_cost(4, opcode)) << op->name;
        }
}

}  // namespace
}  // namespace k210::kmodel
