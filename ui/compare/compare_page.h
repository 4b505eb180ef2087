#pragma once

#include <array>
#include <memory>

#include "ui/compare/comparison_controller.h"
#include "ui/library/services.h"
#include "ui/shared/page.h"

class QButtonGroup;
class QComboBox;
class QLabel;

namespace wordsight::ui {

class ComparedSide;
class InspectionLink;
class PhotoLoader;
class SearchBar;

enum class CompareBy { Models, Poolings, Sentences };

/// Two rankings side by side: two models, two poolings, or two sentences. Every photograph says how it stands on the
/// other side; the chosen one is shown under both heatmaps, and what is pointed at in one is pointed at in both.
class ComparePage : public Page {
    Q_OBJECT
public:
    explicit ComparePage(Services& services, QWidget* parent = nullptr);

    /// The left side starts with the model in use.
    void openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model) override;
    void setModel(const std::string& model) override;
    void refresh() override { m_comparison->refresh(); }
    void ask(const QString& sentence, const std::vector<TermWeight>& weights) override;
    bool focusSentence() override;
    bool isBusy() const override;

    void compareBy(CompareBy by);
    void chooseModels(const std::string& left, const std::string& right);
    void choosePoolings(align::Pooling left, align::Pooling right);
    void ask(Side side, const QString& sentence, const std::vector<TermWeight>& weights = {});
    QString sentence() const;

private:
    struct Half {
        SearchBar* bar;
        ComparedSide* view;
        std::string model;               ///< in comparisons of models
        align::Pooling pooling;          ///< in comparisons of poolings
        std::vector<search::Term> chips; ///< what its bar shows
        std::string asked;               ///< without weights
    };
    Half& half(Side side) { return m_halves[indexOf(side)]; }
    const Half& half(Side side) const { return m_halves[indexOf(side)]; }
    bool hasTwoSentences() const { return m_by == CompareBy::Sentences; }

    const std::string& modelOf(Side side) const { return m_by == CompareBy::Models ? half(side).model : m_model; }
    bool isCurrent() const; ///< both sides have answered what is asked

    void build();
    QWidget* buildSwitch();
    void connectSide(Side side);
    void fillChoices();
    void choose(Side side);
    void weigh(Side side);
    void showOutcome(Side side);
    void showChips();
    void showAgreement();
    void showEmpty(Side side);
    void pointAtTerm(Side bar, int term);
    void selectPhoto(const QString& path, PhotoId photo);

    ComparisonController* m_comparison;
    LibraryModels& m_models;
    PhotoLoader* m_loader;
    std::array<Half, 2> m_halves;
    InspectionLink* m_link = nullptr;
    QButtonGroup* m_switch;
    QLabel* m_agreement;
    CompareBy m_by = CompareBy::Models;
    std::string m_model; ///< in use
    std::optional<PhotoId> m_selected;
    QString m_selectedPath;
    QString m_loaded; ///< photograph in the views
    bool m_hasLibrary = false;
    std::unique_ptr<QWidget> m_sides; ///< last: one half is resized while the other goes, and asks the rest
};

} // namespace wordsight::ui
