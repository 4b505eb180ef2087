#pragma once

#include <QWidget>

#include "core/engine/evaluation/encode_collection.h"

class QComboBox;

namespace wordsight::ui {

class PathField;
class Session;

/// The data set of an evaluation: captions, photographs, split. Kept in the session, so that every page that measures
/// starts with the one entered last.
class DatasetFields : public QWidget {
    Q_OBJECT
public:
    explicit DatasetFields(Session& session, QWidget* parent = nullptr);

    engine::EvaluationInput input() const;
    void setInput(const engine::EvaluationInput& input);
    bool isComplete() const;
    void remember();
    void restore();

Q_SIGNALS:
    void changed();

private:
    Session& m_session;
    PathField* m_dataset;
    PathField* m_images;
    QComboBox* m_split;
};

} // namespace wordsight::ui
