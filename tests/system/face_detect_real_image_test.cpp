// The classic first K210 program, on every MaixPy image: README's example finds the face in front of the camera, prints
// where it is and frames it on the LCD.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"
#include "system/picture_checks.hpp"

namespace k210 {
namespace {

constexpr int kFrames = 3;  // that the script takes
constexpr int kModelLayers = 23;
constexpr Rectangle kFace{108, 30, 64, 86};

struct Case {
    std::string_view image;
    std::string_view overlay;  // the model, alone at an address or as a package
    unsigned left;             // the scene's column that the LCD shows first: one image is set up for 240 columns
};
constexpr Case kCases[] = {
    {"maixpy_0.6.2_52_minimum.bin", "0x300000=facedetect.kmodel", 40},
    {"maixpy_0.6.2_84_ide.bin", "face_model_at_0x300000.kfpkg", 0},
    {"maixpy_0.6.2_84_openmv_v4.bin", "0x300000=facedetect.kmodel", 0},
    {"maixpy_0.5.1_162.bin", "face_model_at_0x300000.kfpkg", 0},
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.image;
}

struct Face {
    unsigned x, y, width, height;
    double value;
};

std::vector<Face> faces_in(const std::string& console) {
    std::vector<Face> faces;
    for (auto at = console.find("face at ("); at != std::string::npos; at = console.find("face at (", at + 1)) {
        Face face{};
        if (std::sscanf(console.c_str() + at, "face at (%u, %u, %u, %u) value %lf", &face.x, &face.y, &face.width,
                        &face.height, &face.value) == 5)
            faces.push_back(face);
    }
    return faces;
}

class FaceDetectRealImageTest : public testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        K210_NEEDS(image_path(GetParam().image));
        K210_NEEDS(shared_path("models/facedetect.kmodel"));
    }
    static std::string overlay() {
        const std::string spec(GetParam().overlay);
        const auto equals = spec.find('=');
        const std::string file = shared_path("models/" + spec.substr(equals == std::string::npos ? 0 : equals + 1));
        return equals == std::string::npos ? file : spec.substr(0, equals + 1) + file;
    }
    TempDir files;
};

INSTANTIATE_TEST_SUITE_P(All, FaceDetectRealImageTest, testing::ValuesIn(kCases), [](const auto& test) {
    std::string name(test.param.image.substr(0, test.param.image.rfind('.')));
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
});

TEST_P(FaceDetectRealImageTest, FramesTheFaceOnConsoleAndLcd) {
    const std::filesystem::path scene_file = source_dir() / "docs/examples/astronaut.png", lcd_file = files / "lcd.png";
    const auto run = run_emulator({"run", image_path(GetParam().image), "--flash", overlay(), "--camera", scene_file,
                                   "--script", source_dir() / "docs/examples/face_detect.py", "--expect", "frames done",
                                   "--timeout", "30", "--screenshot", lcd_file, "--report", files / "report.json"});
    ASSERT_EQ(run.status, 0) << run.out << run.err;

    const auto faces = faces_in(run.out);
    EXPECT_EQ(faces.size(), kFrames);
    for (const Face& face : faces) {
        EXPECT_NEAR(face.x, kFace.x, 4);
        EXPECT_NEAR(face.y, kFace.y, 4);
        EXPECT_NEAR(face.width, kFace.width, 6);
        EXPECT_NEAR(face.height, kFace.height, 6);
        EXPECT_GT(face.value, 0.5);
    }
    ASSERT_FALSE(faces.empty());

    const Picture lcd = load_picture(lcd_file), scene = load_picture(scene_file);
    const unsigned left = GetParam().left;
    const Face& face = faces.back();
    const unsigned x = face.x - left;
    const Rectangle sides[] = {{x, face.y, face.width, 1},
                               {x, face.y + face.height - 1, face.width, 1},
                               {x, face.y, 1, face.height},
                               {x + face.width - 1, face.y, 1, face.height}};
    for (const Rectangle& side : sides) EXPECT_EQ(share_of_colour(lcd, side, 0, 255, 0), 1) << side.x << "," << side.y;
    const Rectangle inside{x + 4, face.y + 4, face.width - 8, face.height - 8}, below{0, 130, 240, 110};
    EXPECT_LT(difference(lcd, inside, scene, face.x + 4, face.y + 4), 10);
    EXPECT_LT(difference(lcd, below, scene, left, 130), 10);

    const auto bytes = read_file(files / "report.json");
    const auto report = nlohmann::json::parse(bytes.begin(), bytes.end());
    EXPECT_EQ(report.at("kpu_layers"), kFrames * kModelLayers);
    EXPECT_GE(report.at("frames_captured").get<int>(), kFrames);
    EXPECT_GE(report.at("frames_shown").get<int>(), kFrames);
}

}  // namespace
}  // namespace k210
