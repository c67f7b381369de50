// Functions of public libraries, known again in firmware that has no symbols.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "k210/loader/symbols.hpp"
#include "profile/firmware_scan.hpp"

namespace k210::profile {

class KnownFunctions {
public:
    // `table`: a line for each function, "PREFIX TOKENS HASH NAME", numbers in hexadecimal, as tools/function_names
    // writes it.
    explicit KnownFunctions(std::string_view table);

    // Those in the program that lies at `address`. A name stands for what begins there; several that cannot be told
    // apart are "a or b".
    std::vector<SymbolTable::Symbol> find_in(std::span<const std::uint8_t> program, std::uint64_t address,
                                             const FirmwareScan& scan) const;

private:
    struct Function {
        std::size_t tokens;
        std::uint64_t hash;
        std::string name;
    };
    std::unordered_map<std::uint64_t, std::vector<Function>> by_prefix_;  // the longest first
};

}  // namespace k210::profile
