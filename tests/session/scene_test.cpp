#include "session/scene.hpp"

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"

namespace k210 {
namespace {

Picture grey(std::uint8_t level) {
    Picture picture(1, 1);
    picture.rgb.assign(3, level);
    return picture;
}

TEST(SceneTest, ShowsTheNextSourceFromTheNextFrameOn) {
    StillCamera first(grey(1));
    Scene scene(first);
    const Picture& before = scene.frame(0);
    scene.show(std::make_shared<StillCamera>(grey(2)));
    EXPECT_EQ(before.rgb, grey(1).rgb);
    EXPECT_EQ(scene.frame(1).rgb, grey(2).rgb);
    EXPECT_EQ(scene.frame(2).rgb, grey(2).rgb);
}

TEST(SceneTest, CountsFramesFromPowerOn) {
    StillCamera first(grey(1));
    Scene scene(first);
    scene.frame(0);
    scene.show(std::make_shared<TestChartCamera>());
    EXPECT_EQ(scene.frame(1).rgb, test_chart(1).rgb);
}

}  // namespace
}  // namespace k210
