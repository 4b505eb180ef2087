#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/job_control.h"
#include "core/data/region_features.h"
#include "core/dataset/captions.h"

namespace wordsight::dataset {

/// What a photograph may be called where its features are kept.
struct PhotographKey {
    std::string file;             ///< its file's name, with or without folders
    std::vector<std::string> ids; ///< a data set's own numbers for it (CaptionedImage::ids)
    /// Width and height in pixels of the photograph that boxes were measured in; asked only where they are needed.
    std::function<std::optional<std::pair<int, int>>()> size;
};

/// Regions that another program found in photographs and described, read from disk one photograph at a time.
/// Thread-safe.
class RegionSource {
public:
    virtual ~RegionSource() = default;
    virtual const std::filesystem::path& path() const = 0;
    virtual std::string layout() const = 0; ///< for a person: "bottom-up TSV"
    virtual std::size_t photographs() const = 0;
    virtual std::size_t dimension() const = 0; ///< F, the same for every region
    virtual bool hasBoxes() const = 0;
    /// At least one region. A photograph is found by its file's name with or without folders and suffix, by COCO's
    /// number in it, by `ids`, and by the number before the first underscore, in this order. Nothing where none of
    /// these is known. Throws Error{UnreadableInput} with file, line or row, and reason for what is damaged.
    virtual std::optional<RegionFeatures> find(const PhotographKey& key) const = 0;
    /// The photographs and sentences that come with the features; empty: features alone.
    virtual std::vector<CaptionedImage> captioned() const { return {}; }
};

/// Opens any of the three published layouts:
/// - TERAN's folders: bu_att/{id}.npz with `feat` [R × F], bu_box/{id}.npy [R × 4] as x1, y1, x2, y2 in pixels or
/// fractions;
/// - bottom-up attention's TSV (a file, or a folder of them): image_id, image_w, image_h, num_boxes, boxes, features;
/// - the precomp folders of SCAN and VSE++: {split}_ims.npy [N × R × F] or [N × F], {split}_caps.txt, {split}_ids.txt.
/// `job` is told how far a TSV has been gone through, once, to learn where its lines begin.
/// Throws Error{UnreadableInput} with file, line and reason, Error{Cancelled}.
std::unique_ptr<RegionSource> openRegions(const std::filesystem::path& path, const JobControl& job = {});

} // namespace wordsight::dataset
