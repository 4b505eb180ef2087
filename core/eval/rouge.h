#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/base/job_control.h"
#include "core/data/matrix.h"

namespace wordsight::eval {

/// How much each sentence says of what each image's captions say: ROUGE-L (Lin 2004) with β = 1.2 of the sentence
/// against the captions of the image, precision and recall each the highest over them, as in the COCO caption
/// evaluation. Words are what stands between single spaces, without regard to ASCII case. The relevance of the NDCG of
/// Messina et al. 2021. owner[c] is the image of caption c; an image without captions has relevance 0.
/// → [captions × images]. Throws Error{Cancelled}.
Matrix rougeL(std::span<const std::string> captions, std::span<const std::size_t> owner, std::size_t images,
    const JobControl& job);

} // namespace wordsight::eval
