#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>

#include "app/card_file.hpp"
#include "app/fat_tools.hpp"
#include "app/image_copy.hpp"
#include "app/image_files.hpp"
#include "app/scratch_folder.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string_view text) {
    const std::size_t end = text.find_last_not_of(' ');
    return std::string(end == text.npos ? text.substr(0, 0) : text.substr(0, end + 1));
}

// mdir's rows: eight letters, three, size or <DIR>, date, time, and a long name where there is one.
constexpr std::size_t kExtensionAt = 9, kSizeAt = 12, kDateAt = 23, kLongNameAt = 42;
constexpr std::string_view kFolderLine = "Directory for ::";

std::string name_in(std::string_view row) {
    if (row.size() > kLongNameAt) return trimmed(row.substr(kLongNameAt));
    const std::string extension = trimmed(row.substr(kExtensionAt, kSizeAt - kExtensionAt));
    return trimmed(row.substr(0, kExtensionAt)) + (extension.empty() ? "" : "." + extension);
}

class FatFiles final : public ImageFiles {
public:
    FatFiles(const fs::path& image, Access access, std::uint64_t first_sector)
        : image_(image), lock_(image, access == Access::change ? CardFile::Use::write : CardFile::Use::read) {
        if (access == Access::change) {
            copy_.emplace(image);
            copy_->copy_from(open_input(image));
        }
        fat_ = fat_in(copy_ ? copy_->path() : image, first_sector);
    }

    std::vector<Entry> list() override {
        std::vector<Entry> entries;
        // Of an empty card the recursive listing says that it is not there.
        if (run_tool(image_, {"mdir", "-a", "-i", fat_, "::/"}).find("\nNo files\n") != std::string::npos)
            return entries;
        std::istringstream rows(run_tool(image_, {"mdir", "-a", "-/", "-i", fat_, "::/"}));
        std::string folder;
        for (std::string row; std::getline(rows, row);) {
            if (row.starts_with(kFolderLine)) {
                folder = row.substr(kFolderLine.size() + 1);  // without the slash
                if (!folder.empty()) folder += '/';
            } else if (row.size() > kDateAt && row[0] != ' ' && row[kSizeAt] == ' ' && row[0] != '.') {
                const bool directory = row.find("<DIR>") == kSizeAt + 1;
                std::uint64_t bytes = 0;
                const char* const size = row.data() + row.find_first_not_of(' ', kSizeAt);
                if (!directory) std::from_chars(size, row.data() + kDateAt, bytes);
                entries.push_back({folder + name_in(row) + (directory ? "/" : ""), bytes, {}});
            }
        }
        std::ranges::sort(entries, {}, &Entry::name);
        return entries;
    }

    std::vector<std::uint8_t> get(const std::string& name) override {
        run_tool(image_, {"mcopy", "-n", "-i", fat_, "::/" + name, scratch("file").string()});
        return read_file(scratch("file"), SIZE_MAX);
    }

    void put(const std::string& name, std::vector<std::uint8_t> bytes) override {
        const auto there = list();
        const auto has = [&](const std::string& wanted) {
            return std::ranges::find(there, wanted, &Entry::name) != there.end();
        };
        std::string folder;
        for (const fs::path& part : fs::path(name).relative_path().parent_path()) {
            folder += part.string();
            if (!has(folder + "/")) run_tool(image_, {"mmd", "-i", fat_, "::/" + folder});
            folder += "/";
        }
        write_file_atomically(scratch("file"), bytes);
        run_tool(image_, {"mcopy", "-o", "-Q", "-i", fat_, scratch("file").string(), "::/" + name});
    }

    void remove(const std::string& name) override { run_tool(image_, {"mdel", "-i", fat_, "::/" + name}); }

    void commit() override { copy_->commit(); }

private:
    fs::path scratch(std::string_view name) {
        if (!scratch_) scratch_.emplace("k210emu-fs");
        return *scratch_ / name;
    }

    const fs::path image_;
    const CardFile lock_;
    std::optional<ImageCopy> copy_;
    std::optional<ScratchFolder> scratch_;
    std::string fat_;
};

}  // namespace

std::unique_ptr<ImageFiles> open_fat(const fs::path& image, Access access, std::uint64_t first_sector) {
    return std::make_unique<FatFiles>(image, access, first_sector);
}

}  // namespace k210::app
