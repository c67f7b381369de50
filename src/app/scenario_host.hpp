// What a scenario asks of the host: cards, files in the guest's flash and on its card, and artifacts.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "app/card_input.hpp"
#include "app/scenario_artifacts.hpp"
#include "scenario/runner.hpp"

namespace k210::app {

class ScenarioHost final : public scenario::Surroundings {
public:
    using Clock = std::chrono::steady_clock;

    // `artifacts`: none are kept without them.
    explicit ScenarioHost(ScenarioArtifacts* artifacts) : artifacts_(artifacts) {}

    void update_goldens() { updates_goldens_ = true; }

    // At the end, of a session in need of it.
    std::function<void(Session&, scenario::Status)> at_end{};

    void console_says(std::uint8_t byte) override {
        if (artifacts_) artifacts_->console_says(byte);
    }
    void starting_over() override {
        if (artifacts_) artifacts_->starting_over();
    }
    void making(MachineConfig& config) override {
        if (artifacts_) artifacts_->making(config);
    }
    void given(const Input& input) override {
        if (artifacts_) artifacts_->given(input);
    }
    void began(const scenario::Step& step) override {
        if (artifacts_) artifacts_->began(step);
    }
    void looked(Session& session) override {
        if (artifacts_) artifacts_->looked(session);
    }
    void keep_screenshot(const std::string& name, const Picture& picture) override {
        if (artifacts_) artifacts_->keep_picture(name, picture);
    }
    SessionCard make_card(const scenario::CardContents& contents) override;
    std::optional<std::vector<std::uint8_t>> file_in_flash(const Storage& flash, const std::string& name) override;
    std::optional<std::vector<std::uint8_t>> file_on_card(const CardSlot& slot, const std::string& name) override;
    bool take_as_golden(const scenario::ExpectPicture& expected, const Picture& seen) override;
    void ending(Session& session, scenario::Status status) override {
        if (at_end) at_end(session, status);
    }
    double wall_seconds() override { return std::chrono::duration<double>(Clock::now() - began_).count(); }

    Clock::time_point began() const { return began_; }

private:
    const Clock::time_point began_ = Clock::now();
    ScenarioArtifacts* const artifacts_;
    bool updates_goldens_ = false;
    std::deque<CardInput> cards_;
};

}  // namespace k210::app
