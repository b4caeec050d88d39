"""What each part of a nomination's dossier says, in the words of its pages and of the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from core.domain.enterprise import Cluster, Enterprise
from core.domain.nomination import Dossier, DossierPart, IndustryPosition
from core.domain.records import specs
from core.domain.values import blank, or_empty
from core.domain.wording import Word, shown_words

FIELDS: Final[Mapping[DossierPart, tuple[str, ...]]] = MappingProxyType(
    {
        DossierPart.ENTERPRISE: (
            *("enterprise.name", "enterprise.short_name", "enterprise.uscc", "enterprise.city"),
            *("enterprise.ownership", "enterprise.industry", "enterprise.staff_count", "enterprise.cluster"),
            "enterprise.head_enterprise_statement",
        ),
        DossierPart.INDUSTRY_POSITION: (
            *("enterprise.is_above_scale", "enterprise.industry_code"),
            *("enterprise.main_business_revenue_wan", "industry_position.statistics_year"),
            *("industry_position.statistical_unit", "enterprise.leading_position_statement"),
        ),
        DossierPart.EVALUATION_WORK: (
            *("enterprise.evaluation_history", "enterprise.training_mechanism"),
            *("enterprise.evaluation_mechanism", "enterprise.working_body"),
        ),
        DossierPart.SENIOR_TECHNICIANS: (
            "enterprise.senior_technician_count",
            "enterprise.special_technician_count",
        ),
        DossierPart.QUOTA: (
            *("channel", "quota_class", "selection_reason", "compared_enterprises", "cluster_reason"),
        ),
    }
)
"""What a part says, by dotted place in the dossier, in the order it is read."""


def part_words(dossier: Dossier, part: DossierPart, word: Word) -> Iterator[tuple[str, str]]:
    """Label and words of what a part says; what nobody filled in is left out."""
    records: Mapping[str, Any] = {
        "enterprise": or_empty(dossier.enterprise, Enterprise),
        "industry_position": or_empty(dossier.industry_position, IndustryPosition),
    }
    for place in FIELDS[part]:
        first, _dot, name = place.rpartition(".")
        record = records.get(first, dossier)
        spec, value = specs(record.__class__)[name], getattr(record, name)
        if isinstance(value, Cluster):
            level = word("enterprise.cluster.level", str(value.level or ""))
            yield spec.zh, f"{value.name or ''}（{level}）"
        elif not blank(value):
            yield spec.zh, shown_words(value, spec, place, word)
