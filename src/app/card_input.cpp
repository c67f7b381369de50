#include "app/card_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kImage = "card.img";

}  // namespace

CardInput::CardInput(const RunOptions& options) : layout_(options.sd_layout.value_or(CardLayout::mbr)) {
    if (options.sd && options.sd_snapshot) throw InputError("--sd and --sd-snapshot: a board has one card slot");
    if (options.sd_write_back && !options.sd) throw InputError("--sd-write-back: goes with a folder of --sd");
    if (!options.sd && !options.sd_snapshot) throw InputError("--sd-layout: goes with a folder of --sd");
    given_ = options.sd ? *options.sd : *options.sd_snapshot;
    std::error_code error;
    const bool folder = std::filesystem::is_directory(given_, error);
    if (options.sd_write_back && !folder)
        throw InputError(fmt::format("--sd-write-back: {} is no folder, and written in place", given_.string()));
    if (!folder) {
        file_ = std::make_shared<CardFile>(given_, options.sd ? CardFile::Use::write : CardFile::Use::read);
        if (options.sd) keeper_.emplace(file_);
        return;
    }
    if (options.sd_write_back) {
        locked_ = FileDescriptor(::open(given_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!locked_.valid()) fail_on(given_, errno);
        lock_at_once(locked_, given_);
        if (::access(given_.c_str(), W_OK | X_OK) != 0) fail_on(given_, errno);
    }
    made_.emplace("k210emu-card");
    make_card_of_folder(given_, layout_, *made_ / kImage);
    file_ = std::make_shared<CardFile>(*made_ / kImage, CardFile::Use::write);
    if (!options.sd_write_back) return;
    keeper_.emplace(file_);
    write_back_ = given_;
}

void CardInput::start_over() {
    if (keeper_) keeper_->start_over();
}

void CardInput::look(Machine& machine, Log& log) {
    if (keeper_ && !write_back_) keeper_->look(*machine.first_port<CardSlot>(), machine.now(), log);
}

void CardInput::finish(Machine& machine) {
    try {
        if (keeper_) keeper_->finish(*machine.first_port<CardSlot>());
        if (write_back_) bring_back_card(*made_ / kImage, layout_, *write_back_);
    } catch (const InputError& error) {
        if (!write_back_) throw;
        made_->keep();
        throw InputError(fmt::format("{}; what the guest wrote is in {}", error.what(), (*made_ / kImage).string()));
    }
}

}  // namespace k210::app
