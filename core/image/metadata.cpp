#include "core/image/metadata.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libexif/exif-data.h>

#include "core/base/error.h"
#include "core/image/container.h"
#include "core/image/in_process.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

using Exif = std::unique_ptr<ExifData, decltype(&exif_data_unref)>;

Exif parse(std::span<const std::byte> tiff)
{
    static constexpr unsigned char prefix[] = { 'E', 'x', 'i', 'f', 0, 0 };
    std::vector<unsigned char> data(std::begin(prefix), std::end(prefix));
    for (const std::byte b : tiff)
        data.push_back(std::to_integer<unsigned char>(b));
    return { exif_data_new_from_data(data.data(), static_cast<unsigned int>(data.size())), &exif_data_unref };
}

std::optional<std::string> text(const Exif& exif, ExifIfd ifd, ExifTag tag)
{
    ExifEntry* entry = exif_content_get_entry(exif->ifd[ifd], tag);
    if (!entry || entry->format != EXIF_FORMAT_ASCII || !entry->data)
        return std::nullopt;
    std::string value(reinterpret_cast<const char*>(entry->data), entry->size);
    value.resize(std::min(value.size(), value.find('\0')));
    while (value.ends_with(' '))
        value.pop_back();
    return value.empty() ? std::nullopt : std::optional(value);
}

/// "2020:01:31 23:59:59", whatever follows. Cameras without a clock write zeros.
std::optional<std::string> isoTime(std::string_view written)
{
    constexpr std::string_view form = "dddd:dd:dd dd:dd:dd";
    const auto fits = [](char expected, char c) { return expected == 'd' ? c >= '0' && c <= '9' : c == expected; };
    if (written.size() < form.size() || !std::equal(form.begin(), form.end(), written.begin(), fits)
        || written.substr(5, 2) == "00" || written.substr(8, 2) == "00")
        return std::nullopt;
    std::string iso(written.substr(0, form.size()));
    iso[4] = iso[7] = '-';
    iso[10] = 'T';
    return iso;
}

std::optional<std::string> takenAt(const Exif& exif)
{
    auto written = text(exif, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL);
    if (!written)
        written = text(exif, EXIF_IFD_0, EXIF_TAG_DATE_TIME);
    return written ? isoTime(*written) : std::nullopt;
}

std::optional<std::string> camera(const Exif& exif)
{
    const auto make = text(exif, EXIF_IFD_0, EXIF_TAG_MAKE);
    const auto model = text(exif, EXIF_IFD_0, EXIF_TAG_MODEL);
    if (!make || !model)
        return model ? model : make;
    return model->starts_with(*make) ? *model : *make + ' ' + *model;
}

} // namespace

Metadata readMetadataInProcess(std::span<const std::byte> bytes)
{
    Metadata metadata;
    try {
        const Container container = inspect(bytes);
        metadata.orientation = container.tiffOrientation;
        const auto ofHeif = container.format == Format::Heif ? exifOfHeif(bytes) : std::vector<std::byte>();
        const std::span<const std::byte> block = container.format == Format::Heif ? ofHeif : container.exif;
        const Exif exif = parse(block);
        if (block.empty() || !exif)
            return metadata;
        const ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
        if (entry && !container.upright && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) {
            const int value = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
            metadata.orientation = value >= 1 && value <= 8 ? value : 1;
        }
        metadata.takenAt = takenAt(exif);
        metadata.camera = camera(exif);
    } catch (const Error&) {
        // A file that cannot be inspected says nothing of itself.
    }
    return metadata;
}

std::pair<int, int> uprightSizeInProcess(std::span<const std::byte> bytes)
{
    const Container stored = inspect(bytes);
    const std::pair<int, int> size { static_cast<int>(stored.width), static_cast<int>(stored.height) };
    return readMetadataInProcess(bytes).orientation >= 5 ? std::pair(size.second, size.first) : size;
}

} // namespace wordsight::image
