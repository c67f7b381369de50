#include "rtc/rtc.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct RtcTest : testing::Test {
    enum : std::uint32_t {  // [sdk] rtc.h:92-110
        kDate = 0x00,
        kTime = 0x04,
        kAlarmDate = 0x08,
        kAlarmTime = 0x0c,
        kInitialCount = 0x10,
        kCurrentCount = 0x14,
        kInterruptCtrl = 0x18,
        kRegisterCtrl = 0x1c,
        kExtended = 0x28
    };
    enum : std::uint32_t { kPause = 0, kRunning = 1, kSetting = 2 };
    static constexpr std::uint32_t kUnprotected = 0xfe << 13 | 0xfeu << 21 | 3u << 29;
    static constexpr std::uint64_t kHz = 1000;  // initial_count: a short second

    DeviceBench bench;
    ClockDomain bus_clock{"apb1", 195'000'000};
    Rtc rtc{bench.context(), bus_clock};
    int interrupts = 0;

    RtcTest() {
        bench.clock.set_hz({}, 26'000'000);
        rtc.irq.connect([this](bool level) { interrupts += level; });
    }
    std::uint32_t read(std::uint32_t offset) { return rtc.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { rtc.write(offset, 4, v); }
    void set_mode(std::uint32_t mode) { write(kRegisterCtrl, (read(kRegisterCtrl) & ~3u) | mode); }
    void set(std::uint32_t offset, std::uint32_t v) {  // the SDK's setters
        set_mode(kSetting);
        write(offset, v);
        set_mode(kRunning);
    }
    void init() {  // rtc_init
        write(kRegisterCtrl, kUnprotected);
        set(kInitialCount, kHz);
        set(kCurrentCount, 1);
        set_time(20, date(22, 4, 16, 6), time(12, 30, 15));
    }
    static std::uint32_t date(unsigned year, unsigned month, unsigned day, unsigned week) {
        return week | day << 8 | month << 16 | year << 20;
    }
    static std::uint32_t time(unsigned hour, unsigned minute, unsigned second) {
        return second << 10 | minute << 16 | hour << 24;
    }
    void set_time(unsigned century, std::uint32_t d, std::uint32_t t) {  // rtc_timer_set_tm
        set_mode(kSetting);
        write(kDate, d);
        write(kTime, t);
        write(kExtended, century);
        set_mode(kRunning);
    }
    void run_seconds(std::uint64_t seconds) { bench.run_for_cycles(seconds * kHz); }
};

TEST_F(RtcTest, WakesUpPausedWithEverythingZero) {
    bench.run_to_cycle(1'000'000'000);
    for (std::uint32_t offset = kDate; offset <= kExtended; offset += 4) EXPECT_EQ(read(offset), 0u) << offset;
}

// What boards at 416 MHz show: MaixPy-v1 issue 92.
TEST_F(RtcTest, WithoutInitialCountEveryCycleIsASecond) {
    write(kRegisterCtrl, kUnprotected | kRunning);
    bench.run_for_cycles(26'000'001);  // one more: the count starts from 0
    EXPECT_EQ(read(kTime), time(22, 13, 20));
    EXPECT_EQ(read(kDate), date(0, 0, 300 % 32, 300 % 7)) << "no month to carry into";
}

// APB1 at half the CPU's clock, the RTC at the crystal's.
TEST_F(RtcTest, WhatIsSetIsLostWhileTheBusRunsAtAWholeMultiple) {
    const auto can_be_set = [&](std::uint64_t cpu_hz) {
        bus_clock.set_hz(bench.events.now(), cpu_hz / 2);
        write(kRegisterCtrl, kUnprotected);
        set(kInitialCount, 0);
        set(kInitialCount, 77);
        return read(kInitialCount) == 77;
    };
    EXPECT_TRUE(can_be_set(390'000'000));
    EXPECT_TRUE(can_be_set(403'000'000));
    EXPECT_TRUE(can_be_set(26'000'000)) << "straight from the crystal";
    EXPECT_TRUE(can_be_set(52'000'000)) << "APB1 as fast as the RTC";
    set(kInitialCount, 5);
    EXPECT_FALSE(can_be_set(416'000'000));
    EXPECT_EQ(read(kInitialCount), 5u);
    EXPECT_EQ(read(kRegisterCtrl) & 3, std::uint32_t{kRunning}) << "its mode is set all the same";
    EXPECT_GT(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(RtcTest, ShortSecondsTickEvery25MicrosecondsAtMost) {
    write(kRegisterCtrl, kUnprotected);
    set(kInitialCount, 1);
    set(kCurrentCount, 1);
    set(kInterruptCtrl, 1);
    bench.run_for_cycles(649);  // 25 us are 650 cycles
    EXPECT_EQ(interrupts, 0);
    bench.run_for_cycles(6500 - 649);
    EXPECT_EQ(interrupts, 10);
    EXPECT_EQ(read(kTime), time(1, 48, 20)) << "time itself is exact";
}

TEST_F(RtcTest, SecondsOf25MicrosecondsTickEachOne) {
    write(kRegisterCtrl, kUnprotected);
    set(kInitialCount, 650);
    set(kCurrentCount, 600);
    set(kInterruptCtrl, 1);
    bench.run_for_cycles(50);
    EXPECT_EQ(interrupts, 0);
    bench.run_for_cycles(1);
    EXPECT_EQ(interrupts, 1);
}

TEST_F(RtcTest, ASecondIsInitialCountCycles) {
    init();
    bench.run_for_cycles(kHz - 1);
    EXPECT_EQ(read(kTime), time(12, 30, 15));
    EXPECT_EQ(read(kCurrentCount), kHz);
    bench.run_for_cycles(1);
    EXPECT_EQ(read(kTime), time(12, 30, 16));
    EXPECT_EQ(read(kCurrentCount), 1u);
}

TEST_F(RtcTest, SetTimeReadsBackAndRuns) {
    init();
    set_time(20, date(0, 1, 1, 6), time(0, 0, 0));  // as MaixPy does at boot
    EXPECT_EQ(read(kDate), date(0, 1, 1, 6));
    run_seconds(3661);
    EXPECT_EQ(read(kTime), time(1, 1, 1));
}

TEST_F(RtcTest, DaysMonthsYearsAndCenturiesCarry) {
    init();
    set_time(20, date(99, 12, 31, 4), time(23, 59, 59));
    run_seconds(1);
    EXPECT_EQ(read(kTime), time(0, 0, 0));
    EXPECT_EQ(read(kDate), date(0, 1, 1, 5));
    EXPECT_EQ(read(kExtended), 21u);
}

TEST_F(RtcTest, KnowsLeapYears) {
    init();
    set_time(20, date(24, 2, 28, 3), time(23, 59, 59));
    EXPECT_EQ(read(kExtended), 20u | 1 << 5);
    run_seconds(1);
    EXPECT_EQ(read(kDate), date(24, 2, 29, 4));
    set_time(21, date(0, 2, 28, 0), time(23, 59, 59));
    run_seconds(1);
    EXPECT_EQ(read(kDate), date(0, 3, 1, 1));
}

TEST_F(RtcTest, LongUnreadStretchesAreCaughtUp) {
    init();
    set_time(20, date(0, 1, 1, 6), time(0, 0, 0));
    run_seconds(366ull * 24 * 3600);
    EXPECT_EQ(read(kDate), date(1, 1, 1, 1));
    EXPECT_EQ(read(kTime), time(0, 0, 0));
}

TEST_F(RtcTest, ImpossibleDatesRunOnWithoutHarm) {
    init();
    set_time(31, date(4095, 15, 31, 7), time(31, 63, 63));
    run_seconds(1);
    EXPECT_EQ(read(kTime), time(8, 4, 4));
}

TEST_F(RtcTest, TimeStandsStillWhilePausedOrBeingSet) {
    init();
    for (const std::uint32_t mode : {kPause, kSetting}) {
        set_mode(mode);
        run_seconds(5);
        EXPECT_EQ(read(kTime), time(12, 30, 15));
    }
    set_mode(kRunning);
    run_seconds(1);
    EXPECT_EQ(read(kTime), time(12, 30, 16));
}

TEST_F(RtcTest, ProtectedFieldsKeepTheirValues) {
    init();
    write(kRegisterCtrl, 1 << 2 << 13 | kSetting);  // only minutes may be set
    write(kTime, time(1, 2, 3));
    write(kDate, 0);
    write(kInitialCount, 5);
    EXPECT_EQ(read(kTime), time(12, 2, 15));
    EXPECT_EQ(read(kDate), date(22, 4, 16, 6));
    EXPECT_EQ(read(kInitialCount), kHz);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 3u);
}

TEST_F(RtcTest, TimeCannotBeSetOutsideTheSettingMode) {
    init();
    write(kTime, time(1, 2, 3));
    EXPECT_EQ(read(kTime), time(12, 30, 15));
}

TEST_F(RtcTest, NoInterruptUnlessEnabled) {
    init();
    run_seconds(100);
    EXPECT_EQ(interrupts, 0);
}

TEST_F(RtcTest, TicksOnceASecond) {
    init();
    set(kInterruptCtrl, 1);
    bench.run_for_cycles(kHz - 1);
    EXPECT_EQ(interrupts, 0);
    bench.run_for_cycles(1);
    EXPECT_EQ(interrupts, 1);
    EXPECT_FALSE(rtc.irq.level());
    run_seconds(9);
    EXPECT_EQ(interrupts, 10);
    set(kInterruptCtrl, 0);
    run_seconds(10);
    EXPECT_EQ(interrupts, 10);
}

TEST_F(RtcTest, TicksAtFullMinutesHoursAndDays) {
    init();
    for (const std::uint32_t mode : {1u, 2u, 3u}) {
        set_time(20, date(22, 4, 16, 6), time(23, 59, 58));
        set(kInterruptCtrl, 1 | mode << 2);
        run_seconds(1);
        EXPECT_EQ(interrupts, static_cast<int>(mode) - 1);
        run_seconds(1);
        EXPECT_EQ(interrupts, static_cast<int>(mode));
        run_seconds(30);
        EXPECT_EQ(interrupts, static_cast<int>(mode));
    }
}

TEST_F(RtcTest, TicksAtNothingLessThanAFullHourOrDay) {
    init();
    set_time(20, date(22, 4, 16, 6), time(12, 30, 58));
    set(kInterruptCtrl, 1 | 2 << 2);
    run_seconds(62);
    EXPECT_EQ(interrupts, 0) << "two full minutes";
    set_time(20, date(22, 4, 16, 6), time(12, 59, 58));
    set(kInterruptCtrl, 1 | 3 << 2);
    run_seconds(62);
    EXPECT_EQ(interrupts, 0) << "a full hour";
}

TEST_F(RtcTest, InterruptsAndCenturyAreProtectedByTheirMasks) {
    init();
    write(kRegisterCtrl, (kUnprotected & ~(1u << 30)) | kSetting);
    write(kInterruptCtrl, 1);
    EXPECT_EQ(read(kInterruptCtrl), 0u);
    write(kRegisterCtrl, (kUnprotected & ~(1u << 7 << 13)) | kSetting);  // not the year
    write(kExtended, 21);
    EXPECT_EQ(read(kExtended) & 0x1f, 20u);
    write(kRegisterCtrl, kUnprotected | kSetting);
    write(kInterruptCtrl, 0xff00'000f);
    write(kExtended, 21);
    EXPECT_EQ(read(kInterruptCtrl), 0xff00'000fu);
    EXPECT_EQ(read(kExtended) & 0x1f, 21u);
}

TEST_F(RtcTest, EachMaskBitProtectsItsField) {
    init();
    struct {
        unsigned bit;
        std::uint32_t offset, field;
    } const fields[] = {{1, kTime, 0x3fu << 10}, {2, kTime, 0x3fu << 16}, {3, kTime, 0x1fu << 24}, {4, kDate, 7u},
                        {5, kDate, 0x1fu << 8},  {6, kDate, 0xfu << 16},  {7, kDate, 0xfffu << 20}};
    for (const auto& field : fields)
        for (const bool alarm : {false, true}) {
            const std::uint32_t offset = field.offset + (alarm ? kAlarmDate : 0u);
            write(kRegisterCtrl, kUnprotected | kSetting);
            write(offset, 0);
            write(kRegisterCtrl, 1u << field.bit << (alarm ? 21 : 13) | kSetting);
            write(offset, ~0u);
            EXPECT_EQ(read(offset), field.field) << field.bit << ' ' << alarm;
        }
}

TEST_F(RtcTest, AlarmComparesTheFieldsOfItsMaskOnly) {
    init();
    const std::uint32_t now = time(12, 30, 16), today = date(22, 4, 16, 6);
    for (unsigned bit = 1; bit < 8; ++bit) {
        for (const bool differs : {false, true}) {
            set_time(20, today, time(12, 30, 14));
            set(kInterruptCtrl, 0);
            set(kAlarmDate, differs && bit >= 4 ? ~today : today);
            set(kAlarmTime, differs && bit < 4 ? ~now : now);
            set(kInterruptCtrl, 2 | (1u << bit | 1u << 1) << 24);  // that field, and seconds
            const int before = interrupts;
            run_seconds(2);
            EXPECT_EQ(interrupts - before, differs ? 0 : 1) << bit;
        }
    }
}

TEST_F(RtcTest, AlarmFiresOnceWhenTheComparedFieldsMatch) {
    init();
    set(kAlarmTime, time(7, 31, 0));
    set(kInterruptCtrl, 2 | 1u << 2 << 24);  // compare minutes only
    run_seconds(44);
    EXPECT_EQ(interrupts, 0);
    run_seconds(1);
    EXPECT_EQ(interrupts, 1);
    run_seconds(59);
    EXPECT_EQ(interrupts, 1);
    run_seconds(3541);
    EXPECT_EQ(interrupts, 2);
}

TEST_F(RtcTest, AlarmWithNothingToCompareNeverFires) {
    init();
    set(kInterruptCtrl, 2);
    run_seconds(100);
    EXPECT_EQ(interrupts, 0);
}

TEST_F(RtcTest, StopsWithItsClock) {
    init();
    set(kInterruptCtrl, 1);
    bench.clock.set_hz(bench.events.now(), 0);
    bench.events.run_until(SimTime{10 * kPsPerSecond});
    EXPECT_EQ(interrupts, 0);
    EXPECT_EQ(read(kTime), time(12, 30, 15));
}

TEST_F(RtcTest, RunningClockSurvivesSaveAndRestore) {
    init();
    set(kInterruptCtrl, 1);
    bench.run_for_cycles(2 * kHz + 700);
    DeviceBench other_bench;
    other_bench.clock.set_hz({}, 26'000'000);
    DeviceBench::transfer_state(bench.events, other_bench.events);
    Rtc other{other_bench.context(), bus_clock};
    int other_interrupts = 0;
    other.irq.connect([&](bool level) { other_interrupts += level; });
    DeviceBench::transfer_state(rtc, other);
    other_bench.run_for_cycles(299);
    EXPECT_EQ(other_interrupts, 0);
    other_bench.run_for_cycles(1);
    EXPECT_EQ(other_interrupts, 1);
    EXPECT_EQ(other.read(kTime, 4), time(12, 30, 18));
    EXPECT_EQ(other.read(kDate, 4), date(22, 4, 16, 6));
}

TEST_F(RtcTest, AnAlarmThatHasFiredStaysSoWhenRestored) {
    init();
    set(kAlarmTime, time(0, 30, 0));
    set(kInterruptCtrl, 2 | 1u << 2 << 24);  // minutes, which match for a while
    run_seconds(5);
    DeviceBench other_bench;
    other_bench.clock.set_hz({}, 26'000'000);
    DeviceBench::transfer_state(bench.events, other_bench.events);
    Rtc other{other_bench.context(), bus_clock};
    int other_interrupts = 0;
    other.irq.connect([&](bool level) { other_interrupts += level; });
    DeviceBench::transfer_state(rtc, other);
    other_bench.run_for_cycles(20 * kHz);
    EXPECT_EQ(other_interrupts, 0);
}

TEST_F(RtcTest, ResetClearsTheCalendarAndStopsTheTick) {
    init();
    set(kInterruptCtrl, 1);
    run_seconds(5);
    rtc.reset();
    rtc.settle();
    run_seconds(5);
    EXPECT_EQ(interrupts, 5);
    EXPECT_EQ(read(kTime), 0u);
    EXPECT_EQ(read(kDate), 0u);
}

// --- set from outside ---

TEST_F(RtcTest, SetFromOutsideItCountsOnFromThere) {
    using namespace std::chrono;
    init();
    rtc.set(sys_days(2024y / February / 28) + 23h + 59min + 58s);
    EXPECT_EQ(read(kDate), date(24, 2, 28, 3));
    EXPECT_EQ(read(kTime), time(23, 59, 58));
    run_seconds(2);
    EXPECT_EQ(read(kDate), date(24, 2, 29, 4));
    EXPECT_EQ(read(kTime), time(0, 0, 0));
    EXPECT_EQ(read(kExtended), 20u | 1u << 5);
}

TEST_F(RtcTest, SetFromOutsideItCountsThoughFirmwareNeverSetIt) {
    using namespace std::chrono;
    rtc.set(sys_days(1999y / December / 31) + 23h + 59min + 59s);
    bench.run_for_cycles(25'999'999);
    EXPECT_EQ(read(kDate), date(99, 12, 31, 5));
    bench.run_for_cycles(1);
    EXPECT_EQ(read(kDate), date(0, 1, 1, 6));
    EXPECT_EQ(read(kExtended) & 0x1f, 20u);
}

TEST_F(RtcTest, SetFromOutsideItRaisesAnAlarmAtItsTime) {
    using namespace std::chrono;
    init();
    set(kAlarmDate, date(24, 3, 1, 5));
    set(kAlarmTime, time(0, 0, 0));
    set(kInterruptCtrl, 1u << 1 | 0xfeu << 24);
    rtc.set(sys_days(2024y / February / 29) + 23h + 59min + 59s);
    bench.run_for_cycles(kHz - 1);
    EXPECT_EQ(interrupts, 0);
    bench.run_for_cycles(1);
    EXPECT_EQ(interrupts, 1);
}

}  // namespace
}  // namespace k210
