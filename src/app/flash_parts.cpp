#include "app/flash_parts.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/file_kind.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/flash_image.hpp"
#include "spiffs/spiffs.hpp"

namespace k210::app {
namespace {

// What is flashed begins at a sector; firmware that boot loaders start, at a block of 64 KiB.
constexpr std::size_t kSectorBytes = 4096, kFirmwareStepBytes = 65536;
constexpr spiffs::Geometry kMaixPySpiffs;

bool is_erased(std::span<const std::uint8_t> bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == kErasedByte; });
}

std::span<const std::uint8_t> without_erased_end(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty() && bytes.back() == kErasedByte) bytes = bytes.first(bytes.size() - 1);
    return bytes;
}

bool is_maixpy_spiffs(std::span<const std::uint8_t> bytes) {
    return bytes.size() == kMaixPySpiffs.size_bytes && spiffs::is_spiffs(bytes, kMaixPySpiffs);
}

class Finder {
public:
    explicit Finder(std::span<const std::uint8_t> flash) : flash_(flash) {}

    std::vector<FlashPart> parts() {
        constexpr std::size_t kNone = SIZE_MAX;
        std::size_t begin = kNone;
        for (std::size_t at = 0; at < flash_.size();) {
            const std::size_t whole = whole_part_at(at);
            const bool erased = whole == 0 && is_erased(sector(at));
            if (begin != kNone && (whole != 0 || erased || is_model(at))) {
                add(begin, at);
                begin = kNone;
            }
            if (whole != 0) {
                add(at, at + whole);
                at += whole;
                // The rest of its last sector.
                const std::size_t next = std::min((at + kSectorBytes - 1) / kSectorBytes * kSectorBytes, flash_.size());
                if (!is_erased(flash_.subspan(at, next - at))) begin = at;
                at = next;
            } else {
                if (!erased && begin == kNone) begin = at;
                at += kSectorBytes;
            }
        }
        if (begin != kNone) add(begin, flash_.size());
        return std::move(parts_);
    }

private:
    std::span<const std::uint8_t> sector(std::size_t at) const {
        return flash_.subspan(at, std::min(kSectorBytes, flash_.size() - at));
    }
    // How long what begins there is, where that tells by itself: firmware, or MaixPy's file system.
    std::size_t whole_part_at(std::size_t at) const {
        if (at == spiffs::kMaixPyAddress &&
            is_maixpy_spiffs(flash_.subspan(at, std::min<std::size_t>(kMaixPySpiffs.size_bytes, flash_.size() - at))))
            return kMaixPySpiffs.size_bytes;
        return at % kFirmwareStepBytes == 0 ? find_boot_image(flash_.subspan(at)) : 0;
    }
    bool is_model(std::size_t at) const {
        const RecognizedFile file = recognize_file(sector(at));
        return file.certain && is_kmodel(file.kind);
    }
    void add(std::size_t begin, std::size_t end) {
        const auto address = static_cast<std::uint32_t>(begin);
        const auto all = flash_.subspan(begin, end - begin);
        std::string what = describe_flash_part(all);
        const auto bytes = is_maixpy_spiffs(all) ? all : without_erased_end(all);
        const char* const extension = is_kmodel(recognize_file(bytes).kind) ? "kmodel" : "bin";
        parts_.push_back({address, bytes, fmt::format("{:#x}.{}", address, extension), std::move(what)});
    }

    const std::span<const std::uint8_t> flash_;
    std::vector<FlashPart> parts_;
};

}  // namespace

std::vector<FlashPart> find_flash_parts(std::span<const std::uint8_t> flash) {
    return Finder(flash).parts();
}

std::string describe_flash_part(std::span<const std::uint8_t> bytes) {
    if (find_boot_image(bytes) != 0) return bytes[0] == 0 ? "firmware" : "firmware, encrypted";
    if (is_maixpy_spiffs(bytes)) {
        const spiffs::Contents contents = spiffs::read(bytes, kMaixPySpiffs);
        const std::size_t files = contents.files.size() + contents.damaged.size();
        return fmt::format("SPIFFS of MaixPy, {} file{}", files, files == 1 ? "" : "s");
    }
    const RecognizedFile file = recognize_file(bytes);
    return file.certain && !file.name.empty() ? file.name : "data";
}

}  // namespace k210::app
