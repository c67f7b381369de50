// What a scenario leaves in its folder. What cannot be written is told with its result, and is no failure of its own.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/growing_file.hpp"
#include "app/kpu_layer_times.hpp"
#include "app/recorder.hpp"
#include "k210/base/error.hpp"
#include "k210/host/picture.hpp"
#include "scenario/last_second.hpp"
#include "scenario/result.hpp"

namespace k210::app {

class ScenarioArtifacts {
public:
    // Makes the folder when it is not there. `now`: of the guest.
    ScenarioArtifacts(std::filesystem::path folder, std::function<SimTime()> now);

    // Before the session is made.
    void record(RecordedParts parts);

    void making(MachineConfig& config);
    void starting_over();
    void console_says(std::uint8_t byte);
    void log(std::string_view line);
    void given(const Input& input);
    void began(const scenario::Step& step);
    void looked(Session& session);
    void keep_picture(std::string_view name, const Picture& picture);

    void ending(const Session& session);
    // The last ones; `begun_from`: a snapshot. Says in the result what has not been kept.
    void finish(scenario::Result& result, const std::optional<std::filesystem::path>& begun_from);

    const std::filesystem::path& folder() const { return folder_; }
    template <class Write>
    void attempt(Write write) {
        try {
            write();
        } catch (const InputError& error) { lost_.emplace_back(error.what()); }
    }

private:
    void open();
    void keep_what_tells_why(const std::optional<std::filesystem::path>& begun_from);

    const std::filesystem::path folder_;
    const std::function<SimTime()> now_;
    std::optional<GrowingFile> console_, log_;
    std::string said_;                        // and not written yet
    std::optional<std::string> said_before_;  // by the guest, where it has begun
    std::optional<KpuLayerTimes> layers_;
    std::optional<Recorder> recorder_;
    scenario::LastSecond last_second_;
    std::optional<SimTime> end_;
    std::vector<std::string> lost_;
};

}  // namespace k210::app
