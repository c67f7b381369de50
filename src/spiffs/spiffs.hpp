// The SPIFFS in which MaixPy keeps its /flash, read from and made into a flash's bytes, without a guest.
//
// Nothing is written into a file system as it is: one with other files is made anew, as a guest would have filled it
// after formatting. That leaves no deleted pages; what blocks were erased before is forgotten.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace k210::spiffs {

// MaixPy's: components/spiffs/Kconfig@d8901fd and every projects/*/config_defaults.mk [sdk].
struct Geometry {
    std::uint32_t size_bytes = 0x30'0000, block_bytes = 0x2'0000, page_bytes = 0x1000, name_bytes = 128;
};
inline constexpr std::uint32_t kMaixPyAddress = 0xd0'0000;

struct File {
    std::string name;  // MaixPy's begin with a slash
    std::vector<std::uint8_t> bytes;
    bool operator==(const File&) const = default;
};

struct Contents {
    std::vector<File> files;  // in the order in which the guest lists them
    struct Damage {
        std::string name, why;
    };
    std::vector<Damage> damaged;  // that cannot be read whole
};

// Throws InputError: why no file system can be so.
void check(const Geometry& geometry);

// Whether a guest would mount it. `area` is as large as the geometry says.
bool is_spiffs(std::span<const std::uint8_t> area, const Geometry& geometry);
// What a guest finds in there; nothing where there is no file system.
Contents read(std::span<const std::uint8_t> area, const Geometry& geometry);

// An area with these files; without any, one that has been formatted. Throws InputError: a name that is not possible,
// or that there is no room.
std::vector<std::uint8_t> make(std::span<const File> files, const Geometry& geometry);

struct Room {
    std::uint64_t used_bytes, total_bytes;  // in whole pages
};
Room room(std::span<const File> files, const Geometry& geometry);

}  // namespace k210::spiffs
