#include "soc/routes.hpp"

#include <algorithm>

#include "soc/joined_pads.hpp"

namespace k210 {
namespace {

constexpr unsigned kSelects = 4;
constexpr unsigned kDataFunctions = 8;          // D0 to D7, right before the selects
constexpr std::uint32_t kNobody = 0xffff'ffff;  // an undriven data line is pulled up

constexpr std::uint32_t undriven(unsigned bits) {
    return bits >= 32 ? kNobody : (1u << bits) - 1;
}

}  // namespace

// Selects are high from the start, whatever the controller does first.
SpiRoute::SpiRoute(PinMux& mux, const Pads& pads, const SpiTargets& targets, unsigned clock_function,
                   unsigned first_select_function)
    : mux_(mux), pads_(pads), targets_(targets), clock_function_(clock_function),
      first_select_function_(first_select_function) {
    for (unsigned chip_select = 0; chip_select < kSelects; ++chip_select) select(chip_select, false);
}

void SpiRoute::select(unsigned chip_select, bool active) {
    mux_.drive(first_select_function_ + chip_select, !active, true);
}

SpiTarget* SpiRoute::selected() const {
    for (const SpiTargets::Entry& entry : targets_.entries)
        if (!pads_.pad_level(entry.pads.select) && carries(pads_, entry.pads.clock, clock_function_))
            return entry.target;
    return nullptr;
}

std::uint32_t SpiRoute::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    if (SpiTarget* chip = selected()) return chip->exchange(out, bits, lines);
    if (lines == 1 && reaches_slave()) return exchange_with_slave(out, bits);
    return looped_back() ? out & undriven(bits) : undriven(bits);
}

// Wires join its clock to the slave's, and its select is low.
bool SpiRoute::reaches_slave() const {
    const int clock = mux_.pad_of(FUNC_SPI_SLAVE_SCLK), select = mux_.pad_of(FUNC_SPI_SLAVE_SS);
    return targets_.slave && clock >= 0 && select >= 0 && !pads_.pad_level(static_cast<unsigned>(select)) &&
           carries(pads_, static_cast<unsigned>(clock), clock_function_);
}

// The slave has one data line, which a wire may join to data out or to data in.
std::uint32_t SpiRoute::exchange_with_slave(std::uint32_t out, unsigned bits) const {
    const unsigned data_out = first_select_function_ - kDataFunctions, data_in = data_out + 1;
    const int pad = mux_.pad_of(FUNC_SPI_SLAVE_D0);
    const auto joined = [&](unsigned function) {
        return pad >= 0 && carries(pads_, static_cast<unsigned>(pad), function);
    };
    const std::uint32_t back =
        targets_.slave->exchange(joined(data_out) ? out & undriven(bits) : undriven(bits), bits, 1);
    return joined(data_in) ? back : undriven(bits);
}

// A wire joins data out, D0, to data in, D1, and no chip is there.
bool SpiRoute::looped_back() const {
    const unsigned data_out = first_select_function_ - kDataFunctions, data_in = data_out + 1;
    const int pad = mux_.pad_of(data_in);
    return pad >= 0 && carries(pads_, static_cast<unsigned>(pad), data_out);
}

std::uint32_t SpiRoute::receive(unsigned bits, unsigned lines) {
    SpiTarget* chip = selected();
    return chip ? chip->receive(bits, lines) : undriven(bits);
}

void SpiRoute::dummy_clocks(unsigned clocks) {
    if (SpiTarget* chip = selected()) chip->dummy_clocks(clocks);
}

void DedicatedSpi::select(unsigned chip_select, bool active) {
    if (chip_select != 0) return;
    selected_ = active;
    if (target_) target_->select(active);
}

std::uint32_t DedicatedSpi::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    return target() ? target()->exchange(out, bits, lines) : undriven(bits);
}

std::uint32_t DedicatedSpi::receive(unsigned bits, unsigned lines) {
    return target() ? target()->receive(bits, lines) : undriven(bits);
}

void DedicatedSpi::dummy_clocks(unsigned clocks) {
    if (target()) target()->dummy_clocks(clocks);
}

bool I2cRoute::start(std::uint8_t address, bool read) {
    addressed_ = 0;
    note(address);
    for (std::uint32_t i = 0; i < targets_.entries.size(); ++i) {
        const auto& [target, its_address, pads] = targets_.entries[i];
        if (its_address != address || !carries(pads_, pads.clock, clock_function_) ||
            !carries(pads_, pads.data, data_function_))
            continue;
        if (target->start(read)) addressed_ = i + 1;
        return addressed_ != 0;
    }
    return false;
}

std::optional<I2cPads> I2cRoute::routed() const {
    std::optional<unsigned> clock, data;
    for (unsigned pad = 0; pad < kPadCount; ++pad) {
        if (pads_.pad_function(pad) == clock_function_) clock = pad;
        if (pads_.pad_function(pad) == data_function_) data = pad;
    }
    if (!clock || !data) return std::nullopt;
    return I2cPads{*clock, *data};
}

void I2cRoute::note(std::uint8_t address) {
    const std::optional<I2cPads> pads = routed();
    if (!pads) return;
    if (!asked_for_.empty() && asked_for_.front().pads != *pads) asked_for_.clear();
    const I2cPlace place{address, *pads};
    if (std::ranges::find(asked_for_, place) == asked_for_.end()) asked_for_.push_back(place);
}

I2cTarget* I2cRoute::target() const {
    return addressed_ && addressed_ <= targets_.entries.size() ? targets_.entries[addressed_ - 1].target : nullptr;
}

bool I2cRoute::write(std::uint8_t byte) {
    I2cTarget* chip = target();
    return chip && chip->write(byte);
}

std::uint8_t I2cRoute::read() {
    I2cTarget* chip = target();
    return chip ? chip->read() : 0xff;
}

void I2cRoute::stop() {
    if (I2cTarget* chip = target()) chip->stop();
    addressed_ = 0;
}

// [sdk] lib/drivers/include/fpioa.h: a controller's functions stand in this order
bool I2sRoute::reaches(const I2sPads& its, unsigned data_function) const {
    constexpr unsigned kWordSelect = FUNC_I2S0_WS - FUNC_I2S0_SCLK;
    return carries(pads_, its.data, data_function) && carries(pads_, its.clock, clock_function_) &&
           carries(pads_, its.word_select, clock_function_ + kWordSelect);
}

bool I2sRoute::heard(unsigned line) const {
    const unsigned function = clock_function_ + (FUNC_I2S0_OUT_D0 - FUNC_I2S0_SCLK) + line;
    return std::ranges::any_of(targets_.sinks, [&](const auto& entry) { return reaches(entry.pads, function); });
}

void I2sRoute::send(unsigned line, I2sMoment moment, SoundFrame frame) {
    const unsigned function = clock_function_ + (FUNC_I2S0_OUT_D0 - FUNC_I2S0_SCLK) + line;
    for (const auto& [sink, its] : targets_.sinks)
        if (reaches(its, function)) sink->hear(moment, frame);
}

SoundFrame I2sRoute::receive(unsigned line, I2sMoment moment) {
    const unsigned function = clock_function_ + (FUNC_I2S0_IN_D0 - FUNC_I2S0_SCLK) + line;
    for (const auto& [source, its] : targets_.sources)
        if (reaches(its, function)) return source->sample(moment);
    return {};
}

}  // namespace k210
