// A machine as system tests use one: its console recorded, somebody typing at it, time counted in guest seconds.
#pragma once
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "app/builtin_demo.hpp"
#include "app/demo_camera.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/machine/machine.hpp"
#include "support/paths.hpp"

// For tests on what is not in the tree; where `path` is absent they are skipped.
#define K210_NEEDS(path)                 \
    if (!std::filesystem::exists(path))  \
    GTEST_SKIP() << "no file " << (path) \
                 << ": set K210_IMAGES to the firmware images' folder, K210_SHARED to the models'"

namespace k210 {

inline std::filesystem::path image_path(std::string_view name) {
    return images_dir() / name;
}
inline std::filesystem::path shared_path(std::string_view name) {
    return shared_dir() / name;
}

// What a board starts with.
struct Firmware {
    const Board& board;
    std::vector<std::uint8_t> flash;
    std::optional<Program> program = std::nullopt;
};

inline Firmware demo_on_maix_bit() {
    const Board& board = find_board("maix_bit");
    FlashImage flash(board.storage_bytes("flash"));
    auto program = load_firmware(app::demo_firmware(), "demo", flash);
    return {board, std::move(flash).release(), std::move(program)};
}

// One of firmware/tests.
inline Firmware guest_on_maix_bit(const std::string& guest) {
    const Board& board = find_board("maix_bit");
    FlashImage flash(board.storage_bytes("flash"));
    auto program = load_firmware(guests_dir() / (guest + ".bin"), flash);
    return {board, std::move(flash).release(), std::move(program)};
}

// `overlays` as --flash takes them.
inline Firmware image_firmware(std::string_view image, std::string_view board_name,
                               const std::vector<std::string>& overlays = {}) {
    const Board& board = find_board(board_name);
    FlashImage flash(board.storage_bytes("flash"));
    auto program = load_firmware(image_path(image), flash);
    for (const std::string& overlay : overlays) load_overlay(overlay, flash);
    return {board, std::move(flash).release(), std::move(program)};
}

class MachineBench final : private SerialSink {
public:
    explicit MachineBench(const Firmware& firmware,
                          std::unique_ptr<CameraSource> camera = std::make_unique<app::DemoCamera>(),
                          bool skip_idle_loops = true)
        : camera_(std::move(camera)), machine_({.board = firmware.board,
                                                .flash = firmware.flash,
                                                .program = firmware.program,
                                                .camera = *camera_,
                                                .console = *this,
                                                .skip_idle_loops = skip_idle_loops},
                                               log_) {
        log_.set_level(LogLevel::off);
    }

    Machine& machine() { return machine_; }
    const Machine& machine() const { return machine_; }
    const Log& log() const { return log_; }
    Display& display() { return machine_.port<Display>("lcd"); }
    const Picture& screen() { return display().picture(); }
    Storage& flash() const { return machine_.port<Storage>("flash"); }
    SerialLine& keyboard() { return machine_.port<SerialLine>("console"); }
    void press(std::string_view button, bool down) { machine_.port<Button>(button).press(down); }
    const std::string& console() const { return console_; }  // all of it, without carriage returns
    CameraSource& camera() { return *camera_; }

    StopReason run(double seconds) { return machine_.run_until(after(machine_.now(), ps(seconds))); }

    // Runs until the guest says `text` from now on, at most so long.
    testing::AssertionResult hears(std::string_view text, double patience_seconds) {
        awaited_ = text;
        mark_ = console_.size();
        const StopReason reason = run(patience_seconds);
        awaited_.clear();
        if (reason == StopReason::requested) return testing::AssertionSuccess();
        return testing::AssertionFailure() << "nobody said '" << text << "'; the console ends in\n" << tail();
    }

    // At a MicroPython prompt: what the line printed, up to the next prompt.
    std::string reply(std::string_view line, double patience_seconds = 2) {
        keyboard().send(std::string(line) + "\r");
        if (const auto heard = hears(">>> ", patience_seconds); !heard) return heard.message();
        const std::string said = console_.substr(mark_);
        const auto echo_end = said.find('\n');
        const auto prompt = said.rfind(">>> ");
        return echo_end < prompt ? said.substr(echo_end + 1, prompt - echo_end - 1) : said;
    }

private:
    static std::uint64_t ps(double seconds) {
        return static_cast<std::uint64_t>(seconds * static_cast<double>(kPsPerSecond));
    }
    std::string tail() const { return console_.substr(console_.size() - std::min<std::size_t>(console_.size(), 500)); }

    void receive(std::uint8_t byte) override {
        if (byte != '\r') console_ += static_cast<char>(byte);
        if (!awaited_.empty() && console_.size() >= mark_ + awaited_.size() && console_.ends_with(awaited_))
            machine_.stop();
    }

    Log log_;
    std::unique_ptr<CameraSource> camera_;
    std::string console_, awaited_;
    std::size_t mark_ = 0;
    Machine machine_;
};

}  // namespace k210
