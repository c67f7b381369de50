#include "kmodel/v3/model.hpp"

#include <algorithm>
#include <string>

#include "kmodel/kpu_layer.hpp"
#include "kmodel/limits.hpp"
#include "kmodel/v3/layers.hpp"

namespace k210::kmodel {
namespace {

enum : std::uint32_t { kFullyConnected = 18, kKpuConv = 10240 };

class V3Model final : public Kmodel {
public:
    V3Model(std::string_view name, std::vector<std::uint8_t> bytes) : name_(name), file_(std::move(bytes)) { parse(); }

    const ModelSummary& summary() const override { return summary_; }
    std::vector<Tensor> run(std::span<const Tensor> inputs, const OnLayer& on_layer, KpuKernel kpu) override;

private:
    struct Output {
        std::uint32_t start, bytes;
    };
    void parse();
    void parse_layers(Reader& reader, std::size_t count);
    void check_totals(const Reader& reader, const LayerSummary& layer);
    void describe_input(const Reader& reader);
    void describe_outputs();

    std::string name_;
    std::vector<std::uint8_t> file_;
    ModelSummary summary_;
    std::vector<v3::Step> steps_;  // of each layer
    std::vector<Output> outputs_;
    v3::Contents contents_;
    std::uint32_t input_start_ = 0;  // in main memory, or the line of AI RAM
    std::uint64_t kpu_macs_ = 0, cpu_operations_ = 0;
};

void V3Model::parse() {
    Reader reader(name_, file_);
    summary_.version = reader.u32();
    summary_.eight_bit_weights = reader.u32() & 1;
    if (const std::uint32_t arch = reader.u32(); arch != 0)
        reader.fail_at(8, fmt::format("architecture {}, where the K210 is 0", arch));
    summary_.target = "K210";
    const std::uint32_t layers = reader.u32();
    if (layers == 0 || layers > kMaxLayers) reader.fail_at(12, fmt::format("{} layers", layers));
    reader.skip(4);  // the highest line of AI RAM that a layer begins at
    const std::uint32_t main_memory = reader.u32(), outputs = reader.u32();
    if (main_memory > kMaxMainMemoryBytes) reader.fail_at(20, fmt::format("{} bytes of main memory", main_memory));
    if (outputs == 0 || outputs > kMaxLayers) reader.fail_at(24, fmt::format("{} outputs", outputs));
    summary_.main_memory_bytes = main_memory;
    summary_.file_bytes = file_.size();

    for (std::uint32_t i = 0; i < outputs; ++i) {
        const std::size_t at = reader.at();
        const std::uint32_t start = reader.u32(), bytes = reader.u32();
        if (bytes == 0 || std::uint64_t{start} + bytes > main_memory)
            reader.fail_at(at, fmt::format("output {} of {} bytes at {} does not fit {} bytes of main memory", i, bytes,
                                           start, main_memory));
        outputs_.push_back({start, bytes});
    }
    parse_layers(reader, layers);
    describe_outputs();
}

void V3Model::parse_layers(Reader& reader, std::size_t count) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> headers;  // type, bytes
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t type = reader.u32();
        headers.emplace_back(type, reader.u32());
    }
    std::size_t body = reader.at();
    summary_.layers.reserve(count);
    for (const auto& [type, bytes] : headers) {
        LayerSummary& layer = summary_.layers.emplace_back();
        layer.index = summary_.layers.size() - 1;
        layer.type = type;
        layer.file_offset = body;
        reader.enter(fmt::format("layer {} ({})", layer.index, v3::layer_name(type)));
        if (body + bytes > file_.size() + kMissingBytes)
            reader.fail_at(body, fmt::format("its body of {} bytes does not fit the file of {}", bytes, file_.size()));
        steps_.push_back(v3::read_layer(reader, bytes, summary_, contents_, layer));
        check_totals(reader, layer);
        if (layer.index == 0) describe_input(reader);
        body += bytes;
    }
    summary_.trailing_bytes = file_.size() - std::min(body, file_.size());
}

void V3Model::check_totals(const Reader& reader, const LayerSummary& layer) {
    if (layer.engine == Engine::kpu) kpu_macs_ += layer.macs;
    cpu_operations_ += layer.operations;
    if (kpu_macs_ > kMaxKpuMacs || cpu_operations_ > kMaxCpuOperations)
        reader.fail_at(layer.file_offset, "the model has more work than any K210 could do");
}

// The runner knows two ways to begin: kpu.c:1662-1694 [sdk].
void V3Model::describe_input(const Reader& reader) {
    const LayerSummary& first = summary_.layers.front();
    TensorSummary input{{}, first.input_element, first.inputs.front(), 0};
    if (first.type == kKpuConv) {
        input_start_ = first.kpu->image_src_addr;
        input.in_ai_ram = true;
        input.place = fmt::format("AI RAM line {}", input_start_);
    } else if (first.type == kFullyConnected) {
        input_start_ = reader.from(first.file_offset + 4).u32();
        input.place = fmt::format("main memory {:#x}", input_start_);
    } else {
        reader.fail_at(first.file_offset, "a model begins with a KPU convolution or a fully connected layer");
    }
    input.bytes = input.shape.count() * size_bytes(input.element);
    summary_.inputs.push_back(std::move(input));
}

// The file gives bytes only; what was written there says what they are.
void V3Model::describe_outputs() {
    for (const Output& output : outputs_) {
        TensorSummary t{
            fmt::format("main memory {:#x}", output.start), Element::u8, {{1, 1, 1, output.bytes}}, output.bytes};
        const auto* written = contents_.at(output.start);
        if (written && written->bytes() == output.bytes) {
            t.element = written->element;
            t.shape = written->shape;
        } else if (written && written->element == Element::f32 && output.bytes % 4 == 0) {
            t.element = Element::f32;
            t.shape = {{1, 1, 1, output.bytes / 4}};
        }
        summary_.outputs.push_back(std::move(t));
    }
}

std::vector<Tensor> V3Model::run(std::span<const Tensor> inputs, const OnLayer& on_layer, KpuKernel kpu) {
    check_inputs(name_, summary_, inputs);
    v3::State state{file_, std::vector<std::uint8_t>(summary_.main_memory_bytes),
                    kpu == KpuKernel::fast ? BareKpu(KpuFastKernel()) : BareKpu()};
    const Tensor& input = inputs.front();
    if (const auto& first = summary_.layers.front(); first.kpu)
        state.kpu.upload(input_start_, first.kpu->input(), input.bytes);
    else
        std::ranges::copy(input.bytes, state.from(input_start_).begin());

    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const auto written = steps_[i](state);
        if (!on_layer) continue;
        const LayerSummary& layer = summary_.layers[i];
        on_layer({layer, {layer.output_element, layer.output, {written.begin(), written.end()}}});
    }

    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const auto bytes = state.from(outputs_[i].start).first(outputs_[i].bytes);
        outputs.push_back({summary_.outputs[i].element, summary_.outputs[i].shape, {bytes.begin(), bytes.end()}});
    }
    return outputs;
}

}  // namespace

std::unique_ptr<Kmodel> make_kmodel_v3(std::string_view name, std::vector<std::uint8_t> bytes) {
    return std::make_unique<V3Model>(name, std::move(bytes));
}

}  // namespace k210::kmodel
