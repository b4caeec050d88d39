"""The verifier as an auditor runs it: one file without the application, an export, a held checkpoint."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.audit import verifier
from core.audit.checkpoint import Signer, as_file
from core.audit.verifier import CannotRead, read_checkpoint, read_public_key, signature_holds
from tests.unit.audit.chains import Line, chance_of, good_chain

SIGNER = Signer.of(bytes(range(32)))
STRANGER = Signer.of(bytes(range(1, 33)))


def checkpoint_of(lines: list[Line], signer: Signer = SIGNER) -> dict[str, Any]:
    """A signed checkpoint over the ends of what ``lines`` hold."""
    heads = {str(line["tenant_id"]): {"seq": line["seq"], "hash": line["hash"]} for line in lines}
    content = {
        "format": verifier.CHECKPOINT_FORMAT,
        "at": "2026-11-23T04:00:00.000000Z",
        "key_id": signer.key_id,
        "heads": heads,
    }
    signature = signer.key.sign(verifier.signed_bytes(content))
    return content | {
        "public_key": base64.b64encode(signer.public_key).decode(),
        "signature": base64.b64encode(signature).decode(),
    }


@dataclass
class Desk:
    """An auditor's folder: the verifier alone, an export, a checkpoint and the platform's public key."""

    folder: Path
    lines: list[Line]

    def write(self, *, complete: bool = True, checkpoint: dict[str, Any] | None = None) -> None:
        ends = {str(line["tenant_id"]): (line["seq"], line["hash"]) for line in self.lines}
        header = {
            "format": verifier.EXPORT_FORMAT,
            "complete": complete,
            "tenants": {t: {"name": "宏能", "seq": seq, "hash": link} for t, (seq, link) in ends.items()},
        }
        rows = [header, *self.lines]
        (self.folder / "export.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
        (self.folder / "checkpoint.json").write_text(
            as_file(checkpoint or checkpoint_of(self.lines)), "utf-8"
        )
        (self.folder / "key.txt").write_text(base64.b64encode(SIGNER.public_key).decode())

    def run(self, *options: str, isolated: bool = False) -> tuple[int, str, str]:
        """Exit code, output and notes. ``isolated`` leaves every installed package out."""
        flags = ["-I", "-S"] if isolated else ["-I"]
        done = subprocess.run(
            [sys.executable, "-X", "utf8", *flags, "verifier.py", "export.jsonl", *options],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


HELD = ("--checkpoint", "checkpoint.json")
KEY = ("--public-key", "key.txt")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    shutil.copy(verifier.__file__, tmp_path)
    events = [*good_chain(3, 6, chance_of(1)), *good_chain(12, 4, chance_of(2))]
    made = Desk(tmp_path, [event.as_json() for event in events])
    made.write()
    return made


def test_good_export_is_accepted_with_and_without_installed_packages(desk: Desk) -> None:
    assert desk.run(*HELD, *KEY) == (0, "", "核对单位 2 个，记录 10 条，存证 1 份。\n全部一致。\n")
    code, output, notes = desk.run(*HELD, *KEY, isolated=True)
    assert (code, output) == (0, "")
    assert "没有安装 cryptography，存证的签名没有核对。" in notes


def test_key_in_the_checkpoint_itself_is_used_with_a_warning(desk: Desk) -> None:
    code, output, notes = desk.run(*HELD)
    assert (code, output) == (0, "")
    assert f"先确认密钥号 {SIGNER.key_id} 与公布的一致" in notes


def test_edited_event_is_one_line_and_exit_1(desk: Desk) -> None:
    desk.lines[2]["reason"] = "另有缘由"
    desk.write()
    code, output, notes = desk.run()
    assert (code, output) == (1, "宏能 第 3 条：内容与摘要不符，被改动过\n")
    assert notes.endswith("有 1 处不符。\n")


def test_export_that_ends_early_is_found_with_the_checkpoint_alone(desk: Desk) -> None:
    checkpoint = checkpoint_of(desk.lines)
    del desk.lines[-2:]
    desk.write(checkpoint=checkpoint)
    assert desk.run()[0] == 0
    code, output, _ = desk.run(*HELD, *KEY)
    assert code == 1
    assert output.startswith("宏能 第 3 至 4 条：存证记到这里，记录已不存在")


def test_tenant_left_out_is_found_in_a_complete_export_only(desk: Desk) -> None:
    checkpoint = checkpoint_of(desk.lines)
    desk.lines = [line for line in desk.lines if line["tenant_id"] == 3]
    desk.write(checkpoint=checkpoint)
    code, output, _ = desk.run(*HELD, *KEY)
    assert code == 1
    assert output.startswith("单位 12 第 1 至 4 条：存证记到这里，记录已不存在")
    desk.write(checkpoint=checkpoint, complete=False)
    assert desk.run(*HELD, *KEY)[0] == 0


def test_checkpoint_of_another_key_is_a_forgery(desk: Desk) -> None:
    desk.write(checkpoint=checkpoint_of(desk.lines, STRANGER))
    longer = checkpoint_of([*desk.lines, desk.lines[-1] | {"seq": 99}], STRANGER)
    code, output, _ = desk.run(*HELD, *KEY)
    assert code == 1
    assert output == f"：存证的签名不对（2026-11-23T04:00:00.000000Z，密钥号 {STRANGER.key_id}）\n"
    assert desk.run(*HELD)[0] == 0  # the twin: the stranger's own key does hold
    desk.write(checkpoint=longer)
    assert desk.run(*HELD)[1] != ""
    assert desk.run(*HELD, *KEY)[:2] == (1, output)  # what a forgery says of the chains is not believed


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", "nonsense", '{"tenant_id": 3}', '{"tenant_id": 3, "seq": "1", "prev": "", "hash": ""}'],
)
def test_line_that_is_no_event_makes_the_export_unreadable(desk: Desk, line: str) -> None:
    file = desk.folder / "export.jsonl"
    file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")
    code, output, notes = desk.run()
    assert (code, output) == (2, "")
    assert notes.startswith("第 12 行不是")


@pytest.mark.parametrize("text", ["", "{}\n", '{"format": "shouxi.audit.export.v1", "tenants": []}\n'])
def test_export_without_its_header_is_unreadable(desk: Desk, text: str) -> None:
    (desk.folder / "export.jsonl").write_text(text)
    code, _, notes = desk.run()
    assert code == 2
    assert "不是导出文件的开头" in notes


def test_missing_files_and_wrong_encodings_are_unreadable(desk: Desk) -> None:
    assert desk.run("--checkpoint", "absent.json")[0] == 2
    (desk.folder / "key.txt").write_bytes(b"\xff\xfe")
    assert desk.run(*HELD, *KEY)[0] == 2


# --- checkpoints and keys -----------------------------------------------------------------------------------


def test_signature_covers_all_that_is_signed(desk: Desk) -> None:
    good = checkpoint_of(desk.lines)
    assert signature_holds(good, SIGNER.public_key) is True
    assert signature_holds(good, STRANGER.public_key) is False
    changed: list[dict[str, Any]] = [
        {"at": "2026-11-22T04:00:00.000000Z"},
        {"key_id": STRANGER.key_id},
        {"heads": good["heads"] | {"3": {"seq": 5, "hash": good["heads"]["3"]["hash"]}}},
        {"heads": {"3": good["heads"]["3"]}},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"signature": ""},
    ]
    for change in changed:
        assert signature_holds(good | change, SIGNER.public_key) is False, change


def test_file_of_a_checkpoint_tells_people_what_it_is_and_reads_back(desk: Desk) -> None:
    good = checkpoint_of(desk.lines)
    text = as_file(good)
    assert "北京时间 2026年11月23日 12:00:00，单位 2 个，记录 10 条" in text
    assert SIGNER.key_id in text
    assert {key: value for key, value in read_checkpoint(text).items() if key != "about"} == good


@pytest.mark.parametrize(
    "change",
    [
        {"format": "shouxi.audit.checkpoint.v2"},
        {"at": 1},
        {"key_id": "0" * 16},
        {"public_key": "AAAA"},
        {"signature": "not base64"},
        {"heads": []},
        {"heads": {"0": {"seq": 1, "hash": "00" * 32}}},
        {"heads": {"3": {"seq": 0, "hash": "00" * 32}}},
        {"heads": {"3": {"seq": True, "hash": "00" * 32}}},
        {"heads": {"3": {"seq": 1, "hash": "00"}}},
        {"heads": {"3": {"seq": 1}}},
        {"heads": {"three": {"seq": 1, "hash": "00" * 32}}},
    ],
)
def test_file_of_another_shape_is_no_checkpoint(desk: Desk, change: dict[str, Any]) -> None:
    with pytest.raises(CannotRead, match="不是存证文件"):
        read_checkpoint(json.dumps(checkpoint_of(desk.lines) | change))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_text_that_is_no_object_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CannotRead):
        read_checkpoint(text)


def test_public_key_is_read_in_each_of_its_forms(desk: Desk) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for text in (
        pem,
        pem.replace("\n", "\r\n"),
        base64.b64encode(SIGNER.public_key).decode() + "\n",
        base64.b64encode(der).decode(),
        as_file(checkpoint_of(desk.lines)),
    ):
        assert read_public_key(text) == SIGNER.public_key


@pytest.mark.parametrize("text", ["", "AAAA", "口令", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"])
def test_text_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(CannotRead, match="公钥"):
        read_public_key(text)
