#pragma once

#include "core/engine/fetching/get_model.h"

namespace wordsight::app {

/// How models are got from elsewhere: the program that fetches them, the list of known ones, and the folders of
/// app/composition.h.
engine::FetchPlaces fetchPlaces();

} // namespace wordsight::app
