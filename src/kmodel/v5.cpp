#include "kmodel/v5.hpp"

#include <algorithm>
#include <array>

#include "kmodel/limits.hpp"
#include "kmodel/reader.hpp"

namespace k210::kmodel {
namespace {

constexpr std::size_t kModuleTypeBytes = 16, kModuleHeaderBytes = 48, kFunctionHeaderBytes = 32;
constexpr std::uint32_t kMaxModules = 64, kMaxFunctions = 1024, kMaxTensors = 256, kMaxDimensions = 16;
enum PoolPlace : std::uint8_t { kReadOnlyData = 2, kData = 3 };  // datatypes.h:357-362

struct DataType {
    const char* name;
    std::size_t bytes;
};
constexpr std::array<DataType, 12> kDataTypes = {{
    // datatypes.def
    {"i8", 1},
    {"i16", 2},
    {"i32", 4},
    {"i64", 8},
    {"u8", 1},
    {"u16", 2},
    {"u32", 4},
    {"u64", 8},
    {"f16", 2},
    {"f32", 4},
    {"f64", 8},
    {"bf16", 2},
}};

class V5Model final : public Kmodel {
public:
    V5Model(std::string_view name, std::span<const std::uint8_t> bytes) : name_(name) { parse(bytes); }

    const ModelSummary& summary() const override { return summary_; }
    std::vector<Tensor> run(std::span<const Tensor>, const OnLayer&, KpuKernel) override {
        throw InputError(fmt::format("{}: version 5 kmodels are described, not run", name_));
    }

private:
    void parse(std::span<const std::uint8_t> bytes);
    // Returns where it ends.
    std::size_t parse_module(Reader reader, std::optional<std::uint32_t> entry_function);
    void parse_entry(Reader reader);
    void parse_tensors(Reader& reader, std::uint32_t count, std::vector<TensorSummary>& tensors);

    std::string name_;
    ModelSummary summary_;
};

void V5Model::parse(std::span<const std::uint8_t> bytes) {
    Reader reader(name_, bytes);
    reader.skip(4);
    summary_.version = reader.u32();
    reader.skip(2 * 4);  // header size, flags
    summary_.alignment = reader.u32();
    const std::uint32_t modules = reader.u32(), entry_module = reader.u32(), entry_function = reader.u32();
    if (modules == 0 || modules > kMaxModules || entry_module >= modules)
        reader.fail_at(20, fmt::format("{} modules, beginning with number {}", modules, entry_module));
    summary_.file_bytes = bytes.size();
    std::size_t at = reader.at();
    for (std::uint32_t i = 0; i < modules; ++i) {
        reader.enter(fmt::format("module {}", i));
        at = parse_module(reader.from(at), i == entry_module ? std::optional(entry_function) : std::nullopt);
    }
    summary_.trailing_bytes = bytes.size() - at;
    const bool k210 = std::ranges::any_of(summary_.modules, [](const auto& m) { return m.type == "k210"; });
    summary_.target = k210 ? "K210" : "CPU";
}

std::size_t V5Model::parse_module(Reader reader, std::optional<std::uint32_t> entry_function) {
    const std::size_t begin = reader.at();
    ModuleSummary module;
    for (const std::uint8_t c : reader.bytes(kModuleTypeBytes))
        if (c >= ' ' && c < 127) module.type += static_cast<char>(c);
    module.version = reader.u32();
    reader.skip(4);  // header size
    module.bytes = reader.u32();
    const std::uint32_t pools = reader.u32(), shared_pools = reader.u32();
    module.sections = reader.u32();
    module.functions = reader.u32();
    reader.skip(4);
    if (module.bytes < kModuleHeaderBytes || module.bytes > reader.whole().size() - begin)
        reader.fail_at(
            begin, fmt::format("it has {} bytes, the file has {} left", module.bytes, reader.whole().size() - begin));
    if (module.functions > kMaxFunctions) reader.fail_at(begin, fmt::format("{} functions", module.functions));
    for (std::uint32_t i = 0; i < pools; ++i) {
        const std::uint32_t place = reader.u32() & 0xff, bytes = reader.u32();
        if (place == kData) summary_.main_memory_bytes += bytes;
        if (place == kReadOnlyData) summary_.constant_bytes += bytes;
    }
    reader.skip(std::size_t{shared_pools} * 8);
    summary_.modules.push_back(module);
    for (std::uint32_t i = 0; entry_function && i < module.functions; ++i) {
        Reader header = reader;
        header.skip(4);
        const std::uint32_t bytes = header.u32();
        if (i == *entry_function) {
            parse_entry(reader);
            break;
        }
        if (bytes < kFunctionHeaderBytes) reader.fail(fmt::format("a function of {} bytes", bytes));
        reader.skip(bytes);
    }
    return begin + static_cast<std::size_t>(module.bytes);
}

void V5Model::parse_entry(Reader reader) {
    reader.skip(2 * 4);                          // header size, size
    summary_.main_memory_bytes += reader.u32();  // inputs
    summary_.main_memory_bytes += reader.u32();  // outputs
    const std::uint32_t inputs = reader.u32(), outputs = reader.u32();
    reader.skip(2 * 4);  // entry point, program size
    if (inputs > kMaxTensors || outputs > kMaxTensors)
        reader.fail(fmt::format("{} inputs and {} outputs", inputs, outputs));
    parse_tensors(reader, inputs, summary_.inputs);
    parse_tensors(reader, outputs, summary_.outputs);
}

void V5Model::parse_tensors(Reader& reader, std::uint32_t count, std::vector<TensorSummary>& tensors) {
    std::vector<DataType> types;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t type = reader.u32() >> 8 & 0xff;
        if (type >= kDataTypes.size()) reader.fail(fmt::format("data type {}", type));
        types.push_back(kDataTypes[type]);
        reader.skip(2 * 4);
    }
    for (const DataType& type : types) {
        const std::uint32_t dimensions = reader.u32();
        if (dimensions > kMaxDimensions) reader.fail(fmt::format("{} dimensions", dimensions));
        TensorSummary t{type.name, type.bytes == 4 ? Element::f32 : Element::u8, {}, type.bytes};
        for (std::uint32_t d = 0; d < dimensions; ++d) {
            // Four dimensions are shown; what comes before them goes into the first.
            const std::size_t place = 4 - std::min<std::size_t>(dimensions - d, 4);
            const std::uint32_t size = reader.u32();
            if (size == 0 || size > kMaxMainMemoryBytes / t.bytes)
                reader.fail(fmt::format("dimension {} of a tensor is {}", d, size));
            t.shape.dims[place] *= size;
            t.bytes *= size;
        }
        tensors.push_back(std::move(t));
    }
}

}  // namespace

std::unique_ptr<Kmodel> make_kmodel_v5(std::string_view name, std::span<const std::uint8_t> bytes) {
    return std::make_unique<V5Model>(name, bytes);
}

}  // namespace k210::kmodel
