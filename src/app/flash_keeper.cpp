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

void FlashKeeper::begin(const Storage& flash, SimTime now) {
    schedule_ = SaveSchedule(flash.generation());
    if (!file_.exists() || written_) save(flash, now);
}

void FlashKeeper::look(const Storage& flash, SimTime now, Log& log) {
    if (!schedule_.due(now, flash.generation())) return;
    try {
        save(flash, now);
    } catch (const InputError& failure) { log.host(LogLevel::warn, "flash image", "{}; trying again", failure.what()); }
}

void FlashKeeper::finish(const Storage& flash, SimTime now) {
    if (!schedule_.saved(flash.generation())) save(flash, now);
}

void FlashKeeper::save(const Storage& flash, SimTime now) {
    schedule_.attempted(now);
    file_.replace(flash.contents());
    written_ = true;
    schedule_.succeeded(flash.generation());
}

}  // namespace k210::app
