#pragma once

#include "core/base/ordered_json.h"
#include "core/data/box.h"

namespace wordsight {

/// [x, y, w, h], as fractions of the photograph.
inline OrderedJson toJson(const Box& box)
{
    return { box.x, box.y, box.w, box.h };
}

} // namespace wordsight
