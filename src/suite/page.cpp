#include "suite/page.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "base/page_data.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "suite/artifact_folder.hpp"
#include "suite/page_template.hpp"

namespace k210::suite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using scenario::Status;

constexpr std::size_t kMostOfPassed = std::size_t{16} << 20;  // bytes of pictures of scenarios that need no look

std::string last_picture() {
    return "last.png";
}

class Pictures {
public:
    explicit Pictures(fs::path artifacts) : artifacts_(std::move(artifacts)) {}

    Json of(const CaseResult& test) {
        const bool passed = test.result.status == Status::passed;
        Json pictures = Json::array();
        for (const std::string& name : test.artifacts) {
            if (!name.ends_with(".png") || (passed && (name != last_picture() || of_passed_ > kMostOfPassed))) continue;
            try {
                const auto bytes = read_file(artifacts_ / test.folder / name);
                if (passed) of_passed_ += bytes.size();
                pictures.push_back({{"name", name}, {"png", base64(bytes)}});
            } catch (const InputError&) {}  // it has gone since
        }
        return pictures;
    }

private:
    const fs::path artifacts_;
    std::size_t of_passed_ = 0;
};

std::string timeline_of(const CaseResult& test, const fs::path& artifacts) {
    if (std::ranges::find(test.artifacts, kTimelineFile) == test.artifacts.end()) return {};
    try {
        const auto bytes = read_file(artifacts / test.folder / kTimelineFile);
        return {bytes.begin(), bytes.end()};
    } catch (const InputError&) { return {}; }  // as above
}

}  // namespace

std::string page(const Results& results, const fs::path& artifacts) {
    Json json = Json::parse(to_json_text(results));
    json["summary"] = summary(results);
    Pictures pictures(artifacts);
    for (std::size_t i = 0; i < results.cases.size(); ++i) {
        Json& shown = json["scenarios"][i];
        shown["pictures"] = pictures.of(results.cases[i]);
        shown["timeline"] = timeline_of(results.cases[i], artifacts);
        if (const auto replay = replay_command(results.cases[i], artifacts)) shown["replay"] = *replay;
    }
    return page_with(page_template(), json.dump(-1, ' ', true));
}

}  // namespace k210::suite
