#include "k210/loader/firmware.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/file_kind.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/crypto.hpp"
#include "support/sample_files.hpp"
#include "support/sample_pictures.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::Each;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::size_t kFlashBytes = 1 << 20;
constexpr AesKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// What the chip will hold there.
Bytes part(const FlashImage& flash, std::size_t at, std::size_t size) {
    Bytes chip(flash.bytes().begin(), flash.bytes().end());
    chip.resize(flash.size(), kErasedByte);
    return {chip.begin() + at, chip.begin() + at + size};
}

// The boot image that a flashing tool would write for this key.
Bytes make_encrypted_boot_image(const Bytes& data) {
    Bytes encrypted(data.size());
    int written = 0;
    const std::array<std::uint8_t, 16> zero{};
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nullptr, kKey.data(), zero.data());
    EVP_EncryptUpdate(context, encrypted.data(), &written, data.data(), static_cast<int>(data.size()));
    EVP_CIPHER_CTX_free(context);
    Bytes image = make_boot_image(encrypted);
    image[0] = 1;
    const std::size_t hashed = image.size() - kSha256Bytes;
    EVP_Digest(image.data(), hashed, image.data() + hashed, nullptr, EVP_sha256(), nullptr);
    return image;
}

struct BootRomTest : testing::Test {
    static std::string refusal(const Bytes& flash) {
        return input_error_of([&] { read_boot_image(flash); });
    }
    Bytes data = sample_program(1000);
    Bytes image = make_boot_image(data);
};

TEST_F(BootRomTest, BootImageIsFlagLengthDataHash) {
    ASSERT_EQ(image.size(), 1000u + 5 + 32);
    EXPECT_THAT(std::span(image).first(5), testing::ElementsAre(0, 0xe8, 0x03, 0, 0));
    EXPECT_THAT(std::span(image).subspan(5, 1000), ElementsAreArray(data));
    Bytes hash(32);
    EVP_Digest(image.data(), 1005, hash.data(), nullptr, EVP_sha256(), nullptr);
    EXPECT_THAT(std::span(image).last(32), ElementsAreArray(hash));
}

// Of "abc": [doc] FIPS 180-2, appendix B.1.
TEST_F(BootRomTest, AHashHasTwoDigitsForEachByte) {
    EXPECT_EQ(hex_sha256(bytes_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(BootRomTest, CopiesTheDataToTheStartOfMemory) {
    image.resize(5000, kErasedByte);
    const Program program = read_boot_image(image);
    EXPECT_EQ(program.entry, 0x8000'0000u);
    ASSERT_EQ(program.segments.size(), 1u);
    EXPECT_EQ(program.segments[0].address, 0x8000'0000u);
    EXPECT_EQ(program.segments[0].bytes, data);
}

TEST_F(BootRomTest, RefusesAnErasedFlash) {
    EXPECT_EQ(refusal(Bytes(4096, 0xff)), "flash: 0x0: there is no program, the flash is erased here");
}

TEST_F(BootRomTest, RefusesWhatIsNoBootImage) {
    EXPECT_EQ(refusal(sample_program(4096)),
              "flash: 0x0: no boot image: its first byte is 0x13 instead of an AES flag");
}

TEST_F(BootRomTest, TheAesFlagIsZeroOrOne) {
    image[0] = 2;
    EXPECT_EQ(refusal(image), "flash: 0x0: no boot image: its first byte is 0x02 instead of an AES flag");
}

TEST_F(BootRomTest, TheHashMustFitTheFlashToo) {
    image.pop_back();
    EXPECT_EQ(refusal(image).find("flash: 0x0: the boot image's length, "), 0u) << refusal(image);
}

TEST_F(BootRomTest, RefusesAWrongHash) {
    image[500] ^= 1;
    EXPECT_EQ(refusal(image),
              "flash: 0x0: the SHA-256 of the boot image's 1000 bytes is wrong, so the boot ROM refuses it");
}

TEST_F(BootRomTest, RefusesALengthPastTheFlashsEnd) {
    image[4] = 1;
    EXPECT_EQ(refusal(image), "flash: 0x0: the boot image's length, 16778216 bytes, goes past the flash's end");
}

TEST_F(BootRomTest, RefusesAnEmptyProgram) {
    EXPECT_EQ(refusal(Bytes(4096)), "flash: 0x0: the boot image is empty");
}

TEST_F(BootRomTest, RefusesAProgramLargerThanMemory) {
    const Bytes large = make_boot_image(Bytes(kProgramMemoryBytes + 1));
    EXPECT_EQ(refusal(large), "flash: 0x0: the boot image's 6291457 bytes do not fit into 6291456 bytes of memory");
}

TEST_F(BootRomTest, DecryptsWithTheChipsKey) {
    const Bytes plain = sample_program(64);
    EXPECT_EQ(read_boot_image(make_encrypted_boot_image(plain), kKey).segments.at(0).bytes, plain);
}

TEST_F(BootRomTest, RefusesAnEncryptedImageWithoutAKey) {
    const Bytes encrypted = make_encrypted_boot_image(sample_program(64));
    const std::string refused = "flash: 0x0: the boot image is encrypted, and the chip's OTP holds no AES key";
    EXPECT_EQ(refusal(encrypted), refused);
    EXPECT_EQ(input_error_of([&] { read_boot_image(encrypted, AesKey{}); }), refused);
}

TEST_F(BootRomTest, RefusesAnEncryptedImageThatIsNoWholeBlocks) {
    Bytes encrypted = make_boot_image(Bytes(40));
    encrypted[0] = 1;
    EVP_Digest(encrypted.data(), 45, encrypted.data() + 45, nullptr, EVP_sha256(), nullptr);
    EXPECT_EQ(input_error_of([&] { read_boot_image(encrypted, kKey); }),
              "flash: 0x0: the encrypted boot image's 40 bytes are no whole AES blocks");
}

struct FirmwareTest : testing::Test {
    std::optional<Program> load(const Bytes& bytes, const std::string& name = "fw") {
        return load_firmware(bytes, name, flash);
    }
    std::string refusal(const Bytes& bytes, const std::string& name = "fw") {
        return input_error_of([&] { load(bytes, name); });
    }
    static Bytes package(const std::string& files, const std::vector<std::pair<std::string, Bytes>>& members) {
        auto all = members;
        all.emplace_back("flash-list.json", bytes_of("{\"version\": \"0.1.0\", \"files\": [" + files + "]}"));
        return make_zip(all);
    }

    TempDir dir;
    FlashImage flash{kFlashBytes};
    Bytes program = sample_program(3000);
};

TEST_F(FirmwareTest, ARawProgramBecomesABootImageAtZero) {
    EXPECT_FALSE(load(program).has_value());
    EXPECT_EQ(read_boot_image(flash.bytes()).segments.at(0).bytes, program);
    EXPECT_THAT(part(flash, 3037, 1000), Each(kErasedByte));
}

TEST_F(FirmwareTest, ARawProgramMayBeginLikeAnAesFlag) {
    program[0] = 1;  // c.nop, and a length that even fits
    program[1] = program[2] = program[3] = program[4] = 0;
    load(program);
    EXPECT_EQ(read_boot_image(flash.bytes()).segments.at(0).bytes, program);
}

TEST_F(FirmwareTest, AFlashImageIsTakenAsItIs) {
    Bytes image = make_boot_image(program);
    image.resize(8000, 0x5a);
    load(image);
    EXPECT_THAT(part(flash, 0, 8000), ElementsAreArray(image));
}

TEST_F(FirmwareTest, AnEncryptedFlashImageIsTakenAsItIs) {
    const Bytes image = make_encrypted_boot_image(sample_program(64));
    load(image);
    EXPECT_THAT(part(flash, 0, image.size()), ElementsAreArray(image));
}

TEST_F(FirmwareTest, ADamagedFlashImageIsRefused) {
    Bytes image = make_boot_image(program);
    image[100] ^= 1;
    EXPECT_EQ(refusal(image), "fw: flash image: the SHA-256 of its first 3005 bytes is wrong");
    image.resize(2000);
    EXPECT_EQ(refusal(image), "fw: flash image: 3037 bytes announced, only 2000 are there");
}

// Its flag alone could be c.nop; with a length that leads right to the file's end, it is none.
TEST_F(FirmwareTest, ADamagedEncryptedFlashImageIsRefused) {
    Bytes image = make_encrypted_boot_image(sample_program(64));
    image[50] ^= 1;
    EXPECT_EQ(refusal(image), "fw: flash image: the SHA-256 of its first 69 bytes is wrong");
}

TEST_F(FirmwareTest, AnEmptyFileIsRefused) {
    EXPECT_EQ(refusal({}), "fw: is empty");
}

TEST_F(FirmwareTest, AMissingFileIsNamed) {
    EXPECT_EQ(input_error_of([&] { load_firmware(dir / "none.bin", flash); }),
              (dir / "none.bin").string() + ": No such file or directory");
}

TEST_F(FirmwareTest, AProgramLargerThanTheFlashIsRefused) {
    EXPECT_EQ(refusal(sample_program(kFlashBytes)), "fw: 0x0: 1048613 bytes do not fit into a flash of 0x100000 bytes");
}

TEST_F(FirmwareTest, AProgramLargerThanMemoryIsRefused) {
    FlashImage large_flash(2 * kProgramMemoryBytes);
    EXPECT_EQ(input_error_of([&] { load_firmware(sample_program(kProgramMemoryBytes + 1), "fw", large_flash); }),
              "fw: raw program: 6291457 bytes do not fit into 6291456 bytes of memory");
}

TEST_F(FirmwareTest, AProgramMayFillMemory) {
    FlashImage large_flash(2 * kProgramMemoryBytes);
    EXPECT_EQ(input_error_of([&] { load_firmware(sample_program(kProgramMemoryBytes), "fw", large_flash); }), "");
}

TEST_F(FirmwareTest, AFileLargerThanTheFlashIsRefusedWhateverItIs) {
    EXPECT_EQ(refusal(Bytes(flash.size() + 1)), "fw: 1048577 bytes do not fit the flash of 1048576");
}

// --- what plainly is something else ---------------------------------------------------------------------------------

Bytes words(std::initializer_list<std::uint32_t> values) {
    Bytes bytes;
    for (const std::uint32_t v : values)
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    return bytes;
}

Bytes followed_by_program(Bytes beginning) {
    const Bytes program = sample_program(1000);
    beginning.insert(beginning.end(), program.begin(), program.end());
    return beginning;
}

Bytes begins(std::string_view beginning) {
    return followed_by_program(bytes_of(beginning));
}

struct OtherUse {
    const char* name;
    Bytes bytes;
    std::string complaint;
};
void PrintTo(const OtherUse& use, std::ostream* out) {
    *out << use.name;
}

const std::string kInFlash = "--flash 0x300000=fw puts it into the flash";
const std::string kInfo = ", no firmware: `k210emu kmodel info` tells of it, " + kInFlash;
const std::string kDoctor = ", no firmware: `k210emu kmodel doctor` tells of it, " + kInFlash;
const std::string kCamera = ", no firmware: --camera takes pictures";
using namespace std::string_view_literals;

const OtherUse kOtherUses[] = {
    {"KmodelV3", followed_by_program(words({3, 1, 0, 20, 0, 0, 1})), "a kmodel of version 3" + kInfo},
    {"KmodelV4", begins("LDMK\4\0\0\0"sv), "a kmodel of version 4" + kInfo},
    {"KmodelV5", begins("LDMK\5\0\0\0 \0\0\0"sv), "a kmodel of version 5" + kInfo},
    {"KmodelV5BeforeItsRelease", begins("LDMK\5\0\0\0\0\0\0\0"sv), "a kmodel of a pre-release of version 5" + kInfo},
    {"KmodelV6", begins("LDMK\6\0\0\0"sv), "a kmodel of version 6" + kInfo},
    {"SwappedKmodel", followed_by_program(swap_words(words({3, 1, 0, 20, 0, 0, 1}))),
     "a kmodel of version 3 with swapped words" + kDoctor},
    {"Smodel", words({10003, 8, 0x1234'5678, 0x9abc'def0}), "an .smodel" + kDoctor},
    {"Png", begins("\x89PNG\r\n\x1a\n"sv), "a PNG picture" + kCamera},
    {"Jpeg", begins("\xff\xd8\xff\xe0"sv), "a JPEG picture" + kCamera},
    {"Gif", begins("GIF89a"sv), "a GIF picture, no firmware"},
    {"Snapshot", begins("k210snap"sv), "a snapshot, no firmware: --from takes it"},
    {"Bmp", kSamplePictures[4].bytes(), "a BMP picture" + kCamera},
    {"Ppm", kSamplePictures[6].bytes(), "a PPM or PGM picture" + kCamera},
    {"Pgm", kSamplePictures[7].bytes(), "a PPM or PGM picture" + kCamera},
    {"Npy", begins("\x93NUMPY\1\0"sv), "a NumPy array, no firmware: `k210emu kmodel run` takes arrays"},
    {"Python", bytes_of("import sensor\n\tprint('h\xc3\xa9')\r\n"), "text, no firmware: --script takes Python"},
    {"TextWithAByteOrderMark", bytes_of("\xef\xbb\xbfhello"), "text, no firmware: --script takes Python"},
    {"Json", bytes_of(" \n{\"files\": []}"), "JSON, no firmware"},
    {"JsonList", bytes_of("[1, 2]"), "JSON, no firmware"},
    {"Gzip", begins("\x1f\x8b\x08\0"sv), "compressed by gzip, no firmware"},
    {"Xz", begins("\xfd\x37zXZ\0"sv), "compressed by xz, no firmware"},
    {"TensorFlowLite", begins("\x1c\0\0\0TFL3"sv), "a TensorFlow Lite model, no firmware"},
    {"Wav", begins("RIFF\1\2\3\4WAVE"sv), "a WAV recording, no firmware"},
    {"Erased", Bytes(5000, 0xff), "nothing but erased flash: there is no firmware in it"},
};

class OtherUseTest : public FirmwareTest, public testing::WithParamInterface<OtherUse> {};
INSTANTIATE_TEST_SUITE_P(Files, OtherUseTest, testing::ValuesIn(kOtherUses),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(OtherUseTest, IsRefusedAndSentWhereItBelongs) {
    EXPECT_EQ(refusal(GetParam().bytes), "fw: is " + GetParam().complaint);
    EXPECT_THAT(flash.bytes(), IsEmpty());
}

TEST_F(FirmwareTest, AKindIsSaidOfAFileThatIsTooLargeAsWell) {
    Bytes png = begins("\x89PNG\r\n\x1a\n"sv);
    png.resize(kFlashBytes + 1);
    EXPECT_EQ(refusal(png), "fw: is a PNG picture" + kCamera);
}

// What only nearly looks like something else may be a program.
TEST_F(FirmwareTest, WhatCouldBeAProgramIsTaken) {
    Bytes nearly_text = bytes_of("import sensor");
    nearly_text.push_back(0);
    for (const Bytes& bytes : {
             followed_by_program(words({3, 1, 1, 20})),    // a load to register 0, but no kmodel's architecture
             followed_by_program(words({3, 1, 0, 0})),     // no layers
             followed_by_program(words({3, 1, 0, 4097})),  // too many
             words({10003, 9, 0x1234'5678, 0x9abc'def0}),  // another size than an .smodel's
             followed_by_program(words({1, 1, 7})),        // c.nop
             begins("BM"),                                 // a compressed load
             begins("P5x"),
             begins("P6"),
             begins("\x89PN"),
             begins("\xff\xd8"),
             begins("MZ"),  // Linux begins so, on purpose
             begins("RIFF"),
             nearly_text,
             Bytes(5000, 0xfe),
         }) {
        FlashImage other(kFlashBytes);
        EXPECT_EQ(input_error_of([&] { load_firmware(bytes, "fw", other); }), "") << testing::PrintToString(bytes[0]);
        EXPECT_EQ(read_boot_image(other.bytes()).segments.at(0).bytes, bytes);
    }
}

// A whole boot image is one, whatever the numbers in its header look like.
TEST_F(FirmwareTest, ABootImageIsKnownByItsHash) {
    const Bytes image = make_boot_image(sample_program(0x03'0000));  // begins like a version 3 with swapped words
    load(image);
    EXPECT_THAT(part(flash, 0, image.size()), ElementsAreArray(image));
}

TEST_F(FirmwareTest, APackageGoesWhereItsListSays) {
    EXPECT_FALSE(load(package(R"({"address": 0, "bin": "p.bin", "sha256Prefix": true},
                                 {"address": 0x80000, "bin": "m.kmodel", "sha256Prefix": false})",
                              {{"p.bin", program}, {"m.kmodel", bytes_of("model")}}))
                     .has_value());
    EXPECT_EQ(read_boot_image(flash.bytes()).segments.at(0).bytes, program);
    EXPECT_THAT(part(flash, 3037, 0x80000 - 3037), Each(kErasedByte));
    EXPECT_THAT(part(flash, 0x80000, 5), ElementsAreArray(bytes_of("model")));
    EXPECT_THAT(part(flash, 0x80005, 1), Each(kErasedByte));
}

TEST_F(FirmwareTest, AMemberMayGoToTwoPlacesThatTouch) {
    load(package(R"({"address": 0x4000, "bin": "c"}, {"address": 0x4010, "bin": "c"})", {{"c", sample_program(16)}}));
    EXPECT_THAT(part(flash, 0x4010, 16), ElementsAreArray(part(flash, 0x4000, 16)));
}

TEST_F(FirmwareTest, WordsAreReversedWhereTheListSaysSo) {
    load(package(R"({"address": 0, "bin": "m", "reverse4Bytes": true})", {{"m", bytes_of("abcdef")}}));
    EXPECT_THAT(part(flash, 0, 9), testing::ElementsAre('d', 'c', 'b', 'a', 0, 0, 'f', 'e', kErasedByte));
}

TEST_F(FirmwareTest, AProgramsWordsAreReversedBeforeItsHashIsMade) {
    load(package(R"({"address": 0, "bin": "p", "reverse4Bytes": true, "sha256Prefix": true})", {{"p", program}}));
    EXPECT_EQ(read_boot_image(flash.bytes()).segments.at(0).bytes, swap_words(program));
}

TEST_F(FirmwareTest, APackageThatLacksAListedFileIsRefused) {
    EXPECT_EQ(refusal(package(R"({"address": 0, "bin": "gone.bin"})", {})),
              "fw: gone.bin: flash-list.json names it, but the package lacks it");
}

TEST_F(FirmwareTest, APackageWithoutAListIsRefused) {
    EXPECT_EQ(refusal(make_zip({{"p.bin", program}})),
              "fw: is a zip archive without flash-list.json, so no kfpkg package");
}

TEST_F(FirmwareTest, APackagesBadListIsNamed) {
    EXPECT_THAT(refusal(make_zip({{"flash-list.json", bytes_of("{")}})),
                StartsWith("fw: flash-list.json: parse error at line 1"));
}

TEST_F(FirmwareTest, ATruncatedPackageIsRefused) {
    Bytes zip = package(R"({"address": 0, "bin": "p.bin"})", {{"p.bin", program}});
    zip.resize(zip.size() - 30);
    EXPECT_THAT(refusal(zip), StartsWith("fw: is no intact kfpkg package: "));
}

TEST_F(FirmwareTest, AFileNamedLikeAPackageHasToBeOne) {
    EXPECT_THAT(refusal(bytes_of("<html>Not Found</html>"), "x.kfpkg"),
                StartsWith("x.kfpkg: is no intact kfpkg package: "));
}

TEST_F(FirmwareTest, ADamagedMemberIsNamed) {
    Bytes zip = package(R"({"address": 0, "bin": "p.bin"})", {{"p.bin", program}});
    for (std::size_t i = 60; i < 70; ++i) zip[i] ^= 0x55;
    EXPECT_THAT(refusal(zip), StartsWith("fw: p.bin: "));
}

TEST_F(FirmwareTest, AnEmptyMemberIsNamed) {
    EXPECT_EQ(refusal(package(R"({"address": 0, "bin": "p.bin", "sha256Prefix": true})", {{"p.bin", {}}})),
              "fw: p.bin: is empty");
}

TEST_F(FirmwareTest, NoMemberIsUnpackedPastTheFlashsSize) {
    EXPECT_EQ(refusal(package(R"({"address": 0, "bin": "bomb"})", {{"bomb", Bytes(64 << 20)}})),
              "fw: bomb: unpacks to more than 1048576 bytes");
}

TEST_F(FirmwareTest, AllMembersTogetherAreUnpackedNoFurtherThanTheFlashsSize) {
    const Bytes half(kFlashBytes / 2, 0x55);
    const auto two = [&](const Bytes& second) {
        return package(R"({"address": 0, "bin": "a"}, {"address": 0x80000, "bin": "b"})", {{"a", half}, {"b", second}});
    };
    FlashImage other(kFlashBytes);
    EXPECT_EQ(input_error_of([&] { load_firmware(two(half), "fw", other); }), "");
    Bytes larger = half;
    larger.push_back(0);
    EXPECT_EQ(refusal(two(larger)), "fw: b: unpacks to more than 524288 bytes");
}

TEST_F(FirmwareTest, AHugeListIsRefused) {
    EXPECT_EQ(refusal(make_zip({{"flash-list.json", Bytes(64 << 20, ' ')}})),
              "fw: flash-list.json: unpacks to more than 1048576 bytes");
}

TEST_F(FirmwareTest, OverlappingMembersAreBothNamed) {
    EXPECT_EQ(refusal(package(R"({"address": 0, "bin": "a"}, {"address": 0xff, "bin": "b"})",
                              {{"a", sample_program(256)}, {"b", sample_program(16)}})),
              "fw: b: 0xff..0x10e: overlaps fw: a at 0x0..0xff");
}

TEST_F(FirmwareTest, AMemberPastTheFlashsEndIsNamed) {
    EXPECT_EQ(refusal(package(R"({"address": 0xffff0, "bin": "a"})", {{"a", sample_program(17)}})),
              "fw: a: 0xffff0: 17 bytes do not fit into a flash of 0x100000 bytes");
}

TEST_F(FirmwareTest, AnElfGoesStraightToMemory) {
    const auto loaded = load(make_elf(0x8000'0010, {{0x8000'0000, program, 4000}, {0x4010'0000, bytes_of("data"), 4}}));
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->entry, 0x8000'0010u);
    ASSERT_EQ(loaded->segments.size(), 2u);
    EXPECT_EQ(loaded->segments[0].address, 0x8000'0000u);
    Bytes padded = program;
    padded.resize(4000);
    EXPECT_EQ(loaded->segments[0].bytes, padded);
    EXPECT_EQ(loaded->segments[1].address, 0x8010'0000u);
    EXPECT_EQ(loaded->segments[1].bytes, bytes_of("data"));
    EXPECT_THAT(flash.bytes(), IsEmpty());
}

// An ELF file of one segment that begins with the file's headers, `below` bytes below where the code goes.
Bytes elf_with_headers(const Bytes& program, std::uint64_t below) {
    Bytes elf = make_elf(0x8000'0000, {{0x8000'0000 - below, program, program.size()}});
    elf.resize(below);
    elf.insert(elf.end(), program.begin(), program.end());
    Elf64_Phdr segment{};
    std::memcpy(&segment, elf.data() + sizeof(Elf64_Ehdr), sizeof segment);
    segment.p_offset = 0;
    segment.p_filesz = segment.p_memsz = elf.size();
    std::memcpy(elf.data() + sizeof(Elf64_Ehdr), &segment, sizeof segment);
    return elf;
}

TEST_F(FirmwareTest, AnElfsHeadersBelowTheCodeAreLeftOut) {
    for (const unsigned page : {0x1000u, 0x1'0000u}) {
        const auto loaded = load(elf_with_headers(program, page));
        ASSERT_EQ(loaded->segments.size(), 1u);
        EXPECT_EQ(loaded->segments[0].address, 0x8000'0000u);
        EXPECT_EQ(loaded->segments[0].bytes, program);
    }
}

TEST_F(FirmwareTest, WhatIsNotAnElfsHeadersIsNotLeftOut) {
    EXPECT_THAT(refusal(elf_with_headers(program, 0x1'0001)), HasSubstr("lie outside the SRAM"));
    EXPECT_THAT(refusal(make_elf(0x8000'0000, {{0x7fff'f000, sample_program(0x1100), 0x1100}})),
                HasSubstr("lie outside the SRAM"));
}

TEST_F(FirmwareTest, AnElfSegmentThatHoldsMoreThanItsMemoryIsRefused) {
    Bytes elf = make_elf(0x8000'0000, {{0x8000'0000, program, 3000}});
    Elf64_Phdr segment{};
    std::memcpy(&segment, elf.data() + sizeof(Elf64_Ehdr), sizeof segment);
    segment.p_memsz = segment.p_filesz - 1;
    std::memcpy(elf.data() + sizeof(Elf64_Ehdr), &segment, sizeof segment);
    EXPECT_EQ(refusal(elf), "fw: ELF segment 0: has more bytes in the file than in memory");
}

TEST_F(FirmwareTest, ElfSegmentsMayTouch) {
    const Bytes elf = make_elf(
        0x8000'0000,
        {{0x8000'0000 + 3000, program, 3000}, {0x8000'0000, program, 3000}, {0x8000'0000 + 6000, program, 3000}});
    EXPECT_EQ(load(elf)->segments.size(), 3u);
}

TEST_F(FirmwareTest, FlashFilesMayTouchAndNotOverlapFromEitherSide) {
    flash.place(0x2000, Bytes(0x1000), "first");
    EXPECT_NO_THROW(flash.place(0x1000, Bytes(0x1000), "below"));
    EXPECT_NO_THROW(flash.place(0x3000, Bytes(0x1000), "above"));
    FlashImage other(1 << 20);
    other.place(0x2000, Bytes(0x1000), "first");
    EXPECT_THROW(other.place(0x1fff, Bytes(2), "into its beginning"), InputError);
    EXPECT_THROW(other.place(0x2fff, Bytes(2), "into its end"), InputError);
    EXPECT_THROW(other.place(0x1000, Bytes(0x3000), "around it"), InputError);
}

TEST_F(FirmwareTest, NothingGoesBehindAFlash) {
    EXPECT_EQ(input_error_of([&] { flash.place(0x20'0000, bytes_of("m"), "m"); }),
              "m: 0x200000: 1 bytes do not fit into a flash of 0x100000 bytes");
}

TEST_F(FirmwareTest, AnElfForAnotherMachineIsRefused) {
    Bytes elf = make_elf(0x8000'0000, {{0x8000'0000, program, 3000}});
    elf[4] = 1;
    EXPECT_EQ(refusal(elf), "fw: is an ELF file for 32-bit RISC-V, not for 64-bit RISC-V");
    elf[4] = 2;
    for (const auto& [machine, name] : std::vector<std::pair<unsigned, std::string>>{
             {62, "x86-64"}, {3, "x86"}, {183, "64-bit ARM"}, {40, "ARM"}, {94, "Xtensa"}, {8, "machine 8"}}) {
        elf[18] = static_cast<std::uint8_t>(machine);
        EXPECT_EQ(refusal(elf), "fw: is an ELF file for " + name + ", not for 64-bit RISC-V");
    }
    elf[5] = 2;
    EXPECT_EQ(refusal(elf), "fw: is an ELF file for a big-endian machine, not for 64-bit RISC-V");
}

TEST_F(FirmwareTest, ATruncatedElfIsRefused) {
    const Bytes elf = make_elf(0x8000'0000, {{0x8000'0000, program, 3000}});
    const auto refusal_at = [&](std::size_t size) {
        return refusal(Bytes(elf.begin(), elf.begin() + static_cast<std::ptrdiff_t>(size)));
    };
    EXPECT_EQ(refusal_at(63), "fw: ELF header: is truncated");
    EXPECT_EQ(refusal_at(100), "fw: ELF program headers: are missing or truncated");
    EXPECT_EQ(refusal_at(elf.size() - 1), "fw: ELF segment 0: is truncated");
}

TEST_F(FirmwareTest, AnElfWithAnotherTableOfSegmentsIsRefused) {
    Bytes elf = make_elf(0x8000'0000, {{0x8000'0000, program, 3000}});
    Elf64_Ehdr header{};
    std::memcpy(&header, elf.data(), sizeof header);
    header.e_phentsize = sizeof(Elf64_Phdr) - 8;
    std::memcpy(elf.data(), &header, sizeof header);
    EXPECT_EQ(refusal(elf), "fw: ELF program headers: are missing or truncated");
}

TEST_F(FirmwareTest, ElfSegmentsThatAreNotToBeLoadedAreLeftOut) {
    Bytes elf = make_elf(0x8000'0000, {{0x8000'0000, program, 3000}, {0x1000, program, 3000}});
    Elf64_Phdr note{};
    std::memcpy(&note, elf.data() + sizeof(Elf64_Ehdr) + sizeof note, sizeof note);
    note.p_type = PT_NOTE;
    std::memcpy(elf.data() + sizeof(Elf64_Ehdr) + sizeof note, &note, sizeof note);
    const auto loaded = load(elf);
    ASSERT_EQ(loaded->segments.size(), 1u);
    EXPECT_EQ(loaded->segments[0].address, 0x8000'0000u);
}

TEST_F(FirmwareTest, AnElfOutsideMemoryIsRefused) {
    EXPECT_EQ(refusal(make_elf(0x8000'0000, {{0x8060'0000, program, 3000}})),
              "fw: ELF segment 0: 0xbb8 bytes at 0x80600000 lie outside the SRAM (0x600000 bytes at 0x80000000)");
    EXPECT_THAT(refusal(make_elf(0x8000'0000, {{0x8000'0000, program, ~std::uint64_t{0}}})),
                HasSubstr("lie outside the SRAM"));
    EXPECT_EQ(refusal(make_elf(0x1000, {{0x8000'0000, program, 3000}})),
              "fw: ELF entry point 0x1000: lies outside the SRAM");
}

TEST_F(FirmwareTest, OverlappingElfSegmentsAreRefused) {
    EXPECT_EQ(refusal(make_elf(0x8000'0000, {{0x8000'0000, program, 3000}, {0x4000'0bb7, program, 3000}})),
              "fw: ELF segment 1: overlaps the segment at 0x80000000");
}

TEST_F(FirmwareTest, AnElfWithNothingToLoadIsRefused) {
    EXPECT_EQ(refusal(make_elf(0x8000'0000, {{0x8000'0000, {}, 0}})), "fw: ELF program headers: nothing to load");
}

struct OverlayTest : FirmwareTest {
    std::string refused_spec(const std::string& spec) {
        return input_error_of([&] { load_overlay(spec, flash); });
    }
    std::string path(std::string_view name) const { return (dir / name).string(); }
};

TEST_F(OverlayTest, AFileGoesToItsAddress) {
    dir.write("m=1", bytes_of("model"));
    load_overlay("0x300=" + path("m=1"), flash);
    load_overlay("4096=" + path("m=1"), flash);
    EXPECT_THAT(part(flash, 0x300, 5), ElementsAreArray(bytes_of("model")));
    EXPECT_THAT(part(flash, 4096, 5), ElementsAreArray(bytes_of("model")));
}

TEST_F(OverlayTest, APackageBringsItsOwnAddresses) {
    dir.write("m=1.kfpkg", package(R"({"address": 0x300, "bin": "m"})", {{"m", bytes_of("model")}}));
    load(program);
    EXPECT_EQ(refused_spec(path("m=1.kfpkg")), path("m=1.kfpkg") + ": m: 0x300..0x304: overlaps fw at 0x0..0xbdc");
    FlashImage other(kFlashBytes);
    load_overlay(path("m=1.kfpkg"), other);
    EXPECT_THAT(part(other, 0x300, 5), ElementsAreArray(bytes_of("model")));
}

TEST_F(OverlayTest, APackageTakesNoAddress) {
    dir.write("m.kfpkg", package(R"({"address": 0, "bin": "m"})", {{"m", bytes_of("model")}}));
    EXPECT_EQ(refused_spec("0x300=" + path("m.kfpkg")),
              path("m.kfpkg") + ": a package has its own addresses: say --flash " + path("m.kfpkg"));
}

TEST_F(OverlayTest, AnyOtherZipIsJustAFile) {
    const Bytes zip = make_zip({{"a", bytes_of("a")}});
    dir.write("a.zip", zip);
    load_overlay("0=" + path("a.zip"), flash);
    EXPECT_THAT(part(flash, 0, zip.size()), ElementsAreArray(zip));
}

TEST_F(OverlayTest, ABadAddressIsNamed) {
    for (const char* address : {"", "x", "0x", "0xg", "-1", "1k", "0x100000000", " 1", "1 "})
        EXPECT_EQ(refused_spec(std::string(address) + "=f"), "--flash " + std::string(address) + "=f: bad address '" +
                                                                 address + "', not like 0x300000 or 3145728");
}

TEST_F(OverlayTest, ASpecWithoutAddressOrPackageIsRefused) {
    EXPECT_EQ(refused_spec("model.kmodel"), "--flash model.kmodel: neither ADDRESS=FILE nor a .kfpkg package");
    EXPECT_EQ(refused_spec("0x300="), "--flash 0x300=: names no file");
}

TEST_F(OverlayTest, AMissingOrEmptyFileIsNamed) {
    EXPECT_EQ(refused_spec("0=" + path("none")), path("none") + ": No such file or directory");
    EXPECT_EQ(refused_spec(path("none.kfpkg")), path("none.kfpkg") + ": No such file or directory");
    dir.write("empty", Bytes());
    EXPECT_EQ(refused_spec("0=" + path("empty")), path("empty") + ": is empty");
}

TEST_F(OverlayTest, AnOverlayOnTheFirmwareNamesBoth) {
    load(program, "maixpy.bin");
    dir.write("m", bytes_of("m"));
    EXPECT_EQ(refused_spec("0xbdc=" + path("m")), path("m") + ": 0xbdc..0xbdc: overlaps maixpy.bin at 0x0..0xbdc");
    EXPECT_EQ(refused_spec("0xbdd=" + path("m")), "");
}

TEST_F(OverlayTest, FirmwareGoesOverWhatAFlashHeld) {
    Bytes old(kFlashBytes, 0x11);
    FlashImage again(old);
    load_firmware(program, "fw", again);
    const auto bytes = std::move(again).release();
    EXPECT_EQ(read_boot_image(bytes).segments.at(0).bytes, program);
    EXPECT_EQ(bytes[program.size() + 37], 0x11);
}

}  // namespace
}  // namespace k210
