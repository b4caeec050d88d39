"""The form of a dossier: what is typed, as text, and the dossier it makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Rows

from core.domain.enterprise import Cluster, Enterprise, PastEvaluation
from core.domain.nomination import Dossier, IndustryPosition
from core.domain.places import CITIES
from core.domain.records import steps_of
from core.domain.uscc import normal_uscc
from core.domain.values import ABSENT, Absent, entries, or_empty
from core.domain.wording import number_words
from core.rulebook.vocabulary import vocabulary
from core.services.nominations.drafting import classes_of
from core.services.nominations.kept import EVALUATION, HEAD, POSITION, QUOTA_CLASS, ROSTER, SCALE, Kept
from core.web.forms import Form
from core.web.nominations.fields import Figure, Prose, Words
from core.web.texts import gettext as _

ROWS: Final = 20
"""The most rows of 已开展的评价."""
SPARE: Final = 2
"""Empty rows below those that are filled in."""
HISTORY: Final = "enterprise.evaluation_history.kind"

LINES: Final = ("name", "short_name", "uscc", "ownership", "industry", "industry_code")
STATEMENTS: Final = (
    *("head_enterprise_statement", "leading_position_statement"),
    *("training_mechanism", "evaluation_mechanism", "working_body"),
)
COUNTS: Final = ("staff_count", "senior_technician_count", "special_technician_count")
ANCHORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "submit",
        "/enterprise": "name",
        "/channel": "quota_class",
        "/head_evidence": f"files-{HEAD}",
        "/industry_position/scale_evidence": f"files-{SCALE}",
        "/industry_position/position_evidence": f"files-{POSITION}",
        "/evaluation_work/evidence": f"files-{EVALUATION}",
        "/senior_technicians/evidence": f"files-{ROSTER}",
        "/quota_class_evidence": f"files-{QUOTA_CLASS}",
    }
)
"""Where on the form a place of the dossier is, when it is no field of that name."""


class Past(Rows):
    """One row of 已开展的评价."""

    kind = SelectField(validate_choice=False)
    year = Figure()


class DossierForm(Form):
    """Every field is text until it is read: what was typed is shown again as it was typed."""

    version = HiddenField()
    name = Words(most=100)
    short_name = Words(most=16)
    uscc = Words(most=40)
    city_code = SelectField(validate_choice=False)
    ownership = Words(most=50)
    industry = Words(most=50)
    staff_count = Figure()
    cluster = SelectField(validate_choice=False)
    cluster_reason = Prose()
    head_enterprise_statement = Prose()
    is_above_scale = BooleanField()
    industry_code = Words(most=10)
    main_business_revenue_wan = Figure(whole=False)
    statistics_year = Figure()
    statistical_unit = Words(most=100)
    leading_position_statement = Prose()
    history = FieldList(FormField(Past), max_entries=ROWS)
    training_mechanism = Prose()
    evaluation_mechanism = Prose()
    working_body = Prose()
    senior_technician_count = Figure()
    special_technician_count = Figure()
    quota_class = Words(most=40)
    selection_reason = Prose()
    compared_enterprises = Prose()

    @property
    def seen(self) -> int | None:
        """The version that the form was opened with; None when it does not say."""
        given = str(self.version.data or "")
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def form_of(kept: Kept, *, submitted: bool) -> DossierForm:
    """The form with what was sent back, or with what is kept."""
    form = DossierForm() if submitted else DossierForm(formdata=None, **_typed(kept))
    words = vocabulary(kept.opened.cycle.edition)
    if kept.nomination.is_direct:
        form.city_code.choices = [("", _("选择设区市")), *CITIES.items()]
    else:
        del form.city_code
    form.cluster.choices = [
        ("", _("不属于名单中的集群")),
        *((each, _cluster_words(each, words.word)) for each in _clusters(kept)),
    ]
    for _spare in range(0 if submitted else min(SPARE, ROWS - len(form.history.entries))):
        form.history.append_entry()
    kinds = [("", _("选择评价类别")), *((code, words.word(HISTORY, code)) for code in words.codes(HISTORY))]
    for row in form.history.entries:
        row.form.kind.choices = kinds
    return form


def choices_of(kept: Kept) -> Mapping[str, str]:
    """The 名额类别 to choose from, and what they are called."""
    words = vocabulary(kept.opened.cycle.edition)
    codes = classes_of(kept.opened, str(kept.nomination.dossier.channel))
    return {code: words.word("quota_class", code) for code in codes}


def dossier_of(form: DossierForm, kept: Kept) -> Dossier:
    """What was typed, as a dossier; the form has been found valid. Files and channel are not its matter."""
    dossier = kept.nomination.dossier
    compared = tuple(line for line in str(form.compared_enterprises.data or "").split("\n") if line)
    return replace(
        dossier,
        enterprise=_enterprise(form, kept),
        industry_position=replace(
            or_empty(dossier.industry_position, IndustryPosition),
            statistics_year=_count(form.statistics_year),
            statistical_unit=form.statistical_unit.data or ABSENT,
        ),
        quota_class=_chosen(form.quota_class.data, choices_of(kept)) or ABSENT,
        selection_reason=form.selection_reason.data or ABSENT,
        cluster_reason=form.cluster_reason.data or ABSENT,
        compared_enterprises=compared or ABSENT,
    )


def _enterprise(form: DossierForm, kept: Kept) -> Enterprise:
    city = _chosen(form.city_code.data, CITIES) if "city_code" in form else kept.nomination.city_code
    revenue = form.main_business_revenue_wan.number
    typed: dict[str, Any] = {
        **{name: form[name].data or ABSENT for name in (*LINES, *STATEMENTS)},
        **{name: _count(form[name]) for name in COUNTS},
        "uscc": normal_uscc(str(form.uscc.data or "")) or ABSENT,
        "city_code": city or ABSENT,
        "city": CITIES[city] if city else ABSENT,
        "cluster": _cluster(_chosen(form.cluster.data, _clusters(kept))),
        "is_above_scale": True if form.is_above_scale.data else ABSENT,
        "main_business_revenue_wan": ABSENT if revenue is None else revenue,
        "evaluation_history": tuple(_history(form, kept)) or ABSENT,
    }
    return replace(or_empty(kept.nomination.dossier.enterprise, Enterprise), **typed)


def anchor_of(path: str) -> str:
    """The id on the form of a place in the dossier."""
    if path in ANCHORS:
        return ANCHORS[path]
    _first, *steps = steps_of(path)
    name = steps[0] if steps else _first
    return "history" if name == "evaluation_history" else name


def _typed(kept: Kept) -> dict[str, Any]:
    """What is kept, as it would have been typed."""
    dossier = kept.nomination.dossier
    enterprise = or_empty(dossier.enterprise, Enterprise)
    position = or_empty(dossier.industry_position, IndustryPosition)
    return {
        "version": kept.version,
        **{name: getattr(enterprise, name) or "" for name in (*LINES, *STATEMENTS, "city_code")},
        **{name: _text(getattr(enterprise, name)) for name in (*COUNTS, "main_business_revenue_wan")},
        "statistics_year": _text(position.statistics_year),
        "statistical_unit": position.statistical_unit or "",
        "cluster": _cluster_key(enterprise.cluster) if enterprise.cluster else "",
        "is_above_scale": enterprise.is_above_scale is True,
        "history": [
            {"kind": each.kind or "", "year": _text(each.year)}
            for _place, each in entries(enterprise.evaluation_history, PastEvaluation)
        ],
        "quota_class": dossier.quota_class or "",
        "selection_reason": dossier.selection_reason or "",
        "cluster_reason": dossier.cluster_reason or "",
        "compared_enterprises": "\n".join(dossier.compared_enterprises or ()),
    }


def _history(form: DossierForm, kept: Kept) -> Iterator[PastEvaluation]:
    kinds = vocabulary(kept.opened.cycle.edition).codes(HISTORY)
    for row in form.history.entries:
        kind = _chosen(row.form.kind.data, kinds)
        year = _count(row.form.year)
        if kind or year is not ABSENT:
            yield PastEvaluation(kind=kind or ABSENT, year=year)


def _chosen(data: object, known: Collection[str]) -> str:
    """What was chosen, of what there is to choose."""
    return str(data) if data in known else ""


def _text(number: Decimal | int | Absent | None) -> str:
    return number_words(number) if isinstance(number, (int, Decimal)) else ""


def _count(field: Any) -> int | Absent:
    number: Decimal | None = field.number
    return ABSENT if number is None else int(number)


def _clusters(kept: Kept) -> tuple[str, ...]:
    """The clusters to choose from: those in the lists of the cycle, and the one that is stated."""
    stated = or_empty(kept.nomination.dossier.enterprise, Enterprise).cluster
    listed = (*kept.opened.cycle.clusters, *([stated] if stated else []))
    return tuple(dict.fromkeys(map(_cluster_key, listed)))


def _cluster_key(cluster: Cluster) -> str:
    """How a cluster stands in the list to choose from."""
    return f"{cluster.level or ''}:{cluster.name or ''}"


def _cluster(key: str) -> Cluster | Absent:
    level, _colon, name = key.partition(":")
    return Cluster(level=level or ABSENT, name=name) if name else ABSENT


def _cluster_words(key: str, word: Any) -> str:
    level, _colon, name = key.partition(":")
    return f"{name}（{word('enterprise.cluster.level', level)}）"
