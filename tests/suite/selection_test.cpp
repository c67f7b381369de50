#include "suite/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Case> cases(const std::vector<std::string>& ids) {
    std::vector<Case> all;
    for (const std::string& id : ids) all.push_back({.file = id, .id = id});
    return all;
}

std::vector<std::string> ids(const std::vector<Case>& of) {
    std::vector<std::string> all;
    for (const Case& test : of) all.push_back(test.id);
    return all;
}

TEST(ShardTest, IsReadAsWrittenByPeople) {
    EXPECT_EQ(parse_shard("3/8"), (Shard{3, 8}));
    EXPECT_EQ(to_string(Shard{3, 8}), "3/8");
    EXPECT_TRUE(parse_shard("1/1").whole());
}

TEST(ShardTest, RefusesWhatIsNone) {
    for (const std::string text : {"", "/", "1", "1/", "/2", "a/2", "1/2/3", " 1/2", "-1/2", "1/99999999999999999999"})
        EXPECT_EQ(input_error_of([&] { parse_shard(text); }), "--shard '" + text + "': is no I/N, such as 1/8");
    for (const std::string text : {"0/2", "3/2", "0/0", "1/100001"})
        EXPECT_EQ(input_error_of([&] { parse_shard(text); }), "--shard '" + text + "': counts from 1/N to N/N");
}

TEST(ShardTest, ShardsTakeTurnsOverTheSortedCases) {
    const auto all = cases({"e", "a", "d", "b", "c"});
    EXPECT_THAT(ids(of_shard(all, {1, 2})), ElementsAre("a", "c", "e"));
    EXPECT_THAT(ids(of_shard(all, {2, 2})), ElementsAre("b", "d"));
}

TEST(ShardTest, MoreShardsThanCasesLeaveSomeEmpty) {
    EXPECT_THAT(ids(of_shard(cases({"a"}), {2, 3})), IsEmpty());
}

TEST(FilterTest, KeepsCasesWhoseIdHasAMatch) {
    EXPECT_THAT(ids(filtered(cases({"boot.yaml", "lcd.yaml[board=maix_go]", "lcd.yaml[board=maix_bit]"}), "lcd.*go")),
                ElementsAre("lcd.yaml[board=maix_go]"));
}

TEST(FilterTest, RefusesWhatIsNoPattern) {
    EXPECT_THAT(input_error_of([] { filtered({}, "("); }), HasSubstr("--filter '('"));
}

}  // namespace
}  // namespace k210::suite
