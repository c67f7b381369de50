// Whatever a firmware file holds, loading it ends in a flash image or in an InputError of one line.
#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_list.hpp"
#include "support/sample_files.hpp"

namespace k210 {
namespace {

constexpr std::size_t kFlashBytes = 1 << 16;
constexpr int kRounds = 20'000;

// xorshift64*: the same mutations on every machine.
class Random {
public:
    std::size_t below(std::size_t limit) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<std::size_t>((state_ * 0x2545'f491'4f6c'dd1dull) >> 32) % limit;
    }

private:
    std::uint64_t state_ = 0x9e37'79b9'7f4a'7c15;
};

Bytes mutated(Bytes bytes, Random& random) {
    constexpr std::uint8_t kExtremes[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '"', '{', ','};
    for (std::size_t edits = 1 + random.below(6); edits > 0 && !bytes.empty(); --edits) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(5)) {
            case 0: bytes[at] ^= static_cast<std::uint8_t>(1u << random.below(8)); break;
            case 1: bytes[at] = kExtremes[random.below(std::size(kExtremes))]; break;
            case 2: bytes.erase(place, place + static_cast<std::ptrdiff_t>(1 + random.below(bytes.size() - at))); break;
            case 3: bytes.insert(place, 1 + random.below(20), kExtremes[random.below(std::size(kExtremes))]); break;
            case 4: bytes.resize(at); break;
        }
    }
    return bytes;
}

// Returns how often loading worked.
template <class Load>
int survive(const Bytes& sample, Load load) {
    Random random;
    int accepted = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Bytes bytes = mutated(sample, random);
        try {
            load(bytes);
            ++accepted;
        } catch (const InputError& error) {
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        }
    }
    return accepted;
}

void load_and_boot(const Bytes& bytes) {
    FlashImage flash(kFlashBytes);
    if (!load_firmware(bytes, "fw", flash)) read_boot_image(flash.bytes());
}

const Bytes kList = bytes_of(R"({ "version": "0.1.0", // a comment
    "files": [ { "address": 0x00, "bin": "p.bin", "sha256Prefix": true },
               { "address": "0x8000", "bin": "m.kmodel", "reverse4Bytes": true, }, ] })");

TEST(FirmwareMutationTest, BootImage) {
    EXPECT_LT(survive(make_boot_image(sample_program(300)), load_and_boot), kRounds);
}

TEST(FirmwareMutationTest, Elf) {
    const Bytes elf =
        make_elf(0x8000'0000, {{0x8000'0000, sample_program(100), 200}, {0x8000'1000, sample_program(50), 60}});
    EXPECT_GT(survive(elf, load_and_boot), 0);
}

TEST(FirmwareMutationTest, Package) {
    const Bytes zip =
        make_zip({{"flash-list.json", kList}, {"p.bin", sample_program(500)}, {"m.kmodel", sample_program(99)}});
    EXPECT_GT(survive(zip, load_and_boot), 0);
}

TEST(FirmwareMutationTest, FlashList) {
    const auto parse = [](const Bytes& bytes) {
        parse_flash_list({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "list");
    };
    EXPECT_GT(survive(kList, parse), 0);
}

}  // namespace
}  // namespace k210
