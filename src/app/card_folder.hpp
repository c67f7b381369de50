// A memory card made of a folder, with a FAT file system: mtools and dosfstools do that.
#pragma once
#include <cstdint>
#include <filesystem>

namespace k210::app {

enum class CardLayout : std::uint8_t {
    mbr,          // a partition table with one partition, as cards are sold
    superfloppy,  // the file system alone
};

// FAT32 wants 65525 clusters; SDHC ends at 32 GiB.
inline constexpr std::uint64_t kLeastCardMiB = 64, kMostCardMiB = 32 * 1024;

// An empty one, sparse. Throws InputError that begins with `about`.
void make_empty_card(const std::filesystem::path& about, std::uint64_t mib, CardLayout layout,
                     const std::filesystem::path& image);

// The same names and contents make the same bytes; times of files are not kept. Sparse, with room to spare. Throws
// InputError: what is in the folder that a card cannot hold, or the tool that is missing.
void make_card_of_folder(const std::filesystem::path& folder, CardLayout layout, const std::filesystem::path& image);

// Brings files that the card has and the folder has not, or has otherwise, into the folder, each whole or not at all.
// Nothing is deleted. Throws InputError.
void bring_back_card(const std::filesystem::path& image, CardLayout layout, const std::filesystem::path& folder);

}  // namespace k210::app
