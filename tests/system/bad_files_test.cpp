// Files that are not what a command takes: each is refused in one line, at once, and nothing is written.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/paths.hpp"
#include "support/sample_files.hpp"
#include "support/sample_pictures.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Arguments = std::vector<std::string>;

std::string guest(const std::string& name) {
    return guests_dir() / (name + ".bin");
}

std::string named_pipe(const TempDir& d, std::string_view name) {
    ::mkfifo((d / name).c_str(), 0600);
    return d / name;
}

std::string sample(const TempDir& d, std::string_view name, std::size_t missing = 0) {
    const auto picture = std::ranges::find(kSamplePictures, name, &SamplePicture::name);
    Bytes bytes = picture->bytes();
    bytes.resize(bytes.size() - missing);
    return d.write(name, bytes);
}

struct BadFile {
    const char* name;
    std::function<Arguments(const TempDir&)> arguments;
    const char* complaint;
};
void PrintTo(const BadFile& file, std::ostream* out) {
    *out << file.name;
}

const BadFile kBadFiles[] = {
    {"BoardFileWithAMistake",
     [](const TempDir& d) {
         return Arguments{"run", "--board",
                          d.write("b.toml", std::string("description = \"x\"\n[a]\npart = \"button\"\npad = 48\n"))};
     },
     "b.toml:4: a: pad is 48, not 0 to 47"},
    {"NoBoardFile",
     [](const TempDir& d) {
         return Arguments{"run", "--board", d / "none.toml"};
     },
     "none.toml: "},
    {"BoardWithoutADisplay",
     [](const TempDir& d) {
         const auto board = d.write(
             "b.toml",
             std::string(
                 "description = \"x\"\n[flash]\npart = \"nor_flash\"\nsize_mib = 16\nmanufacturer = 1\ndevice = 2\n"));
         return Arguments{"run", "--board", board, "--screenshot", d / "lcd.png"};
     },
     "--screenshot: b has no display"},
    {"KmodelAsFirmware",
     [](const TempDir& d) {
         return Arguments{"run", d.write("m.kmodel", bytes_of(std::string_view("LDMK\4\0\0\0", 8)))};
     },
     "m.kmodel: is a kmodel of version 4, no firmware: `k210emu kmodel info`"},
    {"PictureAsFirmware",
     [](const TempDir& d) {
         return Arguments{"run", sample(d, "rgb.png")};
     },
     "rgb.png: is a PNG picture, no firmware: --camera"},
    {"ScriptAsFirmware",
     [](const TempDir& d) {
         return Arguments{"run", d.write("main.py", bytes_of("import lcd\n"))};
     },
     "main.py: is text, no firmware: --script"},
    {"ZipAsFirmware",
     [](const TempDir& d) {
         return Arguments{"run", d.write("a.zip", make_zip({{"a", bytes_of("a")}}))};
     },
     "a.zip: is a zip archive without flash-list.json"},
    {"NamedPipeAsFirmware",
     [](const TempDir& d) {
         return Arguments{"run", named_pipe(d, "pipe")};
     },
     "pipe: is a named pipe, not a file"},
    {"DeviceAsFirmware",
     [](const TempDir&) {
         return Arguments{"run", "/dev/zero"};
     },
     "/dev/zero: is a device, not a file"},
    {"NamedPipeAsProfiledFirmware",
     [](const TempDir& d) {
         return Arguments{"profile", named_pipe(d, "pipe")};
     },
     "pipe: is a named pipe, not a file"},
    {"NamedPipeAsOverlay",
     [](const TempDir& d) {
         return Arguments{"run", guest("hello"), "--flash", "0x300000=" + named_pipe(d, "pipe")};
     },
     "pipe: is a named pipe, not a file"},
    {"NamedPipeAsPackage",
     [](const TempDir& d) {
         return Arguments{"run", guest("hello"), "--flash", named_pipe(d, "pipe.kfpkg")};
     },
     "pipe.kfpkg: is a named pipe, not a file"},
    {"NamedPipeAsScript",
     [](const TempDir& d) {
         return Arguments{"run", guest("hello"), "--script", named_pipe(d, "pipe.py")};
     },
     "pipe.py: is a named pipe, not a file"},
    {"NamedPipeAsSymbols",
     [](const TempDir& d) {
         return Arguments{"profile", guest("hello"), "--symbols", named_pipe(d, "pipe.elf")};
     },
     "pipe.elf: is a named pipe, not a file"},
    {"NamedPipeAsPicture",
     [](const TempDir& d) {
         return Arguments{"run", "--camera", named_pipe(d, "pipe.png")};
     },
     "pipe.png: is a named pipe, not a file"},
    {"NamedPipeInACameraFolder",
     [](const TempDir& d) {
         named_pipe(d, "2.png");
         sample(d, "rgb.png");
         return Arguments{"run", "--camera", d.path()};
     },
     "2.png: is a named pipe, not a file"},
    {"NamedPipeAsModel",
     [](const TempDir& d) {
         return Arguments{"kmodel", "info", named_pipe(d, "pipe.kmodel")};
     },
     "pipe.kmodel: is a named pipe, not a file"},
    {"FolderForTheConsole",
     [](const TempDir& d) {
         return Arguments{"run", guest("hello"), "--serial", "file:" + d.path().string()};
     },
     "Is a directory"},
    {"TruncatedPpm",
     [](const TempDir& d) {
         return Arguments{"run", "--camera", sample(d, "rgb.ppm", 1)};
     },
     "rgb.ppm: cannot be decoded (it is cut off)"},
    {"TruncatedBmp",
     [](const TempDir& d) {
         return Arguments{"run", "--camera", sample(d, "rgb.bmp", 4)};
     },
     "rgb.bmp: cannot be decoded (it is cut off)"},
    {"Tga",
     [](const TempDir& d) {
         return Arguments{"run", "--camera",
                          d.write("a.tga", Bytes{0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 24, 0, 1, 2, 3})};
     },
     "a.tga: is not a picture that can be read"},
    {"NameOfManyLines",
     [](const TempDir& d) {
         return Arguments{"run", d.write("a\nb\x1b[2J", bytes_of("text"))};
     },
     "a\\nb\\x1b[2J: is text"},
    {"NameWithoutEnd",
     [](const TempDir&) {
         return Arguments{"run", std::string(100'000, 'x')};
     },
     "File name too long"},
    {"BoardOfManyLines",
     [](const TempDir&) {
         return Arguments{"run", "--board", "a\nb"};
     },
     "--board a\\nb: is none of"},
};

class BadFileTest : public testing::TestWithParam<BadFile> {};
INSTANTIATE_TEST_SUITE_P(Commands, BadFileTest, testing::ValuesIn(kBadFiles),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(BadFileTest, IsOneShortLineAndStatus2) {
    const TempDir files;
    const auto run = run_emulator(GetParam().arguments(files));
    EXPECT_EQ(run.status, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, StartsWith("k210emu: "));
    EXPECT_THAT(run.err, HasSubstr(GetParam().complaint));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_LT(run.err.size(), 700u);
}

// Whatever stands where `fs` and `flash` want an image or a package.
struct WrongImage {
    const char* name;
    std::function<std::string(const TempDir&)> path;
};
void PrintTo(const WrongImage& image, std::ostream* out) {
    *out << image.name;
}

Bytes half_a_package() {
    Bytes package = make_zip({{"flash-list.json", bytes_of("{}")}, {"a.bin", sample_program(4096)}});
    package.resize(package.size() / 2);
    return package;
}

const WrongImage kWrongImages[] = {
    {"HalfAPackage", [](const TempDir& d) { return d.write("half.kfpkg", half_a_package()).string(); }},
    {"Text", [](const TempDir& d) { return d.write("notes.img", bytes_of("notes\n")).string(); }},
    {"Picture", [](const TempDir& d) { return sample(d, "rgb.png"); }},
    {"Folder", [](const TempDir& d) { return d.path().string(); }},
    {"NamedPipe", [](const TempDir& d) { return named_pipe(d, "pipe.img"); }},
    {"EmptyFile", [](const TempDir& d) { return d.write("empty.img", Bytes()).string(); }},
    {"Device", [](const TempDir&) { return std::string("/dev/null"); }},
    {"NoFile", [](const TempDir& d) { return (d / "none.img").string(); }},
};

class WrongImageTest : public testing::TestWithParam<WrongImage> {};
INSTANTIATE_TEST_SUITE_P(Commands, WrongImageTest, testing::ValuesIn(kWrongImages),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(WrongImageTest, IsOneLineAndStatus2AndNothingIsMade) {
    const TempDir files, made;
    const std::string wrong = GetParam().path(files), note = made.write("note.txt", bytes_of("a note"));
    for (const Arguments& command :
         {Arguments{"fs", "ls", wrong}, Arguments{"fs", "get", wrong, "a", "-o", made / "a"},
          Arguments{"fs", "put", wrong, note}, Arguments{"fs", "rm", wrong, "a"}, Arguments{"flash", "list", wrong},
          Arguments{"flash", "unpack", wrong, "-o", made / "parts"},
          Arguments{"flash", "pack", wrong, "-o", made / "new.kfpkg"}}) {
        const auto run = run_emulator(command);
        EXPECT_EQ(run.status, 2) << command[1];
        EXPECT_EQ(run.out, "") << command[1];
        EXPECT_THAT(run.err, StartsWith("k210emu: " + wrong + ": ")) << command[1];
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
        EXPECT_LT(run.err.size(), 300u);
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(made.path()), {}), 1);
}

// What `format` may make anew or overwrite is a flash, a card or nothing.
TEST_P(WrongImageTest, IsNotFormatted) {
    const TempDir files;
    const std::string wrong = GetParam().path(files);
    if (!std::filesystem::exists(wrong)) return;
    for (const Arguments& more : {Arguments{}, Arguments{"--card", "64"}}) {
        Arguments command{"fs", "format", wrong};
        command.insert(command.end(), more.begin(), more.end());
        const auto run = run_emulator(command);
        EXPECT_EQ(run.status, 2);
        EXPECT_THAT(run.err, StartsWith("k210emu: " + wrong + ": "));
        EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    }
}

}  // namespace
}  // namespace k210
