// What harts read and write in devices, a line each: --trace-mmio.
//
//     0.003582544 hart 0 0x80006f32 print+12 write uarths.txdata 4 0x41
//
// Guest seconds, hart, pc and its name, what was done, the register, bytes and value.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "k210/cpu/hart_observer.hpp"
#include "trace/trace_text.hpp"

namespace k210::trace {

inline constexpr std::string_view kAllDevices = "all";

class AccessTrace final : public AccessObserver {
public:
    AccessTrace(std::vector<std::string> devices, TraceText& text, Symbols symbols);

    void finish();  // call once nothing comes any more

    void attached(const Bus& bus) override;
    bool follows(std::uint32_t address) const override;
    void accessed(const ObservedAccess& access) override;
    void polled(unsigned hart, std::uint64_t pc, std::uint32_t address, SimTime until) override;

private:
    // Rounds of a loop that were not run one by one; they come slice by slice.
    struct Poll {
        std::uint64_t pc;
        std::uint32_t address;
        SimTime until;
    };
    void end_poll(unsigned hart);
    std::string name_of(std::uint32_t address) const;

    const std::vector<std::string> devices_;
    TraceText& text_;
    const Symbols symbols_;
    const Bus* bus_ = nullptr;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> followed_;  // windows, from and how many bytes
    std::array<std::optional<Poll>, 2> polls_;                       // of each hart, going on
};

}  // namespace k210::trace
