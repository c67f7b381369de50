// Little-endian fields of a model file, one after the other, never beyond its end.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "kpu/layer.hpp"

namespace k210::kmodel {

class Reader {
public:
    // `name` is the file's, for complaints.
    Reader(std::string_view name, std::span<const std::uint8_t> bytes, std::size_t at = 0)
        : name_(name), bytes_(bytes), at_(at) {}

    void enter(std::string where) { where_ = std::move(where); }  // what is being read: "header", "layer 7 (softmax)"
    Reader from(std::size_t at) const {
        Reader reader = *this;
        reader.at_ = at;
        return reader;
    }
    // One layer's body, which nothing is read beyond. A file may lack the padding after its last one.
    Reader body(std::size_t at, std::size_t size) const {
        Reader reader = from(at);
        if (at <= bytes_.size() && size <= bytes_.size() - at) {
            reader.bytes_ = bytes_.first(at + size);
            reader.ends_ = "layer's body";
        }
        return reader;
    }

    std::uint32_t u32() {
        std::uint32_t v = 0;
        for (const std::uint8_t byte : bytes(4)) v = v >> 8 | std::uint32_t{byte} << 24;
        return v;
    }
    std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
    float f32() { return std::bit_cast<float>(u32()); }
    std::uint64_t u64() {
        const std::uint64_t low = u32();
        return low | std::uint64_t{u32()} << 32;
    }
    KpuLayerWords layer_words() {
        KpuLayerWords words{};
        for (std::uint64_t& word : words) word = u64();
        return words;
    }
    std::span<const std::uint8_t> bytes(std::size_t count) {
        if (at_ > bytes_.size() || count > bytes_.size() - at_)
            fail(fmt::format("the {} ends {} bytes too early", ends_,
                             count - (bytes_.size() - std::min(at_, bytes_.size()))));
        at_ += count;
        return bytes_.subspan(at_ - count, count);
    }
    void skip(std::size_t count) { bytes(count); }
    std::size_t at() const { return at_; }
    std::size_t left() const { return at_ < bytes_.size() ? bytes_.size() - at_ : 0; }
    std::span<const std::uint8_t> whole() const { return bytes_; }

    // Throws InputError: "facedetect.kmodel: layer 7 (softmax), offset 0x1234: why".
    [[noreturn]] void fail(std::string_view why) const { fail_at(at_, why); }
    [[noreturn]] void fail_at(std::size_t at, std::string_view why) const {
        throw InputError(fmt::format("{}: {}, offset {:#x}: {}", name_, where_, at, why));
    }

private:
    std::string name_, where_ = "header";
    std::string_view ends_ = "file";
    std::span<const std::uint8_t> bytes_;
    std::size_t at_;
};

}  // namespace k210::kmodel
