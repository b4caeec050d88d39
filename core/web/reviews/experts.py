"""指派, 回避, 评估: what the province and its experts do once both bodies have agreed."""

from __future__ import annotations

from typing import Final

from flask.typing import ResponseReturnValue

from core.services.reviews import assessing
from core.web.access import formal_act, open_to
from core.web.reviews.deciding import asked, done
from core.web.reviews.forms import Assess, Assign, Recuse
from core.web.reviews.shared import EXPERTS, ONE, PROVINCE, reviewed, reviews

ASSIGN: Final = "reviews/assign.html"
ASSESS: Final = "reviews/assess.html"
RECUSE: Final = "reviews/recuse.html"


@reviews.get(f"{ONE}/assign")
@open_to(*PROVINCE)
@reviewed
def assign_form(tenant_id: int, version_id: int) -> str:
    return asked(ASSIGN, Assign, tenant_id, version_id)


@reviews.post(f"{ONE}/assign")
@open_to(*PROVINCE)
@reviewed
@formal_act
def assign(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Assign()
    person_id = _number(entries.person.data)
    return done(ASSIGN, entries, tenant_id, version_id, assessing.assign, person_id=person_id)


@reviews.get(f"{ONE}/recuse")
@open_to(*EXPERTS, *PROVINCE)
@reviewed
def recuse_form(tenant_id: int, version_id: int) -> str:
    return asked(RECUSE, Recuse, tenant_id, version_id)


@reviews.post(f"{ONE}/recuse")
@open_to(*EXPERTS, *PROVINCE)
@reviewed
@formal_act
def recuse(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Recuse()
    person_id = _number(entries.person.data)
    return done(
        RECUSE,
        entries,
        tenant_id,
        version_id,
        assessing.recuse,
        reason=entries.reason,
        person_id=person_id,
    )


@reviews.get(f"{ONE}/assess")
@open_to(*EXPERTS)
@reviewed
def assess_form(tenant_id: int, version_id: int) -> str:
    return asked(ASSESS, Assess, tenant_id, version_id)


@reviews.post(f"{ONE}/assess")
@open_to(*EXPERTS)
@reviewed
@formal_act
def assess(tenant_id: int, version_id: int) -> ResponseReturnValue:
    entries = Assess()
    return done(
        ASSESS,
        entries,
        tenant_id,
        version_id,
        assessing.assess,
        outcome=entries.outcome,
        opinion=entries.opinion,
    )


def _number(text: object) -> int:
    """A person's number as a form sends it; 0, which nobody has, for anything else."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0
