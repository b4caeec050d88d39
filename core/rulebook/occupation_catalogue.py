"""职业目录: occupations with their codes, how certain each is, and a search by any of its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.rulebook.datafile import read_data

FILE: Final = Path(__file__).with_name("js2023") / "occupations.yaml"
CODE: Final = re.compile(r"[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
CERTAINTIES: Final = frozenset({"", "level_unverified", "unverified"})
KEYS: Final = frozenset({"code", "name", "former", "year", "document", "levels", "certainty"})


@dataclass(frozen=True, slots=True)
class KnownOccupation:
    """An occupation of the national classification.

    ``former`` are names on older certificates; ``year`` is that of its national standard, ``document`` the
    letter that issued it, ``levels`` the levels that the standard has: "" or None where that is not known.
    ``certainty`` is "" or a code of the vocabulary (``occupations.certainty``).
    """

    code: str
    name: str
    former: tuple[str, ...]
    year: int | None
    document: str
    levels: str
    certainty: str

    @property
    def standard(self) -> str:
        """焊工国家职业技能标准（2018年版）"""
        return f"{self.name}国家职业技能标准" + (f"（{self.year}年版）" if self.year else "")

    def is_like(self, words: str) -> bool:
        """Whether every one of ``words`` stands in its code, its name or a former name."""
        about = " ".join((self.code, self.name, *self.former))
        return all(each in about for each in words.split())


@cache
def occupation_catalogue(path: Path = FILE) -> tuple[KnownOccupation, ...]:
    """The occupations in the order of the file. Raises ``ValueError`` for an entry that is not right."""
    entries = read_data(path).get("occupations")
    if not isinstance(entries, list):
        raise ValueError(f"{path.name}: occupations is not a list")
    found = tuple(_occupation(each, path) for each in entries)
    if len({each.code for each in found}) < len(found):
        raise ValueError(f"{path.name}: a code stands twice")
    return found


def _occupation(entry: Any, path: Path) -> KnownOccupation:
    known = isinstance(entry, dict) and entry.keys() <= KEYS
    if not known or not CODE.fullmatch(str(entry.get("code"))) or not entry.get("name"):
        raise ValueError(f"{path.name}: {entry} does not give code and name")
    if entry.get("certainty") not in CERTAINTIES:
        raise ValueError(f"{path.name}: {entry['code']} does not say how certain it is")
    return KnownOccupation(
        code=entry["code"],
        name=entry["name"],
        former=tuple(entry.get("former", ())),
        year=entry.get("year"),
        document=entry.get("document", ""),
        levels=entry.get("levels", ""),
        certainty=entry["certainty"],
    )
