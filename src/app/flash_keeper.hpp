// The file of --flash-image: a board's flash that lasts from run to run.
//
// What the guest has written is in the file one guest second later at the latest, so that a run that is killed loses no
// more than that. The whole file is replaced each time. That is done at moments when the guest has left the flash alone
// for a little while: file systems take several operations for one change.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "k210/base/kept_file.hpp"
#include "k210/base/log.hpp"
#include "k210/base/units.hpp"
#include "k210/part/ports.hpp"

namespace k210::app {

// When contents that change now and then are to be saved. A generation is a state of them.
class SaveSchedule {
public:
    static constexpr std::uint64_t kQuietPs = ps_from_us(4'000);       // two steps of the run loop
    static constexpr std::uint64_t kIntervalPs = ps_from_us(500'000);  // between two saves
    static constexpr std::uint64_t kPatiencePs = ps_from_us(900'000);  // for a quiet moment

    explicit SaveSchedule(std::uint64_t saved_generation = 0)
        : saved_generation_(saved_generation), seen_generation_(saved_generation) {}

    // To be asked after every step of some milliseconds.
    bool due(SimTime now, std::uint64_t generation);
    bool saved(std::uint64_t generation) const { return generation == saved_generation_; }
    // Also when saving failed: it is tried again at the next change, or at the end.
    void attempted(SimTime now) { attempted_at_ = now; }
    void succeeded(std::uint64_t generation) { saved_generation_ = generation; }

private:
    std::uint64_t saved_generation_, seen_generation_;
    SimTime looked_at_, changed_at_, attempted_at_;
    SimTime unsaved_since_;
};

class FlashKeeper {
public:
    // Locks the file. Throws InputError unless it is a whole flash of that size, or nothing yet; touches nothing.
    FlashKeeper(const std::filesystem::path& path, std::size_t size_bytes);

    const std::vector<std::uint8_t>& contents() const { return contents_; }  // at the start; erased when new

    // The machine is about to run: the file is made if there is none. Again for each machine that takes another's
    // place. Throws InputError.
    void begin(const Storage& flash, SimTime now);
    // After each step. What goes wrong is reported, and tried again.
    void look(const Storage& flash, SimTime now, Log& log);
    // The run is over. Throws InputError.
    void finish(const Storage& flash, SimTime now);

private:
    void save(const Storage& flash, SimTime now);

    KeptFile file_;
    std::vector<std::uint8_t> contents_;
    SaveSchedule schedule_;
    bool written_ = false;  // by this run
};

}  // namespace k210::app
