#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/base64.h"
#include "core/base/input_file.h"
#include "core/base/progress_meter.h"
#include "core/dataset/regions/checks.h"
#include "core/dataset/regions/layouts.h"

namespace wordsight::dataset {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytesAtOnce = 4 << 20;
constexpr std::size_t longestLine = 256 << 20;
constexpr std::size_t longestName = 4096;
constexpr std::size_t mostBoxes = 1 << 16;
constexpr std::array columnNames { "image_id", "image_w", "image_h", "num_boxes", "boxes", "features" };
enum Column : std::size_t { ImageId, ImageWidth, ImageHeight, BoxCount, Boxes, Features };

/// Where a photograph's line is.
struct Line {
    std::size_t file = 0;
    std::size_t number = 0; ///< from 1
    std::size_t begin = 0;
    std::size_t length = 0;
};

std::string where(const fs::path& file, std::size_t line)
{
    return fmt::format("{}, line {}", file.string(), line);
}

/// Goes through a file once and says of every line where it is and what its first column holds.
class LineScanner {
public:
    /// `seen(name, line)` for every line that is not empty; `read(bytes)` now and then.
    template <class Seen, class Read> static void scan(const InputFile& file, Seen seen, Read read)
    {
        LineScanner scanner(file);
        std::vector<std::byte> buffer(bytesAtOnce);
        for (std::size_t at = 0; at < file.size(); read(at)) {
            const std::size_t got = file.readAt(at, buffer);
            if (got == 0)
                break; // it became shorter meanwhile
            const std::string_view text(reinterpret_cast<const char*>(buffer.data()), got);
            for (std::size_t begin = 0; begin < got;) {
                const std::size_t end = std::min(text.find('\n', begin), got);
                scanner.add(text.substr(begin, end - begin));
                if (end < got)
                    scanner.finish(seen, 1);
                begin = end + 1;
            }
            at += got;
        }
        scanner.finish(seen, 0);
    }

private:
    explicit LineScanner(const InputFile& file)
        : m_file(file)
    {
    }

    void add(std::string_view part)
    {
        if (m_tabs == 0)
            m_name += part.substr(0, part.find('\t'));
        m_tabs += static_cast<std::size_t>(std::ranges::count(part, '\t'));
        m_line.length += part.size();
        if (m_line.length > longestLine || m_name.size() > longestName)
            refuse(where(m_file.path(), m_line.number),
                "the line is too long for a photograph's; this is no bottom-up TSV");
    }

    template <class Seen> void finish(Seen seen, std::size_t lineEnd)
    {
        const bool blank = m_tabs == 0 && m_name.find_first_not_of(" \r") == std::string::npos;
        if (!blank && m_tabs + 1 != columnNames.size())
            refuse(where(m_file.path(), m_line.number),
                fmt::format("{} columns, not the {} of a bottom-up TSV: {}", m_tabs + 1, columnNames.size(),
                    fmt::join(columnNames, ", ")));
        if (!blank && m_name != columnNames[ImageId]) // some begin with the names of the columns
            seen(std::move(m_name), m_line);
        m_line = { 0, m_line.number + 1, m_line.begin + m_line.length + lineEnd, 0 };
        m_name.clear();
        m_tabs = 0;
    }

    const InputFile& m_file;
    Line m_line { 0, 1, 0, 0 };
    std::string m_name;
    std::size_t m_tabs = 0;
};

/// The index of lines is all that is kept in memory; a line is read and decoded when its photograph is asked for.
class BottomUpTsv final : public RegionSource {
public:
    BottomUpTsv(fs::path path, const std::vector<fs::path>& files, const JobControl& job)
        : m_path(std::move(path))
    {
        std::size_t total = 0, done = 0;
        for (const fs::path& file : files)
            total += m_files.emplace_back(file).size();
        ProgressMeter meter(job, static_cast<std::int64_t>(total >> 20));
        for (std::size_t f = 0; f < m_files.size(); done += m_files[f++].size()) {
            const auto seen = [&](std::string name, Line line) {
                line.file = f;
                m_lines.try_emplace(std::move(name), line); // tools that ran in parts leave photographs twice
            };
            LineScanner::scan(m_files[f], seen, [&](std::size_t at) {
                meter.advanceOrThrow("Looking through features (MB)", static_cast<std::int64_t>((done + at) >> 20));
            });
        }
        if (m_lines.empty())
            refuse(m_path.string(), "it holds no photographs");
        m_dimension = decode(std::ranges::min_element(m_lines, {},
                                 [](const auto& entry) { return std::pair(entry.second.file, entry.second.begin); })
                                 ->second)
                          .features.cols;
    }

    const fs::path& path() const override { return m_path; }
    std::string layout() const override { return "bottom-up TSV"; }
    std::size_t photographs() const override { return m_lines.size(); }
    std::size_t dimension() const override { return m_dimension; }
    bool hasBoxes() const override { return true; }

    std::optional<RegionFeatures> find(const PhotographKey& key) const override
    {
        for (const std::string& name : namesOf(key))
            if (const auto line = m_lines.find(name); line != m_lines.end())
                return decode(line->second);
        return std::nullopt;
    }

private:
    RegionFeatures decode(const Line& line) const
    {
        const InputFile& file = m_files[line.file];
        std::vector<std::byte> bytes(line.length);
        const std::string at = where(file.path(), line.number);
        if (file.readAt(line.begin, bytes) != bytes.size())
            refuse(at, "the file became shorter while it was read");
        std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (rest.ends_with('\r')) // Python's csv ends lines in \r\n
            rest.remove_suffix(1);
        std::array<std::string_view, columnNames.size()> fields;
        for (std::string_view& field : fields) {
            field = rest.substr(0, rest.find('\t'));
            rest.remove_prefix(std::min(field.size() + 1, rest.size()));
        }
        const auto column = [&](Column c) { return fmt::format("{}, column {}", at, columnNames[c]); };
        const double count = number(fields[BoxCount], column(BoxCount));
        if (count != std::floor(count) || count > mostBoxes)
            refuse(column(BoxCount), fmt::format("{:g} is no number of boxes", count));
        const auto regions = static_cast<std::size_t>(count);
        RegionFeatures result;
        result.boxes = boxesFromCorners(floats(fields[Boxes], regions, 4, column(Boxes)),
            number(fields[ImageWidth], column(ImageWidth)), number(fields[ImageHeight], column(ImageHeight)),
            column(Boxes));
        result.features.data = floats(fields[Features], regions, m_dimension, column(Features));
        result.features.rows = regions;
        result.features.cols = result.features.data.size() / regions;
        requireNumbers(result.features.data, result.features.cols, column(Features));
        return result;
    }

    static double number(std::string_view field, const std::string& at)
    {
        double value = 0;
        const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), value);
        if (problem != std::errc() || end != field.data() + field.size() || !(value >= 1 && value < 1e9))
            refuse(at, fmt::format("\"{}\" is no positive number", field.substr(0, 40)));
        return value;
    }

    /// [rows × columns] of base64 float32; columns 0: as many as there are.
    static std::vector<float> floats(
        std::string_view field, std::size_t rows, std::size_t columns, const std::string& at)
    {
        const auto bytes = decodeBase64(field);
        if (!bytes)
            refuse(at,
                fmt::format("its {} characters are no base64 text; the file may be damaged or cut off", field.size()));
        const std::size_t rowBytes
            = columns > 0 ? columns * sizeof(float) : bytes->size() / rows / sizeof(float) * sizeof(float);
        if (bytes->size() != rows * rowBytes || rowBytes == 0)
            refuse(at,
                columns > 0 ? fmt::format(
                    "{} bytes; {} boxes of {} float32 are {}", bytes->size(), rows, columns, rows * rowBytes)
                            : fmt::format("{} bytes are no float32 features of {} boxes", bytes->size(), rows));
        std::vector<float> values(bytes->size() / sizeof(float));
        std::memcpy(values.data(), bytes->data(), bytes->size());
        return values;
    }

    fs::path m_path;
    std::vector<InputFile> m_files;
    std::unordered_map<std::string, Line> m_lines;
    std::size_t m_dimension = 0;
};

} // namespace

std::unique_ptr<RegionSource> openBottomUpTsv(
    const fs::path& path, const std::vector<fs::path>& files, const JobControl& job)
{
    return std::make_unique<BottomUpTsv>(path, files, job);
}

} // namespace wordsight::dataset
