#!/usr/bin/env bash
# Fails when a source differs from what clang-format 14 makes of it; names each with its first differing line.
cd "$1" || exit 1
command -v clang-format-14 >/dev/null || { echo "Skipped: clang-format-14 is not installed (scripts/deps installs it)."; exit 77; }
find core ui app tests \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' \) -print0 |
  xargs -0 -P "$(nproc)" -n 40 clang-format-14 --dry-run --Werror --ferror-limit=1 2>&1 | grep 'error:'
[ "${PIPESTATUS[1]}" -eq 0 ] || { echo "Mend with: clang-format-14 -i FILES"; exit 1; }
