"""Two editors of one part: what others did since an editor last looked, and where the two meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from core.domain.roles import Actor
from core.domain.wording import day_words
from core.persistence.queries import plan as queries
from core.plandoc import typed
from core.plandoc.typed import Data
from core.services.accounts.answers import Conflict
from core.services.drafts.keeping import Desk, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A change that somebody else made meanwhile; ``words`` name the place."""

    path: str
    words: str
    who: str
    when: datetime
    structural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A place that two people changed. ``yours`` is as it was typed, ``theirs`` what stands there now."""

    path: str
    words: str
    yours: object
    theirs: object
    who: str
    when: datetime
    structural: bool

    @property
    def sentence(self) -> str:
        at = day_words(self.when.replace(second=0, microsecond=0))
        did = "增删、调整或者恢复" if self.structural else "改动"
        return f"“{self.words}”已由{self.who}于{at}{did}。"


class EditConflict(Conflict):
    """Somebody else changed the same place since: nothing was kept, and nothing of theirs is lost.

    ``revision`` is that of the part now; saving again with it puts what was typed in place of theirs.
    """

    def __init__(self, revision: int, clashes: Sequence[Clash]) -> None:
        self.revision = revision
        self.clashes = tuple(clashes)
        said = "".join(each.sentence for each in self.clashes[:3])
        super().__init__(f"{said}所填内容没有保存，仍在页面上。核对两处内容后再保存。")


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was changed of a part after the revision that an editor has seen; ``now`` is how it stands."""

    actor: Actor
    part: str
    revision: int
    now: Data
    since: tuple[Row[Any], ...]

    def is_left(self, path: str, raw: object) -> bool:
        """Whether the editor left a place as they saw it, which somebody else may have changed meanwhile."""
        return self._is_as_seen(path, raw) and not self._own(path)

    def require_unclashed(self, changes: Mapping[str, object], *, whole: bool) -> None:
        """Raise EditConflict when somebody changed one of these places, to something else.

        Of a ``whole`` form also where it would take back what the editor has changed after they opened it:
        nothing says whether they typed it back, or left it on a page that they had open beside.
        """
        clashes = []
        for path, raw in changes.items():
            met = [each for each in self._met(path) if self._concerns(each)]
            if whole and self._is_as_seen(path, raw):
                met = met or self._own(path)
            moved = any(each.structural for each in met)
            if met and (moved or not typed.reads_as(self.part, path, raw, typed.at(self.now, path))):
                clashes.append(self._clash(met[-1], path, raw))
        if clashes:
            raise EditConflict(self.revision, clashes)

    def require_nobody(self, path: str, raw: object = None) -> None:
        """Raise EditConflict when somebody else changed the part, or anybody the list at ``path``."""
        met = [
            each
            for each in self.since
            if each.made_by != self.actor.person_id or (each.structural and typed.overlap(each.path, path))
        ]
        if met:
            raise EditConflict(self.revision, [self._clash(met[-1], path, raw)])

    def others(self) -> tuple[Edited, ...]:
        """What others did, for the editor to be told."""
        return tuple(
            Edited(
                path=each.path,
                words=words_of(self.part, each.path, self.now),
                who=each.made_name,
                when=each.made_at,
                structural=each.structural,
            )
            for each in self.since
            if each.made_by != self.actor.person_id
        )

    def _met(self, path: str) -> list[Row[Any]]:
        """What was done at a place, above or below it."""
        return [each for each in self.since if typed.overlap(each.path, path)]

    def _own(self, path: str) -> list[Row[Any]]:
        """What the editor has typed at a place since: its answer was lost, or they have two pages."""
        mine = self.actor.person_id
        return [each for each in self._met(path) if each.made_by == mine and not each.structural]

    def _is_as_seen(self, path: str, raw: object) -> bool:
        """Whether what is sent of a place is what stood there when the editor saw it."""
        first = next(iter(self._met(path)), None)
        if first is None or not path.startswith(first.path):
            return False
        return typed.reads_as(self.part, path, raw, typed.at(first.before, path.removeprefix(first.path)))

    def _concerns(self, edit: Row[Any]) -> bool:
        """Whether an edit can be in the way: nobody is in their own, but for lists they reordered."""
        return bool(edit.structural or edit.made_by != self.actor.person_id)

    def _clash(self, edit: Row[Any], path: str, yours: object) -> Clash:
        return Clash(
            path=path,
            words=words_of(self.part, edit.path if edit.structural else path, self.now),
            yours=yours,
            theirs=typed.at(self.now, path),
            who=edit.made_name,
            when=edit.made_at,
            structural=edit.structural,
        )


def meanwhile(desk: Desk, revision: int, now: Data) -> Meanwhile:
    """What was changed since ``revision``. Raises Conflict for one that the part never had."""
    current = desk.plan.revision(desk.part)
    if not 0 <= revision <= current:
        raise Conflict("页面上的内容不是从这份方案打开的，没有保存。刷新页面后重新填写。")
    since: Sequence[Row[Any]] = ()
    if revision < current:
        since = queries.edits_since(
            desk.session,
            tenant_id=desk.plan.tenant_id,
            plan_id=desk.plan.id,
            part=desk.part,
            revision=revision,
        )
    return Meanwhile(desk.actor, desk.part, current, now, tuple(since))
