#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/job_control.h"
#include "core/engine/library/index_plan.h"
#include "core/engine/photograph_features.h"
#include "core/model/image_text_model.h"
#include "core/store/library.h"

namespace wordsight::engine {

struct IndexReport {
    std::int64_t added = 0;     ///< photographs that are new, or new to the model
    std::int64_t copied = 0;    ///< of them, those whose content the model knew: no model ran
    std::int64_t unchanged = 0; ///< known already, by path, size and time
    std::int64_t moved = 0;     ///< known by content under another path, at which they are no more
    std::int64_t removed = 0;   ///< forgotten: deleted below the folders given, or to be left out
    std::int64_t rejected = 0;  ///< listed in Library::rejected() with the reason
    /// Good photographs, but their features are missing or damaged; the library does not remember them, for another
    /// model or another run may take them.
    std::vector<store::Rejected> withoutFeatures {};
    std::vector<store::Rejected> notes {};    ///< read, though something is wrong with the file; the reason says what
    std::int64_t roots = 0;                   ///< that were gone over
    std::vector<OfflinePlace> offline {};     ///< kept though their files cannot be seen now
    std::vector<store::Unseen> notEntered {}; ///< folders that are left out where a person may not know, and why
    /// Files of kinds that are not read, by the ending of their names (".mov", or none), the most frequent first.
    std::vector<std::pair<std::string, std::int64_t>> passedOver {};
    double seconds = 0;
    bool stopped = false; ///< the run was asked to stop

    /// Photographs whose files cannot be seen now; or only those that may be deleted, which a person knows.
    std::int64_t offlineCount(bool mayBeDeletedOnly = false) const;
    std::int64_t passedOverCount() const;
    /// ".mov 10, .psd 2"; after the first eight kinds "…".
    std::string passedOverKinds() const;
};

/// Gives the model whose fingerprint the plan has; called once, and only if there is a file to read.
using ModelOpener = std::function<model::ImageTextModel&()>;

/// Does what was planned: decoders → bounded queue → one consumer that batches, encodes, appends, commits every second
/// or 64 photographs; thumbnails are written on the way. Each committed batch is searchable at once. A stop
/// ends the run after the batch in hand, normally (`stopped`), and the next run continues. Synchronous;
/// call from one thread. With `features`, vectors come of the regions that another program found, instead of the
/// photographs. Identical files are encoded once. What is gone is forgotten, but more than one photograph and more than
/// a fifth of a root only where the plan says prune; it is offline until then. Throws what opening throws, Error{Io} if
/// the library cannot be written, Error{Usage, ModelMismatch} if the model does not take what it is given or is not the
/// one of the plan.
IndexReport runIndex(store::Library& library, const IndexPlan& plan, const ModelOpener& open, const JobControl& job,
    const PhotographFeatures* features = nullptr);

} // namespace wordsight::engine
