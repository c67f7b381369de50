// .npy files as NumPy writes them, and as nobody should.
#include "kmodel/npy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210::kmodel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bytes npy(std::string_view header, const Bytes& data, std::uint8_t version = 1) {
    Bytes file = bytes_of("\x93NUMPY");
    file.push_back(version);
    file.push_back(0);
    for (std::size_t i = 0; i < (version == 1 ? 2u : 4u); ++i)
        file.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
    file.insert(file.end(), header.begin(), header.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

TEST(NpyTest, WritesWhatItReads) {
    for (const Tensor& tensor : {Tensor{Element::u8, {{1, 2, 3, 1}}, {1, 2, 3, 4, 5, 6}},
                                 Tensor{Element::f32, {{1, 1, 1, 2}}, {0, 0, 128, 63, 0, 0, 0, 192}}}) {
        const Bytes file = write_npy(tensor);
        const NpyArray array = read_npy("a.npy", file);
        EXPECT_EQ(array.element, tensor.element);
        EXPECT_TRUE(std::ranges::equal(array.shape, tensor.shape.dims));
        EXPECT_TRUE(std::ranges::equal(array.bytes, tensor.bytes));
    }
}

TEST(NpyTest, WritesNumPysOwnBytes) {  // numpy.save() of numpy.array([[[[7]]]], dtype=numpy.uint8), NumPy 1.24
    Bytes expected =
        npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1), }" + std::string(52, ' ') + "\n", {7});
    EXPECT_EQ(write_npy({Element::u8, {}, {7}}), expected);
    EXPECT_EQ((expected.size() - 1) % 64, 0u);
}

TEST(NpyTest, ReadsLaterVersionsAndOtherSpellings) {
    const Bytes two = npy(R"({"shape":(2,),"fortran_order":True,"descr":"<f4"})", Bytes(8), 2);
    EXPECT_THAT(read_npy("a.npy", two).shape, ElementsAre(2));
    const Bytes three = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", Bytes(1), 3);
    EXPECT_THAT(read_npy("a.npy", three).shape, ElementsAre());
}

struct Broken {
    const char* name;
    Bytes bytes;
    const char* complaint;
};
void PrintTo(const Broken& broken, std::ostream* out) {
    *out << broken.name;
}

const Broken kBroken[] = {
    {"Empty", {}, "is not an .npy file"},
    {"MagicOnly", bytes_of("\x93NUMPY"), "version 0"},
    {"LaterVersion", npy("{}", {}, 4), "version 4"},
    {"HeaderThatDoesNotEnd", Bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 255, 255, '{'}, "its .npy header does not end"},
    {"NoDictionary", npy("[1]", {}), ".npy header, offset 0: no '{'"},
    {"OpenDictionary", npy("{'descr': '|u1'", {}), "no comma"},
    {"OpenQuote", npy("{'descr", {}), "a quote that does not end"},
    {"UnknownKey", npy("{'colour': 'red'}", {}), "an unknown key"},
    {"MissingShape", npy("{'descr': '|u1', 'fortran_order': False}", {}), "no descr, fortran_order or shape"},
    {"Doubles", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", Bytes(8)), "type '<f8'"},
    {"BigEndian", npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", Bytes(4)), "type '>f4'"},
    {"FortranOrder", npy("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2)}", Bytes(2)), "Fortran order"},
    {"NeitherTrueNorFalse", npy("{'fortran_order': Maybe}", {}), "neither True nor False"},
    {"NegativeSize", npy("{'shape': (-1,)}", {}), "no size"},
    {"HugeSize", npy("{'shape': (99999999999,)}", {}), "no size"},
    {"ManyDimensions", npy("{'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", {}),
     "too many"},
    {"FewerBytesThanItsShape", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", Bytes(2)),
     "has 2 bytes of elements"},
    {"MoreBytesThanItsShape", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", Bytes(4)),
     "has 4 bytes of elements"},
    {"ShapeThatOverflows",
     npy("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967295, 4294967295, 4294967295)}", Bytes(1)),
     "asks for more"},
};

class NpyBadInputTest : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(Files, NpyBadInputTest, testing::ValuesIn(kBroken),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(NpyBadInputTest, IsOneLine) {
    const std::string error = input_error_of([] { read_npy("a.npy", GetParam().bytes); });
    EXPECT_THAT(error, testing::StartsWith("a.npy: "));
    EXPECT_THAT(error, HasSubstr(GetParam().complaint));
    EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace k210::kmodel
