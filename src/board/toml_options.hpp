// The options of one part, from its table in a board file.
#pragma once
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "board/pad_claims.hpp"
#include "k210/part/options.hpp"

namespace k210 {

// A rail that a part is fed by, which may stand further down in the file.
struct UsedRail {
    std::string rail;
    Claimant by;
};

class TomlOptions final : public PartOptions {
public:
    // The table is `part`'s and begins in `line` of `file`.
    TomlOptions(const toml::table& table, std::string part, std::size_t line, const std::string& file,
                PadClaims& claims)
        : table_(table), part_(std::move(part)), line_(line), file_(file), claims_(claims) {}

    std::uint64_t number(std::string_view key, Range range, std::optional<std::uint64_t> otherwise) override;
    Pair pair(std::string_view key, Range range, std::optional<Pair> otherwise) override;
    bool flag(std::string_view key, bool otherwise) override;
    std::size_t choice(std::string_view key, std::span<const std::string_view> known,
                       std::optional<std::size_t> otherwise) override;

    unsigned hears(std::string_view key) override;
    std::optional<unsigned> may_hear(std::string_view key) override;
    std::optional<unsigned> may_be_lit_by(std::string_view key) override;
    unsigned drives(std::string_view key) override;
    std::optional<unsigned> may_drive(std::string_view key) override;
    SpiPads spi() override;
    I2cPads i2c(std::uint8_t address) override;
    SerialPads serial() override;
    void flash_pins() override { accept(claims_.flash_pins({part_, line_}), line_); }
    void camera_port() override { accept(claims_.camera_port({part_, line_}), line_); }

    std::optional<std::string> may_be_fed_by(std::string_view key) override;

    [[noreturn]] void refuse(std::string_view key, const std::string& why) const override;

    std::string text(std::string_view key);
    // Once all has been read: refuses keys that nobody has asked for.
    void finish() const;

    const std::optional<SpiPads>& spi_pads() const { return spi_; }
    const std::optional<I2cPlace>& i2c_place() const { return i2c_; }
    const std::vector<unsigned>& heard_pads() const { return heard_; }
    const std::vector<UsedRail>& used_rails() const { return used_rails_; }
    const std::vector<unsigned>& driven_pads() const { return driven_; }

private:
    const toml::node* find(std::string_view key);
    const toml::node& require(std::string_view key);
    unsigned pad(std::string_view key);
    std::uint64_t whole_number(const toml::node& node, std::string_view key, Range range) const;
    std::size_t line_of(std::string_view key) const;
    void accept(const PadClaims::Complaint& complaint, std::size_t line) const;
    [[noreturn]] void refuse_line(std::size_t line, const std::string& why) const;

    const toml::table& table_;
    const std::string part_;
    const std::size_t line_;
    const std::string& file_;
    PadClaims& claims_;
    std::vector<std::string> asked_;  // keys
    std::optional<SpiPads> spi_;
    std::optional<I2cPlace> i2c_;
    std::vector<unsigned> heard_;
    std::vector<UsedRail> used_rails_;
    std::vector<unsigned> driven_;
};

}  // namespace k210
