#include "ui/search/search_bar.h"

#include <algorithm>

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/engine/search/question_text.h"
#include "ui/search/flow_layout.h"
#include "ui/search/term_chip.h"
#include "ui/shared/icons.h"

namespace wordsight::ui {

namespace {

constexpr int kTypingPauseMs = 300;

constexpr char kFieldStyle[] = "QLineEdit { border: 1px solid palette(mid); border-radius: 12px; padding: 9px 6px; "
                               "background: palette(base); } QLineEdit:focus { border-color: palette(highlight); }";

QLineEdit* makeField(QWidget* parent)
{
    auto* field = new QLineEdit(parent);
    field->setObjectName("sentence");
    field->setAccessibleName(SearchBar::tr("Sentence to search for"));
    field->setPlaceholderText(SearchBar::tr("Describe a photograph: a dog running on the grass"));
    field->setToolTip(SearchBar::tr("Searches while you type; Enter searches at once"));
    field->setClearButtonEnabled(true);
    field->setMaxLength(1000);
    field->addAction(lineIcon("search"), QLineEdit::LeadingPosition);
    field->setStyleSheet(kFieldStyle);
    QFont font = field->font();
    font.setPointSizeF(font.pointSizeF() * 1.2);
    field->setFont(font);
    return field;
}

/// Four lines of chips and half of the next, which says that more are scrolled to.
int mostChipHeight(const QWidget* chips)
{
    return 9 * (std::max(30, chips->fontMetrics().height() + 12) + 7) / 2;
}

/// As high as its chips, up to some lines: a long sentence must not push the photographs out of the window.
class ChipArea : public QScrollArea {
public:
    using QScrollArea::QScrollArea;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override
    {
        return widget() ? std::min(widget()->heightForWidth(width), mostChipHeight(widget())) : 0;
    }
    QSize sizeHint() const override { return { 200, heightForWidth(width()) }; }
    QSize minimumSizeHint() const override { return { 100, 0 }; }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        measure();
        QScrollArea::resizeEvent(event);
    }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest)
            measure();
        return QScrollArea::eventFilter(watched, event);
    }

private:
    /// Layouts ask for the height once for the width they had; the chips wrap at the one they get.
    void measure()
    {
        const int wanted = widget()->heightForWidth(width());
        const int most = mostChipHeight(widget());
        setVerticalScrollBarPolicy(wanted > most ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
        if (const int height = std::min(wanted, most); height != minimumHeight() || height != maximumHeight())
            setFixedHeight(height);
    }
};

ChipArea* makeChipArea(QWidget* chips, QWidget* parent)
{
    auto* area = new ChipArea(parent);
    area->setWidget(chips);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    for (QWidget* widget : { static_cast<QWidget*>(area->viewport()), chips })
        widget->setAutoFillBackground(false);
    area->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return area;
}

} // namespace

SearchBar::SearchBar(QWidget* parent)
    : QWidget(parent)
    , m_field(makeField(this))
    , m_note(new QLabel(this))
    , m_summary(new QLabel(this))
    , m_chipRow(new QWidget(this))
    , m_littleWords(new QToolButton(m_chipRow))
    , m_reset(new QToolButton(m_chipRow))
{
    m_note->setObjectName("sentenceNote");
    m_note->setWordWrap(true);
    m_note->hide();
    m_summary->setObjectName("summary");
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    auto* flow = new FlowLayout(m_chipRow);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(7);
    m_littleWords->setObjectName("littleWords");
    m_littleWords->setCheckable(true);
    m_littleWords->setAutoRaise(true);
    m_littleWords->setToolTip(tr("Words that only hold others together, such as \"a\" and \"on\""));
    connect(m_littleWords, &QToolButton::toggled, this, &SearchBar::arrange);
    m_reset->setObjectName("resetWeights");
    m_reset->setText(tr("Reset"));
    m_reset->setIcon(lineIcon("reset"));
    m_reset->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_reset->setToolTip(tr("Every word back to weight 1"));
    flow->addWidget(m_littleWords);
    flow->addWidget(m_reset);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    m_chipRow->setSizePolicy(policy);
    m_chipArea = makeChipArea(m_chipRow, this);
    m_chipArea->hide();

    auto* under = new QHBoxLayout;
    under->setSpacing(16);
    under->addWidget(m_chipArea, 1);
    under->addWidget(m_summary, 0, Qt::AlignTop | Qt::AlignRight);
    m_summary->setMinimumHeight(30);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 8);
    layout->setSpacing(10);
    layout->addWidget(m_field);
    layout->addWidget(m_note);
    layout->addLayout(under);
    layout->addStretch(1); // beside a bar with more rows of chips, these stay below their sentence
    setFocusProxy(m_field);
    m_field->installEventFilter(this);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);

    m_debounce.setSingleShot(true);
    m_debounce.setInterval(kTypingPauseMs);
    connect(&m_debounce, &QTimer::timeout, this, &SearchBar::ask);
    connect(m_field, &QLineEdit::textEdited, &m_debounce, qOverload<>(&QTimer::start));
    // The clear button changes the text without an edit of the person's.
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty() && !m_asked.isEmpty())
            m_debounce.start();
    });
    connect(m_field, &QLineEdit::returnPressed, this, &SearchBar::ask);
    connect(m_reset, &QToolButton::clicked, this, &SearchBar::resetWeights);
    arrange();
}

QString SearchBar::sentence() const
{
    return m_field->text().trimmed();
}

void SearchBar::setSentence(const QString& sentence)
{
    m_debounce.stop();
    m_asked = sentence.trimmed();
    m_field->setText(sentence);
    m_debounce.stop();
}

void SearchBar::ask()
{
    m_debounce.stop();
    if (m_asked == sentence())
        return;
    m_asked = sentence();
    Q_EMIT asked(m_asked);
}

bool SearchBar::showsSame(const std::vector<search::Term>& terms) const
{
    return std::ranges::equal(terms, m_chips, [](const search::Term& term, const TermChip* chip) {
        return term.kind == chip->kind() && term.unknown == chip->unknown()
            && term.functionWord == chip->isFunctionWord()
            && (term.kind == search::TermKind::Global || term.label == chip->label());
    });
}

void SearchBar::setTerms(const std::vector<search::Term>& terms, const QString& asked)
{
    // A word that is turned against has one chip for its two terms, and a choice one for the sentence.
    std::vector<search::Term> shown;
    for (const search::Term& term : terms)
        if (term.kind == search::TermKind::Word
            || (term.kind == search::TermKind::Global
                && std::ranges::find(shown, term.kind, &search::Term::kind) == shown.end()))
            shown.push_back(term);
    const bool same = showsSame(shown);
    if (!same)
        makeChips(shown);
    // Otherwise chips have the person's latest: the terms are a moment behind.
    if (!asked.isNull() && asked.trimmed() == sentence()) {
        findParts(shown);
        for (std::size_t i = 0; same && i < shown.size(); ++i)
            m_chips[i]->setWeight(shown[i].weight);
    }
    arrange();
}

void SearchBar::makeChips(const std::vector<search::Term>& terms)
{
    qDeleteAll(m_chips);
    m_chips.clear();
    m_parts.assign(terms.size(), std::nullopt);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        auto* chip = new TermChip(i, terms[i], m_chipRow);
        m_chips.push_back(chip);
        connect(chip, &TermChip::weightChanged, this, [this, chip] { weigh(chip); });
        connect(chip, &TermChip::hovered, this,
            [this, i](bool inside) { Q_EMIT termHovered(inside ? static_cast<int>(i) : -1); });
    }
    QLayout* flow = m_chipRow->layout();
    flow->removeWidget(m_littleWords);
    flow->removeWidget(m_reset);
    QWidget* before = m_field;
    const auto place = [&](QWidget* widget) {
        flow->addWidget(widget);
        setTabOrder(before, widget);
        before = widget;
    };
    for (TermChip* chip : m_chips)
        if (chip->kind() == search::TermKind::Global)
            place(chip);
    for (TermChip* chip : m_chips)
        if (chip->kind() != search::TermKind::Global)
            place(chip);
    place(m_littleWords);
    place(m_reset);
}

void SearchBar::findParts(const std::vector<search::Term>& terms)
{
    const engine::QuestionText read = engine::readQuestion(sentence().toStdString());
    for (std::size_t i = 0; i < terms.size(); ++i) {
        m_parts[i].reset();
        for (std::size_t part = 0; terms[i].kind == search::TermKind::Word && part < read.parts.size(); ++part)
            if (read.parts[part].span.begin <= terms[i].span.begin && terms[i].span.begin < read.parts[part].span.end)
                m_parts[i] = part;
    }
}

void SearchBar::weigh(const TermChip* chip)
{
    const std::string text = sentence().toStdString();
    if (chip->kind() == search::TermKind::Global) {
        rewrite(engine::withWholeWeight(text, chip->weight()));
    } else if (const auto part = partOf(chip)) {
        rewrite(engine::withWeight(text, *part, chip->weight()));
        for (TermChip* other : m_chips) // words of a script without spaces stand in one part
            if (partOf(other) == part)
                other->setWeight(chip->weight());
    }
    arrange();
    Q_EMIT weightsChanged();
}

std::optional<std::size_t> SearchBar::partOf(const TermChip* chip) const
{
    return m_parts[static_cast<std::size_t>(std::ranges::find(m_chips, chip) - m_chips.begin())];
}

/// As an edit of the person's own, which Ctrl+Z takes back.
void SearchBar::rewrite(const std::string& sentence)
{
    const QString text = QString::fromStdString(sentence);
    if (text.trimmed() == this->sentence())
        return;
    m_field->setSelection(0, static_cast<int>(m_field->text().size()));
    m_field->insert(text);
    m_debounce.stop();
    m_asked = this->sentence();
}

void SearchBar::undo()
{
    m_field->undo();
    ask();
}

void SearchBar::redo()
{
    m_field->redo();
    ask();
}

/// From chips, where undoing is not the field's.
void SearchBar::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Undo))
        undo();
    else if (event->matches(QKeySequence::Redo))
        redo();
    else
        QWidget::keyPressEvent(event);
}

/// A field takes Ctrl+E as a key that goes to its end, as End does; here it is the menu's.
bool SearchBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_E && key->modifiers() == Qt::ControlModifier) {
            event->ignore();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

std::vector<TermWeight> SearchBar::weights() const
{
    std::vector<TermWeight> weights;
    for (const TermChip* chip : m_chips)
        weights.push_back({ chip->kind() == search::TermKind::Global ? std::string() : chip->label(), chip->weight() });
    return weights;
}

void SearchBar::setWeights(const std::vector<TermWeight>& weights)
{
    std::vector<TermWeight> left = weights;
    for (TermChip* chip : m_chips) {
        const std::string label = chip->kind() == search::TermKind::Global ? std::string() : chip->label();
        const auto same = std::ranges::find(left, label, &TermWeight::label);
        if (same == left.end())
            continue;
        chip->setWeight(same->weight);
        left.erase(same);
    }
    rewrite(engine::withWeights(sentence().toStdString(), weights));
    arrange();
}

void SearchBar::setSummary(const QString& text)
{
    m_summary->setText(text);
}

void SearchBar::setNote(const QString& text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void SearchBar::highlightTerm(int index)
{
    for (std::size_t i = 0; i < m_chips.size(); ++i)
        m_chips[i]->setHighlighted(static_cast<int>(i) == index);
}

void SearchBar::setSentenceName(const QString& name)
{
    m_field->setAccessibleName(name);
}

void SearchBar::focusSentence()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void SearchBar::resetWeights()
{
    std::string text = engine::withWholeWeight(sentence().toStdString(), 1);
    for (std::size_t part = 0; part < engine::readQuestion(text).parts.size(); ++part)
        text = engine::withWeight(text, part, 1);
    rewrite(text);
    for (TermChip* chip : m_chips)
        chip->setWeight(1);
    arrange();
    Q_EMIT weightsChanged();
}

/// Shows the chips that are wanted: of little words those that a person weighed, or asked for.
void SearchBar::arrange()
{
    int little = 0;
    for (TermChip* chip : m_chips) {
        const bool quiet = chip->isFunctionWord() && chip->weight() == 1;
        little += quiet ? 1 : 0;
        chip->setVisible(!quiet || m_littleWords->isChecked());
    }
    m_littleWords->setVisible(little > 0);
    m_littleWords->setText(m_littleWords->isChecked() ? tr("Fewer")
            : little == 1                             ? tr("+1 little word")
                                                      : tr("+%1 little words").arg(little));
    m_reset->setVisible(std::ranges::any_of(m_chips, [](const TermChip* chip) { return chip->weight() != 1; }));
    m_chipArea->setVisible(!m_chips.empty());
    m_chipArea->updateGeometry();
}

} // namespace wordsight::ui
