// What is said about commands and options that there are none of.
#pragma once
#include <span>
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace k210::app {

// Throws InputError when one of the program's arguments is no command where there has to be one: CLI11 would only say
// that one is required.
void check_commands(const CLI::App& program, std::span<char* const> arguments);

// Throws InputError where an option has no value, but another option behind it: CLI11 would take that for the value.
void check_values(const CLI::App& program, std::span<char* const> arguments);

// What parsing complains of, with what may have been meant by an unknown option.
std::string complaint(const CLI::App& program, const CLI::ParseError& error);

// Throws InputError where a value is empty that may not be: a variable that a script has not set, most often.
void refuse_empty_values(const CLI::App& command);

}  // namespace k210::app
