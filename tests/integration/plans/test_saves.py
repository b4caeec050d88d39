"""A plan after a save is what it is when all of it is read and compiled anew: nothing kept is stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, Final

from core.domain.errors import DomainError, NotAPlan
from core.domain.plan import NINE_PARTS
from core.persistence.session import act
from core.plandoc import typed
from core.plugin_host import PluginHost
from core.services.drafts import kept as kept_plans
from core.services.drafts.compiling import checked, compiled_of
from core.services.drafts.editing import save_fields
from core.services.drafts.keeping import desk_for
from core.services.editions import CURRENT
from core.services.plans import check_plan
from tests.integration.plans.maker import Maker

SEED: Final = 20_261_123
SAVES: Final = 60


def leaves(data: Any, path: str = "") -> Iterator[str]:
    """The places of single values."""
    below = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    found = [leaf for step, each in below for leaf in leaves(each, f"{path}/{step}")]
    yield from found or [path]


def test_plan_after_a_save_is_checked_as_one_that_is_read_anew(ready: Maker) -> None:
    dice, kept = Random(SEED), 0  # noqa: S311 - the choice of a test
    for _ in range(SAVES):
        part = dice.choice(list(NINE_PARTS))
        data = ready.kept().typed(part) or {}
        path = dice.choice(list(leaves(data)))
        raw = dice.choice(["", "1", "7", "35", "2026-12-03", "true", "direct", "另行规定。", "2/3"])
        try:
            kept += _saved_as_read_anew(ready, part, path, raw)
        except (NotAPlan, typed.NoSuchPlace):
            continue  # no value of that place
        except DomainError as error:
            raise AssertionError(part, path, raw) from error
    assert kept > SAVES / 4


def _saved_as_read_anew(maker: Maker, part: str, path: str, raw: str) -> int:
    """Save a field; whether it changed anything."""
    with act(maker.scope) as session:
        desk = desk_for(session, maker.hr, **maker.where(), part=part)
        saved = save_fields(desk, revision=desk.plan.revision(part), changes={path: raw})
        found = checked(session, saved.plan)
        typed.of_text.cache_clear()
        anew = kept_plans.of(session, **maker.where())
        assert anew
        host = PluginHost(CURRENT)
        compiled = compiled_of(anew, host)
        host.close()
    assert saved.plan.parts.keys() == anew.parts.keys()
    for name, each in anew.parts.items():
        assert saved.plan.parts[name].text == each.text
        assert each.typed
        assert typed.read(name, each.typed.data) == each.typed.answer
    assert found.compiled.draft == compiled.draft
    assert found.compiled.answered == compiled.answered
    fresh = check_plan(compiled.draft, anew.cycle, found.edition)
    assert sorted(map(repr, fresh.findings)) == sorted(map(repr, found.findings))
    assert fresh.content_hash == found.report.content_hash
    return len(saved.changed)
