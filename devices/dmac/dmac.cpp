#include "dmac/dmac.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "k210/sim/cost_model.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kPieceBytes = 4096;    // moved at once, at most
constexpr std::uint64_t kBeatsPerEvent = 512;  // served at once while a device keeps asking

constexpr std::uint32_t kAllInterrupts = 0xe000'3ffb;

// [sdk] dmac.h, ch_cfg.src_multblk_type; 0: the next block follows the last one's address
enum MultiBlock : std::uint32_t { kReload = 1, kShadow = 2, kList = 3 };
constexpr std::uint32_t kItemCtlHigh = 0x24, kItemValid = 1u << 31;

std::uint32_t mask(const Bits& field) {
    return field.range().mask();
}

std::uint64_t bus_cycles(std::uint64_t beats) {
    return std::max<std::uint64_t>(beats * cost::kDmaTenthsABeat / 10, 1);
}

// [sdk] dmac.h, ctl.src_msize
std::uint32_t burst_items(std::uint32_t msize) {
    return msize == 0 || msize > 9 ? 1 : 2u << msize;
}

std::uint32_t width_bytes(std::uint32_t tr_width) {
    return 1u << std::min(tr_width, 6u);
}

bool is_source_device(std::uint32_t tt_fc) {
    return tt_fc >= 2 && tt_fc != 6;
}
bool is_destination_device(std::uint32_t tt_fc) {
    return tt_fc & 1 || tt_fc == 6;
}

}  // namespace

Dmac::Channel::Channel(Dmac& dmac, unsigned index)
    : name("ch" + std::to_string(index) + "_"), track("dma channel " + std::to_string(index)),
      base(0x100 + index * 0x100), sar(dmac.regs, base + 0x00, name + "sar"), dar(dmac.regs, base + 0x08, name + "dar"),
      block_ts(dmac.regs, base + 0x10, name + "block_ts"), ctl(dmac.regs, base + 0x18, name + "ctl"),
      cfg(dmac.regs, base + 0x20, name + "cfg"), llp(dmac.regs, base + 0x28, name + "llp"),
      status(dmac.regs, base + 0x30, name + "status"), swhssrc(dmac.regs, base + 0x38, name + "swhssrc"),
      swhsdst(dmac.regs, base + 0x40, name + "swhsdst"), blk_tfr(dmac.regs, base + 0x48, name + "blk_tfr"),
      axi_id(dmac.regs, base + 0x50, name + "axi_id"), axi_qos(dmac.regs, base + 0x58, name + "axi_qos"),
      intstatus_en(dmac.regs, base + 0x80, name + "intstatus_en", Access::rw, kAllInterrupts),
      intstatus(dmac.regs, base + 0x88, name + "intstatus", ro),
      intsignal_en(dmac.regs, base + 0x90, name + "intsignal_en", Access::rw, kAllInterrupts),
      intclear(dmac.regs, base + 0x98, name + "intclear", wo),
      work(dmac, "work" + std::to_string(index), [&dmac, index] { dmac.work(index); }) {
    status.lo.refresh = [this] {
        status.cmpltd_blk_size = static_cast<std::uint32_t>((job.total_bytes - job.left_bytes) / job.src_width);
    };
    intstatus.lo.steady = intstatus.hi.steady = true;
    for (SoftwareRequest* request : {&swhssrc, &swhsdst}) {
        request->lo.refresh = [request] {
            request->req = request->burst;
            request->sglreq = request->single;
        };
        request->lo.after_write = [&dmac, index, request](std::uint32_t) { dmac.take_request(index, *request); };
    }
    blk_tfr.lo.after_write = [&dmac, index](std::uint32_t) { dmac.resume(index); };
    ctl.hi.after_write = [this, &dmac, index](std::uint32_t) {
        if (ctl.shadowreg_or_lli_valid) dmac.resume(index);
    };
    intclear.lo.after_write = [this](std::uint32_t lanes) { intstatus.lo.raw &= ~(intclear.lo.raw & lanes); };
}

Dmac::Dmac(DeviceContext context, Bus& bus)
    : Device("dmac", context),
      bus_(bus), channels_{{{*this, 0}, {*this, 1}, {*this, 2}, {*this, 3}, {*this, 4}, {*this, 5}}} {
    cfg.lo.after_write = [this](std::uint32_t) {
        if (cfg.dmac_en) return;
        for (unsigned n = 0; n < kChannels; ++n)
            if (enabled(n)) disable(n, channels_[n].intstatus.disabled);
    };
    chen.lo.steady = chen.hi.steady = true;
    chen.lo.refresh = [this] {
        chen.ch_en = enabled_;
        chen.ch_susp = suspended_;
    };
    chen.lo.after_write = [this](std::uint32_t lanes) { write_enables(lanes); };
    chen.hi.after_write = [this](std::uint32_t) {
        for (unsigned n = 0; n < kChannels; ++n)
            if ((chen.ch_abort & chen.ch_abort_we) >> n & 1 && enabled(n)) disable(n, channels_[n].intstatus.aborted);
    };
    intstatus.lo.refresh = [this] {
        std::uint32_t active = 0;
        for (unsigned n = 0; n < kChannels; ++n) active |= std::uint32_t{pending(n)} << n;
        intstatus.ch_intstat = active;
    };
    reset_req.lo.after_write = [this](std::uint32_t) {
        if (reset_req.rst) reset();
    };
}

void Dmac::set_request(unsigned handshake, bool level) {
    if (handshake >= 64) return;
    const std::uint64_t bit = std::uint64_t{1} << handshake;
    requests_ = level ? requests_ | bit : requests_ & ~bit;
    if (!level || !enabled_) return;
    for (unsigned n = 0; n < kChannels; ++n) schedule(n);
}

void Dmac::select_handshake(unsigned channel, unsigned handshake) {
    if (channel >= kChannels || selection_[channel] == handshake) return;
    selection_[channel] = handshake;
    for (unsigned n = 0; n < kChannels; ++n) schedule(n);
}

// Bits take effect only beside their write-enable bits, so that cores can share the register.
void Dmac::write_enables(std::uint32_t lanes) {
    const std::uint32_t written = chen.lo.raw & lanes;
    const std::uint32_t en_we = (written & mask(chen.ch_en_we)) >> chen.ch_en_we.range().lsb;
    const std::uint32_t susp_we = (written & mask(chen.ch_susp_we)) >> chen.ch_susp_we.range().lsb;
    const std::uint32_t en = chen.ch_en, susp = chen.ch_susp;
    for (unsigned n = 0; n < kChannels; ++n) {
        const std::uint32_t bit = 1u << n;
        if (susp_we & bit && (susp ^ suspended_) & bit) {
            suspended_ ^= bit;
            if (suspended(n)) channels_[n].work.cancel();
            if (suspended(n) && enabled(n)) raise(n, channels_[n].intstatus.suspended);
        }
        if (en_we & bit && en & bit && !enabled(n)) enable(n);
        if (en_we & bit && !(en & bit) && enabled(n)) disable(n, channels_[n].intstatus.disabled);
        schedule(n);
    }
}

void Dmac::enable(unsigned n) {
    Channel& c = channels_[n];
    if (!cfg.dmac_en) return log().guest_error(name(), "channel {} enabled while the controller is not", n);
    if (c.cfg.tt_fc >= 4) log().unimplemented(name(), "peripheral flow control, tt_fc {}", std::uint32_t{c.cfg.tt_fc});

    Job& job = c.job;
    job = {};
    job.first_src = c.sar.lo.raw;
    job.first_dst = c.dar.lo.raw;
    job.src_waits = is_source_device(c.cfg.tt_fc);
    job.dst_waits = is_destination_device(c.cfg.tt_fc);
    job.src_by_software = c.cfg.hs_sel_src;
    job.dst_by_software = c.cfg.hs_sel_dst;
    job.src_interface = c.cfg.src_per;
    job.dst_interface = c.cfg.dst_per;
    enabled_ |= 1u << n;
    begin_block(n, true);
    if (enabled(n)) trace_begin(n);
}

void Dmac::begin_block(unsigned n, bool first) {
    Channel& c = channels_[n];
    Job& job = c.job;
    const bool listed = c.cfg.src_multblk_type == kList || c.cfg.dst_multblk_type == kList;
    const bool shadowed = c.cfg.src_multblk_type == kShadow || c.cfg.dst_multblk_type == kShadow;
    if (listed && !fetch_item(n)) return;
    if ((listed || shadowed) && !c.ctl.shadowreg_or_lli_valid) {
        job.stalled = true;
        return raise(n, c.intstatus.invalid_err);
    }
    if (shadowed && !listed) c.ctl.shadowreg_or_lli_valid = 0;  // the registers are free for the next one
    const auto address = [first](std::uint32_t type, std::uint32_t programmed, std::uint32_t begun,
                                 std::uint32_t reached) {
        if (type == kList || type == kShadow) return programmed;
        return first || type == kReload ? begun : reached;
    };
    job.src = address(c.cfg.src_multblk_type, c.sar.lo.raw, job.first_src, job.src);
    job.dst = address(c.cfg.dst_multblk_type, c.dar.lo.raw, job.first_dst, job.dst);
    job.reloads = !listed && !shadowed && (c.cfg.src_multblk_type == kReload || c.cfg.dst_multblk_type == kReload);
    job.last = listed || shadowed ? c.ctl.shadowreg_or_lli_last != 0 : !job.reloads;
    job.src_width = width_bytes(c.ctl.src_tr_width);
    job.dst_width = width_bytes(c.ctl.dst_tr_width);
    job.src_burst = burst_items(c.ctl.src_msize) * job.src_width;
    job.dst_burst = burst_items(c.ctl.dst_msize) * job.dst_width;
    job.src_increments = !c.ctl.sinc;
    job.dst_increments = !c.ctl.dinc;
    job.total_bytes = job.left_bytes = std::uint64_t{c.block_ts.block_ts + 1} * job.src_width;
}

// Into the registers: of the addresses those that the list is for. False: there is no memory, and the channel has
// ended.
bool Dmac::fetch_item(unsigned n) {
    constexpr std::uint32_t kItemBytes = 64;
    Channel& c = channels_[n];
    const std::uint32_t at = c.llp.lo.raw & ~(kItemBytes - 1);
    const auto item = bus_.memory(at, kItemBytes);
    if (item.empty()) {
        log().guest_error(name(), "channel {} takes an item of its list where no memory is, at {:#010x}", n, at);
        disable(n, c.intstatus.lli_rd_dec_err);
        return false;
    }
    const auto word = [&](std::size_t offset) {
        return item[offset] | item[offset + 1] << 8 | item[offset + 2] << 16 | std::uint32_t{item[offset + 3]} << 24;
    };
    if (c.cfg.src_multblk_type == kList) c.sar.lo.raw = word(0x00);
    if (c.cfg.dst_multblk_type == kList) c.dar.lo.raw = word(0x08);
    c.block_ts.block_ts = word(0x10);
    c.llp.lo.raw = word(0x18);
    c.ctl.lo.raw = word(0x20);
    c.ctl.hi.raw = word(kItemCtlHigh);
    c.job.item = at;
    c.job.bus_free_cycle = std::max(c.job.bus_free_cycle, now_cycle()) + bus_cycles(kItemBytes / 8);
    return true;
}

// Whoever looks at the list sees how far the channel has come.
void Dmac::retire_item(Job& job) {
    if (const std::uint32_t item = std::exchange(job.item, 0); item)
        bus_.write(item + kItemCtlHigh, 4, bus_.read(item + kItemCtlHigh, 4) & ~kItemValid);
}

// There may be a block again.
void Dmac::resume(unsigned n) {
    Job& job = channels_[n].job;
    if (!enabled(n) || !std::exchange(job.stalled, false)) return;
    if (job.item) channels_[n].llp.lo.raw = std::exchange(job.item, 0);  // the same one, looked at anew
    begin_block(n, job.total_bytes == 0);
    schedule(n);
}

void Dmac::disable(unsigned n, const Bits& why) {
    enabled_ &= ~(1u << n);
    channels_[n].work.cancel();
    raise(n, why);
    trace_end(n);
}

bool Dmac::requested(std::uint32_t interface) const {
    return interface < kChannels && selection_[interface] < 64 && requests_ >> selection_[interface] & 1;
}

bool Dmac::ready(const Channel& c) const {
    const auto asks = [this](bool by_software, const SoftwareRequest& request, std::uint32_t interface) {
        return by_software ? request.asks() : requested(interface);
    };
    return (!c.job.src_waits || asks(c.job.src_by_software, c.swhssrc, c.job.src_interface)) &&
           (!c.job.dst_waits || asks(c.job.dst_by_software, c.swhsdst, c.job.dst_interface));
}

// Bits count only beside their write enables; what has been asked for is served, and is not taken back.
void Dmac::take_request(unsigned n, SoftwareRequest& request) {
    request.burst |= request.req && request.req_we;
    request.single |= request.sglreq && request.sglreq_we;
    schedule(n);
}

void Dmac::schedule(unsigned n) {
    Channel& c = channels_[n];
    if (!enabled(n) || suspended(n) || c.work.armed()) return;
    if (c.job.stalled || (c.job.left_bytes && !ready(c))) return;
    c.work.arm_at_cycle(std::max(now_cycle() + cost::kDmaStart, c.job.bus_free_cycle));
}

void Dmac::work(unsigned n) {
    Channel& c = channels_[n];
    Job& job = c.job;
    if (!job.left_bytes) return finish(n);
    const bool waits = job.src_waits || job.dst_waits;
    const std::uint64_t left_before = job.left_bytes;
    const auto beats = [&] { return (left_before - job.left_bytes) / std::min(job.src_width, job.dst_width); };
    if (!ready(c)) return;
    do {
        if (!move(n)) return;
    } while (waits && job.left_bytes && enabled(n) && !suspended(n) && beats() < kBeatsPerEvent && ready(c));
    job.bus_free_cycle = now_cycle() + bus_cycles(beats());
    c.work.cancel();  // a request that came meanwhile must wait for the bus as well
    schedule(n);
}

void Dmac::finish(unsigned n) {
    Channel& c = channels_[n];
    if (c.ctl.ioc_blktfr) raise(n, c.intstatus.block_tfr_done);
    retire_item(c.job);
    if (!c.job.last && !(c.job.reloads && c.ctl.shadowreg_or_lli_last)) {
        begin_block(n, false);
        return schedule(n);
    }
    enabled_ &= ~(1u << n);
    raise(n, c.intstatus.dma_tfr_done);
    trace_end(n);
}

void Dmac::trace_begin(unsigned n) {
    TraceSink* watcher = trace();
    if (!watcher) return;
    const Job& job = channels_[n].job;
    const auto side = [this](std::uint32_t address) {
        const Bus::Window* window = bus_.find(address);
        return window ? std::string_view(window->name) : "nothing";
    };
    watcher->begin(now(), channels_[n].track, fmt::format("{} to {}", side(job.src), side(job.dst)),
                   {{"bytes", job.total_bytes},
                    {"from", fmt::format("{:#010x}", job.src)},
                    {"to", fmt::format("{:#010x}", job.dst)}});
}

void Dmac::trace_end(unsigned n) {
    if (TraceSink* watcher = trace()) watcher->end(now(), channels_[n].track);
}

bool Dmac::move(unsigned n) {
    Channel& c = channels_[n];
    Job& job = c.job;
    std::uint64_t bytes = std::min<std::uint64_t>(job.left_bytes, kPieceBytes);
    if (job.src_waits) bytes = std::min<std::uint64_t>(bytes, c.swhssrc.single_item() ? job.src_width : job.src_burst);
    if (job.dst_waits) bytes = std::min<std::uint64_t>(bytes, c.swhsdst.single_item() ? job.dst_width : job.dst_burst);
    bytes = std::max<std::uint64_t>(bytes / job.src_width, 1) * job.src_width;

    std::array<std::uint8_t, kPieceBytes> buffer;
    const std::span piece(buffer.data(), bytes);
    if (!load(job.src, job.src_width, job.src_increments, piece)) {
        log().guest_error(name(), "channel {} reads where nothing is mapped", n);
        disable(n, c.intstatus.src_dec_err);
        return false;
    }
    if (!store(job.dst, job.dst_width, job.dst_increments, piece)) {
        log().guest_error(name(), "channel {} writes where nothing is mapped", n);
        disable(n, c.intstatus.dst_dec_err);
        return false;
    }
    if (job.src_increments) job.src += static_cast<std::uint32_t>(bytes);
    if (job.dst_increments) job.dst += static_cast<std::uint32_t>(bytes);
    job.left_bytes -= std::min(bytes, job.left_bytes);
    if (job.src_waits && job.src_by_software) c.swhssrc.served();
    if (job.dst_waits && job.dst_by_software) c.swhsdst.served();
    raise(n, c.intstatus.src_transcomp);
    raise(n, c.intstatus.dst_transcomp);
    return true;
}

namespace {

// Goes through `bytes` bytes as bus accesses of at most four bytes: items of `width`, each at its own address or all
// at the same. access(window, address, offset in the data, size) for every one; false where nothing is mapped.
template <class Access>
bool for_each_access(const Bus& bus, std::uint32_t address, std::uint32_t width, bool increments, std::size_t bytes,
                     Access access) {
    for (std::size_t item = 0; item < bytes; item += width) {
        const std::size_t end = std::min<std::size_t>(item + width, bytes);
        std::uint32_t at = address;
        for (std::size_t i = item; i < end;) {
            const unsigned size = std::bit_floor(static_cast<unsigned>(std::min<std::size_t>(end - i, 4)));
            const Bus::Window* window = bus.find(at);
            if (!window) return false;
            access(*window, at & ~(size - 1), i, size);
            i += size;
            at += size;
        }
        if (increments) address += width;
    }
    return true;
}

}  // namespace

bool Dmac::load(std::uint32_t address, std::uint32_t width, bool increments, std::span<std::uint8_t> to) {
    const auto from = bus_.memory(address, increments ? static_cast<std::uint32_t>(to.size()) : width);
    if (!from.empty()) {
        for (std::size_t i = 0; i < to.size(); i += from.size()) std::copy(from.begin(), from.end(), to.begin() + i);
        return true;
    }
    return for_each_access(bus_, address, width, increments, to.size(),
                           [&](const Bus::Window& window, std::uint32_t at, std::size_t i, unsigned size) {
                               const std::uint32_t v = window.target ? bus_.read_device(window, at - window.base, size)
                                                                     : bus_.read(at, size);
                               for (unsigned b = 0; b < size; ++b) to[i + b] = static_cast<std::uint8_t>(v >> (8 * b));
                           });
}

bool Dmac::store(std::uint32_t address, std::uint32_t width, bool increments, std::span<const std::uint8_t> from) {
    if (increments) {
        const Bus::Window* window = bus_.find(address);
        const auto to = bus_.memory(address, static_cast<std::uint32_t>(from.size()));
        if (!to.empty() && window->writable) {
            std::copy(from.begin(), from.end(), to.begin());
            bus_.wrote(address, static_cast<std::uint32_t>(from.size()));
            return true;
        }
    }
    return for_each_access(bus_, address, width, increments, from.size(),
                           [&](const Bus::Window& window, std::uint32_t at, std::size_t i, unsigned size) {
                               std::uint32_t v = 0;
                               for (unsigned b = 0; b < size; ++b) v |= std::uint32_t{from[i + b]} << (8 * b);
                               if (window.target)
                                   bus_.write_device(window, at - window.base, size, v);
                               else
                                   bus_.write(at, size, v);
                           });
}

void Dmac::raise(unsigned n, const Bits& interrupt) {
    channels_[n].intstatus.lo.raw |= mask(interrupt) & channels_[n].intstatus_en.lo.raw;
}

bool Dmac::pending(unsigned n) const {
    return cfg.int_en && channels_[n].intstatus.lo.raw & channels_[n].intsignal_en.lo.raw;
}

void Dmac::settle() {
    for (unsigned n = 0; n < kChannels; ++n) irq[n].set(pending(n));
}

void Dmac::reset() {
    Device::reset();
    for (unsigned n = 0; n < kChannels; ++n)
        if (enabled(n)) trace_end(n);
    enabled_ = suspended_ = 0;
    for (Channel& c : channels_) {
        c.job = {};
        for (SoftwareRequest* request : {&c.swhssrc, &c.swhsdst}) request->burst = request->single = false;
    }
}

void Dmac::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("enabled", enabled_, (1u << kChannels) - 1);
    v.value("suspended", suspended_, (1u << kChannels) - 1);
    v.value("requests", requests_);
    for (unsigned n = 0; n < kChannels; ++n) {
        v.value("selection" + std::to_string(n), selection_[n]);
        const auto scope = v.enter("job" + std::to_string(n));
        Job& job = channels_[n].job;
        v.value("src", job.src);
        v.value("dst", job.dst);
        v.value("total_bytes", job.total_bytes);
        v.value("left_bytes", job.left_bytes, job.total_bytes);
        v.value("src_width", job.src_width);
        v.value("dst_width", job.dst_width);
        v.value("src_burst", job.src_burst);
        v.value("dst_burst", job.dst_burst);
        v.value("src_increments", job.src_increments);
        v.value("dst_increments", job.dst_increments);
        v.value("src_waits", job.src_waits);
        v.value("dst_waits", job.dst_waits);
        v.value("src_interface", job.src_interface);
        v.value("dst_interface", job.dst_interface);
        v.value("bus_free_cycle", job.bus_free_cycle);
        v.value("first_src", job.first_src);
        v.value("first_dst", job.first_dst);
        v.value("last", job.last);
        v.value("reloads", job.reloads);
        v.value("stalled", job.stalled);
        v.value("item", job.item);
        v.value("src_by_software", job.src_by_software);
        v.value("dst_by_software", job.dst_by_software);
        v.value("src_burst_asked", channels_[n].swhssrc.burst);
        v.value("src_single_asked", channels_[n].swhssrc.single);
        v.value("dst_burst_asked", channels_[n].swhsdst.burst);
        v.value("dst_single_asked", channels_[n].swhsdst.single);
        const auto is_width = [](std::uint32_t bytes) { return std::has_single_bit(bytes) && bytes <= width_bytes(6); };
        v.require(is_width(job.src_width), "src_width", "is no width");
        v.require(is_width(job.dst_width), "dst_width", "is no width");
    }
}

}  // namespace k210
