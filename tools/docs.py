"""Write the generated pages of docs/ and build the handbooks' site: `python3 dev.py docs`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from core import paths
from core.rulebook.handbook import DOCS_COMMAND, by_hand_page, rules_page
from core.rulebook.js2023 import EDITION

DOCS: Final = paths.ROOT / "docs"
TERM: Final = re.compile(r"^\| ([^-|\n]+?) \| [^|\n]+ \|[^|\n]*\| ([^|\n]+?) \|$", re.MULTILINE)
"""A row of the glossary with an explanation in Chinese."""
SECTIONS: Final = {
    "General terms": "通用",
    "Force of a rule": "规则的效力",
    "Effect of a violation": "不满足时",
    "Lock of a template value": "可以调整的程度",
    "Routes": "评审方式",
    "States of a nomination": "推荐申报的状态",
    "States of a version of a plan": "工作方案的状态",
    "Words of a review": "审核用词",
}
"""The sections of the glossary that users meet, as they are headed for them."""


def terms_page(glossary: str) -> str:
    """The terms that users meet, as Markdown: the rows of ``glossary`` that are explained in Chinese."""
    lines = [
        f"<!-- 由 {DOCS_COMMAND} 从 docs/glossary.md 生成，不要手工修改。 -->",
        "",
        "# 术语",
        "",
        "页面和手册中用词的意思。官方文本中有的，用官方文本的词。",
    ]
    for section, heading in SECTIONS.items():
        table = glossary.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
        rows = [f"| {term} | {words} |" for term, words in TERM.findall(table) if words != "释义"]
        lines += ["", f"## {heading}", "", "| 术语 | 释义 |", "| --- | --- |", *rows]
    return "\n".join(lines) + "\n"


def generated() -> dict[str, str]:
    """The generated pages by file name."""
    return {
        "rules.md": rules_page(EDITION),
        "by-hand.md": by_hand_page(EDITION),
        "terms.md": terms_page((DOCS / "glossary.md").read_text("utf-8")),
    }


def build(site: Path = paths.HANDBOOK) -> int:
    """Build the site into ``site``, which is replaced when all went well; a warning is an error.

    The same sources give the same bytes: nothing in it is dated.
    """
    new, kept = site.with_name(f"{site.name}.new"), site.with_name(f"{site.name}.doctrees")
    options = ("-q", "-W", "--keep-going", "-E", "-d", str(kept))
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(new)]
    shutil.rmtree(new, ignore_errors=True)
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        shutil.rmtree(site, ignore_errors=True)
        new.rename(site)
    shutil.rmtree(kept, ignore_errors=True)
    return code


def main() -> int:
    for name, text in generated().items():
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
    return build()


if __name__ == "__main__":
    sys.exit(main())
