#pragma once

#include <filesystem>
#include <vector>

#include "core/dataset/captions.h"

namespace wordsight::dataset {

/// Photographs with sentences from a file of any known kind, which shows in what it holds: a split file of Karpathy's,
/// captions_*.json of COCO, the lists that BLIP trains on ([{"image", "caption"}]), Flickr's token.txt
/// ("a.jpg#0<tab>sentence") and its CSV ("image,caption" or "image_name| comment_number| comment"). Only the first has
/// splits. In the file's order; a photograph that is listed twice is one with all its sentences, one without any is
/// left out, and both are counted and said (a warning). Throws Error{UnreadableInput} with the reason, also where
/// nothing is left.
std::vector<CaptionedImage> readCaptionFile(const std::filesystem::path& file);

} // namespace wordsight::dataset
