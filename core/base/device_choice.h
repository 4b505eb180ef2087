#pragma once

namespace wordsight {

/// Where a person wants tensors computed. Auto: on a graphics card where one can be used, else on the processor.
enum class DeviceChoice { Auto, Cpu, Cuda };

} // namespace wordsight
