// The lines of a trace, and where they end.
#include "trace/trace_text.hpp"

#include <array>

#include <gtest/gtest.h>

namespace k210::trace {
namespace {

TEST(TraceTextTest, EndsAtItsLimitWithALineThatSaysSo) {
    TraceText text(2);
    text.add("one");
    text.add("two");
    EXPECT_EQ(text.text(), "# k210emu trace\none\ntwo\n");
    EXPECT_FALSE(text.full());
    text.add("three");
    text.add("four");
    EXPECT_EQ(text.text(), "# k210emu trace\none\ntwo\n# there was more: --trace-lines 2 is reached\n");
    EXPECT_TRUE(text.full());
}

TEST(TraceTextTest, IsSilentWhileMuted) {
    TraceText text(9);
    bool muted = true;
    text.muted = [&] { return muted; };
    text.add("again");
    muted = false;
    text.add("new");
    EXPECT_EQ(text.text(), "# k210emu trace\nnew\n");
}

TEST(TraceTextTest, NamesAPlaceByItsFunction) {
    const std::array symbols{SymbolTable::Symbol{0x8000'0100, 0x20, "print"}};
    EXPECT_EQ(place(0x8000'0100, SymbolTable(symbols)), "0x80000100 print");
    EXPECT_EQ(place(0x8000'010a, SymbolTable(symbols)), "0x8000010a print+10");
    EXPECT_EQ(place(0x8000'0120, SymbolTable(symbols)), "0x80000120 -");
}

}  // namespace
}  // namespace k210::trace
