"""The fence: one child for each code, limits, a clean environment, JSON in and out."""

import os
import signal
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from core.domain.answers import Answer
from core.domain.complaints import Complaints
from core.domain.cycle import Cycle
from core.domain.faults import FaultKind, HookFault
from core.domain.plan import Deviation, Methods
from core.hookspecs import HookArguments
from core.sandbox import Code, Limits, Sandbox
from core.sandbox.wire import BadAnswer, answer_text, pack_given, read_reply, unpack_given
from core.services.editions import CURRENT

HEADER = "import os\nfrom core.sdk import *\n"
PROCESS_ID = """
@hookimpl
def plan_methods():
    return Answer(Methods(), section=str(os.getpid()))
"""
ARGUMENTS = HookArguments(
    CURRENT.complete(Cycle(id="2026", year=2026)), CURRENT.template, MappingProxyType({})
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(wall_seconds=10.0)) as sandbox:
        yield sandbox


def code(folder: Path, source: str, name: str = "plan") -> Code:
    path = folder / f"{name}.py"
    path.write_text(HEADER + source, "utf-8")
    return Code(f"tenant:{name}", str(path), "digest")


def ask(sandbox: Sandbox, asked: Code, part: str = "methods", given: HookArguments = ARGUMENTS) -> Any:
    return sandbox.ask(asked, part, pack_given(given.cycle, given.answers), CURRENT.id)


def section(outcome: object) -> str:
    assert isinstance(outcome, Answer), outcome
    assert isinstance(outcome.section, str)
    return outcome.section


def test_answer_comes_back_as_the_records_it_was(sandbox: Sandbox, tmp_path: Path) -> None:
    source = """
@hookimpl
def plan_methods(cycle, template, answers):
    step = template.number("/rubric/score_step")
    return Answer(
        Methods(routes=("performance",), secret_ballot=True),
        section=f"{cycle.year} {step} {answers['complaints'].value.procedure}",
        deviations=(Deviation(annex=2, what="a", reason="b"),),
    )
"""
    typed = {"complaints": Answer(Complaints(procedure="受理后答复"))}
    given = HookArguments(ARGUMENTS.cycle, CURRENT.template, MappingProxyType(typed))
    assert ask(sandbox, code(tmp_path, source), given=given) == Answer(
        Methods(routes=("performance",), secret_ballot=True),
        section="2026 1 受理后答复",
        deviations=(Deviation(annex=2, what="a", reason="b"),),
    )


def test_none_is_not_mine(sandbox: Sandbox, tmp_path: Path) -> None:
    assert ask(sandbox, code(tmp_path, "@hookimpl\ndef plan_methods():\n    return None\n")) is None


def test_description_lists_the_parts_that_are_answered(sandbox: Sandbox, tmp_path: Path) -> None:
    description = sandbox.describe(code(tmp_path, PROCESS_ID))
    assert (description.parts, description.faults) == (frozenset({"methods"}), ())


def test_questions_to_one_code_go_to_one_warm_process(sandbox: Sandbox, tmp_path: Path) -> None:
    asked = code(tmp_path, PROCESS_ID)
    processes = {section(ask(sandbox, asked)) for _ in range(3)}
    assert len(processes) == 1
    assert processes != {str(os.getpid())}


def test_two_codes_share_no_process_and_no_state(sandbox: Sandbox, tmp_path: Path) -> None:
    source = """
import sys
seen = sys.modules.setdefault("seen", [])
@hookimpl
def plan_methods():
    seen.append(1)
    return Answer(Methods(), section=str(len(seen)))
"""
    one, two = code(tmp_path, source, "one"), code(tmp_path, source, "two")
    assert [section(ask(sandbox, each)) for each in (one, one, two)] == ["1", "2", "1"]


def test_changed_code_gets_a_new_process(sandbox: Sandbox, tmp_path: Path) -> None:
    asked = code(tmp_path, PROCESS_ID)
    before = section(ask(sandbox, asked))
    assert section(ask(sandbox, Code(asked.plugin, asked.path, "another digest"))) != before


def test_code_not_asked_for_longest_loses_its_process(tmp_path: Path) -> None:
    one, two = code(tmp_path, PROCESS_ID, "one"), code(tmp_path, PROCESS_ID, "two")
    with Sandbox(keep=1) as sandbox:
        first = section(ask(sandbox, one))
        ask(sandbox, two)
        assert section(ask(sandbox, one)) != first


@pytest.mark.parametrize("fault", ["kept.append(bytearray(2**40))", "object.__setattr__(cycle, 'year', 1)"])
def test_process_is_replaced_after_a_fault_that_spoils_it(
    sandbox: Sandbox, tmp_path: Path, fault: str
) -> None:
    source = f"{PROCESS_ID}\nkept = []\n@hookimpl\ndef plan_schedule(cycle):\n    {fault}\n"
    asked = code(tmp_path, source)
    before = section(ask(sandbox, asked))
    assert isinstance(ask(sandbox, asked, "schedule"), HookFault)
    assert section(ask(sandbox, asked)) != before


def test_process_that_raised_stays_warm(sandbox: Sandbox, tmp_path: Path) -> None:
    asked = code(tmp_path, f"{PROCESS_ID}\n@hookimpl\ndef plan_schedule():\n    1 // 0\n")
    before = section(ask(sandbox, asked))
    assert ask(sandbox, asked, "schedule").kind is FaultKind.RAISED
    assert section(ask(sandbox, asked)) == before


def test_process_that_died_between_two_questions_is_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    asked = code(tmp_path, PROCESS_ID)
    before = section(ask(sandbox, asked))
    os.kill(int(before), signal.SIGTERM)
    assert section(ask(sandbox, asked)) != before


def test_cpu_time_is_limited_apart_from_the_wall(tmp_path: Path) -> None:
    asked = code(tmp_path, "@hookimpl\ndef plan_methods():\n    while True: pass\n")
    with Sandbox(Limits(wall_seconds=60.0, cpu_seconds=0)) as sandbox:
        fault = ask(sandbox, asked)
    assert (fault.kind, "CPU 上限" in fault.message) == (FaultKind.TIMEOUT, True)


def test_environment_is_empty_and_the_terminal_is_nowhere(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUXI_SECRET_FOR_TEST", "secret")
    source = """
import sys
@hookimpl
def plan_methods():
    print("x" * 100_000)
    nowhere = {os.fstat(stream).st_rdev for stream in (0, 1, 2)} == {os.stat(os.devnull).st_rdev}
    return Answer(Methods(), section=" ".join([*os.environ, sys.stdin.read(), str(nowhere)]))
"""
    shown = section(ask(sandbox, code(tmp_path, source))).split()
    assert set(shown) <= {"TZ", "True"}


def test_several_threads_each_get_their_own_answer(sandbox: Sandbox, tmp_path: Path) -> None:
    source = "@hookimpl\ndef plan_methods(cycle):\n    return Answer(Methods(), section=str(cycle.year))\n"
    codes = [code(tmp_path, source, name) for name in ("one", "two")]
    answers: dict[int, str] = {}

    def work(year: int) -> None:
        given = HookArguments(Cycle(id=str(year), year=year), CURRENT.template, MappingProxyType({}))
        answers[year] = section(ask(sandbox, codes[year % 2], given=given))

    threads = [threading.Thread(target=work, args=(year,)) for year in range(2000, 2012)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == {year: str(year) for year in range(2000, 2012)}


def test_exception_whose_words_raise_is_still_a_fault(sandbox: Sandbox, tmp_path: Path) -> None:
    source = """
class Mute(Exception):
    def __str__(self):
        raise ValueError
@hookimpl
def plan_methods():
    raise Mute
"""
    fault = ask(sandbox, code(tmp_path, source))
    assert (fault.kind, "Mute" in fault.message) == (FaultKind.RAISED, True)


# ---- the wire ----


def test_arguments_survive_the_wire() -> None:
    typed: dict[str, Answer[Any]] = {
        "methods": Answer(Methods(routes=("performance",)), "正文", (Deviation(annex=2, what="a"),)),
        "complaints": Answer(Complaints(report_to_city=None)),
    }
    packed = pack_given(ARGUMENTS.cycle, typed)
    assert unpack_given(packed, CURRENT.template) == HookArguments(
        ARGUMENTS.cycle, CURRENT.template, MappingProxyType(typed)
    )


@pytest.mark.parametrize(
    "value",
    [{1, 2}, object(), Decimal("NaN"), float("inf"), "\ud800" and b"bytes", 1j],
    ids=["set", "object", "nan", "inf", "bytes", "complex"],
)
def test_value_that_is_no_data_is_no_answer(value: object) -> None:
    with pytest.raises(BadAnswer):
        answer_text(Answer(value))


def test_reply_longer_than_an_answer_may_be_is_refused() -> None:
    with pytest.raises(BadAnswer, match="超过 10 字节"):
        read_reply('{"answer":"0123456789"}', 10)
    assert read_reply("[]", 10) == []


@pytest.mark.parametrize("depth", [33, 100_000])
def test_reply_that_nests_too_deep_is_refused(depth: int) -> None:
    with pytest.raises(BadAnswer, match="嵌套"):
        read_reply("[" * depth + "]" * depth, 2**20)


@pytest.mark.parametrize("character", ["\\u0000", "\\u001b", "\\ud800", "\\ufeff"])
@pytest.mark.parametrize("shape", ['{{"a": ["{}"]}}', '{{"{}": 1}}'], ids=["text", "key"])
def test_reply_with_characters_that_no_plan_holds_is_refused(shape: str, character: str) -> None:
    with pytest.raises(BadAnswer, match="控制字符"):
        read_reply(shape.format(character), 2**20)


def test_words_of_an_exception_lose_their_control_characters(sandbox: Sandbox, tmp_path: Path) -> None:
    source = "@hookimpl\ndef plan_methods():\n    raise ValueError('\\x1b[31m红\\n\\n色\\ud800')\n"
    fault = ask(sandbox, code(tmp_path, source))
    assert "ValueError: [31m红 色。" in fault.message


def test_reply_as_deep_as_a_plan_may_be_is_read() -> None:
    assert read_reply("[" * 32 + "]" * 32, 2**20)
