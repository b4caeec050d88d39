"""``shouxi audit`` as an operator runs it: exit codes, a line for each difference, files others can check."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import psycopg
import pytest

from core.audit import verifier
from core.cli import run, shouxi
from core.config import Databases
from core.persistence.server import EmbeddedServer
from tests.integration.audit.conftest import SIGNER, Trail
from tests.integration.audit.test_tampering import spoil

STRANGER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture(autouse=True)
def environment(database: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUXI_ENV", "test")
    monkeypatch.setenv("DATABASE_URL", database.user_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    monkeypatch.setenv("SHOUXI_SIGNING_KEY", base64.b64encode(bytes(range(32))).decode())


def checkpoint(folder: Path, name: str = "checkpoint.json") -> Path:
    """A checkpoint file as the command writes it."""
    assert run(shouxi, ["audit", "checkpoint", "--out", str(folder / name)]) == 0
    return folder / name


def test_untouched_record_is_good(trail: Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = checkpoint(tmp_path)
    assert run(shouxi, ["audit", "verify"]) == 0
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held)]) == 0
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held), "--public-key", str(held)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert f"已签发存证：单位 2 个，密钥号 {SIGNER.key_id}。" in told.err
    assert "核对单位 2 个，记录 19 条，存证 3 份。\n全部一致。" in told.err


def test_each_difference_is_one_line_with_tenant_place_and_what(
    trail: Trail, superuser: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(superuser, "update audit_event set reason = 'x' where tenant_id = %s and seq = 3", trail.tenant)
    spoil(superuser, "delete from audit_event where tenant_id = %s and seq in (2, 3)", trail.other)
    assert run(shouxi, ["audit", "verify"]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "南京宏能电力设备有限公司 第 3 条：内容与摘要不符，被改动过",
        "苏州姑胥精密机械有限公司 第 2 至 3 条：缺少",
    ]
    assert told.err.endswith("有 2 处不符。\n")


def test_cut_tail_needs_the_held_file(
    trail: Trail, superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = checkpoint(tmp_path)
    superuser.execute("truncate audit_checkpoint")
    spoil(superuser, "delete from audit_event where tenant_id = %s and seq = 11", trail.tenant)
    spoil(
        superuser,
        "update audit_head set (seq, hash) = (select seq, hash from audit_event e "
        "where e.tenant_id = audit_head.tenant_id and seq = 10) where tenant_id = %s",
        trail.tenant,
    )
    assert run(shouxi, ["audit", "verify"]) == 0
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held)]) == 1
    assert capsys.readouterr().out.startswith("南京宏能电力设备有限公司 第 11 条：存证记到这里，记录已不存在")


def test_export_is_verified_without_the_platform(
    trail: Trail, superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held, out = checkpoint(tmp_path), tmp_path / "export.jsonl"
    assert run(shouxi, ["audit", "export", "--out", str(out)]) == 0
    options = ["--checkpoint", str(held), "--public-key", str(held)]
    assert verifier.main([str(out), *options]) == 0
    assert len(out.read_text("utf-8").split("\n")) == 21
    spoil(superuser, "update audit_event set changes = '{\"a\": 1e9999}' where seq = 2")
    out.unlink()
    assert run(shouxi, ["audit", "export", "--out", str(out)]) == 0
    gone = [line for line in out.read_text("utf-8").split("\n") if f'"tenant_id": {trail.other}' not in line]
    header = json.loads(gone[0])
    del header["tenants"][str(trail.other)]
    (tmp_path / "part.jsonl").write_text("\n".join([json.dumps(header), *gone[1:]]), "utf-8")
    capsys.readouterr()
    assert verifier.main([str(tmp_path / "part.jsonl"), *options]) == 1
    assert f"单位 {trail.other} 第 1 至 8 条：存证记到这里" in capsys.readouterr().out
    out.unlink()
    assert run(shouxi, ["audit", "export", "--tenant", str(trail.other), "--out", str(out)]) == 0
    capsys.readouterr()
    assert verifier.main([str(out), *options]) == 1
    assert capsys.readouterr().out == "苏州姑胥精密机械有限公司 第 2 条：内容与摘要不符，被改动过\n"


def test_without_a_file_name_things_go_to_standard_output(
    trail: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shouxi, ["audit", "checkpoint"]) == 0
    assert json.loads(capsys.readouterr().out)["key_id"] == SIGNER.key_id
    assert run(shouxi, ["audit", "export"]) == 0
    assert len(capsys.readouterr().out.split("\n")) == 21


def test_file_that_exists_is_not_written_over_and_nothing_is_signed(
    trail: Trail, superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = checkpoint(tmp_path)
    before = held.read_bytes()
    for command in ("checkpoint", "export"):
        assert run(shouxi, ["audit", command, "--out", str(held)]) == 2
        assert "文件已存在" in capsys.readouterr().err
        assert run(shouxi, ["audit", command, "--out", str(tmp_path / "absent" / "file")]) == 2
        assert "不能写入" in capsys.readouterr().err
    assert held.read_bytes() == before
    assert superuser.execute("select count(*) from audit_checkpoint").fetchone() == (2,)


def test_what_cannot_be_read_or_judged_is_exit_2(
    trail: Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, other = checkpoint(tmp_path), tmp_path / "other"
    other.write_text("{}")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    asked = {
        ("--checkpoint", str(tmp_path / "absent")): "不能读取",
        ("--checkpoint", str(binary)): "不是 UTF-8 文本",
        ("--checkpoint", str(other)): "不是存证文件",
        ("--public-key", str(binary)): "不是 UTF-8 文本",
        ("--public-key", str(other)): "不是存证文件",
    }
    for options, why in asked.items():
        assert run(shouxi, ["audit", "verify", *options]) == 2
        assert why in capsys.readouterr().err
    monkeypatch.setenv("SHOUXI_SIGNING_KEY", STRANGER_KEY)
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held)]) == 2
    assert f"存证由密钥 {SIGNER.key_id} 签名" in capsys.readouterr().err
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held), "--public-key", str(held)]) == 0
    assert run(shouxi, ["audit", "verify"]) == 0
    assert "库中有 2 份存证由其他密钥签发，没有核对" in capsys.readouterr().err


def test_forged_checkpoint_is_a_difference(
    trail: Trail, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = checkpoint(tmp_path)
    content = json.loads(held.read_text("utf-8"))
    content["heads"][str(trail.tenant)]["seq"] = 10
    held.write_text(json.dumps(content))
    assert run(shouxi, ["audit", "verify", "--checkpoint", str(held)]) == 1
    assert "存证的签名不对" in capsys.readouterr().out


def test_database_that_is_not_there_or_not_ours_is_exit_2(
    shared_server: EmbeddedServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    worker_id: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", shared_server.url("app_user", f"absent_{worker_id}"))
    assert run(shouxi, ["audit", "verify"]) == 2
    assert "不能连接数据库" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", shared_server.url("postgres", "postgres"))
    assert run(shouxi, ["audit", "verify"]) == 2
    assert "不能读取数据库" in capsys.readouterr().err
    monkeypatch.setenv("SHOUXI_ENV", "production")
    assert run(shouxi, ["audit", "verify"]) == 2
    assert "未设置 SECRET_KEY" in capsys.readouterr().err
