#pragma once

#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/search/query.h"
#include "ui/shared/search_outcome.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace wordsight::ui {

class TermChip;

/// The sentence, and one chip for each of its terms.
class SearchBar : public QWidget {
    Q_OBJECT
public:
    explicit SearchBar(QWidget* parent = nullptr);

    QString sentence() const;
    void setSentence(const QString& sentence); ///< from outside: no signal
    /// Chips that stay the same keep their focus.
    void setTerms(const std::vector<search::Term>& terms);
    std::vector<TermWeight> weights() const;
    void setWeights(const std::vector<TermWeight>& weights); ///< of the words both have; from outside: no signal
    void setSummary(const QString& text);
    void highlightTerm(int index); ///< -1: none
    void focusSentence();
    void setSentenceName(const QString& name); ///< what a screen reader calls the field
    void resetWeights();

Q_SIGNALS:
    void asked(const QString& sentence);
    void weightsChanged();
    void termHovered(int index); ///< -1: none

private:
    void ask();
    bool showsSame(const std::vector<search::Term>& terms) const;
    void updateReset();

    QLineEdit* m_field;
    QLabel* m_summary;
    QWidget* m_chipRow;
    QWidget* m_chipArea;
    QToolButton* m_reset;
    std::vector<TermChip*> m_chips;
    QTimer m_debounce;
    QString m_asked;
};

} // namespace wordsight::ui
