#include "ui/search/search_bar.h"

#include <algorithm>

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

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

constexpr int kMostChipHeight = 4 * 37; // four lines of chips; more are scrolled to

/// As high as its chips, up to some lines: a long sentence must not push the photographs out of the window.
class ChipArea : public QScrollArea {
public:
    using QScrollArea::QScrollArea;
    int heightForWidth(int width) const override
    {
        return widget() ? std::min(widget()->heightForWidth(width), kMostChipHeight) : 0;
    }
    QSize sizeHint() const override { return { 200, heightForWidth(width()) }; }
    QSize minimumSizeHint() const override { return { 100, heightForWidth(std::max(100, width())) }; }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        showBarIfNeeded();
        QScrollArea::resizeEvent(event);
    }
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest)
            showBarIfNeeded();
        return QScrollArea::eventFilter(watched, event);
    }

private:
    /// Left to itself the bar appears while the area is still growing to its chips, and stays.
    void showBarIfNeeded()
    {
        const bool needed = widget()->heightForWidth(width()) > kMostChipHeight;
        setVerticalScrollBarPolicy(needed ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
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
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    area->setSizePolicy(policy);
    return area;
}

} // namespace

SearchBar::SearchBar(QWidget* parent)
    : QWidget(parent)
    , m_field(makeField(this))
    , m_summary(new QLabel(this))
    , m_chipRow(new QWidget(this))
    , m_reset(new QToolButton(m_chipRow))
{
    m_summary->setObjectName("summary");
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    auto* flow = new FlowLayout(m_chipRow);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(7);
    m_reset->setObjectName("resetWeights");
    m_reset->setText(tr("Reset"));
    m_reset->setIcon(lineIcon("reset"));
    m_reset->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_reset->setToolTip(tr("Every word back to weight 1"));
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
    layout->addLayout(under);
    layout->addStretch(1); // beside a bar with more rows of chips, these stay below their sentence
    setFocusProxy(m_field);
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
    updateReset();
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
            && (term.kind == search::TermKind::Global || term.label == chip->label());
    });
}

void SearchBar::setTerms(const std::vector<search::Term>& terms)
{
    // Weights of chips that are shown are the person's latest: the terms may be a moment behind.
    if (showsSame(terms))
        return;
    QLayout* flow = m_chipRow->layout();
    flow->removeWidget(m_reset);
    qDeleteAll(m_chips);
    m_chips.clear();
    QWidget* before = m_field;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        auto* chip = new TermChip(i, terms[i], m_chipRow);
        flow->addWidget(chip);
        m_chips.push_back(chip);
        chip->show();
        setTabOrder(before, chip);
        before = chip;
        connect(chip, &TermChip::weightChanged, this, [this] {
            updateReset();
            Q_EMIT weightsChanged();
        });
        connect(chip, &TermChip::hovered, this,
            [this, i](bool inside) { Q_EMIT termHovered(inside ? static_cast<int>(i) : -1); });
    }
    flow->addWidget(m_reset);
    setTabOrder(before, m_reset);
    m_chipArea->setVisible(!m_chips.empty());
    updateReset();
    m_chipArea->updateGeometry();
    updateGeometry();
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
    updateReset();
}

void SearchBar::setSummary(const QString& text)
{
    m_summary->setText(text);
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
    for (TermChip* chip : m_chips)
        chip->setWeight(1);
    updateReset();
    Q_EMIT weightsChanged();
}

void SearchBar::updateReset()
{
    m_reset->setVisible(std::ranges::any_of(m_chips, [](const TermChip* chip) { return chip->weight() != 1; }));
}

} // namespace wordsight::ui
