"""``shouxi audit``: sign where the chains end, verify them, hand them out.

``verify`` exits 0 when everything holds, 1 with one line for each difference, 2 when it cannot read or judge.
"""

from __future__ import annotations

import itertools
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

import click

from core.audit.checkpoint import Signer, as_file, take
from core.audit.verifier import CannotRead, key_id, read_checkpoint, read_public_key
from core.cli.command import BLOCKED, OK, Command, Group
from core.cli.database import opened
from core.cli.terminal import clean, err, out
from core.domain.errors import DomainError
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services.audit import export as exported
from core.services.audit import verify_all

EVERYTHING = Scope(reads="*")

out_option = click.option(
    "--out", "path", metavar="文件", type=Path, help="写入这个新文件，而不是输出到屏幕。"
)


@click.group("audit", cls=Group, help="操作记录：签发存证，验证链条，导出取证。")
def audit() -> None:
    """The commands about the record of acts."""


@audit.command("checkpoint", cls=Command)
@out_option
def checkpoint(path: Path | None) -> int:
    """签发存证：为全部链头签名，交平台以外的人保管。"""
    with opened() as settings, act(EVERYTHING) as session:
        made = take(session, Signer.of(settings.signing_key))
        with _written(path) as stream:  # before the commit: no checkpoint is kept that nobody was given
            stream.write(as_file(made))
    err().line(f"已签发存证：单位 {len(made['heads'])} 个，密钥号 {made['key_id']}。")
    return OK


@audit.command("verify", cls=Command)
@click.option(
    "--checkpoint",
    "files",
    metavar="文件",
    type=Path,
    multiple=True,
    help="另行保管的存证，可以给出多份。",
)
@click.option(
    "--public-key",
    "key_file",
    metavar="文件",
    type=Path,
    help="签发存证的公钥（PEM、base64 或一份可信的存证），默认取 SHOUXI_SIGNING_KEY 的公钥。",
)
def verify(files: tuple[Path, ...], key_file: Path | None) -> int:
    """逐条验证全部链条，并与存证比对；每处不符一行。"""
    try:
        held = [read_checkpoint(_read(each)) for each in files]
        public_key = None if key_file is None else read_public_key(_read(key_file))
    except CannotRead as problem:
        raise DomainError(str(problem)) from None
    with opened() as settings, reading(EVERYTHING) as session:
        public_key = public_key or Signer.of(settings.signing_key).public_key
        verdict = verify_all(session, public_key, held=held)
    paper, notes = out(), err()
    for fault in verdict.faults:
        paper.line(clean(fault.text(verdict.names.get(fault.tenant_id, ""))))
    if verdict.unread:
        notes.line(
            f"库中有 {verdict.unread} 份存证由其他密钥签发，没有核对；本次的密钥号是 {key_id(public_key)}。"
        )
    notes.line(f"核对单位 {verdict.chains} 个，记录 {verdict.events} 条，存证 {verdict.checkpoints} 份。")
    if verdict.good:
        notes.line(notes.styled("全部一致。", "ok"))
        return OK
    notes.line(notes.styled(f"有 {len(verdict.faults)} 处不符。", "bad"))
    return BLOCKED


@audit.command("export", cls=Command)
@click.option("--tenant", "tenant_id", metavar="编号", type=int, help="只导出这个单位的记录。")
@out_option
def export(tenant_id: int | None, path: Path | None) -> int:
    """导出操作记录（JSON Lines），可用 core/audit/verifier.py 脱离平台核对。"""
    with opened(), reading(EVERYTHING) as session:
        lines = exported(session, tenant_id)
        header = next(lines)
        with _written(path) as stream:
            stream.writelines(f"{line}\n" for line in itertools.chain((header,), lines))
    return OK


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise DomainError(f"{path}：不能读取（{error.strerror}）。检查文件名和权限。") from None
    except UnicodeDecodeError:
        raise DomainError(f"{path}：不是 UTF-8 文本。检查文件是否选错。") from None


def _written(path: Path | None) -> nullcontext[TextIO] | TextIO:
    """Where to write: a new file, since evidence is not written over, or standard output."""
    if path is None:
        return nullcontext(sys.stdout)
    try:
        return path.open("x", encoding="utf-8")
    except FileExistsError:
        raise DomainError(f"{path}：文件已存在，没有改写。换一个文件名。") from None
    except OSError as error:
        raise DomainError(f"{path}：不能写入（{error.strerror}）。检查文件夹和权限。") from None
