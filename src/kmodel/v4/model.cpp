// The file's header, and the order in which things run: nncase v0.2.0-beta4 src/common/include/runtime/model.h,
// src/runtime/interpreter.cpp [sdk].
#include "kmodel/v4/model.hpp"

#include <algorithm>
#include <optional>

#include "kmodel/kpu_layer.hpp"
#include "kmodel/limits.hpp"
#include "kmodel/v4/kpu_maps.hpp"
#include "kmodel/v4/node.hpp"

namespace k210::kmodel {
namespace v4 {
namespace {

constexpr std::uint32_t kIdentifier = 0x4b4d'444c;  // "LDMK" in the file
constexpr std::uint32_t kVersion = 4;
constexpr std::uint32_t kMaxTensors = 256;
// Bodies are padded to eight bytes, but files end with what the last one holds.
constexpr std::size_t kMaxMissingBytes = 7;

struct Port {  // of the model
    Range range;
    Shape shape;
};

std::string place_of(const Range& range) {
    switch (range.memory) {
        case MemoryKind::constants: return fmt::format("constants {:#x}", range.start);
        case MemoryKind::main: return fmt::format("main memory {:#x}", range.start);
        case MemoryKind::ai_ram: break;
    }
    return fmt::format("AI RAM line {}", range.line());
}

std::vector<TensorSummary> summary_of(std::span<const Port> ports) {
    std::vector<TensorSummary> tensors;
    for (const auto& [range, shape] : ports)
        tensors.push_back({place_of(range), range.element, shape, shape.count() * size_bytes(range.element),
                           range.memory == MemoryKind::ai_ram});
    return tensors;
}

class Model final : public Kmodel {
public:
    Model(std::string_view name, std::vector<std::uint8_t> bytes) : name_(name), file_(std::move(bytes)) { parse(); }

    const ModelSummary& summary() const override { return summary_; }
    std::vector<Tensor> run(std::span<const Tensor> inputs, const OnLayer& on_layer, KpuKernel kernel) override;

private:
    void parse();
    void read_inputs(Reader& in, std::size_t count, Layout& layout);
    Node read_node(Reader in, std::size_t index, std::uint32_t opcode, const Layout& layout);
    void count(const LayerSummary& layer, const Reader& in);

    std::string name_;
    std::vector<std::uint8_t> file_;
    std::vector<float> constants_;  // floats for their alignment
    std::vector<Port> inputs_, outputs_;
    std::vector<Node> nodes_;
    ModelSummary summary_;
    std::uint64_t kpu_macs_ = 0, cpu_operations_ = 0;
    std::optional<BareKpu> fast_kpu_;  // keeps what it has prepared of each layer
};

void Model::parse() {
    Reader in(name_, file_);
    if (in.u32() != kIdentifier || in.u32() != kVersion) in.fail_at(0, "this is no version 4 kmodel");
    in.skip(4);  // flags
    const std::uint32_t target = in.u32(), constant_bytes = in.u32(), main_bytes = in.u32();
    const std::uint32_t nodes = in.u32(), inputs = in.u32(), outputs = in.u32();
    in.skip(4);  // reserved
    const auto limit = [&in](std::string_view what, std::uint32_t count, std::uint64_t low, std::uint64_t high) {
        if (count < low || count > high) in.fail(fmt::format("{} {} is not in {}..{}", what, count, low, high));
    };
    limit("target", target, 0, 1);
    limit("main memory size", main_bytes, 0, kMaxMainMemoryBytes);
    limit("layer count", nodes, 0, kMaxLayers);
    limit("input count", inputs, 1, kMaxTensors);
    limit("output count", outputs, 1, kMaxTensors);

    Layout layout(constant_bytes, main_bytes);
    read_inputs(in, inputs, layout);
    BodyReader output_reader(in, layout);
    for (std::uint32_t i = 0; i < outputs; ++i) outputs_.push_back({output_reader.range(), {}});
    in = output_reader.raw();
    const auto constants = in.bytes(constant_bytes);
    constants_.resize((constants.size() + sizeof(float) - 1) / sizeof(float));
    if (!constants.empty()) std::memcpy(constants_.data(), constants.data(), constants.size());

    summary_.version = kVersion;
    summary_.target = target == 1 ? "K210" : "CPU";
    summary_.file_bytes = file_.size();
    summary_.main_memory_bytes = main_bytes;
    summary_.constant_bytes = constant_bytes;

    Reader headers = in;
    in.skip(std::size_t{nodes} * 8);
    std::size_t body_at = in.at();
    for (std::uint32_t i = 0; i < nodes; ++i) {
        const std::uint32_t opcode = headers.u32(), body_bytes = headers.u32();
        if (body_at > file_.size() || body_bytes > file_.size() - body_at + kMaxMissingBytes) {
            in.enter(fmt::format("layer {}", i));
            in.fail_at(body_at, fmt::format("a body of {} bytes does not fit into the file", body_bytes));
        }
        nodes_.push_back(read_node(in.body(body_at, body_bytes), i, opcode, layout));
        const Node& node = nodes_.back();
        layout.remember(node.output, node.summary.output);
        count(node.summary, in);
        summary_.layers.push_back(node.summary);
        body_at += body_bytes;
    }
    summary_.trailing_bytes = file_.size() - std::min(file_.size(), body_at);
    for (Port& port : outputs_) port.shape = layout.shape_of(port.range);
    summary_.inputs = summary_of(inputs_);
    summary_.outputs = summary_of(outputs_);
}

void Model::read_inputs(Reader& in, std::size_t count, Layout& layout) {
    BodyReader reader(in, layout);
    for (std::size_t i = 0; i < count; ++i) inputs_.push_back({reader.target(), {}});
    for (auto& [range, shape] : inputs_) {
        shape = reader.shape();
        if (range.memory == MemoryKind::ai_ram) {
            if (range.element != Element::u8) reader.fail_at(range.declared_at, "AI RAM holds no floats");
            require_maps(reader, range, shape);
        } else {
            reader.require(range, shape.count());
        }
        layout.remember(range, shape);
    }
    in = reader.raw();
}

Node Model::read_node(Reader in, std::size_t index, std::uint32_t opcode, const Layout& layout) {
    const Operator* op = find_operator(opcode);
    in.enter(fmt::format("layer {}{}", index, op ? fmt::format(" ({})", op->name) : ""));
    if (!op) in.fail(fmt::format("unknown opcode {:#x}", opcode));
    LayerSummary summary;
    summary.index = index;
    summary.type = opcode;
    summary.kind = op->name;
    summary.file_offset = in.at();
    BodyReader body(std::move(in), layout);
    return op->parse(body, std::move(summary));
}

// Adds a layer to what the whole model takes.
void Model::count(const LayerSummary& layer, const Reader& in) {
    if (layer.kpu) {
        kpu_macs_ += layer.macs;
        const std::uint64_t lines = kpu_map_lines(*layer.kpu) * layer.output.batch();
        summary_.ai_ram_peak_bytes = std::max(summary_.ai_ram_peak_bytes, lines * kAiRamLineBytes);
    } else {
        cpu_operations_ += layer.operations;
    }
    if (kpu_macs_ > kMaxKpuMacs || cpu_operations_ > kMaxCpuOperations)
        in.fail_at(layer.file_offset, fmt::format("up to layer {} ({}) there is more to compute than any model needs",
                                                  layer.index, layer.kind));
}

Tensor tensor_at(Memory& m, const Range& range, const Shape& shape) {
    Tensor tensor{range.element, shape, {}};
    const auto bytes = m.source<std::uint8_t>(range).first(shape.count() * size_bytes(range.element));
    tensor.bytes.assign(bytes.begin(), bytes.end());
    return tensor;
}

Tensor output_of(Memory& m, const Node& node) {
    const Shape& shape = node.summary.output;
    if (!node.packs_maps) return tensor_at(m, node.output, shape);
    Tensor tensor{Element::u8, shape, std::vector<std::uint8_t>(shape.count())};
    download_maps(m, node.output.line(), shape, tensor.bytes);
    return tensor;
}

std::vector<Tensor> Model::run(std::span<const Tensor> inputs, const OnLayer& on_layer, KpuKernel kernel) {
    check_inputs(name_, summary_, inputs);
    std::optional<BareKpu> reference;
    if (kernel == KpuKernel::reference)
        reference.emplace();
    else if (!fast_kpu_)
        fast_kpu_.emplace(KpuFastKernel());
    Memory m(constants_, summary_.main_memory_bytes, file_, reference ? *reference : *fast_kpu_);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& [range, shape] = inputs_[i];
        if (range.memory == MemoryKind::ai_ram)
            upload_maps(m, range.line(), shape, inputs[i].bytes);
        else
            std::ranges::copy(inputs[i].bytes, m.target<std::uint8_t>(range).begin());
    }
    for (const Node& node : nodes_) {
        node.run(m);
        if (on_layer) on_layer({node.summary, output_of(m, node)});
    }
    std::vector<Tensor> outputs;
    for (const auto& [range, shape] : outputs_) outputs.push_back(tensor_at(m, range, shape));
    return outputs;
}

}  // namespace
}  // namespace v4

std::unique_ptr<Kmodel> make_kmodel_v4(std::string_view name, std::vector<std::uint8_t> bytes) {
    return std::make_unique<v4::Model>(name, std::move(bytes));
}

}  // namespace k210::kmodel
