// Host memory behind guest RAM and ROM, and the notice that tells harts when their code changed under them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace k210 {

inline constexpr std::size_t kPageBytes = 4096;

class Memory {
public:
    Memory(std::string name, std::size_t size_bytes);  // zeroed, page-aligned
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    const std::string& name() const { return name_; }
    std::span<std::uint8_t> bytes() { return {data_.get(), size_bytes_}; }
    std::size_t size_bytes() const { return size_bytes_; }

    // Little-endian, 1, 2 or 4 bytes, wholly inside.
    std::uint32_t read(std::size_t offset, unsigned size_bytes) const;
    void write(std::size_t offset, unsigned size_bytes, std::uint32_t value);

    // Harts mark what they execute; everyone else who writes (DMA, KPU, loader) tells wrote(). Where the
    // two meet, listeners hear of it and check their translations against memory.
    void mark_code(std::size_t offset, std::size_t length);
    bool holds_code_near(std::size_t offset) const { return code_pages_[offset / kPageBytes]; }  // in its page
    void wrote(std::size_t offset, std::size_t length);
    void on_code_changed(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

private:
    struct Free {
        void operator()(std::uint8_t* p) const;
    };
    std::string name_;
    std::size_t size_bytes_;
    std::unique_ptr<std::uint8_t, Free> data_;
    std::vector<bool> code_pages_;
    std::vector<std::function<void()>> listeners_;
};

}  // namespace k210
