#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/ids.h"
#include "core/data/box.h"
#include "core/data/matrix.h"
#include "core/search/query.h"
#include "core/search/term_scores.h"

namespace wordsight::search {

/// The cosines of one photograph with a query's terms.
struct Cosines {
    Matrix words;               ///< [regions × words], words in the order of the query
    std::vector<float> globals; ///< one per term of another kind; 0 where the photographs have no global vector
};

/// The vectors of one photograph, as a model gave them (but for the half floats they were kept in).
struct PhotoVectors {
    Matrix regions;            ///< [regions × D]
    std::vector<float> global; ///< [D], or empty
};

/// The photographs of a library that one model can search, at one moment. Made once per (version of the library, model,
/// filter) and kept; a library that has grown is a new Index. Whatever scanned also tells the cosines it ranked by.
/// Immutable: every method may be called from any thread.
class Index {
public:
    virtual ~Index() = default;

    /// All that can be found, by the rows they are kept in.
    virtual std::span<const PhotoId> photos() const = 0;
    virtual bool contains(PhotoId photo) const = 0;

    /// Brings `known` (nothing, or what another Index of the same library and model gave for the same terms and
    /// pooling) up to what this one holds: photographs that are still kept in the same row keep their scores, what is
    /// gone drops out, only the rest is scanned. Exact: the same bits whatever was known. Returns how many photographs
    /// were scanned. A term of another kind than Word meets the global vector; 0 where there is none.
    /// Throws Error{Cancelled} when `stop` says so and Error{ModelMismatch} if a term has another dimension than the
    /// vectors; `known` then is as it was.
    virtual std::size_t extend(TermScores& known, const Query& query, std::stop_token stop = {}) const = 0;

    /// All of it anew.
    TermScores scan(const Query& query, std::stop_token stop = {}) const
    {
        TermScores scores;
        extend(scores, query, std::move(stop));
        return scores;
    }

    // Of one photograph; they throw Error{ModelMismatch} if it is not among photos().

    /// Bit for bit those that scan() takes its scores from.
    virtual Cosines cosines(PhotoId photo, const Query& query) const = 0;
    virtual PhotoVectors vectors(PhotoId photo) const = 0;
    /// Where its regions lie; empty: that is not known. Valid while the Index lives.
    virtual std::span<const Box> boxes(PhotoId photo) const = 0;
};

using IndexPtr = std::shared_ptr<const Index>;

} // namespace wordsight::search
