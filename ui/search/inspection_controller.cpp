#include "ui/search/inspection_controller.h"

#include "ui/shared/error_text.h"
#include "ui/shared/paths.h"

namespace wordsight::ui {

InspectionController::InspectionController(Pools& pools, QObject* parent)
    : QObject(parent)
    , m_task(pools.search)
{
    m_task.done = [this](const InspectorSubject& subject) { Q_EMIT ready(subject); };
    m_task.failed = [this](const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            Q_EMIT failed(errorText(error));
    };
}

void InspectionController::inspect(const OutcomePtr& found, int row)
{
    m_task.start([found, row](const JobControl&) {
        const engine::ExplainedHit& hit = found->hits.at(row);
        InspectorSubject subject;
        subject.path = toQString(hit.photo.path);
        subject.thumbnail = toQString(found->thumbnails.at(row));
        subject.offline = QString::fromStdString(hit.offline);
        subject.rank = hit.rank;
        subject.score = hit.score;
        subject.sentence = QString::fromStdString(found->sentence());
        subject.terms = hit.terms;
        if (found->isRanked())
            subject.alignment = engine::alignmentOf(*found, hit);
        return subject;
    });
}

void InspectionController::clear()
{
    m_task.cancel();
}

} // namespace wordsight::ui
