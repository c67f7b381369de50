// What a scenario asks of the host: cards, files in the guest's flash and on its card, and the places of its artifacts.
#pragma once
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include "app/card_input.hpp"
#include "scenario/runner.hpp"

namespace k210::app {

class ScenarioHost final : public scenario::Surroundings {
public:
    using Clock = std::chrono::steady_clock;

    // `artifacts`: none are kept without it. Throws InputError when they cannot be.
    explicit ScenarioHost(std::optional<std::filesystem::path> artifacts);

    void update_goldens() { updates_goldens_ = true; }

    // At the end, of a session in need of it.
    std::function<void(Session&, scenario::Status)> at_end{};

    void console_says(std::uint8_t byte) override { console_.put(static_cast<char>(byte)); }
    void starting_over() override;
    void keep_screenshot(const std::string& name, const Picture& picture) override;
    SessionCard make_card(const scenario::CardContents& contents) override;
    std::optional<std::vector<std::uint8_t>> file_in_flash(const Storage& flash, const std::string& name) override;
    std::optional<std::vector<std::uint8_t>> file_on_card(const CardSlot& slot, const std::string& name) override;
    bool take_as_golden(const scenario::ExpectPicture& expected, const Picture& seen) override;
    void ending(Session& session, scenario::Status status) override {
        if (at_end) at_end(session, status);
    }
    double wall_seconds() override { return std::chrono::duration<double>(Clock::now() - began_).count(); }

    Clock::time_point began() const { return began_; }
    void log(std::string_view line) { log_ << line; }
    // The last ones.
    void finish(const scenario::Result& result);

private:
    void open(std::ofstream& file, std::string_view name) const;

    const Clock::time_point began_ = Clock::now();
    const std::optional<std::filesystem::path> artifacts_;
    bool updates_goldens_ = false;
    std::ofstream console_, log_;
    std::deque<CardInput> cards_;
};

}  // namespace k210::app
