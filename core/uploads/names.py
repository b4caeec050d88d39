"""File names: what one may be, so that it means the same to every system it comes to and to who reads it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from core.uploads.answers import Kind, Limits, Reason, Unfit

RENAME: Final = "改名后重新上传。"
FORBIDDEN: Final = frozenset('/\\<>:"|?*')
"""What separates folders, streams or arguments on one of the systems."""
LIKE_A_SLASH: Final = frozenset("／＼⁄∕⧵⧸⧹﹨")
"""Some systems write these as a plain slash."""
DEVICES: Final = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$) *(\.|$)", re.IGNORECASE
)
RUNS: Final = re.compile(
    r"(app|bat|cmd|com|cpl|dll|exe|hta|html?|jar|jse?|lnk|mht|mjs|msi|msp|php|ps1|psm1|py|reg|scf|scr|shtml|sh|svgz?"
    r"|url|vbe|vbs|wsf|xhtml|xml)"
)
"""Extensions that some system runs, or a browser shows as a page; a name may not have one in its middle."""


def checked_name(name: str, limits: Limits) -> tuple[str, str]:
    """The name to keep and its extension in small letters. Raises ``Unfit``.

    Blanks of any width become plain ones; accents and their letters one character.
    """
    plain = unicodedata.normalize(
        "NFC", "".join(" " if unicodedata.category(each) == "Zs" else each for each in name)
    )
    _refuse_characters(plain)
    plain = plain.strip(" ")
    _refuse_parts(plain)
    if len(plain) > limits.name_length:
        raise Unfit(
            Reason.NAME,
            f"文件名有 {len(plain)} 个字，最多 {limits.name_length} 个字，没有保存。缩短文件名后重新上传。",
        )
    stem, _, extension = plain.rpartition(".")
    if not stem or not extension:
        raise Unfit(
            Reason.NAME, f"文件名“{plain}”没有扩展名，没有保存。加上扩展名（如 .{Kind.PDF}）后重新上传。"
        )
    return plain, extension.lower()


def _refuse_characters(name: str) -> None:
    for each in name:
        if each in FORBIDDEN or each in LIKE_A_SLASH:
            raise Unfit(Reason.NAME, f"文件名中有“{each}”，会被当作路径或命令，没有保存。去掉后重新上传。")
        if not each.isprintable():
            what = "改变文字方向的字符" if unicodedata.bidirectional(each) in DIRECTION else "看不见的字符"
            raise Unfit(
                Reason.NAME,
                f"文件名中有{what} U+{ord(each):04X}，显示的名称与实际的不同，没有保存。{RENAME}",
            )


DIRECTION: Final = frozenset({"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _refuse_parts(name: str) -> None:
    if not name.strip("."):
        raise Unfit(Reason.NAME, f"没有文件名，没有保存。{RENAME}")
    if name.startswith(".") or name.endswith("."):
        raise Unfit(Reason.NAME, f"文件名“{name}”以点开头或结尾，没有保存。{RENAME}")
    if DEVICES.match(name):
        raise Unfit(Reason.NAME, f"文件名“{name}”在 Windows 中是设备名，下载后打不开，没有保存。{RENAME}")
    inner = [part for part in name.lower().split(".")[1:-1] if RUNS.fullmatch(part.strip())]
    if inner:
        raise Unfit(Reason.NAME, f"文件名中间有“.{inner[0]}”，像是程序或网页，没有保存。去掉后重新上传。")
