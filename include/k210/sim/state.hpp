// Saving and restoring a machine: one visitor, used by the same code both ways.
#pragma once
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace k210 {

class Event;
class EventQueue;

// A machine's whole state, by name ("soc.uarths.div"); never pointers.
using Snapshot = std::map<std::string, std::vector<std::uint8_t>, std::less<>>;

// A snapshot may be damaged: loading throws InputError that names the piece when its value cannot be. Saving such a
// value is an error of the model's: std::logic_error.
class StateVisitor {
public:
    StateVisitor() = default;
    StateVisitor(const StateVisitor&) = delete;
    StateVisitor& operator=(const StateVisitor&) = delete;
    virtual ~StateVisitor() = default;

    virtual bool loading() const = 0;

    // Any integer or bool; stored as 64 bits. At most `most`: what is used as an index, a count or a size says how far
    // it can go.
    template <std::integral T>
    void value(std::string_view name, T& v, std::type_identity_t<T> most = std::numeric_limits<T>::max()) {
        auto wide = static_cast<std::uint64_t>(v);
        number(path(name), wide);
        const T narrow = static_cast<T>(wide);
        if (static_cast<std::uint64_t>(narrow) != wide || narrow > most)
            refuse(name, wide, static_cast<std::uint64_t>(most));
        v = narrow;
    }
    // An enumeration without gaps, and its last member.
    template <class T>
    requires std::is_enum_v<T>
    void value(std::string_view name, T& v, T last) {
        auto number = static_cast<std::underlying_type_t<T>>(v);
        value(name, number, static_cast<std::underlying_type_t<T>>(last));
        v = static_cast<T>(number);
    }
    // A table of unsigned integers of at most `most`, little-endian; its size never changes.
    template <std::unsigned_integral T>
    void table(std::string_view name, std::span<T> v, std::type_identity_t<T> most = std::numeric_limits<T>::max()) {
        std::vector<std::uint8_t> packed(v.size_bytes());
        for (std::size_t i = 0; i < packed.size(); ++i)
            packed[i] = static_cast<std::uint8_t>(v[i / sizeof(T)] >> (i % sizeof(T) * 8));
        fixed(path(name), packed);
        if (!loading()) return;
        for (std::size_t i = 0; i < v.size(); ++i) {
            T element = 0;
            for (std::size_t k = sizeof(T); k-- > 0;)
                element = static_cast<T>(std::uint64_t{element} << 8 | packed[i * sizeof(T) + k]);
            if (element > most) refuse(name, element, most);
            v[i] = element;
        }
    }
    void bytes(std::string_view name, std::span<std::uint8_t> v) { fixed(path(name), v); }      // size never changes
    void buffer(std::string_view name, std::vector<std::uint8_t>& v) { sized(path(name), v); }  // size is state too
    // At most `most_bytes` of it, which may be anything.
    void text(std::string_view name, std::string& v, std::size_t most_bytes);
    void event(EventQueue& queue, Event& event);
    // For what depends on several pieces: "snapshot: NAME WHY" unless it holds.
    void require(bool holds, std::string_view name, std::string_view why) const {
        if (!holds) refuse(name, why);
    }

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
    [[noreturn]] void refuse(std::string_view name, std::string_view why) const;
    [[noreturn]] void refuse(std::string_view name, std::uint64_t value, std::uint64_t most) const;
    virtual void number(const std::string& path, std::uint64_t& v) = 0;
    virtual void fixed(const std::string& path, std::span<std::uint8_t> v) = 0;
    virtual void sized(const std::string& path, std::vector<std::uint8_t>& v) = 0;

    std::string prefix_;
};

// Two pieces of one name throw std::logic_error.
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
    void finish() const;  // once all has been visited: throws InputError when the snapshot holds more than that

private:
    void number(const std::string& path, std::uint64_t& v) override;
    void fixed(const std::string& path, std::span<std::uint8_t> v) override;
    void sized(const std::string& path, std::vector<std::uint8_t>& v) override;
    const std::vector<std::uint8_t>& find(const std::string& path);
    const Snapshot& from_;
    std::unordered_set<std::string_view> visited_;  // keys of from_
};

}  // namespace k210
