#include "base/spelling.hpp"

#include <array>

#include <gtest/gtest.h>

namespace k210 {
namespace {

TEST(SpellingDistanceTest, CountsInsertedRemovedAndReplacedLetters) {
    EXPECT_EQ(spelling_distance("", ""), 0u);
    EXPECT_EQ(spelling_distance("abc", ""), 3u);
    EXPECT_EQ(spelling_distance("", "ab"), 2u);
    EXPECT_EQ(spelling_distance("boards", "boards"), 0u);
    EXPECT_EQ(spelling_distance("boads", "boards"), 1u);
    EXPECT_EQ(spelling_distance("boaards", "boards"), 1u);
    EXPECT_EQ(spelling_distance("boarbs", "boards"), 1u);
    EXPECT_EQ(spelling_distance("kitten", "sitting"), 3u);
}

TEST(SpellingDistanceTest, NeighboursThatAreSwappedAreOneMistake) {
    EXPECT_EQ(spelling_distance("wran", "warn"), 1u);
    EXPECT_EQ(spelling_distance("ba", "ab"), 1u);
    EXPECT_EQ(spelling_distance("maix_bti", "maix_bit"), 1u);
    EXPECT_EQ(spelling_distance("cba", "abc"), 2u);
    EXPECT_EQ(spelling_distance("aab", "baa"), 2u);
}

struct NearestWordTest : testing::Test {
    const std::array<std::string, 4> words{"run", "profile", "boards", "kmodel"};
};

TEST_F(NearestWordTest, ForgivesTwoMistakesAndNotThree) {
    EXPECT_EQ(nearest_word("boots", words), "");
    EXPECT_EQ(nearest_word("board", words), "boards");
    EXPECT_EQ(nearest_word("boad", words), "boards");
    EXPECT_EQ(nearest_word("boa", words), "");
    EXPECT_EQ(nearest_word("rum", words), "run");
}

TEST_F(NearestWordTest, AShortWordNeedsTwoLettersRight) {
    EXPECT_EQ(nearest_word("rxx", words), "");
    EXPECT_EQ(nearest_word("runx", words), "run");
}

TEST_F(NearestWordTest, TakesTheNearest) {
    EXPECT_EQ(nearest_word("ab", std::array<std::string, 2>{"abcd", "abc"}), "abc");
    EXPECT_EQ(nearest_word("abcx", std::array<std::string, 2>{"abcd", "abce"}), "abcd");
}

}  // namespace
}  // namespace k210
