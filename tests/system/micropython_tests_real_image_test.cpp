// Tests as MicroPython keeps them for boards, by `k210emu test` on a real MaixPy.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MicroPythonTestsRealImageTest, EachTestHasItsResultWhateverOthersDoToTheGuest) {
    const auto image = image_path("maixpy_0.6.2_84_ide.bin");
    K210_NEEDS(image);
    TempDir files;
    const auto test = [&](const std::string& name, std::string_view source, std::string_view expected) {
        files.write(name, std::string(source));
        files.write(name + ".exp", std::string(expected));
    };
    test("1_right.py", "for i in range(3):\n    print(i * i)\n", "0\n1\n4\n");
    test("2_wrong.py", "print(6 * 7)\n", "41\n");
    test("3_raises.py", "1 / 0\n",
         "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nZeroDivisionError: divide by "
         "zero\n");
    test("4_skips.py", "print('SKIP')\nraise SystemExit\n", "");
    test("5_hangs.py", "while True:\n    pass\n", "");
    test("6_crashes.py", "import uctypes\nuctypes.struct(0x10000001, {'x': uctypes.UINT64}, uctypes.NATIVE).x\n", "");
    test("7_goes_on.py", "print(2)\n", "2\n");
    files.write("suite.yaml", "firmware: " + image.string() + R"(
board: maix_bit
timeout: 4s
steps:
  - expect-text: ">>> "
  - micropython-tests: {files: "*.py", reset-every: 3}
)");
    const auto run = run_emulator({"test", (files / "suite.yaml").string(), "-v"});
    EXPECT_EQ(run.status, 1) << run.err;
    EXPECT_THAT(run.out, HasSubstr("2_wrong.py: line 1 is '42', not '41'\n"));
    EXPECT_THAT(run.out, HasSubstr("4_skips.py: it cannot run here\n"));
    EXPECT_THAT(run.out, HasSubstr("5_hangs.py: it has not ended\n"));
    for (const char* right : {"1_right.py\n", "3_raises.py\n", "7_goes_on.py\n"})
        EXPECT_THAT(run.out, HasSubstr(right));
    EXPECT_THAT(run.out, HasSubstr("3 of 7 differ"));
}

}  // namespace
}  // namespace k210
