#include "app/growing_file.hpp"

#include <cerrno>
#include <utility>

#include "base/file_access.hpp"

namespace k210::app {

GrowingFile::GrowingFile(std::filesystem::path path) : path_(std::move(path)), file_(open_output(path_)) {}

void GrowingFile::write(std::string_view text) {
    if (!error_ && !write_all(file_.get(), text)) error_ = errno;
}

void GrowingFile::finish() {
    file_.reset();
    if (error_) fail_on(path_, error_);
}

}  // namespace k210::app
