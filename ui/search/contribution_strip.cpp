#include "ui/search/contribution_strip.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/shared/term_colors.h"

namespace wordsight::ui {

void paintContributions(QPainter& painter, const QRectF& rect, std::span<const engine::ExplainedTerm> terms,
    const ContributionExtent& extent, const QPalette& palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath pill;
    pill.addRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    painter.setClipPath(pill);
    painter.fillRect(rect, palette.color(QPalette::Midlight));
    const float span = extent.against + extent.inFavour;
    if (span > 0) {
        const double scale = rect.width() / span;
        const double zero = rect.x() + extent.against * scale;
        double left = zero;
        double right = zero;
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const double width = std::abs(terms[i].contribution) * scale;
            const bool against = terms[i].contribution < 0;
            const QRectF part(against ? left - width : right, rect.y(), width, rect.height());
            painter.fillRect(part, termColor(i, terms[i].kind, palette));
            if (width > 3) // neighbours are told apart also where colours are not
                painter.fillRect(QRectF(against ? part.left() : part.right() - 1, rect.y(), 1, rect.height()),
                    palette.color(QPalette::Base));
            (against ? left : right) += against ? -width : width;
        }
        if (extent.against > 0)
            painter.fillRect(QRectF(zero - 1, rect.y(), 2, rect.height()), palette.color(QPalette::Text));
    }
    painter.restore();
}

} // namespace wordsight::ui
