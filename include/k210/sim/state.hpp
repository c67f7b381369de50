// Saving and restoring a machine: one visitor, used by the same code both ways.
#pragma once
#include <concepts>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace k210 {

class Event;
class EventQueue;

// A machine's whole state, by name ("soc.uarths.div"); never pointers.
using Snapshot = std::map<std::string, std::vector<std::uint8_t>, std::less<>>;

template <class T>
concept StateValue = std::integral<T> || std::is_enum_v<T>;

class StateVisitor {
public:
    StateVisitor() = default;
    StateVisitor(const StateVisitor&) = delete;
    StateVisitor& operator=(const StateVisitor&) = delete;
    virtual ~StateVisitor() = default;

    virtual bool loading() const = 0;

    // Any integer, bool or enumeration; stored as 64 bits.
    template <StateValue T>
    void value(std::string_view name, T& v) {
        auto wide = static_cast<std::uint64_t>(v);
        number(path(name), wide);
        v = static_cast<T>(wide);
    }
    // A table of unsigned integers, little-endian; its size never changes.
    template <std::unsigned_integral T>
    void table(std::string_view name, std::span<T> v) {
        std::vector<std::uint8_t> packed(v.size_bytes());
        for (std::size_t i = 0; i < packed.size(); ++i)
            packed[i] = static_cast<std::uint8_t>(v[i / sizeof(T)] >> (i % sizeof(T) * 8));
        fixed(path(name), packed);
        if (!loading()) return;
        for (T& element : v) element = 0;
        for (std::size_t i = 0; i < packed.size(); ++i)
            v[i / sizeof(T)] |= static_cast<T>(static_cast<T>(packed[i]) << (i % sizeof(T) * 8));
    }
    void bytes(std::string_view name, std::span<std::uint8_t> v) { fixed(path(name), v); }      // size never changes
    void buffer(std::string_view name, std::vector<std::uint8_t>& v) { sized(path(name), v); }  // size is state too
    void event(EventQueue& queue, Event& event);

    // Prefixes names while in scope.
    class Scope {
    public:
        Scope(StateVisitor& visitor, std::string_view name);
        ~Scope() { visitor_.prefix_.resize(length_); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        StateVisitor& visitor_;
        std::size_t length_;
    };
    [[nodiscard]] Scope enter(std::string_view name) { return Scope(*this, name); }

private:
    std::string path(std::string_view name) const { return prefix_ + std::string(name); }
    virtual void number(const std::string& path, std::uint64_t& v) = 0;
    virtual void fixed(const std::string& path, std::span<std::uint8_t> v) = 0;
    virtual void sized(const std::string& path, std::vector<std::uint8_t>& v) = 0;

    std::string prefix_;
};

class StateSaver final : public StateVisitor {
public:
    explicit StateSaver(Snapshot& to) : to_(to) {}
    bool loading() const override { return false; }

private:
    void number(const std::string& path, std::uint64_t& v) override;
    void fixed(const std::string& path, std::span<std::uint8_t> v) override;
    void sized(const std::string& path, std::vector<std::uint8_t>& v) override;
    void store(const std::string& path, std::span<const std::uint8_t> v);
    Snapshot& to_;
};

// Throws InputError naming the path when the snapshot lacks it or has it in another size.
class StateLoader final : public StateVisitor {
public:
    explicit StateLoader(const Snapshot& from) : from_(from) {}
    bool loading() const override { return true; }

private:
    void number(const std::string& path, std::uint64_t& v) override;
    void fixed(const std::string& path, std::span<std::uint8_t> v) override;
    void sized(const std::string& path, std::vector<std::uint8_t>& v) override;
    const std::vector<std::uint8_t>& find(const std::string& path) const;
    const Snapshot& from_;
};

}  // namespace k210
