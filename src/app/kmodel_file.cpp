#include "app/kmodel_file.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/kfpkg.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

// Of "a:b" where "a" is a file and "a:b" is none: "a" and "b".
std::pair<fs::path, std::optional<std::string>> split(const fs::path& argument) {
    const std::string text = argument.string();
    std::error_code error;
    if (!fs::exists(argument, error))
        for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1))
            if (fs::is_regular_file(text.substr(0, colon), error))
                return {text.substr(0, colon), text.substr(colon + 1)};
    return {argument, {}};
}

}  // namespace

ModelFile load_model_file(const fs::path& argument) {
    const auto parts = split(argument);
    const fs::path& path = parts.first;
    const std::optional<std::string>& wanted = parts.second;
    std::vector<std::uint8_t> bytes = read_file(path);
    const std::string where = path.string(), name = path.filename().string();
    if (!is_zip(bytes)) {
        if (wanted) throw InputError(fmt::format("{}: is no package, so it has no part '{}'", where, *wanted));
        return {name, where, std::move(bytes)};
    }
    std::vector<std::string> models;
    std::optional<ModelFile> found;
    read_kfpkg(bytes, where, kMaxFlashBytes, [&](const std::string& part, std::uint32_t, const auto& contents) {
        const bool model = is_kmodel(recognize_file(contents).kind);
        if (model) models.push_back(fmt::format("{}:{}", where, part));
        if (wanted ? part == *wanted : model)
            found = ModelFile{fmt::format("{}:{}", name, part), fmt::format("{}:{}", where, part), contents};
    });
    if (wanted ? found.has_value() : models.size() == 1) return std::move(*found);
    if (models.empty()) throw InputError(fmt::format("{}: is a package without a model", where));
    if (wanted)
        throw InputError(
            fmt::format("{}: has no part '{}'; its models are {}", where, *wanted, fmt::join(models, ", ")));
    throw InputError(
        fmt::format("{}: is a package of {} models: say which, {}", where, models.size(), fmt::join(models, " or ")));
}

}  // namespace k210::app
