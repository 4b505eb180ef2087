#include "ui/inspector/contributions_view.h"

#include <algorithm>

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/shared/term_colors.h"
#include "ui/shared/term_mark.h"

namespace wordsight::ui {

namespace {

constexpr QRgb kAgainst = 0xffcf4b41;
constexpr int kPadding = 8;
constexpr int kBarHeight = 8;
constexpr int kNarrowestBar = 90;

class ContributionDelegate : public QStyledItemDelegate {
public:
    ContributionDelegate(const InspectionState& state, const ContributionsModel& model, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_state(state)
        , m_model(model)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QFont font = option.font;
        font.setBold(true);
        const int dot = index.column() == ContributionsModel::Word ? 18 : 0;
        const int bar = index.column() == ContributionsModel::Adds ? kNarrowestBar : 0;
        return { QFontMetrics(font).horizontalAdvance(index.data().toString()) + 2 * kPadding + dot + bar,
            option.fontMetrics.height() };
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const int term = m_model.termOf(index.row());
        const bool total = m_model.isTotal(index.row());
        paintGround(*painter, option, index.row());
        QRect text = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        QFont font = option.font;
        font.setBold(total);
        const bool isTerm = m_model.isTerm(index.row());
        const bool muted = isTerm && m_state.subject().terms[term].weight == 0;
        font.setStrikeOut(muted && index.column() == ContributionsModel::Word);
        painter->setFont(font);
        if (index.column() == ContributionsModel::Word && isTerm)
            paintDot(*painter, text, option, term);
        if (index.column() == ContributionsModel::Adds && !total)
            paintBar(*painter, text, option, index);
        const bool quiet = muted || m_model.isLittleWords(index.row())
            || (!total && index.column() != ContributionsModel::Word && index.column() != ContributionsModel::Adds);
        painter->setPen(option.palette.color(quiet ? QPalette::PlaceholderText : QPalette::Text));
        painter->drawText(text, index.data(Qt::TextAlignmentRole).toInt(),
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, text.width() + 1));
        painter->restore();
    }

private:
    void paintGround(QPainter& painter, const QStyleOptionViewItem& option, int row) const
    {
        const int term = m_model.termOf(row);
        const bool total = m_model.isTotal(row), little = m_model.isLittleWords(row);
        if (!little && term == m_state.chosenTerm()) {
            QColor chosen = option.palette.color(QPalette::Active, QPalette::Highlight);
            chosen.setAlphaF(hasFocus(option) ? 0.34f : 0.2f);
            painter.fillRect(option.rect, chosen);
        }
        const bool bestHere = m_model.isTerm(row) && m_state.hoveredRegion() >= 0
            && m_state.bestRegion(term) == m_state.hoveredRegion();
        if (bestHere || (m_model.isTerm(row) && term == m_state.hoveredTerm()))
            painter.fillRect(option.rect, option.palette.color(QPalette::Midlight));
        if (total) {
            painter.setPen(option.palette.color(QPalette::Mid));
            painter.drawLine(option.rect.topLeft(), option.rect.topRight());
        }
    }

    static bool hasFocus(const QStyleOptionViewItem& option) { return option.widget && option.widget->hasFocus(); }

    void paintDot(QPainter& painter, QRect& text, const QStyleOptionViewItem& option, int term) const
    {
        const engine::ExplainedTerm& part = m_state.subject().terms[term];
        const QColor color = termColor(term, part.kind, option.palette);
        paintTermMark(painter, QRectF(text.left() + 1, text.center().y() - 3.5, 9, 9), static_cast<std::size_t>(term),
            part.kind, color, part.weight == 0);
        text.setLeft(text.left() + 18);
    }

    void paintBar(
        QPainter& painter, const QRect& text, const QStyleOptionViewItem& option, const QModelIndex& index) const
    {
        const int number = option.fontMetrics.horizontalAdvance(QStringLiteral("+00.0000")) + kPadding;
        const QRectF track(text.left(), text.center().y() - kBarHeight / 2.0 + 0.5, text.width() - number, kBarHeight);
        const double least = m_state.leastPart(), span = m_state.mostPart() - least;
        if (span <= 0 || track.width() <= 0)
            return;
        const float value = index.data(ContributionsModel::ContributionRole).toFloat();
        const double zero = track.left() - least / span * track.width();
        const double width = std::abs(value) / span * track.width();
        const int term = m_model.termOf(index.row());
        painter.setPen(Qt::NoPen);
        painter.setBrush(value < 0 ? QColor(kAgainst)
                : term < 0         ? option.palette.color(QPalette::Mid)
                                   : termColor(term, m_state.subject().terms[term].kind, option.palette));
        if (value != 0)
            painter.drawRoundedRect(QRectF(value < 0 ? zero - width : zero, track.top(), width, kBarHeight), 2, 2);
        painter.fillRect(
            QRectF(zero - 0.5, option.rect.top(), 1, option.rect.height()), option.palette.color(QPalette::Mid));
    }

    const InspectionState& m_state;
    const ContributionsModel& m_model;
};

} // namespace

ContributionsView::ContributionsView(InspectionState& state, QWidget* parent)
    : HoverTable(parent)
    , m_state(state)
    , m_model(state)
{
    setObjectName("contributions");
    setAccessibleName(tr("What each word adds to the score"));
    setModel(&m_model);
    setItemDelegate(new ContributionDelegate(state, m_model, this));
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(ContributionsModel::Adds, QHeaderView::Stretch);

    horizontalHeader()->setSortIndicator(ContributionsModel::Word, Qt::AscendingOrder);
    setSortingEnabled(true);
    horizontalHeader()->setSortIndicatorShown(false); // keeps room for its arrow in every head; the model has one
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &QTableView::scrollToTop);

    connect(&m_model, &QAbstractItemModel::modelReset, this, &ContributionsView::reload);
    connect(this, &HoverTable::pointedAt, &state,
        [this](const QModelIndex& index) { m_state.hoverTerm(index.isValid() ? m_model.termOf(index.row()) : -1); });
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, &state, [this](const QModelIndex& index) {
        if (index.isValid() && !m_model.isLittleWords(index.row()))
            m_state.chooseTerm(m_model.termOf(index.row()));
    });
    const auto open = [this](const QModelIndex& index) {
        if (m_model.isLittleWords(index.row()))
            m_state.showLittleWords(true);
    };
    connect(this, &QAbstractItemView::clicked, this, open);
    connect(this, &QAbstractItemView::activated, this, open);
    connect(&state, &InspectionState::chosenTermChanged, this, [this](int term) {
        setCurrentIndex(m_model.index(m_model.rowOf(term), 0));
        viewport()->update();
    });
    connect(&state, &InspectionState::hoveredTermChanged, this, [this](int term, int before) {
        updateTerm(before);
        updateTerm(term);
    });
    connect(&state, &InspectionState::hoveredRegionChanged, this, [this](int region, int before) {
        updateRegion(before);
        updateRegion(region);
    });
    reload();
}

void ContributionsView::reload()
{
    horizontalHeader()->setVisible(m_model.rowCount() > 0);
    fitColumns();
    // The list stays where it is, also when weights change.
    setAutoScroll(false);
    setCurrentIndex(m_model.index(m_model.rowOf(m_state.chosenTerm()), 0));
    setAutoScroll(true);
}

void ContributionsView::resizeEvent(QResizeEvent* event)
{
    HoverTable::resizeEvent(event);
    fitColumns();
}

void ContributionsView::fitColumns()
{
    // What a contribution is made of gives way first: the tool tip has it too.
    int needed = 0;
    for (int column = 0; column < m_model.columnCount(); ++column)
        if (column != ContributionsModel::Usual || m_model.hasBaselines())
            needed += std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
    const bool narrow = viewport()->width() < needed;
    setColumnHidden(ContributionsModel::Factor, narrow);
    setColumnHidden(ContributionsModel::Best, narrow);
    setColumnHidden(ContributionsModel::Usual, narrow || !m_model.hasBaselines());
    m_model.setBrief(narrow);
    // Long words, and "whole sentence", leave room for the bars.
    horizontalHeader()->setSectionResizeMode(
        ContributionsModel::Word, narrow ? QHeaderView::Fixed : QHeaderView::ResizeToContents);
    if (narrow)
        setColumnWidth(ContributionsModel::Word,
            std::min(sizeHintForColumn(ContributionsModel::Word), viewport()->width() * 2 / 5));
}

void ContributionsView::updateTerm(int term)
{
    if (term < 0 || term >= m_state.termCount())
        return;
    const QRect row = visualRect(m_model.index(m_model.rowOf(term), 0))
        | visualRect(m_model.index(m_model.rowOf(term), ContributionsModel::Adds));
    viewport()->update(row);
}

void ContributionsView::updateRegion(int region)
{
    if (region < 0)
        return;
    for (int term = 0; term < m_state.termCount(); ++term)
        if (m_state.bestRegion(term) == region)
            updateTerm(term);
}

} // namespace wordsight::ui
