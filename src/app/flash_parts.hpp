// What lies in a flash, told by its contents alone.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace k210::app {

struct FlashPart {
    std::uint32_t address;
    std::span<const std::uint8_t> bytes;
    std::string name;  // for a file of it: "0x300000.kmodel"
    std::string what;  // for people: "a kmodel of version 4"
};

// In their order. Erased flash is no part; a part ends with its last byte that is not erased.
std::vector<FlashPart> find_flash_parts(std::span<const std::uint8_t> flash);

// What bytes in a flash, or for one, plainly are: "data" when nothing tells.
std::string describe_flash_part(std::span<const std::uint8_t> bytes);

}  // namespace k210::app
