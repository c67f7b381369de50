// A hardware queue of fixed depth.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "k210/sim/state.hpp"

namespace k210 {

template <class T, std::size_t Depth>
class Fifo {
public:
    bool push(T item) {  // false, and the item is lost, when full
        if (full()) return false;
        items_[(head_ + count_++) % Depth] = item;
        return true;
    }
    T pop() {  // T{} when empty
        const T item = front();
        if (count_) {
            head_ = (head_ + 1) % Depth;
            --count_;
        }
        return item;
    }
    T front() const { return count_ ? items_[head_] : T{}; }
    void replace_front(T item) {  // nothing when empty
        if (count_) items_[head_] = item;
    }
    template <class Predicate>
    bool any(Predicate predicate) const {
        for (std::size_t i = 0; i < count_; ++i)
            if (predicate(items_[(head_ + i) % Depth])) return true;
        return false;
    }
    std::uint32_t size() const { return count_; }
    bool full() const { return count_ == Depth; }
    bool empty() const { return count_ == 0; }
    static constexpr std::size_t depth() { return Depth; }
    void clear() { head_ = count_ = 0; }

    void visit_state(StateVisitor& visitor, std::string_view name) {
        const auto scope = visitor.enter(name);
        visitor.value("head", head_, Depth - 1);
        visitor.value("count", count_, Depth);
        for (std::size_t i = 0; i < Depth; ++i) visitor.value(std::to_string(i), items_[i]);
    }

private:
    std::array<T, Depth> items_{};
    std::uint32_t head_ = 0, count_ = 0;
};

}  // namespace k210
