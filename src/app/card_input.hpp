// What --sd and its relatives put into the board's card slot, and what becomes of it.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "app/card_file.hpp"
#include "app/card_folder.hpp"
#include "app/run_options.hpp"
#include "app/scratch_folder.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

class CardInput {
public:
    // Opens the image, or makes one of the folder. Throws InputError; touches nothing.
    explicit CardInput(const RunOptions& options);

    SessionCard card() const { return {file_, CardKind::sdhc, given_.string()}; }
    // A machine takes another's place: what that has written is undone.
    void start_over();
    // After each step. What goes wrong is reported, and tried again.
    void look(Machine& machine, Log& log);
    // The run is over. Throws InputError, which says where the card is when it could not be brought back.
    void finish(Machine& machine);

private:
    std::filesystem::path given_;  // what follows it
    CardLayout layout_;
    std::optional<ScratchFolder> made_;  // with the image, where one was made
    std::optional<std::filesystem::path> write_back_;
    FileDescriptor locked_;  // the folder that it goes to
    std::shared_ptr<CardFile> file_;
    std::optional<CardKeeper> keeper_;
};

}  // namespace k210::app
