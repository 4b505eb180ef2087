#include "ui/inspector/inspector.h"

#include <QDataStream>
#include <QLabel>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "core/engine/alignment_sheet.h"
#include "ui/inspector/contributions_view.h"
#include "ui/inspector/export_actions.h"
#include "ui/inspector/inspector_header.h"
#include "ui/inspector/inspector_toolbar.h"
#include "ui/inspector/matrix_view.h"
#include "ui/inspector/photo_loader.h"
#include "ui/inspector/photo_view.h"

namespace wordsight::ui {

namespace {

constexpr int kMargin = 10;
constexpr qint32 kStateVersion = 0x57530002;

QVBoxLayout* column(QWidget* widget)
{
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

QLabel* emptyPage()
{
    auto* label = new QLabel(Inspector::tr("Choose a photograph to see which regions\nof it earned its rank."));
    label->setObjectName("inspectorEmpty");
    label->setAlignment(Qt::AlignCenter);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel* globalOnlyNote()
{
    auto* label = new QLabel(Inspector::tr(engine::globalOnly));
    label->setObjectName("globalOnly");
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

Inspector::Inspector(QThreadPool& pool, QWidget* parent)
    : QWidget(parent)
    , m_loader(new PhotoLoader(pool, this))
    , m_photo(new PhotoView(m_state))
    , m_export(new ExportActions(pool, m_state, *m_photo, this))
    , m_header(new InspectorHeader(m_state, m_export->menu()))
    , m_toolbar(new InspectorToolbar(m_state, *m_photo))
    , m_contributions(new ContributionsView(m_state))
    , m_matrix(new MatrixView(m_state))
    , m_globalOnly(globalOnlyNote())
    , m_details(new QTabWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_pages(std::make_unique<QStackedWidget>())
{
    setObjectName("inspector");
    setAccessibleName(tr("Inspector"));
    build();
    connect(m_loader, &PhotoLoader::loaded, m_photo, &PhotoView::setPhotograph);
    connect(m_loader, &PhotoLoader::failed, m_photo, &PhotoView::setMessage);
    connect(m_export, &ExportActions::notice, m_header, &InspectorHeader::showNotice);
    connect(&m_state, &InspectionState::hoveredTermChanged, this, &Inspector::hoveredTerm);
    showDetails();
}

void Inspector::build()
{
    auto* upper = new QWidget;
    column(upper)->addWidget(m_header);
    upper->layout()->addWidget(m_photo);
    upper->layout()->addWidget(m_toolbar);
    upper->layout()->addWidget(m_globalOnly);
    static_cast<QVBoxLayout*>(upper->layout())->setStretchFactor(m_photo, 1);

    m_details->setObjectName("details");
    m_details->setDocumentMode(true);
    m_details->tabBar()->setDrawBase(false);
    m_details->addTab(m_contributions, tr("Why this rank"));
    m_details->addTab(m_matrix, tr("Regions × words"));

    m_splitter->setObjectName("inspectorSplitter");
    m_splitter->addWidget(upper);
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes({ 440, 280 });
    m_splitter->setHandleWidth(10);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setCollapsible(1, true);

    m_pages->addWidget(emptyPage());
    m_pages->addWidget(m_splitter);
    column(this)->addWidget(m_pages.get());
    layout()->setContentsMargins(0, kMargin, kMargin, kMargin);
}

void Inspector::setSubject(const InspectorSubject& subject)
{
    const bool samePhotograph = subject.path == m_state.subject().path;
    if (!samePhotograph)
        m_photo->setMessage({});
    m_state.setSubject(subject);
    if (!samePhotograph)
        m_loader->load(subject.path, subject.thumbnail);
    showDetails();
}

void Inspector::clear()
{
    m_loader->cancel();
    m_photo->setMessage({});
    m_state.setSubject({});
    showDetails();
}

void Inspector::showDetails()
{
    m_pages->setCurrentIndex(m_state.subject().path.isEmpty() ? 0 : 1);
    m_details->setVisible(m_state.termCount() > 0);
    const bool globalOnly = m_state.termCount() > 0 && !align::hasMatrix(m_state.subject().alignment);
    m_toolbar->setVisible(!globalOnly);
    m_globalOnly->setVisible(globalOnly);
    m_details->setTabVisible(m_details->indexOf(m_matrix), !globalOnly);
}

bool Inspector::isBusy() const
{
    return m_loader->isBusy() || m_export->isBusy();
}

QByteArray Inspector::saveState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    const align::HeatStyle& style = m_state.style();
    out << kStateVersion << m_splitter->saveState() << m_details->currentIndex() << static_cast<int>(style.colormap)
        << style.opacity << style.threshold << static_cast<int>(style.scaling) << m_state.showsOutlines();
    return state;
}

void Inspector::restoreState(const QByteArray& state)
{
    QDataStream in(state);
    QByteArray panes;
    int tab = 0;
    int version = 0, colormap = 0, scaling = 0;
    align::HeatStyle style;
    bool outlines = false;
    in >> version;
    if (version != kStateVersion)
        return; // before colours were even and scales those of a sentence
    in >> panes >> tab >> colormap >> style.opacity >> style.threshold >> scaling >> outlines;
    if (in.status() != QDataStream::Ok || colormap < 0 || colormap > static_cast<int>(align::Colormap::Gray)
        || scaling < 0 || scaling > static_cast<int>(align::HeatScaling::Word))
        return;
    style.scaling = static_cast<align::HeatScaling>(scaling);
    style.colormap = static_cast<align::Colormap>(colormap);
    m_splitter->restoreState(panes);
    m_details->setCurrentIndex(tab);
    m_state.setStyle(style);
    m_state.showOutlines(outlines);
}

void Inspector::highlightTerm(int term)
{
    m_state.hoverTerm(term);
}

} // namespace wordsight::ui
