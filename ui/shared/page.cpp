#include "ui/shared/page.h"

namespace wordsight::ui {

void Page::openLibrary(const std::filesystem::path&, const std::string&) { }

void Page::setModel(const std::string&) { }

void Page::refresh() { }

void Page::ask(const QString&, const std::vector<TermWeight>&) { }

bool Page::focusSentence()
{
    return false;
}

void Page::activate()
{
    focusSentence();
}

} // namespace wordsight::ui
