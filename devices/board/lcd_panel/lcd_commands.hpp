// MIPI DCS commands as the controllers have them, and the bits of memory access control.
#pragma once
#include <cstdint>

namespace k210::lcd {

// clang-format off
enum Command : std::uint8_t {
    kNop = 0x00, kSoftwareReset = 0x01, kReadId = 0x04, kReadStatus = 0x09, kReadPowerMode = 0x0a,
    kReadMemoryAccessControl = 0x0b, kReadPixelFormat = 0x0c, kReadImageMode = 0x0d, kReadSignalMode = 0x0e,
    kSleepIn = 0x10, kSleepOut = 0x11, kPartialMode = 0x12, kNormalMode = 0x13,
    kInversionOff = 0x20, kInversionOn = 0x21, kAllPixelsOff = 0x22, kAllPixelsOn = 0x23, kGammaSet = 0x26,
    kDisplayOff = 0x28, kDisplayOn = 0x29, kColumnAddressSet = 0x2a, kRowAddressSet = 0x2b, kMemoryWrite = 0x2c,
    kMemoryRead = 0x2e, kPartialArea = 0x30, kScrollingAreas = 0x33, kTearingOff = 0x34, kTearingOn = 0x35,
    kMemoryAccessControl = 0x36, kScrollingAddress = 0x37, kIdleModeOff = 0x38, kIdleModeOn = 0x39,
    kPixelFormat = 0x3a, kMemoryWriteContinue = 0x3c, kMemoryReadContinue = 0x3e, kTearingLine = 0x44,
    kWriteBrightness = 0x51, kReadBrightness = 0x52, kWriteControlDisplay = 0x53, kReadControlDisplay = 0x54,
    kWriteBrightnessControl = 0x55, kReadBrightnessControl = 0x56, kWriteLeastBrightness = 0x5e,
    kReadLeastBrightness = 0x5f, kVendor = 0xb0, kReadId1 = 0xda, kReadId2 = 0xdb, kReadId3 = 0xdc,
};

enum Madctl : std::uint8_t {
    kMirrorRows = 0x80, kMirrorColumns = 0x40, kExchange = 0x20, kRefreshUpwards = 0x10, kBgr = 0x08,
    kFlipColumns = 0x02, kFlipRows = 0x01,
};
// clang-format on

constexpr std::uint8_t kFormat12 = 3, kFormat16 = 5, kFormat18 = 6;  // pixel format, low three bits
constexpr std::uint8_t kFormatMask = 7;

}  // namespace k210::lcd
