// A scripted test of firmware: what a board is and has, and what happens to it, step by step. Everything has been read
// and checked before anything runs.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/base/units.hpp"
#include "k210/board/board.hpp"
#include "k210/cpu/strictness.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/host/picture.hpp"
#include "k210/session/input.hpp"
#include "k210/sim/cost_model.hpp"
#include "scenario/picture_check.hpp"

namespace k210::scenario {

// Where something stands in a file.
struct Place {
    std::filesystem::path file;
    std::size_t line = 0;
};
std::string to_string(const Place& place);  // FILE:LINE; FILE alone without a line

struct CardContents {
    std::filesystem::path path;  // an image, or a folder
    bool superfloppy = false;    // a folder's card has no partition table
};

using Pixel = TouchInput::Pixel;

// --- what steps do ---

struct ExpectText {
    std::string pattern;  // RE2
    bool as_regex;        // it was written so
    std::string written;
};
struct Send {
    std::string bytes;
};
struct Type {
    std::string line;
};
struct RunScript {
    std::filesystem::path file;
    std::string source;
};
struct Press {
    std::string button;
    std::uint64_t for_ps;
};
struct Hold {
    std::string button;
    bool down;  // until it is released
};
struct TouchScreen {
    Pixel from, to;
    std::uint64_t for_ps;  // moves meanwhile
};
struct Turn {
    std::string encoder;  // empty: the board's only one
    int clicks;
};
struct Show {
    std::filesystem::path path;
    std::shared_ptr<CameraSource> scene;
};
struct InsertCard {
    CardContents card;
};
struct RemoveCard {};
struct CutPower {
    std::uint64_t seed;
};
struct PlugUsb {
    bool plugged;
};
struct SetBattery {
    std::optional<unsigned> millivolts;
};
struct Accelerate {
    Acceleration milli_g;
};
struct SetDate {
    std::chrono::sys_seconds date;
};
struct DrivePad {
    unsigned pad;
    std::optional<bool> level;  // none: released
};
struct Wait {
    std::uint64_t ps;
};
// Until nothing has been drawn for so long.
struct WaitStill {
    std::uint64_t ps;
    std::optional<std::uint64_t> at_most_ps;  // then that will do
};
struct ExpectPicture {
    std::filesystem::path file;
    PictureCheck check;
};
struct Screenshot {
    std::string name;
};
struct ExpectMemory {
    std::uint32_t address;
    std::vector<std::uint8_t> bytes;
};
// Of a hart ("pc", "a0", "mepc") or of a block of the chip ("uarths.div").
struct ExpectRegister {
    unsigned hart;
    std::string name;
    std::uint64_t value, mask;
};
struct ExpectFile {
    enum class Where : std::uint8_t { flash, card };
    Where where;
    std::string name;
    bool absent;
    std::optional<std::vector<std::uint8_t>> equals;
    std::optional<std::string> contains;
};
struct ExpectNoLog {
    LogKind kind;
    std::vector<std::string> except;  // patterns of messages that may be
};
struct ExpectPowerOff {};
// A Python file, and what it is to print.
struct DeviceTest {
    std::filesystem::path file;
    std::string source, expected;
};
// Each is run by the raw REPL; all are, whatever some come to.
struct RunDeviceTests {
    std::vector<DeviceTest> tests;
    std::size_t reset_every;  // so many of them, the interpreter starts over
};

using Action =
    std::variant<ExpectText, Send, Type, RunScript, Press, Hold, TouchScreen, Turn, Show, InsertCard, RemoveCard,
                 CutPower, PlugUsb, SetBattery, Accelerate, SetDate, DrivePad, Wait, WaitStill, ExpectPicture,
                 Screenshot, ExpectMemory, ExpectRegister, ExpectFile, ExpectNoLog, ExpectPowerOff, RunDeviceTests>;

struct Step {
    Place place;
    std::string shown{};  // for people: expect-text 'hello'
    std::string name{};   // may be empty
    std::optional<std::uint64_t> timeout_ps{};
    // Has to end so soon behind the end of another one.
    std::optional<std::uint64_t> within_ps{};
    std::size_t since = 0;    // which, counted from 1; 0: behind the start
    bool may_be_off = false;  // a board that has switched itself off will do
    Action action{};
};

// What include may come to.
inline constexpr std::size_t kMostSteps = 100'000, kMostIncludes = 1000;

struct Scenario {
    std::filesystem::path file;
    std::string name;
    std::map<std::string, Place> where{};  // its keys stand
    std::optional<std::string> missing{};  // what it needs and is not there: nothing else has been read then
    // A scenario at whose end it begins, or a snapshot; then there is no firmware, flash, card, wires and the like.
    std::optional<std::filesystem::path> start_from{};
    std::optional<std::filesystem::path> firmware;  // none: the built-in demo
    std::optional<Board> board;                     // none: the default, or what firmware turns out to be built for
    std::vector<std::string> flash;                 // ADDR=FILE, or a package
    std::optional<CardContents> card;
    std::optional<std::filesystem::path> camera;
    std::optional<std::filesystem::path> mic;  // over and over
    std::optional<CameraMount> camera_mount;
    std::vector<Wire> wires;
    TimingModel timing = TimingModel::approximate;
    Strictness strictness = Strictness::trap;
    FlashTiming flash_timing = FlashTiming::fast;
    std::optional<std::string> fail;               // a pattern that must not be said
    std::uint64_t timeout_ps = 30 * kPsPerSecond;  // of a step
    double wall_timeout_s = 600;
    std::vector<Step> steps;
};

}  // namespace k210::scenario
