// The fast kernel against the plain reference, bit for bit, on every instruction set that the host has.
// K210_SEED=n repeats a run of random layers.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string_view>

#include <gtest/gtest.h>

#include "kmodel/bare_kpu.hpp"
#include "kpu/fast_kernel.hpp"
#include "kpu/reference_kernel.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Bytes16 = std::vector<std::uint16_t>;

struct RandomLayers {
    explicit RandomLayers(std::uint64_t seed) : random(seed) {}
    std::mt19937_64 random;

    std::uint64_t below(std::uint64_t n) { return random() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    std::int64_t around_zero(unsigned bits) {  // all magnitudes alike
        const unsigned magnitude = static_cast<unsigned>(below(bits));
        const auto v = static_cast<std::int64_t>(random() & ((std::uint64_t{1} << magnitude) - 1));
        return one_in(2) ? v : -v - 1;
    }
    template <class T>
    T edge_or(T ordinary, T low, T high) {
        return one_in(12) ? low : one_in(12) ? high : ordinary;
    }

    // Like those that compilers make: ascending, slopes that meet; or anything that fits the fields.
    KpuActivation activation() {
        KpuActivation table = identity_activation();
        if (one_in(3)) {
            for (KpuActivationSegment& s : table)
                s = {around_zero(36), static_cast<std::int16_t>(around_zero(16)),
                     static_cast<std::uint8_t>(one_in(4) ? below(256) : below(40)),
                     static_cast<std::uint8_t>(random())};
            return table;
        }
        std::int64_t start = -static_cast<std::int64_t>(below(400'000));
        const auto shift = static_cast<std::uint8_t>(one_in(3) ? below(10) : 15 + below(8));
        const std::size_t used = 1 + below(15);
        for (std::size_t i = 1; i < table.size(); ++i) {
            start += static_cast<std::int64_t>(below(40'000)) - (one_in(8) ? 20'000 : 0);
            const auto slope = static_cast<std::int16_t>(one_in(4) ? 0 : around_zero(one_in(2) ? 12 : 7));
            table[i] = {start, slope, shift, static_cast<std::uint8_t>(one_in(2) ? i * 5 : random())};
            if (i > used) table[i] = {(std::int64_t{1} << 35) - 16 + static_cast<std::int64_t>(i), 0, 0, 0};
        }
        if (one_in(8)) table[0] = {start - 100'000, 300, shift, 0};
        return table;
    }

    KpuLayerSpec spec() {
        KpuLayerSpec s{};
        const std::uint32_t widths[] = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 20, 31, 32, 33, 40, 63, 64, 65, 80, 129};
        const bool large = one_in(200);
        s.input = {static_cast<std::uint32_t>(1 + below(one_in(10) ? 40 : 9)), widths[below(std::size(widths))],
                   static_cast<std::uint32_t>(1 + below(9))};
        if (large)
            s.input = {static_cast<std::uint32_t>(1 + below(1024)), static_cast<std::uint32_t>(1 + below(12)), 4};
        s.kernel_side = one_in(2) ? 1 : 3;
        s.depthwise = one_in(3);
        s.output_channels = s.depthwise ? s.input.channels : static_cast<std::uint32_t>(1 + below(18));
        s.eight_bit_mode = !one_in(4);
        do s.pool = static_cast<KpuPool>(below(10));
        while (s.input.width < kpu_pool_stride(s.pool) || s.input.height < kpu_pool_stride(s.pool));
        s.src_line = static_cast<std::uint16_t>(one_in(20) ? kAiRamLines - 1 - below(4) : below(2048));
        const unsigned weight_kind = static_cast<unsigned>(below(4));
        const std::size_t inputs = s.depthwise ? 1 : s.input.channels;
        s.weights.resize(s.output_channels * inputs * s.kernel_side * s.kernel_side);
        for (std::uint16_t& w : s.weights)
            w = weight_kind == 0   ? 0xffff
                : weight_kind == 1 ? static_cast<std::uint16_t>(one_in(2) ? 0xffff : 0)
                                   : static_cast<std::uint16_t>(random());
        s.norm.norm_mul =
            static_cast<std::int32_t>(edge_or(around_zero(23), -(std::int64_t{1} << 23), (std::int64_t{1} << 23) - 1));
        s.norm.norm_add =
            static_cast<std::int32_t>(edge_or<std::int64_t>(around_zero(one_in(3) ? 31 : 20), INT32_MIN, INT32_MAX));
        s.norm.norm_shift = static_cast<std::uint8_t>(one_in(3) ? below(16) : 12 + below(4));
        s.activation = activation();
        return s;
    }

    void vary(KpuLayer& l) {
        l.pad_value = static_cast<std::uint8_t>(edge_or<std::uint64_t>(below(256), 0, 255));
        if (!one_in(4))
            l.arg_x = static_cast<std::int32_t>(edge_or<std::int64_t>(around_zero(23), -(1 << 23), (1 << 23) - 1));
        if (one_in(2))
            l.arg_w = static_cast<std::int32_t>(edge_or<std::int64_t>(around_zero(23), -(1 << 23), (1 << 23) - 1));
        if (one_in(2))
            l.arg_add = edge_or<std::int64_t>(around_zero(one_in(3) ? 39 : 20), -(std::int64_t{1} << 39),
                                              (std::int64_t{1} << 39) - 1);
        l.shr_x = static_cast<std::uint8_t>(one_in(3) ? below(16) : 15);
        l.shr_w = static_cast<std::uint8_t>(below(16));
        if (!one_in(30)) return;  // shapes that no compiler makes
        l.o_row_wid = static_cast<std::uint16_t>(below(40));
        l.o_col_high = static_cast<std::uint16_t>(below(12));
        l.row_switch_addr = static_cast<std::uint8_t>(below(16));
        l.channel_switch_addr = static_cast<std::uint16_t>(below(1 << 15));
        l.coef_group = static_cast<std::uint8_t>(below(8));
        if (one_in(2)) l.kernel_type = static_cast<std::uint8_t>(below(8));
    }
};

struct KpuFastKernelTest : testing::Test {
    kmodel::BareKpu kpu;

    void fill_ai_ram(std::mt19937_64& random, unsigned kind) {
        for (std::size_t i = 0; i < kAiRamBytes; i += 8) {
            std::uint64_t v = kind == 0 ? ~std::uint64_t{0} : random();
            for (int b = 0; b < 8; ++b, v >>= 8)
                kpu.ai_ram()[i + b] = static_cast<std::uint8_t>(kind == 1 ? (v & 1 ? 255 : 0) : v);
        }
    }
    Bytes fast(KpuFastKernel& kernel, const BuiltKpuLayer& built, bool eight_bit_mode = true) {
        kmodel::BufferParameters source(built.parameters);
        Bytes planar;
        kernel.compute(built.layer, eight_bit_mode, kpu.ai_ram(), source, planar);
        return planar;
    }
    Bytes reference(const BuiltKpuLayer& built, bool eight_bit_mode = true) {
        kmodel::BufferParameters source(built.parameters);
        return kpu_compute_reference(built.layer, eight_bit_mode, kpu.ai_ram(), source);
    }
};

// Every instruction set that the program is built for, so that those the host lacks are told as skipped.
#if defined(__x86_64__)
constexpr std::string_view kInstructionSets[] = {"AVX512_VNNI", "AVX512", "AVX2", "SSE4"};
#elif defined(__aarch64__)
constexpr std::string_view kInstructionSets[] = {"NEON"};
#else
constexpr std::string_view kInstructionSets[] = {"none"};
#endif

const KpuVectorOps* find_ops(std::string_view name) {
    const auto found = std::ranges::find(kpu_vector_ops(), name, [](const KpuVectorOps* ops) { return ops->name; });
    return found == kpu_vector_ops().end() ? nullptr : *found;
}

TEST(KpuVectorOpsTest, EveryInstructionSetIsTestedByItsName) {
    for (const KpuVectorOps* ops : kpu_vector_ops())
        EXPECT_NE(std::ranges::find(kInstructionSets, ops->name), std::end(kInstructionSets)) << ops->name;
}

struct KpuFastKernelRandomTest : KpuFastKernelTest, testing::WithParamInterface<std::string_view> {};

TEST_P(KpuFastKernelRandomTest, EqualsTheReferenceOnRandomLayers) {
    const KpuVectorOps* ops = find_ops(GetParam());
    if (!ops) GTEST_SKIP() << "this host has no " << GetParam();
    constexpr int kLayers = 20'000;
    const char* repeat = std::getenv("K210_SEED");
    const std::uint64_t seed = repeat ? std::strtoull(repeat, nullptr, 0) : std::random_device{}();
    std::cout << "seed " << seed << '\n';
    RandomLayers layers(seed);
    KpuFastKernel kernel(*ops);
    int on_vectors = 0;
    for (int i = 0; i < kLayers; ++i) {
        if (i % 2500 == 0) fill_ai_ram(layers.random, static_cast<unsigned>(i / 2500 % 4));
        const KpuLayerSpec spec = layers.spec();
        BuiltKpuLayer built = build_kpu_layer(spec);
        layers.vary(built.layer);
        const Bytes got = fast(kernel, built, spec.eight_bit_mode), expected = reference(built, spec.eight_bit_mode);
        ASSERT_EQ(got.size(), expected.size()) << "seed " << seed << ", layer " << i;
        const auto at = std::ranges::mismatch(got, expected).in1 - got.begin();
        ASSERT_EQ(static_cast<std::size_t>(at), got.size())
            << "seed " << seed << ", layer " << i << ": " << spec.input.channels << 'x' << spec.input.width << 'x'
            << spec.input.height << " to " << spec.output_channels << ", " << spec.kernel_side << "x"
            << spec.kernel_side << (spec.depthwise ? " depthwise" : "") << ", byte " << at << ": " << int{got[at]}
            << " for " << int{expected[at]};
        on_vectors += spec.eight_bit_mode && kpu_fold(spec.activation);
    }
    EXPECT_GT(on_vectors, kLayers / 10) << "layers that show little";
}

INSTANTIATE_TEST_SUITE_P(On, KpuFastKernelRandomTest, testing::ValuesIn(kInstructionSets),
                         [](const auto& set) { return std::string(set.param); });

// --- parameters -------------------------------------------------------------------------------------------------

KpuLayerSpec plain_spec() {
    return {.input = {5, 20, 6}, .output_channels = 3, .kernel_side = 3, .weights = Bytes16(135, 3), .norm = {1, 0, 6}};
}

TEST_F(KpuFastKernelTest, ParametersArePreparedOnce) {
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{9});
    KpuFastKernel kernel;
    const BuiltKpuLayer built = build_kpu_layer(plain_spec());
    const Bytes first = fast(kernel, built);
    const auto preparations = kernel.preparations();
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{7});
    EXPECT_NE(fast(kernel, built), first);
    EXPECT_EQ(kernel.preparations(), preparations);
}

TEST_F(KpuFastKernelTest, EveryChangedParameterByteIsNoticed) {
    std::mt19937_64 random(1);
    fill_ai_ram(random, 2);
    KpuFastKernel kernel;
    BuiltKpuLayer built = build_kpu_layer(plain_spec());
    fast(kernel, built);
    for (std::size_t i = 0; i < built.parameters.size(); ++i) {
        built.parameters[i] ^= 0x40;
        ASSERT_EQ(fast(kernel, built), reference(built)) << "byte " << i;
    }
}

// Another model at the same addresses may differ anywhere, also far behind the beginning of a block.
TEST_F(KpuFastKernelTest, ChangeFarInsideALargeBlockIsNoticed) {
    KpuFastKernel kernel;
    constexpr std::size_t kChannels = 600, kWeights = kChannels * 8 * 9;  // batch norm: 4800 bytes
    BuiltKpuLayer built = build_kpu_layer({.input = {8, 4, 4},
                                           .output_channels = kChannels,
                                           .kernel_side = 3,
                                           .weights = Bytes16(kWeights, 3),
                                           .norm = {1, 0, 6}});
    const auto takes_it_in = [&](std::size_t byte) {
        const auto before = kernel.preparations();
        built.parameters[byte] ^= 0x40;
        kmodel::BufferParameters source(built.parameters);
        kernel.load(built.layer, true, source);
        return kernel.preparations() - before;
    };
    takes_it_in(0);
    const std::pair<std::size_t, std::size_t> blocks[] = {{built.layer.para_start_addr, kWeights},
                                                          {built.layer.bwsx_base_addr, kChannels * 8},
                                                          {built.layer.active_addr, kKpuActivationBytes}};
    for (const auto& [begin, size] : blocks) {
        for (std::size_t at = 0; at < size; at += 61) ASSERT_EQ(takes_it_in(begin + at), 1u) << begin << '+' << at;
        ASSERT_EQ(takes_it_in(begin + size - 1), 1u) << begin;
    }
}

TEST_F(KpuFastKernelTest, LargeBlocksThatStayTheSameArePreparedOnce) {
    KpuFastKernel kernel;
    KpuLayerSpec spec{.input = {8, 4, 4}, .output_channels = 600, .kernel_side = 3, .norm = {1, 0, 6}};
    for (std::size_t i = 0; i < std::size_t{600} * 8 * 9; ++i)
        spec.weights.push_back(static_cast<std::uint16_t>(i * i % 251));  // no two pieces alike
    const BuiltKpuLayer built = build_kpu_layer(spec);
    kmodel::BufferParameters source(built.parameters);
    kernel.load(built.layer, true, source);
    const auto before = kernel.preparations();
    kernel.load(built.layer, true, source);
    EXPECT_EQ(kernel.preparations(), before);
}

TEST_F(KpuFastKernelTest, AChangeIsNotForgottenByALayerThatWasLoadedTwice) {
    std::mt19937_64 random(1);
    fill_ai_ram(random, 2);
    KpuFastKernel kernel;
    BuiltKpuLayer built = build_kpu_layer(plain_spec());
    fast(kernel, built);
    built.parameters[built.layer.para_start_addr] ^= 0x40;
    kmodel::BufferParameters source(built.parameters);
    kernel.load(built.layer, true, source);
    EXPECT_EQ(fast(kernel, built), reference(built));
}

TEST_F(KpuFastKernelTest, MapsGoOnAtTheStartOfAiRam) {
    std::mt19937_64 random(1);
    fill_ai_ram(random, 2);
    KpuFastKernel kernel;
    for (std::uint32_t from_end = 1; from_end < 30; ++from_end) {
        KpuLayerSpec spec{.input = {3, 40, 9}, .output_channels = 1, .kernel_side = 3, .weights = Bytes16(27, 3)};
        spec.norm = {1, 0, 6};
        spec.src_line = static_cast<std::uint16_t>(kAiRamLines - from_end);
        const BuiltKpuLayer built = build_kpu_layer(spec);
        ASSERT_EQ(fast(kernel, built), reference(built)) << from_end;
    }
}

TEST_F(KpuFastKernelTest, LayersWithParametersAtOneAddressAreToldApart) {
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{9});
    KpuFastKernel kernel;
    BuiltKpuLayer built = build_kpu_layer(plain_spec());
    fast(kernel, built);
    built.layer.arg_x = -123;
    EXPECT_EQ(fast(kernel, built), reference(built));
    EXPECT_EQ(fast(kernel, built, false), reference(built, false));
}

TEST_F(KpuFastKernelTest, MoreLayersThanAreKeptComputeAll) {
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{9});
    KpuFastKernel kernel;
    BuiltKpuLayer built = build_kpu_layer(plain_spec());
    for (int i = 0; i < 300; ++i) {
        built.layer.arg_add = i;
        ASSERT_EQ(fast(kernel, built), reference(built)) << i;
    }
}

// --- the ends of what 32 bits hold --------------------------------------------------------------------------------

TEST_F(KpuFastKernelTest, LargestSumsAreExact) {
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{255});
    for (const bool eight_bit_mode : {true, false}) {
        KpuLayerSpec spec{.input = {1024, 4, 4}, .kernel_side = 3, .eight_bit_mode = eight_bit_mode};
        spec.weights.assign(9 * 1024, 0xffff);
        spec.norm = {1, 0, 9};
        spec.activation.fill({0, 1, static_cast<std::uint8_t>(eight_bit_mode ? 13 : 21), 0});
        BuiltKpuLayer built = build_kpu_layer(spec);
        built.layer.pad_value = 255;
        KpuFastKernel kernel;
        const Bytes got = fast(kernel, built, eight_bit_mode);
        EXPECT_EQ(got, reference(built, eight_bit_mode));
        EXPECT_GT(got[0], 100);
        EXPECT_LT(got[0], 255);
    }
}

}  // namespace
}  // namespace k210
