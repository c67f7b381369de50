// Errors of what the user handed in: files, options, configuration.
#pragma once
#include <stdexcept>
#include <string>

namespace k210 {

// Bad input. what() is one line: which file or option, where in it, and why.
// Thrown while a machine is being configured, never while a guest runs; applications catch it and exit with status 2.
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace k210
