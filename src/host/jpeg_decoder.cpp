#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <string>

#include <jerror.h>
#include <jpeglib.h>

#include "host/picture_decoders.hpp"

namespace k210 {
namespace {

// Each takes time for the whole picture; cameras and programs write about ten.
constexpr int kMostScans = 100;

class JpegReader {
public:
    explicit JpegReader(std::span<const std::uint8_t> file) {
        jpeg_.err = jpeg_std_error(&errors_);
        jpeg_.client_data = this;
        errors_.error_exit = [](j_common_ptr jpeg) { fail(jpeg, text_of(jpeg)); };
        errors_.emit_message = [](j_common_ptr jpeg, int) {
            if (jpeg->err->msg_code == JWRN_JPEG_EOF) fail(jpeg, "it is cut off");
        };
        jpeg_create_decompress(&jpeg_);
        progress_.progress_monitor = [](j_common_ptr jpeg) {
            if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans)
                fail(jpeg, "it has too many scans");
        };
        jpeg_.progress = &progress_;
        guarded([&] { jpeg_mem_src(&jpeg_, file.data(), static_cast<unsigned long>(file.size())); });
    }
    ~JpegReader() { jpeg_destroy_decompress(&jpeg_); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    Picture decode(const WantsPixels& wants_pixels) {
        guarded([&] { jpeg_read_header(&jpeg_, TRUE); });
        if (!wants_pixels(jpeg_.image_width, jpeg_.image_height)) return {};
        Picture picture(jpeg_.image_width, jpeg_.image_height);
        guarded([&] {
            jpeg_.out_color_space = JCS_RGB;
            jpeg_start_decompress(&jpeg_);
            while (jpeg_.output_scanline < jpeg_.output_height) {
                JSAMPROW row = picture.at(0, jpeg_.output_scanline);
                jpeg_read_scanlines(&jpeg_, &row, 1);
            }
        });
        return picture;
    }

private:
    // libjpeg's functions are left by longjmp() when something is wrong. Nothing in `calls` may need a destructor.
    template <class Calls>
    void guarded(Calls calls) {
        if (setjmp(jump_)) throw PictureError(why_);
        calls();
    }
    static std::string text_of(j_common_ptr jpeg) {
        char text[JMSG_LENGTH_MAX];
        jpeg->err->format_message(jpeg, text);
        return text;
    }
    [[noreturn]] static void fail(j_common_ptr jpeg, std::string why) {
        auto& self = *static_cast<JpegReader*>(jpeg->client_data);
        self.why_.swap(why);
        why.~basic_string();  // longjmp() calls no destructors
        std::longjmp(self.jump_, 1);
    }

    jpeg_decompress_struct jpeg_{};
    jpeg_error_mgr errors_{};
    jpeg_progress_mgr progress_{};
    std::jmp_buf jump_{};
    std::string why_;
};

}  // namespace

Picture decode_jpeg(std::span<const std::uint8_t> file, const WantsPixels& wants_pixels) {
    return JpegReader(file).decode(wants_pixels);
}

}  // namespace k210
