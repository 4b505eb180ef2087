#pragma once

#include <memory>

#include "core/engine/library/model_cache.h"
#include "ui/library/index_controller.h"
#include "ui/library/library_models.h"
#include "ui/shared/pools.h"
#include "ui/shared/session.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

/// What the pages of a window share. Made once, and kept longer than every page.
struct Services {
    /// An empty settings file: the person's own settings.
    Services(engine::ModelSource source, const QString& settingsFile)
        : session(settingsFile)
        , models(std::move(source))
        , modelCache(std::make_shared<engine::ModelCache>(models.open))
        , libraryModels(pools, models)
        , thumbnails(pools.pictures)
        , index(pools)
    {
    }

    Session session;
    engine::ModelSource models;
    Pools pools;
    std::shared_ptr<engine::ModelCache> modelCache; ///< for the thread of Pools::search
    LibraryModels libraryModels;
    ThumbnailLoader thumbnails;
    IndexController index;
};

} // namespace wordsight::ui
