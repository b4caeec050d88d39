"""From a draft to an admitted enterprise, and every door that is closed on the way."""

from __future__ import annotations

from core.domain.stages import NominationState
from tests.integration.onboarding.season import Season, dossier, uscc


def test_from_a_draft_to_an_admitted_enterprise(season: Season) -> None:
    number = uscc(1)
    season.open_cycle()
    found = season.report(dossier("南京彭岳重工有限公司（虚构）", number))
    assert season.look(found).nomination.state is NominationState.REPORTED
    season.verify(found)
    admitted = season.admit(found, number)
    kept = season.look(found)
    assert (kept.nomination.state, kept.place) == (NominationState.ADMITTED, admitted.tenant_id)
    row = season.superuser.execute(
        "select kind, uscc, city_code from tenant where id = %s", [admitted.tenant_id]
    ).fetchone()
    assert row == ("enterprise", number, "320100")
