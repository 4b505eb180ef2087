#include "core/engine/alignment_sheet.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/base/base64.h"
#include "core/data/utf8.h"
#include "core/image/transform.h"

namespace wordsight::engine {

namespace {

constexpr double margin = 36;
constexpr double gap = 24;
constexpr double largestTile = 320;   // longer side of a picture
constexpr double narrowestCell = 200; // so that labels fit
constexpr double captionHeight = 62;
constexpr double pixelsPerUnit = 2;
constexpr std::size_t mostColumns = 4;
constexpr auto ink = "#1d2129", quietInk = "#6b7280", paper = "#ffffff", track = "#e5e7eb";
constexpr auto forColor = "#2f7d4f", againstColor = "#b4443c";

struct Layout {
    double tileWidth, tileHeight, cellWidth, cellHeight, headerHeight;
    std::size_t columns, rows;

    double width() const { return 2 * margin + static_cast<double>(columns) * (cellWidth + gap) - gap; }
    double height() const { return margin + headerHeight + static_cast<double>(rows) * (cellHeight + gap) - gap + 76; }
};

std::string number(double value)
{
    return fmt::format("{:.2f}", value);
}

/// With a minus sign, not a hyphen.
std::string signedNumber(double value, const char* plus, int digits)
{
    return fmt::format("{}{:.{}f}", value < 0 ? "\u2212" : plus, std::abs(value), digits);
}

std::vector<std::string> wrapped(const std::string& text, std::size_t charactersPerLine)
{
    std::vector<std::string> lines { "" };
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        std::string& line = lines.back();
        if (line.empty())
            line = word;
        else if (characterCount(line) + 1 + characterCount(word) <= charactersPerLine)
            line += ' ' + word;
        else
            lines.push_back(word);
    }
    return lines;
}

std::string dataAddress(const image::Image& picture)
{
    return "data:image/jpeg;base64," + encodeBase64(image::encodeJpeg(picture, 88));
}

/// The photograph in quieter colours under the map.
image::Image heated(const image::Image& photograph, const align::Heatmap& map, const align::HeatRange& range,
    const align::HeatStyle& style)
{
    image::Image picture = photograph;
    const float fade = align::fadeOf(style);
    for (std::size_t pixel = 0; pixel < map.values.size(); ++pixel) {
        const float share = range.share(map.values[pixel]);
        const float cover = align::heatCover(style, share);
        const align::Rgb color = align::heatColor(style.colormap, share);
        std::uint8_t* rgb = &picture.rgb[3 * pixel];
        const align::Rgb under = align::faded({ rgb[0], rgb[1], rgb[2] }, fade);
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = static_cast<std::uint8_t>(std::lround(under[c] + cover * (color[c] - under[c])));
    }
    return picture;
}

/// Words that a model keeps quiet ("a", "on") meet no region and earn nothing: a sheet has no picture of them.
std::vector<std::size_t> wordsThatMeetRegions(const align::Alignment& alignment)
{
    std::vector<std::size_t> words;
    for (std::size_t w = 0; w < alignment.words.size(); ++w) {
        bool meets = alignment.matrix.rows == 0;
        for (std::size_t r = 0; r < alignment.matrix.rows && !meets; ++r)
            meets = alignment.matrix(r, w) != 0;
        if (meets)
            words.push_back(w);
    }
    return words;
}

class Sheet {
public:
    Sheet(const align::Alignment& alignment, const image::Image& photograph, const std::string& sentence,
        const SheetStyle& style)
        : m_alignment(alignment)
        , m_style(style.heat)
        , m_sentence(style.sentence)
        , m_range(align::rangeOf(alignment, 0, m_style.scaling, m_sentence))
        , m_parts(align::contributions(alignment))
        , m_factors(align::factors(alignment.weights, alignment.pooling))
        , m_words(wordsThatMeetRegions(alignment))
    {
        makeLayout(photograph, sentence);
        m_photograph = image::stretch(photograph, static_cast<int>(m_layout.tileWidth * pixelsPerUnit),
            static_cast<int>(m_layout.tileHeight * pixelsPerUnit));
        m_largestPart = std::max(style.largestPart, std::abs(align::globalContribution(alignment)));
        for (const float part : m_parts)
            m_largestPart = std::max(m_largestPart, std::abs(part));
    }

    std::string draw()
    {
        m_svg = m_document.append_child("svg");
        set(m_svg,
            { { "xmlns", "http://www.w3.org/2000/svg" }, { "xmlns:xlink", "http://www.w3.org/1999/xlink" },
                { "width", number(m_layout.width()) }, { "height", number(m_layout.height()) },
                { "viewBox", fmt::format("0 0 {:.2f} {:.2f}", m_layout.width(), m_layout.height()) },
                { "font-family", "DejaVu Sans, sans-serif" } });
        rectangle(0, 0, m_layout.width(), m_layout.height(), paper);
        for (std::size_t line = 0; line < m_lines.size(); ++line)
            text(margin, margin + 24 + 30 * static_cast<double>(line), 24, ink, m_lines[line]);
        text(margin, margin + m_layout.headerHeight - 26, 15, quietInk, scoreLine());
        photographCell();
        for (std::size_t i = 0; i < m_words.size(); ++i)
            wordCell(m_words[i], cell(i + 1));
        if (align::hasMatrix(m_alignment))
            legend();
        else
            noMapsCell();
        std::ostringstream out;
        m_document.save(out, "", pugi::format_raw);
        return out.str();
    }

private:
    using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

    void makeLayout(const image::Image& photograph, const std::string& sentence)
    {
        const double longer = std::max(photograph.width, photograph.height);
        m_layout.tileWidth = std::max(1.0, std::round(largestTile * photograph.width / longer));
        m_layout.tileHeight = std::max(1.0, std::round(largestTile * photograph.height / longer));
        m_layout.cellWidth = std::max(m_layout.tileWidth, narrowestCell);
        m_layout.cellHeight = m_layout.tileHeight + captionHeight;
        const std::size_t cells = m_words.size() + 1;
        m_layout.rows = (cells + mostColumns - 1) / mostColumns;
        m_layout.columns = std::max<std::size_t>(2, (cells + m_layout.rows - 1) / m_layout.rows);
        m_lines = wrapped(sentence, static_cast<std::size_t>((m_layout.width() - 2 * margin) / 14.5));
        m_layout.headerHeight = 30 * static_cast<double>(m_lines.size()) + 50;
    }

    static void set(pugi::xml_node node, Attributes attributes)
    {
        for (const auto& [name, value] : attributes)
            node.append_attribute(name) = value.c_str();
    }

    pugi::xml_node rectangle(double x, double y, double w, double h, const std::string& fill)
    {
        pugi::xml_node node = m_svg.append_child("rect");
        set(node,
            { { "x", number(x) }, { "y", number(y) }, { "width", number(w) }, { "height", number(h) },
                { "fill", fill } });
        return node;
    }

    pugi::xml_node text(double x, double y, double size, const char* color, const std::string& content)
    {
        pugi::xml_node node = m_svg.append_child("text");
        set(node, { { "x", number(x) }, { "y", number(y) }, { "font-size", number(size) }, { "fill", color } });
        node.text() = content.c_str();
        return node;
    }

    struct Place {
        double x, y;
    };

    Place cell(std::size_t index) const
    {
        const std::size_t row = index / m_layout.columns, column = index % m_layout.columns;
        return { margin + static_cast<double>(column) * (m_layout.cellWidth + gap),
            margin + m_layout.headerHeight + static_cast<double>(row) * (m_layout.cellHeight + gap) };
    }

    double pictureLeft(Place at) const { return at.x + (m_layout.cellWidth - m_layout.tileWidth) / 2; }

    void picture(Place at, const image::Image& pixels)
    {
        set(m_svg.append_child("image"),
            { { "x", number(pictureLeft(at)) }, { "y", number(at.y) }, { "width", number(m_layout.tileWidth) },
                { "height", number(m_layout.tileHeight) }, { "preserveAspectRatio", "none" },
                { "xlink:href", dataAddress(pixels) } });
    }

    /// Label and contribution on one line, the contribution's share as a bar below.
    void caption(Place at, const std::string& label, const std::string& detail, float part)
    {
        const double line = at.y + m_layout.tileHeight + 24;
        pugi::xml_node name = text(at.x, line, 17, ink, label);
        name.append_attribute("font-weight") = "bold";
        const double room = m_layout.cellWidth - 80;
        if (static_cast<double>(characterCount(label)) * 11 > room)
            set(name, { { "textLength", number(room) }, { "lengthAdjust", "spacingAndGlyphs" } });
        text(at.x + m_layout.cellWidth, line, 15, part < 0 ? againstColor : ink, signedNumber(part, "+", 3))
            .append_attribute("text-anchor")
            = "end";
        const double share = m_largestPart > 0 ? std::abs(part) / m_largestPart : 0;
        rectangle(at.x, line + 9, m_layout.cellWidth, 5, track);
        rectangle(at.x, line + 9, m_layout.cellWidth * share, 5, part < 0 ? againstColor : forColor);
        text(at.x, line + 32, 12, quietInk, detail);
    }

    void photographCell()
    {
        const Place at = cell(0);
        picture(at, m_photograph);
        if (m_alignment.globalWeight == 0) {
            text(at.x, at.y + m_layout.tileHeight + 24, 17, ink, "Photograph").append_attribute("font-weight") = "bold";
            return;
        }
        caption(at, "Whole sentence",
            fmt::format("best match {} · factor {}", signedNumber(m_alignment.globalScore, "", 3),
                signedNumber(m_alignment.globalWeight, "", 3)),
            align::globalContribution(m_alignment));
    }

    void wordCell(std::size_t word, Place at)
    {
        std::vector<float> values(m_alignment.matrix.rows);
        for (std::size_t r = 0; r < values.size(); ++r)
            values[r] = m_alignment.matrix(r, word);
        const auto highest = std::ranges::max_element(values);
        const float best = values.empty() ? 0 : *highest;
        if (!align::hasBoxes(m_alignment)) {
            noMap(at);
        } else {
            const auto map = align::rasterize(values, m_alignment.boxes, m_photograph.width, m_photograph.height);
            picture(
                at, heated(m_photograph, map, align::rangeOf(m_alignment, word, m_style.scaling, m_sentence), m_style));
            if (!values.empty())
                outline(at, m_alignment.boxes[static_cast<std::size_t>(highest - values.begin())]);
        }
        const bool based = !m_alignment.baselines.empty() && m_alignment.baselines[word] != 0;
        caption(at, m_alignment.words[word],
            fmt::format("best match {}{} · factor {}", signedNumber(best, "", 3),
                based ? fmt::format(" (usual {})", signedNumber(m_alignment.baselines[word], "", 3)) : std::string(),
                signedNumber(m_factors[word], "", 3)),
            m_parts[word]);
    }

    /// In a heatmap's place.
    void noMap(Place at)
    {
        rectangle(pictureLeft(at), at.y, m_layout.tileWidth, m_layout.tileHeight, track);
        const double middle = at.x + m_layout.cellWidth / 2, line = at.y + m_layout.tileHeight / 2;
        text(middle, line - 4, 13, quietInk, "No heatmap: the regions'").append_attribute("text-anchor") = "middle";
        text(middle, line + 14, 13, quietInk, "features came without boxes").append_attribute("text-anchor") = "middle";
    }

    void noMapsCell()
    {
        const Place at = cell(1);
        double line = at.y + 16;
        for (const std::string& part : wrapped(globalOnly, static_cast<std::size_t>(m_layout.cellWidth / 9))) {
            text(at.x, line, 15, quietInk, part);
            line += 22;
        }
    }

    void outline(Place at, const Box& box)
    {
        for (const auto& [color, strength] : { std::pair { "#000000", 3.5 }, { "#ffffff", 1.75 } })
            set(rectangle(pictureLeft(at) + static_cast<double>(box.x) * m_layout.tileWidth,
                    at.y + static_cast<double>(box.y) * m_layout.tileHeight,
                    static_cast<double>(box.w) * m_layout.tileWidth, static_cast<double>(box.h) * m_layout.tileHeight,
                    "none"),
                { { "stroke", color }, { "stroke-width", number(strength) } });
    }

    std::string scoreLine() const
    {
        if (!align::hasMatrix(m_alignment))
            return fmt::format("score {} = whole sentence", signedNumber(align::score(m_alignment), "", 3));
        const float words = std::accumulate(m_parts.begin(), m_parts.end(), 0.0f);
        std::string line = fmt::format("score {} = {} words ({})", signedNumber(align::score(m_alignment), "", 3),
            signedNumber(words, "", 3), align::name(m_alignment.pooling));
        if (m_alignment.globalWeight != 0)
            line += fmt::format(" {} whole sentence", signedNumber(align::globalContribution(m_alignment), "+ ", 3));
        for (const align::AlignedPart& part : m_alignment.parts)
            line += fmt::format(" {} {} as a whole", signedNumber(part.contribution(), "+ ", 3), part.label);
        return line;
    }

    void legend()
    {
        if (!align::hasBoxes(m_alignment))
            return;
        const double y = m_layout.height() - margin - 8, width = 240;
        const double left = m_layout.width() - margin - width;
        pugi::xml_node gradient = m_svg.append_child("defs").append_child("linearGradient");
        set(gradient, { { "id", "scale" } });
        const auto palette = align::colors(m_style.colormap);
        for (std::size_t stop = 0; stop <= 16; ++stop) {
            const std::size_t entry = 3 * (stop * 255 / 16);
            set(gradient.append_child("stop"),
                { { "offset", number(static_cast<double>(stop) / 16) },
                    { "stop-color",
                        fmt::format("#{:02x}{:02x}{:02x}", palette[entry], palette[entry + 1], palette[entry + 2]) } });
        }
        rectangle(left, y, width, 8, "url(#scale)");
        const bool each = m_style.scaling == align::HeatScaling::Word;
        const bool ranked = m_style.scaling == align::HeatScaling::Sentence && m_sentence;
        const std::string low = each ? "each word's lowest match" : "match " + signedNumber(m_range.low, "", 2);
        const std::string high = each ? "highest"
            : ranked                  ? signedNumber(m_range.high, "", 2) + ": the best of all photographs"
                                      : signedNumber(m_range.high, "", 2) + ": the best of this photograph";
        text(left - 10, y + 9, 12, quietInk, low).append_attribute("text-anchor") = "end";
        text(left + width, y - 6, 12, quietInk, high).append_attribute("text-anchor") = "end";
    }

    const align::Alignment& m_alignment;
    const align::HeatStyle m_style;
    const std::optional<align::HeatScale> m_sentence;
    align::HeatRange m_range;
    std::vector<float> m_parts;
    std::vector<float> m_factors;
    std::vector<std::size_t> m_words; ///< that have a picture, by their place in the sentence
    float m_largestPart = 0;
    Layout m_layout {};
    std::vector<std::string> m_lines;
    image::Image m_photograph;
    pugi::xml_document m_document;
    pugi::xml_node m_svg;
};

} // namespace

std::string alignmentSheet(const align::Alignment& alignment, const image::Image& photograph,
    const std::string& sentence, const SheetStyle& style)
{
    return Sheet(alignment, photograph, sentence, style).draw();
}

} // namespace wordsight::engine
