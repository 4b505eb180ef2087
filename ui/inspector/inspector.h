#pragma once

#include <memory>

#include <QStackedWidget>
#include <QWidget>

#include "ui/inspector/inspection_state.h"

class QLabel;
class QSplitter;
class QTabWidget;
class QThreadPool;

namespace wordsight::ui {

class ContributionsView;
class ExportActions;
class InspectorHeader;
class InspectorToolbar;
class MatrixView;
class PhotoLoader;
class PhotoView;

/// Why a photograph has its rank: the photograph under the heatmap of a word, what each word adds to the score, and
/// the whole region × word matrix, linked to each other in both directions.
class Inspector : public QWidget {
    Q_OBJECT
public:
    /// The pool reads photographs and writes exports.
    explicit Inspector(QThreadPool& pool, QWidget* parent = nullptr);

    /// Photograph, chosen word and zoom stay where the new subject is the same photograph or the same sentence.
    void setSubject(const InspectorSubject& subject);
    /// Nothing to show.
    void clear();
    /// True while the photograph is being read or an export being written.
    bool isBusy() const;

    /// How the panes are divided and how heatmaps look, for the next start.
    QByteArray saveState() const;
    void restoreState(const QByteArray& state);

public Q_SLOTS:
    /// Shows a term's heatmap as if it were pointed at here; -1 ends that.
    void highlightTerm(int term);

Q_SIGNALS:
    /// The term under the cursor, in the list or the matrix; -1: none.
    void hoveredTerm(int term);

private:
    void build();
    void showDetails();

    InspectionState m_state;
    PhotoLoader* m_loader;
    PhotoView* m_photo;
    ExportActions* m_export;
    InspectorHeader* m_header;
    InspectorToolbar* m_toolbar;
    ContributionsView* m_contributions;
    MatrixView* m_matrix;
    QLabel* m_globalOnly; ///< said where a model has no maps
    QTabWidget* m_details;
    QSplitter* m_splitter;
    std::unique_ptr<QStackedWidget> m_pages; ///< last: the views go before the state that they read
};

} // namespace wordsight::ui
