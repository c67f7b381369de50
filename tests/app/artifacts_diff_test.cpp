#include "app/artifacts_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::ElementsAre;

struct ArtifactsDiffTest : testing::Test {
    TempDir before, after;

    void write(const std::string& name, const std::string& first, const std::string& second) {
        before.write(name, first);
        after.write(name, second);
    }
    // All lines, each behind its file.
    std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const ArtifactDifference& difference : compare_artifacts(before.path(), after.path()))
            for (const std::string& what : difference.what) all.push_back(difference.file.string() + ": " + what);
        return all;
    }
};

TEST_F(ArtifactsDiffTest, WhatIsAlikeIsLeftOut) {
    write("console.txt", "a\nb\n", "a\nb\n");
    write("result.json", R"({"guest_s": 1.5, "wall_seconds": 3})", R"({"guest_s": 1.5, "wall_seconds": 4})");
    EXPECT_THAT(lines(), ElementsAre());
}

TEST_F(ArtifactsDiffTest, AConsoleIsComparedByLines) {
    write("console.txt", "a\nb\nc\n", "a\nx\nc\n");
    write("longer.txt", "a\n", "a\nb\n");
    EXPECT_THAT(lines(),
                ElementsAre("console.txt: from line 2 on: 'b' -> 'x'", "longer.txt: from line 2 on: the end -> 'b'"));
}

TEST_F(ArtifactsDiffTest, FiguresSayByHowMuch) {
    write("result.json", R"({"steps": [{"guest_s": 0.2}, {"why": ""}], "gone": 1})",
          R"({"steps": [{"guest_s": 0.25}, {"why": "late"}], "new": true})");
    EXPECT_THAT(lines(),
                ElementsAre("result.json: /gone: only in the first: 1", "result.json: /new: only in the second: true",
                            "result.json: /steps/0/guest_s: 0.2 -> 0.25 (+25.0 %)",
                            R"(result.json: /steps/1/why: "" -> "late")"));
}

TEST_F(ArtifactsDiffTest, MemoryIsTold) {
    write("report.json", R"({"memory_used": {"sram_bytes": 4096, "ai_ram_bytes": 1024}})",
          R"({"memory_used": {"sram_bytes": 6144, "ai_ram_bytes": 1024}})");
    EXPECT_THAT(lines(), ElementsAre("report.json: /memory_used/sram_bytes: 4.0 -> 6.0 KiB (+50.0 %)"));
}

TEST_F(ArtifactsDiffTest, LayersAreALineEachInTheirOrder) {
    write("model.json",
          R"({"kpu_ms": 1.23456789, "layers": [{"kind": "conv", "ms": 0.5}, {"kind": "pool", "ms": 1},
              {"kind": "conv", "ms": 2, "kpu": {"cycles": 9}}]})",
          R"({"kpu_ms": 2.5, "layers": [{"kind": "conv", "ms": 0.5}, {"kind": "softmax", "ms": 3},
              {"kind": "conv", "ms": 1, "kpu": {"cycles": 8}}, {"kind": "dequantize", "ms": 4}]})");
    EXPECT_THAT(lines(), ElementsAre("model.json: /kpu_ms: 1.23457 -> 2.5 (+102.5 %)",
                                     "model.json: layer 1: pool, 1 ms -> softmax, 3 ms",
                                     "model.json: layer 2: conv, 2 -> 1 ms (-50.0 %)",
                                     "model.json: layer 3: only in the second: dequantize, 4 ms"));
}

TEST_F(ArtifactsDiffTest, LayersWithoutTimesAreFiguresLikeAnyOther) {
    write("info.json", R"({"layers": [{"kind": "conv"}]})", R"({"layers": [{"kind": "pool"}]})");
    EXPECT_THAT(lines(), ElementsAre(R"(info.json: /layers/0/kind: "conv" -> "pool")"));
}

TEST_F(ArtifactsDiffTest, PicturesSayHowManyPixels) {
    Picture picture(4, 2);
    save_png(before / "last.png", picture);
    picture.at(3, 1)[0] = 200;
    save_png(after / "last.png", picture);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].substr(0, 20), "last.png: 1 pixel di");
}

TEST_F(ArtifactsDiffTest, FilesOfOneSideAreNamedAndOthersComparedByBytes) {
    before.write("only.txt", std::string("x"));
    after.write("other.txt", std::string("x"));
    write("flash.bin", "abc", "abd");
    EXPECT_THAT(lines(), ElementsAre("flash.bin: differs, from byte 2 on", "only.txt: only in the first",
                                     "other.txt: only in the second"));
}

TEST_F(ArtifactsDiffTest, WhatIsNoFolderIsNamed) {
    before.write("file", std::string("x"));
    EXPECT_EQ(input_error_of([&] { compare_artifacts(before / "file", after.path()); }),
              (before / "file").string() + ": is no folder");
}

}  // namespace
}  // namespace k210::app
