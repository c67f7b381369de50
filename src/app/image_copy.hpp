// A new image on its way to an image's place: made or changed under another name beside it, and then put there at once.
#pragma once
#include <filesystem>
#include <optional>

#include "base/file_access.hpp"

namespace k210::app {

class ImageCopy {
public:
    // An empty one for that place. Throws InputError, as all of these.
    explicit ImageCopy(const std::filesystem::path& image);

    const std::filesystem::path& path() const { return path_; }
    // Holes stay holes.
    void copy_from(const FileDescriptor& file);
    void commit();

private:
    std::filesystem::path path_;
    std::optional<Replacement> replacement_;
    int fd_ = -1;  // the replacement's
};

}  // namespace k210::app
