#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QMenu;

namespace wordsight::ui {

class ElidedLabel;
class InspectionState;

/// Rank, file and score of the photograph, and the menu of what can be done with it.
class InspectorHeader : public QWidget {
    Q_OBJECT
public:
    InspectorHeader(const InspectionState& state, QMenu* actions, QWidget* parent = nullptr);

    /// In place of the file's name, for some seconds.
    void showNotice(const QString& text);

private:
    void showSubject();

    const InspectionState& m_state;
    QLabel* m_rank;
    ElidedLabel* m_name;
    QLabel* m_score;
    QTimer m_noticeEnds;
};

} // namespace wordsight::ui
