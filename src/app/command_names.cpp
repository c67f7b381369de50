#include "app/command_names.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"

namespace k210::app {
namespace {

using Names = std::vector<std::string>;

// A command below that one, behind the program's name.
std::string as_typed(const CLI::App& of, std::string_view command) {
    return of.get_parent() ? fmt::format("{} {}", of.get_name(), command) : std::string(command);
}
Names names_of_commands(const CLI::App& of) {
    Names names;
    for (const CLI::App* command : of.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(as_typed(of, command->get_name()));
    return names;
}

Names names_of_options(const CLI::App& command) {
    Names names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_snames()) names.push_back("-" + name);
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

// A command that also stands without those below it.
bool takes_files(const CLI::App& command) {
    return !command.get_options([](const CLI::Option* option) { return option->get_positional(); }).empty();
}

bool takes_any_text(const CLI::Option& option) {
    return option.check_lname("type") || option.check_lname("expect") || option.check_lname("fail");
}

std::string needs_a_value(const CLI::Option& option) {
    const std::string text = option.get_option_text();
    return fmt::format("{} needs {}: {}", option.get_name(), text.find(' ') == text.npos ? "a value" : "two values",
                       text);
}

[[noreturn]] void refuse_command(const std::string& typed, const Names& known) {
    const std::string meant = suggestion(typed, known);
    throw InputError(fmt::format("there is no command '{}'{} Commands: {}", typed, meant.empty() ? "." : meant,
                                 fmt::join(known, ", ")));
}

}  // namespace

void check_commands(const CLI::App& program, std::span<char* const> arguments) {
    const CLI::App* command = &program;
    for (const std::string_view argument : arguments.subspan(1)) {
        const Names known = names_of_commands(*command);
        if (known.empty()) return;
        if (argument.starts_with('-')) {
            const Names options = names_of_options(*command);
            // --name=value, -nVALUE
            const auto name = argument.substr(0, argument.starts_with("--") ? argument.find('=') : 2);
            if (std::ranges::find(options, name) == options.end())
                throw InputError(fmt::format("there is no option {}{}", name, suggestion(name, options)));
            return;
        }
        const std::string typed = as_typed(*command, argument);
        const auto found = std::ranges::find(known, typed);
        if (found == known.end()) {
            if (takes_files(*command)) return;
            if (command->get_prefix_command()) return;  // another program's name
            if (command == &program && std::filesystem::exists(argument))
                throw InputError(fmt::format("{0} is no command; to run it: k210emu run {0}", argument));
            refuse_command(typed, known);
        }
        command = command->get_subcommand(std::string(argument));
    }
    if (const Names known = names_of_commands(*command); !known.empty() && command->get_require_subcommand_min() > 0)
        throw InputError(
            fmt::format("{} is not all of a command; commands: {}", command->get_name(), fmt::join(known, ", ")));
}

void check_values(const CLI::App& program, std::span<char* const> arguments) {
    const CLI::App* command = &program;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string argument = arguments[i];
        if (!argument.starts_with('-')) {
            const Names known = names_of_commands(*command);
            if (std::ranges::find(known, as_typed(*command, argument)) != known.end())
                command = command->get_subcommand(argument);
            continue;
        }
        const CLI::Option* const option = command->get_option_no_throw(argument);
        if (!option || takes_any_text(*option)) continue;
        const Names options = names_of_options(*command);
        const auto values = static_cast<std::size_t>(std::max(option->get_items_expected_min(), 0));
        for (std::size_t k = i + 1; k <= i + values && k < arguments.size(); ++k)
            if (std::ranges::find(options, std::string_view(arguments[k])) != options.end())
                throw InputError(fmt::format("{}, and {} is an option", needs_a_value(*option), arguments[k]));
        i += values;
    }
}

std::string complaint(const CLI::App& program, const CLI::ParseError& error) {
    std::string text = error.what();
    const CLI::App* command = &program;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
        const std::string name = text.substr(0, text.find(':'));
        const CLI::Option* const option = command->get_option_no_throw(name);
        if (!option) return text;
        return text.find("At Most") == text.npos ? needs_a_value(*option) : name + " is given more than once";
    }
    if (dynamic_cast<const CLI::ConversionError*>(&error)) {
        const auto begin = text.find("--"), end = text.find(" = ");
        if (begin >= end) return text;
        const std::string name = text.substr(begin, end - begin);
        const CLI::Option* const option = command->get_option_no_throw(name);
        if (option && option->get_items_expected_max() > 0)
            return fmt::format("{} {} is no number that it takes", name, text.substr(end + 3));
        return name + " takes no value";
    }
    if (!dynamic_cast<const CLI::ExtrasError*>(&error)) return text;
    const Names extras = program.remaining(true);
    return extras.empty() ? text : text + suggestion(extras.front(), names_of_options(*command));
}

void refuse_empty_values(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
        if (takes_any_text(*option)) continue;
        for (const std::string& value : option->results())
            if (value.empty()) throw InputError(fmt::format("{}: an empty value", option->get_name()));
    }
}

}  // namespace k210::app
