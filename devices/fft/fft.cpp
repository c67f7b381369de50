#include "fft/fft.hpp"

#include <algorithm>
#include <bit>

namespace k210 {
namespace {

std::uint32_t word_of(ComplexInt16 point) {
    return static_cast<std::uint16_t>(point.imag) | std::uint32_t{static_cast<std::uint16_t>(point.real)} << 16;
}

ComplexInt16 point_of(std::uint32_t word) {
    return {static_cast<std::int16_t>(word >> 16), static_cast<std::int16_t>(word)};
}

}  // namespace

Fft::Fft(DeviceContext context) : Device("fft", context), done_(*this, "done", [this] { finish(); }) {
    const auto whole = [this](std::uint32_t lanes) {
        if (lanes == ~0u) return true;
        log().guest_error(name(), "input narrower than a word");
        return false;
    };
    fft_input_fifo.after_write = [this, whole](std::uint32_t lanes) {
        if (whole(lanes)) take(fft_input_fifo.word);
    };
    fft_input_fifo_high.after_write = [this, whole](std::uint32_t lanes) {
        if (!fft_ctrl.fft_data_mode && whole(lanes)) take(fft_input_fifo_high.word);
    };
    fft_ctrl.after_write = [this](std::uint32_t) {
        if (!fft_ctrl.fft_enable) drop();
    };
    fifo_ctrl.after_write = [this](std::uint32_t lanes) {
        const bool output = (fifo_ctrl.resp_fifo_flush_n || fifo_ctrl.gs_fifo_flush_n) && stage_ == Stage::output;
        const bool input = fifo_ctrl.cmd_fifo_flush_n && stage_ != Stage::output;
        if (lanes & 0xff && (output || input)) drop();
    };
    intr_clear.after_write = [this](std::uint32_t lanes) {
        if (lanes & intr_clear.fft_done_clear) fft_status_raw.fft_done_status_raw = 0;
    };
    fft_status.steady = fft_status_raw.steady = true;
    fft_status.refresh = [this] {
        fft_status.fft_done_status = fft_status_raw.fft_done_status_raw && !intr_mask.fft_done_mask;
    };
    fft_status_raw.refresh = [this] { fft_status_raw.fft_work_status_raw = stage_ == Stage::work; };
    fft_output_fifo.refresh = [this] { fft_output_fifo.word = output_word(false); };
    fft_output_fifo_high.refresh = [this] { fft_output_fifo_high.word = output_word(true); };
    fft_output_fifo_high.after_read = [this] { pop(); };
}

void Fft::begin() {
    settings_.points = kMaxFftPoints >> std::min<std::uint32_t>(fft_ctrl.fft_point, 3);
    settings_.shift = fft_ctrl.fft_shift;
    settings_.forward = fft_ctrl.fft_mode;
    settings_.layout = fft_ctrl.fft_input_mode == 1   ? Layout::real_parts
                       : fft_ctrl.fft_input_mode == 2 ? Layout::parts_apart
                                                      : Layout::points;
    points_.fill({});
    if (TraceSink* watcher = trace()) watcher->begin(now(), name(), "transform", {{"points", settings_.points}});
}

void Fft::take(std::uint32_t word) {
    if (!fft_ctrl.fft_enable) return log().guest_error(name(), "input while the block is disabled");
    if (stage_ != Stage::input) return log().guest_error(name(), "input before the last output was read");
    if (parts_ == 0) begin();
    for (unsigned i = 0; i < 2; ++i, ++parts_) {
        const auto part = static_cast<std::int16_t>(word >> (16 * i));
        switch (settings_.layout) {
            case Layout::points: (i ? points_[parts_ / 2].real : points_[parts_ / 2].imag) = part; break;
            case Layout::real_parts: points_[parts_].real = part; break;
            case Layout::parts_apart:
                if (parts_ < settings_.points)
                    points_[parts_].real = part;
                else
                    points_[parts_ - settings_.points].imag = part;
                break;
        }
    }
    if (parts_ < input_parts()) return;
    stage_ = Stage::work;
    done_.arm_in(std::uint64_t{settings_.points} / 2 * static_cast<unsigned>(std::countr_zero(settings_.points)));
}

void Fft::finish() {
    transform(std::span(points_).first(settings_.points), settings_.forward, settings_.shift);
    stage_ = Stage::output;
    read_ = 0;
    fft_status_raw.fft_done_status_raw = 1;
    if (TraceSink* watcher = trace()) watcher->end(now(), name());
}

std::uint32_t Fft::output_word(bool high) const {
    if (stage_ != Stage::output) return 0;
    return word_of(points_[2 * read_ + high]);
}

void Fft::pop() {
    if (stage_ != Stage::output) return log().guest_error(name(), "output read while there is none");
    if (++read_ == settings_.points / 2) drop();
}

// Ready for a transform's first word.
void Fft::drop() {
    if (TraceSink* watcher = trace(); watcher && parts_ && stage_ != Stage::output) watcher->end(now(), name());
    stage_ = Stage::input;
    parts_ = read_ = 0;
    done_.cancel();
}

void Fft::settle() {
    irq.set(fft_status_raw.fft_done_status_raw && !intr_mask.fft_done_mask);
    const bool dma = fft_ctrl.fft_enable && fft_ctrl.dma_send;
    dma_tx_req.set(dma && stage_ == Stage::input);
    dma_rx_req.set(dma && stage_ == Stage::output);
}

void Fft::reset() {
    Device::reset();
    drop();
    settings_ = {};
    points_.fill({});
}

void Fft::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("stage", stage_, Stage::output);
    v.value("points", settings_.points, kMaxFftPoints);
    v.value("shift", settings_.shift);
    v.value("layout", settings_.layout, Layout::parts_apart);
    v.value("forward", settings_.forward);
    v.require(std::has_single_bit(settings_.points) && settings_.points >= 64, "points", "is no number of points");
    v.value("parts", parts_, input_parts());
    v.require(parts_ % 2 == 0, "parts", "is no number of whole words");
    v.require(stage_ != Stage::input || parts_ < input_parts(), "parts", "is a whole transform's");
    v.value("read", read_, settings_.points / 2 - 1);
    v.require(done_.armed() == (stage_ == Stage::work), "done", "is not when the work ends");
    std::array<std::uint32_t, kMaxFftPoints> words;
    std::ranges::transform(points_, words.begin(), word_of);
    v.table<std::uint32_t>("data", words);
    std::ranges::transform(words, points_.begin(), point_of);
}

}  // namespace k210
