// A folder of a test's own, gone with it; and the text of the InputError that something throws.
#pragma once
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "k210/base/error.hpp"

namespace k210 {

class TempDir {
public:
    TempDir() {
        std::string name = (std::filesystem::temp_directory_path() / "k210_test_XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw std::filesystem::filesystem_error("mkdtemp", name, std::error_code(errno, std::generic_category()));
        path_ = name;
    }
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    template <class Bytes>
    std::filesystem::path write(std::string_view name, const Bytes& bytes) const {
        std::ofstream file(path_ / name, std::ios::binary);
        file.write(reinterpret_cast<const char*>(std::data(bytes)), static_cast<std::streamsize>(std::size(bytes)));
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

// Empty when nothing was thrown. Other exceptions pass.
template <class F>
std::string input_error_of(F&& f) {
    try {
        f();
    } catch (const InputError& error) { return error.what(); }
    return {};
}

}  // namespace k210
