#include "profile/known_functions.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "profile/function_shape.hpp"

namespace k210::profile {
namespace {

std::uint64_t take_number(std::string_view& line) {
    constexpr int kHexadecimal = 16;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number, kHexadecimal);
    line.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(end - line.data()) + 1, line.size()));
    return number;
}

}  // namespace

KnownFunctions::KnownFunctions(std::string_view table) {
    while (!table.empty()) {
        std::string_view line = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(line.size() + 1, table.size()));
        if (line.empty() || line.front() == '#') continue;
        const std::uint64_t prefix = take_number(line), tokens = take_number(line), hash = take_number(line);
        by_prefix_[prefix].push_back({tokens, hash, std::string(line)});
    }
    for (auto& [prefix, functions] : by_prefix_)
        std::ranges::sort(functions, std::ranges::greater{}, &Function::tokens);
}

std::vector<SymbolTable::Symbol> KnownFunctions::find_in(std::span<const std::uint8_t> program, std::uint64_t address,
                                                         const FirmwareScan& scan) const {
    std::set<std::uint64_t> beginnings = scan.called;
    beginnings.insert(scan.jumped_to.begin(), scan.jumped_to.end());
    std::vector<SymbolTable::Symbol> found;
    for (const std::uint64_t begin : beginnings) {
        FunctionShape shape(program.subspan(begin - address));
        while (shape.tokens() < FunctionShape::kPrefix && shape.next()) {}
        const auto candidates = by_prefix_.find(shape.prefix());
        if (shape.tokens() < FunctionShape::kPrefix || candidates == by_prefix_.end()) continue;
        const Function* known = nullptr;
        std::size_t bytes = 0;
        for (auto f = candidates->second.rbegin(); f != candidates->second.rend(); ++f) {  // the shortest first
            while (shape.tokens() < f->tokens && shape.next()) {}
            if (shape.tokens() != f->tokens || shape.hash() != f->hash) continue;
            known = &*f;
            bytes = shape.bytes();
        }
        if (known) found.push_back({begin, bytes, known->name});
    }
    return found;
}

}  // namespace k210::profile
