#include "app/image_copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "k210/base/file.hpp"

namespace k210::app {

ImageCopy::ImageCopy(const std::filesystem::path& image) {
    const OutputPlace place = find_output(image);
    if (!place.replaceable()) fail_on(image, "is no regular file");
    check_writable(image);
    path_ = place.target;
    path_.replace_filename(fmt::format(".{}.k210emu-new", place.target.filename().string()));
    FileDescriptor file(::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
    if (!file.valid()) fail_on(image, errno);
    lock_at_once(file, image);
    if (::ftruncate(file.get(), 0) != 0) fail_on(image, errno);
    fd_ = file.get();
    replacement_.emplace(std::move(file), path_, place, image);
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
