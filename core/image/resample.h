#pragma once

#include "core/image/image.h"

namespace wordsight::image {

/// How a photograph is stretched to the size that a model takes.
enum class Resampling {
    Area,     ///< OpenCV's: area where it shrinks, else bicubic
    Bilinear, ///< Pillow's, to the byte: the kernel is widened where it shrinks
    Bicubic,  ///< likewise, Keys's kernel with a = −½
};

/// `image` at width × height as Pillow's Image.resize makes it: first across, then down, in fixed-point numbers.
/// `resampling` is Bilinear or Bicubic. Throws Error{Internal} for an image whose size does not fit its pixels.
Image resample(const Image& image, int width, int height, Resampling resampling);

} // namespace wordsight::image
