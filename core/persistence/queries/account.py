"""账号的读写: who a login name is and what proves it, known devices, recovery codes, failed attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from core.persistence.models import (
    Credential,
    KnownDevice,
    PasswordLink,
    Person,
    RecoveryCode,
    Tenant,
    Throttle,
)
from core.persistence.queries.grant import QUIET

DEVICE_KNOWN: Final = timedelta(days=180)
"""How long a browser is known after its person last signed in from it."""

DEVICES_KEPT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An account and what proves it, at the moment ``now``; ``device`` says that the browser is known."""

    person_id: int
    name: str
    login_name: str
    disabled_at: datetime | None
    password_hash: str
    password_set_at: datetime
    previous_hashes: tuple[str, ...]
    totp_sealed: bytes | None
    totp_confirmed_at: datetime | None
    totp_last_step: int | None
    device: bool
    now: datetime


def proof_by_name(session: Session, *, login_name: str, device: bytes = b"") -> Proof | None:
    """The account of a login name; ``device`` is the hash of what the browser shows."""
    return _proof(session, Person.login_name == login_name, device)


def proof_by_id(session: Session, *, person_id: int, device: bytes = b"") -> Proof | None:
    """The account of a person; see ``proof_by_name``."""
    return _proof(session, Person.id == person_id, device)


def _proof(session: Session, whose: ColumnElement[bool], device: bytes) -> Proof | None:
    known = and_(
        KnownDevice.person_id == Person.id,
        KnownDevice.token_hash == device,
        KnownDevice.used_at > func.app_now() - DEVICE_KNOWN,
    )
    row = session.execute(
        select(
            Person.id,
            Person.name,
            Person.login_name,
            Person.disabled_at,
            Credential.password_hash,
            Credential.password_set_at,
            Credential.previous_hashes,
            Credential.totp_sealed,
            Credential.totp_confirmed_at,
            Credential.totp_last_step,
            KnownDevice.used_at,
            func.app_now().label("now"),
        )
        .join(Credential, Credential.person_id == Person.id)
        .outerjoin(KnownDevice, known)
        .where(whose)
    ).one_or_none()
    return None if row is None else _as_proof(row)


def _as_proof(row: Row[Any]) -> Proof:
    return Proof(
        person_id=row.id,
        name=row.name,
        login_name=row.login_name,
        disabled_at=row.disabled_at,
        password_hash=row.password_hash,
        password_set_at=row.password_set_at,
        previous_hashes=tuple(row.previous_hashes),
        totp_sealed=row.totp_sealed,
        totp_confirmed_at=row.totp_confirmed_at,
        totp_last_step=row.totp_last_step,
        device=row.used_at is not None,
        now=row.now,
    )


def add_person(session: Session, *, login_name: str, name: str) -> int | None:
    """A new person; None when the login name is taken."""
    made: int | None = session.execute(
        upsert(Person)
        .values(login_name=login_name, name=name)
        .on_conflict_do_nothing(index_elements=[Person.login_name])
        .returning(Person.id)
    ).scalar_one_or_none()
    return made


def name_of(session: Session, *, person_id: int) -> str | None:
    return session.execute(select(Person.name).where(Person.id == person_id)).scalar_one_or_none()


def set_disabled(session: Session, *, person_id: int, disabled: bool) -> bool:
    """Close or open an account; False when it is so already."""
    is_open = Person.disabled_at.is_(None)
    done = session.execute(
        update(Person)
        .where(Person.id == person_id, is_open if disabled else ~is_open)
        .values(disabled_at=func.app_now() if disabled else None)
        .returning(Person.id),
        execution_options=QUIET,
    )
    return done.one_or_none() is not None


def add_credential(session: Session, *, person_id: int, password_hash: str) -> None:
    session.execute(insert(Credential).values(person_id=person_id, password_hash=password_hash))


def change_credential(session: Session, person_id: int, **values: Any) -> None:
    session.execute(
        update(Credential).where(Credential.person_id == person_id).values(**values), execution_options=QUIET
    )


def use_step(session: Session, *, person_id: int, step: int) -> bool:
    """Take a time step of one-time codes; False when it or a later one has been used."""
    taken = session.execute(
        update(Credential)
        .where(
            Credential.person_id == person_id,
            func.coalesce(Credential.totp_last_step, -1) < step,
        )
        .values(totp_last_step=step)
        .returning(Credential.person_id),
        execution_options=QUIET,
    )
    return taken.one_or_none() is not None


def replace_recovery_codes(session: Session, *, person_id: int, hashes: Sequence[bytes]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id), execution_options=QUIET)
    if hashes:
        session.execute(
            insert(RecoveryCode), [{"person_id": person_id, "code_hash": each} for each in hashes]
        )


def use_recovery_code(session: Session, *, person_id: int, code_hash: bytes) -> bool:
    """Use up a recovery code; False when there is none such, or it was used."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.app_now())
        .returning(RecoveryCode.person_id),
        execution_options=QUIET,
    )
    return used.one_or_none() is not None


def know_device(session: Session, *, person_id: int, token_hash: bytes) -> None:
    """Remember a browser, or that it was used now; of each person the last used ``DEVICES_KEPT`` stay."""
    session.execute(
        upsert(KnownDevice)
        .values(person_id=person_id, token_hash=token_hash)
        .on_conflict_do_update(
            index_elements=[KnownDevice.person_id, KnownDevice.token_hash], set_={"used_at": func.app_now()}
        )
    )
    kept = (
        select(KnownDevice.token_hash)
        .where(KnownDevice.person_id == person_id)
        .order_by(KnownDevice.used_at.desc())
        .limit(DEVICES_KEPT)
    )
    session.execute(
        delete(KnownDevice).where(KnownDevice.person_id == person_id, KnownDevice.token_hash.not_in(kept)),
        execution_options=QUIET,
    )


def forget_devices(session: Session, *, person_id: int, but: bytes | None = None) -> None:
    session.execute(
        delete(KnownDevice).where(KnownDevice.person_id == person_id, KnownDevice.token_hash != (but or b"")),
        execution_options=QUIET,
    )


def add_link(session: Session, **values: Any) -> int:
    """A new link to set a password; returns its id. ``values`` are columns of ``PasswordLink``."""
    made: int = session.execute(insert(PasswordLink).values(**values).returning(PasswordLink.id)).scalar_one()
    return made


def link(session: Session, *, token_hash: bytes, lock: bool = False) -> Row[Any] | None:
    """The link of a token with whom it is for, who issued it and where; ``lock`` holds it while it is used.

    ``followed`` says that a later one was issued for the same person.
    """
    issuer, later = aliased(Person), aliased(PasswordLink)
    followed = exists().where(later.person_id == PasswordLink.person_id, later.id > PasswordLink.id)
    query = (
        select(
            PasswordLink.tenant_id,
            PasswordLink.id,
            PasswordLink.person_id,
            PasswordLink.issued_by,
            PasswordLink.created_at,
            PasswordLink.expires_at,
            PasswordLink.used_at,
            followed.label("followed"),
            issuer.name.label("issuer"),
            issuer.disabled_at.label("issuer_disabled_at"),
            Person.name,
            Person.login_name,
            Person.disabled_at,
            Credential.password_set_at,
            Tenant.name.label("tenant_name"),
            func.app_now().label("now"),
        )
        .join(Tenant, Tenant.id == PasswordLink.tenant_id)
        .join(issuer, issuer.id == PasswordLink.issued_by)
        .join(Person, Person.id == PasswordLink.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .where(PasswordLink.token_hash == token_hash)
    )
    return session.execute(query.with_for_update(of=PasswordLink) if lock else query).one_or_none()


def use_link(session: Session, *, tenant_id: int, link_id: int) -> None:
    session.execute(
        update(PasswordLink)
        .where(PasswordLink.tenant_id == tenant_id, PasswordLink.id == link_id)
        .values(used_at=func.app_now()),
        execution_options=QUIET,
    )


def lock_failures(session: Session, *, keys: Sequence[bytes]) -> list[Row[Any]]:
    """The counts behind ``keys``, in their order and made where missing, held until the transaction ends."""
    session.execute(upsert(Throttle).values([{"key": key} for key in sorted(keys)]).on_conflict_do_nothing())
    rows = session.execute(
        select(
            Throttle.key,
            Throttle.failures,
            Throttle.failed_at,
            Throttle.blocked_until,
            Throttle.refused,
            func.app_now().label("now"),
        )
        .where(Throttle.key.in_(keys))
        .order_by(Throttle.key)
        .with_for_update()
    )
    found = {row.key: row for row in rows}
    return [found[key] for key in keys]


def write_failures(session: Session, counts: Sequence[Mapping[str, Any]]) -> None:
    """Write locked counts back: mappings with the columns of ``Throttle``."""
    written = upsert(Throttle).values(list(counts))
    columns = ("failures", "failed_at", "blocked_until", "refused")
    session.execute(
        written.on_conflict_do_update(
            index_elements=[Throttle.key], set_={name: written.excluded[name] for name in columns}
        )
    )


def drop_failures(session: Session, *, before: datetime, most: int) -> None:
    """Delete up to ``most`` counts that were last added to before then and that nobody holds."""
    old = (
        select(Throttle.key).where(Throttle.failed_at < before).limit(most).with_for_update(skip_locked=True)
    )
    session.execute(delete(Throttle).where(Throttle.key.in_(old)), execution_options=QUIET)
