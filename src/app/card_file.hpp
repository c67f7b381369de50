// The image of a memory card in a file: of --sd, where the guest's writing goes, and of --sd-snapshot, which stays as
// it is.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "base/file_descriptor.hpp"
#include "k210/base/units.hpp"
#include "k210/part/ports.hpp"

namespace k210 {
class Log;
}

namespace k210::app {

class CardFile final : public CardImage {
public:
    enum class Use : std::uint8_t { read, write };
    // Locks a regular file, or block of sectors that no other run writes. Throws InputError: "path: why".
    CardFile(const std::filesystem::path& path, Use use);

    std::uint64_t sectors() const override { return sectors_; }
    void read(std::uint64_t sector, Sector& to) const override;  // zeros where it cannot be read any more
    std::uint64_t next_data(std::uint64_t from) const override;
    // These change the file, and not what read() gives. They throw InputError.
    void write(std::uint64_t sector, const Sector& from);
    void erase(std::uint64_t first, std::uint64_t last);  // as the last: read() is not kept from seeing this
    void sync();
    void undo();  // what write() has changed
    // The first one from there on that write() has changed.
    std::optional<std::uint64_t> next_written(std::uint64_t from) const;

private:
    void put(std::uint64_t sector, const Sector& from);

    std::filesystem::path path_;
    FileDescriptor file_;
    std::uint64_t sectors_ = 0;
    std::map<std::uint64_t, Sector> before_;  // of those that have been written
};

// Puts what the guest writes to a card into its file while the run goes on and the card is in. What it has erased lasts
// until the end.
class CardKeeper {
public:
    explicit CardKeeper(std::shared_ptr<CardFile> file) : file_(std::move(file)) {}

    // After each step. What goes wrong is reported, and tried again.
    void look(CardSlot& slot, SimTime now, Log& log);
    // The run is over. Throws InputError.
    void finish(CardSlot& slot);
    // Another machine takes the place of the one that was looked at: the file is as it was. Throws InputError.
    void start_over();

private:
    void save(CardSlot& slot);

    static constexpr std::uint64_t kIntervalPs = ps_from_us(500'000);

    std::shared_ptr<CardFile> file_;
    std::map<std::uint64_t, CardImage::Sector> unsaved_;  // as they were taken: the card may be gone when it succeeds
    std::uint64_t saved_generation_ = 0;
    SimTime attempted_at_{};
};

}  // namespace k210::app
