#pragma once

#include <algorithm>
#include <span>

#include <c10/core/InferenceMode.h>
#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include "core/base/error.h"

namespace wordsight::nn {

/// What goes through a network at once, where its size asks for nothing else.
inline constexpr std::size_t kImagesPerBatch = 64;
inline constexpr std::size_t kSentencesPerBatch = 256;

/// Encodes all items in order, `atOnce` at a time, without gradients. Where a graphics card has too little memory the
/// batches get smaller, and in the end `moveToCpu` moves the work to the CPU for good; `device` says where it is now.
/// Throws Error{Io} if the CPU has too little memory as well.
template <class T, class Encode, class Device, class MoveToCpu>
void inBatches(std::span<const T> items, std::size_t atOnce, Encode encode, Device device, MoveToCpu moveToCpu)
{
    const c10::InferenceMode frozen;
    for (std::size_t done = 0; done < items.size();) {
        const auto batch = items.subspan(done, std::min(atOnce, items.size() - done));
        try {
            encode(batch);
            done += batch.size();
        } catch (const c10::OutOfMemoryError&) {
            if (torch::Device(device()).is_cpu())
                throw Error(ErrorKind::Io, "There is not enough memory to encode. Close other programs and try again.");
            atOnce = batch.size() / 2;
            if (atOnce == 0) {
                spdlog::warn("The graphics card has too little memory; continuing on the CPU.");
                const c10::InferenceMode writable(false);
                moveToCpu();
                atOnce = 1;
            }
        }
    }
}

} // namespace wordsight::nn
