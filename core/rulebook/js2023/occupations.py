"""一（三）参评职业（工种）: for which occupations a plan may open the evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.plan import Occupation, PlanDraft
from core.domain.records import pointer
from core.domain.values import blank, entries
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import WORDS, coded, written

checks = Checks()

BASIS = "occupations.standard_basis"


@checks.rule("JS-1.3-national-standard", needs=("occupations",))
def national_standard(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """应当符合正式发布的国家职业技能标准，且标准中有高级技师…等级; except title-only ones (AMB-11)."""
    allowed = given.template.words("/occupations/standard_basis/senior_technician")
    for place, occupation in entries(plan.occupations, Occupation):
        if occupation.title_path_only is True:
            continue
        name = _called(place, occupation)
        if occupation.standard_basis not in allowed:
            yield Violation(
                pointer("occupations", place, "standard_basis"),
                _in_words(name, occupation, allowed)
                or f"{name}的标准依据{_stated(occupation)}，应当为正式发布的{coded(BASIS, *allowed)}。"
                "核对后写明，没有国家职业技能标准的改选其他职业；"
                "只面向正高级职称人员的，标明仅面向正高级职称人员（title_path_only）。",
            )
        yield from _senior_level(place, occupation)


@checks.rule("JS-1.3-professor-standard-or-spec", needs=("occupations",))
def standard_or_specification(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """所选职业（工种）应当具有高级技师国家职业技能标准或行业、企业评价规范.

    高级技师 qualifies the specification too (AMB-12); the document or at least its title must be named.
    """
    allowed = given.template.words("/occupations/standard_basis/full_senior_title")
    for place, occupation in entries(plan.occupations, Occupation):
        if occupation.title_path_only is not True:
            continue
        name = _called(place, occupation)
        if occupation.standard_basis not in allowed:
            yield Violation(
                pointer("occupations", place, "standard_basis"),
                _in_words(name, occupation, allowed)
                or f"{name}的标准依据{_stated(occupation)}，应当为国家职业技能标准或行业、企业评价规范。"
                f"改为{coded(BASIS, *allowed)}之一。",
            )
        yield from _senior_level(place, occupation)
        if blank(occupation.standard_document) and blank(occupation.standard_title):
            yield Violation(
                pointer("occupations", place, "standard_document"),
                f"{name}没有写明标准或评价规范的名称，也没有文件。"
                "附上标准文件（standard_document），或写明标准名称（standard_title）。",
            )


@checks.rule("JS-1.3-professor-free-choice", needs=("occupations",))
def title_mapping(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """企业可自主确定与本企业专业技术人才实现职业发展贯通的职业（工种）: the titles it links to are named."""
    for place, occupation in entries(plan.occupations, Occupation):
        if occupation.title_path_only is True and blank(occupation.title_mapping):
            yield Violation(
                pointer("occupations", place, "title_mapping"),
                f"{_called(place, occupation)}仅面向正高级职称人员，没有写明对应的职称专业。"
                "列出与之贯通的对应职称专业（title_mapping）。",
            )


def _senior_level(place: int, occupation: Occupation) -> Iterator[Violation]:
    if occupation.has_senior_technician_level is not True:
        yield Violation(
            pointer("occupations", place, "has_senior_technician_level"),
            f"{_called(place, occupation)}的标准或规范没有标明设有高级技师等级，应当设有。"
            "核对标准后将“设有高级技师等级”（has_senior_technician_level）改为“是”（true），或改选职业。",
        )


def _called(place: int, occupation: Occupation) -> str:
    """The name of an occupation in a message, or its place where it has none."""
    return f"“{occupation.name}”" if not blank(occupation.name) else f"第 {place + 1} 个职业"


def _in_words(name: str, occupation: Occupation, allowed: Sequence[str]) -> str:
    """That the word for an allowed basis stands where its code should, "" where it is anything else."""
    basis = occupation.standard_basis
    return f"{name}的{written(BASIS, basis)}" if basis and WORDS.code(BASIS, basis) in allowed else ""


def _stated(occupation: Occupation) -> str:
    basis = occupation.standard_basis
    return "（standard_basis）没有写明" if blank(basis) else f"为“{basis}”"
