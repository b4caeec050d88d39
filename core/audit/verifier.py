"""验证操作记录：脱离平台核对导出的记录和存证，只用 Python 标准库（3.9 及以上）。

    python3 verifier.py 导出文件 [--checkpoint 存证文件] [--public-key 公钥文件]

退出码：0 全部一致；1 有不符，每处一行；2 不能读取，或不能判断。签名要用 cryptography 库核对，没有装时会说明。

This one file imports nothing of the application, so that an auditor can read it and run it elsewhere; the
application verifies with the same code. A chain is good when every event has the hash of its own content,
names the hash of the one before it, counts on by one, ends at the head, and passes through every checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

EVENT = b"shouxi.audit.event.v1\x00"
GENESIS = b"shouxi.audit.genesis.v1\x00"
CHECKPOINT = b"shouxi.audit.checkpoint.v1\x00"
EXPORT_FORMAT = "shouxi.audit.export.v1"
CHECKPOINT_FORMAT = "shouxi.audit.checkpoint.v1"
CONTENT = (
    *("tenant_id", "seq", "at", "actor", "hat", "action", "subject"),
    *("changes", "reason", "request_id", "prev"),
)
"""What the hash of an event covers: everything but the hash."""
LINE = {"tenant_id": int, "seq": int, "prev": str, "hash": str}
SIGNED = ("format", "at", "key_id", "heads")
TRIES, NEAR = 20_000, 50
"""How many hashes are spent on finding out where misplaced events come from, and how far on each first."""
PUBLIC_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""An Ed25519 public key in DER is this and its 32 bytes (RFC 8410)."""
GOOD, DIFFERENT, UNREADABLE = 0, 1, 2


class CannotRead(Exception):
    """A file is not what it should be; the text says which and what to do."""


class Kind(Enum):
    """What is wrong with an event, or with where a chain ends."""

    EDITED = "内容与摘要不符，被改动过"
    MISPLACED = "被插入或调换了次序"
    FOREIGN = "是其他单位的记录"
    MISSING = "缺少"
    UNLINKED = "与前一条不衔接：前后有记录被插入、调换或改写"
    CUT = "末尾被截去：链头记到这里，记录已不存在"
    EXTRA = "在链头之后，不是平台写入的"
    HEAD = "与链头的摘要不符"
    REWRITTEN = "与存证的摘要不符：此条或更早的记录被改写"
    ROLLED_BACK = "存证记到这里，记录已不存在：末尾被截去，或数据库退回到了更早的时候"
    FORGED = "存证的签名不对"


@dataclass(frozen=True)
class Fault:
    """What is wrong from event ``seq`` to event ``last`` of a tenant; 0 when it is about no event."""

    tenant_id: int
    seq: int
    last: int
    kind: Kind
    detail: str = ""

    def text(self, name: str = "") -> str:
        """One line: 单位，序号，什么不符."""
        who = [name or f"单位 {self.tenant_id}"] if self.tenant_id else []
        where = [f"第 {self.seq} 条" if self.last == self.seq else f"第 {self.seq} 至 {self.last} 条"]
        return " ".join(who + where * bool(self.last)) + f"：{self.kind.value}{self.detail}"


def canonical(data: Any) -> bytes:
    """RFC 8785 JSON. Raises ValueError or RecursionError for what has none."""
    return "".join(_json(data)).encode()


def _json(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield "{"
        for index, key in enumerate(sorted(data, key=lambda each: each.encode("utf-16-be", "surrogatepass"))):
            yield ("," if index else "") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _json(data[key])
        yield "}"
    elif isinstance(data, list):
        yield "["
        for index, each in enumerate(data):
            yield "," if index else ""
            yield from _json(each)
        yield "]"
    else:
        yield _number(data) if isinstance(data, float) else json.dumps(data, ensure_ascii=False)


def _number(value: float) -> str:
    """A number as ECMAScript writes it."""
    if not value:
        return "0"
    if not math.isfinite(value):
        raise ValueError("not a number of JSON")
    sign, numerals, power = Decimal(repr(value)).normalize().as_tuple()
    digits, point = "".join(map(str, numerals)), len(numerals) + int(power)
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + text


def genesis(tenant_id: int) -> str:
    """What the first event of a tenant names as the hash before it."""
    return hashlib.sha256(GENESIS + str(tenant_id).encode()).hexdigest()


def event_hash(event: Mapping[str, Any], **as_if: Any) -> str:
    """The SHA-256 of what an event says, or would say ``as_if``; "" when it has no canonical form."""
    try:
        content = canonical({key: event.get(key) for key in CONTENT} | as_if)
    except (TypeError, ValueError, RecursionError, AttributeError):
        return ""
    return hashlib.sha256(EVENT + content).hexdigest()


@dataclass
class Chain:
    """The walk along the events of one tenant, in the order of ``seq``; holds the suspects, not the events.

    ``anchors``: for a seq, the hashes that checkpoints gave it.
    """

    tenant_id: int
    anchors: Mapping[int, frozenset[str]] = field(default_factory=dict)
    length: int = 0
    faults: list[Fault] = field(default_factory=list)
    suspects: list[Mapping[str, Any]] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)
    """What is missing, by the hash it must have had."""
    last: int = 0

    def __post_init__(self) -> None:
        self.link = genesis(self.tenant_id)

    def add(self, event: Mapping[str, Any]) -> None:
        """Take the next event: plain JSON data, with hashes in hexadecimal."""
        self.length += 1
        seq, trusted = event["seq"], not self.suspects or self.suspects[-1]["seq"] != self.last
        if event["tenant_id"] != self.tenant_id:
            self._fault(Kind.FOREIGN, seq)
            return
        if seq <= self.last:
            self._fault(Kind.MISPLACED, seq)
            return
        if event_hash(event) != event["hash"]:
            self.suspects.append(event)
        elif seq == self.last + 1 and trusted and event["prev"] != self.link:
            self._fault(Kind.UNLINKED, seq)
        if seq > self.last + 1:
            self._fault(Kind.MISSING, self.last + 1, seq - 1)
            self.gaps[event["prev"]] = seq - 1
        if self.anchors.get(seq, frozenset((event["hash"],))) != {event["hash"]}:
            self._fault(Kind.REWRITTEN, seq)
        self.last, self.link = seq, event["hash"]

    def end(self, head: tuple[int, str] | None) -> None:
        """Compare where the events end with the head (seq, hash) and the checkpoints."""
        seq, link = head or (0, genesis(self.tenant_id))
        if seq > self.last:
            self._fault(Kind.CUT, self.last + 1, seq)
            self.gaps[link] = seq
        elif seq < self.last:
            self._fault(Kind.EXTRA, seq + 1, self.last)
        elif link != self.link and not (self.suspects and self.suspects[-1]["seq"] == seq):
            self._fault(Kind.HEAD, seq)
        if (known := max(self.anchors, default=0)) > self.last:
            self._fault(Kind.ROLLED_BACK, self.last + 1, known)

    def _fault(self, kind: Kind, seq: int, last: int = 0) -> None:
        self.faults.append(Fault(self.tenant_id, seq, max(seq, last), kind))


def conclude(chains: Sequence[Chain], tries: int = TRIES) -> list[Fault]:
    """All faults by tenant and seq, runs of one kind as one, each suspect with its origin if known."""
    origins = _Origins(chains, tries)
    found = [fault for chain in chains for fault in chain.faults]
    found += [origins.explain(chain, event) for chain in chains for event in chain.suspects]
    runs: list[Fault] = []
    for fault in sorted(found, key=lambda each: (each.tenant_id, each.seq, each.last, each.kind.name)):
        if runs and replace(runs[-1], seq=runs[-1].last + 1, last=fault.last) == fault:
            runs[-1] = replace(runs[-1], last=fault.last)
        else:
            runs.append(fault)
    return runs


class _Origins:
    """Where an event whose hash does not fit its place would fit."""

    def __init__(self, chains: Sequence[Chain], tries: int) -> None:
        self._tenants = [chain.tenant_id for chain in chains]
        self._wanted = {link: (chain.tenant_id, seq) for chain in chains for link, seq in chain.gaps.items()}
        self._left = tries
        self._before: tuple[int, int] | None = None  # what was found last: its tenant, and how far it moved

    def explain(self, chain: Chain, event: Mapping[str, Any]) -> Fault:
        seq: int = event["seq"]
        for tenant_id, place in itertools.islice(self._candidates(chain, event), max(self._left, 1)):
            self._left -= 1
            if event_hash(event, tenant_id=tenant_id, seq=place) == event["hash"]:
                self._before = (tenant_id, place - seq)
                if tenant_id != chain.tenant_id:
                    return Fault(chain.tenant_id, seq, seq, Kind.FOREIGN, f"：原为单位 {tenant_id} 的记录")
                way = f"：比原来早 {place - seq} 位" if place > seq else f"：比原来晚 {seq - place} 位"
                return Fault(tenant_id, seq, seq, Kind.MISPLACED, way)
        return Fault(chain.tenant_id, seq, seq, Kind.EDITED)

    def _candidates(self, chain: Chain, event: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
        seq = event["seq"]
        if self._before:
            yield self._before[0], seq + self._before[1]
        if event["hash"] in self._wanted:
            yield self._wanted[event["hash"]]
        yield from ((chain.tenant_id, seq + way * far) for far in range(1, NEAR) for way in (-1, 1))
        yield from ((chain.tenant_id, each["seq"]) for each in chain.suspects if each is not event)
        yield from ((chain.tenant_id, place) for place in chain.gaps.values())
        yield from ((tenant_id, seq) for tenant_id in self._tenants if tenant_id != chain.tenant_id)


def key_id(public_key: bytes) -> str:
    """What a public key is called: 16 characters."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def signed_bytes(checkpoint: Mapping[str, Any]) -> bytes:
    """What the signature of a checkpoint covers."""
    return CHECKPOINT + canonical({key: checkpoint[key] for key in SIGNED})


def signature_holds(checkpoint: Mapping[str, Any], public_key: bytes) -> bool | None:
    """Whether ``public_key`` signed it; None when ``cryptography`` is not installed."""
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the one thing that may be absent
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            base64.b64decode(checkpoint["signature"]), signed_bytes(checkpoint)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoint(text: str) -> dict[str, Any]:
    """The content of a checkpoint file, of the right shape. Raises CannotRead."""
    try:
        data = json.loads(text)
        heads = [
            (int(tenant), head["seq"], bytes.fromhex(head["hash"])) for tenant, head in data["heads"].items()
        ]
        public_key = base64.b64decode(data["public_key"], validate=True)
        base64.b64decode(data["signature"], validate=True)
        whole = (
            data["format"] == CHECKPOINT_FORMAT
            and isinstance(data["at"], str)
            and key_id(public_key) == data["key_id"]
            and all(
                tenant > 0 and type(seq) is int and seq > 0 and len(link) == 32 for tenant, seq, link in heads
            )
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise CannotRead("不是存证文件，或文件不完整。给出 shouxi audit checkpoint --out 写出的文件。")
    return dict(data)


def read_public_key(text: str) -> bytes:
    """An Ed25519 public key: PEM, base64, or the one in a checkpoint file. Raises CannotRead."""
    if text.lstrip().startswith("{"):
        return base64.b64decode(read_checkpoint(text)["public_key"])
    try:
        lines = [line for line in text.split("\n") if not line.startswith("-----")]
        raw = base64.b64decode("".join("".join(lines).split()), validate=True)
    except ValueError:
        raw = b""
    raw = raw.removeprefix(PUBLIC_PREFIX)
    if len(raw) != 32:
        raise CannotRead("不是 Ed25519 公钥。给出 PEM、32 字节的 base64，或一份可信的存证文件。")
    return raw


def forged(checkpoint: Mapping[str, Any]) -> Fault:
    return Fault(0, 0, 0, Kind.FORGED, f"（{checkpoint['at']}，密钥号 {checkpoint['key_id']}）")


def anchors_of(checkpoints: Iterable[Mapping[str, Any]]) -> dict[int, dict[int, frozenset[str]]]:
    """For each tenant the hashes that checkpoints gave its events, by seq."""
    anchors: dict[int, dict[int, frozenset[str]]] = {}
    for checkpoint in checkpoints:
        for tenant, head in checkpoint["heads"].items():
            known = anchors.setdefault(int(tenant), {})
            known[head["seq"]] = known.get(head["seq"], frozenset()) | {head["hash"]}
    return anchors


def walk_export(
    lines: Iterable[str], checkpoints: Sequence[Mapping[str, Any]]
) -> tuple[list[Chain], dict[int, str]]:
    """The chains of an export, walked to their ends, and the names of their tenants. Raises CannotRead.

    The first line says which tenants there are and where their chains end; each other line is one event.
    """
    rows = _rows(lines)
    header = next(rows, {})
    try:
        stated = {int(tenant): each for tenant, each in header["tenants"].items()}
        names = {tenant: str(each["name"]) for tenant, each in stated.items()}
        heads = {
            tenant: (int(each["seq"]), str(each["hash"])) for tenant, each in stated.items() if each["seq"]
        }
        if header["format"] != EXPORT_FORMAT or type(header["complete"]) is not bool:
            raise ValueError(header["format"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CannotRead("第 1 行不是导出文件的开头。给出 shouxi audit export 写出的完整文件。") from None
    anchors = anchors_of(checkpoints)
    expected = set(heads) | (set(anchors) if header["complete"] else set())
    chains = {tenant: Chain(tenant, anchors.get(tenant, {})) for tenant in sorted(expected)}
    for number, event in enumerate(rows, 2):
        if not all(isinstance(event.get(key), kind) for key, kind in LINE.items()):
            raise CannotRead(f"第 {number} 行不是一条记录。给出 shouxi audit export 写出的完整文件。")
        chains.setdefault(event["tenant_id"], Chain(event["tenant_id"])).add(event)
    for tenant, chain in chains.items():
        chain.end(heads.get(tenant))
    return list(chains.values()), names


def _rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise CannotRead(f"第 {number} 行不是 JSON 对象。给出 shouxi audit export 写出的完整文件。")
        yield row


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="核对导出的操作记录。")
    parser.add_argument("export", type=Path, help="shouxi audit export 写出的文件")
    parser.add_argument("--checkpoint", type=Path, help="另行保管的存证文件")
    parser.add_argument("--public-key", type=Path, help="平台的公钥；不给出时用存证自带的")
    given = parser.parse_args(arguments)
    faults, notes = [], []
    try:
        checkpoints = [read_checkpoint(given.checkpoint.read_text("utf-8"))] if given.checkpoint else []
        for checkpoint in checkpoints:
            key = read_public_key((given.public_key or given.checkpoint).read_text("utf-8"))
            holds = signature_holds(checkpoint, key)
            if holds is None:
                notes.append("没有安装 cryptography，存证的签名没有核对。")
            elif not holds:
                faults.append(forged(checkpoint))
            elif not given.public_key:
                notes.append(f"公钥取自存证本身：先确认密钥号 {checkpoint['key_id']} 与公布的一致。")
        with given.export.open(encoding="utf-8") as lines:
            chains, names = walk_export(lines, [] if faults else checkpoints)
    except (CannotRead, OSError, UnicodeDecodeError) as problem:
        print(problem, file=sys.stderr)
        return UNREADABLE
    faults += conclude(chains)
    for fault in faults:
        print(fault.text(names.get(fault.tenant_id, "")))
    events = sum(each.length for each in chains)
    notes.append(f"核对单位 {len(chains)} 个，记录 {events} 条，存证 {len(checkpoints)} 份。")
    print("\n".join([*notes, f"有 {len(faults)} 处不符。" if faults else "全部一致。"]), file=sys.stderr)
    return DIFFERENT if faults else GOOD


if __name__ == "__main__":
    sys.exit(main())
