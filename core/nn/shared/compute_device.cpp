#include "core/nn/shared/compute_device.h"

#include <array>
#include <filesystem>

#include <dlfcn.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight::nn {
namespace {

void* driver()
{
    static void* const library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    return library;
}

std::string lastLoadError()
{
    const char* reason = dlerror();
    return reason != nullptr ? reason : "no reason given";
}

/// Why CUDA cannot be used; empty where it can. Torch remembers its first answer about CUDA, so its library has to be
/// there before anybody asks.
std::string loadCuda()
{
    if (driver() == nullptr)
        return "no NVIDIA driver is installed (libcuda.so.1 is missing)";
    Dl_info torch {};
    if (dladdr(reinterpret_cast<const void*>(&torch::cuda::is_available), &torch) == 0)
        return "LibTorch cannot be located";
    const auto library = std::filesystem::path(torch.dli_fname).parent_path() / "libtorch_cuda.so";
    if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr)
        return fmt::format("LibTorch's CUDA part cannot be loaded: {}", lastLoadError());
    return torch::cuda::is_available() ? "" : "the driver offers no device that LibTorch can use";
}

const std::string& whyNoCuda()
{
    static const std::string reason = loadCuda();
    return reason;
}

} // namespace

torch::Device computeDevice(DeviceChoice choice)
{
    if (choice == DeviceChoice::Cpu || (choice == DeviceChoice::Auto && !whyNoCuda().empty()))
        return torch::kCPU;
    if (!whyNoCuda().empty())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("CUDA cannot be used here: {}. Choose the device \"auto\" or \"cpu\".", whyNoCuda()));
    return { torch::kCUDA, 0 };
}

std::string describe(torch::Device device)
{
    if (device.is_cpu())
        return "CPU";
    using NameOfDevice = int (*)(char*, int, int);
    std::array<char, 128> name {};
    if (const auto ask = reinterpret_cast<NameOfDevice>(dlsym(driver(), "cuDeviceGetName")))
        ask(name.data(), static_cast<int>(name.size()) - 1, device.index());
    return fmt::format("CUDA: {}", name.data());
}

} // namespace wordsight::nn
