// The address router: physical addresses to memories and devices, for harts and for bus masters such as the DMAC.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/bus/device.hpp"
#include "k210/bus/memory.hpp"

namespace k210 {

struct BusAccess {
    std::string_view device;  // empty: none yet
    std::uint32_t address = 0;
    unsigned size_bytes = 0;
    bool is_write = false;
    std::uint32_t value = 0;
};

class Bus {
public:
    struct Window {
        std::string name;
        std::uint32_t base, size_bytes;
        Memory* memory = nullptr;     // either this, the window showing the memory from its start,
        BusTarget* target = nullptr;  // or this
        bool writable = true;
        bool cached = true;  // by the harts, if it is memory
    };

    explicit Bus(Log& log) : log_(log) {}
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;

    enum class MemoryKind : std::uint8_t { ram, uncached_ram, rom };

    // Overlapping windows throw std::logic_error.
    void map(Memory& memory, std::uint32_t base, MemoryKind kind = MemoryKind::ram);
    void map(std::string name, BusTarget& target, std::uint32_t base, std::uint32_t size_bytes);

    const std::vector<Window>& windows() const { return windows_; }  // in order of base
    const Window* find(std::uint32_t address) const;

    // Little-endian, 1, 2 or 4 bytes. Where nothing is mapped: reads give 0, writes are lost, both logged.
    std::uint32_t read(std::uint32_t address, unsigned size_bytes);
    void write(std::uint32_t address, unsigned size_bytes, std::uint32_t value);
    // An access that a hart has already routed to `window`.
    std::uint32_t read_device(const Window& window, std::uint32_t offset, unsigned size_bytes);
    void write_device(const Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value);

    // The host bytes behind [address, address + length), or an empty span unless all of it is one memory.
    // Whoever writes through it calls wrote() afterwards.
    std::span<std::uint8_t> memory(std::uint32_t address, std::uint32_t length) const;
    void wrote(std::uint32_t address, std::uint32_t length);

    const BusAccess& last_device_access() const { return last_; }
    void visit_state(StateVisitor& visitor);

private:
    void insert(Window window);

    Log& log_;
    std::vector<Window> windows_;
    BusAccess last_;
};

}  // namespace k210
