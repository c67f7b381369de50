// The other end of an SPI controller's wires, for tests.
#pragma once
#include <cstdint>
#include <deque>
#include <string>

#include <fmt/format.h>

#include "k210/bus/wires.hpp"

namespace k210 {

// Writes down what happens on the wire: "+3" and "-3" as chip select 3 comes and goes, "9f/8" for eight bits sent on
// one line and "9f/8x4" on four, "r8x4" for eight bits received on four, "w4" for four dummy clocks. Answers from a
// list.
struct RecordingSpiBus : SpiBus {
    std::string seen;
    std::deque<std::uint32_t> answers;

    void select(unsigned chip_select, bool active) override {
        note(fmt::format("{}{}", active ? '+' : '-', chip_select));
    }
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override {
        note(lines == 1 ? fmt::format("{:x}/{}", out, bits) : fmt::format("{:x}/{}x{}", out, bits, lines));
        return answer();
    }
    std::uint32_t receive(unsigned bits, unsigned lines) override {
        note(fmt::format("r{}x{}", bits, lines));
        return answer();
    }
    void dummy_clocks(unsigned clocks) override { note(fmt::format("w{}", clocks)); }

private:
    void note(const std::string& what) { seen += (seen.empty() ? "" : " ") + what; }
    std::uint32_t answer() {
        if (answers.empty()) return 0;
        const std::uint32_t a = answers.front();
        answers.pop_front();
        return a;
    }
};

// One chip wired straight to a controller's chip select.
struct SingleTargetBus : SpiBus {
    SingleTargetBus(SpiTarget& target, unsigned chip_select) : target_(target), chip_select_(chip_select) {}

    void select(unsigned chip_select, bool active) override {
        if (chip_select == chip_select_) target_.select(active);
    }
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override {
        return target_.exchange(out, bits, lines);
    }
    std::uint32_t receive(unsigned bits, unsigned lines) override { return target_.receive(bits, lines); }
    void dummy_clocks(unsigned clocks) override { target_.dummy_clocks(clocks); }

private:
    SpiTarget& target_;
    unsigned chip_select_;
};

}  // namespace k210
