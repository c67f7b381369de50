// A line as a module with AT commands takes it: "AT+CIPSTART="TCP","10.0.0.1",80".
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

struct AtCommand {
    enum class Form { execute, query, set };  // nothing, "?" or "=" and values behind the name

    std::string name;  // without AT, "+" and what says where a setting is kept (_CUR, _DEF); of ATE0 it is E0
    Form form = Form::execute;
    std::vector<std::string> values;  // without their quotes

    static std::optional<AtCommand> parse(std::string_view line);
    // Nothing: there is none such, or it is no number.
    std::optional<unsigned> number(std::size_t which) const;
};

}  // namespace k210
