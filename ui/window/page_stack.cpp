#include "ui/window/page_stack.h"

#include "ui/compare/compare_page.h"
#include "ui/evaluate/evaluation_page.h"
#include "ui/modality/modality_page.h"
#include "ui/search/search_page.h"

namespace wordsight::ui {

PageStack::PageStack(Services& services, QWidget* parent)
    : QStackedWidget(parent)
    , m_services(services)
    , m_model(services.models.standard)
{
    page(PageKind::Search);
}

Page* PageStack::make(PageKind kind)
{
    switch (kind) {
    case PageKind::Search:
        return new SearchPage(m_services);
    case PageKind::Compare:
        return new ComparePage(m_services);
    case PageKind::Evaluate:
        return new EvaluationPage(m_services);
    default:
        return new ModalityPage(m_services);
    }
}

Page& PageStack::page(PageKind kind)
{
    Page*& page = m_made[static_cast<std::size_t>(kind)];
    if (page)
        return *page;
    page = make(kind);
    addWidget(page);
    connect(page, &Page::indexRequested, this, &PageStack::indexRequested);
    page->openLibrary(m_library, m_model);
    if (const QString sentence = search().sentence(); !sentence.isEmpty())
        page->ask(sentence, search().weights());
    return *page;
}

SearchPage& PageStack::search()
{
    return static_cast<SearchPage&>(page(PageKind::Search));
}

ComparePage& PageStack::compare()
{
    return static_cast<ComparePage&>(page(PageKind::Compare));
}

EvaluationPage& PageStack::evaluation()
{
    return static_cast<EvaluationPage&>(page(PageKind::Evaluate));
}

ModalityPage& PageStack::modality()
{
    return static_cast<ModalityPage&>(page(PageKind::Modality));
}

template <class Visit> void PageStack::forEachMade(Visit visit) const
{
    for (Page* page : m_made)
        if (page)
            visit(*page);
}

void PageStack::showPage(PageKind kind)
{
    Page& front = page(kind);
    setCurrentWidget(&front);
    Q_EMIT shown(kind);
    front.activate();
}

void PageStack::openLibrary(const std::filesystem::path& folder, const std::string& model)
{
    m_library = folder;
    m_model = model;
    forEachMade([&](Page& page) { page.openLibrary(folder, model); });
}

void PageStack::setModel(const std::string& model)
{
    m_model = model;
    forEachMade([&](Page& page) { page.setModel(model); });
}

void PageStack::refresh()
{
    forEachMade([](Page& page) { page.refresh(); });
}

void PageStack::focusSentence()
{
    if (!static_cast<Page*>(currentWidget())->focusSentence())
        showPage(PageKind::Search);
}

bool PageStack::isBusy() const
{
    bool busy = false;
    forEachMade([&busy](Page& page) { busy = busy || page.isBusy(); });
    return busy;
}

} // namespace wordsight::ui
