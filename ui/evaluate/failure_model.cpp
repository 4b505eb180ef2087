#include "ui/evaluate/failure_model.h"

#include <QPixmap>

#include "core/dataset/captions.h"
#include "ui/shared/thumbnail_loader.h"

namespace wordsight::ui {

FailureModel::FailureModel(ThumbnailLoader& thumbnails, QObject* parent)
    : QAbstractListModel(parent)
    , m_thumbnails(thumbnails)
{
}

void FailureModel::setFailures(std::vector<Failure> failures)
{
    beginResetModel();
    m_failures = std::move(failures);
    endResetModel();
}

const Failure* FailureModel::failure(const QModelIndex& index) const
{
    return index.isValid() && index.row() < rowCount() ? &m_failures[index.row()] : nullptr;
}

int FailureModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_failures.size());
}

QVariant FailureModel::data(const QModelIndex& index, int role) const
{
    const Failure* shown = failure(index);
    if (!shown)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(shown->answer.sentence);
    case Qt::AccessibleTextRole:
        return QString::fromStdString(shown->answer.sentence) + ": " + shown->verdict;
    case Qt::DecorationRole:
        return m_thumbnails.thumbnail(shown->answerFile);
    case FirstPicture:
        return shown->hasOtherPhotograph ? QVariant(m_thumbnails.thumbnail(shown->firstFile)) : QVariant();
    default:
        return {};
    }
}

namespace {

std::filesystem::path fileOf(const std::filesystem::path& images, const std::string& name)
{
    dataset::CaptionedImage image;
    image.filename = name;
    return dataset::imageFile(images, image);
}

Failure retrievalFailure(const std::string& model, const engine::RetrievalFailure& of, bool fromText)
{
    Failure failure;
    failure.answer = { model, of.image, of.caption, of.rank, {} };
    failure.first = { model, fromText ? of.firstImage : of.image, fromText ? of.caption : of.firstCaption, 1, {} };
    failure.hasOtherPhotograph = fromText;
    failure.verdict = fromText
        ? FailureModel::tr("rank %1").arg(of.rank)
        : FailureModel::tr("rank %1; first: %2").arg(of.rank).arg(QString::fromStdString(of.firstCaption));
    return failure;
}

Failure pointingFailure(const std::string& model, const engine::PointingMiss& miss)
{
    Failure failure;
    failure.answer = { model, miss.image, miss.caption, 0, miss.phrase };
    failure.first = failure.answer;
    failure.hasOtherPhotograph = false;
    const TextSpan span = miss.phrase.span;
    failure.verdict = FailureModel::tr("“%1” peaks %2 % of a side away")
                          .arg(QString::fromStdString(miss.caption.substr(span.begin, span.end - span.begin)))
                          .arg(100 * miss.distance, 0, 'f', 0);
    return failure;
}

} // namespace

std::vector<Failure> failuresOf(const EvaluationOutcome& outcome, const std::filesystem::path& images, Task task)
{
    std::vector<Failure> failures;
    const bool fromText = task == Task::PhotographOfSentence;
    if (task == Task::PhraseInPhotograph) {
        if (outcome.grounding)
            for (const engine::PointingMiss& miss : outcome.grounding->misses)
                failures.push_back(pointingFailure(outcome.model, miss));
    } else if (outcome.retrieval) {
        for (const engine::RetrievalFailure& each :
            (fromText ? outcome.retrieval->textToImage : outcome.retrieval->imageToText).failures)
            failures.push_back(retrievalFailure(outcome.model, each, fromText));
    }
    for (Failure& failure : failures) {
        failure.answerFile = fileOf(images, failure.answer.image);
        failure.firstFile = fileOf(images, failure.first.image);
    }
    return failures;
}

} // namespace wordsight::ui
