#include "cpu/csr_table.hpp"

#include <set>

#include <gtest/gtest.h>

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

TEST(CsrTableTest, NumbersAndNamesAreUnique) {
    std::set<unsigned> numbers;
    std::set<std::string_view> names;
    for (const CsrRow& row : kCsrs) {
        EXPECT_TRUE(numbers.insert(row.number).second) << row.name;
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(find_csr(row.number), &row);
    }
}

TEST(CsrTableTest, NumbersAreThoseOfTheSpecification) {
    EXPECT_EQ(csr_number(Csr::mtvec), unsigned{rvasm::mtvec});
    EXPECT_EQ(csr_number(Csr::sptbr), unsigned{rvasm::sptbr});
    EXPECT_EQ(csr_number(Csr::mcycle), unsigned{rvasm::mcycle});
    EXPECT_EQ(csr_number(Csr::fcsr), unsigned{rvasm::fcsr});
    EXPECT_EQ(find_csr(0x123), nullptr);
}

TEST(CsrTableTest, TheUpperBitsOfANumberTellWhoMayDoWhat) {
    EXPECT_TRUE(is_read_only_csr(rvasm::mhartid));
    EXPECT_TRUE(is_read_only_csr(rvasm::cycle));
    EXPECT_FALSE(is_read_only_csr(rvasm::mcycle));
    EXPECT_EQ(lowest_privilege(rvasm::mcycle), 3u);
    EXPECT_EQ(lowest_privilege(rvasm::sepc), 1u);
    EXPECT_EQ(lowest_privilege(rvasm::cycle), 0u);
}

TEST(CsrTableTest, TheHartAnswersWhatTheEngineGetsWrong) {
    EXPECT_TRUE(is_answered_by(rvasm::mip, CsrAnswer::hart));
    EXPECT_TRUE(is_answered_by(rvasm::mhartid, CsrAnswer::hart));
    EXPECT_TRUE(is_answered_by(rvasm::instret, CsrAnswer::counter));
    EXPECT_TRUE(is_answered_by(rvasm::tdata1, CsrAnswer::trigger));
    EXPECT_TRUE(is_answered_by(rvasm::mstatus, CsrAnswer::engine));
    EXPECT_FALSE(is_answered_by(0x123, CsrAnswer::engine));
}

}  // namespace
}  // namespace k210
