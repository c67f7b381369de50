// Published firmware images load, and boot with the bytes that their authors built.
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/firmware.hpp"
#include "support/paths.hpp"

namespace k210 {
namespace {

constexpr std::size_t kFlashBytes = 16 << 20;
constexpr std::uint32_t kModelVersion3 = 3;

struct PackagesRealImageTest : testing::Test {
    void SetUp() override {
        if (images_dir().empty()) GTEST_SKIP() << "no firmware images: see K210_IMAGES";
    }
    void load(const std::string& name) {
        const auto path = images_dir() / name;
        if (!std::filesystem::exists(path)) GTEST_SKIP() << "no firmware image " << path;
        ASSERT_FALSE(load_firmware(path, flash).has_value()) << name;
    }
    std::uint32_t word(std::size_t at) const {
        const auto b = flash.bytes().subspan(at, 4);
        return b[0] | b[1] << 8 | b[2] << 16 | std::uint32_t{b[3]} << 24;
    }
    std::size_t booted_bytes() const { return read_boot_image(flash.bytes()).segments.at(0).bytes.size(); }

    FlashImage flash{kFlashBytes};
};

TEST_F(PackagesRealImageTest, EveryRawImageBootsUnchanged) {
    int images = 0;
    for (const auto& entry : std::filesystem::directory_iterator(images_dir())) {
        if (entry.path().extension() != ".bin") continue;
        FlashImage chip(kFlashBytes);
        ASSERT_FALSE(load_firmware(entry.path(), chip).has_value()) << entry.path();
        EXPECT_EQ(read_boot_image(chip.bytes()).segments.at(0).bytes, read_file(entry.path())) << entry.path();
        ++images;
    }
    EXPECT_GT(images, 0);
}

TEST_F(PackagesRealImageTest, FaceDetectionHasItsModelAt0xa00000) {
    load("sdk_face_detect.kfpkg");
    EXPECT_EQ(booted_bytes(), 183'424u);
    EXPECT_EQ(word(0xa0'0000), kModelVersion3);
}

TEST_F(PackagesRealImageTest, TwentyClassesHaveTheirModelAt0xc00000) {
    load("sdk_kpu_20class.kfpkg");
    EXPECT_EQ(booted_bytes(), 191'488u);
    EXPECT_EQ(word(0xc0'0000), kModelVersion3);
}

TEST_F(PackagesRealImageTest, IrisHasItsModelAt0xc00000) {
    load("nncase_iris.kfpkg");
    EXPECT_EQ(booted_bytes(), 173'824u);
    EXPECT_EQ(word(0xc0'0000), 0x4b4d'444cu);  // "LDMK"
}

TEST_F(PackagesRealImageTest, KruxBootsItsFirstStageAndKeepsTheOthersApart) {
    load("krux_dock.kfpkg");
    EXPECT_EQ(booted_bytes(), 608u);
    EXPECT_EQ(read_boot_image(flash.bytes().subspan(0x1000)).segments.at(0).bytes.size(), 5608u);
    EXPECT_EQ(read_boot_image(flash.bytes().subspan(0x8'0000)).segments.at(0).bytes.size(), 1'689'856u);
    EXPECT_TRUE(std::ranges::equal(flash.bytes().subspan(0x4000, 0x1000), flash.bytes().subspan(0x5000, 0x1000)));
}

TEST_F(PackagesRealImageTest, AModelPackageIsAddedToMaixPy) {
    const auto model = shared_dir() / "models/face_model_at_0x300000.kfpkg";
    if (shared_dir().empty()) GTEST_SKIP() << "no shared models";
    load("maixpy_0.6.2_52_minimum.bin");
    load_overlay(model.string(), flash);
    EXPECT_EQ(booted_bytes(), 1'243'840u);
    EXPECT_EQ(word(0x30'0000), kModelVersion3);
}

}  // namespace
}  // namespace k210
