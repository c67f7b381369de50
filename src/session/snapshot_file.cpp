#include "k210/session/snapshot_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "k210/base/version.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/loader/little_endian.hpp"
#include "session/compression.hpp"
#include "session/settings_json.hpp"
#include "session/stored_card.hpp"

namespace k210 {
namespace {

using Json = nlohmann::ordered_json;
using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kMagic = kSnapshotBeginning;
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kFormatAt = kMagic.size(), kDigestAt = kFormatAt + 4, kBodyAt = kDigestAt + kSha256Bytes;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // uncompressed

// Begin the names of pieces.
constexpr std::string_view kMachine = "machine/", kSession = "session/", kCardNumbers = "card numbers/",
                           kCardContents = "card contents/", kProgram = "program/";

[[noreturn]] void refuse(const std::string& name, std::string_view why) {
    throw InputError(fmt::format("{}: {}", name, why));
}

class Writer {
public:
    template <std::unsigned_integral T>
    void number(T v) {
        for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.push_back(static_cast<std::uint8_t>(v >> 8 * i));
    }
    template <class Text>
    void sized(const Text& v) {
        number(std::uint64_t{v.size()});
        bytes_.insert(bytes_.end(), v.begin(), v.end());
    }
    void piece(std::string_view kind, std::string_view name, const Bytes& contents) {
        sized(fmt::format("{}{}", kind, name));
        sized(contents);
    }
    Bytes release() { return std::move(bytes_); }

private:
    Bytes bytes_;
};

class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    bool at_end() const { return bytes_.empty(); }
    std::span<const std::uint8_t> sized() {
        const auto size = read_le<std::uint64_t>(take(sizeof(std::uint64_t)), 0);
        return take(size);
    }
    std::string text() {
        const auto bytes = sized();
        return {bytes.begin(), bytes.end()};
    }

private:
    std::span<const std::uint8_t> take(std::uint64_t size) {
        if (size > bytes_.size()) throw InputError("it ends too soon");
        const auto taken = bytes_.first(size);
        bytes_ = bytes_.subspan(size);
        return taken;
    }
    std::span<const std::uint8_t> bytes_;
};

// The pieces of one kind, by what follows that in their names.
Snapshot take(Snapshot& pieces, std::string_view kind) {
    Snapshot taken;
    for (auto at = pieces.lower_bound(kind); at != pieces.end() && at->first.starts_with(kind);) {
        auto piece = pieces.extract(at++);
        piece.key().erase(0, kind.size());
        taken.insert(taken.end(), std::move(piece));
    }
    return taken;
}

Json describe(const SavedSession& session) {
    const SessionConfig& made = session.made_from;
    Json cards = Json::array(), program;
    for (const auto& [slot, card] : session.snapshot.cards)
        cards.push_back({{"slot", slot}, {"kind", card.kind}, {"sectors", card.image->sectors()}});
    if (made.program) {
        program = {{"entry", made.program->entry}, {"addresses", Json::array()}};
        for (const Program::Segment& segment : made.program->segments) program["addresses"].push_back(segment.address);
    }
    Json json = settings_json(made.settings);
    json["version"] = version();
    json["when_ps"] = session.snapshot.when.ps;
    json["board"] = {{"name", made.board.name}, {"text", made.board.text}};
    json["program"] = program;
    json["camera_mount"] = made.settings.camera_mount ? Json(*made.settings.camera_mount) : Json();
    json["cards"] = cards;
    json["notes"] = session.notes;
    return json;
}

SavedSession read_description(const Json& json) {
    if (const auto its = json.at("version").get<std::string>(); its != version())
        throw InputError(fmt::format("is of k210emu {}, and this is {}", printable(its), version()));
    const auto name = json.at("board").at("name").get<std::string>();
    SavedSession session{
        .made_from = {.board = parse_board(json.at("board").at("text").get<std::string>(), name, name + ".toml")},
        .snapshot = {}};
    SessionConfig& made = session.made_from;
    if (const Json& program = json.at("program"); !program.is_null()) {
        made.program.emplace().entry = program.at("entry").get<std::uint64_t>();
        for (const Json& address : program.at("addresses"))
            made.program->segments.push_back({address.get<std::uint32_t>(), {}});
    }
    read_settings(json, made.settings);
    session.snapshot.when.ps = json.at("when_ps").get<std::uint64_t>();
    session.notes = json.at("notes").get<std::map<std::string, std::string>>();
    return session;
}

void read_cards(const Json& json, Snapshot numbers, Snapshot contents, SessionSnapshot& to) {
    for (const Json& card : json.at("cards")) {
        const auto slot = card.at("slot").get<std::string>();
        const auto kind = read_enumerator(card, "kind", CardKind::sdhc);
        to.cards[slot] = {std::make_shared<StoredCard>(card.at("sectors").get<std::uint64_t>(), numbers[slot],
                                                       std::move(contents[slot])),
                          kind};
    }
}

SavedSession read_body(std::span<const std::uint8_t> body) {
    const Bytes plain = decompress(body, kMostBytes);
    Reader reader(plain);
    const Json json = parse_whole(reader.text());
    SavedSession session = read_description(json);
    Snapshot pieces;
    while (!reader.at_end()) {
        std::string name = reader.text();
        const auto contents = reader.sized();
        if (!pieces.emplace(std::move(name), Bytes(contents.begin(), contents.end())).second)
            throw InputError("two pieces have one name");
    }
    session.snapshot.machine = take(pieces, kMachine);
    session.snapshot.session = take(pieces, kSession);
    read_cards(json, take(pieces, kCardNumbers), take(pieces, kCardContents), session.snapshot);
    if (auto& program = session.made_from.program) {
        Snapshot segments = take(pieces, kProgram);
        for (std::size_t i = 0; i < program->segments.size(); ++i)
            program->segments[i].bytes = std::move(segments[std::to_string(i)]);
    }
    return session;
}

}  // namespace

std::vector<std::uint8_t> pack_session(const SavedSession& session) {
    Writer plain;
    plain.sized(nlohmann::json(describe(session)).dump());  // in the order of their keys
    for (const auto& [name, contents] : session.snapshot.machine) plain.piece(kMachine, name, contents);
    for (const auto& [name, contents] : session.snapshot.session) plain.piece(kSession, name, contents);
    for (const auto& [slot, card] : session.snapshot.cards) {
        const CardData data = data_of(*card.image);
        plain.piece(kCardNumbers, slot, data.numbers);
        plain.piece(kCardContents, slot, data.contents);
    }
    if (const auto& program = session.made_from.program)
        for (std::size_t i = 0; i < program->segments.size(); ++i)
            plain.piece(kProgram, std::to_string(i), program->segments[i].bytes);
    const Bytes body = compress(plain.release());
    Writer file;
    for (const char c : kMagic) file.number(static_cast<std::uint8_t>(c));
    file.number(kFormat);
    for (const std::uint8_t byte : sha256(body)) file.number(byte);
    Bytes bytes = file.release();
    bytes.insert(bytes.end(), body.begin(), body.end());
    return bytes;
}

SavedSession unpack_session(std::span<const std::uint8_t> file, const std::string& name) {
    if (!std::ranges::equal(file.first(std::min(file.size(), kMagic.size())), kMagic,
                            [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); }))
        refuse(name, "is no snapshot");
    if (file.size() < kBodyAt) refuse(name, "is damaged: it ends too soon");
    if (const auto format = read_le<std::uint32_t>(file, kFormatAt); format != kFormat)
        refuse(name, fmt::format("has version {} of the format, and this k210emu takes {}", format, kFormat));
    const auto body = file.subspan(kBodyAt);
    if (!std::ranges::equal(file.subspan(kDigestAt, kSha256Bytes), sha256(body)))
        refuse(name, "is damaged: its checksum is not that of its contents");
    try {
        SavedSession session = read_body(body);
        session.snapshot.file = name;
        return session;
    } catch (const InputError& error) { refuse(name, error.what()); } catch (const Json::exception&) {
        refuse(name, "is damaged: its description cannot be read");
    }
}

}  // namespace k210
