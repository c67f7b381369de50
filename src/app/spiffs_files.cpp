#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/image_files.hpp"
#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/kept_file.hpp"

namespace k210::app {
namespace {

// As MaixPy stores names: vfs_spiffs.c@d8901fd puts a slash before those without [sdk].
std::string stored(const std::string& name) {
    return name.starts_with('/') ? name : "/" + name;
}
std::string shown(const std::string& name) {
    return name.starts_with('/') ? name.substr(1) : name;
}

class SpiffsFiles final : public ImageFiles {
public:
    SpiffsFiles(const std::filesystem::path& image, Access access, const SpiffsPlace& place)
        : image_(image), place_(place) {
        if (access == Access::change) kept_.emplace(image);
        flash_ = kept_ ? kept_->read() : read_file(image);
        contents_ = spiffs::read(spiffs_in(flash_, place, image.string()), place.geometry);
    }

    std::vector<Entry> list() override {
        std::vector<Entry> entries;
        for (const auto& file : contents_.files) entries.push_back({shown(file.name), file.bytes.size(), {}});
        for (const auto& file : contents_.damaged) entries.push_back({shown(file.name), 0, file.why});
        return entries;
    }

    std::vector<std::uint8_t> get(const std::string& name) override {
        for (const auto& file : contents_.damaged)
            if (file.name == stored(name)) fail_on(image_, fmt::format("{} is damaged: {}", name, file.why));
        const auto file = find(name);
        if (file == contents_.files.end()) fail_on(image_, fmt::format("has no file '{}'", name));
        return file->bytes;
    }

    void put(const std::string& name, std::vector<std::uint8_t> bytes) override {
        if (const auto file = find(name); file != contents_.files.end())
            file->bytes = std::move(bytes);
        else
            contents_.files.push_back({stored(name), std::move(bytes)});
        std::erase_if(contents_.damaged, [&](const auto& file) { return file.name == stored(name); });
    }

    void remove(const std::string& name) override {
        const auto named = [&](const auto& file) { return file.name == stored(name); };
        if (std::erase_if(contents_.files, named) + std::erase_if(contents_.damaged, named) == 0)
            fail_on(image_, fmt::format("has no file '{}'", name));
    }

    void commit() override {
        if (!contents_.damaged.empty())
            fail_on(image_, fmt::format("{} is damaged, and would be lost: {}; remove it first",
                                        shown(contents_.damaged[0].name), contents_.damaged[0].why));
        try {
            const auto made = spiffs::make(contents_.files, place_.geometry);
            std::copy(made.begin(), made.end(), flash_.begin() + place_.address);
        } catch (const InputError& error) { fail_on(image_, error.what()); }
        kept_->replace(flash_);
    }

private:
    std::vector<spiffs::File>::iterator find(const std::string& name) {
        return std::ranges::find(contents_.files, stored(name), &spiffs::File::name);
    }

    const std::filesystem::path image_;
    const SpiffsPlace place_;
    std::optional<KeptFile> kept_;
    std::vector<std::uint8_t> flash_;
    spiffs::Contents contents_;
};

}  // namespace

std::span<const std::uint8_t> spiffs_in(std::span<const std::uint8_t> flash, const SpiffsPlace& place,
                                        const std::string& name) {
    if (place.address > flash.size() || place.geometry.size_bytes > flash.size() - place.address)
        throw InputError(fmt::format("{}: has {:#x} bytes: no {:#x} at {:#x} for a file system", name, flash.size(),
                                     place.geometry.size_bytes, place.address));
    return flash.subspan(place.address, place.geometry.size_bytes);
}

std::unique_ptr<ImageFiles> open_spiffs(const std::filesystem::path& image, Access access, const SpiffsPlace& place) {
    return std::make_unique<SpiffsFiles>(image, access, place);
}

}  // namespace k210::app
