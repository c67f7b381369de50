// Every kind of part that a board file may name.
#pragma once
#include <span>
#include <string_view>

#include "k210/part/part.hpp"

namespace k210 {

std::span<const PartKind> part_kinds();                 // ordered by name
const PartKind* find_part_kind(std::string_view name);  // nullptr: there is none

}  // namespace k210
