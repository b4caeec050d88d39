"""Refresh the committed front-end files and the font of documents from the npm packages of package.json.

Needed only to change a version or an icon: installing, running and testing never call it. Edit package.json
or tools/icons.txt (names of the outline set), then run `python3 tools/vendor.py`; it needs npm. Every file it
writes is listed with its hash in core/web/static/vendor.lock.json.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
STATIC = Path("core/web/static")
LOCK = ROOT / STATIC / "vendor.lock.json"
SPRITE = STATIC / "icons.svg"
ICON_PACKAGE = "@tabler/icons"

FONT = "@expo-google-fonts/noto-serif-sc"

# target folder: (package, files of it)
COPIES = {
    STATIC / "vendor/bootstrap": ("bootstrap", ("dist/css/bootstrap.min.css", "LICENSE")),
    STATIC / "vendor/tabler-icons": (ICON_PACKAGE, ("LICENSE",)),
    Path("core/documents/fonts"): (
        FONT,
        ("400Regular/NotoSerifSC_400Regular.ttf", "LICENSE", "LICENSE_FONT"),
    ),
    STATIC / "vendor/echarts": ("echarts", ("dist/echarts.min.js", "LICENSE", "NOTICE")),
    Path("tests/vendor/axe"): (
        "axe-core",
        ("axe.min.js", "locales/zh_CN.json", "LICENSE", "LICENSE-3RD-PARTY.txt"),
    ),
}

ICONS = Path(__file__).with_name("icons.txt").read_text("utf-8").split()

LINE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
BOUNDING_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')
BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)


def npm(*arguments: str) -> None:
    command = shutil.which("npm")
    if command is None:
        sys.exit("npm was not found: install Node.js 20 or newer, or leave the committed files as they are")
    subprocess.run([command, *arguments], cwd=ROOT, check=True)


def without_addresses() -> None:
    """Drop the sponsors' links from package-lock.json: a lock holds names, versions and hashes only."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")


def symbol(name: str) -> str:
    """One icon as a <symbol>: text colour, and the stroke width of the <svg> that uses it."""
    source = (MODULES / ICON_PACKAGE / f"icons/outline/{name}.svg").read_text("utf-8")
    body = BODY.search(source)
    if body is None:
        sys.exit(f"{name}.svg: no <svg> element")
    shapes = "".join(line.strip() for line in BOUNDING_BOX.sub("", body[1]).splitlines())
    return f'<symbol id="i-{name}" viewBox="0 0 24 24" {LINE}>{shapes}</symbol>'


def sprite() -> str:
    note = "<!-- Tabler Icons, outline, MIT: vendor/tabler-icons/LICENSE; written by tools/vendor.py -->"
    return "\n".join(
        ['<svg xmlns="http://www.w3.org/2000/svg">', note, *(symbol(name) for name in ICONS), "</svg>", ""]
    )


def copy() -> dict[Path, str]:
    """Copy and write all vendored files; returns each file's path with the package it came from."""
    written: dict[Path, str] = {}
    for folder, (package, names) in COPIES.items():
        (ROOT / folder).mkdir(parents=True, exist_ok=True)
        for name in names:
            target = folder / Path(name).name
            shutil.copyfile(MODULES / package / name, ROOT / target)
            written[target] = package
    (ROOT / SPRITE).write_text(sprite(), "utf-8", newline="\n")
    return {**written, SPRITE: ICON_PACKAGE}


def entry(path: Path, package: str) -> dict[str, str]:
    meta = json.loads((MODULES / package / "package.json").read_text("utf-8"))
    digest = base64.b64encode(hashlib.sha384((ROOT / path).read_bytes()).digest()).decode()
    return {"package": package, "version": meta["version"], "licence": meta["license"], "sha384": digest}


def main() -> None:
    npm("install", "--package-lock-only", "--no-fund", "--no-audit")
    without_addresses()
    npm("ci", "--no-fund", "--no-audit")
    lock = {path.as_posix(): entry(path, package) for path, package in sorted(copy().items())}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", "utf-8", newline="\n")
    print(f"{len(lock)} files, {len(ICONS)} icons")


if __name__ == "__main__":
    main()
