// Functions that serve one other: what they do is done there.
#pragma once
#include <vector>

#include "k210/loader/symbols.hpp"
#include "profile/firmware_scan.hpp"

namespace k210::profile {

// Those without a name that nothing but one function with a name calls: "Image.lens_corr > 0x8004c7dc".
std::vector<SymbolTable::Symbol> called_by_one(const SymbolTable& named, const FirmwareScan& scan);

}  // namespace k210::profile
