#include "board/toml_options.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

std::string_view name_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string: return "text";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a number with a point";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::array: return "a list";
        case toml::node_type::table: return "a table";
        default: return "a date or time";
    }
}

}  // namespace

void TomlOptions::refuse_line(std::size_t line, const std::string& why) const {
    throw InputError(fmt::format("{}:{}: {}: {}", file_, line, part_, why));
}

void TomlOptions::refuse(std::string_view key, const std::string& why) const {
    refuse_line(line_of(key), why);
}

void TomlOptions::accept(const PadClaims::Complaint& complaint, std::size_t line) const {
    if (complaint) refuse_line(line, *complaint);
}

std::size_t TomlOptions::line_of(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node ? node->source().begin.line : line_;
}

const toml::node* TomlOptions::find(std::string_view key) {
    asked_.emplace_back(key);
    return table_.get(key);
}

const toml::node& TomlOptions::require(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) refuse_line(line_, fmt::format("{} is missing", key));
    return *node;
}

std::uint64_t TomlOptions::whole_number(const toml::node& node, std::string_view key, Range range) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value) refuse(key, fmt::format("{} is {}, not a whole number", key, name_of(node)));
    if (*value < 0 || static_cast<std::uint64_t>(*value) < range.least ||
        static_cast<std::uint64_t>(*value) > range.most)
        refuse(key, fmt::format("{} is {}, not {} to {}", key, *value, range.least, range.most));
    return static_cast<std::uint64_t>(*value);
}

std::uint64_t TomlOptions::number(std::string_view key, Range range, std::optional<std::uint64_t> otherwise) {
    if (otherwise && !table_.contains(key)) {
        find(key);
        return *otherwise;
    }
    return whole_number(require(key), key, range);
}

PartOptions::Pair TomlOptions::pair(std::string_view key, Range range, std::optional<Pair> otherwise) {
    if (otherwise && !table_.contains(key)) {
        find(key);
        return *otherwise;
    }
    const toml::node& node = require(key);
    const toml::array* list = node.as_array();
    if (!list || list->size() != 2) refuse(key, fmt::format("{} is no list of two numbers", key));
    return {static_cast<unsigned>(whole_number(*list->get(0), key, range)),
            static_cast<unsigned>(whole_number(*list->get(1), key, range))};
}

bool TomlOptions::flag(std::string_view key, bool otherwise) {
    const toml::node* node = find(key);
    if (!node) return otherwise;
    const auto value = node->value_exact<bool>();
    if (!value) refuse(key, fmt::format("{} is {}, not true or false", key, name_of(*node)));
    return *value;
}

std::string TomlOptions::text(std::string_view key) {
    const toml::node& node = require(key);
    const auto value = node.value_exact<std::string>();
    if (!value) refuse(key, fmt::format("{} is {}, not text", key, name_of(node)));
    return *value;
}

std::size_t TomlOptions::choice(std::string_view key, std::span<const std::string_view> known,
                                std::optional<std::size_t> otherwise) {
    if (otherwise && !table_.contains(key)) {
        find(key);
        return *otherwise;
    }
    const std::string value = text(key);
    const auto found = std::ranges::find(known, value);
    if (found == known.end())
        refuse(key, fmt::format("{} is '{}', which is none of {}", key, value, fmt::join(known, ", ")));
    return static_cast<std::size_t>(found - known.begin());
}

unsigned TomlOptions::pad(std::string_view key) {
    return static_cast<unsigned>(whole_number(require(key), key, {0, kPadCount - 1}));
}

unsigned TomlOptions::hears(std::string_view key) {
    return heard_.emplace_back(pad(key));
}

std::optional<unsigned> TomlOptions::may_hear(std::string_view key) {
    if (table_.contains(key)) return hears(key);
    find(key);
    return {};
}

std::optional<unsigned> TomlOptions::may_be_lit_by(std::string_view key) {
    if (table_.contains(key)) return pad(key);
    find(key);
    return {};
}

unsigned TomlOptions::drives(std::string_view key) {
    const unsigned which = pad(key);
    accept(claims_.drive(which, {part_, line_of(key)}), line_of(key));
    driven_.push_back(which);
    return which;
}

std::optional<unsigned> TomlOptions::may_drive(std::string_view key) {
    if (table_.contains(key)) return drives(key);
    find(key);
    return {};
}

std::optional<std::string> TomlOptions::may_be_fed_by(std::string_view key) {
    if (!table_.contains(key)) {
        find(key);
        return {};
    }
    used_rails_.push_back({text(key), {part_, line_of(key)}});
    return used_rails_.back().rail;
}

SpiPads TomlOptions::spi() {
    const SpiPads pads{.clock = pad("clock_pad"), .select = pad("select_pad")};
    const std::size_t line = line_of("select_pad");
    accept(claims_.select(pads.select, {part_, line}), line);
    spi_ = pads;
    return pads;
}

I2cPads TomlOptions::i2c(std::uint8_t address) {
    const I2cPads pads{.clock = pad("clock_pad"), .data = pad("data_pad")};
    const std::size_t line = line_of("data_pad");
    accept(claims_.i2c(pads, address, {part_, line}), line);
    i2c_ = I2cPlace{address, pads};
    driven_.insert(driven_.end(), {pads.clock, pads.data});
    return pads;
}

SerialPads TomlOptions::serial() {
    return {.rx = drives("rx_pad"), .tx = pad("tx_pad")};
}

void TomlOptions::finish() const {
    for (const auto& [key, node] : table_)
        if (std::ranges::find(asked_, key.str()) == asked_.end())
            refuse_line(key.source().begin.line,
                        fmt::format("there is no option {} (there are {})", key.str(), fmt::join(asked_, ", ")));
}

}  // namespace k210
