// What keys of the window do with a run's state: save it, go back to what was saved, and record what is done from here
// on, as a snapshot and a record that `--from` and `--replay` take. Files are made in the folder where the user is, and
// replace none.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/recorder.hpp"
#include "app/run_options.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

class WindowStates {
public:
    using Tell = std::function<void(std::string_view)>;  // a line

    // Of the run with these options, and of that firmware, as reports say it.
    WindowStates(const RunOptions& options, std::string firmware_sha256, Tell tell)
        : options_(options), firmware_sha256_(std::move(firmware_sha256)), tell_(std::move(tell)) {}

    // Between steps. What goes wrong is told, and nothing else comes of it.
    void save(Session& session);
    bool go_back(Session& session);  // whether it has
    void record(Session& session);   // begins, or ends

    bool recording() const { return recorder_.has_value(); }
    void hear(std::uint8_t byte) {
        if (recorder_) recorder_->hear(byte);
    }
    void given(const Input& input) {
        if (recorder_) recorder_->given(input);
    }
    void starting_over();  // another machine: nothing of the last one's can be gone back to
    // The run is over. Throws InputError where a record is not whole.
    void finish(const Session& session);

private:
    void attempt(const std::function<void()>& work) const;
    void check_savable() const;

    const RunOptions& options_;
    const std::string firmware_sha256_;
    const Tell tell_;
    std::optional<SessionSnapshot> saved_;
    std::optional<Recorder> recorder_;
    std::string record_file_;
};

}  // namespace k210::app
