#include "aes/aes.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes hex(std::string_view text) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    return bytes;
}

// NIST SP 800-38A, appendix F.
const Bytes kKey128 = hex("2b7e151628aed2a6abf7158809cf4f3c");
const Bytes kKey192 = hex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b");
const Bytes kKey256 = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
const Bytes kIv = hex("000102030405060708090a0b0c0d0e0f");
const Bytes kPlain =
    hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");

// GCM specification (McGrew and Viega), test cases 4, 10 and 16: 60 bytes of text, 20 of additional data.
const Bytes kGcmIv = hex("cafebabefacedbaddecaf888");
const Bytes kGcmAad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const Bytes kGcmPlain =
    hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
const Bytes kGcmKey128 = hex("feffe9928665731c6d6a8f9467308308");
const Bytes kGcmCipher128 =
    hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091");
const Bytes kGcmTag128 = hex("5bc94fbc3221a5db94fae95ae7121a47");

struct AesTest : testing::Test {
    enum : std::uint32_t {
        kKey = 0x00,
        kEncryptSel = 0x10,
        kModeCtl = 0x14,
        kIvReg = 0x18,
        kEndian = 0x28,
        kFinish = 0x2c,
        kDmaSel = 0x30,
        kAadNum = 0x34,
        kPcNum = 0x3c,
        kText = 0x40,
        kAad = 0x44,
        kTagChk = 0x48,
        kDataIn = 0x4c,
        kInTag = 0x50,
        kOut = 0x60,
        kEn = 0x64,
        kDataOut = 0x68,
        kTagIn = 0x6c,
        kTagClear = 0x70,
        kOutTag = 0x74,
        kKeyExt = 0x84
    };
    enum Mode : std::uint32_t { kEcb, kCbc, kGcm };
    DeviceBench bench;
    Aes aes{bench.context()};

    static std::uint32_t word(const Bytes& bytes, std::size_t at) {  // as a little-endian hart loads it
        std::uint32_t v = 0;
        for (std::size_t i = at; i < std::min(at + 4, bytes.size()); ++i)
            v |= std::uint32_t{bytes[i]} << (8 * (i - at));
        return v;
    }
    // aes_init
    void begin(const Bytes& key, const Bytes& iv, const Bytes& aad, Mode mode, bool decrypt, std::size_t length) {
        aes.write(kEndian, 4, aes.read(kEndian, 4) | 1);
        const std::uint32_t key_words = static_cast<std::uint32_t>(key.size() / 4);
        for (std::uint32_t i = 0; i < key_words; ++i)
            aes.write(i < 4 ? kKey + 4 * i : kKeyExt + 4 * (i - 4), 4, word(key, key.size() - 4 * i - 4));
        for (std::uint32_t i = 0; i < iv.size() / 4; ++i) aes.write(kIvReg + 4 * i, 4, word(iv, iv.size() - 4 * i - 4));
        aes.write(kModeCtl, 4, mode | (key_words / 2 - 2) << 3);
        aes.write(kEncryptSel, 4, decrypt);
        aes.write(kAadNum, 4, static_cast<std::uint32_t>(aad.size()) - 1);
        aes.write(kPcNum, 4, static_cast<std::uint32_t>(length) - 1);
        aes.write(kEn, 4, aes.read(kEn, 4) | 1);
        for (std::size_t i = 0; i < aad.size(); i += 4) {
            ASSERT_TRUE(aes.read(kDataIn, 4));
            aes.write(kAad, 4, word(aad, i));
        }
    }
    // aes_process: up to 80 bytes go in, then as many come out
    static Bytes process(Aes& device, const Bytes& in) {
        Bytes out;
        for (std::size_t chunk = 0; chunk < in.size(); chunk += 80) {
            const std::size_t end = std::min(chunk + 80, in.size());
            for (std::size_t i = chunk; i < end; i += 4) {
                EXPECT_TRUE(device.read(kDataIn, 4));
                device.write(kText, 4, word(in, i));
            }
            for (std::size_t i = chunk; i < end; i += 4) {
                EXPECT_TRUE(device.read(kDataOut, 4));
                const std::uint32_t v = device.read(kOut, 4);
                for (unsigned k = 0; k < 4; ++k) out.push_back(static_cast<std::uint8_t>(v >> (8 * k)));
            }
        }
        out.resize(in.size());
        return out;
    }
    Bytes run(const Bytes& key, const Bytes& iv, Mode mode, bool decrypt, const Bytes& in) {
        begin(key, iv, {}, mode, decrypt, in.size());
        return process(aes, in);
    }
    void round_trip(const Bytes& key, Mode mode, const Bytes& cipher) {
        const Bytes iv = mode == kCbc ? kIv : Bytes{};
        EXPECT_EQ(run(key, iv, mode, false, kPlain), cipher);
        EXPECT_TRUE(aes.read(kFinish, 4));
        EXPECT_EQ(run(key, iv, mode, true, cipher), kPlain);
    }
    // gcm_get_tag
    Bytes tag() {
        Bytes bytes;
        for (std::uint32_t i = 4; i-- > 0;)
            for (int shift = 24; shift >= 0; shift -= 8)
                bytes.push_back(static_cast<std::uint8_t>(aes.read(kOutTag + 4 * i, 4) >> shift));
        return bytes;
    }
    std::uint32_t check_tag(const Bytes& tag) {
        EXPECT_TRUE(aes.read(kTagIn, 4));
        for (std::uint32_t i = 0; i < 4; ++i) aes.write(kInTag + 4 * i, 4, word(tag, 12 - 4 * i));
        return aes.read(kTagChk, 4);
    }
};

TEST_F(AesTest, EcbMatchesNistVectors) {
    round_trip(kKey128, kEcb,
               hex("3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
                   "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"));
    round_trip(kKey192, kEcb,
               hex("bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
                   "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e"));
    round_trip(kKey256, kEcb,
               hex("f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
                   "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"));
}

TEST_F(AesTest, CbcMatchesNistVectors) {
    round_trip(kKey128, kCbc,
               hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
                   "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"));
    round_trip(kKey192, kCbc,
               hex("4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
                   "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"));
    round_trip(kKey256, kCbc,
               hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                   "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"));
}

TEST_F(AesTest, GcmEncryptsAndAuthenticates) {
    begin(kGcmKey128, kGcmIv, kGcmAad, kGcm, false, kGcmPlain.size());
    EXPECT_EQ(process(aes, kGcmPlain), kGcmCipher128);
    EXPECT_EQ(tag(), kGcmTag128);
}

TEST_F(AesTest, GcmDecryptsAndAuthenticates) {
    begin(kGcmKey128, kGcmIv, kGcmAad, kGcm, true, kGcmCipher128.size());
    EXPECT_EQ(process(aes, kGcmCipher128), kGcmPlain);
    EXPECT_EQ(tag(), kGcmTag128);
}

TEST_F(AesTest, GcmTakesLongerKeys) {
    begin(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c"), kGcmIv, kGcmAad, kGcm, false, kGcmPlain.size());
    process(aes, kGcmPlain);
    EXPECT_EQ(tag(), hex("2519498e80f1478f37ba55bd6d27618c"));
    begin(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), kGcmIv, kGcmAad, kGcm, false,
          kGcmPlain.size());
    process(aes, kGcmPlain);
    EXPECT_EQ(tag(), hex("76fc6ece0f4e1768cddf8853bb2d551b"));
}

TEST_F(AesTest, GcmOfNothingHasATag) {
    begin(Bytes(16), Bytes(12), {}, kGcm, false, 0);
    EXPECT_FALSE(aes.read(kDataIn, 4));
    EXPECT_EQ(tag(), hex("58e2fccefa7e3061367f1d57a4e7455a"));
}

TEST_F(AesTest, GcmSplitsWordsOfOddLengths) {
    const Bytes plain(kGcmPlain.begin(), kGcmPlain.begin() + 13);
    begin(kGcmKey128, kGcmIv, {}, kGcm, false, plain.size());
    EXPECT_EQ(process(aes, plain), Bytes(kGcmCipher128.begin(), kGcmCipher128.begin() + 13));
    EXPECT_TRUE(aes.read(kFinish, 4));
    EXPECT_FALSE(aes.read(kDataOut, 4));
}

TEST_F(AesTest, TagIsCheckedAndTheVerdictCleared) {
    begin(kGcmKey128, kGcmIv, kGcmAad, kGcm, false, kGcmPlain.size());
    EXPECT_FALSE(aes.read(kTagIn, 4));
    process(aes, kGcmPlain);
    EXPECT_EQ(check_tag(kGcmTag128), 2u);
    aes.write(kTagClear, 4, 0);
    EXPECT_EQ(aes.read(kTagChk, 4), 0u);
    Bytes wrong = kGcmTag128;
    wrong[5] ^= 1;
    EXPECT_EQ(check_tag(wrong), 1u);
}

TEST_F(AesTest, NoTagIsRightBeforeTheMessageEnds) {
    begin(kGcmKey128, kGcmIv, kGcmAad, kGcm, false, kGcmPlain.size());
    for (std::uint32_t i = 0; i < 4; ++i) aes.write(kInTag + 4 * i, 4, aes.read(kOutTag + 4 * i, 4));
    EXPECT_EQ(aes.read(kTagChk, 4), 1u);
}

TEST_F(AesTest, OnlyTheByteWithTheEnableBitStarts) {
    begin(kKey128, {}, {}, kEcb, false, 32);
    for (unsigned i = 0; i < 4; ++i) aes.write(kText, 4, i);
    aes.write(kEn + 1, 1, 0xff);
    EXPECT_TRUE(aes.read(kDataOut, 4));
    aes.write(kEn, 1, 1);
    EXPECT_FALSE(aes.read(kDataOut, 4));
}

TEST_F(AesTest, InputWaitsWhenTwentyWordsOfOutputAreWaiting) {
    begin(kKey128, {}, {}, kEcb, false, 96);
    for (unsigned i = 0; i < 20; ++i) {
        EXPECT_TRUE(aes.read(kDataIn, 4));
        aes.write(kText, 4, i);
    }
    EXPECT_FALSE(aes.read(kDataIn, 4));
    for (unsigned i = 0; i < 4; ++i) aes.read(kOut, 4);
    EXPECT_TRUE(aes.read(kDataIn, 4));
}

TEST_F(AesTest, AsksForDmaWhileABurstOrTheRestIsWaiting) {
    begin(kGcmKey128, kGcmIv, {}, kGcm, false, 20);
    aes.write(kDmaSel, 4, 1);
    for (unsigned i = 0; i < 3; ++i) aes.write(kText, 4, i);
    EXPECT_FALSE(aes.dma_rx_req.level());
    aes.write(kText, 4, 3);
    EXPECT_TRUE(aes.dma_rx_req.level());
    aes.read(kOut, 4);
    EXPECT_FALSE(aes.dma_rx_req.level());
    aes.write(kText, 4, 4);  // the last word
    EXPECT_TRUE(aes.dma_rx_req.level());
    for (unsigned i = 0; i < 4; ++i) aes.read(kOut, 4);
    EXPECT_FALSE(aes.dma_rx_req.level());
}

TEST_F(AesTest, TextNobodyWaitsForIsAGuestError) {
    aes.write(kText, 4, 1);
    aes.write(kAad, 4, 1);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 2u);
    EXPECT_FALSE(aes.read(kDataOut, 4));
}

TEST_F(AesTest, MessageUnderWaySurvivesSaveAndRestore) {
    begin(kGcmKey128, kGcmIv, kGcmAad, kGcm, false, kGcmPlain.size());
    const Bytes first(kGcmPlain.begin(), kGcmPlain.begin() + 16), rest(kGcmPlain.begin() + 16, kGcmPlain.end());
    process(aes, first);
    aes.write(kKey, 4, 0);  // the key was taken when the message began
    DeviceBench other_bench;
    Aes other{other_bench.context()};
    DeviceBench::transfer_state(aes, other);
    EXPECT_EQ(process(other, rest), Bytes(kGcmCipher128.begin() + 16, kGcmCipher128.end()));
    EXPECT_EQ(other.read(kOutTag + 12, 4), 0x5bc9'4fbcu);
}

TEST_F(AesTest, ResetForgetsMessageAndOutput) {
    begin(kKey128, {}, {}, kEcb, false, 32);
    for (unsigned i = 0; i < 4; ++i) aes.write(kText, 4, i);
    aes.reset();
    EXPECT_FALSE(aes.read(kDataOut, 4));
    EXPECT_FALSE(aes.read(kDataIn, 4));
    EXPECT_EQ(run(kKey128, {}, kEcb, false, hex("6bc1bee22e409f96e93d7e117393172a")),
              hex("3ad77bb40d7a3660a89ecaf32466ef97"));
}

}  // namespace
}  // namespace k210
