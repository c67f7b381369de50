#include "app/flash_keeper.hpp"

#include <fmt/format.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/loader/flash_image.hpp"

namespace k210::app {

bool SaveSchedule::due(SimTime now, std::uint64_t generation) {
    if (generation != seen_generation_) {
        if (saved(seen_generation_)) unsaved_since_ = looked_at_;  // it changed after that
        seen_generation_ = generation;
        changed_at_ = now;
    }
    looked_at_ = now;
    if (saved(generation)) return false;
    const auto passed = [now](SimTime since) { return now.ps - since.ps; };
    if (passed(attempted_at_) < kIntervalPs) return false;
    return passed(changed_at_) >= kQuietPs || passed(unsaved_since_) >= kPatiencePs;
}

FlashKeeper::FlashKeeper(const std::filesystem::path& path, std::size_t size_bytes) : file_(path) {
    if (!file_.exists()) {
        contents_.assign(size_bytes, kErasedByte);
        return;
    }
    if (file_.size_bytes() != size_bytes)
        throw InputError(
            fmt::format("{}: is no whole flash: it has {} bytes, not {}; --flash-image takes what an "
                        "earlier run made, or a new name",
                        path.string(), file_.size_bytes(), size_bytes));
    contents_ = file_.read();
    if (const RecognizedFile file = recognize_file(contents_);
        file.certain && file.kind != FileKind::unknown && file.kind != FileKind::erased)
        throw InputError(fmt::format("{}: is {}, no flash", path.string(), file.name));
}

void FlashKeeper::begin(const Machine& machine) {
    schedule_ = SaveSchedule(machine.flash_generation());
    if (!file_.exists() || written_) save(machine);
}

void FlashKeeper::look(const Machine& machine, Log& log) {
    if (!schedule_.due(machine.now(), machine.flash_generation())) return;
    try {
        save(machine);
    } catch (const InputError& failure) { log.host(LogLevel::warn, "flash image", "{}; trying again", failure.what()); }
}

void FlashKeeper::finish(const Machine& machine) {
    if (!schedule_.saved(machine.flash_generation())) save(machine);
}

void FlashKeeper::save(const Machine& machine) {
    schedule_.attempted(machine.now());
    file_.replace(machine.flash());
    written_ = true;
    schedule_.succeeded(machine.flash_generation());
}

}  // namespace k210::app
