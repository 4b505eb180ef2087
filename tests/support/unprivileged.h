#pragma once

#include <unistd.h>

namespace wordsight::test {

/// While it lives, the superuser is an ordinary user, whom permissions bind; who is one already stays it.
class Unprivileged {
public:
    Unprivileged()
    {
        if (m_before == 0)
            m_changed = ::seteuid(65534) == 0;
    }
    ~Unprivileged()
    {
        if (m_changed)
            static_cast<void>(::seteuid(m_before));
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;

private:
    uid_t m_before = ::geteuid();
    bool m_changed = false;
};

} // namespace wordsight::test
