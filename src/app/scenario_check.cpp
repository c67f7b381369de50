#include "app/scenario_check.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/card_file.hpp"
#include "app/run_inputs.hpp"
#include "app/snapshots.hpp"
#include "app/sound_files.hpp"
#include "k210/base/error.hpp"
#include "k210/base/log.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/sound_file.hpp"
#include "k210/machine/machine.hpp"
#include "scenario/machine_check.hpp"
#include "scenario/start_from.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using scenario::Place;
using scenario::Scenario;

constexpr std::string_view kFlash = "flash";  // as board files call it

Place place_of(const Scenario& scenario, const std::string& key) {
    const auto found = scenario.where.find(key);
    return found == scenario.where.end() ? Place{scenario.file} : found->second;  // --set has none
}

// Making one of a folder takes long.
void check_card(const scenario::CardContents& card) {
    if (!fs::is_directory(card.path)) CardFile(card.path, CardFile::Use::read);
}

void check_snapshot(const Scenario& scenario) {
    RunOptions options{};
    options.from = scenario.start_from;
    options.camera = scenario.camera;
    options.mic = scenario.mic;
    Log log = Log::writing_to([](std::string_view) {});
    options = resuming(options, read_snapshot(*scenario.start_from));
    make_camera(options, log);
    make_microphone(options);
}

}  // namespace

// Has registers and memory, and is never switched on.
class ScenarioCheck::Chip : SerialSink {
public:
    const Machine& machine() const { return machine_; }

private:
    void receive(std::uint8_t) override {}

    const Board board_ = choose_board({});
    TestChartCamera camera_;
    Log log_ = Log::writing_to([](std::string_view) {});
    Machine machine_{
        {.board = board_, .flash = {}, .program = {}, .camera = camera_, .console = *this, .switched_on = false}, log_};
};

ScenarioCheck::ScenarioCheck() : chip_(std::make_unique<Chip>()) {}
ScenarioCheck::~ScenarioCheck() = default;

template <class Work>
void ScenarioCheck::once(const Place& place, const std::string& key, const std::string& what, Work work) {
    const std::string name = key + "\n" + what;
    if (good_.contains(name)) return;
    try {
        work();
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}: {}", to_string(place), key, error.what()));
    }
    good_.insert(name);
}

void ScenarioCheck::look(const Scenario& scenario) {
    const Board board = scenario.board ? *scenario.board : choose_board({});
    const std::size_t flash_bytes = board.storage_bytes(kFlash);
    RunOptions options{};
    options.firmware = scenario.firmware;
    const std::string firmware = fmt::format("{} {}", flash_bytes, scenario.firmware.value_or("").string());
    if (scenario.firmware)
        once(place_of(scenario, "firmware"), "firmware", firmware,
             [&] { make_flash(options, FlashImage(flash_bytes)); });
    options.flash = scenario.flash;
    if (!scenario.flash.empty())
        once(place_of(scenario, "flash"), "flash", fmt::format("{} {}", firmware, fmt::join(scenario.flash, " ")),
             [&] { make_flash(options, FlashImage(flash_bytes)); });
    if (scenario.camera)
        once(place_of(scenario, "camera"), "camera", scenario.camera->string(),
             [&] { open_camera_source(*scenario.camera); });
    if (scenario.mic)
        once(place_of(scenario, "mic"), "mic", scenario.mic->string(), [&] { read_sound(*scenario.mic); });
    if (scenario.card)
        once(place_of(scenario, "sd"), "sd", scenario.card->path.string(), [&] { check_card(*scenario.card); });
    for (const Wire& wire : scenario.wires)
        if (const auto complaint = board.complaint_about(wire))
            throw InputError(fmt::format("{}: wires: {}", to_string(place_of(scenario, "wires")), *complaint));
    for (const scenario::Step& step : scenario.steps)
        if (const auto* const action = std::get_if<scenario::InsertCard>(&step.action))
            once(step.place, "insert-card", action->card.path.string(), [&] { check_card(action->card); });
    if (scenario.start_from && !scenario::is_scenario(*scenario.start_from))
        once(place_of(scenario, std::string(scenario::kStartFrom)), std::string(scenario::kStartFrom),
             fmt::format("{} {} {}", scenario.start_from->string(), scenario.camera.has_value(),
                         scenario.mic.has_value()),
             [&] { check_snapshot(scenario); });
    check_steps(scenario, chip_->machine());
}

}  // namespace k210::app
