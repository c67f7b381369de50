#include "app/image_copy.hpp"

#include <unistd.h>

#include "k210/base/file.hpp"

namespace k210::app {

ImageCopy::ImageCopy(const std::filesystem::path& image) {
    const OutputPlace place = find_output(image);
    if (!place.replaceable()) fail_on(image, "is no regular file");
    check_writable(image);
    TemporaryFile made = make_temporary_beside(place, image);
    path_ = made.path;
    fd_ = made.file.get();
    replacement_.emplace(std::move(made.file), std::move(made.path), place, image);
}

void ImageCopy::copy_from(const FileDescriptor& file) {
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    if (size < 0 || ::ftruncate(fd_, size) != 0) fail_on(path_, errno);
    for (off_t at = 0; (at = ::lseek(file.get(), at, SEEK_DATA)) >= 0;) {
        const off_t end = ::lseek(file.get(), at, SEEK_HOLE);
        off_t to = at;
        while (at < end) {
            const ssize_t copied = ::copy_file_range(file.get(), &at, fd_, &to, static_cast<std::size_t>(end - at), 0);
            if (copied <= 0) fail_on(path_, copied < 0 ? errno : EIO);
        }
    }
    if (errno != ENXIO) fail_on(path_, errno);  // behind the last data
}

void ImageCopy::commit() {
    replacement_->commit(Replacement::Over::anything);
}

}  // namespace k210::app
