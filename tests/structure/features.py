#!/usr/bin/env python3
"""What each feature of the window may use of the others, in order: a feature uses only what stands above it. Fails when
an include says otherwise, when a folder of ui/ is not in the table, and when the table allows what nothing uses."""
import pathlib
import re
import sys

may_use = {
    "shared": [],
    "library": ["shared"],
    "inspector": ["shared"],
    "search": ["shared", "library", "inspector"],
    "compare": ["shared", "library", "inspector", "search"],
    "evaluate": ["shared", "library", "inspector"],
    "modality": ["shared", "library"],
    "window": ["shared", "library", "search", "compare", "evaluate", "modality"],
}

ui = pathlib.Path(sys.argv[1]) / "ui"
features = list(may_use)
wrong = [f"ui/{folder.name} is no feature of the table" for folder in ui.iterdir()
         if folder.is_dir() and folder.name not in may_use]
for place, (feature, allowed) in enumerate(may_use.items()):
    wrong += [f"ui/{feature} may use ui/{other}, which does not stand above it" for other in allowed
              if other not in features[:place]]
    used = {feature}
    for file in sorted((ui / feature).rglob("*.[ch]*")):
        for other in re.findall(r'^#include "ui/(\w+)/', file.read_text(), re.MULTILINE):
            used.add(other)
            if other != feature and other not in allowed:
                wrong.append(f"{file.relative_to(ui.parent)} includes ui/{other}, which ui/{feature} may not use")
    wrong += [f"ui/{feature} may use ui/{other}, and does not" for other in allowed if other not in used]

if wrong:
    sys.exit("\n".join(["The features of the window are not as tests/structure/features.py says:", *wrong]))
