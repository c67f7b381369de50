// The demo's kmodel is what its weights make.
#include "tools/kmodel/digits_model.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::kmodel {
namespace {

const std::filesystem::path kTree(K210_SOURCE_DIR);

std::string text_of(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    return {bytes.begin(), bytes.end()};
}

TEST(DigitsModelTest, KmodelInTheTreeIsMadeOfTheWeightsInTheTree) {
    const auto weights = kTree / "tools/kmodel/digits.json";
    EXPECT_TRUE(build_digits_model("digits.json", text_of(weights)) == read_file(kTree / "firmware/demo/digits.kmodel"))
        << "make it again: build_model tools/kmodel/digits.json firmware/demo/digits.kmodel";
}

TEST(DigitsModelTest, NamesAFileThatIsNoModel) {
    try {
        build_digits_model("no.json", "{\"layers\": [{}]}");
        FAIL();
    } catch (const InputError& e) { EXPECT_TRUE(std::string_view(e.what()).starts_with("no.json: ")); }
}

}  // namespace
}  // namespace k210::kmodel
