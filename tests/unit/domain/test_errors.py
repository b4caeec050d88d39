"""Messages say their place first, as far as it is known."""

import pytest

from core.domain.errors import DomainError, NotAPlan, ShapeFault, UnreadableDocument


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UnreadableDocument("问题。"), "问题。"),
        (UnreadableDocument("问题。", line=3), "第 3 行：问题。"),
        (UnreadableDocument("问题。", line=3, column=5), "第 3 行第 5 列：问题。"),
        (UnreadableDocument("问题。", line=3, path="/a/0"), "第 3 行（/a/0）：问题。"),
        (UnreadableDocument("问题。", path="/a/0"), "/a/0：问题。"),
        (UnreadableDocument("问题。", line=3, path=""), "第 3 行：问题。"),
    ],
)
def test_unreadable_document_says_its_place(error: UnreadableDocument, message: str) -> None:
    assert isinstance(error, DomainError)
    assert error.message == str(error) == message
    assert error.problem == "问题。"


def test_endless_path_is_cut_in_the_message_only() -> None:
    error = UnreadableDocument("问题。", line=1, path="/k" * 1000)
    assert len(error.message) < 150
    assert error.path == "/k" * 1000


def test_not_a_plan_carries_every_fault() -> None:
    faults = [ShapeFault("/rubric", "应为映射。", 7), ShapeFault("", "应为映射。")]
    error = NotAPlan(fault for fault in faults)
    assert error.faults == tuple(faults)
    assert "有 2 处格式不符" in error.message
    assert [str(fault) for fault in error.faults] == ["第 7 行（/rubric）：应为映射。", "应为映射。"]
