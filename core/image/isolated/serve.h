#pragma once

namespace wordsight::image {

/// The helper's part: answers requests on `socket` one after another until it is closed. A photograph that takes longer
/// than `seconds` ends the process: the program that asked may be gone.
void serveDecoding(int socket, int seconds);

/// Makes decoders load what they load at their first use, while that is still allowed.
void prepareDecoders();

} // namespace wordsight::image
