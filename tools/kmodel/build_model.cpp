// usage: build_model DIGITS.json OUTPUT.kmodel
#include <cstdio>
#include <exception>

#include "k210/base/file.hpp"
#include "tools/kmodel/digits_model.hpp"

int main(int count, char** arguments) try {
    if (count != 3) {
        std::fprintf(stderr, "usage: build_model DIGITS.json OUTPUT.kmodel\n");
        return 2;
    }
    const std::vector<std::uint8_t> json = k210::read_file(arguments[1]);
    const std::string_view text(reinterpret_cast<const char*>(json.data()), json.size());
    k210::write_file_atomically(arguments[2], k210::kmodel::build_digits_model(arguments[1], text));
} catch (const std::exception& e) {
    std::fprintf(stderr, "build_model: %s\n", e.what());
    return 2;
}
