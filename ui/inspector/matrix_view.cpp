#include "ui/inspector/matrix_view.h"

#include <algorithm>

#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

#include "ui/inspector/heatmap_layer.h"
#include "ui/inspector/word_header.h"
#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

/// `index` is one of the sorted model.
class HeatDelegate : public QStyledItemDelegate {
public:
    HeatDelegate(const InspectionState& state, const MatrixModel& model, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_state(state)
        , m_model(model)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        painter->save();
        const int region = regionOf(index);
        const int term = m_model.termOf(index.column());
        QColor text = option.palette.color(QPalette::PlaceholderText);
        if (term >= 0) {
            const QRgb heat = toQRgb(align::heatColor(
                m_state.style().colormap, m_state.matrixRange().share(index.data(MatrixModel::CosineRole).toFloat())));
            painter->fillRect(option.rect.adjusted(0, 0, -1, -1), heat);
            text = textOn(heat);
        }
        const bool pointed = region == m_state.hoveredRegion();
        QFont font = option.font;
        font.setBold(pointed && (term < 0 || term == m_state.hoveredTerm()));
        painter->setFont(font);
        painter->setPen(pointed && term < 0 ? option.palette.color(QPalette::Text) : text);
        painter->drawText(option.rect, Qt::AlignCenter, index.data().toString());
        paintMarks(*painter, option, region, term);
        painter->restore();
    }

private:
    static int regionOf(const QModelIndex& index)
    {
        return static_cast<const QSortFilterProxyModel*>(index.model())->mapToSource(index).row();
    }

    void paintMarks(QPainter& painter, const QStyleOptionViewItem& option, int region, int term) const
    {
        const QRect cell = option.rect.adjusted(0, 0, -1, -1);
        painter.setBrush(Qt::NoBrush);
        if (term >= 0 && m_state.bestRegion(term) == region) {
            painter.setPen(QPen(QColor(255, 255, 255, 220), 3));
            painter.drawRect(cell.adjusted(1, 1, -1, -1));
            painter.setPen(QPen(Qt::black, 1));
            painter.drawRect(cell.adjusted(1, 1, -2, -2));
        }
        const QColor line = option.palette.color(QPalette::Text);
        if (region == m_state.hoveredRegion()) {
            painter.fillRect(QRect(cell.left(), cell.top(), option.rect.width(), 2), line);
            painter.fillRect(QRect(cell.left(), cell.bottom() - 1, option.rect.width(), 2), line);
        }
        if (option.state & QStyle::State_HasFocus
            || (term >= 0 && region == m_state.hoveredRegion() && term == m_state.hoveredTerm())) {
            painter.setPen(QPen(line, 2));
            painter.drawRect(cell.adjusted(1, 1, 0, 0));
        }
    }

    const InspectionState& m_state;
    const MatrixModel& m_model;
};

} // namespace

MatrixView::MatrixView(InspectionState& state, QWidget* parent)
    : HoverTable(parent)
    , m_state(state)
    , m_model(state)
{
    setObjectName("matrix");
    setAccessibleName(tr("Cosines of regions and words"));
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(MatrixModel::SortRole);
    auto* header = new WordHeader(state, this);
    setHorizontalHeader(header);
    setModel(&m_sorted);
    setItemDelegate(new HeatDelegate(state, m_model, this));
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 5);
    setSortingEnabled(true);
    sortByColumn(0, Qt::AscendingOrder);
    connect(header, &QHeaderView::sortIndicatorChanged, this, [this](int section) {
        const int term = m_model.termOf(section);
        m_sortedBy = term < 0 ? std::string() : m_state.subject().terms[static_cast<std::size_t>(term)].label;
        scrollToTop();
    });
    connect(&state, &InspectionState::subjectChanged, this, &MatrixView::keepSorting);
    connect(&state, &InspectionState::littleWordsChanged, this, &MatrixView::hideLittleWords);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &MatrixView::showMenu);

    connect(
        header, &WordHeader::pointedAt, &state, [this](int section) { m_state.hoverTerm(m_model.termOf(section)); });
    connect(header, &QHeaderView::sectionClicked, &state, [this](int section) {
        if (section > 0)
            m_state.chooseTerm(m_model.termOf(section));
    });
    connect(this, &HoverTable::pointedAt, this, &MatrixView::pointAt);
    connect(&state, &InspectionState::hoveredRegionChanged, this, &MatrixView::regionChanged);
    connect(&state, &InspectionState::hoveredTermChanged, this, [this](int term, int before) {
        updateColumn(before);
        updateColumn(term);
    });
    connect(&state, &InspectionState::styleChanged, viewport(), qOverload<>(&QWidget::update));
}

/// By its word, whichever column that has now; by place where the sentence has no such word.
void MatrixView::keepSorting()
{
    hideLittleWords();
    const auto& terms = m_state.subject().terms;
    const auto is = [&](int column) {
        const int term = column > 0 && column < m_model.columnCount() ? m_model.termOf(column) : -1;
        return term >= 0 && terms[static_cast<std::size_t>(term)].label == m_sortedBy;
    };
    const QHeaderView* header = horizontalHeader();
    int column = header->sortIndicatorSection();
    if (m_sortedBy.empty() || is(column) || m_model.columnCount() == 0)
        return;
    for (column = m_model.columnCount() - 1; column > 0 && !is(column);)
        --column;
    sortByColumn(column, column > 0 ? header->sortIndicatorOrder() : Qt::AscendingOrder);
}

void MatrixView::hideLittleWords()
{
    const auto isLittle = [this](int column) { return m_state.subject().terms[m_model.termOf(column)].functionWord; };
    int others = 0;
    for (int column = 1; column < m_model.columnCount(); ++column)
        others += isLittle(column) ? 0 : 1;
    for (int column = 1; column < m_model.columnCount(); ++column)
        setColumnHidden(column, isLittle(column) && others > 0 && !m_state.showsLittleWords());
}

void MatrixView::showMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* little = menu->addAction(tr("Little words, such as \"a\" and \"on\""));
    little->setCheckable(true);
    little->setChecked(m_state.showsLittleWords());
    connect(little, &QAction::toggled, &m_state, &InspectionState::showLittleWords);
    menu->popup(horizontalHeader()->viewport()->mapToGlobal(at));
}

void MatrixView::pointAt(const QModelIndex& index)
{
    const QModelIndex cell = m_sorted.mapToSource(index);
    m_state.hoverTerm(cell.isValid() ? m_model.termOf(cell.column()) : -1);
    const QScopedValueRollback pointing(m_pointing, true);
    m_state.hoverRegion(cell.isValid() ? cell.row() : -1);
}

void MatrixView::regionChanged(int region, int before)
{
    updateRow(before);
    updateRow(region);
    if (region >= 0 && !m_pointing)
        scrollTo(m_sorted.mapFromSource(m_model.index(region, std::max(0, columnAt(viewport()->width() / 2)))));
}

void MatrixView::updateRow(int region)
{
    if (region < 0 || region >= m_state.regionCount())
        return;
    const QRect row = visualRect(m_sorted.mapFromSource(m_model.index(region, 0)));
    viewport()->update(0, row.top() - 1, viewport()->width(), row.height() + 2);
}

void MatrixView::updateColumn(int term)
{
    if (term < 0 || term >= m_state.termCount() || m_state.columnOf(term) < 0)
        return;
    const int column = m_model.columnOf(term);
    viewport()->update(columnViewportPosition(column), 0, columnWidth(column), viewport()->height());
}

} // namespace wordsight::ui
