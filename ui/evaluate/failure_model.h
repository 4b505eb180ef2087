#pragma once

#include <vector>

#include <QAbstractListModel>

#include "ui/evaluate/evaluation_outcome.h"

namespace wordsight::ui {

class ThumbnailLoader;

/// A question that a model answered badly, as a pair that was right and a pair that came first instead.
struct Failure {
    EvaluatedPair answer;
    EvaluatedPair first; ///< the same as `answer` for phrases
    std::filesystem::path answerFile;
    std::filesystem::path firstFile;
    QString verdict;                ///< "rank 57"
    bool hasOtherPhotograph = true; ///< another photograph came first
};

/// What a model can fail at.
enum class Task { PhotographOfSentence, SentenceOfPhotograph, PhraseInPhotograph };

/// The worst failures of one model in one direction.
class FailureModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { FirstPicture = Qt::UserRole + 1 }; ///< the photograph that came first; Decoration: the right one

    explicit FailureModel(ThumbnailLoader& thumbnails, QObject* parent = nullptr);
    void setFailures(std::vector<Failure> failures);
    const Failure* failure(const QModelIndex& index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    ThumbnailLoader& m_thumbnails;
    std::vector<Failure> m_failures;
};

/// The failures of an outcome, the worst first. `images`: the folder of the data set's photographs.
std::vector<Failure> failuresOf(const EvaluationOutcome& outcome, const std::filesystem::path& images, Task task);

} // namespace wordsight::ui
