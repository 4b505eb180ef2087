#pragma once

#include <cstdint>

namespace wordsight::nn {

/// Dimensions that a network's vectors get beside its own (evidence.h); 0 and 0: none.
struct EvidenceOptions {
    std::int64_t classes = 0; ///< of what the image network's own classifier says
    std::int64_t colours = 0; ///< of what colours the pixels have
    std::int64_t total() const { return classes + colours; }
};

template <class Fields> void describe(Fields& f, EvidenceOptions& o)
{
    f("classes", o.classes);
    f("colours", o.colours);
}

} // namespace wordsight::nn
