"""A cycle at random: enterprises of the thirteen cities and of branches, each taken some of its way.

Every step is written as the acts write it, row by row and in their order, but past the policies.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import psycopg

from core.domain.places import CITIES
from core.domain.roles import TenantKind
from tests import factories

CLASSES: Final = ("", "ordinary", "ordinary", "central_branch", "g42_plus_base")
JOINT: Final = {
    "city": ("city_hr", "city_industry"),
    "province_direct": ("province_centre", "central_branch"),
}
NOMINATION: Final = {
    "draft": ("submitted", "submitted", "submitted", "withdrawn"),
    "submitted": ("reported", "reported", "reported", "returned", "withdrawn"),
    "returned": ("submitted", "submitted", "withdrawn"),
    "reported": ("admitted", "admitted", "admitted", "admitted", "returned", "rejected", "withdrawn"),
}
VERSION: Final = {
    "publicised": ("submitted", "submitted", "withdrawn"),
    "submitted": ("reviewed", "reviewed", "returned", "rejected"),
    "reviewed": ("approved", "approved", "returned", "rejected"),
}
AGAIN: Final = ("withdrawn", "returned", "approved")
"""After which another version may follow."""


@dataclass
class GeneratedCycle:
    """What makes the cycle; ``by`` is a person, ``units`` are who nominates."""

    superuser: psycopg.Connection
    random: Random
    cycle_id: int
    by: int
    units: list[factories.MadeTenant]

    def fill(self, count: int) -> None:
        for number in range(count):
            together = self.superuser.transaction() if self.random.random() < 0.5 else nullcontext()
            with together:
                self._enterprise(number)

    def _enterprise(self, number: int) -> None:
        unit = self.random.choice(self.units)
        direct = unit.kind is TenantKind.CENTRAL_BRANCH
        city = self.random.choice(list(CITIES)) if direct else str(unit.city_code)
        key = self._insert(
            "nomination",
            tenant_id=unit.id,
            cycle_id=self.cycle_id,
            city_code=city,
            channel="province_direct" if direct else "city",
            quota_class="central_branch" if direct else self.random.choice(CLASSES),
            class_proved=self.random.random() < 0.5,
            uscc=f"91{number:016}",
            enterprise=f"企业{number}",
            dossier="{}",
            created_by=self.by,
            nominated_by=self.by,
            nominated_name="经办人",
            nominated_role="central_branch" if direct else "city_centre",
            nominated_at="2026-11-02",
            countersigned_by=self.by,
            countersigned_name="会签人",
            countersigned_at="2026-11-03",
        )
        state = "draft"
        while state in NOMINATION and self.random.random() < 0.9:
            state = self.random.choice(NOMINATION[state])
            if state == "admitted":
                self._admit(unit, key, city, number, direct=direct)
            else:
                reported = ", reported_at = coalesce(reported_at, app_now())" if state == "reported" else ""
                self._update("nomination", key, f"state = '{state}'{reported}")

    def _admit(
        self, unit: factories.MadeTenant, nomination: int, city: str, number: int, *, direct: bool
    ) -> None:
        where = factories.tenant(self.superuser, TenantKind.ENTERPRISE, f"企业{number}", city)
        channel = "province_direct" if direct else "city"
        self.superuser.execute(
            "insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel,"
            " quota_class, admitted_by) values (%s, %s, %s, %s, %s, 'ordinary', %s)",
            [where.id, self.cycle_id, unit.id, nomination, channel, self.by],
        )
        self._update("nomination", nomination, "state = 'admitted'")
        if self.random.random() < 0.1:
            return
        of_plan = {
            "tenant_id": where.id,
            "cycle_id": self.cycle_id,
            "city_code": city,
            "channel": channel,
            "nominator_id": unit.id,
        }
        plan_id = self._insert(
            "plan",
            **of_plan,
            uscc=f"91{number:016}",
            enterprise=f"企业{number}",
            facts="{}",
            opened_by=self.by,
            opened_name="经办人",
        )
        for version in range(1, self.random.randint(0, 4) + 1):
            if self._version({**of_plan, "plan_id": plan_id, "number": version}, channel) not in AGAIN:
                return

    def _version(self, of_plan: dict[str, Any], channel: str) -> str:
        """A version taken some of its way; where it ended."""
        tenant_id, state = of_plan["tenant_id"], "publicised"
        key = self._insert(
            "plan_version",
            **of_plan,
            edition="js2023",
            rulebook="js2023.1",
            document=b"{}",
            answerers="{}",
            content_hash="0" * 64,
            snapshot_hash="0" * 64,
            section_hashes="{}",
            publicised_by=self.by,
            publicised_name="经办人",
        )
        while state in VERSION and self.random.random() < 0.75:
            after = self.random.choice(VERSION[state])
            if after == "submitted":
                sent = f", submitted_by = {self.by}, submitted_name = '经办人', submitted_at = app_now()"
                self._update("plan_version", key, f"state = 'submitted'{sent}")
            elif after == "reviewed":
                for role in JOINT[channel]:
                    self._said((tenant_id, of_plan["plan_id"], key), "joint", role, "agreed")
                self._update("plan_version", key, "state = 'reviewed'")
            elif after == "withdrawn":
                self._update("plan_version", key, "state = 'withdrawn'")
            else:
                joint = state == "submitted" and after == "returned"
                role = self.random.choice(JOINT[channel]) if joint else "province_hr"
                self._said(
                    (tenant_id, of_plan["plan_id"], key), "joint" if joint else "province", role, after
                )
                if after == "approved":
                    self.superuser.execute(
                        "update plan_version set state = 'superseded', superseded_at = app_now()"
                        " where tenant_id = %s and plan_id = %s and state = 'approved'",
                        [tenant_id, of_plan["plan_id"]],
                    )
                decided = (
                    f"decided_by = {self.by}, decided_name = '某人', decided_role = '{role}',"
                    " decided_reason = '理由', decided_at = app_now()"
                )
                self._update("plan_version", key, f"state = '{after}', {decided}")
            state = after
        if state in {"submitted", "reviewed"} and self.random.random() < 0.5:
            self._words(tenant_id, of_plan["plan_id"], self.random.choice(JOINT[channel]))  # not decided yet
        return state

    def _said(self, of: tuple[int, int, int], stage: str, role: str, outcome: str) -> None:
        """What a body says of reasons, waives and decides, of a version: tenant, plan, id."""
        tenant_id, plan_id, version_id = of
        self._words(tenant_id, plan_id, role)
        for rule in self.random.sample(["rule-a", "rule-b", "rule-c"], self.random.choice((0, 0, 1))):
            self.superuser.execute(
                "insert into plan_waiver (tenant_id, version_id, rule, role, reason, decided_by,"
                " decided_name) values (%s, %s, %s, %s, '理由', %s, '某人') on conflict do nothing",
                [tenant_id, version_id, rule, role, self.by],
            )
        self._insert(
            "plan_review",
            tenant_id=tenant_id,
            version_id=version_id,
            stage=stage,
            role=role,
            reviewer_tenant_id=tenant_id,
            outcome=outcome,
            opinion="意见",
            decided_by=self.by,
            decided_name="某人",
        )

    def _words(self, tenant_id: int, plan_id: int, role: str) -> None:
        for _ in range(self.random.choice((0, 1, 2))):
            self._insert(
                "plan_finding_view",
                tenant_id=tenant_id,
                plan_id=plan_id,
                role=role,
                rule=self.random.choice(("rule-a", "rule-b")),
                path="/rubric",
                finding_hash="0" * 64,
                verdict=self.random.choice(("confirmed", "accepted", "refused")),
                reason="理由",
                made_by=self.by,
                made_name="某人",
            )

    def _insert(self, table: str, **values: Any) -> int:
        columns, given = ", ".join(values), ", ".join(["%s"] * len(values))
        statement = f"insert into {table} ({columns}) values ({given}) returning id"  # noqa: S608 - of this module
        row = self.superuser.execute(statement.encode(), list(values.values())).fetchone()
        assert row
        return int(row[0])

    def _update(self, table: str, key: int, change: str) -> None:
        self.superuser.execute(f"update {table} set {change} where id = %s".encode(), [key])  # noqa: S608 - as above
