// What the doctor finds, and what it advises.
#include "kmodel/doctor.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_kind.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "support/v5_file.hpp"
#include "tools/kmodel/v4_writer.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

struct ModelSize {
    std::uint32_t main_memory_bytes = 4096;
    std::size_t trailing_bytes = 0;
};
Bytes model(const ModelSize& size = {}, const KpuLayerSpec& spec = {.input = {3, 8, 8}, .output_channels = 4}) {
    const BuiltKpuLayer built = build_kpu_layer(spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.dequantize({0, 1024}, static_cast<std::uint32_t>(built.layer.output().bytes()), {});
    writer.main_memory_bytes = size.main_memory_bytes;
    writer.outputs = {{1024, 64}};
    Bytes bytes = writer.bytes();
    bytes.resize(bytes.size() + size.trailing_bytes);
    return bytes;
}

std::vector<Finding> findings(const Bytes& bytes, std::optional<Firmware> firmware = {}) {
    return examine("m.kmodel", bytes, {.firmware = firmware});
}

auto finding(Finding::Severity severity, const char* what, const char* remedy = "") {
    return testing::AllOf(Field(&Finding::severity, severity), Field(&Finding::what, HasSubstr(what)),
                          Field(&Finding::remedy, HasSubstr(remedy)));
}

TEST(DoctorTest, FindsASmallModelWell) {
    const auto found = findings(model());
    EXPECT_THAT(found, Each(Field(&Finding::severity, Finding::fine)));
    EXPECT_THAT(found, Contains(finding(Finding::fine, "fits MaixPy, full")));
    EXPECT_THAT(found, Contains(finding(Finding::fine, "1 of 2 layers run on the KPU")));
    EXPECT_THAT(found, Contains(finding(Finding::fine, "dequantize (layer 1, 100 % of the CPU's work)")));
}

TEST(DoctorTest, EachProblemHasARemedy) {
    for (const Bytes& bytes : {model({.main_memory_bytes = 7 << 20}), bytes_of(std::string_view("\1\0\0\0", 4)),
                               bytes_of(std::string_view("LDMK\6\0\0\0", 8))})
        for (const Finding& f : findings(bytes))
            EXPECT_TRUE(f.severity == Finding::fine || !f.remedy.empty()) << f.what;
}

TEST(DoctorTest, ModelThatOnlySomeFirmwareHoldsIsNoProblem) {
    const auto found = findings(model({.main_memory_bytes = 3 << 20}));
    EXPECT_THAT(found, Contains(finding(Finding::advice, "does not fit MaixPy, full", "minimum build")));
    EXPECT_THAT(found, Contains(finding(Finding::fine, "fits MaixPy, minimum")));
    EXPECT_THAT(found, Not(Contains(Field(&Finding::severity, Finding::problem))));
}

TEST(DoctorTest, ModelThatTheFirmwareInUseCannotHoldIsAProblem) {
    const auto found = findings(model({.main_memory_bytes = 3 << 20}), Firmware::maixpy_full);
    EXPECT_THAT(found, Contains(finding(Finding::problem, "does not fit MaixPy, full", "kpu.load_flash()")));
    EXPECT_THAT(found, Not(Contains(Field(&Finding::what, HasSubstr("minimum")))));
}

TEST(DoctorTest, TheFileCountsAsMuchAsMainMemory) {
    EXPECT_THAT(findings(model({.trailing_bytes = 5 << 20}), Firmware::maixpy_minimum),
                Contains(finding(Finding::problem, "does not fit MaixPy, minimum")));
}

TEST(DoctorTest, ModelThatNothingHoldsIsAProblem) {
    EXPECT_THAT(findings(model({.main_memory_bytes = 7 << 20})),
                testing::IsSupersetOf({finding(Finding::problem, "does not fit MaixPy, full"),
                                       finding(Finding::problem, "does not fit C", "make the network smaller")}));
}

TEST(DoctorTest, NearlyFullMemoryIsWorthAWord) {
    EXPECT_THAT(findings(model({.main_memory_bytes = (2 << 20) - 10'000}), Firmware::maixpy_full),
                Contains(finding(Finding::advice, "hardly fits MaixPy, full")));
}

TEST(DoctorTest, AFileBeyondTheFlashIsAProblem) {
    const Bytes large = model({.trailing_bytes = 6 << 20});
    EXPECT_THAT(examine("m", large, {.firmware = {}, .flash_bytes = 8 << 20}),
                Contains(finding(Finding::problem, "flash: ", "SD card")));
    EXPECT_THAT(findings(large), Not(Contains(Field(&Finding::what, HasSubstr("flash: ")))));
}

TEST(DoctorTest, AFileThatFillsTheFlashFits) {
    constexpr std::size_t kModelsAddress = 0x30'0000;
    for (const std::size_t over : {0, 1}) {
        const std::size_t empty = model({}).size(), flash = 8 << 20;
        const Bytes file = model({.trailing_bytes = static_cast<std::uint32_t>(flash - kModelsAddress - empty + over)});
        ASSERT_EQ(file.size(), flash - kModelsAddress + over);
        const auto flash_problem = Contains(Field(&Finding::what, HasSubstr("flash: ")));
        if (over)
            EXPECT_THAT(examine("m", file, {.firmware = {}, .flash_bytes = flash}), flash_problem);
        else
            EXPECT_THAT(examine("m", file, {.firmware = {}, .flash_bytes = flash}), Not(flash_problem));
    }
}

TEST(DoctorTest, TrailingBytesAreToBeCutOff) {
    EXPECT_THAT(findings(model({.trailing_bytes = 100})), Contains(finding(Finding::advice, "last 100 bytes", "cut")));
}

TEST(DoctorTest, SwappedWordsAreForRunningFromFlash) {
    const Bytes swapped = swap_words(model());
    EXPECT_THAT(findings(swapped), Contains(finding(Finding::advice, "words are swapped", "kpu.load_flash()")));
    EXPECT_THAT(findings(swapped), Contains(finding(Finding::fine,
                                                    "needs 4096 bytes of RAM, its main memory; the "
                                                    "file stays in flash")));
    EXPECT_THAT(findings(swapped, Firmware::c), Contains(finding(Finding::problem, "words are swapped", "le2be.py")));
}

TEST(DoctorTest, SmodelsAreEncrypted) {
    Bytes smodel(24);
    smodel[0] = 0x13;
    smodel[1] = 0x27;
    smodel[4] = 16;
    EXPECT_THAT(findings(smodel), Contains(finding(Finding::problem, "encrypted", ".kmodel")));
}

TEST(DoctorTest, OldAndUnknownVersionsAreToBeCompiledAgain) {
    EXPECT_THAT(findings(bytes_of(std::string_view("\1\0\0\0", 4))),
                Contains(finding(Finding::problem, "version 1", "nncase v0.2.0-beta4")));
    EXPECT_THAT(findings(bytes_of(std::string_view("LDMK\7\0\0\0", 8))),
                Contains(finding(Finding::problem, "version 7", "compile it again")));
}

TEST(DoctorTest, Version4IsForTheFirmwareThatIsBuiltWithIt) {
    V4Writer writer;
    const KpuLayerSpec spec{.input = {3, 8, 8}, .output_channels = 4};
    const BuiltKpuLayer built = build_kpu_layer(spec);
    const V4Range input{.element = V4Element::u8, .size = 192},
        output{.element = V4Element::u8, .start = 192, .size = 256};
    writer.kpu_conv(built.layer, built.parameters, output);
    writer.main_memory_bytes = 3 << 20;
    writer.inputs = {{input, {.c = 3, .h = 8, .w = 8}}};
    writer.outputs = {output};
    const Bytes bytes = writer.bytes();
    const auto names_minimum = Contains(Field(&Finding::what, HasSubstr("fits MaixPy, minimum")));

    const auto any = findings(bytes);
    EXPECT_THAT(any, Contains(finding(Finding::advice, "the SDK, MaixPy's full build and those", "kmodel_v4")));
    EXPECT_THAT(any, Contains(finding(Finding::advice, "does not fit MaixPy, full", "whose name has kmodel_v4")));
    EXPECT_THAT(any, Not(names_minimum));
    EXPECT_THAT(findings(bytes, Firmware::c), Each(Field(&Finding::severity, Finding::fine)));
    EXPECT_THAT(findings(bytes, Firmware::maixpy_full),
                Contains(finding(Finding::fine, "version 4: MaixPy's full build loads it")));
    const auto minimum = findings(bytes, Firmware::maixpy_minimum);
    EXPECT_THAT(minimum, Contains(finding(Finding::problem, "version 4: MaixPy's minimum builds say", "kmodel_v4")));
    EXPECT_THAT(minimum, Not(names_minimum));
}

TEST(DoctorTest, Version5FitsNoKnownFirmware) {
    for (const std::optional<Firmware> firmware :
         {std::optional<Firmware>(), std::optional(Firmware::maixpy_full), std::optional(Firmware::c)}) {
        const auto found = findings(v5_sample().bytes, firmware);
        EXPECT_THAT(found, Contains(finding(Finding::problem, "version 5: no known firmware loads it", "version 4")));
        EXPECT_THAT(found, Not(Contains(Field(&Finding::what, HasSubstr("fits")))));
    }
}

TEST(DoctorTest, APreReleaseOfVersion5SaysSo) {
    Bytes bytes = v5_sample().bytes;
    bytes[8] = 0;  // flags, where the release has its header's size
    EXPECT_THAT(findings(bytes), Contains(finding(Finding::problem, "a pre-release of version 5", "compile it again")));
}

TEST(DoctorTest, MemoryIsCountedToTheByte) {
    const std::size_t file = model().size();
    const auto found = [&](std::size_t needed) {
        return findings(model({.main_memory_bytes = static_cast<std::uint32_t>(needed - file)}), Firmware::maixpy_full);
    };
    EXPECT_THAT(found(2 << 20), Contains(finding(Finding::advice, "hardly fits MaixPy, full")));
    EXPECT_THAT(found((2 << 20) + 4), Contains(finding(Finding::problem, "does not fit MaixPy, full")));
    EXPECT_THAT(findings(model({.main_memory_bytes = (7 << 20)}), Firmware::c),
                Contains(finding(Finding::problem, "does not fit C")));
}

TEST(DoctorTest, WhatIsNoModelIsRefused) {
    EXPECT_EQ(input_error_of([] { findings(bytes_of("text")); }), "m.kmodel: is text, not a kmodel");
}

TEST(DoctorTest, KpuLimitsAreNamed) {
    const KpuLayerSpec wide{.input = {1, 400, 8}, .output_channels = 1}, flat{.input = {1, 8, 2}, .output_channels = 1};
    EXPECT_THAT(
        findings(model({.main_memory_bytes = 65536}, wide)),
        Contains(finding(Finding::problem, "layer 0 (KPU conv 1x1) breaks the KPU's limits: its input of 400x8")));
    // Kendryte's detect_5 is as large as that.
    const auto tall = [](std::uint32_t width, std::uint32_t height) {
        return findings(model({.main_memory_bytes = 1 << 20}, {.input = {1, width, height}, .output_channels = 1}));
    };
    EXPECT_THAT(tall(320, 256), Each(Field(&Finding::severity, Finding::fine)));
    EXPECT_THAT(tall(320, 257), Contains(finding(Finding::problem, "its input of 320x257 is beyond 320x256")));
    EXPECT_THAT(tall(321, 256), Contains(finding(Finding::problem, "its input of 321x256 is beyond 320x256")));
    EXPECT_THAT(findings(model({}, {.input = {1, 4, 4}, .output_channels = 1})),
                Each(Field(&Finding::severity, Finding::fine)));
    EXPECT_THAT(findings(model({}, flat)), Contains(finding(Finding::problem, "its output of 8x2 is below 4x4")));
}

TEST(DoctorTest, FieldsThatNoCompilerWritesAreNamed) {
    BuiltKpuLayer built = build_kpu_layer({.input = {1, 8, 8}, .output_channels = 1});
    built.layer.bypass_conv = true;
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.main_memory_bytes = 64;
    writer.outputs = {{0, 64}};
    EXPECT_THAT(findings(writer.bytes()), Contains(finding(Finding::problem, "its field bypass_conv is 0x1")));
}

TEST(DoctorTest, LayersThatTheRuntimeLacksAreNamed) {
    V3Writer writer;
    const std::vector<float> one = {1};
    writer.fully_connected({0, 16}, 1, one, one);
    writer.max_pool2d(V3Type::max_pool2d, {16, 32}, {});
    writer.main_memory_bytes = 64;
    writer.outputs = {{32, 4}};
    EXPECT_THAT(findings(writer.bytes()),
                Contains(finding(Finding::problem, "layer 1 (max pool): the device's runtime")));
}

// --- why a layer is on the CPU -----------------------------------------------------------------------------------

LayerSummary convolution(const WindowSummary& window, const Shape& in = {{1, 16, 40, 40}},
                         const Shape& out = {{1, 16, 40, 40}}) {
    LayerSummary layer;
    layer.engine = Engine::cpu;
    layer.inputs = {in};
    layer.output = out;
    layer.macs = 1000;
    layer.window = window;
    return layer;
}

constexpr WindowSummary kSame{.width = 3, .height = 3, .pad_left = 1, .pad_right = 1, .pad_top = 1, .pad_bottom = 1};

template <class Change>
std::string why(Change change) {
    LayerSummary layer = convolution(kSame);
    change(layer);
    return why_on_cpu(layer).why;
}

TEST(WhyOnCpuTest, NamesEachRuleThatAConvolutionBreaks) {
    EXPECT_THAT(why([](auto& l) { l.window->width = l.window->height = 5; }), HasSubstr("1x1 and 3x3, not 5x5"));
    EXPECT_THAT(why([](auto& l) { l.window->stride_x = l.window->stride_y = 3; }), HasSubstr("1 and 2, not 3x3"));
    EXPECT_THAT(why([](auto& l) { l.window->dilation_y = 2; }), HasSubstr("no dilation"));
    EXPECT_THAT(why([](auto& l) { l.window->groups = 4; }), HasSubstr("not in 4 groups"));
    EXPECT_THAT(why([](auto& l) { l.window->pad_left = 0; }), HasSubstr("all sides by 1, not by 0, 1, 1, 1"));
    EXPECT_THAT(why([](auto& l) { l.inputs[0] = {{1, 16, 240, 321}}; }), HasSubstr("up to 320x256, not 321x240"));
    EXPECT_THAT(why([](auto& l) { l.output = {{1, 16, 3, 4}}; }), HasSubstr("from 4x4 on, not 4x3"));
    EXPECT_THAT(why([](auto& l) { l.output = {{1, 1025, 40, 40}}; }), HasSubstr("up to 1024 channels"));
}

TEST(WhyOnCpuTest, NamesAllRulesAtOnce) {
    const std::string both = why([](auto& l) {
        l.window->dilation_x = 2;
        l.window->groups = 2;
    });
    EXPECT_THAT(both, testing::AllOf(HasSubstr("dilation"), HasSubstr("groups")));
}

TEST(WhyOnCpuTest, ConvolutionWithinTheRulesWasNotQuantized) {
    LayerSummary layer = convolution(kSame);
    layer.input_element = Element::f32;
    EXPECT_EQ(why_on_cpu(layer).why, "the compiler left it in floats");
    layer.window->groups = 16;  // depthwise
    EXPECT_EQ(why_on_cpu(layer).why, "the compiler left it in floats");
}

TEST(WhyOnCpuTest, OtherWork) {
    LayerSummary layer = convolution(kSame);
    layer.macs = 0;
    EXPECT_THAT(why_on_cpu(layer).why, HasSubstr("pools"));
    layer.macs = 1;
    layer.window.reset();
    EXPECT_THAT(why_on_cpu(layer).why, HasSubstr("matrix products"));
    layer.macs = 0;
    EXPECT_EQ(why_on_cpu(layer), CpuReason{});
    layer = convolution(kSame);
    layer.engine = Engine::kpu;
    EXPECT_EQ(why_on_cpu(layer), CpuReason{});
}

}  // namespace
}  // namespace k210::kmodel
