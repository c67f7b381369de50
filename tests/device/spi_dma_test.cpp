// SPI, DMAC and a chip together, driven as the firmware's drivers do.
#include <initializer_list>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "board/nor_flash/nor_flash.hpp"
#include "dmac/dmac.hpp"
#include "spi/spi.hpp"
#include "support/device_bench.hpp"
#include "support/panels.hpp"
#include "support/part_bench.hpp"
#include "support/spi_wire.hpp"

namespace k210 {
namespace {

enum FrameFormat : std::uint32_t { kStandard, kDual, kQuad, kOctal };
enum Tmod : std::uint32_t { kTransmit = 1, kEeprom = 3 };
enum Msize : std::uint32_t { kMsize1, kMsize4 };

// One SPI controller with its chip, the DMAC and memory; what the SDK's spi.c and dmac.c do with them.
struct SpiDma {
    enum : std::uint32_t {
        kSpi = 0x5400'0000,
        kDr = kSpi + 0x60,
        kDmac = 0x5000'0000,
        kOut = 0x8000'0000,
        kIn = 0x8010'0000
    };

    DeviceBench bench;
    SingleTargetBus wire;
    Bus bus{bench.log};
    Memory ram{"ram", 2u << 20};
    Spi spi;
    Dmac dmac{bench.context(), bus};
    const unsigned chip_select, tmod_shift;

    SpiDma(SpiTarget& chip, unsigned select, SpiLayout layout)
        : wire(chip, select), spi("spi", bench.context(), wire, layout), chip_select(select),
          tmod_shift(layout == SpiLayout::apb_ssi ? 8 : 10) {
        bus.map(ram, kOut);
        bus.map("spi", spi, kSpi, 0x100'0000);
        bus.map("dmac", dmac, kDmac, 0x1000);
        spi.dma_rx_req.connect([this](bool level) { dmac.set_request(6, level); });
        spi.dma_tx_req.connect([this](bool level) { dmac.set_request(7, level); });
        bus.write(kDmac + 0x10, 4, 3);
        bus.write(kSpi + 0x14, 4, 16);  // 25 MHz
    }

    void spi_init(std::uint32_t ctrlr0, std::uint32_t spi_ctrlr0) {
        bus.write(kSpi + 0x2c, 4, 0);
        bus.write(kSpi + 0x4c, 4, 0);
        bus.write(kSpi + 0x50, 4, 0x10);
        bus.write(kSpi + 0x54, 4, 0);
        bus.write(kSpi + 0x10, 4, 0);
        bus.write(kSpi + 0x08, 4, 0);
        bus.write(kSpi + 0x00, 4, ctrlr0);
        bus.write(kSpi + 0xf4, 4, spi_ctrlr0);
    }
    void dmac_set_single_mode(unsigned n, bool to_device, std::uint32_t memory, bool fixed, Msize msize,
                              std::uint32_t items) {
        const std::uint32_t base = kDmac + 0x100 + n * 0x100;
        dmac.select_handshake(n, to_device ? 7 : 6);
        bus.write(base + 0x98, 4, ~0u);
        bus.write(base + 0x24, 4, (to_device ? 1u | 1u << 3 : 2u | 1u << 4) | n << 7 | n << 12);
        bus.write(base + 0x00, 4, to_device ? memory : kDr);
        bus.write(base + 0x08, 4, to_device ? kDr : memory);
        const std::uint32_t sinc = to_device ? fixed : 1, dinc = to_device ? 1 : fixed;
        bus.write(base + 0x18, 4, sinc << 4 | dinc << 6 | 2u << 8 | 2u << 11 | msize << 14 | msize << 18);
        bus.write(base + 0x10, 4, items - 1);
        bus.write(kDmac + 0x18, 4, bus.read(kDmac + 0x18, 4) | 0x101u << n);
    }
    void dmac_wait_idle(unsigned n) {
        while (bus.read(kDmac + 0x18, 4) >> n & 1) bench.run_for_cycles(100);
    }
    void start(Tmod tmod, std::uint32_t dmacr) {
        bus.write(kSpi, 4, (bus.read(kSpi, 4) & ~(3u << tmod_shift)) | tmod << tmod_shift);
        bus.write(kSpi + 0x4c, 4, dmacr);
        bus.write(kSpi + 0x08, 4, 1);
    }
    void finish() {
        bus.write(kSpi + 0x10, 4, 0);
        bus.write(kSpi + 0x08, 4, 0);
    }
    void put(std::initializer_list<std::uint32_t> words) {
        std::uint32_t at = kOut;
        for (std::uint32_t word : words) bus.write(std::exchange(at, at + 4), 4, word);
    }
    // spi_receive_data_normal_dma: a command, then items, a word each.
    void receive(std::initializer_list<std::uint32_t> command, std::uint32_t items) {
        put(command);
        bus.write(kSpi + 0x04, 4, items - 1);
        start(kEeprom, 3);
        dmac_set_single_mode(1, false, kIn, false, kMsize1, items);
        dmac_set_single_mode(0, true, kOut, false, kMsize4, static_cast<std::uint32_t>(command.size()));
        bus.write(kSpi + 0x10, 4, 1u << chip_select);
        dmac_wait_idle(0);
        dmac_wait_idle(1);
        finish();
    }
    // spi_send_data_normal_dma, and with a fixed source spi_fill_data_dma.
    void send(std::uint32_t items, bool fill = false) {
        start(kTransmit, 2);
        dmac_set_single_mode(2, true, kOut, fill, fill ? kMsize1 : kMsize4, items);
        bus.write(kSpi + 0x10, 4, 1u << chip_select);
        dmac_wait_idle(2);
        while ((bus.read(kSpi + 0x28, 4) & 5) != 4) bench.run_for_cycles(10);
        finish();
    }
};

// MaixPy's w25qxx.c on SPI3.
struct FlashDriverTest : testing::Test {
    PartBench part_bench;
    NorFlash flash{part_bench.part("flash"), {}};
    SpiDma path{flash, 0, SpiLayout::dwc_ssi};

    void init_standard() { path.spi_init(kStandard << 22 | 7, 0); }
    void init_quad_io() { path.spi_init(kQuad << 22 | 7, 4 << 11 | 2 << 8 | 8 << 2 | 1); }
};

TEST_F(FlashDriverTest, ReadsTheIdInStandardFrames) {
    init_standard();
    path.receive({0x90, 0, 0, 0}, 2);
    EXPECT_EQ(path.bus.read(SpiDma::kIn, 4), 0xc8u);
    EXPECT_EQ(path.bus.read(SpiDma::kIn + 4, 4), 0x17u);
}

TEST_F(FlashDriverTest, ReadsABlockOnFourLines) {
    std::vector<std::uint8_t> image(0x10000);
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    flash.load(0xd00000, image);
    init_quad_io();
    path.receive({0xeb, 0xd0000000}, 0x10000);
    for (std::uint32_t i = 0; i < image.size(); ++i) ASSERT_EQ(path.bus.read(SpiDma::kIn + 4 * i, 4), image[i]) << i;
    EXPECT_EQ(path.bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(FlashDriverTest, ReadKeepsThePaceOfTheWire) {
    init_quad_io();
    const std::uint64_t start = path.bench.clock.cycle_at(path.bench.events.now());
    path.receive({0xeb, 0}, 0x1000);
    const std::uint64_t cycles = path.bench.clock.cycle_at(path.bench.events.now()) - start;
    EXPECT_GE(cycles, 0x1000u * 2 * 16);
    EXPECT_LE(cycles, 0x1000u * 2 * 16 + 1000);
}

TEST_F(FlashDriverTest, ProgramsAPageOnFourLines) {
    init_standard();
    path.put({0x06});
    path.send(1);
    path.spi_init(kQuad << 22 | 7, 2 << 8 | 6 << 2);
    path.put({0x32, 0x1000});
    for (std::uint32_t i = 0; i < 256; ++i) path.bus.write(SpiDma::kOut + 8 + 4 * i, 4, i ^ 0xa5);
    path.send(258);
    for (std::uint32_t i = 0; i < 256; ++i) ASSERT_EQ(flash.contents()[0x1000 + i], i ^ 0xa5) << i;
    EXPECT_TRUE(flash.busy());
}

TEST_F(FlashDriverTest, ExecuteInPlaceWindowShowsTheFlash) {  // as Kboot's first stage sets it up
    flash.load(0x4000, std::vector<std::uint8_t>{0x5a, 0xa5, 0xd0, 0xc5});
    path.spi_init(kQuad << 22 | 7, 0);
    path.bus.write(SpiDma::kSpi + 0x108, 4, 0x28c09466);
    path.bus.write(SpiDma::kSpi + 0x100, 4, 0xeb);
    path.bus.write(SpiDma::kSpi + 0xfc, 4, 0);
    path.bus.write(SpiDma::kSpi + 0x10c, 4, 1);
    path.bus.write(SpiDma::kSpi + 0x08, 4, 1);
    path.spi.set_xip(true);
    EXPECT_EQ(path.bus.read(SpiDma::kSpi + 0x4000, 4), 0x5aa5d0c5u);
    EXPECT_EQ(path.bus.read(SpiDma::kSpi + 0x4000, 1), 0x5au);
    EXPECT_EQ(path.bus.read(SpiDma::kSpi + 0x4003, 1), 0xc5u);
    EXPECT_EQ(path.bus.read(SpiDma::kSpi + 0x4004, 1), 0xffu);
}

// MaixPy's st7789.c on SPI0.
struct LcdDriverTest : testing::Test {
    PartBench part_bench;
    LcdPanel panel{part_bench.part("lcd"), maix_panel()};
    SpiDma path{panel, 3, SpiLayout::apb_ssi};

    void tft_write_command(std::uint8_t code) {
        panel.set_dc(false);
        path.spi_init(kOctal << 21 | 7 << 16, 2 << 8 | 2);
        path.put({code});
        path.send(1);
        panel.set_dc(true);
    }
    void tft_write_byte(std::initializer_list<std::uint32_t> bytes) {
        path.spi_init(kOctal << 21 | 7 << 16, 2 << 2 | 2);
        path.put(bytes);
        path.send(static_cast<std::uint32_t>(bytes.size()));
    }
    void init_word() { path.spi_init(kOctal << 21 | 31 << 16, 8 << 2 | 2); }
    void init_and_set_area() {  // lcd_mcu.c, 320x240 with DIR_YX_RLDU
        tft_write_command(0x11);
        tft_write_command(0x3a);
        tft_write_byte({0x55});
        tft_write_command(0x36);
        tft_write_byte({0xa0});
        tft_write_command(0x29);
        tft_write_command(0x2a);
        tft_write_byte({0, 0, 319 >> 8, 319 & 0xff});
        tft_write_command(0x2b);
        tft_write_byte({0, 0, 0, 239});
        tft_write_command(0x2c);
    }
};

TEST_F(LcdDriverTest, ClearsTheScreenFromOneWord) {
    init_and_set_area();
    path.put({0xf800f800});
    init_word();
    path.send(320 * 240 / 2, true);
    EXPECT_EQ(panel.frames_shown(), 1u);
    const Picture& picture = panel.picture();
    for (unsigned y = 0; y < 240; ++y)
        for (unsigned x = 0; x < 320; ++x) {
            const std::uint8_t* p = picture.at(x, y);
            ASSERT_TRUE(p[0] == 255 && p[1] == 0 && p[2] == 0) << x << "," << y;
        }
    EXPECT_EQ(part_bench.log.entries().size() + path.bench.log.entries().size(), 0u);
}

TEST_F(LcdDriverTest, DrawsAPicture) {
    init_and_set_area();
    for (std::uint32_t i = 0; i < 320 * 240; i += 2)  // pairs swapped, as the cores prepare them
        path.bus.write(SpiDma::kOut + 2 * i, 4, (i & 0xffff) << 16 | ((i + 1) & 0xffff));
    init_word();
    const std::uint64_t start = path.bench.clock.cycle_at(path.bench.events.now());
    path.send(320 * 240 / 2);
    const std::uint64_t cycles = path.bench.clock.cycle_at(path.bench.events.now()) - start;
    EXPECT_NEAR(static_cast<double>(cycles), 320 * 240 * 2 * 16, 1000);
    const Picture& picture = panel.picture();
    const auto red = [&](unsigned x, unsigned y) { return unsigned{picture.at(x, y)[0]} >> 3; };
    const auto blue = [&](unsigned x, unsigned y) { return unsigned{picture.at(x, y)[2]} >> 3; };
    for (const auto& [x, y] : {std::pair{0u, 0u}, {1u, 0u}, {319u, 0u}, {0u, 1u}, {200u, 120u}, {319u, 239u}}) {
        const std::uint32_t pixel = (y * 320 + x) & 0xffff;
        EXPECT_EQ(red(x, y), pixel >> 11) << x << "," << y;
        EXPECT_EQ(blue(x, y), pixel & 0x1f) << x << "," << y;
    }
}

}  // namespace
}  // namespace k210
