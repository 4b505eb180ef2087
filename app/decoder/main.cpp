// wordsight-decoder SECONDS BYTES: decodes photographs for wordsight and wordsight-cli, which start it and talk to it
// over the socket that they hand to it. It has no other use.
#include <cstdlib>
#include <exception>

#include <unistd.h>

#include <opencv2/core/utility.hpp>

#include "app/decoder/confinement.h"
#include "core/image/isolated/decoder_protocol.h"
#include "core/image/isolated/serve.h"

int main(int argc, char** argv)
{
    if (argc != 3)
        return EXIT_FAILURE;
    try {
        ::close_range(wordsight::image::decoderSocket + 1, ~0U, 0); // whatever else was left open
        cv::setNumThreads(1); // photographs are decoded side by side, one process each
        wordsight::image::prepareDecoders();
        wordsight::app::confine(std::atoll(argv[2]));
        wordsight::image::serveDecoding(wordsight::image::decoderSocket, std::atoi(argv[1]));
    } catch (const std::exception&) {
        return EXIT_FAILURE; // who started it sees that it ended
    }
    return EXIT_SUCCESS;
}
