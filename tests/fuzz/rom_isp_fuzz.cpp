// A flashing tool that sends the boot ROM's serial mode anything: bytes, and frames whose checksums are right.
#include <cstdlib>
#include <vector>

#include <zlib.h>

#include "fuzz/fuzz_input.hpp"
#include "k210/base/log.hpp"
#include "soc/rom_isp.hpp"

namespace {

using namespace k210;

struct Host final : SerialSink {
    void receive(std::uint8_t) override { ++heard; }
    std::size_t heard = 0;
};

void add_word(std::vector<std::uint8_t>& to, std::uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<std::uint8_t>(word >> shift));
}

std::vector<std::uint8_t> frame(FuzzInput& input) {
    std::vector<std::uint8_t> checked,
        bytes{static_cast<std::uint8_t>(input.pick({0xc2, 0xc3, 0xc5, 0xc6, 0xc4})), 0, 0, 0};
    std::vector<std::uint8_t> body(input.below(64));
    for (std::uint8_t& byte : body) byte = static_cast<std::uint8_t>(input.bits(8));
    add_word(checked, input.pick({0x8000'0000, 0x8000'0fe0, 0x4000'0000, 0xffff'fff0}) + input.below(64));
    add_word(checked, static_cast<std::uint32_t>(body.size()) + (input.one_in(8) ? input.below(3) : 0));
    checked.insert(checked.end(), body.begin(), body.end());
    add_word(bytes, static_cast<std::uint32_t>(::crc32(0, checked.data(), static_cast<uInt>(checked.size()))));
    bytes.insert(bytes.end(), checked.begin(), checked.end());
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Log log;
    log.set_level(LogLevel::off);
    Memory memory("sram", kPageBytes);
    Bus bus(log);
    bus.map(memory, 0x8000'0000);
    Host host;
    RomIsp isp(bus, host, log);
    std::size_t sent = 0;
    isp.on_boot = [&](std::uint32_t) { isp.start(); };
    isp.start();
    FuzzInput input(data, size);
    const auto send = [&](std::uint8_t byte) {
        isp.receive(byte);
        ++sent;
    };
    while (!input.empty()) {
        if (input.one_in(3)) {
            send(static_cast<std::uint8_t>(input.bits(8)));
            continue;
        }
        send(0xc0);
        for (const std::uint8_t byte : frame(input)) {
            if (byte == 0xc0 || byte == 0xdb) send(0xdb);
            send(byte == 0xc0 ? 0xdc : byte == 0xdb ? 0xdd : byte);
        }
        send(0xc0);
    }
    Snapshot snapshot;
    StateSaver saver(snapshot);
    isp.visit_state(saver);
    StateLoader loader(snapshot);
    isp.visit_state(loader);
    if (host.heard > 4 * sent) std::abort();
    return 0;
}
