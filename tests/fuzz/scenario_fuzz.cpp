// Scenario files, and sequences of Krux: each is refused, or is a list of steps for each of the first combinations of
// its matrix.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "k210/base/error.hpp"
#include "scenario/krux_sequence.hpp"
#include "scenario/matrix.hpp"
#include "scenario/read_scenario.hpp"

namespace {

using namespace k210;
namespace fs = std::filesystem;

// With a few files to name.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "scenario_fuzz_XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        write("steps.yaml", "- wait: 1\n");
        write("boot.yaml", "matrix: {n: [1, 2]}\nsteps: []\n");
        write("a.png", "P3 1 1 255 1 2 3\n");
        write("a.txt", "wait 1\nx3 press BUTTON_A\n");
        write("a.py", "print(1)\n");
        write("a.py.exp", "1\n");
        write("a.bin", "x");
    }
    ~Folder() { fs::remove_all(path_); }
    fs::path write(std::string_view name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

void read_all_of(const fs::path& file) {
    constexpr std::size_t kMostRows = 3;
    const auto rows = scenario::Matrix(file).combinations({{"timing", {"instructions"}}});
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
        try {
            scenario::read_scenario(file, rows[i]);
        } catch (const InputError&) {}
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const Folder folder;
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    // Nothing of the machine that it runs on is looked at: that could be anything, and take any time.
    if (text.find("/") != text.npos || text.find("..") != text.npos) return 0;
    try {
        if (text.starts_with('!'))
            scenario::read_krux_sequence(folder.write("fuzzed.txt", text.substr(1)), find_board("amigo"));
        else
            read_all_of(folder.write("fuzzed.yaml", text));
    } catch (const InputError&) {}
    return 0;
}
