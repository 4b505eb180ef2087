#include "ui/compare/compare_page.h"

#include <algorithm>
#include <utility>

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/engine/search/question_text.h"
#include "ui/compare/compared_side.h"
#include "ui/compare/inspection_link.h"
#include "ui/compare/pooling_text.h"
#include "ui/compare/term_match.h"
#include "ui/inspector/inspector_toolbar.h"
#include "ui/inspector/photo_loader.h"
#include "ui/inspector/photo_view.h"
#include "ui/search/search_bar.h"
#include "ui/shared/paths.h"

namespace wordsight::ui {

ComparePage::ComparePage(Services& services, QWidget* parent)
    : Page(parent)
    , m_comparison(new ComparisonController(services.pools, this))
    , m_models(services.libraryModels)
    , m_loader(new PhotoLoader(services.pools.inspection, this))
    , m_halves { Half {
                     new SearchBar, new ComparedSide("left", services.thumbnails), {}, align::Pooling::MrSw, {}, {} },
        Half { new SearchBar, new ComparedSide("right", services.thumbnails), {}, align::Pooling::Symmetric, {}, {} } }
    , m_switch(new QButtonGroup(this))
    , m_agreement(new QLabel)
{
    setObjectName("comparePage");
    build();
    m_link = new InspectionLink(half(Side::Left).view->state(), half(Side::Left).view->photo(),
        half(Side::Right).view->state(), half(Side::Right).view->photo(), this);
    for (const Side side : kSides)
        connectSide(side);
    connect(m_loader, &PhotoLoader::loaded, this, [this](const PhotoPyramid& photograph) {
        for (Half& each : m_halves)
            each.view->photo().setPhotograph(photograph);
    });
    connect(m_loader, &PhotoLoader::failed, this, [this](const QString& message) {
        for (Half& each : m_halves)
            each.view->photo().setMessage(message);
    });
    connect(m_comparison, &ComparisonController::outcomeChanged, this, &ComparePage::showOutcome);
    connect(m_comparison, &ComparisonController::failed, this, [this](Side side, const QString& message) {
        half(side).view->showMessage(tr("This did not work"), message);
        showAgreement();
    });
    connect(m_comparison, &ComparisonController::inspected, this,
        [this](Side side, const InspectorSubject& subject) { half(side).view->state().setSubject(subject); });
    connect(&m_models, &LibraryModels::changed, this, &ComparePage::fillChoices);
    compareBy(CompareBy::Models);
}

QWidget* ComparePage::buildSwitch()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 10, 16, 0);
    layout->setSpacing(4);
    auto* label = new QLabel(tr("Compare two"));
    label->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(label);
    layout->addSpacing(6);
    for (const auto& [by, name, text] : { std::tuple(CompareBy::Models, "by-models", tr("models")),
             std::tuple(CompareBy::Poolings, "by-poolings", tr("poolings")),
             std::tuple(CompareBy::Sentences, "by-sentences", tr("sentences")) }) {
        auto* button = new QToolButton;
        button->setObjectName(name);
        button->setText(text);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(tr("Compare two %1").arg(text));
        m_switch->addButton(button, static_cast<int>(by));
        layout->addWidget(button);
    }
    m_agreement->setObjectName("agreement");
    m_agreement->setForegroundRole(QPalette::PlaceholderText);
    layout->addStretch();
    layout->addWidget(m_agreement);
    connect(m_switch, &QButtonGroup::idClicked, this, [this](int id) { compareBy(static_cast<CompareBy>(id)); });
    return row;
}

void ComparePage::build()
{
    auto* bars = new QHBoxLayout;
    auto* sides = new QSplitter;
    m_sides.reset(sides);
    sides->setHandleWidth(14);
    sides->setChildrenCollapsible(false);
    for (Half& each : m_halves) {
        bars->addWidget(each.bar, 1);
        sides->addWidget(each.view);
    }
    sides->setSizes({ 500, 500 });
    half(Side::Right).bar->setSentenceName(tr("Sentence of the right side"));
    auto* toolbar = new InspectorToolbar(half(Side::Left).view->state(), half(Side::Left).view->photo());
    auto* body = new QVBoxLayout;
    body->setContentsMargins(16, 0, 16, 4);
    body->setSpacing(6);
    body->addWidget(sides, 1);
    body->addWidget(toolbar);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildSwitch());
    layout->addLayout(bars);
    layout->addLayout(body, 1);
}

void ComparePage::connectSide(Side side)
{
    Half& here = half(side);
    connect(here.bar, &SearchBar::asked, this, [this, side](const QString& sentence) { ask(side, sentence); });
    connect(here.bar, &SearchBar::weightsChanged, this, [this, side] { weigh(side); });
    connect(here.bar, &SearchBar::termHovered, this, [this, side](int term) { pointAtTerm(side, term); });
    connect(here.view->choice(), &QComboBox::activated, this, [this, side] { choose(side); });
    connect(&here.view->results(), &ResultsModel::pageNeeded, &m_comparison->search(side), &SearchController::explain);
    connect(&m_comparison->search(side), &SearchController::explained, &here.view->results(), &ResultsModel::addPage);
    connect(here.view, &ComparedSide::photoChosen, this, &ComparePage::selectPhoto);
    connect(here.view, &ComparedSide::acted, this, [this, side] { Q_EMIT indexRequested(modelOf(side)); });
    connect(&here.view->state(), &InspectionState::hoveredTermChanged, this, [this, side](int term) {
        const auto& terms = half(side).view->state().subject().terms;
        for (const Half& each : m_halves)
            each.bar->highlightTerm(sameTerm(terms, term, each.chips));
    });
}

void ComparePage::openLibrary(const std::shared_ptr<engine::LibrarySession>& library, const std::string& model)
{
    m_hasLibrary = library != nullptr;
    m_model = model;
    m_selected.reset();
    half(Side::Left).model = model;
    half(Side::Right).model.clear();
    m_comparison->openLibrary(library, model);
    fillChoices();
    for (const Side side : kSides)
        showEmpty(side);
}

void ComparePage::setModel(const std::string& model)
{
    m_model = model;
    for (const Side side : kSides)
        choose(side);
}

void ComparePage::fillChoices()
{
    const std::vector<ModelChoice>& choices = m_models.choices();
    Half& right = half(Side::Right);
    if (right.model.empty()) {
        const auto other = std::ranges::find_if(
            choices, [this](const ModelChoice& c) { return c.installed && c.indexed > 0 && c.model.name != m_model; });
        const auto any = std::ranges::find_if(
            choices, [this](const ModelChoice& c) { return c.installed && c.model.name != m_model; });
        right.model = other != choices.end() ? other->model.name : any != choices.end() ? any->model.name : m_model;
    }
    for (const Side side : kSides) {
        Half& here = half(side);
        QComboBox* choice = here.view->choice();
        choice->setVisible(!hasTwoSentences());
        choice->clear();
        if (m_by == CompareBy::Models) {
            choice->setAccessibleName(side == Side::Left ? tr("Model on the left") : tr("Model on the right"));
            for (const ModelChoice& each : choices)
                if (each.installed)
                    choice->addItem(QString::fromStdString(each.model.name));
            choice->setCurrentText(QString::fromStdString(here.model));
        } else {
            choice->setAccessibleName(side == Side::Left ? tr("Pooling on the left") : tr("Pooling on the right"));
            for (const align::Pooling pooling : kPoolings)
                choice->addItem(poolingName(pooling), static_cast<int>(pooling));
            choice->setCurrentIndex(choice->findData(static_cast<int>(here.pooling)));
        }
        choose(side);
    }
}

void ComparePage::compareBy(CompareBy by)
{
    const bool gathers = hasTwoSentences() && by != CompareBy::Sentences;
    m_by = by;
    m_switch->button(static_cast<int>(by))->setChecked(true);
    half(Side::Right).bar->setVisible(hasTwoSentences());
    if (hasTwoSentences())
        half(Side::Right).bar->setSentence(sentence());
    fillChoices();
    if (gathers)
        ask(Side::Left, sentence());
    showChips();
}

void ComparePage::chooseModels(const std::string& left, const std::string& right)
{
    half(Side::Left).model = left;
    half(Side::Right).model = right;
    compareBy(CompareBy::Models);
}

void ComparePage::choosePoolings(align::Pooling left, align::Pooling right)
{
    half(Side::Left).pooling = left;
    half(Side::Right).pooling = right;
    compareBy(CompareBy::Poolings);
}

void ComparePage::choose(Side side)
{
    Half& here = half(side);
    const QComboBox* choice = here.view->choice();
    if (m_by == CompareBy::Models && choice->currentIndex() >= 0)
        here.model = choice->currentText().toStdString();
    if (m_by == CompareBy::Poolings)
        here.pooling = static_cast<align::Pooling>(choice->currentData().toInt());
    SearchController& search = m_comparison->search(side);
    search.setModel(modelOf(side), m_by == CompareBy::Poolings ? std::optional(here.pooling) : std::nullopt);
}

void ComparePage::ask(Side side, const QString& text, const std::vector<TermWeight>& weights)
{
    const QString sentence = QString::fromStdString(engine::withWeights(text.trimmed().toStdString(), weights));
    for (const Side each : kSides) {
        if (hasTwoSentences() && each != side)
            continue;
        SearchBar* bar = half(each).bar;
        const std::string plain = engine::readQuestion(sentence.toStdString()).plain;
        if (std::exchange(half(each).asked, plain) != plain)
            m_selected.reset(); // a new sentence chooses its best photograph
        if (bar->sentence() != sentence)
            bar->setSentence(sentence);
        m_comparison->search(each).ask(sentence, {});
    }
}

void ComparePage::ask(const QString& sentence, const std::vector<TermWeight>& weights)
{
    ask(Side::Left, sentence, weights);
}

QString ComparePage::sentence() const
{
    return half(Side::Left).bar->sentence();
}

bool ComparePage::focusSentence()
{
    half(Side::Left).bar->focusSentence();
    return true;
}

void ComparePage::weigh(Side side)
{
    SearchBar* bar = half(side).bar;
    ask(side, bar->sentence());
    if (!hasTwoSentences())
        return;
    SearchBar* other = half(otherThan(side)).bar;
    other->setWeights(bar->weights());
    ask(otherThan(side), other->sentence());
}

void ComparePage::showOutcome(Side side)
{
    const OutcomePtr& found = m_comparison->outcome(side);
    Half& here = half(side);
    if (!found->isRanked() || found->hits.empty())
        showEmpty(side);
    else
        here.view->showOutcome(found);
    for (const Side each : kSides)
        half(each).view->setDeltas(m_comparison->deltas(each));
    showChips();
    showAgreement();
    if (!isCurrent())
        return;
    const bool keeps = m_selected
        && std::ranges::any_of(m_halves, [this](const Half& each) { return each.view->ranks(*m_selected); });
    if (keeps)
        return selectPhoto(m_selectedPath, *m_selected);
    const engine::ExplainedHit* first = half(Side::Left).view->first();
    first ? selectPhoto(toQString(first->photo.path), first->photo.id) : selectPhoto({}, {});
}

bool ComparePage::isCurrent() const
{
    return std::ranges::all_of(kSides, [this](Side side) { return m_comparison->search(side).isCurrent(); });
}

void ComparePage::showEmpty(Side side)
{
    const OutcomePtr& found = m_comparison->outcome(side);
    ComparedSide* view = half(side).view;
    if (!m_hasLibrary)
        return view->showMessage(tr("No library is open"), tr("Open a folder of photographs first (Ctrl+O)."));
    if (!found || !found->isRanked())
        return view->showMessage(tr("Type a sentence"), tr("Both sides rank the photographs by it."));
    if (found->whyEmpty == engine::WhyEmpty::NothingAsked)
        return view->showMessage(tr("No word to look for"), tr("This model can make nothing of the sentence."));
    if (found->whyEmpty == engine::WhyEmpty::NothingMatches)
        return view->showMessage(tr("Nothing matches"), tr("No photograph of the library passes the filter."));
    const std::string& name = modelOf(side);
    const ModelChoice* choice = m_models.find(name);
    const bool canIndex = choice && choice->canIndex();
    view->showMessage(tr("%1 has not seen these photographs").arg(QString::fromStdString(name)),
        canIndex ? tr("Indexing adds what this model sees; what other models know stays.")
                 : tr("It takes features that were made elsewhere, so it cannot index photographs here."),
        canIndex ? tr("Index now") : QString());
}

void ComparePage::showChips()
{
    const auto words = [this](Side side) -> std::ptrdiff_t {
        const OutcomePtr& found = m_comparison->outcome(side);
        return found ? std::ranges::count(found->query.terms, search::TermKind::Word, &search::Term::kind) : -1;
    };
    const bool rightHasMore = !hasTwoSentences() && words(Side::Right) > words(Side::Left);
    for (const Side side : kSides) {
        const OutcomePtr& found = m_comparison->outcome(side == Side::Left && rightHasMore ? Side::Right : side);
        if (!found)
            continue;
        half(side).chips = found->query.terms;
        half(side).bar->setTerms(found->query.terms, QString::fromStdString(found->sentence()));
    }
}

void ComparePage::showAgreement()
{
    if (!m_comparison->isComparable())
        return m_agreement->clear();
    const RankAgreement both = agreement(*m_comparison->outcome(Side::Left), *m_comparison->outcome(Side::Right));
    m_agreement->setText(tr("%1 of the first %2 in both · rank correlation %3")
                             .arg(both.shared)
                             .arg(both.best)
                             .arg(both.correlation, 0, 'f', 2));
    m_agreement->setToolTip(
        tr("Spearman's correlation of the ranks of the %1 photographs that both sides rank").arg(both.common));
}

void ComparePage::pointAtTerm(Side bar, int term)
{
    // One bar stands for both sides, and its chips may be those of either.
    for (Half& each : m_halves) {
        InspectionState& state = each.view->state();
        state.hoverTerm(sameTerm(half(bar).chips, term, state.subject().terms));
    }
}

void ComparePage::selectPhoto(const QString& path, PhotoId photo)
{
    m_selected = photo;
    m_selectedPath = path;
    for (Half& each : m_halves)
        each.view->select(photo);
    if (path != m_loaded) {
        m_loaded = path;
        for (Half& each : m_halves)
            each.view->photo().setMessage({});
        path.isEmpty() ? m_loader->cancel() : m_loader->load(path);
    }
    m_comparison->inspect(path, photo);
}

bool ComparePage::isBusy() const
{
    return m_comparison->isBusy() || m_loader->isBusy();
}

} // namespace wordsight::ui
