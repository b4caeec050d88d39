"""规则影响试算: some live plans at a time, checked again by an installed edition when that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext as _

from core.domain.places import CITIES
from core.domain.wording import place_words
from core.rulebook.engine import Edition
from core.rulebook.tightening import called
from core.rulebook.vocabulary import vocabulary
from core.services import impact as service
from core.services.editions import installed
from core.services.impact import Break, Rechecked
from core.web.access import open_to
from core.web.forms import transaction
from core.web.navigation import may_open
from core.web.reviews.listing import SHOWN
from core.web.reviews.views import TONES
from core.web.rulebook.shared import READERS, latest, place, rulebook
from core.web.template import TECHNICAL
from core.web.templatewords import TemplateWords


@rulebook.get("/impact")
@open_to(*READERS)
def impact() -> str:
    opened, where = latest(), place()
    others = {name: each for name, each in installed().items() if opened and name != opened.edition.id}
    other = others.get(request.args.get("edition", ""))
    after = request.args.get("after", 0, type=int)
    found = None
    if opened is not None and other is not None:
        found = service.page(transaction(), opened, other, city_code=where.city_code, after=after)
    return render_template(
        "rulebook/impact.html",
        opened=opened,
        where=where,
        others=others,
        other=other,
        after=after,
        found=found,
        changes=tuple(changes(opened.edition, other)) if opened and other else (),
        size=service.PAGE,
        cities=CITIES,
        cities_to_choose=[("", _("全部")), *where.cities.items()],
        tones=TONES,
        way=_way,
        place_of=_place,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What two editions have different: a value of the template, a rule or its effect; "" where it is not."""

    label: str
    clause: str
    before: str
    after: str


NOT_THERE: Final = ""


def changes(own: Edition, other: Edition) -> Iterator[Change]:
    """Where ``other`` differs from ``own``: rules in the order of the text, then values."""
    there = {**own.catalogue.rules, **other.catalogue.rules}
    for name, rule in there.items():
        before, after = (
            _(each.catalogue.rules[name].plan_effect.zh) if name in each.catalogue.rules else NOT_THERE
            for each in (own, other)
        )
        if before != after:
            yield Change(rule.title, rule.clause, before, after)
    words = {each.id: TemplateWords(each) for each in (own, other)}
    for path, leaf in {**own.template.leaves, **other.template.leaves}.items():
        was, now = own.template.leaves.get(path), other.template.leaves.get(path)
        same = was is not None and now is not None and was.value == now.value
        if not same and path.rpartition("/")[2] not in TECHNICAL:
            yield Change(
                called(other.template if now else own.template, leaf),
                leaf.clause,
                words[own.id].value(was) if was else NOT_THERE,
                words[other.id].value(now) if now else NOT_THERE,
            )


def _way(found: Rechecked) -> str:
    """Where the reader sees what was checked: the version under review, else the plan of the enterprise."""
    tenant_id, version = found.plan.tenant_id, found.version
    if version and version.state in SHOWN and may_open("reviews.show", tenant_id):
        return url_for("reviews.show", tenant_id=tenant_id, version_id=version.id)
    return url_for("plan.show", tenant_id=tenant_id)


def _place(found: Rechecked, broken: Break) -> str:
    return place_words(found.document, broken.path, vocabulary(found.plan.opened.edition.id).word)
