#include "session/record.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "base/base64.hpp"
#include "base/date_text.hpp"
#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "k210/base/version.hpp"
#include "k210/loader/crypto.hpp"
#include "session/settings_json.hpp"
#include "session/stored_card.hpp"
#include "session/stored_scene.hpp"

namespace k210 {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kFormat = 1;
constexpr const char *kRecord = "k210emu_record", *kAt = "at_ps", *kSaid = "said", *kCrc = "crc", *kEnd = "end_ps",
                     *kCycles = "cpu_cycles";

// JSON is Unicode: bytes are its first 256 characters.
std::string as_text(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
            continue;
        }
        text += static_cast<char>(0xc0 | byte >> 6);
        text += static_cast<char>(0x80 | (byte & 0x3f));
    }
    return text;
}

std::string as_bytes(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            bytes += text[i];
            continue;
        }
        if (c > 0xc3 || ++i == text.size()) throw InputError("what was sent is no text of bytes");
        bytes += static_cast<char>((c & 0x03) << 6 | (text[i] & 0x3f));
    }
    return bytes;
}

struct Writer {
    Json operator()(const SerialInput& i) const { return {{"serial", i.line}, {"bytes", as_text(i.bytes)}}; }
    Json operator()(const RateInput& i) const { return {{"rate", i.line}, {"baud", i.baud}}; }
    Json operator()(const ModemInput& i) const {
        return {{"modem", i.line}, {"dtr", i.lines.dtr}, {"rts", i.lines.rts}};
    }
    Json operator()(const ButtonInput& i) const { return {{"button", i.button}, {"down", i.down}}; }
    Json operator()(const TouchInput& i) const {
        Json json{{"touch", i.screen}};
        if (i.at) json["at"] = {i.at->x, i.at->y};
        return json;
    }
    Json operator()(const EncoderInput& i) const { return {{"encoder", i.encoder}, {"clicks", i.clicks}}; }
    Json operator()(const CardChange& i) const {
        Json json{{"card", i.slot}};
        if (!i.image) return json;
        json["sha256"] = hash_of(*i.image);
        json["kind"] = i.kind;
        try {
            json["contents"] = base64(pack_card(*i.image));
        } catch (const InputError&) {}  // too much to keep
        return json;
    }
    Json operator()(const SceneChange& i) const {
        Json pictures = Json::array();
        if (const auto kept = pictures_of(*i.scene))
            for (const auto& picture : *kept) pictures.push_back(base64(picture));
        return {{"scene", pictures}};
    }
    Json operator()(const UsbInput& i) const { return {{"usb", i.power}, {"plugged", i.plugged}}; }
    Json operator()(const BatteryInput& i) const {
        return {{"battery", i.power}, {"millivolts", i.millivolts ? Json(*i.millivolts) : Json()}};
    }
    Json operator()(const AccelerationInput& i) const {
        return {{"accelerometer", i.accelerometer}, {"milli_g", {i.milli_g.x, i.milli_g.y, i.milli_g.z}}};
    }
    Json operator()(const DateInput& i) const { return {{"date", date_text(i.date)}}; }
    Json operator()(const PadInput& i) const { return {{"pad", i.pad}, {"level", i.level ? Json(*i.level) : Json()}}; }
    Json operator()(const PowerCut& i) const { return {{"power_cut", i.seed}}; }
};

struct Describer {
    std::string operator()(const SerialInput& i) const {
        constexpr std::size_t kShown = 40;
        return fmt::format("'{}' on {}", printable(i.bytes, kShown), i.line);
    }
    std::string operator()(const RateInput& i) const { return fmt::format("{} baud on {}", i.baud, i.line); }
    std::string operator()(const ModemInput& i) const { return fmt::format("DTR and RTS of {}", i.line); }
    std::string operator()(const ButtonInput& i) const {
        return fmt::format("{} {}", i.button, i.down ? "pressed" : "released");
    }
    std::string operator()(const TouchInput& i) const {
        return i.at ? fmt::format("{} touched at {},{}", i.screen, i.at->x, i.at->y) : i.screen + " released";
    }
    std::string operator()(const EncoderInput& i) const { return fmt::format("{} turned by {}", i.encoder, i.clicks); }
    std::string operator()(const CardChange& i) const {
        return fmt::format("a card {} {}", i.image ? "into" : "out of", i.slot);
    }
    std::string operator()(const SceneChange&) const { return "another scene"; }
    std::string operator()(const UsbInput& i) const {
        return fmt::format("USB {}", i.plugged ? "plugged" : "unplugged");
    }
    std::string operator()(const BatteryInput&) const { return "another battery"; }
    std::string operator()(const AccelerationInput& i) const {
        return fmt::format("{} at {},{},{} mg", i.accelerometer, i.milli_g.x, i.milli_g.y, i.milli_g.z);
    }
    std::string operator()(const DateInput& i) const { return "the date " + date_text(i.date); }
    std::string operator()(const PadInput& i) const {
        return fmt::format("pad {} {}", i.pad, i.level ? *i.level ? "driven high" : "driven low" : "released");
    }
    std::string operator()(const PowerCut&) const { return "a power cut"; }
};

template <class T>
T get(const Json& json, const char* key) {
    return json.at(key).get<T>();
}

InputAction read_action(const Json& json) {
    const auto names = [&](const char* key) { return json.contains(key); };
    if (names("serial"))
        return SerialInput{get<std::string>(json, "serial"), as_bytes(get<std::string>(json, "bytes"))};
    if (names("rate")) {
        const RateInput input{get<std::string>(json, "rate"), get<std::uint64_t>(json, "baud")};
        if (input.baud == 0) throw InputError("0 is no rate");
        return input;
    }
    if (names("modem"))
        return ModemInput{get<std::string>(json, "modem"), {get<bool>(json, "dtr"), get<bool>(json, "rts")}};
    if (names("button")) return ButtonInput{get<std::string>(json, "button"), get<bool>(json, "down")};
    if (names("touch")) {
        TouchInput input{get<std::string>(json, "touch"), {}};
        if (names("at")) input.at = {json.at("at").at(0).get<unsigned>(), json.at("at").at(1).get<unsigned>()};
        return input;
    }
    if (names("encoder")) return EncoderInput{get<std::string>(json, "encoder"), get<int>(json, "clicks")};
    if (names("card")) {
        CardChange input{get<std::string>(json, "card"), nullptr};
        if (!names("sha256")) return input;
        if (!names("contents")) throw InputError("a card was put in, which is not in the record");
        input.image = unpack_card(from_base64(get<std::string>(json, "contents")));
        input.kind = read_enumerator(json, "kind", CardKind::sdhc);
        return input;
    }
    if (names("scene")) {
        PictureBytes pictures;
        for (const Json& picture : json.at("scene")) pictures.push_back(from_base64(picture.get<std::string>()));
        if (pictures.empty()) throw InputError("the camera was shown another scene, which is not in the record");
        return SceneChange{stored_scene(std::move(pictures))};
    }
    if (names("usb")) return UsbInput{get<std::string>(json, "usb"), get<bool>(json, "plugged")};
    if (names("battery")) {
        BatteryInput input{get<std::string>(json, "battery"), {}};
        if (const Json& millivolts = json.at("millivolts"); !millivolts.is_null())
            input.millivolts = millivolts.get<unsigned>();
        return input;
    }
    if (names("accelerometer")) {
        const Json& axes = json.at("milli_g");
        return AccelerationInput{get<std::string>(json, "accelerometer"),
                                 {axes.at(0).get<int>(), axes.at(1).get<int>(), axes.at(2).get<int>()}};
    }
    if (names("date")) return DateInput{parse_date(get<std::string>(json, "date"))};
    if (names("pad")) {
        PadInput input{get<unsigned>(json, "pad"), {}};
        if (const Json& level = json.at("level"); !level.is_null()) input.level = level.get<bool>();
        return input;
    }
    if (names("power_cut")) return PowerCut{get<std::uint64_t>(json, "power_cut")};
    throw InputError("is no input");
}

Record read_begin(const Json& json) {
    if (get<unsigned>(json, kRecord) != kFormat)
        throw InputError(
            fmt::format("has version {} of the format, and this k210emu takes {}", json.at(kRecord).dump(), kFormat));
    const auto name = get<std::string>(json, "board");
    Record record{
        .made_from = {.board = parse_board(get<std::string>(json, "board_file"), name, name + ".toml")},
        .parts = {get<std::string>(json, "flash"), get<std::string>(json, "program"), get<std::string>(json, "card"),
                  get<std::string>(json, "camera"), get<std::string>(json, "from"),
                  json.contains("microphone") ? get<std::string>(json, "microphone") : std::string()}};
    MachineSettings& settings = record.made_from.settings;
    read_settings(json, settings);
    settings.terminal_baud = get<std::uint64_t>(json, "baud");
    if (settings.terminal_baud == 0) throw InputError("0 is no rate");
    return record;
}

Said read_said(const Json& json) {
    return {get<std::uint64_t>(json, kSaid), get<std::uint32_t>(json, kCrc)};
}

void read_line(const Json& json, std::optional<Record>& record) {
    if (json.contains(kRecord)) {
        record = read_begin(json);
        return;
    }
    if (!record) throw InputError("is no record");
    if (record->end) throw InputError("something follows the end");
    if (json.contains(kEnd)) {
        record->end = {{get<std::uint64_t>(json, kEnd)}, get<std::uint64_t>(json, kCycles), read_said(json)};
        return;
    }
    const SimTime when{get<std::uint64_t>(json, kAt)};
    if (!record->inputs.empty() && when < record->inputs.back().input.when)
        throw InputError("comes before the input above it");
    record->inputs.push_back({{when, read_action(json)}, read_said(json)});
}

std::string line(const Json& json) {
    return json.dump() + "\n";
}

}  // namespace

void Said::add(std::uint8_t byte) {
    crc = static_cast<std::uint32_t>(::crc32(crc, &byte, 1));
    ++bytes;
}

std::string record_begin(const Board& board, const MachineSettings& settings, const RecordedParts& parts) {
    Json json{{kRecord, kFormat},   {"version", version()},   {"flash", parts.flash}, {"program", parts.program},
              {"card", parts.card}, {"camera", parts.camera}, {"from", parts.from},   {"board", as_text(board.name)}};
    if (!parts.microphone.empty()) json["microphone"] = parts.microphone;
    json.update(settings_json(settings));
    json["baud"] = settings.terminal_baud;
    if (settings.camera_mount) json["camera_mount"] = *settings.camera_mount;
    json["board_file"] = board.text;
    return line(json);
}

std::string record_line(const RecordedInput& input) {
    Json json{{kAt, input.input.when.ps}};
    json.update(std::visit(Writer{}, input.input.action));
    json[kSaid] = input.said.bytes;
    json[kCrc] = input.said.crc;
    return line(json);
}

std::string record_line(const RecordedEnd& end) {
    return line({{kEnd, end.when.ps}, {kCycles, end.cpu_cycles}, {kSaid, end.said.bytes}, {kCrc, end.said.crc}});
}

Record read_record(std::string_view text, const std::string& name) {
    std::optional<Record> record;
    for (std::size_t number = 1; text.find('\n') != std::string_view::npos; ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() + 1);
        const auto refuse = [&](std::string_view why) {
            throw InputError(fmt::format("{}:{}: {}", name, number, why));
        };
        try {
            read_line(parse_whole(line), record);
        } catch (const Json::parse_error&) {
            refuse(record ? "is no line of a record" : "is no record");
        } catch (const Json::exception&) {
            refuse(record ? "has not all that belongs there" : "is no record");
        } catch (const InputError& error) { refuse(error.what()); }
    }
    if (!record) throw InputError(fmt::format("{}: is no record", name));
    return std::move(*record);
}

std::string describe(const InputAction& action) {
    return std::visit(Describer{}, action);
}

std::string hash_of(const Program& program) {
    std::vector<std::uint8_t> all;
    for (const Program::Segment& segment : program.segments) {
        const auto text = fmt::format("{:x} {:x}:", segment.address, segment.bytes.size());
        all.insert(all.end(), text.begin(), text.end());
        all.insert(all.end(), segment.bytes.begin(), segment.bytes.end());
    }
    return hex_sha256(all);
}

std::string hash_of(const CardImage& card) {
    try {
        CardData data = data_of(card);
        data.contents.insert(data.contents.end(), data.numbers.begin(), data.numbers.end());
        return hex_sha256(data.contents);
    } catch (const InputError&) { return "too large"; }
}

}  // namespace k210
