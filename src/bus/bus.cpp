#include "k210/bus/bus.hpp"

#include <algorithm>
#include <stdexcept>

namespace k210 {

void Bus::insert(Window window) {
    const auto at = std::upper_bound(windows_.begin(), windows_.end(), window.base,
                                     [](std::uint32_t base, const Window& w) { return base < w.base; });
    const bool hits_previous = at != windows_.begin() && window.base - (at - 1)->base < (at - 1)->size_bytes;
    const bool hits_next = at != windows_.end() && at->base - window.base < window.size_bytes;
    if (hits_previous || hits_next) throw std::logic_error("bus window " + window.name + " overlaps another");
    windows_.insert(at, std::move(window));
}

void Bus::map(Memory& memory, std::uint32_t base, MemoryKind kind) {
    insert({memory.name(), base, static_cast<std::uint32_t>(memory.size_bytes()), &memory, nullptr,
            kind != MemoryKind::rom, kind != MemoryKind::uncached_ram});
}

void Bus::map(std::string name, BusTarget& target, std::uint32_t base, std::uint32_t size_bytes) {
    insert({std::move(name), base, size_bytes, nullptr, &target, true});
}

const Bus::Window* Bus::find(std::uint32_t address) const {
    const auto after = std::upper_bound(windows_.begin(), windows_.end(), address,
                                        [](std::uint32_t a, const Window& w) { return a < w.base; });
    if (after == windows_.begin()) return nullptr;
    const Window& window = *(after - 1);
    return address - window.base < window.size_bytes ? &window : nullptr;
}

std::span<std::uint8_t> Bus::memory(std::uint32_t address, std::uint32_t length) const {
    const Window* window = find(address);
    if (!window || !window->memory || length > window->size_bytes - (address - window->base)) return {};
    return window->memory->bytes().subspan(address - window->base, length);
}

void Bus::wrote(std::uint32_t address, std::uint32_t length) {
    if (const Window* window = find(address); window && window->memory)
        window->memory->wrote(address - window->base, length);
}

std::uint32_t Bus::read(std::uint32_t address, unsigned size_bytes) {
    const Window* window = find(address);
    if (window && window->target) return read_device(*window, address - window->base, size_bytes);
    if (memory(address, size_bytes).empty()) {
        log_.guest_error("bus", "read of {} bytes at {:#010x}, where nothing is mapped", size_bytes, address);
        return 0;
    }
    return window->memory->read(address - window->base, size_bytes);
}

void Bus::write(std::uint32_t address, unsigned size_bytes, std::uint32_t value) {
    const Window* window = find(address);
    if (window && window->target) return write_device(*window, address - window->base, size_bytes, value);
    if (memory(address, size_bytes).empty() || !window->writable) {
        log_.guest_error("bus", "write of {} bytes at {:#010x}, where nothing writable is mapped", size_bytes, address);
        return;
    }
    window->memory->write(address - window->base, size_bytes, value);
    window->memory->wrote(address - window->base, size_bytes);
}

std::uint32_t Bus::read_device(const Window& window, std::uint32_t offset, unsigned size_bytes) {
    last_ = {window.name, window.base + offset, size_bytes, false, 0};
    const std::uint32_t value = window.target->read(offset, size_bytes);
    last_.value = value;
    return value;
}

void Bus::write_device(const Window& window, std::uint32_t offset, unsigned size_bytes, std::uint32_t value) {
    last_ = {window.name, window.base + offset, size_bytes, true, value};
    window.target->write(offset, size_bytes, value);
}

void Bus::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter("last_access");
    bool any = !last_.device.empty();
    visitor.value("any", any);
    visitor.value("address", last_.address);
    visitor.value("size_bytes", last_.size_bytes, 4);
    visitor.value("is_write", last_.is_write);
    visitor.value("value", last_.value);
    const Window* window = any ? find(last_.address) : nullptr;
    visitor.require(any == (window != nullptr), "address", "is no device's");
    last_.device = window ? std::string_view(window->name) : std::string_view();
}

}  // namespace k210
