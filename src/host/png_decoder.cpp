#include <algorithm>
#include <csetjmp>
#include <string>

#include <png.h>

#include "host/picture_decoders.hpp"

namespace k210 {
namespace {

class PngReader {
public:
    explicit PngReader(std::span<const std::uint8_t> file)
        : left_(file), png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore)),
          info_(png_create_info_struct(png_)) {
        png_set_read_fn(png_, this, read);
    }
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    Picture decode(const WantsPixels& wants_pixels) {
        guarded([&] { png_read_info(png_, info_); });
        const unsigned width = png_get_image_width(png_, info_), height = png_get_image_height(png_, info_);
        if (!wants_pixels(width, height)) return {};
        guarded([&] {
            png_set_expand(png_);    // palettes, and grey of fewer than eight bits
            png_set_scale_16(png_);  // to eight
            png_set_gray_to_rgb(png_);
            png_set_strip_alpha(png_);
            passes_ = png_set_interlace_handling(png_);
            png_read_update_info(png_, info_);
        });
        Picture picture(width, height);
        if (png_get_rowbytes(png_, info_) != std::size_t{width} * 3) throw PictureError("its pixels are not RGB");
        guarded([&] {
            for (int pass = 0; pass < passes_; ++pass)
                for (unsigned y = 0; y < height; ++y) png_read_row(png_, picture.at(0, y), nullptr);
            png_read_end(png_, nullptr);
        });
        return picture;
    }

private:
    // libpng leaves its functions by longjmp() when something is wrong. Nothing in `calls` may need a destructor.
    template <class Calls>
    void guarded(Calls calls) {
        if (setjmp(png_jmpbuf(png_))) throw PictureError(why_);
        calls();
    }
    static void fail(png_structp png, png_const_charp why) {
        static_cast<PngReader*>(png_get_error_ptr(png))->why_ = why;
        png_longjmp(png, 1);
    }
    static void ignore(png_structp, png_const_charp) {}
    static void read(png_structp png, png_bytep to, std::size_t count) {
        auto& left = static_cast<PngReader*>(png_get_io_ptr(png))->left_;
        if (count > left.size()) png_error(png, "it is cut off");
        std::copy_n(left.begin(), count, to);
        left = left.subspan(count);
    }

    std::span<const std::uint8_t> left_;
    std::string why_;
    png_structp png_;
    png_infop info_;
    int passes_ = 1;
};

}  // namespace

Picture decode_png(std::span<const std::uint8_t> file, const WantsPixels& wants_pixels) {
    return PngReader(file).decode(wants_pixels);
}

}  // namespace k210
