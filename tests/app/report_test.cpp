#include "app/report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/version.hpp"
#include "k210/cpu/hart.hpp"
#include "session/session_bench.hpp"

namespace k210::app {
namespace {

using Json = nlohmann::ordered_json;

RunFacts facts() {
    return {.firmware = "maixpy.bin",
            .timing = TimingModel::instructions,
            .flash_timing = FlashTiming::fast,
            .outcome = "failed",
            .reason = "--fail: the guest said 'Traceback'",
            .matched = "Traceback",
            .exit_status = 1,
            .watchdog = false,
            .wall_seconds = 2.25};
}

RunFigures figures() {
    RunFigures figures;
    figures.board = "maix_dock";
    figures.board_reason = "asked for";
    figures.now = SimTime{1'500'000'000'000};
    figures.counters = {.harts = {{{11, 12}, {13, 14}}},
                        .cpu_cycles = 15,
                        .kpu_layers = 16,
                        .frames_captured = 17,
                        .frames_shown = 18,
                        .resets = 19};
    figures.missing_blocks = {{"fft", 3, 4, SimTime{250'000'000'000}}};
    figures.log_counts = {21, 22, 23, 24};
    figures.messages = {{LogKind::unverified, "lcd", "guessed", 23}};
    figures.lights = {{"led", {{255, 0, 16}}}};
    figures.firmware_sha256 = "0123abcd";
    figures.console_tail = "line\r\n>>> ";
    figures.memory = {12288, 4096};
    figures.layers = {{.kind = "conv 1x1",
                       .input = "8x4x4",
                       .output = "2x4x4",
                       .pool = {},
                       .parameters = {},
                       .runs = 2,
                       .busy_ps = 5'000'000'000}};
    return figures;
}

TEST(ReportTest, HasEveryFigureInTheOrderOfItsDescription) {
    EXPECT_EQ(make_report(facts(), figures()), R"({
  "firmware": "maixpy.bin",
  "firmware_sha256": "0123abcd",
  "board": "maix_dock",
  "board_reason": "asked for",
  "version": )" + Json(version()).dump() +
                                                   R"(,
  "engine": )" + Json(cpu_engine_version()).dump() +
                                                   R"(,
  "timing": "instructions",
  "flash_timing": "fast",
  "outcome": "failed",
  "reason": "--fail: the guest said 'Traceback'",
  "matched": "Traceback",
  "exit_status": 1,
  "watchdog": false,
  "guest_seconds": 1.5,
  "guest_cycles": 15,
  "wall_seconds": 2.25,
  "harts": [
    {
      "instructions": 11,
      "interrupts": 12
    },
    {
      "instructions": 13,
      "interrupts": 14
    }
  ],
  "kpu_layers": 16,
  "frames_captured": 17,
  "frames_shown": 18,
  "resets": 19,
  "layers": [
    {
      "kind": "conv 1x1 8x4x4 to 2x4x4",
      "ms": 2.5,
      "runs": 2
    }
  ],
  "memory_used": {
    "sram_bytes": 12288,
    "ai_ram_bytes": 4096
  },
  "lights": [
    {
      "name": "led",
      "colours": [
        "#ff0010"
      ]
    }
  ],
  "missing_blocks": [
    {
      "name": "fft",
      "reads": 3,
      "writes": 4,
      "last_access_seconds": 0.25
    }
  ],
  "log": {
    "guest_error": 21,
    "unimplemented": 22,
    "unverified": 23,
    "host": 24
  },
  "messages": [
    {
      "kind": "unverified",
      "source": "lcd",
      "message": "guessed",
      "count": 23
    }
  ],
  "console_tail": "line\r\n>>> "
}
)");
}

// hello.elf is smaller than a page; each hart has a stack elsewhere.
TEST(ReportTest, CountsPagesThatTheGuestHasUsed) {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession heard;
    Session session(session_with_guest("hello"), log, heard);
    const MemoryUse loaded = memory_use_of(session.machine());
    EXPECT_GT(loaded.sram_bytes, 0u);
    EXPECT_EQ(loaded.sram_bytes % 4096, 0u);
    EXPECT_EQ(loaded.ai_ram_bytes, 0u);
    run_for(session, 0.01);
    EXPECT_GT(memory_use_of(session.machine()).sram_bytes, loaded.sram_bytes);
}

TEST(ReportTest, SaysThatTheWatchdogEndedTheRun) {
    RunFacts ended = facts();
    ended.watchdog = true;
    EXPECT_EQ(Json::parse(make_report(ended, figures())).at("watchdog"), true);
}

TEST(ReportTest, BytesThatAreNoTextAreReplaced) {
    RunFacts said = facts();
    said.matched =
        "a\xff"
        "b";
    EXPECT_EQ(Json::parse(make_report(said, figures())).at("matched"),
              "a\xef\xbf\xbd"
              "b");
}

}  // namespace
}  // namespace k210::app
