#include "profile/callees.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace k210::profile {

std::vector<SymbolTable::Symbol> called_by_one(const SymbolTable& named, const FirmwareScan& scan) {
    std::vector<SymbolTable::Symbol> found;
    for (const auto& [function, callers] : scan.callers) {
        if (named.code_at(function) || scan.pointed_at.contains(function)) continue;
        const SymbolTable::Symbol* const caller = named.code_at(callers.front());
        const auto is_that = [&](std::uint64_t site) { return named.code_at(site) == caller; };
        if (!caller || !std::ranges::all_of(callers, is_that)) continue;
        const auto next = scan.called.upper_bound(function);
        if (next == scan.called.end()) continue;
        const std::string_view root = std::string_view(caller->name).substr(0, caller->name.find(" > "));
        found.push_back({function, *next - function, fmt::format("{} > {:#010x}", root, function)});
    }
    return found;
}

}  // namespace k210::profile
