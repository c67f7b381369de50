// What a debugger shows of the chip's blocks: nothing notices that it is looked at.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace k210 {

struct FieldView {
    std::string name;
    unsigned msb, lsb;
    std::uint32_t value;
};

struct RegisterView {
    std::string name;
    std::uint32_t offset_bytes;
    std::uint32_t value;
    std::vector<FieldView> fields;  // none: a plain number
};

struct DeviceView {
    std::string name;
    std::uint32_t base = 0;                    // address of its window
    std::vector<RegisterView> registers = {};  // in order of offset
};

// A hart's access to a device.
struct DeviceAccess {
    std::string device;
    std::uint32_t address;
    unsigned size_bytes;
    bool is_write;
    std::uint32_t value;
};

}  // namespace k210
