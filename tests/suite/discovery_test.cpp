#include "suite/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using testing::ElementsAre;

namespace fs = std::filesystem;

constexpr std::string_view kScenario = "steps:\n- wait: 1ms\n";

struct DiscoveryTest : testing::Test {
    TempDir files;
    fs::path write(const fs::path& name, std::string_view text = kScenario) const {
        fs::create_directories((files.path() / name).parent_path());
        return files.write(name.string(), text);
    }
    std::vector<fs::path> found(const std::vector<fs::path>& paths) const { return find_scenarios(paths); }
};

TEST_F(DiscoveryTest, FindsScenariosInFoldersAndThoseInThemInOrder) {
    const auto b = write("b.yaml"), deep = write("a/z/deep.yml"), a = write("a/a.yaml");
    EXPECT_THAT(found({files.path()}), ElementsAre(a, deep, b));
}

TEST_F(DiscoveryTest, PassesOverYamlThatIsNoScenario) {
    const auto scenario = write("scenario.yaml");
    write("list.yaml", "- wait: 1ms\n");
    write("ci.yaml", "job:\n  steps:\n  - run: make\n");
    write("steps.txt");
    EXPECT_THAT(found({files.path()}), ElementsAre(scenario));
}

TEST_F(DiscoveryTest, FindsScenariosWithMistakes) {
    const auto broken = write("broken.yaml", "name: [\nsteps:\n");
    EXPECT_THAT(found({files.path()}), ElementsAre(broken));
}

TEST_F(DiscoveryTest, LeavesHiddenFoldersOut) {
    write(".git/scenario.yaml");
    const auto shown = write("scenario.yaml");
    EXPECT_THAT(found({files.path()}), ElementsAre(shown));
}

TEST_F(DiscoveryTest, TakesFilesThatAreNamedWhateverTheyAre) {
    const auto named = write("odd.txt", "what?");
    EXPECT_THAT(found({named}), ElementsAre(named));
}

TEST_F(DiscoveryTest, NamesEachFileOnce) {
    const auto file = write("one.yaml");
    EXPECT_THAT(found({files.path() / "." / "one.yaml", files.path(), file}), ElementsAre(file));
}

TEST_F(DiscoveryTest, RefusesWhatIsNotThere) {
    EXPECT_EQ(input_error_of([&] { found({"/no/scenarios"}); }), "/no/scenarios: No such file or directory");
}

TEST_F(DiscoveryTest, RefusesAFolderWithoutAny) {
    write("list.yaml", "- wait: 1ms\n");
    EXPECT_EQ(input_error_of([&] { found({files.path()}); }),
              files.path().string() + ": there is no scenario in it: no YAML file with steps");
}

}  // namespace
}  // namespace k210::suite
