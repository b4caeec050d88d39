"""The plans of the demo: one in each stage, one hash from the notice to approval, records that hold."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from core import paths
from core.audit.checkpoint import Signer
from core.config import Settings
from core.demo import SCENE, cast, nominees, plans, seed, year
from core.domain.roles import Role
from core.domain.stages import PlanState
from core.persistence.queries import tenant as tenants
from core.persistence.server import EmbeddedServer
from core.persistence.session import reading
from core.plugin_host.tenants import read_tenant
from core.rulebook.city_layer import RULE
from core.services import audit, city_requirements, plan_comments, publicity, submitting
from core.services.drafts import kept as drafts
from core.services.drafts.kept import KeptPlan
from core.services.drafts.reading import Draft, draft_of
from core.services.founding import EVERYTHING
from core.services.publicity import Notice
from core.services.reviews import kept as versions
from core.services.reviews.approved import approved
from core.services.reviews.kept import Judged, KeptVersion
from tests.integration.conftest import migrated
from tests.integration.demo.conftest import demo_in, shiftable

LEFT: Final = {
    "rubric": "JS-A3-bands-cover",
    "schedule": "JS-3-t3-december-15",
    "deviations": "JS-2.4-annex2-reference",
    "organisation": "JS-2.2-sec-organisation",
}
"""Where the plan that is being written is not right yet, with a rule that says so."""


def test_plans_stand_in_every_stage_as_told(past_policies: psycopg.Connection) -> None:
    rows = past_policies.execute(
        "select uscc, array_remove(array_agg(v.state order by number), null) from plan "
        "left join plan_version v on v.tenant_id = plan.tenant_id and plan_id = plan.id group by uscc"
    ).fetchall()
    assert dict(rows) == {
        plans.CHENGYU: [],
        year.GUXU: [PlanState.WITHDRAWN, PlanState.PUBLICISED],
        year.PENGYUE: [PlanState.SUBMITTED],
        year.HONGNENG: [PlanState.APPROVED],
    }


def test_plan_that_is_being_written_has_findings_of_each_kind_left(demo: Session) -> None:
    draft = draft_made(demo, plans.CHENGYU)
    assert not draft.ready
    found = {(each.path.split("/")[1], each.rule) for each in draft.checked.of_draft}
    assert set(LEFT.items()) <= found
    assert {each.part for each in draft.parts if each.typed} == {
        "occupations",
        "methods",
        "rubric",
        "schedule",
    }
    for uscc in (year.PENGYUE, year.HONGNENG, year.GUXU):
        assert not [each for each in draft_made(demo, uscc).checked.of_draft if each.stops]


def test_staff_have_said_something_to_the_plan_that_is_with_them(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        plan = plan_of(session, year.GUXU)
        notice = notice_of(session, plan)
        there, _ = plan_comments.comments(session, notice)
        waiting = plan_comments.counts(session, notice)
        stops = {each.rule for each in submitting.look(session, plan).findings if each.stops}
    assert notice.takes_comments
    assert notice.ends_on > notice.today == SCENE.date()
    assert [(each.employed, each.answer is None) for each in there] == [(True, False), (None, True)]
    assert (waiting.made, waiting.unanswered) == (2, 1)
    assert stops == {"JS-2.2-plan-publicised-staff"}


def test_what_was_withdrawn_differs_from_what_was_publicised_again(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        first, second = (version_of(session, year.GUXU, number) for number in (1, 2))
    changed = {
        part for part, digest in second.section_hashes.items() if first.section_hashes.get(part) != digest
    }
    assert changed == {"schedule", "rights_duties"}


def test_city_has_looked_at_some_sections_and_industry_at_none(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        kept = version_of(session, year.PENGYUE)
        found = versions.judged(session, kept)
    assert kept.reviews == ()
    (deed,) = (each for each in plans.OF_PENGYUE if isinstance(each, plans.Tick))
    assert set(found.progress(kept, Role.CITY_HR).open) == kept.section_hashes.keys() - set(deed.sections)
    assert set(found.progress(kept, Role.CITY_INDUSTRY).open) == kept.section_hashes.keys()
    assert {role for role, _ in kept.looks} == {Role.CITY_HR}


def test_approved_plan_has_one_hash_from_notice_to_approval(demo: Session) -> None:
    with reading(EVERYTHING) as session:
        kept = version_of(session, year.HONGNENG)
        plan = approved(session, tenant_id=kept.tenant_id, cycle_id=kept.opened.id)
        events = audit.history(session, kept.tenant_id, subject_type=versions.SUBJECT, subject_id=kept.id)
        began = audit.history(session, kept.tenant_id, subject_type=drafts.SUBJECT, subject_id=kept.plan_id)
    told = [
        (each.action, each.changes["content_hash"][1])
        for each in (*began.events, *events.events)
        if "content_hash" in each.changes
    ]
    assert {digest for _, digest in told} == {kept.content_hash} == {plan.content_hash}
    assert [action for action, _ in told].count("plan_review:agree") == 2
    assert {"plan:publicise", "plan:submit", "plan_review:approve"} <= {action for action, _ in told}
    assert [each.outcome for each in kept.experts] == ["passed", "passed"]


def test_records_of_enterprises_with_plans_verify(demo: Session, demo_settings: Settings) -> None:
    key = Signer.of(demo_settings.signing_key).public_key
    for uscc, deeds in plans.PLANS.items():
        with reading(EVERYTHING) as session:
            verdict = audit.verify(session, plan_of(session, uscc).tenant_id, key)
        assert verdict.good, uscc
        assert verdict.events > len(deeds)


def test_city_asks_more_than_the_province_and_only_of_its_own(demo: Session) -> None:
    judged: dict[str, Judged] = {}
    with reading(EVERYTHING) as session:
        for uscc in (year.PENGYUE, year.GUXU):
            judged[uscc] = versions.judged(session, version_of(session, uscc))
        plan = plan_of(session, plans.CHENGYU)
        city = city_requirements.standing(session, cycle_id=plan.opened.id, city_code=plan.city_code)
    assert judged[year.PENGYUE].city is None
    assert judged[year.GUXU].city == city
    assert city
    assert city.title == plans.REQUIREMENT.title
    assert not [each for found in judged.values() for each in found.findings if each.rule == RULE]


@pytest.mark.parametrize("enterprise", cast.ENTERPRISES, ids=lambda each: each.slug)
def test_first_notices_are_those_of_the_folders(demo: Session, enterprise: cast.Enterprise) -> None:
    folder = read_tenant(enterprise.slug, paths.TENANTS / enterprise.slug)
    said: Any = folder.enrolment
    with reading(EVERYTHING) as session:
        first = notice_of(session, plan_of(session, folder.uscc), 1)
    assert first.publicity == said.publicity
    if first.submitted_at is not None:
        assert timedelta() <= first.submitted_at - said.submitted_at < timedelta(minutes=5)


def test_set_up_that_was_cut_short_within_a_plan_goes_on(
    shared_server: EmbeddedServer,
    worker_id: str,
    testrun_uid: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, name = demo_in(tmp_path), migrated(shared_server, testrun_uid, f"cut_plan_{worker_id}")
    databases = shiftable(shared_server, name)
    pengyue = next(each for each in cast.ENTERPRISES if each.slug == "xuzhou_pengyue")
    monkeypatch.setattr(cast, "OFFICIALS", {"320300": cast.OFFICIALS["320300"]})
    monkeypatch.setattr(cast, "ENTERPRISES", (pengyue,))
    monkeypatch.setattr(cast, "NEWCOMERS", ())
    monkeypatch.setattr(nominees, "OTHERS", ())
    monkeypatch.setattr(year, "SERVICES", ())
    whole: tuple[plans.Deed, ...] = plans.OF_PENGYUE
    for done, deed in enumerate(whole, 1):
        monkeypatch.setattr(sys.modules[seed.__module__], "SCENE", deed.at)
        monkeypatch.setattr(plans, "PLANS", MappingProxyType({year.PENGYUE: whole[:done]}))
        seed(settings, databases)
    with shared_server.connect(name) as connection:
        found = connection.execute(
            "select (select count(*) from plan), (select count(*) from plan_version), "
            "(select count(*) from plan_comment where answer is not null), (select count(*) from plan_tick)"
        ).fetchone()
    assert found == (1, 1, 1, 4)


def plan_of(session: Session, uscc: str) -> KeptPlan:
    """The plan of the enterprise with this number."""
    found = drafts.latest(session, tenant_id=tenants.with_number(session, uscc) or 0)
    assert found
    return found


def draft_made(demo: Session, uscc: str) -> Draft:
    """The same as a page shows it."""
    with reading(EVERYTHING) as session:
        found = draft_of(session, tenant_id=plan_of(session, uscc).tenant_id)
        assert found
        assert found.checked  # while its transaction lasts
    return found


def notice_of(session: Session, plan: KeptPlan, number: int = 0) -> Notice:
    """The notice of a version of a plan, of the last unless one is numbered."""
    found = publicity.of_version(session, tenant_id=plan.tenant_id, version_id=plan.versions[number - 1].id)
    assert found
    return found


def version_of(session: Session, uscc: str, number: int = 0) -> KeptVersion:
    """A version of a plan as reviewers meet it, the last unless one is numbered."""
    plan = plan_of(session, uscc)
    found = versions.one(session, tenant_id=plan.tenant_id, version_id=plan.versions[number - 1].id)
    assert found
    return found
