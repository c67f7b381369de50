// The files in a file system that an image holds: MaixPy's SPIFFS in a flash, or FAT on a card.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "spiffs/spiffs.hpp"

namespace k210::app {

// All of these throw InputError: "image: why".
class ImageFiles {
public:
    struct Entry {
        std::string name;
        std::uint64_t bytes;
        std::string damage;  // why it cannot be read; empty when it can
    };
    virtual ~ImageFiles() = default;
    virtual std::vector<Entry> list() = 0;
    virtual std::vector<std::uint8_t> get(const std::string& name) = 0;
    virtual void put(const std::string& name, std::vector<std::uint8_t> bytes) = 0;
    virtual void remove(const std::string& name) = 0;
    // Until then the image is as it was; then all of it has changed.
    virtual void commit() = 0;
};

// Where a SPIFFS lies in a flash: MaixPy's, unless another build has it elsewhere.
struct SpiffsPlace {
    std::uint32_t address = spiffs::kMaixPyAddress;
    spiffs::Geometry geometry;
};

enum class Access : std::uint8_t { read, change };

// Whatever the image holds. To change it, it is locked.
std::unique_ptr<ImageFiles> open_image(const std::filesystem::path& image, Access access, const SpiffsPlace& place);

// These two know that it is one.
std::unique_ptr<ImageFiles> open_spiffs(const std::filesystem::path& image, Access access, const SpiffsPlace& place);
std::unique_ptr<ImageFiles> open_fat(const std::filesystem::path& image, Access access, std::uint64_t first_sector);

// The bytes of a SPIFFS in a flash. Throws InputError when it does not fit there.
std::span<const std::uint8_t> spiffs_in(std::span<const std::uint8_t> flash, const SpiffsPlace& place,
                                        const std::string& name);

}  // namespace k210::app
