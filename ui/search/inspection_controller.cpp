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

void InspectionController::inspect(
    const std::shared_ptr<engine::LibrarySession>& library, const OutcomePtr& found, std::size_t place)
{
    m_task.start([library, found, place](const JobControl&) {
        const engine::AnswerPage page = library->explainPage(*found, place, 1);
        const engine::ExplainedHit& hit = page.hits.front();
        InspectorSubject subject;
        subject.path = toQString(hit.photo.path);
        subject.thumbnail = toQString(page.thumbnails.front());
        subject.offline = QString::fromStdString(hit.offline);
        subject.rank = hit.rank;
        subject.score = hit.score;
        subject.sentence = QString::fromStdString(found->sentence());
        subject.terms = hit.terms;
        if (found->isRanked() && !hit.terms.empty())
            subject.alignment = engine::alignmentOf(*found, hit);
        subject.scale = found->scale;
        return subject;
    });
}

void InspectionController::clear()
{
    m_task.cancel();
}

} // namespace wordsight::ui
