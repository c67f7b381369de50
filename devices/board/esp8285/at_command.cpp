#include "board/esp8285/at_command.hpp"

#include <charconv>

namespace k210 {
namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> values(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            values.back() += text[++i];
        else if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == ',' && !quoted)
            values.emplace_back();
        else
            values.back() += text[i];
    }
    return values;
}

}  // namespace

std::optional<AtCommand> AtCommand::parse(std::string_view line) {
    if (!line.starts_with("AT")) return std::nullopt;
    line.remove_prefix(2);
    if (line.starts_with('+')) line.remove_prefix(1);
    AtCommand command;
    const auto name_end = line.find_first_of("?=");
    std::string_view name = line.substr(0, name_end);
    for (const std::string_view kept : {"_CUR", "_DEF"})
        if (name.ends_with(kept)) name.remove_suffix(kept.size());
    command.name = name;
    if (name_end == std::string_view::npos) return command;
    command.form = line[name_end] == '?' ? Form::query : Form::set;
    if (command.form == Form::set) command.values = split(line.substr(name_end + 1));
    return command;
}

std::optional<unsigned> AtCommand::number(std::size_t which) const {
    if (which >= values.size()) return std::nullopt;
    const std::string& text = values[which];
    unsigned value = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stopped != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace k210
