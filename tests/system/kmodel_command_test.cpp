// `k210emu kmodel` as a process: what it says, writes and refuses.
#include <cstring>
#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file_kind.hpp"
#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "kmodel/npy.hpp"
#include "support/full_disk.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "support/v5_file.hpp"
#include "system/emulator_process.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210 {
namespace {

using kmodel::Element;
using kmodel::V3Writer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Arguments = std::vector<std::string>;
using Json = nlohmann::json;

// Copies its input, a map of 4x4 pixels, on the KPU, and makes floats of it.
Bytes copying_model(std::uint32_t channels) {
    KpuLayerSpec spec{.input = {channels, 4, 4}, .output_channels = channels};
    spec.weights = identity_weights(spec);
    const BuiltKpuLayer built = build_kpu_layer(spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.dequantize({0, 1024}, channels * 16, {0.5f, 1});
    writer.main_memory_bytes = 2048;
    writer.outputs = {{1024, channels * 16 * 4}};
    return writer.bytes();
}

// Adds up four floats.
Bytes summing_model() {
    const std::vector<float> ones = {1, 1, 1, 1}, bias = {0};
    V3Writer writer;
    writer.fully_connected({0, 64}, 4, ones, bias);
    writer.main_memory_bytes = 128;
    writer.outputs = {{64, 4}};
    return writer.bytes();
}

Picture one_colour(unsigned width, unsigned height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    Picture picture(width, height);
    for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
        picture.rgb[i] = r;
        picture.rgb[i + 1] = g;
        picture.rgb[i + 2] = b;
    }
    return picture;
}

Bytes floats(const std::vector<float>& values) {
    Bytes bytes(values.size() * 4);
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

struct KmodelCommandTest : testing::Test {
    TempDir files;
    std::string copying = files.write("copying.kmodel", copying_model(3)), out = files / "out";

    static EmulatorProcess::Result command(Arguments arguments) {
        arguments.insert(arguments.begin(), "kmodel");
        return run_emulator(std::move(arguments));
    }
    // Runs a model into `out` and returns the array it left there.
    std::vector<float> run(const std::string& model, const std::string& input) {
        const auto result = command({"run", model, input, "-o", out});
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.err, "");
        const auto file = read_file(files / "out" / "output_0.npy");
        const auto array = kmodel::read_npy("output_0.npy", file);
        EXPECT_EQ(array.element, Element::f32);
        std::vector<float> values(array.bytes.size() / 4);
        std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
        return values;
    }
};

// --- info --------------------------------------------------------------------------------------------------------

TEST_F(KmodelCommandTest, InfoNamesEveryLayer) {
    const auto info = command({"info", copying});
    EXPECT_EQ(info.status, 0) << info.err;
    EXPECT_THAT(info.out, AllOf(StartsWith("copying.kmodel: kmodel version 3 for K210"), HasSubstr("KPU conv 1x1"),
                                HasSubstr("dequantize"), HasSubstr("3x4x4 u8"), HasSubstr("3x4x4 f32")));
}

TEST_F(KmodelCommandTest, InfoTellsOfTrailingBytes) {
    Bytes longer = copying_model(3);
    longer.resize(longer.size() + 100);
    EXPECT_THAT(command({"info", files.write("longer.kmodel", longer)}).out, HasSubstr("the last 100 of them"));
}

TEST_F(KmodelCommandTest, InfoAsJsonHasTheSameFigures) {
    const auto info = command({"info", copying, "--json"});
    EXPECT_EQ(info.status, 0) << info.err;
    const Json json = Json::parse(info.out);
    EXPECT_EQ(json.at("version"), 3);
    EXPECT_EQ(json.at("kpu_macs"), 3 * 3 * 16);
    EXPECT_EQ(json.at("main_memory_bytes"), 2048);
    EXPECT_EQ(json.at("ai_ram_peak_bytes"), 2 * 4 * 64);
    ASSERT_EQ(json.at("layers").size(), 2u);
    EXPECT_EQ(json.at("layers")[0].at("engine"), "kpu");
    EXPECT_EQ(json.at("layers")[1].at("output"), Json({1, 3, 4, 4}));
    EXPECT_EQ(json.at("outputs")[0].at("bytes"), 3 * 16 * 4);
}

// --- run ---------------------------------------------------------------------------------------------------------

TEST_F(KmodelCommandTest, RunScalesAPictureToTheInput) {
    save_png(files / "red.png", one_colour(30, 50, 200, 100, 10));
    std::vector<float> expected(48, 1 + 200 / 2);
    std::fill(expected.begin() + 16, expected.begin() + 32, 1 + 100 / 2);
    std::fill(expected.begin() + 32, expected.end(), 1 + 10 / 2);
    EXPECT_EQ(run(copying, files / "red.png"), expected);
    EXPECT_THAT(command({"run", copying, files / "red.png"}).out, HasSubstr("30x50 picture scaled to 4x4"));
}

TEST_F(KmodelCommandTest, RunMakesAPictureGreyForOneChannel) {
    save_png(files / "red.png", one_colour(4, 4, 200, 100, 10));
    const auto values = run(files.write("grey.kmodel", copying_model(1)), files / "red.png");
    EXPECT_EQ(values, std::vector<float>(16, 1 + 0.5f * 120));  // 0.299 R + 0.587 G + 0.114 B = 119.64
}

TEST_F(KmodelCommandTest, RunTakesTheInputsOwnBytes) {
    Bytes bytes(48);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 5);
    std::vector<float> expected;
    for (const std::uint8_t byte : bytes) expected.push_back(1 + 0.5f * byte);
    EXPECT_EQ(run(copying, files.write("input.bin", bytes)), expected);
}

TEST_F(KmodelCommandTest, RunTakesArrays) {
    const Bytes array = kmodel::write_npy({Element::f32, {{1, 1, 1, 4}}, floats({1, 2, 3, 4.5f})});
    const std::string model = files.write("sum.kmodel", summing_model());
    EXPECT_EQ(run(model, files.write("a.npy", array)), std::vector<float>{10.5f});
    EXPECT_THAT(command({"run", model, files / "a.npy"}).out, HasSubstr("output 0: 1x1x1 f32\n    10.5\n"));
}

TEST_F(KmodelCommandTest, RunPrintsTheLargestValuesOfALargeOutput) {
    Bytes bytes(48, 2);
    bytes[16 + 4 + 3] = 255;
    const auto result = command({"run", copying, files.write("input.bin", bytes)});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("from 2 to 128.5"), HasSubstr("largest: [1, 1, 3] 128.5, [0, 0, 0] 2")));
}

TEST_F(KmodelCommandTest, RunWritesEveryLayerOnRequest) {
    const auto result = command({"run", copying, files.write("input.bin", Bytes(48, 7)), "-o", out, "--layers"});
    EXPECT_EQ(result.status, 0) << result.err;
    const auto file = read_file(files / "out" / "layer_000_kpu_conv_1x1.npy");
    const auto layer = kmodel::read_npy("layer", file);
    EXPECT_EQ(Bytes(layer.bytes.begin(), layer.bytes.end()), Bytes(48, 7));
    EXPECT_TRUE(std::filesystem::exists(files / "out" / "layer_001_dequantize.npy"));
}

TEST_F(KmodelCommandTest, TwoRunsWriteTheSame) {
    save_png(files / "red.png", one_colour(31, 57, 200, 100, 10));
    const auto first = command({"run", copying, files / "red.png"}),
               second = command({"run", copying, files / "red.png"});
    EXPECT_EQ(first.out, second.out);
}

// --- profile -----------------------------------------------------------------------------------------------------

TEST_F(KmodelCommandTest, ProfileSaysHowLongEachLayerTakes) {
    const auto profile = command({"profile", copying, "--runner", "sdk"});
    EXPECT_EQ(profile.status, 0) << profile.err;
    EXPECT_THAT(profile.out,
                AllOf(StartsWith("copying.kmodel: kmodel version 3 under the SDK, CPU at 400 MHz, KPU at 400 MHz"),
                      HasSubstr("KPU conv 1x1"), HasSubstr("dequantize"), HasSubstr("frames per second")));
}

TEST_F(KmodelCommandTest, ProfileAsJsonAddsUp) {
    const auto profile = command({"profile", copying, "--json"});
    EXPECT_EQ(profile.status, 0) << profile.err;
    const Json json = Json::parse(profile.out);
    double total = json.at("input_ms").get<double>() + json.at("call_ms").get<double>();
    for (const Json& layer : json.at("layers")) total += layer.at("ms").get<double>();
    EXPECT_DOUBLE_EQ(json.at("total_ms"), total);
    EXPECT_DOUBLE_EQ(json.at("kpu_ms").get<double>() + json.at("cpu_ms").get<double>() +
                         json.at("input_ms").get<double>() + json.at("call_ms").get<double>(),
                     total);
    EXPECT_DOUBLE_EQ(json.at("frames_per_second"), 1000 / total);
    ASSERT_EQ(json.at("layers").size(), 2u);
    EXPECT_EQ(json.at("layers")[0].at("macs"), 3 * 3 * 16);
    EXPECT_EQ(json.at("layers")[1].at("basis"), "emulated");
}

TEST_F(KmodelCommandTest, ProfileIsOfMaixPyOrOfTheSdk) {
    const auto sdk = Json::parse(command({"profile", copying, "--json", "--runner", "sdk"}).out);
    EXPECT_EQ(sdk.at("runner"), "sdk");
    EXPECT_EQ(sdk.at("call_ms"), 0);
    EXPECT_LT(sdk.at("total_ms"), Json::parse(command({"profile", copying, "--json"}).out).at("total_ms"));
    const auto wrong = command({"profile", copying, "--runner", "maixpie"});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_THAT(wrong.err, HasSubstr("maixpy"));
}

TEST_F(KmodelCommandTest, ProfileTakesClocksWithAndWithoutUnits) {
    const auto profiled = [&](const char* clock) {
        return Json::parse(command({"profile", copying, "--json", "--kpu-hz", clock}).out);
    };
    EXPECT_EQ(profiled("200M").at("kpu_hz"), 200e6);
    EXPECT_EQ(profiled("200M"), profiled("200000000"));
    EXPECT_EQ(profiled("200M"), profiled("200MHz"));
    EXPECT_GT(profiled("200M").at("kpu_ms"), profiled("400M").at("kpu_ms"));
    EXPECT_THAT(command({"profile", copying, "--cpu-hz", "403.2MHz"}).out, HasSubstr("CPU at 403.2 MHz"));
}

TEST_F(KmodelCommandTest, ProfileWithAnInputRunsTheModelToo) {
    const auto result = command({"profile", copying, files.write("input.bin", Bytes(48, 2))});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("here, ms"), HasSubstr("output 0: 3x4x4 f32")));
}

TEST_F(KmodelCommandTest, TwoProfilesAreTheSame) {
    EXPECT_EQ(command({"profile", copying}).out, command({"profile", copying}).out);
}

// --- doctor ------------------------------------------------------------------------------------------------------

TEST_F(KmodelCommandTest, DoctorsStatusSaysWhetherAModelFits) {
    const auto well = command({"doctor", copying, "--board", "m5stickv", "--firmware", "full"});
    EXPECT_EQ(well.status, 0) << well.err;
    EXPECT_THAT(well.out, AllOf(HasSubstr("ok       fits MaixPy, full"), Not(HasSubstr("problem"))));
    Bytes large = copying_model(3);
    large.resize(3 << 20);
    const std::string file = files.write("large.kmodel", large);
    EXPECT_EQ(command({"doctor", file}).status, 0);
    EXPECT_EQ(command({"doctor", file, "--firmware", "minimum"}).status, 0);
    const auto full = command({"doctor", file, "--firmware", "full"});
    EXPECT_EQ(full.status, 1);
    EXPECT_THAT(full.out, HasSubstr("problem  does not fit MaixPy, full"));
    EXPECT_THAT(full.out, HasSubstr("         -> take a minimum build"));
}

TEST_F(KmodelCommandTest, DoctorLooksIntoPackages) {
    const Bytes package = make_zip({{"flash-list.json", bytes_of(R"({"files":[
        {"address":0,"bin":"program.bin","sha256Prefix":true},
        {"address":3145728,"bin":"m.kmodel","sha256Prefix":false}]})")},
                                    {"program.bin", sample_program(5000)},
                                    {"m.kmodel", copying_model(3)}});
    const auto doctor = command({"doctor", files.write("m.kfpkg", package)});
    EXPECT_EQ(doctor.status, 0) << doctor.err;
    EXPECT_THAT(doctor.out, AllOf(StartsWith("m.kmodel: in a package, for flash address 0x300000"),
                                  HasSubstr("This is a kfpkg"), Not(HasSubstr("program.bin"))));
}

// --- packages ----------------------------------------------------------------------------------------------------

// A package with a program and one model, or two.
std::string package_in(const TempDir& d, const char* name, int models) {
    std::string list = R"({"address":0,"bin":"program.bin","sha256Prefix":true})";
    std::vector<std::pair<std::string, Bytes>> members = {{"program.bin", sample_program(5000)}};
    for (int i = 0; i < models; ++i) {
        const std::string part = fmt::format("m{}.kmodel", i);
        list += fmt::format(R"(,{{"address":{},"bin":"{}"}})", 0x30'0000 + i * 0x10'0000, part);
        members.emplace_back(part, copying_model(i == 0 ? 3 : 1));
    }
    members.emplace_back("flash-list.json", bytes_of("{\"files\":[" + list + "]}"));
    return d.write(name, make_zip(members));
}

TEST_F(KmodelCommandTest, EveryCommandTakesAPackageWithOneModel) {
    const std::string package = package_in(files, "one.kfpkg", 1), input = files.write("input.bin", Bytes(48, 7));
    for (const Arguments& arguments : {Arguments{"info", package}, Arguments{"profile", package},
                                       Arguments{"run", package, input}, Arguments{"doctor", package}}) {
        const auto result = command(arguments);
        EXPECT_EQ(result.status, 0) << arguments[0] << result.err;
        EXPECT_THAT(result.out, HasSubstr(arguments[0] == "run" ? "output 0: 3x4x4" : "m0.kmodel")) << arguments[0];
    }
}

TEST_F(KmodelCommandTest, APartOfAPackageIsNamedAfterAColon) {
    const std::string package = package_in(files, "two.kfpkg", 2);
    EXPECT_THAT(command({"info", package + ":m0.kmodel"}).out,
                AllOf(StartsWith("two.kfpkg:m0.kmodel: kmodel version 3"), HasSubstr("3x4x4 u8")));
    EXPECT_THAT(command({"info", package + ":m1.kmodel"}).out, HasSubstr("1x4x4 u8"));
    EXPECT_THAT(command({"doctor", package + ":m1.kmodel"}).out,
                AllOf(StartsWith("two.kfpkg:m1.kmodel: "), Not(HasSubstr("m0.kmodel"))));
    EXPECT_EQ(command({"profile", package + ":m1.kmodel"}).status, 0);
}

TEST_F(KmodelCommandTest, AFileWhoseNameHasAColonIsJustAFile) {
    EXPECT_EQ(command({"info", files.write("a:b.kmodel", copying_model(3))}).status, 0);
    const std::string package = package_in(files, "c:d.kfpkg", 2);
    EXPECT_EQ(command({"info", package + ":m0.kmodel"}).status, 0);
}

// --- outputs ------------------------------------------------------------------------------------------------------

TEST_F(KmodelCommandTest, OneFileThatCannotBeWrittenSparesTheOthers) {
    KpuLayerSpec spec{.input = {3, 4, 4}, .output_channels = 3};
    const BuiltKpuLayer built = build_kpu_layer(spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.dequantize({0, 1024}, 48, {});
    writer.main_memory_bytes = 2048;
    writer.outputs = {{1024, 192}, {1024, 4}};
    const std::string model = files.write("two.kmodel", writer.bytes()), input = files.write("input.bin", Bytes(48, 7));
    const FullDisk disk(200);
    const auto result = command({"run", model, input, "-o", out});
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.err, "k210emu: " + out + "/output_0.npy: File too large\n");
    EXPECT_FALSE(std::filesystem::exists(files / "out/output_0.npy"));
    EXPECT_TRUE(std::filesystem::exists(files / "out/output_1.npy"));
    EXPECT_THAT(result.out, HasSubstr("output 0"));
}

TEST_F(KmodelCommandTest, FilesAreWrittenThoughNobodyReadsWhatIsPrinted) {
    const auto result =
        run_emulator({"kmodel", "run", copying, files.write("input.bin", Bytes(48, 7)), "-o", out}, "/dev/full");
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.err, StartsWith("k210emu: standard output: "));
    EXPECT_TRUE(std::filesystem::exists(files / "out/output_0.npy"));
}

// --- what they refuse --------------------------------------------------------------------------------------------

struct BadInput {
    const char* name;
    std::function<Arguments(const TempDir&)> arguments;  // after "kmodel"
    const char* complaint;
};
void PrintTo(const BadInput& input, std::ostream* out) {
    *out << input.name;
}

std::string model_in(const TempDir& d) {
    return d.write("m.kmodel", copying_model(3));
}

Bytes without_its_end(Bytes bytes) {
    bytes.resize(bytes.size() - 10);
    return bytes;
}

const BadInput kBadInputs[] = {
    {"NoCommand", [](const TempDir&) { return Arguments{}; }, "kmodel is not all of a command"},
    {"NoModel", [](const TempDir&) { return Arguments{"info"}; }, "model is required"},
    {"MissingModel",
     [](const TempDir& d) {
         return Arguments{"info", d / "no.kmodel"};
     },
     "no.kmodel: No such file"},
    {"NoKmodel",
     [](const TempDir& d) {
         return Arguments{"info", d.write("text", bytes_of("text"))};
     },
     "text: is text, not a kmodel"},
    {"TruncatedModel",
     [](const TempDir& d) {
         return Arguments{"info", d.write("half.kmodel", without_its_end(copying_model(3)))};
     },
     "half.kmodel: layer 1 (dequantize), offset 0x"},
    {"Package",
     [](const TempDir& d) {
         return Arguments{"run", d.write("m.kfpkg", make_zip({{"flash-list.json", bytes_of("{}")}})), "x"};
     },
     "m.kfpkg: flash-list.json: has no \"files\""},
    {"PackageWithoutModels",
     [](const TempDir& d) {
         return Arguments{"info", package_in(d, "m.kfpkg", 0)};
     },
     "m.kfpkg: is a package without a model"},
    {"PackageOfTwoModels",
     [](const TempDir& d) {
         return Arguments{"profile", package_in(d, "m.kfpkg", 2)};
     },
     "m.kfpkg: is a package of 2 models: say which, "},
    {"PartThatIsNotThere",
     [](const TempDir& d) {
         return Arguments{"info", package_in(d, "m.kfpkg", 1) + ":x.kmodel"};
     },
     "m.kfpkg: has no part 'x.kmodel'; its models are "},
    {"PartThatIsNoModel",
     [](const TempDir& d) {
         return Arguments{"info", package_in(d, "m.kfpkg", 1) + ":program.bin"};
     },
     "m.kfpkg:program.bin: is not a kmodel"},
    {"PartOfNoPackage",
     [](const TempDir& d) {
         return Arguments{"info", model_in(d) + ":x"};
     },
     "m.kmodel: is no package, so it has no part 'x'"},
    {"PackageWithADeepAddress",
     [](const TempDir& d) {
         const std::string deep =
             "{\"files\":[{\"bin\":\"a\",\"address\":" + std::string(400'000, '[') + std::string(400'000, ']') + "}]}";
         return Arguments{"doctor", d.write("m.kfpkg", make_zip({{"flash-list.json", bytes_of(deep)}}))};
     },
     "m.kfpkg: flash-list.json: is nested more than 16 deep"},
    {"SwappedWords",
     [](const TempDir& d) {
         return Arguments{"run", d.write("be.kmodel", swap_words(copying_model(3))), "x"};
     },
     "be.kmodel: is a kmodel of version 3 with swapped words"},
    {"NoInput",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d)};
     },
     "input is required"},
    {"MissingInput",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d / "no.png"};
     },
     "no.png: No such file"},
    {"TooManyInputs",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d / "a", d / "b"};
     },
     "m.kmodel: takes 1 inputs, 2 were given"},
    {"InputOfAnotherSize",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d.write("input.bin", Bytes(47))};
     },
     "input.bin: is neither a picture nor .npy, and has 47 bytes where the input (3x4x4 u8) takes 48"},
    {"BrokenPicture",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d.write("a.png", bytes_of("\x89PNG..."))};
     },
     "a.png: "},
    {"PictureForSixteenChannels",
     [](const TempDir& d) {
         save_png(d / "a.png", Picture(4, 4));
         return Arguments{"run", d.write("m.kmodel", copying_model(16)), d / "a.png"};
     },
     "a.png: a picture has 1 or 3 channels, the input is 16x4x4 u8"},
    {"ArrayOfAnotherShape",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d),
                          d.write("a.npy", kmodel::write_npy({Element::u8, {{1, 4, 4, 3}}, Bytes(48)}))};
     },
     "a.npy: is 1x4x4x3 u8, the input 3x4x4 u8"},
    {"ArrayOfOtherElements",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d),
                          d.write("a.npy", kmodel::write_npy({Element::f32, {{1, 3, 4, 4}}, Bytes(192)}))};
     },
     "a.npy: is 1x3x4x4 f32, the input 3x4x4 u8"},
    {"LayersToNowhere",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d.write("i", Bytes(48)), "--layers"};
     },
     "--layers: say where to with -o DIR"},
    {"DirectoryThatIsAFile",
     [](const TempDir& d) {
         return Arguments{"run", model_in(d), d.write("i", Bytes(48)), "-o", d / "i"};
     },
     "i: "},
    {"DoctorOfNoModel",
     [](const TempDir& d) {
         return Arguments{"doctor", d.write("text", bytes_of("text"))};
     },
     "text: is text, not a kmodel"},
    {"DoctorOfAPackageWithoutModels",
     [](const TempDir& d) {
         const Bytes package = make_zip({{"flash-list.json", bytes_of(R"({"files":[{"address":0,"bin":"a.bin"}]})")},
                                         {"a.bin", sample_program(5000)}});
         return Arguments{"doctor", d.write("m.kfpkg", package)};
     },
     "m.kfpkg: is a package without a model"},
    {"UnknownFirmware",
     [](const TempDir& d) {
         return Arguments{"doctor", model_in(d), "--firmware", "micro"};
     },
     "--firmware micro: is none of full, minimum, c"},
    {"UnknownBoard",
     [](const TempDir& d) {
         return Arguments{"doctor", model_in(d), "--board", "arduino"};
     },
     "--board arduino: is none of amigo, "},
    {"DoctorOfMisspeltFirmware",
     [](const TempDir& d) {
         return Arguments{"doctor", model_in(d), "--firmware", "minimun"};
     },
     "--firmware minimun: is none of full, minimum, c; did you mean minimum?"},
    {"DoctorOfNoFirmware",
     [](const TempDir& d) {
         return Arguments{"doctor", model_in(d), "--firmware", ""};
     },
     "--firmware: an empty value"},
    {"OutputThatIsInTheWay",
     [](const TempDir& d) {
         std::filesystem::create_directories(d / "out/output_0.npy");
         return Arguments{"run", model_in(d), d.write("i", Bytes(48)), "-o", d / "out"};
     },
     "out/output_0.npy: Is a directory"},
    {"LayerThatIsInTheWay",
     [](const TempDir& d) {
         std::filesystem::create_directories(d / "out/layer_001_dequantize.npy");
         return Arguments{"run", model_in(d), d.write("i", Bytes(48)), "-o", d / "out", "--layers"};
     },
     "out/layer_001_dequantize.npy: Is a directory"},
    {"ProfileOfVersion5",
     [](const TempDir& d) {
         return Arguments{"profile", d.write("five.kmodel", v5_sample().bytes)};
     },
     "five.kmodel: the layers of a version 5 kmodel are programs"},
    {"ClockOutOfRange",
     [](const TempDir& d) {
         return Arguments{"profile", model_in(d), "--kpu-hz", "5000MHz"};
     },
     "--kpu-hz 5000MHz: no clock from 1 MHz to 1 GHz (400000000, 400M or 400MHz)"},
    {"ClockThatIsNoNumber",
     [](const TempDir& d) {
         return Arguments{"profile", model_in(d), "--cpu-hz", "fast"};
     },
     "--cpu-hz fast: no clock from 1 MHz"},
    {"ClockOfAnotherUnit",
     [](const TempDir& d) {
         return Arguments{"profile", model_in(d), "--cpu-hz", "400Mb"};
     },
     "--cpu-hz 400Mb: no clock from 1 MHz"},
    {"ProfileAsJsonWithAnInput",
     [](const TempDir& d) {
         return Arguments{"profile", model_in(d), d.write("i", Bytes(48)), "--json"};
     },
     "input excludes --json"},
    {"ProfileWithTooManyInputs",
     [](const TempDir& d) {
         return Arguments{"profile", model_in(d), d / "a", d / "b"};
     },
     "m.kmodel: takes 1 inputs, 2 were given"},
    {"Version5",
     [](const TempDir& d) {
         return Arguments{"run", d.write("five.kmodel", bytes_of(std::string_view("LDMK\5\0\0\0", 8))), "x"};
     },
     "five.kmodel: header, offset 0x8: the file ends"},
};

class KmodelBadInputTest : public testing::TestWithParam<BadInput> {};
INSTANTIATE_TEST_SUITE_P(Commands, KmodelBadInputTest, testing::ValuesIn(kBadInputs),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(KmodelBadInputTest, IsOneClearLineAndStatus2) {
    TempDir files;
    Arguments arguments = GetParam().arguments(files);
    arguments.insert(arguments.begin(), "kmodel");
    const auto run = run_emulator(arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, StartsWith("k210emu: "));
    EXPECT_THAT(run.err, HasSubstr(GetParam().complaint));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

}  // namespace
}  // namespace k210
