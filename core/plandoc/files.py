"""Plan files: one plan, a file with ``plans:``, a folder of such files, or standard input."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError

from core.domain.cycle import Cycle
from core.domain.errors import NotAPlan, ShapeFault, UnreadableDocument
from core.domain.plan import PlanDraft
from core.domain.records import Kind
from core.domain.values import ABSENT
from core.plandoc.reading import read_file, read_tree
from core.plandoc.schemas import (
    YEARS,
    ManyField,
    PlanField,
    RecordField,
    RecordSchema,
    field_of,
    load,
    load_plan,
    make_schema,
    schema_of,
    shown,
    without_annotations,
)
from core.plandoc.tree import Tree

ENDINGS: Final = frozenset({".yaml", ".yml", ".json"})
STDIN: Final = "-"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a plan file holds; ``cycle`` is None where the file states none."""

    plans: tuple[PlanDraft, ...]
    cycle: Cycle | None = None


def paths_in(path: str) -> tuple[str, ...]:
    """``path`` itself, or the plan files of the folder it names, by name. Raises ``UnreadableDocument``."""
    if path in {"", STDIN}:
        return (path,)
    try:
        entries = sorted(Path(path).iterdir())
    except (OSError, ValueError):  # no folder that can be listed: reading it as a file says what it is
        return (path,)
    found = tuple(str(each) for each in entries if each.suffix.lower() in ENDINGS and not each.is_dir())
    if not found:
        raise UnreadableDocument("文件夹里没有方案文件。方案文件的后缀应为 .yaml、.yml 或 .json。")
    return found


def read_plan_file(path: str) -> PlanFile:
    """The plans in the file at ``path`` (``-`` is standard input).

    Raises ``UnreadableDocument`` for bytes that give no tree and ``NotAPlan`` for every fault of shape.
    """
    if not path:  # to the file system it would be the folder one stands in
        raise UnreadableDocument("没有写出文件名。写出方案文件或所在的文件夹。")
    return parse_plan_file(read_file(path))


def parse_plan_file(data: bytes) -> PlanFile:
    """The plans in ``data``, YAML or JSON; raises as ``read_plan_file``."""
    tree = read_tree(data)
    if isinstance(tree.root, Mapping) and "plans" in tree.root:
        return _several(tree)
    return PlanFile(plans=(load_plan(tree.root, tree.lines),))


def _several(tree: Tree) -> PlanFile:
    root: Mapping[str, Any] = tree.root  # type: ignore[assignment]
    plans = root["plans"]
    if isinstance(plans, list):
        root = {**root, "plans": [without_annotations(each) for each in plans]}
    found: PlanFile = load(_file_schema(), root, tree.lines)
    if not found.plans:
        raise NotAPlan(
            [ShapeFault("/plans", "没有方案。在 plans 下至少写一份方案。", tree.line_of("/plans"))]
        )
    return found


class _CycleField(RecordField):
    """The cycle; a year that no calendar has could not be reckoned with."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        cycle: Cycle = super()._deserialize(value)
        if cycle.year is not ABSENT and cycle.year is not None and cycle.year not in YEARS:
            raise ValidationError(
                {"year": [f"应为 {YEARS[0]} 至 {YEARS[-1]} 之间的年份，实际为{shown(cycle.year)}。"]}
            )
        return cycle


class _PlanField(RecordField):
    """One of the plans of a file; an empty entry is none."""

    default_error_messages = {"null": "这一项没有内容。写出方案，或删去这一项。"}  # noqa: RUF012 - marshmallow's own form

    def __init__(self) -> None:
        super().__init__(schema_of(PlanDraft))
        self.allow_none = False


class _IgnoredField(PlanField):
    """A key that may stand in a file whatever is in it: broken variants are for tests."""

    def _deserialize(self, *_: Any, **__: Any) -> None:
        return None


@cache
def _file_schema() -> RecordSchema:
    return make_schema(
        "PlanFile",
        {
            "schema": field_of(Kind(str)),
            "schema_version": field_of(Kind(int)),
            "fictional": field_of(Kind(bool)),
            "cycle": _CycleField(schema_of(Cycle)),
            "plans": ManyField(_PlanField()),
            "invalid_variants": _IgnoredField(),
        },
        lambda **keys: PlanFile(plans=keys.get("plans") or (), cycle=keys.get("cycle")),
    )
