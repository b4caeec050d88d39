"""方案审核的队列: the versions of a cycle that the reader reviews, with the working days left."""

from __future__ import annotations

from functools import cache
from typing import Final

from flask import render_template, request

from core.domain.places import CITIES
from core.domain.plan_review import REVIEWERS
from core.domain.roles import Reach, Role
from core.domain.stages import Channel, PlanState
from core.persistence.queries import plan_review as queries
from core.persistence.queries.plan_review import ReviewsWanted
from core.services import cycles
from core.services.reviews.kept import JOINT
from core.web import session, workdays
from core.web.access import open_to
from core.web.forms import LONGEST, transaction
from core.web.reviews.shared import READERS, reviewed, reviews
from core.web.reviews.views import TONES

PAGE: Final = 20
SHOWN: Final = (
    PlanState.SUBMITTED,
    PlanState.REVIEWED,
    PlanState.RETURNED,
    PlanState.APPROVED,
    PlanState.REJECTED,
    PlanState.SUPERSEDED,
)
"""What a reviewer sees of a version: nothing before it was sent in."""


@reviews.get("/reviews")
@open_to(*READERS)
@reviewed
def index() -> str:
    there, asked = cycles.every(transaction()), request.args
    opened = next(
        (each for each in there if each.id == asked.get("cycle", type=int)), there[0] if there else None
    )
    if opened is None:
        return render_template("reviews/none.html")
    actor, before = session.actor(), asked.get("before", type=int)
    state, place = asked.get("state", ""), asked.get("city", "")
    everywhere = actor.role.reach is Reach.ALL
    states = (state,) if state in {each.value for each in SHOWN} else tuple(each.value for each in SHOWN)
    wanted = ReviewsWanted(
        words=asked.get("q", "").strip()[:LONGEST],
        states=states,
        city_code=place if everywhere and place in CITIES else _own_city(),
        nominator_id=actor.tenant_id if actor.role is Role.CENTRAL_BRANCH else None,
        versions=_assigned() if actor.role is Role.PLAN_EXPERT else None,
    )
    found = queries.page(transaction(), opened.id, wanted, before=before, limit=PAGE + 1)
    return render_template(
        "reviews/index.html",
        cycles=there,
        opened=opened,
        rows=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        before=before,
        wanted=wanted,
        state=state if len(states) == 1 else "",
        states=SHOWN,
        state_of=PlanState,
        tones=TONES,
        cities=CITIES if everywhere else {},
        place=place if everywhere and place in CITIES else "",
        city_names=CITIES,
        counts=queries.counts(transaction(), opened.id, wanted),
        bodies={channel.value: REVIEWERS[channel] for channel in Channel},
        joint=JOINT,
        due=cache(workdays.due),
        stands=workdays.stands,
    )


def _own_city() -> str:
    """The city of a reader who sees no other."""
    hat = session.person().hat
    return (hat.city_code or "") if hat and hat.role.reach is Reach.CITY else ""


def _assigned() -> tuple[int, ...]:
    found = queries.assigned(transaction(), person_id=session.actor().person_id)
    return tuple(each.version_id for each in found)
