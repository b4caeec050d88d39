"""存证: the ends of all chains at one moment, signed (Ed25519), to be held by people outside the database.

Whoever can rewrite the database can make every hash anew. They cannot make the rewritten chains pass through
a checkpoint that the city holds or a notice prints, nor sign another in its place without the key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from core.audit.chain import instant
from core.audit.verifier import CHECKPOINT_FORMAT, key_id, signed_bytes
from core.domain.values import BEIJING
from core.persistence import clock
from core.persistence.queries import audit as queries


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of checkpoints: 32 bytes, kept outside the database."""

    key: Ed25519PrivateKey

    @classmethod
    def of(cls, key: bytes) -> Signer:
        return cls(Ed25519PrivateKey.from_private_bytes(key))

    @property
    def public_key(self) -> bytes:
        """32 bytes, for everyone."""
        return self.key.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id(self.public_key)


def take(session: Session, signer: Signer) -> dict[str, Any]:
    """Sign the heads of all chains and keep the checkpoint here too; returns the content of its file.

    The scope must read all tenants: a checkpoint says how far *every* chain goes.
    """
    heads = {str(row.tenant_id): {"seq": row.seq, "hash": row.hash.hex()} for row in queries.heads(session)}
    at = clock.now(session)
    content = _content(instant(at), signer.key_id, heads)
    signature = signer.key.sign(signed_bytes(content))
    queries.add_checkpoint(
        session, {"at": at, "heads": heads, "key_id": signer.key_id, "signature": signature}
    )
    return content | {
        "public_key": base64.b64encode(signer.public_key).decode(),
        "signature": base64.b64encode(signature).decode(),
    }


def kept(session: Session) -> Iterator[dict[str, Any]]:
    """The checkpoints that are kept in the database, oldest first, as content and signature."""
    for row in queries.checkpoints(session):
        try:
            heads = json.loads(row.heads)
        except (ValueError, RecursionError):  # not written by the platform: the signature will not hold
            heads = row.heads
        signature = base64.b64encode(row.signature).decode()
        yield _content(row.at, row.key_id, heads) | {"signature": signature}


def as_file(checkpoint: dict[str, Any]) -> str:
    """The text of a checkpoint file: what it is, for people, then what is signed, key and signature."""
    seqs = [head["seq"] for head in checkpoint["heads"].values()]
    moment = datetime.fromisoformat(checkpoint["at"]).astimezone(BEIJING)
    about = [
        "首席技师评聘平台 操作记录存证",
        f"北京时间 {moment:%Y年%m月%d日 %H:%M:%S}，单位 {len(seqs)} 个，记录 {sum(seqs)} 条",
        f"密钥号 {checkpoint['key_id']}，与平台公布的一致时，签名才说明存证出自平台",
        "由平台以外的人保管。核对：shouxi audit verify --checkpoint 本文件；或用 verifier.py 核对导出的记录",
        "这几行只供阅读，不在签名范围内",
    ]
    return json.dumps({"about": about} | checkpoint, ensure_ascii=False, indent=1) + "\n"


def _content(at: str, key: str, heads: Any) -> dict[str, Any]:
    return {"format": CHECKPOINT_FORMAT, "at": at, "key_id": key, "heads": heads}
