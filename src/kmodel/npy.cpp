#include "kmodel/npy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::kmodel {
namespace {

constexpr std::array<std::uint8_t, 6> kMagic = {0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr std::size_t kDataAlignment = 64;
constexpr std::size_t kMaxDimensions = 32;  // NumPy's own

// The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class Header {
public:
    Header(std::string_view name, std::string_view text) : name_(name), text_(text) {}

    void parse() {
        expect('{');
        while (!take('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr")
                descr = quoted();
            else if (key == "fortran_order")
                fortran_order = boolean();
            else if (key == "shape")
                shape = tuple();
            else
                fail("an unknown key");
            if (!take(',') && peek() != '}') fail("no comma after a value");
        }
        if (!descr || !fortran_order || !shape) fail("no descr, fortran_order or shape");
    }

    std::optional<std::string_view> descr;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::uint32_t>> shape;

private:
    [[noreturn]] void fail(std::string_view why) const {
        throw InputError(fmt::format("{}: .npy header, offset {}: {}", name_, at_, why));
    }
    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail(fmt::format("no '{}'", c));
    }
    std::string_view quoted() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail("no quoted word");
        const std::size_t begin = at_ + 1, end = text_.find(quote, begin);
        if (end == std::string_view::npos) fail("a quote that does not end");
        at_ = end + 1;
        return text_.substr(begin, end - begin);
    }
    bool boolean() {
        peek();
        for (const auto& [word, value] :
             {std::pair{std::string_view("True"), true}, {std::string_view("False"), false}})
            if (text_.substr(at_).starts_with(word)) {
                at_ += word.size();
                return value;
            }
        fail("neither True nor False");
    }
    std::vector<std::uint32_t> tuple() {
        std::vector<std::uint32_t> sizes;
        expect('(');
        while (!take(')')) {
            if (sizes.size() == kMaxDimensions) fail("too many dimensions");
            sizes.push_back(number());
            if (!take(',') && peek() != ')') fail("no comma after a size");
        }
        return sizes;
    }
    std::uint32_t number() {
        peek();
        std::uint32_t value = 0;
        const char *begin = text_.data() + at_, *end = text_.data() + text_.size();
        const auto [last, error] = std::from_chars(begin, end, value);
        if (error != std::errc{}) fail("no size of 32 bits");
        at_ += static_cast<std::size_t>(last - begin);
        return value;
    }

    std::string_view name_, text_;
    std::size_t at_ = 0;
};

std::optional<Element> element_of(std::string_view descr) {
    if (descr == "|u1" || descr == "<u1" || descr == "u1") return Element::u8;
    if (descr == "<f4") return Element::f32;
    return {};
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool is_npy(std::span<const std::uint8_t> bytes) {
    return bytes.size() >= kMagic.size() && std::ranges::equal(bytes.first(kMagic.size()), kMagic);
}

NpyArray read_npy(std::string_view name, std::span<const std::uint8_t> file) {
    const auto fail = [&](std::string_view why) { throw InputError(fmt::format("{}: {}", name, why)); };
    const auto field = [&](std::size_t at) { return at < file.size() ? std::size_t{file[at]} : 0; };
    if (!is_npy(file)) fail("is not an .npy file");
    const std::size_t version = field(6);
    if (version < 1 || version > 3) fail(fmt::format("is an .npy file of version {}", version));
    // The header's size takes two bytes, from version 2 on four.
    const std::size_t begin = version == 1 ? 10 : 12;
    const std::size_t size = field(8) | field(9) << 8 | (version == 1 ? 0 : field(10) << 16 | field(11) << 24);
    if (file.size() < begin || size > file.size() - begin) fail("its .npy header does not end");

    Header header(name, text_of(file.subspan(begin, size)));
    header.parse();
    NpyArray array;
    if (const auto element = element_of(*header.descr))
        array.element = *element;
    else
        fail(fmt::format("has elements of type '{}'; only u1 and little-endian f4 are read", *header.descr));
    if (*header.fortran_order && header.shape->size() > 1) fail("is in Fortran order; only C order is read");
    array.shape = std::move(*header.shape);
    array.bytes = file.subspan(begin + size);
    std::uint64_t bytes = size_bytes(array.element);
    for (const std::uint32_t dimension : array.shape) {
        bytes *= dimension;
        if (bytes > file.size()) break;  // too much already: no product is larger than 64 bits
    }
    if (bytes != array.bytes.size())
        fail(fmt::format("has {} bytes of elements where its shape asks for {}", array.bytes.size(),
                         bytes > file.size() ? "more" : fmt::to_string(bytes)));
    return array;
}

std::vector<std::uint8_t> write_npy(const Tensor& tensor) {
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}, {}, {}), }}",
                                     tensor.element == Element::f32 ? "<f4" : "|u1", tensor.shape.batch(),
                                     tensor.shape.channels(), tensor.shape.height(), tensor.shape.width());
    constexpr std::size_t kBeforeHeader = 10;
    while ((kBeforeHeader + header.size() + 1) % kDataAlignment != 0) header += ' ';
    header += '\n';
    std::vector<std::uint8_t> file(kMagic.begin(), kMagic.end());
    for (const std::size_t v : {std::size_t{1}, std::size_t{0}, header.size() & 0xff, header.size() >> 8})
        file.push_back(static_cast<std::uint8_t>(v));
    file.insert(file.end(), header.begin(), header.end());
    file.insert(file.end(), tensor.bytes.begin(), tensor.bytes.end());
    return file;
}

}  // namespace k210::kmodel
