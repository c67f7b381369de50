#include "app/card_file.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/log.hpp"

namespace k210::app {

CardFile::CardFile(const std::filesystem::path& path, Use use)
    : path_(path),
      file_(::open(path.c_str(), (use == Use::write ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {
    if (!file_.valid()) fail_on(path_, errno);
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) fail_on(path_, errno);
    if (!S_ISREG(status.st_mode)) fail_on(path_, "is no regular file");
    if (status.st_size == 0 || status.st_size % static_cast<off_t>(kSectorBytes) != 0)
        fail_on(path_, fmt::format("has {} bytes: a card's image is a number of whole sectors of 512", status.st_size));
    sectors_ = static_cast<std::uint64_t>(status.st_size) / kSectorBytes;
    lock_at_once(file_, path_, use == Use::write ? Lock::exclusive : Lock::shared);
}

void CardFile::read(std::uint64_t sector, Sector& to) const {
    if (const auto before = before_.find(sector); before != before_.end()) {
        to = before->second;
        return;
    }
    const auto got = ::pread(file_.get(), to.data(), to.size(), static_cast<off_t>(sector * kSectorBytes));
    if (got != static_cast<ssize_t>(to.size())) to.fill(0);
}

std::uint64_t CardFile::next_data(std::uint64_t from) const {
    const off_t at = ::lseek(file_.get(), static_cast<off_t>(from * kSectorBytes), SEEK_DATA);
    if (at < 0) return errno == ENXIO ? sectors_ : from;
    return std::max(from, static_cast<std::uint64_t>(at) / kSectorBytes);
}

void CardFile::write(std::uint64_t sector, const Sector& from) {
    if (!before_.contains(sector)) {
        Sector before;
        read(sector, before);
        before_[sector] = before;
    }
    put(sector, from);
}

void CardFile::put(std::uint64_t sector, const Sector& from) {
    const auto put = ::pwrite(file_.get(), from.data(), from.size(), static_cast<off_t>(sector * kSectorBytes));
    if (put != static_cast<ssize_t>(from.size())) fail_on(path_, put < 0 ? errno : ENOSPC);
}

void CardFile::erase(std::uint64_t first, std::uint64_t last) {
    const auto offset = static_cast<off_t>(first * kSectorBytes),
               length = static_cast<off_t>((last - first + 1) * kSectorBytes);
    if (::fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) == 0) return;
    for (std::uint64_t sector = first; sector <= last; ++sector) put(sector, {});
}

void CardFile::sync() {
    if (::fdatasync(file_.get()) != 0) fail_on(path_, errno);
}

void CardFile::undo() {
    if (before_.empty()) return;
    for (const auto& [sector, before] : before_) put(sector, before);
    before_.clear();
    sync();
}

std::optional<std::uint64_t> CardFile::next_written(std::uint64_t from) const {
    const auto next = before_.lower_bound(from);
    return next == before_.end() ? std::nullopt : std::optional(next->first);
}

void CardKeeper::look(CardSlot& slot, SimTime now, Log& log) {
    if (slot.generation() == saved_generation_ || now < after(attempted_at_, kIntervalPs)) return;
    attempted_at_ = now;
    try {
        save(slot);
    } catch (const InputError& failure) { log.host(LogLevel::warn, "card", "{}; trying again", failure.what()); }
}

void CardKeeper::finish(CardSlot& slot) {
    if (slot.generation() != saved_generation_) save(slot);
    if (slot.image() != file_.get() || slot.erased().empty()) return;
    for (const auto& [first, last] : slot.erased()) {
        std::uint64_t from = first;
        for (auto sector = file_->next_written(first); sector && *sector <= last;
             sector = file_->next_written(*sector + 1)) {
            if (from < *sector) file_->erase(from, *sector - 1);
            file_->write(*sector, slot.contents(*sector));
            from = *sector + 1;
        }
        if (from <= last) file_->erase(from, last);
    }
    file_->sync();
}

void CardKeeper::start_over() {
    file_->undo();
    *this = CardKeeper(file_);
}

void CardKeeper::save(CardSlot& slot) {
    const std::uint64_t generation = slot.generation();
    if (slot.image() == file_.get())
        for (const std::uint64_t sector : slot.take_written()) unsaved_[sector] = slot.contents(sector);
    for (const auto& [sector, contents] : unsaved_) file_->write(sector, contents);
    file_->sync();
    unsaved_.clear();
    saved_generation_ = generation;
}

}  // namespace k210::app
