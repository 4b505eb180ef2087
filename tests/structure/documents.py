#!/usr/bin/env python3
"""Fails when a document names a file or folder of the source tree that is not there: in `code` or as a link."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
folders = {entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith((".", "build"))}
wrong = []


def is_there(name):
    """A file or folder, a pattern with *, or a file whose ending is left out."""
    return any(True for _ in root.glob(name.rstrip("/"))) or any(True for _ in root.glob(name.rstrip("/") + ".*"))


for document in sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("models/*/MODEL_CARD.md")]):
    text = document.read_text()
    where = document.relative_to(root)
    for link in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in link and not (document.parent / link).exists():
            wrong.append(f"{where}: the link to {link}")
    # NAME, PART and FOLDER are for the reader to replace.
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.*-]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if name.split("/")[0] in folders and not re.search(r"NAME|PART|FOLDER", name) and not is_there(name):
            wrong.append(f"{where}: {name}")

if wrong:
    print("Documents name what is not there:", *wrong, sep="\n  ")
    sys.exit(1)
print("Every path that a document names is there.")
