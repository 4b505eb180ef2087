#pragma once

#include <optional>
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

/// The sentence, and one chip for each of its terms: the sentence as a whole first, words that only hold others
/// together behind one chip that opens them. What chips weigh stands in the field, too (engine/search/question_text.h
/// has the grammar): a chip that changes rewrites the field, which can be undone there, and what is typed weighs the
/// chips.
class SearchBar : public QWidget {
    Q_OBJECT
public:
    explicit SearchBar(QWidget* parent = nullptr);

    QString sentence() const;
    void setSentence(const QString& sentence); ///< from outside: no signal
    /// The terms of a text that was asked; weights are taken from them where it is still what the field says. Chips
    /// that stay the same keep their focus.
    void setTerms(const std::vector<search::Term>& terms, const QString& asked = {});
    std::vector<TermWeight> weights() const;
    void setWeights(const std::vector<TermWeight>& weights); ///< of the words both have; from outside: no signal
    void setSummary(const QString& text);
    /// What a person has to know of how the sentence was read; empty: nothing.
    void setNote(const QString& text);
    void highlightTerm(int index); ///< -1: none
    void focusSentence();
    void setSentenceName(const QString& name); ///< what a screen reader calls the field
    void resetWeights();
    void undo(); ///< the last change of the sentence or of a weight
    void redo();

Q_SIGNALS:
    void asked(const QString& sentence);
    void weightsChanged();       ///< and with them the sentence
    void termHovered(int index); ///< -1: none

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void ask();
    bool showsSame(const std::vector<search::Term>& terms) const;
    void makeChips(const std::vector<search::Term>& terms);
    void findParts(const std::vector<search::Term>& terms);
    void weigh(const TermChip* chip);
    void rewrite(const std::string& sentence);
    void arrange();
    std::optional<std::size_t> partOf(const TermChip* chip) const;

    QLineEdit* m_field;
    QLabel* m_note;
    QLabel* m_summary;
    QWidget* m_chipRow;
    QWidget* m_chipArea;
    QToolButton* m_littleWords;
    QToolButton* m_reset;
    std::vector<TermChip*> m_chips;                  ///< words in the order of the text, then the whole
    std::vector<std::optional<std::size_t>> m_parts; ///< of the sentence, that the chips are of
    QTimer m_debounce;
    QString m_asked;
};

} // namespace wordsight::ui
