#include "suite/discovery.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <re2/re2.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& file) {
    return file.extension() == ".yaml" || file.extension() == ".yml";
}

// By its text, so that one with a mistake in it is not passed over in silence.
bool has_steps(const fs::path& file) {
    static const re2::RE2 kKey(R"((?m)^(?:steps|"steps"|'steps')\s*:)");
    const auto bytes = read_file(file);
    return re2::RE2::PartialMatch({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kKey);
}

std::vector<fs::path> scenarios_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (at->path().filename().string().starts_with('.')) {
            at.disable_recursion_pending();
            continue;
        }
        std::error_code not_there;
        if (at->is_regular_file(not_there) && is_yaml(at->path()) && has_steps(at->path()))
            found.push_back(at->path().lexically_normal());
    }
    if (error) fail_on(folder, error.message());
    return found;
}

}  // namespace

std::vector<fs::path> find_scenarios(std::span<const fs::path> paths) {
    std::vector<fs::path> all;
    for (const fs::path& path : paths) {
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (!fs::exists(status)) fail_on(path, "No such file or directory");
        if (!fs::is_directory(status)) {
            all.push_back(path.lexically_normal());
            continue;
        }
        const auto found = scenarios_in(path);
        if (found.empty()) fail_on(path, "there is no scenario in it: no YAML file with steps");
        all.insert(all.end(), found.begin(), found.end());
    }
    std::ranges::sort(all);
    std::set<fs::path> known;
    std::erase_if(all, [&](const fs::path& file) { return !known.insert(fs::weakly_canonical(file)).second; });
    return all;
}

}  // namespace k210::suite
