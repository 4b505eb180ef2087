#include "ui/compare/pooling_text.h"

#include <QCoreApplication>

namespace wordsight::ui {

QString poolingShort(align::Pooling pooling)
{
    switch (pooling) {
    case align::Pooling::MrSw:
        return "MrSw";
    case align::Pooling::MrAVGw:
        return "MrAVGw";
    case align::Pooling::MwSr:
        return "MwSr";
    case align::Pooling::Symmetric:
        return "Symm.";
    case align::Pooling::Sum:
        return "Sum";
    default:
        return "Mean";
    }
}

QString poolingName(align::Pooling pooling)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("Pooling", text); };
    switch (pooling) {
    case align::Pooling::MrSw:
        return tr("MrSw: best region of each word, summed");
    case align::Pooling::MrAVGw:
        return tr("MrAVGw: best region of each word, averaged");
    case align::Pooling::MwSr:
        return tr("MwSr: best word of each region, summed");
    case align::Pooling::Symmetric:
        return tr("Symm.: MrSw and MwSr together");
    case align::Pooling::Sum:
        return tr("Sum: every region with every word");
    default:
        return tr("Mean: every region with every word, averaged");
    }
}

} // namespace wordsight::ui
