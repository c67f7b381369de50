#include "scenario/krux_sequence.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "scenario/held_picture.hpp"
#include "scenario/yaml_value.hpp"

namespace k210::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPressPs = ps_from_us(200'000), kRestPs = ps_from_us(500'000),
                        kLongestRestPs = ps_from_us(8'000'000);
constexpr unsigned kMostTimes = 1000, kDeepestInclude = 16;

// A button, or clicks of the encoder.
struct Control {
    std::string_view button;
    int clicks = 0;
};

// How Krux has its three buttons on a board: [doc] its configurations of boards, src/krux/input.py
struct KruxBoard {
    std::string_view board, folder;  // ours, and that of files for it alone
    Control enter, page, page_prev;
};
constexpr KruxBoard kBoards[] = {
    {"m5stickv", "m5stickv", {"a"}, {"b"}, {"power"}},
    {"amigo", "amigo", {"boot"}, {"a"}, {"b"}},
    {"amigo_ips", "amigo", {"boot"}, {"a"}, {"b"}},
    {"maix_dock", "dock", {"a"}, {{}, 1}, {{}, -1}},
    {"cube", "cube", {"a"}, {"boot"}, {"c"}},
    {"wonder_k", "wonder-mv", {"a"}, {"b"}, {}},  // there are none for it alone
};

struct Command {
    Place place;
    std::string word;
    std::vector<std::string> parameters;
};

[[noreturn]] void refuse(const Place& place, std::string_view why) {
    throw InputError(fmt::format("{}: {}", to_string(place), why));
}

constexpr std::string_view kWords[] = {
    "press", "press_amigo_only", "press_m5stickv_only", "touch", "qrcode", "screenshot", "wait", "include"};

fs::path found(const fs::path& file, const KruxBoard& board) {
    std::error_code error;
    return fs::exists(file, error) ? file : file.parent_path() / board.folder / file.filename();
}

unsigned times(const std::string& word, const Place& place) {
    unsigned n = 0;
    const char* const end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data() + 1, end, n);
    if (error != std::errc{} || stopped != end || n > kMostTimes)
        refuse(place, fmt::format("{} is no number of times, such as x2", word));
    return n;
}

std::vector<Command> load(const fs::path& file, const KruxBoard& board, unsigned depth, std::size_t& files) {
    const fs::path there = found(file, board);
    const auto bytes = read_file(there, kMostYamlBytes);
    if (++files > kMostIncludes) refuse({there, 0}, fmt::format("more than {} files are included", kMostIncludes));
    std::istringstream lines(std::string(bytes.begin(), bytes.end()));
    std::vector<Command> commands;
    Place place{there, 0};
    for (std::string line; std::getline(lines, line);) {
        ++place.line;
        std::istringstream rest(line);
        std::vector<std::string> words;
        for (std::string word; rest >> word;) words.push_back(word);
        if (words.empty() || words[0].starts_with('#')) continue;
        unsigned repeat = 1;
        if (words[0].size() > 1 && words[0][0] == 'x' && words[0][1] >= '0' && words[0][1] <= '9') {
            repeat = times(words[0], place);
            words.erase(words.begin());
        }
        if (words.empty()) refuse(place, "a number of times, and nothing to do");
        if (std::ranges::find(kWords, words[0]) == std::end(kWords)) {
            const std::vector<std::string> known(std::begin(kWords), std::end(kWords));
            const std::string meant = nearest_word(words[0], known);
            if (meant.empty()) continue;  // the simulator takes what is no command for a remark, and files have such
            refuse(place, fmt::format("there is no command '{}'; did you mean {}?", words[0], meant));
        }
        const std::size_t needed = words[0] == "touch" ? 3 : 2;
        if (words.size() < needed) refuse(place, fmt::format("{} needs more than that", words[0]));
        const Command command{place, words[0], {words.begin() + 1, words.end()}};
        for (unsigned i = 0; i < repeat; ++i) {
            if (command.word != "include") {
                commands.push_back(command);
                continue;
            }
            if (depth == kDeepestInclude) refuse(place, "the files include each other too deep");
            const fs::path included = file.parent_path() / command.parameters[0];
            std::error_code error;
            if (!fs::exists(found(included, board), error))
                refuse(place, fmt::format("there is no {}, nor one in {}", included.string(), board.folder));
            const auto more = load(included, board, depth + 1, files);
            commands.insert(commands.end(), more.begin(), more.end());
            if (commands.size() > kMostSteps) refuse(place, fmt::format("there are more than {} commands", kMostSteps));
        }
    }
    return commands;
}

class Maker {
public:
    Maker(const KruxBoard& board, bool has_touch, const fs::path& file)
        : board_(board), has_touch_(has_touch), pictures_(file.parent_path() / "qrcodes") {}

    std::vector<Step> steps(const std::vector<Command>& commands) {
        for (const Command& command : commands) make(command);
        return std::move(steps_);
    }

private:
    void make(const Command& command) {
        const std::string& word = command.word;
        // What is said to be the Amigo's alone is true of touch screens: buttons are woken by a press.
        if (word == "press" || (word == "press_amigo_only" && has_touch_) ||
            (word == "press_m5stickv_only" && board_.folder == "m5stickv"))
            press(command);
        else if (word == "touch")
            add(command, TouchScreen{pixel(command), pixel(command), kPressPs}), rest(command);
        else if (word == "qrcode")
            show(command);
        else if (word == "screenshot")
            add(command, Screenshot{fs::path(command.parameters[0]).filename().string()});
        else if (word == "wait")
            add(command, Wait{seconds(command)});
    }

    void press(const Command& command) {
        const std::string& key = command.parameters[0];
        const Control* control = nullptr;
        if (key == "BUTTON_A") control = &board_.enter;
        if (key == "BUTTON_B") control = &board_.page;
        if (key == "BUTTON_C") control = &board_.page_prev;
        if (!control) refuse(command.place, fmt::format("'{}' is none of BUTTON_A, BUTTON_B, BUTTON_C", key));
        if (control->button.empty() && !control->clicks)
            refuse(command.place, fmt::format("a {} has no {}", board_.board, key));
        if (control->clicks)
            add(command, Turn{{}, control->clicks});
        else
            add(command, Press{std::string(control->button), kPressPs});
        rest(command);
        if (!std::exchange(shows_, false)) return;
        // The simulator takes a code away once it has been read: the next one to be scanned is another.
        add(command, Show{{}, std::make_shared<TestChartCamera>()});
    }

    void show(const Command& command) {
        const fs::path picture = pictures_ / command.parameters[0];
        std::error_code error;
        if (!fs::exists(picture, error)) refuse(command.place, fmt::format("there is no {}", picture.string()));
        add(command, Show{picture, hold_picture(picture)});
        rest(command);
        shows_ = true;
    }

    void rest(const Command& command) { add(command, WaitStill{kRestPs, kLongestRestPs}); }

    void add(const Command& command, Action action) {
        steps_.push_back({.place = command.place,
                          .shown = fmt::format("{} {}", command.word, fmt::join(command.parameters, " ")),
                          .may_be_off = true,
                          .action = std::move(action)});
    }

    static std::uint64_t seconds(const Command& command) {
        const std::string& text = command.parameters[0];
        double value = 0;
        const char* const end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc{} || stopped != end || !(value >= 0 && value < 1e6))
            refuse(command.place, fmt::format("{} is no number of seconds", text));
        return guest_time(value).ps;
    }

    static Pixel pixel(const Command& command) {
        unsigned at[2]{};
        for (std::size_t i = 0; i < 2; ++i) {
            const std::string& text = command.parameters[i];
            const char* const end = text.data() + text.size();
            const auto [stopped, error] = std::from_chars(text.data(), end, at[i]);
            if (error != std::errc{} || stopped != end) refuse(command.place, fmt::format("{} is no pixel", text));
        }
        return {at[0], at[1]};
    }

    const KruxBoard& board_;
    const bool has_touch_;
    const fs::path pictures_;
    std::vector<Step> steps_;
    bool shows_ = false;  // a picture that a press takes away again
};

}  // namespace

std::vector<Step> read_krux_sequence(const fs::path& file, const Board& board) {
    const auto known = std::ranges::find(kBoards, board.name, &KruxBoard::board);
    if (known == std::end(kBoards)) {
        std::vector<std::string_view> names;
        for (const KruxBoard& one : kBoards) names.push_back(one.board);
        throw InputError(fmt::format("{}: sequences of Krux run on {}, and not on {}", file.string(),
                                     fmt::join(names, ", "), board.name));
    }
    std::size_t files = 0;
    auto commands = load(file, *known, 0, files);
    // The first press on a board with a touch screen only says that buttons are used from now on; the simulator adds
    // one.
    const bool has_touch = board.offers(PortKind::touch);
    if (has_touch && commands.size() > 1 && commands[0].word == "wait" && commands[1].word != "screenshot")
        commands.insert(commands.begin() + 1, {commands[0].place, "press", {"BUTTON_A"}});
    return Maker(*known, has_touch, file).steps(commands);
}

}  // namespace k210::scenario
