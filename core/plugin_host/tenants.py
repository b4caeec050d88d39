"""Tenants: who the enterprise is, its shared plugins, what it typed, its own code; as folders, or kept.

``tenant.toml`` is required. ``answers.yaml`` holds what the enterprise typed, part by part; ``plan.py`` its
own hooks; ``enrolment.yaml`` the blocks of the plan that hooks do not answer (until onboarding keeps them). A
tenant's code is never imported here.

Once a tenant is in the database its row is the truth (``kept_tenant``): a folder that is bound to it adds its
code, and nothing else.
"""

from __future__ import annotations

import importlib.util
import keyword
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from core.domain.answers import Answers, answer_data
from core.domain.enterprise import Enterprise
from core.domain.errors import DomainError, NotAPlan
from core.domain.frozen import canonical
from core.domain.plan import NINE_PARTS, PlanDraft
from core.domain.records import plain
from core.domain.values import or_empty, stated
from core.plandoc.reading import read_file, read_tree
from core.plandoc.schemas import load_answer, load_plan
from core.plandoc.tree import Tree
from core.plugin_host.sources import digest, files
from core.sandbox import OWN_CODE, Code

GROUP: Final = "shouxi.tenants"
MANIFEST, ANSWERS, ENROLMENT, CODE = "tenant.toml", "answers.yaml", "enrolment.yaml", "plan.py"
ENROLLED: Final = ("plan_id", "enterprise", "nomination", "publicity", "submitted_at")
SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One enterprise as its folder describes it, or as it is kept.

    ``plugins`` are the shared plugins it has on, in the order they are asked; ``code`` is None for a tenant
    that is data alone; ``enrolment`` has only the blocks that hooks do not answer. ``typed`` has each answer
    as it is kept, or else in its canonical form; ``typed_hash`` covers what the enterprise typed, ``digest``
    every file of the folder and all that is kept.
    """

    slug: str
    name: str
    uscc: str
    version: str
    plugins: tuple[str, ...]
    folder: Path | None
    code: Code | None
    answers: Answers
    typed: Mapping[str, bytes]
    enrolment: PlanDraft
    typed_hash: str
    digest: str

    @property
    def declarative(self) -> bool:
        """Whether the enterprise has no code of its own."""
        return self.code is None


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A plugin or a tenant that is left out, and why; ``kind`` is "plugin" or "tenant"."""

    kind: str
    name: str
    message: str


def is_slug(name: str) -> bool:
    """Whether ``name`` can name a tenant: 2 to 40 small letters, digits and underscores, a letter first."""
    return SLUG.fullmatch(name) is not None and not keyword.iskeyword(name)


def tenant_folders(folder: Path) -> Iterator[tuple[str, Path]]:
    """The folders below ``folder`` that have a manifest, by slug."""
    for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
        yield manifest.parent.name, manifest.parent


def installed_folders() -> Iterator[tuple[str, Path | None]]:
    """The folders of installed packages that call themselves a tenant; None where the package is missing."""
    for entry in entry_points(group=GROUP):
        try:
            spec = importlib.util.find_spec(entry.value)
        except (ImportError, ValueError):
            spec = None
        places = spec.submodule_search_locations if spec else None
        yield entry.name, Path(next(iter(places))) if places else None


def read_tenant(slug: str, folder: Path) -> Tenant:
    """The tenant in ``folder``. Raises ``DomainError`` saying which file is wrong, and where."""
    if not is_slug(slug):
        raise DomainError(f"文件夹名“{slug}”不能用作企业代号。只用小写字母、数字和下划线，以字母开头。")
    manifest = _manifest(folder / MANIFEST)
    enrolment = _enrolment(folder / ENROLMENT)
    code, data = files(folder, ".py"), files(folder, ".toml", ".yaml")
    answers = _answers(folder / ANSWERS)
    return Tenant(
        slug=slug,
        name=_name(manifest["name"], enrolment) or slug,
        uscc=manifest["uscc"],
        version=manifest["version"],
        plugins=tuple(manifest["plugins"]),
        folder=folder,
        code=Code(OWN_CODE + slug, str(folder / CODE), digest(code)) if CODE in code else None,
        answers=answers,
        typed={part: canonical(answer_data(answer)) for part, answer in answers.items()},
        enrolment=enrolment,
        typed_hash=digest({name: typed for name, typed in data.items() if name == ANSWERS}),
        digest=digest(code, data),
    )


def kept_tenant(
    *,
    name: str,
    uscc: str,
    plugins: Sequence[str],
    answers: Answers,
    typed: Mapping[str, bytes],
    enrolment: PlanDraft,
    folder: Tenant | None,
) -> Tenant:
    """An enterprise of the database: with the code of its folder if it has one, with its own answers.

    ``typed`` are its answers as they are kept.
    """
    kept = {
        "enrolment": canonical(plain(enrolment)),
        "plugins": canonical(list(plugins)),
        "name": name.encode(),
    }
    return Tenant(
        slug=folder.slug if folder else "",
        name=name,
        uscc=uscc,
        version=folder.version if folder else "",
        plugins=tuple(plugins),
        folder=folder.folder if folder else None,
        code=folder.code if folder else None,
        answers=MappingProxyType(dict(answers)),
        enrolment=enrolment,
        typed=typed,
        typed_hash=digest(typed),
        digest=digest(typed, kept, {"folder": folder.digest.encode()} if folder else {}),
    )


def _name(stated: str, enrolment: PlanDraft) -> str:
    """The manifest's name, else the one that enrolment gives the enterprise; "" where both are blank."""
    return stated.strip() or str(or_empty(enrolment.enterprise, Enterprise).name or "").strip()


def _manifest(path: Path) -> Mapping[str, Any]:
    try:
        data = tomllib.loads(read_file(path).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DomainError(f"{path.name} 不符合 TOML 语法：{error}。改正后重试。") from None
    expected: dict[str, type] = {"name": str, "uscc": str, "version": str, "plugins": list}
    data = {"plugins": [], **data}
    for key in expected.keys() ^ data.keys():
        fault = "没有写" if key in expected else "有未知的项目"
        raise DomainError(f"{path.name} {fault} {key}。应有的项目为 {'、'.join(expected)}。")
    for key, kind in expected.items():
        if not isinstance(data[key], kind) or not all(isinstance(each, str) for each in data[key]):
            shown = "文字列表" if kind is list else "文字"
            raise DomainError(f"{path.name} 的 {key} 应为{shown}。")
    return data


def _answers(path: Path) -> Answers:
    tree = _tree(path)
    if tree is None or tree.root is None:
        return MappingProxyType({})
    if not isinstance(tree.root, dict):
        raise DomainError(f"{path.name} 应按“项目名: 内容”逐行填写，项目名为方案的部分，如 rubric。")
    if unknown := [part for part in tree.root if part not in NINE_PARTS]:
        near = get_close_matches(unknown[0], NINE_PARTS, n=1)
        hint = f"是否应为 {near[0]}？" if near else f"应为 {'、'.join(NINE_PARTS)} 之一。"
        raise DomainError(f"{path.name} 有未知的部分 {unknown[0][:40]}。{hint}")
    try:
        typed = {part: load_answer(part, data, tree.lines, f"/{part}") for part, data in tree.root.items()}
    except NotAPlan as error:
        raise DomainError(_shape(path, error)) from None
    return MappingProxyType(typed)


def _enrolment(path: Path) -> PlanDraft:
    tree = _tree(path)
    if tree is None or tree.root is None:
        return PlanDraft()
    try:
        enrolment = load_plan(tree.root, tree.lines)
    except NotAPlan as error:
        raise DomainError(_shape(path, error)) from None
    names = (each.name for each in fields(PlanDraft))
    if more := [name for name in names if name not in ENROLLED and stated(getattr(enrolment, name))]:
        raise DomainError(
            f"{path.name} 只写 {'、'.join(ENROLLED)}，其他部分由填报或插件提供。删去 {more[0]}。"
        )
    return enrolment


def _tree(path: Path) -> Tree | None:
    if not path.exists():
        return None
    try:
        return read_tree(read_file(path))
    except DomainError as error:
        raise DomainError(f"{path.name}：{error.message}") from None


def _shape(path: Path, error: NotAPlan) -> str:
    """Every fault on a line of its own, below the number of them."""
    return "\n  ".join([f"{path.name} 有 {len(error.faults)} 处格式不符：", *map(str, error.faults)])
