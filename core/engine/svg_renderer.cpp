#include "core/engine/svg_renderer.h"

#include <cmath>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include "core/base/error.h"

namespace wordsight::engine {

namespace {

template <auto Release> struct Releaser {
    template <class T> void operator()(T* object) const { Release(object); }
};
using Handle = std::unique_ptr<RsvgHandle, Releaser<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Releaser<cairo_destroy>>;

[[noreturn]] void fail(GError* error)
{
    const std::string reason = error ? error->message : "out of memory";
    g_clear_error(&error);
    throw Error(ErrorKind::Internal, fmt::format("The picture cannot be drawn: {}.", reason));
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length)
{
    const auto part = std::as_bytes(std::span(data, length));
    auto& all = *static_cast<std::vector<std::byte>*>(bytes);
    all.insert(all.end(), part.begin(), part.end());
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

std::vector<std::byte> renderSvg(const std::string& svg, double zoom)
{
    GError* error = nullptr;
    const Handle handle(rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
    if (!handle)
        fail(error);
    double width = 0, height = 0;
    rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height);
    const RsvgRectangle page { 0, 0, std::round(width * zoom), std::round(height * zoom) };
    const Surface surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(page.width), static_cast<int>(page.height)));
    const Context context(cairo_create(surface.get()));
    if (!rsvg_handle_render_document(handle.get(), context.get(), &page, &error))
        fail(error);
    std::vector<std::byte> png;
    if (cairo_surface_write_to_png_stream(surface.get(), append, &png) != CAIRO_STATUS_SUCCESS)
        fail(nullptr);
    return png;
}

} // namespace wordsight::engine
