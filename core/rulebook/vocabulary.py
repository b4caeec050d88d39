"""The Chinese words for the codes of a plan document, kept once per edition in ``vocabulary.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from core import rulebook
from core.rulebook.datafile import read_data


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by place: dotted, without list indices, as in ``organisation.committee.members.post``."""

    places: Mapping[str, Mapping[str, str]]

    def word(self, place: str, code: str) -> str:
        """The word for ``code`` at ``place``; a code that nobody knows is shown as it was written."""
        return self.places.get(place, {}).get(code, code)

    def code(self, place: str, word: str) -> str:
        """The code whose word at ``place`` is ``word``; "" where there is none."""
        return next((code for code, zh in self.places.get(place, {}).items() if zh == word.strip()), "")

    def codes(self, place: str) -> tuple[str, ...]:
        """The known codes at ``place``, in the order of the file."""
        return tuple(self.places.get(place, ()))


@cache
def vocabulary(edition: str) -> Vocabulary:
    """The vocabulary of the installed edition with that id."""
    places = (Path(place, edition) for place in rulebook.__path__)
    return load_vocabulary(next(place for place in places if place.is_dir()) / "vocabulary.yaml")


def load_vocabulary(path: Path) -> Vocabulary:
    """Read ``vocabulary.yaml``. Raises ``ValueError`` for a repeated place or one without words."""
    entries = read_data(path).get("words")
    if not isinstance(entries, list):
        raise ValueError(f"{path.name}: words is not a list")
    places: dict[str, Mapping[str, str]] = {}
    for entry in entries:
        match entry:
            case {"places": list(names), "zh": dict(words), **rest} if not rest and names and words:
                if repeated := sorted(places.keys() & set(names)):
                    raise ValueError(f"{path.name}: {', '.join(repeated)} stands twice")
                places.update((name, MappingProxyType(words)) for name in names)
            case _:
                raise ValueError(f"{path.name}: {entry} does not give places and their words in zh")
    return Vocabulary(MappingProxyType(places))
