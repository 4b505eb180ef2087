#pragma once

#include <ATen/autocast_mode.h>

namespace wordsight::train {

/// bf16 autocast while it lives, if asked for.
class Autocast {
public:
    Autocast(torch::DeviceType device, bool enabled)
        : m_device(device)
        , m_enabled(enabled)
    {
        if (!m_enabled)
            return;
        at::autocast::set_autocast_dtype(m_device, at::kBFloat16);
        at::autocast::set_autocast_enabled(m_device, true);
        at::autocast::increment_nesting();
    }
    ~Autocast()
    {
        if (!m_enabled)
            return;
        if (at::autocast::decrement_nesting() == 0)
            at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(m_device, false);
    }
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    torch::DeviceType m_device;
    bool m_enabled;
};

} // namespace wordsight::train
