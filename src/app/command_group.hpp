// Commands of a group, such as those of `k210emu kmodel`: each with options of its own.
#pragma once
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command_names.hpp"

namespace k210::app {

// `add` declares the options, `work` uses them and returns the exit status.
template <class Options, class Add, class Work>
void add_command(CLI::App& group, std::function<int()>& chosen, const char* name, const char* help, Add add,
                 Work work) {
    CLI::App* command = group.add_subcommand(name, help);
    const auto options = std::make_shared<Options>();
    add(*command, *options);
    command->callback([command, &chosen, options, work] {
        refuse_empty_values(*command);
        chosen = [options, work] { return work(*options); };
    });
}

}  // namespace k210::app
