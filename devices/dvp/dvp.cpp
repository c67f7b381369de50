#include "dvp/dvp.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr std::uint32_t kXclkBits = 0x1ff;  // clk_div and clk_enable
constexpr std::uint64_t kShortestFrameCycles =
    0x10000;  // no sensor is faster; a senseless one must not flood the queue

}  // namespace

Dvp::Dvp(DeviceContext context, Bus& bus, I2cBus& sccb)
    : Device("dvp", context), bus_(bus), sccb_(sccb), vsync_(*this, "vsync", [this] { start_frame(); }),
      lines_begin_(*this, "lines_begin", [this] { begin_lines(); }),
      lines_end_(*this, "lines_end", [this] { finish_frame(); }),
      sccb_done_(*this, "sccb_done", [this] { transfer_sccb(); }) {
    cmos_cfg.after_write = [this](std::uint32_t) { follow_xclk(); };
    sts.refresh = [this] {
        sts.raw = 0;
        sts.frame_start = frame_start_;
        sts.frame_finish = frame_finish_;
        sts.dvp_en = dvp_en_;
        sts.sccb_en = sccb_en_;
    };
    sts.after_write = [this](std::uint32_t) { write_status(); };
    reverse.after_write = [this](std::uint32_t) {
        if (reverse.raw) log().unverified(name(), "reverse set to {:#x} has no effect", reverse.raw);
    };
}

// Every bit counts only together with its write-enable bit.
void Dvp::write_status() {
    if (sts.frame_start_we && sts.frame_start) frame_start_ = false;
    if (sts.frame_finish_we && sts.frame_finish) frame_finish_ = false;
    if (sts.dvp_en_we) {
        dvp_en_ = sts.dvp_en;
        if (dvp_en_)
            await_line();
        else
            abandon_frame();
    }
    if (sts.sccb_en_we && sts.sccb_en) start_sccb();
    sts.refresh();
}

void Dvp::follow_xclk() {
    if ((cmos_cfg.raw & kXclkBits) == xclk_setting_) return;
    xclk_setting_ = cmos_cfg.raw & kXclkBits;
    vsync_.cancel();
    frame_runs_ = false;
    abandon_frame();
    if (cmos_cfg.clk_enable) vsync_.arm_in(from_xclk(std::max(camera_->timing().frame_cycles, kShortestFrameCycles)));
}

void Dvp::abandon_frame() {
    lines_begin_.cancel();
    if (TraceSink* watcher = trace(); watcher && lines_end_.armed()) watcher->end(now(), name());
    lines_end_.cancel();
}

// The clockwork goes on while the sensor sleeps, so that the DVP notices when it wakes up.
void Dvp::start_frame() {
    const std::uint64_t start = vsync_.cycle();
    const VideoTiming timing = camera_->timing();
    vsync_.arm_at_cycle(start + from_xclk(std::max(timing.frame_cycles, kShortestFrameCycles)));
    frame_runs_ = camera_->streaming();
    if (!frame_runs_) return;
    frame_cycle_ = start;
    frame_start_ = true;
    if (dvp_en_ || dvp_cfg.auto_enable) await_line();
}

// Capture starts with the next line that begins in the running frame. Without one it waits for vertical sync.
void Dvp::await_line() {
    if (!frame_runs_ || lines_begin_.armed() || lines_end_.armed()) return;
    const VideoTiming timing = camera_->timing();
    if (timing.lines == 0) return;
    const std::uint64_t first = frame_cycle_ + from_xclk(timing.first_line_cycles);
    const std::uint64_t active = std::max<std::uint64_t>(from_xclk(timing.active_cycles), 1);  // registers may say 0
    const std::uint64_t now = std::max(now_cycle(), first);
    const std::uint64_t begun = ((now - first) * timing.lines + active - 1) / active;
    if (begun >= timing.lines) return;
    first_line_ = static_cast<unsigned>(begun);
    lines_begin_.arm_at_cycle(first + active * begun / timing.lines);
}

void Dvp::begin_lines() {
    capture_ = {dvp_cfg.raw, r_addr.raw, g_addr.raw, b_addr.raw, rgb_addr.raw};
    const VideoTiming timing = camera_->timing();
    const unsigned left = timing.lines - std::min(first_line_, timing.lines);
    const std::uint64_t lines = std::min<std::uint64_t>(dvp_cfg.line_num, left);
    if (lines == 0 || columns(capture_.cfg) == 0) return;
    lines_end_.arm_at_cycle(lines_begin_.cycle() + from_xclk(timing.active_cycles * lines / timing.lines));
    if (TraceSink* watcher = trace())
        watcher->begin(now(), name(), fmt::format("frame {}x{}", columns(capture_.cfg), lines),
                       {{"width", columns(capture_.cfg)}, {"height", lines}, {"frame", frames_captured_}});
}

void Dvp::finish_frame() {
    if (TraceSink* watcher = trace()) watcher->end(now(), name());
    if (!camera_->streaming()) return;  // the sensor fell asleep amid the frame
    store_frame();
    ++frames_captured_;
    frame_finish_ = true;
    dvp_en_ = false;
}

unsigned Dvp::columns(std::uint32_t cfg) const {
    const std::uint32_t bursts = (cfg & dvp_cfg.href_burst_num.range().mask()) >> dvp_cfg.href_burst_num.range().lsb;
    return bursts * 8 * (cfg & dvp_cfg.burst_size_4beats.range().mask() ? 4 : 1);
}

std::span<std::uint8_t> Dvp::target(std::uint32_t address, std::size_t length) {
    const Bus::Window* window = bus_.find(address);
    if (window && window->writable)
        if (const auto bytes = bus_.memory(address, static_cast<std::uint32_t>(length)); !bytes.empty()) return bytes;
    log().guest_error(name(), "a picture of {} bytes at {:#010x} does not fit the memory there", length, address);
    return {};
}

void Dvp::store_frame() {
    const auto field = [&](const Bits& bits) { return (capture_.cfg & bits.range().mask()) >> bits.range().lsb; };
    const VideoFrame frame = camera_->frame(frames_captured_);
    const std::size_t width = columns(capture_.cfg), height = field(dvp_cfg.line_num);
    const std::size_t first = std::min<std::size_t>(first_line_, frame.height);
    const std::size_t pixels = std::min<std::size_t>(width, frame.width),
                      lines = std::min<std::size_t>(height, frame.height - first);
    if (pixels < width || frame.height < height)
        log().guest_error(name(), "{}x{} pixels asked of a camera that sends {}x{}", width, height, frame.width,
                          frame.height);
    else if (lines < height)
        log().unverified(name(), "dvp_en set in the middle of a frame: the buffer begins with its last {} of {} lines",
                         lines, height);

    const std::uint32_t format = field(dvp_cfg.format);
    const auto decode = format == Format::yuv ? decode_yuv422 : format == Format::luma ? decode_luma : decode_rgb565;
    if (format == 2) log().unverified(name(), "format 2 is taken as RGB");
    const bool colour = format != Format::luma;
    const bool ai = field(dvp_cfg.ai_output_enable), display = field(dvp_cfg.display_output_enable);
    const auto memory = [&](bool wanted, std::uint32_t address, std::size_t length) {
        return wanted ? target(address, length) : std::span<std::uint8_t>{};
    };
    const auto packed = memory(display, capture_.rgb, width * height * 2);
    struct Plane {
        std::uint32_t address;
        std::span<std::uint8_t> to;
        const std::vector<std::uint8_t>& from;
    };
    const Plane planes[] = {{capture_.r, memory(ai, capture_.r, width * height), line_.r},
                            {capture_.g, memory(ai && colour, capture_.g, width * height), line_.g},
                            {capture_.b, memory(ai && colour, capture_.b, width * height), line_.b}};

    line_.resize(pixels);
    for (std::size_t y = 0; y < lines; ++y) {
        decode(frame.bytes.subspan((first + y) * frame.width * 2, pixels * 2), line_);
        if (!packed.empty()) store_display(line_.rgb565, &packed[y * width * 2]);
        for (const Plane& plane : planes)
            if (!plane.to.empty()) std::copy(plane.from.begin(), plane.from.end(), &plane.to[y * width]);
    }
    bus_.wrote(capture_.rgb, static_cast<std::uint32_t>(packed.size()));
    for (const Plane& plane : planes) bus_.wrote(plane.address, static_cast<std::uint32_t>(plane.to.size()));
}

// Nine clocks a byte, and one each for start and stop. [assumed]
void Dvp::start_sccb() {
    if (sccb_en_) return;
    sccb_en_ = true;
    const std::uint64_t bytes = sccb_ctl.write_data_enable ? sccb_cfg.byte_num + 1 : 2;
    sccb_done_.arm_in((9 * bytes + 2) * (sccb_cfg.scl_lcnt + sccb_cfg.scl_hcnt));
    if (TraceSink* watcher = trace())
        watcher->burst(now(), clock().time_of(sccb_done_.cycle()), "sccb",
                       sccb_ctl.write_data_enable ? "write" : "read", bytes);
}

void Dvp::transfer_sccb() {
    const auto address = static_cast<std::uint8_t>(sccb_ctl.device_address);
    if (sccb_ctl.write_data_enable) {
        sccb_.start(address, false);
        for (std::uint32_t i = 1; i <= sccb_cfg.byte_num; ++i)  // reg_address, wdata_byte0, wdata_byte1
            sccb_.write(static_cast<std::uint8_t>(sccb_ctl.raw >> (8 * i)));
    } else {
        sccb_cfg.rdata = sccb_.start(address, true) ? sccb_.read() : 0xff;
    }
    sccb_.stop();
    sccb_en_ = false;
}

void Dvp::settle() {
    irq.set((frame_start_ && dvp_cfg.start_int_enable) || (frame_finish_ && dvp_cfg.finish_int_enable));
    cmos_rst.set(cmos_cfg.reset_pin);
    cmos_pwdn.set(cmos_cfg.power_down);
}

void Dvp::reset() {
    abandon_frame();
    Device::reset();
    frame_start_ = frame_finish_ = dvp_en_ = sccb_en_ = frame_runs_ = false;
    xclk_setting_ = 0;
    capture_ = {};
}

void Dvp::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("frame_start", frame_start_);
    v.value("frame_finish", frame_finish_);
    v.value("dvp_en", dvp_en_);
    v.value("sccb_en", sccb_en_);
    v.value("xclk_setting", xclk_setting_);
    v.value("frame_runs", frame_runs_);
    v.value("frame_cycle", frame_cycle_);
    v.value("first_line", first_line_);
    v.value("capture.cfg", capture_.cfg);
    v.value("capture.r", capture_.r);
    v.value("capture.g", capture_.g);
    v.value("capture.b", capture_.b);
    v.value("capture.rgb", capture_.rgb);
    v.value("frames_captured", frames_captured_);
}

}  // namespace k210
