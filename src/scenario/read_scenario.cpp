#include "scenario/read_scenario.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "scenario/krux_sequence.hpp"
#include "scenario/matrix.hpp"
#include "scenario/read_action.hpp"
#include "scenario/start_from.hpp"
#include "scenario/yaml_value.hpp"
#include "session/transcript.hpp"

namespace k210::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInclude = "include", kStart = "start";
constexpr std::string_view kModifiers[] = {"name", "timeout", "within", "since"};
constexpr unsigned kDeepestInclude = 16;
constexpr std::size_t kLongestShown = 60;

Board board_of(const YamlValue& value) {
    const std::string name = value.text();
    if (names_board_file(name)) return load_board(value.path());
    const auto known = board_names();
    if (std::ranges::find(known, name) == known.end())
        value.refuse(fmt::format("'{}' is none of {}{}", name, fmt::join(known, ", "), suggestion(name, known)));
    return find_board(name);
}

// ADDR=FILE, or a package.
std::string flash_part(const YamlValue& value) {
    const std::string text = value.text();
    const std::size_t equals = text.find('=');
    const std::string address = equals == text.npos ? std::string() : text.substr(0, equals + 1);
    const fs::path file = text.substr(address.size());
    const fs::path there = file.is_absolute() ? file : value.place().file.parent_path() / file;
    std::error_code error;
    if (!fs::exists(there, error)) value.refuse(fmt::format("there is no {}", there.string()));
    return address + there.string();
}

Wire wire(const YamlValue& value) {
    const auto pads = value.list();
    if (pads.size() != 2) value.refuse("is no [PAD, PAD]");
    return {static_cast<unsigned>(pads[0].number(0, kPadCount - 1)),
            static_cast<unsigned>(pads[1].number(0, kPadCount - 1))};
}

// What is not there of what it needs.
std::optional<std::string> missing(const YamlValue& needs) {
    for (const YamlValue& one : needs.one_or_more()) {
        const fs::path file = one.text();
        const fs::path there = file.is_absolute() ? file : one.place().file.parent_path() / file;
        std::error_code error;
        if (!fs::exists(there, error)) return fmt::format("there is no {}", there.string());
    }
    return {};
}

class Reader {
public:
    Reader(const fs::path& file, const Settings& settings, unsigned depth = 0) : settings_(settings), depth_(depth) {
        scenario_.file = file;
    }

    Scenario read() {
        const YamlValue root = read_yaml(scenario_.file);
        YamlFields fields(root);
        for (const auto& [key, value] : root.pairs()) scenario_.where[key] = value.place();
        const auto name = fields.find("name"), base = fields.find(kStartFrom);
        settle(root, fields, base.has_value());
        scenario_.name = name ? name->text() : scenario_.file.stem().string();
        fields.find("matrix");
        if (const auto v = fields.find("needs"); v && (scenario_.missing = missing(*v))) return std::move(scenario_);
        if (base)
            read_base(*base);
        else
            read_board(fields);
        if (scenario_.missing) return std::move(scenario_);
        if (const auto v = fields.find("camera")) scenario_.camera = v->path();
        if (const auto v = fields.find("mic")) scenario_.mic = v->path();
        read_fail(fields);
        if (const auto v = fields.find("timeout")) scenario_.timeout_ps = v->duration();
        if (const auto v = fields.find("wall-timeout")) scenario_.wall_timeout_s = v->seconds();
        const YamlValue steps = fields.require("steps");
        fields.finish();
        read_steps(steps, 0);
        return std::move(scenario_);
    }

private:
    // What the settings say takes the place of what the file does.
    void settle(const YamlValue& root, YamlFields& fields, bool has_base) const {
        for (const Setting& setting : settings_) {
            if (!is_settable(setting.key) || (has_base && !goes_with_start(setting.key))) continue;
            const auto own = offered(root, setting);
            if (own) replace_words(*own, settings_);
            fields.set(setting.key, own ? YamlValue(own->node(), own->place(), setting.key)
                                        : YamlValue(YAML::Node(setting.value), Place{"--set"}, setting.key));
        }
        replace_words(root, settings_);
    }

    // What it starts from says what the board is and has.
    void read_base(const YamlValue& value) {
        scenario_.start_from = value.path();
        if (!is_scenario(*scenario_.start_from)) return;
        check_start_depth(value, depth_);
        const Scenario base = Reader(*scenario_.start_from, settings_, depth_ + 1).read();
        scenario_.missing = base.missing;
        scenario_.board = base.board;
        scenario_.camera = base.camera;
        scenario_.mic = base.mic;
    }

    void read_board(YamlFields& fields) {
        if (const auto v = fields.find("firmware")) scenario_.firmware = v->path();
        if (const auto v = fields.find("board")) scenario_.board = board_of(*v);
        if (const auto v = fields.find("flash"))
            for (const YamlValue& part : v->one_or_more()) scenario_.flash.push_back(flash_part(part));
        if (const auto v = fields.find("sd")) scenario_.card = card_contents(*v);
        if (const auto v = fields.find("camera-mount")) {
            static constexpr std::string_view kMounts[] = {"normal", "mirror", "flip", "rotate180"};
            scenario_.camera_mount = static_cast<CameraMount>(v->choice(kMounts));
        }
        if (const auto v = fields.find("wires"))
            for (const YamlValue& one : v->list()) scenario_.wires.push_back(checked_wire(one));
        if (const auto v = fields.find("timing")) {
            static constexpr std::string_view kTimings[] = {"approximate", "instructions", "thorough"};
            scenario_.timing = static_cast<TimingModel>(v->choice(kTimings));
        }
        if (const auto v = fields.find("flash-timing")) {
            static constexpr std::string_view kTimings[] = {"real", "fast"};
            scenario_.flash_timing = static_cast<FlashTiming>(v->choice(kTimings));
        }
        if (const auto v = fields.find("strict")) {
            static constexpr std::string_view kStrict[] = {"trap", "warn", "off"};
            constexpr Strictness kValues[] = {Strictness::trap, Strictness::warn, Strictness::off};
            scenario_.strictness = kValues[v->choice(kStrict)];
        }
    }

    Wire checked_wire(const YamlValue& value) const {
        const Wire made = wire(value);
        if (!scenario_.board) return made;
        if (const auto complaint = scenario_.board->complaint_about(made)) value.refuse(*complaint);
        return made;
    }

    void read_fail(YamlFields& fields) {
        const auto text = fields.find("fail-text"), regex = fields.find("fail-regex");
        if (text && regex) regex->refuse("goes not with fail-text");
        if (text) scenario_.fail = re2::RE2::QuoteMeta(text->text());
        if (regex) scenario_.fail = regex->text();
        if (!scenario_.fail) return;
        if (const std::string why = complaint_about_pattern(*scenario_.fail); !why.empty())
            (text ? text : regex)->refuse(why);
    }

    void read_steps(const YamlValue& list, unsigned depth) {
        for (const YamlValue& step : list.list()) read_step(step, depth);
    }

    void read_step(const YamlValue& value, unsigned depth) {
        if (value.is_scalar()) return read_step_without_more(value);
        Step step{.place = value.place(), .since = scenario_.steps.size()};
        std::optional<YamlValue> action, since;
        for (const auto& [key, field] : value.pairs()) {
            if (key == "name")
                step.name = name_of(field);
            else if (key == "timeout")
                step.timeout_ps = field.duration();
            else if (key == "within")
                step.within_ps = field.duration();
            else if (key == "since")
                since = field;
            else if (action)
                field.refuse(fmt::format("a step does one thing, and this one does {}", action->key()));
            else
                action = field;
        }
        if (!action) value.refuse(fmt::format("a step needs one of {}", fmt::join(words(), ", ")));
        if (since) {
            if (!step.within_ps) since->refuse("goes with within");
            step.since = step_named(*since);
        }
        if (action->key() == kInclude) {
            if (value.pairs().size() > 1) value.refuse("include goes with nothing else");
            return include(*action, depth);
        }
        add(std::move(step), *action);
    }

    // "- remove-card"
    void read_step_without_more(const YamlValue& value) {
        Step step{.place = value.place(), .since = scenario_.steps.size()};
        add(std::move(step), {YAML::Node(), value.place(), value.text()});
    }

    void add(Step step, const YamlValue& action) {
        check_word(action);
        step.action = read_action(action);
        step.shown = action.key();
        if (action.is_scalar()) step.shown += " '" + printable(action.text(), kLongestShown) + "'";
        if (scenario_.board) check_ports(step, *scenario_.board);
        if (scenario_.steps.size() >= kMostSteps)
            throw InputError(fmt::format("{}: there are more than {} steps", to_string(step.place), kMostSteps));
        scenario_.steps.push_back(std::move(step));
    }

    static std::vector<std::string> words() {
        std::vector<std::string> all(action_words().begin(), action_words().end());
        all.emplace_back(kInclude);
        return all;
    }

    static void check_word(const YamlValue& action) {
        std::vector<std::string> known = words();
        if (std::ranges::find(known, action.key()) != known.end()) return;
        const std::string list = fmt::format("{}", fmt::join(known, ", "));
        known.insert(known.end(), std::begin(kModifiers), std::end(kModifiers));
        const std::string meant = suggestion(action.key(), known);
        throw InputError(fmt::format("{}: there is no step '{}'{} Steps: {}", to_string(action.place()), action.key(),
                                     meant.empty() ? "." : meant, list));
    }

    std::string name_of(const YamlValue& value) const {
        const std::string name = value.text();
        if (name == kStart || std::ranges::find(scenario_.steps, name, &Step::name) != scenario_.steps.end())
            value.refuse(fmt::format("there is a step '{}' already", name));
        return name;
    }

    std::size_t step_named(const YamlValue& value) const {
        if (value.text() == kStart) return 0;
        std::vector<std::string> known{std::string(kStart)};
        for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
            if (!scenario_.steps[i].name.empty() && scenario_.steps[i].name == value.text()) return i + 1;
            if (!scenario_.steps[i].name.empty()) known.push_back(scenario_.steps[i].name);
        }
        value.refuse(fmt::format("there is no step '{}' before this one ({}){}", value.text(), fmt::join(known, ", "),
                                 suggestion(value.text(), known)));
    }

    void include(const YamlValue& value, unsigned depth) {
        if (depth == kDeepestInclude) value.refuse("the files include each other too deep");
        if (++includes_ > kMostIncludes) value.refuse(fmt::format("more than {} files are included", kMostIncludes));
        // A sequence of Krux may be there for this board alone, and looks for itself.
        if (fs::path(value.text()).extension() != ".txt") {
            const YamlValue steps = read_yaml(value.path());
            replace_words(steps, settings_);
            return read_steps(steps, depth + 1);
        }
        if (!scenario_.board) value.refuse("a sequence of Krux needs a board above");
        for (Step& step : read_krux_sequence(value.path(), *scenario_.board)) {
            check_ports(step, *scenario_.board);
            step.since = scenario_.steps.size();
            scenario_.steps.push_back(std::move(step));
        }
    }

    const Settings& settings_;
    const unsigned depth_;  // of scenarios that start from each other
    std::size_t includes_ = 0;
    Scenario scenario_;
};

}  // namespace

Scenario read_scenario(const fs::path& file, const Settings& settings) {
    return Reader(file, settings).read();
}

}  // namespace k210::scenario
