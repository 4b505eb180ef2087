#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/box.h"
#include "core/data/text_span.h"
#include "core/dataset/captions.h"

namespace wordsight::dataset {

/// A phrase of a caption with the boxes of what it names.
struct BoxedPhrase {
    std::size_t caption = 0; ///< which of the image's captions (index into CaptionedImage::captions)
    TextSpan span;           ///< bytes of that caption
    std::string
        type; ///< people, animals, clothing, bodyparts, scene, vehicles, instruments, other; the first of several
    std::vector<Box> boxes; ///< at least one
};

/// Flickr30k Entities layout (Plummer et al. 2015): Annotations/{id}.xml, Sentences/{id}.txt below `folder`; id is the
/// file name up to the first underscore. Annotated sentences are matched to the image's captions by their
/// letters and digits; what does not match is left out. An image without annotations has none.
/// Throws Error{UnreadableInput} for files that are there but damaged.
std::vector<BoxedPhrase> readEntities(const std::filesystem::path& folder, const CaptionedImage& image);

} // namespace wordsight::dataset
