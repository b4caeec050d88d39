"""The situations of ``tests/data/nominations.yaml`` as nominations, cycles and registers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonpatch

from core.domain.cycle import Deadlines
from core.domain.enterprise import Cluster
from core.domain.nomination import (
    REQUIREMENTS,
    Dossier,
    DossierPart,
    PilotNomination,
    Signature,
    Slot,
    Verification,
)
from core.domain.pilot_cycle import (
    BothHands,
    CityQuota,
    CycleMode,
    Decision,
    PilotCycle,
    QuotaRaise,
    Reopening,
)
from core.domain.records import build
from core.domain.roles import Role
from core.domain.sanction import Ban, BanRegister, subject_of_enterprise
from core.domain.stages import NominationAct, NominationState
from core.rulebook.datafile import read_data
from core.rulebook.engine import Finding
from core.rulebook.js2023 import EDITION
from core.rulebook.occasions import admissible
from core.rulebook.waivers import granted

DOCUMENT: Any = read_data(Path(__file__).parents[2] / "data" / "nominations.yaml")
NOW = "2026-11-05T10:00:00+08:00"
ADMITTED = "准予"
KEYS = {
    "name",
    "base",
    "act",
    "now",
    "patch",
    "nomination",
    "cycle",
    "others",
    "bans",
    "waivers",
    "finds",
    "says",
}
EFFECTS = ("block", "reason", "reasoned", "warn", "waived")

AFTER = {
    NominationAct.SUBMIT: NominationState.SUBMITTED,
    NominationAct.COUNTERSIGN: NominationState.REPORTED,
    NominationAct.ADMIT: NominationState.ADMITTED,
}


def decision(reason: str = "有书面理由", role: Role = Role.PROVINCE_CENTRE) -> Decision:
    """A decision of the province."""
    return Decision(
        person_id=9,
        name="温叙言",
        role=role,
        at=datetime.fromisoformat("2026-11-01T09:00+08:00"),
        reason=reason,
    )


def cycle_of(changes: Mapping[str, Any] | None = None) -> PilotCycle:
    """The cycle of the file, with ``changes`` as its situations write them."""
    data = DOCUMENT["cycle"] | (changes or {})
    return PilotCycle(
        id=data["id"],
        year=data["year"],
        edition=EDITION.id,
        mode=CycleMode.PILOT,
        opened_by=Role(data["opened_by"]),
        deadlines=build(Deadlines, data["deadlines"]),
        usual_quota=1,
        quotas=tuple(build(CityQuota, each) for each in data.get("quotas", ())),
        clusters=tuple(build(Cluster, each) for each in data["clusters"]),
        senior_technicians_advised=data.get("senior_technicians_advised"),
        second_reason=data.get("second_reason", ""),
        raises=tuple(
            QuotaRaise(city_code=city, quota=quota, decision=decision())
            for city, quota in data.get("raises", {}).items()
        ),
        reopenings=tuple(
            Reopening(uscc=uscc, deadline="nomination", until=date.fromisoformat(until), decision=decision())
            for uscc, until in data.get("reopened", {}).items()
        ),
        both_hands=tuple(
            BothHands(city_code=city, decision=decision()) for city in data.get("both_hands", ())
        ),
    )


def signature(person: int, role: Role, city: str | None) -> Signature:
    return Signature(
        person_id=person,
        name=f"经办{person}",
        role=role,
        city_code=city,
        at=datetime.fromisoformat(NOW),
    )


def verification(part: DossierPart, *, met: bool = True, reason: str = "") -> Verification:
    return Verification(part=part, met=met, reason=reason, by=signature(9, Role.PROVINCE_CENTRE, None))


@dataclass(frozen=True)
class Situation:
    """One situation of the file."""

    data: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.data["name"])

    @property
    def act(self) -> NominationAct:
        return NominationAct(self.data.get("act", "submit"))

    @property
    def dossier(self) -> dict[str, Any]:
        """The dossier as plain data."""
        patch = jsonpatch.JsonPatch(self.data.get("patch", []))
        changed: dict[str, Any] = patch.apply(DOCUMENT["bases"][self.data["base"]])
        return changed

    @property
    def nomination(self) -> PilotNomination:
        """The nomination as it will stand after the act."""
        said = self.data.get("nomination", {})
        base = DOCUMENT["bases"][self.data["base"]]
        city, dossier = base["enterprise"]["city_code"], build(Dossier, self.dossier)
        direct, decides = dossier.channel == "province_direct", self.act is NominationAct.ADMIT
        nominator = Role(said.get("nominated", "central_branch" if direct else "city_centre"))
        second = None
        if not direct and self.act is not NominationAct.SUBMIT and said.get("countersigned", 1):
            person = 1 if said.get("same_person") else 2
            second = signature(person, Role.CITY_HR, said.get("countersigned_city", city))
        reported = said.get("reported_at") or ("2026-11-05T09:00:00+08:00" if decides else None)
        return PilotNomination(
            id="this",
            cycle=said.get("cycle", "2026"),
            city_code=city,
            state=AFTER[self.act],
            dossier=dossier,
            nominated=signature(1, nominator, city),
            countersigned=second,
            reported_at=datetime.fromisoformat(reported) if reported else None,
            verifications=tuple(self._verified(said)) if decides else (),
        )

    @staticmethod
    def _verified(said: Mapping[str, Any]) -> list[Verification]:
        parts = [DossierPart(each) for each in said.get("verified", REQUIREMENTS)]
        unmet = said.get("unmet")
        return [verification(each, met=each != unmet, reason="名册人数对不上") for each in parts]

    @property
    def others(self) -> tuple[Slot, ...]:
        usual = {
            "nomination": "other",
            "uscc": "91320000000000000X",
            "city_code": "320300",
            "channel": "city",
            "quota_class": "ordinary",
            "class_proved": False,
        }
        return tuple(
            Slot(**(usual | each | {"state": NominationState(each["state"])}))
            for each in self.data.get("others", ())
        )

    @property
    def register(self) -> BanRegister:
        uscc = DOCUMENT["bases"][self.data["base"]]["enterprise"]["uscc"]
        return BanRegister.of(
            Ban(
                subject=subject_of_enterprise(each.get("uscc", uscc)),
                decided_on=date.fromisoformat(each["decided_on"]),
                document="苏人社处〔2024〕1号",
            )
            for each in self.data.get("bans", ())
        )

    def judged(self) -> tuple[Finding, ...]:
        """What the rules say."""
        waivers = [
            granted(each["rule"], decision(each["reason"], Role(each["role"])), EDITION.catalogue.rules)
            for each in self.data.get("waivers", ())
        ]
        return admissible(
            self.nomination,
            edition=EDITION,
            cycle=cycle_of(self.data.get("cycle")),
            others=self.others,
            register=self.register,
            calendar=EDITION.calendar,
            now=datetime.fromisoformat(self.data.get("now", NOW)),
            act=self.act,
            waivers=waivers,
        )

    @property
    def expected(self) -> dict[str, list[str]]:
        """The ids by effect that must come out."""
        finds = self.data["finds"]
        return {} if finds == ADMITTED else {effect: sorted(rules) for effect, rules in finds.items()}


def sets(found: tuple[Finding, ...]) -> dict[str, list[str]]:
    """The ids found, each once, by effect as the file writes it."""
    ids: dict[str, set[str]] = {}
    for each in found:
        effect = {"needs_reason": "reasoned" if each.reason_given else "reason"}.get(each.effect, each.effect)
        ids.setdefault("waived" if each.waived else effect, set()).add(each.rule)
    return {effect: sorted(rules) for effect, rules in ids.items()}


SITUATIONS = tuple(Situation(each) for each in DOCUMENT["situations"])
