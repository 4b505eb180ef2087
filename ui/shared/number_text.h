#pragma once

#include <QString>

namespace wordsight::ui {

/// A number with a minus sign that is as wide as a plus sign, so that columns of numbers line up.
inline QString numberText(double value, int digits)
{
    QString text = QString::number(value, 'f', digits);
    if (text.startsWith('-') && text.toDouble() == 0)
        text.remove(0, 1);
    return text.replace('-', QChar(0x2212));
}

/// The same, with its sign also where it is positive.
inline QString signedText(double value, int digits)
{
    return (value < 0 ? QString() : QStringLiteral("+")) + numberText(value, digits);
}

} // namespace wordsight::ui
