#include "core/image/metadata.h"

#include <cstring>
#include <memory>
#include <vector>

#include <libexif/exif-data.h>

#include "core/image/file_header.h"

namespace wordsight::image {

namespace {

using Exif = std::unique_ptr<ExifData, decltype(&exif_data_unref)>;

Exif load(std::span<const std::byte> bytes)
{
    const std::optional<FileHeader> header = readHeader(bytes);
    if (!header || header->exif.empty())
        return { nullptr, &exif_data_unref };
    constexpr std::size_t largest = 1 << 20; // EXIF of photographs is at most 64 KiB
    const std::size_t length = std::min(header->exif.size(), largest);
    if (header->format == Format::Jpeg)
        return { exif_data_new_from_data(reinterpret_cast<const unsigned char*>(header->exif.data()), static_cast<unsigned>(length)), &exif_data_unref };
    std::vector<unsigned char> block(6 + length);
    std::memcpy(block.data(), "Exif\0\0", 6);
    std::memcpy(block.data() + 6, header->exif.data(), length);
    return { exif_data_new_from_data(block.data(), static_cast<unsigned>(block.size())), &exif_data_unref };
}

std::string text(ExifData* exif, ExifIfd directory, ExifTag tag)
{
    ExifEntry* entry = exif_content_get_entry(exif->ifd[directory], tag);
    if (!entry || entry->format != EXIF_FORMAT_ASCII || !entry->data)
        return {};
    std::string value(reinterpret_cast<const char*>(entry->data), entry->size);
    value.resize(std::strlen(value.c_str()));
    while (!value.empty() && value.back() == ' ')
        value.pop_back();
    return value;
}

/// EXIF's "2021:05:31 14:02:59" as "2021-05-31T14:02:59".
std::optional<std::string> isoTime(std::string time)
{
    if (time.size() < 19 || time[4] != ':' || time[7] != ':' || time[0] == '0')
        return std::nullopt;
    time.resize(19);
    time[4] = time[7] = '-';
    time[10] = 'T';
    return time;
}

} // namespace

Metadata readMetadata(std::span<const std::byte> bytes)
{
    Metadata metadata;
    const Exif exif = load(bytes);
    if (!exif)
        return metadata;
    if (ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
        entry && entry->format == EXIF_FORMAT_SHORT && entry->components >= 1 && entry->size >= 2) {
        const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
        if (orientation >= 1 && orientation <= 8)
            metadata.orientation = orientation;
    }
    metadata.takenAt = isoTime(text(exif.get(), EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL));
    if (!metadata.takenAt)
        metadata.takenAt = isoTime(text(exif.get(), EXIF_IFD_0, EXIF_TAG_DATE_TIME));
    if (const std::string model = text(exif.get(), EXIF_IFD_0, EXIF_TAG_MODEL); !model.empty())
        metadata.camera = model;
    return metadata;
}

} // namespace wordsight::image
