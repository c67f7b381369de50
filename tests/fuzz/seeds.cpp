// Writes what the fuzz targets begin with: small valid files of every kind.
//   fuzz_seeds DIRECTORY
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "file_seeds.hpp"
#include "k210/base/file.hpp"
#include "k210/board/board.hpp"
#include "k210/session/snapshot_file.hpp"
#include "kmodel/npy.hpp"
#include "session/compression.hpp"
#include "tools/kmodel/writer.hpp"
#include "v4_seeds.hpp"

namespace {

using namespace k210;
using namespace k210::kmodel;
using Bytes = std::vector<std::uint8_t>;

class Corpus {
public:
    explicit Corpus(std::filesystem::path directory) : directory_(std::move(directory)) {}
    void add(const std::string& target, const Bytes& seed) {
        std::filesystem::create_directories(directory_ / target);
        write_file_atomically(directory_ / target / fmt::format("seed_{}", count_++), seed);
    }

private:
    std::filesystem::path directory_;
    int count_ = 0;
};

void finish(Corpus& corpus, V3Writer& writer) {
    writer.main_memory_bytes = 8192;
    writer.outputs = {{4096, 64}};
    corpus.add("kmodel_v3_fuzz", writer.bytes());
}

// KPU layers of several shapes, to main memory, and what stands around them.
void add_kpu_models(Corpus& corpus) {
    const KpuLayerSpec specs[] = {
        {.input = {1, 4, 4}, .output_channels = 1},
        {.input = {3, 8, 6}, .output_channels = 4, .kernel_side = 3, .pool = KpuPool::max_2_s2},
        {.input = {5, 20, 5}, .output_channels = 5, .kernel_side = 3, .depthwise = true},
        {.input = {2, 40, 4}, .output_channels = 2, .eight_bit_mode = false, .pool = KpuPool::mean_2_s1},
        {.input = {1, 70, 4}, .output_channels = 3, .kernel_side = 3, .pool = KpuPool::left_top_4_s4},
    };
    for (const KpuLayerSpec& spec : specs) {
        const BuiltKpuLayer built = build_kpu_layer(spec);
        V3Writer writer;
        writer.eight_bit_weights = spec.eight_bit_mode;
        writer.kpu_conv(built.layer, built.parameters, 0);
        writer.dequantize({0, 4096}, static_cast<std::uint32_t>(built.layer.output().bytes()), {0.5f, -1});
        finish(corpus, writer);
    }
    const KpuLayerSpec spec{.input = {4, 4, 4}, .output_channels = 4};
    const BuiltKpuLayer built = build_kpu_layer(spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.kpu_remove_padding({0, 1024}, 4);
    writer.kpu_add_padding({1024, 0}, 4);
    writer.kpu_upload({0, 0}, spec.input);
    writer.kpu_conv(built.layer, built.parameters, 4096);
    finish(corpus, writer);
}

// One model for each CPU layer, behind a layer that brings floats and one that makes bytes of them.
void add_cpu_models(Corpus& corpus) {
    constexpr std::uint32_t kFloats = 0, kBytes = 2048, kResult = 4096;
    const auto add = [&](const auto& layer) {
        const std::array<float, 16> weights{1, 0.5f, -1, 2};
        const std::array<float, 4> bias{1, -2, 3, 4};
        V3Writer writer;
        writer.fully_connected({1024, kFloats}, 4, weights, bias, V3Writer::Activation::relu6);
        writer.quantize({kFloats, kBytes}, 4, {0.1f, -1});
        layer(writer);
        finish(corpus, writer);
    };
    const V3Writer::Window window{{2, 3, 2}, {2, 2, 1}, 2, 2, 2, 2, 1, 0};
    const std::array<V3Writer::Range, 2> parts = {{{kBytes, 4}, {kBytes + 8, 8}}};
    const std::array<V3Writer::Quantization, 2> scales = {{{0.5f, 1}, {2, -3}}};
    const std::array<std::uint8_t, 256> table{3, 2, 1};
    const std::array<float, 8> weights{};
    const std::array<float, 2> bias{};
    add([&](V3Writer& w) { w.add({kFloats, kFloats + 16, kResult, 4}); });
    add([&](V3Writer& w) { w.quantized_add({kBytes, kBytes + 8, kResult, 7}, {1, 2, 3}, {4, 5, 6}, {7, 8, 9}); });
    for (const V3Type type : {V3Type::global_max_pool2d, V3Type::global_average_pool2d})
        add([&](V3Writer& w) { w.global_pool2d(type, {kFloats, kResult}, 3, 2); });
    for (const V3Type type : {V3Type::quantized_global_max_pool2d, V3Type::quantized_global_average_pool2d})
        add([&](V3Writer& w) { w.global_pool2d(type, {kBytes, kResult}, 3, 2); });
    for (const V3Type type : {V3Type::max_pool2d, V3Type::quantized_max_pool2d})
        add([&](V3Writer& w) { w.max_pool2d(type, {kBytes, kResult}, window); });
    for (const V3Type type : {V3Type::average_pool2d, V3Type::quantized_average_pool2d})
        add([&](V3Writer& w) { w.average_pool2d(type, {kBytes, kResult}, window); });
    add([&](V3Writer& w) { w.dequantize({kBytes, kResult}, 4, {0.5f, 1}); });
    add([&](V3Writer& w) { w.channelwise_dequantize({kBytes, kResult}, 4, scales); });
    add([&](V3Writer& w) { w.requantize({kBytes, kResult}, 4, table); });
    add([&](V3Writer& w) { w.l2_normalization({kFloats, kResult}, 4); });
    add([&](V3Writer& w) { w.softmax({kFloats, kResult}, 4); });
    add([&](V3Writer& w) { w.logistic({kFloats, kResult}, 4); });
    for (const V3Type type : {V3Type::concat, V3Type::quantized_concat})
        add([&](V3Writer& w) { w.concat(type, kResult, parts); });
    add([&](V3Writer& w) { w.fully_connected({kFloats, kResult}, 4, weights, bias); });
    for (const V3Type type : {V3Type::tensorflow_flatten, V3Type::quantized_tensorflow_flatten})
        add([&](V3Writer& w) { w.flatten(type, {kBytes, kResult}, {2, 3, 2}); });
    for (const V3Type type : {V3Type::resize_nearest_neighbor, V3Type::quantized_resize_nearest_neighbor})
        add([&](V3Writer& w) { w.resize_nearest(type, {kBytes, kResult}, {2, 2, 1}, 3, 2); });
}

void add_arrays(Corpus& corpus) {
    corpus.add("npy_fuzz", write_npy({Element::u8, {{1, 2, 3, 1}}, Bytes(6)}));
    corpus.add("npy_fuzz", write_npy({Element::f32, {{1, 1, 1, 4}}, Bytes(16)}));
}

// nncase v1.0.0 include/nncase/runtime/model.h: header, a module, its pools, a function with one input and one output.
void add_v5_models(Corpus& corpus) {
    Bytes file = {'L', 'D', 'M', 'K'};
    const auto words = [&](std::initializer_list<std::uint32_t> values) {
        for (const std::uint32_t v : values)
            for (unsigned i = 0; i < 4; ++i) file.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    };
    words({5, 32, 0, 8, 1, 0, 0});
    for (const char c : {'k', '2', '1', '0'}) file.push_back(static_cast<std::uint8_t>(c));
    words({0, 0, 0, 1, 48, 152, 2, 0, 0, 1, 0});
    words({3, 1000, 2, 77, 32, 88, 300, 40, 1, 1, 0, 0});
    words({0x0400, 0, 300, 4, 1, 3, 10, 10, 0x0901, 0, 40, 2, 1, 10});
    corpus.add("kmodel_v5_fuzz", file);
}

// A file, what it holds uncompressed, and damage to a session's pieces.
void add_snapshots(Corpus& corpus) {
    SavedSession saved{
        .made_from = {.board =
                          parse_board("description = 'small'\n[console]\npart = 'usb_serial'\nrx_pad = 4\ntx_pad = 5\n",
                                      "small", "")},
        .snapshot = {}};
    saved.made_from.program = Program{.segments = {{kProgramBase, {0x6f, 0, 0, 0}}}};
    saved.made_from.settings.wires = {{10, 11}};
    saved.snapshot.machine["now_ps"] = Bytes(8);
    saved.snapshot.session["given"] = Bytes(8);
    const Bytes file = pack_session(saved);
    Bytes seed{0};
    seed.insert(seed.end(), file.begin(), file.end());
    corpus.add("snapshot_file_fuzz", seed);
    constexpr std::size_t kBodyAt = 44;
    seed = {1};
    const Bytes plain = decompress(std::span(file).subspan(kBodyAt), 1 << 20);
    seed.insert(seed.end(), plain.begin(), plain.end());
    corpus.add("snapshot_file_fuzz", seed);
    corpus.add("snapshot_file_fuzz", {2, 1, 0, 9, 4, 0, 200, 5, 1, 30});
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        fmt::print(stderr, "usage: fuzz_seeds DIRECTORY\n");
        return 2;
    }
    Corpus corpus(argv[1]);
    add_kpu_models(corpus);
    add_cpu_models(corpus);
    for (const Bytes& seed : v4_seeds()) corpus.add("kmodel_v4_fuzz", seed);
    add_v5_models(corpus);
    add_arrays(corpus);
    for (const auto& [target, seed] : file_seeds()) corpus.add(target, seed);
    add_snapshots(corpus);
    for (const Board& board : boards()) corpus.add("board_file_fuzz", {board.text.begin(), board.text.end()});
} catch (const std::exception& e) {
    fmt::print(stderr, "fuzz_seeds: {}\n", e.what());
    return 1;
}
