"""Names that are kept as they are, and room for one more file. Refused names are in the corpus."""

from __future__ import annotations

import pytest

from core.uploads import LIMITS, Accepted, Kind, Limits, Reason, Refused, room_for
from core.uploads.examine import examine
from tests.uploads import harmless

PNG = harmless.png()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("证书.png", "证书.png"),
        ("证书（2026 年，第 1 版）：正本.png", "证书（2026 年，第 1 版）：正本.png"),
        ("扫描件.PNG", "扫描件.PNG"),
        ("v1.2.final.png", "v1.2.final.png"),
        ("  证书\u3000正本\xa0.png ", "证书 正本 .png"),
        ("re\u0301sume\u0301.png", "résumé.png"),
        ("context.png", "context.png"),
        ("com10.png", "com10.png"),
        ("𬭸龘㛃😀.png", "𬭸龘㛃😀.png"),
        ("证" * 76 + ".png", "证" * 76 + ".png"),
    ],
)
def test_ordinary_name_is_kept(given: str, kept: str) -> None:
    answer = examine(given, PNG)
    assert isinstance(answer, Accepted)
    assert answer.name == kept


@pytest.mark.parametrize("name", ["a.jpg", "a.jpeg", "a.JPEG"])
def test_either_extension_of_a_jpeg_is_taken(name: str) -> None:
    answer = examine(name, harmless.jpeg())
    assert isinstance(answer, Accepted)
    assert answer.kind is Kind.JPEG


def test_file_of_the_largest_size_is_kept_and_one_more_byte_is_not() -> None:
    limits = Limits(file_bytes=len(PNG))
    assert isinstance(examine("a.png", PNG, limits), Accepted)
    refused = examine("a.png", PNG + b"\0", limits)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TOO_LARGE


def test_last_place_is_given_and_no_more() -> None:
    assert room_for([1] * (LIMITS.files - 1), 1) is None
    full = room_for([1] * LIMITS.files, 1)
    assert full == Refused(
        Reason.TOO_MANY, "已有 20 个文件，最多 20 个，没有保存。删去或合并一些后重新上传。"
    )


def test_all_files_together_have_a_limit() -> None:
    assert room_for([90 * 2**20], 10 * 2**20) is None
    full = room_for([90 * 2**20], 10 * 2**20 + 1)
    assert full is not None
    assert full.reason is Reason.TOO_MANY
    assert full.message.startswith("已有文件共 90 MB，加上这个文件超过 100 MB 的上限")
