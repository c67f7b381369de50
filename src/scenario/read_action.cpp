#include "scenario/read_action.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include "base/date_text.hpp"
#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "scenario/device_tests.hpp"
#include "scenario/held_picture.hpp"
#include "session/transcript.hpp"

namespace k210::scenario {
namespace {

constexpr std::uint64_t kPressPs = ps_from_us(100'000), kTouchPs = ps_from_us(100'000), kSwipePs = ps_from_us(300'000);
constexpr unsigned kMostPixels = 4096;
constexpr int kMostClicks = 1000;
constexpr unsigned kMostMillivolts = 10'000;
constexpr int kMostMilliG = 100'000;
constexpr std::size_t kResetEvery = 5, kMostTests = 100'000;
constexpr std::string_view kLogKindNames[] = {"guest_error", "unimplemented", "unverified", "host"};
static_assert(std::size(kLogKindNames) == kLogKinds);

std::string checked_pattern(const YamlValue& value) {
    const std::string pattern = value.text();
    if (const std::string why = complaint_about_pattern(pattern); !why.empty()) value.refuse(why);
    return pattern;
}

// A console ends its lines with CR and LF.
std::string quoted(const YamlValue& value) {
    const std::string text = value.text();
    if (text.empty()) value.refuse("an empty text is everywhere");
    std::string pattern;
    std::size_t from = 0;
    for (std::size_t end; (end = text.find('\n', from)) != text.npos; from = end + 1)
        pattern += re2::RE2::QuoteMeta(text.substr(from, end - from)) + "\r?\n";
    return pattern + re2::RE2::QuoteMeta(text.substr(from));
}

Action expect_text(const YamlValue& value) {
    return ExpectText{quoted(value), false, value.text()};
}
Action expect_regex(const YamlValue& value) {
    return ExpectText{checked_pattern(value), true, value.text()};
}
Action send(const YamlValue& value) {
    return Send{value.text()};
}
Action type(const YamlValue& value) {
    return Type{value.text()};
}
std::vector<std::uint8_t> contents(const YamlValue& value) {
    return value.from_file([](const std::filesystem::path& file) { return read_file(file); });
}
Action script(const YamlValue& value) {
    const auto bytes = contents(value);
    return RunScript{value.path(), {bytes.begin(), bytes.end()}};
}

Action press(const YamlValue& value) {
    if (value.is_scalar()) return Press{value.text(), kPressPs};
    YamlFields fields(value);
    const std::string button = fields.require("button").text();
    const auto time = fields.find("for");
    fields.finish();
    return Press{button, time ? time->duration() : kPressPs};
}
Action hold(const YamlValue& value) {
    return Hold{value.text(), true};
}
Action release(const YamlValue& value) {
    return Hold{value.text(), false};
}

Pixel pixel(const YamlValue& value) {
    const auto numbers = value.list();
    if (numbers.size() != 2) value.refuse("is no [x, y]");
    return {static_cast<unsigned>(numbers[0].number(0, kMostPixels)),
            static_cast<unsigned>(numbers[1].number(0, kMostPixels))};
}
Action touch(const YamlValue& value) {
    if (value.is_list()) return TouchScreen{pixel(value), pixel(value), kTouchPs};
    YamlFields fields(value);
    const Pixel at = pixel(fields.require("at"));
    const auto time = fields.find("for");
    fields.finish();
    return TouchScreen{at, at, time ? time->duration() : kTouchPs};
}
Action swipe(const YamlValue& value) {
    YamlFields fields(value);
    const Pixel from = pixel(fields.require("from")), to = pixel(fields.require("to"));
    const auto time = fields.find("for");
    fields.finish();
    return TouchScreen{from, to, time ? time->duration() : kSwipePs};
}
Action turn(const YamlValue& value) {
    if (value.is_scalar()) return Turn{{}, value.whole_number(-kMostClicks, kMostClicks)};
    YamlFields fields(value);
    const std::string encoder = fields.require("encoder").text();
    const int clicks = fields.require("clicks").whole_number(-kMostClicks, kMostClicks);
    fields.finish();
    return Turn{encoder, clicks};
}

Action camera(const YamlValue& value) {
    return Show{value.path(), value.from_file([](const std::filesystem::path& file) {
                    return std::shared_ptr<CameraSource>(open_camera_source(file));
                })};
}
Action qrcode(const YamlValue& value) {
    return Show{value.path(), value.from_file(hold_picture)};
}
Action insert_card(const YamlValue& value) {
    return InsertCard{card_contents(value)};
}
Action cut_power(const YamlValue& value) {
    if (value.is_empty()) return CutPower{0};
    YamlFields fields(value);
    const std::uint64_t seed = fields.require("seed").number(0, std::numeric_limits<std::uint64_t>::max());
    fields.finish();
    return CutPower{seed};
}
Action usb(const YamlValue& value) {
    static constexpr std::string_view kWords[] = {"unplugged", "plugged"};
    return PlugUsb{value.choice(kWords) == 1};
}
Action battery(const YamlValue& value) {
    if (value.is_scalar() && value.text() == "none") return SetBattery{};
    return SetBattery{static_cast<unsigned>(value.number(1, kMostMillivolts))};
}
Action acceleration(const YamlValue& value) {
    const auto numbers = value.list();
    if (numbers.size() != 3) value.refuse("is no [x, y, z]");
    const auto axis = [&](std::size_t i) { return numbers[i].whole_number(-kMostMilliG, kMostMilliG); };
    return Accelerate{{axis(0), axis(1), axis(2)}};
}

Action set_date(const YamlValue& value) {
    try {
        return SetDate{parse_date(value.text())};
    } catch (const InputError& error) { value.refuse(error.what()); }
}
unsigned pad(const YamlValue& value) {
    return static_cast<unsigned>(value.number(0, kPadCount - 1));
}
Action drive_pad(const YamlValue& value) {
    static constexpr std::string_view kLevels[] = {"low", "high"};
    YamlFields fields(value);
    const DrivePad action{pad(fields.require("pad")), fields.require("level").choice(kLevels) == 1};
    fields.finish();
    return action;
}
Action release_pad(const YamlValue& value) {
    return DrivePad{pad(value), {}};
}

Action wait(const YamlValue& value) {
    return Wait{value.duration()};
}
Action wait_still(const YamlValue& value) {
    return WaitStill{value.duration(), {}};
}

Area area(const YamlValue& value) {
    const auto numbers = value.list();
    if (numbers.size() != 4) value.refuse("is no [x, y, width, height]");
    std::array<unsigned, 4> n{};
    for (std::size_t i = 0; i < n.size(); ++i)
        n[i] = static_cast<unsigned>(numbers[i].number(i < 2 ? 0 : 1, kMostPixels));
    return {n[0], n[1], n[2], n[3]};
}
// The picture is of the region alone, or of the whole screen, which has the region then.
void check_region(const YamlValue& file, const PictureCheck& check) {
    if (!check.region) return;
    const Picture& golden = check.golden;
    const Area& region = *check.region;
    if (golden.width == region.width && golden.height == region.height) return;
    if (region.x + region.width <= golden.width && region.y + region.height <= golden.height) return;
    file.refuse(fmt::format("is {}x{}: neither of the region, which is {}x{}, nor of a screen that has it",
                            golden.width, golden.height, region.width, region.height));
}
Action expect_picture(const YamlValue& value) {
    ExpectPicture action;
    std::optional<YamlValue> file(value);
    if (!value.is_scalar()) {
        YamlFields fields(value);
        file = fields.require("file");
        if (const auto v = fields.find("tolerance")) action.check.tolerance = static_cast<unsigned>(v->number(0, 255));
        if (const auto v = fields.find("pixels"))
            action.check.differing_pixels = v->number(0, kMostPixels * kMostPixels);
        if (const auto v = fields.find("region")) action.check.region = area(*v);
        if (const auto v = fields.find("mask")) {
            const auto list = v->list();
            if (!list.empty() && !list[0].is_list())
                action.check.masks = {area(*v)};
            else
                for (const YamlValue& mask : list) action.check.masks.push_back(area(mask));
        }
        fields.finish();
    }
    action.file = file->path();
    action.check.golden = file->from_file(load_picture);
    check_region(*file, action.check);
    return action;
}
Action screenshot(const YamlValue& value) {
    const std::string name = value.text();
    if (name.empty() || name.find('/') != name.npos) value.refuse(fmt::format("'{}' is no file's name", name));
    return Screenshot{name.ends_with(".png") ? name : name + ".png"};
}

std::vector<std::uint8_t> little_endian(std::uint64_t value, std::size_t size) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    return bytes;
}
Action expect_memory(const YamlValue& value) {
    YamlFields fields(value);
    ExpectMemory action;
    action.address = static_cast<std::uint32_t>(fields.require("address").number(0, UINT32_MAX));
    const auto size = fields.find("size"), word = fields.find("value"), text = fields.find("text"),
               bytes = fields.find("bytes");
    fields.finish();
    if (!word + !text + !bytes != 2) value.refuse("needs one of value, text and bytes");
    if (size && !word) size->refuse("goes with value");
    if (word) {
        const std::uint64_t count = size ? size->number(1, 8) : 4;
        action.bytes = little_endian(word->number(0, ~0ull >> (64 - 8 * count)), count);
    }
    if (text) {
        const std::string wanted = text->text();
        action.bytes.assign(wanted.begin(), wanted.end());
    }
    if (bytes)
        for (const YamlValue& byte : bytes->list())
            action.bytes.push_back(static_cast<std::uint8_t>(byte.number(0, 255)));
    if (action.bytes.empty()) value.refuse("expects nothing");
    return action;
}
Action expect_register(const YamlValue& value) {
    YamlFields fields(value);
    ExpectRegister action{};
    action.name = fields.require("name").text();
    action.value = fields.require("value").number(0, ~0ull);
    const auto mask = fields.find("mask"), hart = fields.find("hart");
    fields.finish();
    action.mask = mask ? mask->number(1, ~0ull) : ~0ull;
    if (hart && action.name.find('.') != action.name.npos) hart->refuse("goes with the registers of a hart");
    action.hart = hart ? static_cast<unsigned>(hart->number(0, 1)) : 0;
    return action;
}

Action expect_file(const YamlValue& value) {
    YamlFields fields(value);
    ExpectFile action{};
    const auto flash = fields.find("flash"), card = fields.find("card");
    const auto absent = fields.find("absent"), equals = fields.find("equals"), contains = fields.find("contains");
    fields.finish();
    if (!flash == !card) value.refuse("needs flash or card: the name of a file there");
    if (!absent + !equals + !contains < 2) value.refuse("needs one of equals, contains and absent");
    action.where = flash ? ExpectFile::Where::flash : ExpectFile::Where::card;
    action.name = (flash ? *flash : *card).text();
    action.absent = absent && absent->flag();
    if (equals) action.equals = contents(*equals);
    if (contains) action.contains = contains->text();
    return action;
}
Action expect_no_log(const YamlValue& value) {
    if (value.is_scalar()) return ExpectNoLog{static_cast<LogKind>(value.choice(kLogKindNames)), {}};
    YamlFields fields(value);
    ExpectNoLog action{static_cast<LogKind>(fields.require("kind").choice(kLogKindNames)), {}};
    if (const auto except = fields.find("except"))
        for (const YamlValue& pattern : except->one_or_more()) action.except.push_back(checked_pattern(pattern));
    fields.finish();
    return action;
}

Action micropython_tests(const YamlValue& value) {
    YamlFields fields(value);
    const YamlValue files = fields.require("files");
    const auto exclude = fields.find("exclude"), reset_every = fields.find("reset-every");
    fields.finish();
    std::vector<std::string> excluded;
    if (exclude)
        for (const YamlValue& name : exclude->one_or_more()) excluded.push_back(name.text());
    return RunDeviceTests{find_device_tests(files, excluded),
                          reset_every ? reset_every->number(1, kMostTests) : kResetEvery};
}

template <class Nothing>
Action without_more(const YamlValue& value) {
    if (!value.is_empty()) value.refuse("takes nothing");
    return Nothing{};
}

struct Word {
    std::string_view word;
    Action (*read)(const YamlValue& value);
};
constexpr Word kWords[] = {
    {"expect-text", expect_text},
    {"expect-regex", expect_regex},
    {"send", send},
    {"type", type},
    {"script", script},
    {"press", press},
    {"hold", hold},
    {"release", release},
    {"touch", touch},
    {"swipe", swipe},
    {"turn", turn},
    {"camera", camera},
    {"qrcode", qrcode},
    {"insert-card", insert_card},
    {"remove-card", without_more<RemoveCard>},
    {"cut-power", cut_power},
    {"usb", usb},
    {"battery", battery},
    {"acceleration", acceleration},
    {"set-date", set_date},
    {"drive-pad", drive_pad},
    {"release-pad", release_pad},
    {"wait", wait},
    {"wait-still", wait_still},
    {"expect-picture", expect_picture},
    {"screenshot", screenshot},
    {"expect-memory", expect_memory},
    {"expect-register", expect_register},
    {"expect-file", expect_file},
    {"expect-no-log", expect_no_log},
    {"expect-power-off", without_more<ExpectPowerOff>},
    {"micropython-tests", micropython_tests},
};

struct PortWanted {
    PortKind kind;
    std::string name;  // empty: any
};
struct Wanted {
    std::optional<PortWanted> operator()(const Press& a) const { return PortWanted{PortKind::button, a.button}; }
    std::optional<PortWanted> operator()(const Hold& a) const { return PortWanted{PortKind::button, a.button}; }
    std::optional<PortWanted> operator()(const TouchScreen&) const { return PortWanted{PortKind::touch, {}}; }
    std::optional<PortWanted> operator()(const Turn& a) const { return PortWanted{PortKind::encoder, a.encoder}; }
    std::optional<PortWanted> operator()(const InsertCard&) const { return PortWanted{PortKind::card_slot, {}}; }
    std::optional<PortWanted> operator()(const RemoveCard&) const { return PortWanted{PortKind::card_slot, {}}; }
    std::optional<PortWanted> operator()(const PlugUsb&) const { return PortWanted{PortKind::power_inputs, {}}; }
    std::optional<PortWanted> operator()(const SetBattery&) const { return PortWanted{PortKind::power_inputs, {}}; }
    std::optional<PortWanted> operator()(const Accelerate&) const { return PortWanted{PortKind::accelerometer, {}}; }
    std::optional<PortWanted> operator()(const WaitStill&) const { return PortWanted{PortKind::display, {}}; }
    std::optional<PortWanted> operator()(const ExpectPicture&) const { return PortWanted{PortKind::display, {}}; }
    std::optional<PortWanted> operator()(const Screenshot&) const { return PortWanted{PortKind::display, {}}; }
    template <class Other>
    std::optional<PortWanted> operator()(const Other&) const {
        return {};
    }
};

}  // namespace

std::span<const std::string_view> action_words() {
    static const auto words = [] {
        std::array<std::string_view, std::size(kWords)> all;
        std::ranges::transform(kWords, all.begin(), &Word::word);
        return all;
    }();
    return words;
}

Action read_action(const YamlValue& value) {
    return std::ranges::find(kWords, value.key(), &Word::word)->read(value);
}

void check_ports(const Step& step, const Board& board) {
    if (const auto* const action = std::get_if<DrivePad>(&step.action))
        if (const auto complaint = board.complaint_about_driving(action->pad))
            throw InputError(fmt::format("{}: {}: {}", to_string(step.place), step.shown, *complaint));
    const auto wanted = std::visit(Wanted{}, step.action);
    if (!wanted) return;
    const auto& [kind, name] = *wanted;
    if (name.empty() ? board.offers(kind) : board.offers(kind, name)) return;
    if (kind == PortKind::button && name == kResetPort) return;
    if (name.empty())
        throw InputError(
            fmt::format("{}: {}: {} has no {}", to_string(step.place), step.shown, board.name, to_string(kind)));
    std::vector<std::string> known;
    for (const Board::PlannedPart& part : board.parts)
        if (board.offers(kind, part.name)) known.push_back(part.name);
    if (kind == PortKind::button) known.emplace_back(kResetPort);
    throw InputError(fmt::format("{}: {}: {} has no {} '{}' ({}){}", to_string(step.place), step.shown, board.name,
                                 to_string(kind), name, fmt::join(known, ", "), suggestion(name, known)));
}

}  // namespace k210::scenario
