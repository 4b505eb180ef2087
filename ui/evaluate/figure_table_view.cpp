#include "ui/evaluate/figure_table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace wordsight::ui {

namespace {

constexpr int kNoticeMs = 2500;

} // namespace

FigureTableView::FigureTableView(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel)
    , m_copied(new QLabel)
    , m_cells(new QTableWidget)
{
    setObjectName(name);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_title->setWordWrap(true);
    m_title->setObjectName(name + "Title");
    m_copied->setForegroundRole(QPalette::PlaceholderText);
    m_cells->setObjectName(name + "Cells");
    m_cells->setAccessibleName(tr("Figures"));
    m_cells->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_cells->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_cells->setFrameShape(QFrame::NoFrame);
    m_cells->setShowGrid(false);
    m_cells->setStyleSheet("QTableView::item { border: none; padding: 2px 5px; }");
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_cells->verticalHeader()->hide();
    m_cells->horizontalHeader()->setHighlightSections(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_title, 1);
    row->addWidget(m_copied);
    for (const auto& [format, text] :
        { std::pair("Markdown", tr("Copy as Markdown")), std::pair("Csv", tr("Copy as CSV")) }) {
        auto* button = new QPushButton(text);
        button->setObjectName(name + format);
        const bool asMarkdown = QString(format) == "Markdown";
        connect(button, &QPushButton::clicked, this,
            [this, asMarkdown] { copy(asMarkdown ? m_table.markdown : m_table.csv); });
        row->addWidget(button);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(row);
    layout->addWidget(m_cells);
    setTable({});
}

void FigureTableView::setTable(const FigureTable& table)
{
    m_table = table;
    setVisible(!table.isEmpty());
    m_title->setText(table.title);
    m_cells->setColumnCount(static_cast<int>(table.headings.size()));
    m_cells->setRowCount(static_cast<int>(table.rows.size()));
    m_cells->setHorizontalHeaderLabels(table.headings);
    for (int r = 0; r < m_cells->rowCount(); ++r)
        for (int c = 0; c < m_cells->columnCount(); ++c) {
            auto* item = new QTableWidgetItem(table.rows[r].value(c));
            item->setTextAlignment((c == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
            m_cells->setItem(r, c, item);
        }
    for (int c = 0; c < m_cells->columnCount(); ++c)
        m_cells->horizontalHeaderItem(c)->setTextAlignment(
            (c == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    m_cells->resizeColumnsToContents();
    // As high as its rows: the page scrolls, not the table.
    int height = m_cells->horizontalHeader()->sizeHint().height() + m_cells->horizontalScrollBar()->sizeHint().height();
    for (int r = 0; r < m_cells->rowCount(); ++r)
        height += m_cells->rowHeight(r);
    m_cells->setFixedHeight(height + 4);
}

void FigureTableView::copy(const QString& text)
{
    QGuiApplication::clipboard()->setText(text);
    m_copied->setText(tr("Copied"));
    QTimer::singleShot(kNoticeMs, m_copied, &QLabel::clear);
}

} // namespace wordsight::ui
