// The names that an ELF file gives to code and data.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace k210 {

class SymbolTable {
public:
    struct Symbol {
        std::uint64_t address, size_bytes;  // a size of 0: up to the next one
        std::string name;                   // C++ names as people write them
    };

    SymbolTable() = default;
    // Throws InputError when `bytes` are no ELF file for this chip, are damaged, or name no function.
    SymbolTable(std::span<const std::uint8_t> bytes, const std::string& file);
    explicit SymbolTable(std::span<const Symbol> code);  // of several at one address the last counts

    bool empty() const { return code_.empty(); }
    // What an address lies in, under either of the memory's two aliases; nullptr when it has no name.
    const Symbol* code_at(std::uint64_t address) const { return find(code_, address); }
    const Symbol* data_at(std::uint64_t address) const { return find(data_, address); }
    std::string code_name(std::uint64_t address) const;  // "main", "main+26"; empty when it has none
    // Of the function or the data of that name.
    std::optional<std::uint64_t> address_of(std::string_view name) const;

private:
    using Table = std::map<std::uint64_t, Symbol>;
    static const Symbol* find(const Table& table, std::uint64_t address);
    void leave_out_labels();

    Table code_, data_;
};

}  // namespace k210
