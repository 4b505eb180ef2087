#pragma once

#include <QThreadPool>

namespace wordsight::ui {

/// The threads of the window's background work. Neither indexing nor an evaluation holds back a search; a model that is
/// being opened never holds back thumbnails. One thread each for index, search and evaluation, so that whatever they
/// own is used by one thread at a time. Must outlive every BackgroundTask started on it.
struct Pools {
    QThreadPool index;
    QThreadPool search;
    QThreadPool pictures;   ///< thumbnails and what else is quickly read
    QThreadPool inspection; ///< the photograph that is looked at, and exports
    QThreadPool evaluation;

    Pools()
    {
        index.setMaxThreadCount(1);
        search.setMaxThreadCount(1);
        pictures.setMaxThreadCount(2);
        inspection.setMaxThreadCount(2);
        evaluation.setMaxThreadCount(1);
        index.setThreadPriority(QThread::LowPriority);
        evaluation.setThreadPriority(QThread::LowPriority);
    }
};

} // namespace wordsight::ui
