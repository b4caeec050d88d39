"""Bytes to a tree: files, encodings, JSON through the YAML path, and nothing but ``UnreadableDocument``."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from core.plandoc import reading
from core.plandoc.reading import LIMIT_BYTES, Node, Plain, Tree, UnreadableDocument, read_file, read_tree
from core.plandoc.tree import LIMIT_KEY

LOADERS = [pytest.param(yaml.SafeLoader, id="pure")]
if yaml.__with_libyaml__:
    LOADERS.append(pytest.param(yaml.CSafeLoader, id="libyaml"))

PIECES = [
    *"[]{},:?-!&*|>'\"%@`#\\~ \t\n\r乙😀\u2028\ufeff\x7f\x85",
    *["\r\n", "- ", ": ", "? ", "  ", "---", "...", "\n---\n", "%TAG ! x", "%YAML 1.1\n", "|2", ">-"],
    *["a", "a: ", "<<", "null", "!!str ", "!<x> ", "&a ", "*a"],
    *["\\u", "\\U", "\\ud83d", "\\ude00", "\\x0", "\\/", "FFFFFFFF", "0000"],
]

json_characters = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"
) | st.sampled_from('\t\n\r"\\/:#-,[]{}&*!%\u2028\u2029😀')
json_text = st.text(json_characters)
json_key = st.text(json_characters, max_size=LIMIT_KEY)
json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | json_text,
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(json_key, inside, max_size=5),
    max_leaves=30,
)


def fault(data: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as caught:
        read_tree(data)
    return caught.value


def read_or_fault(data: bytes) -> Tree | UnreadableDocument:
    """Anything else that is raised fails the test."""
    try:
        return read_tree(data)
    except UnreadableDocument as error:
        return error


def as_text(data: Any) -> Any:
    """JSON data as the tree holds it: numbers and truth values as they are written."""
    if isinstance(data, dict):
        return {key: as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_text(value) for value in data]
    return data if data is None or isinstance(data, str) else json.dumps(data)


def plain_parts(node: Node) -> list[bool]:
    """For every scalar in order, whether it was written without quotes."""
    if isinstance(node, dict):
        return [flag for value in node.values() for flag in plain_parts(value)]
    if isinstance(node, list):
        return [flag for value in node for flag in plain_parts(value)]
    return [isinstance(node, Plain)]


# ---- files


def test_read_file_gives_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"a: 1\r\n")
    assert read_file(path) == read_file(str(path)) == b"a: 1\r\n"


def test_read_file_of_exactly_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"x" * LIMIT_BYTES)
    assert len(read_file(path)) == LIMIT_BYTES


def test_read_file_of_50_mb_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(UnreadableDocument, match=r"有 50\.0 MB，上限为 2 MB"):
        read_file(path)


def test_read_file_that_has_no_size_and_no_end_is_cut_at_the_limit() -> None:
    with pytest.raises(UnreadableDocument, match="文件过大：上限为 2 MB"):
        read_file("/dev/zero")


def test_read_file_dash_is_standard_input_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a: 1")))
    assert read_file("-") == b"a: 1"
    endless = io.BytesIO(b"x" * (LIMIT_BYTES + 10))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=endless))
    with pytest.raises(UnreadableDocument, match="文件过大"):
        read_file("-")
    assert endless.tell() == LIMIT_BYTES + 1


def test_read_file_missing_folder_or_impossible_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="没有这个文件"):
        read_file(tmp_path / "no.yaml")
    with pytest.raises(UnreadableDocument, match="这是一个文件夹"):
        read_file(tmp_path)
    with pytest.raises(UnreadableDocument, match="无法打开"):
        read_file("a\0b")


# ---- bytes that are no text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbf", id="byte order mark"),
        pytest.param(b" \n\n  \n", id="white space"),
        pytest.param("# 只有注释\n  # 再一行\n".encode(), id="comments"),
        pytest.param(b"---\n", id="bare document start"),
    ],
)
def test_empty_file(data: bytes) -> None:
    assert fault(data).message.startswith("文件里没有内容")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"PK\x03\x04\x14\x00", "这是 Word、Excel、PDF 或压缩文件", id="docx"),
        pytest.param("a: 甲\n".encode("utf-16"), "文件是 UTF-16 或 UTF-32 编码", id="utf-16"),
        pytest.param("a: 甲\n".encode("utf-32"), "文件是 UTF-16 或 UTF-32 编码", id="utf-32"),
        pytest.param("a: 甲\n".encode("utf-16-le"), "第 1 行：含有 NUL 字节", id="utf-16 without mark"),
        pytest.param(b"a: 1\r\nb: \x00\n", "第 2 行：含有 NUL 字节", id="nul"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00", "第 1 行：含有 NUL 字节", id="binary"),
        pytest.param("a: 1\nb: 首席技师\n".encode("gbk"), "第 2 行：文件是 GBK（GB18030）编码", id="gbk"),
        pytest.param(
            "a:\n  b: 1\n\u00a0\u00a0c: 2\n".encode(),
            "第 3 行：行首有不间断空格（U+00A0），多由 Word 带入。改用普通空格。",
            id="no-break space before a key",
        ),
        pytest.param(
            "a:\n\u3000- b\n".encode(),
            "第 2 行：行首有全角空格（U+3000）。",
            id="wide space before an item",
        ),
        pytest.param(
            "a:\n  - [b\n\u00a0\u00a0c: 2\n".encode(), "第 3 行：行首有不间断空格", id="wide space, no YAML"
        ),
        pytest.param(b"a: 1\rb: \xed\xa0\x80\n", "第 2 行：不是 UTF-8 编码", id="surrogate in utf-8"),
        pytest.param(b"a: 1\nb: \x1b[0m\n", "第 2 行：含有控制字符或无效字符 U+001B", id="escape"),
        pytest.param(b'["a",\n"\x7f"]', "第 2 行：含有控制字符或无效字符 U+007F", id="delete in json"),
        pytest.param("a: 甲\ufeff\n".encode(), "第 1 行：含有控制字符或无效字符 U+FEFF", id="late mark"),
        pytest.param(
            "a: 甲\n\nb: \u2028乙".encode(), "第 3 行：含有看不见的换行字符 U+2028", id="line separator"
        ),
        pytest.param(b"x" * (LIMIT_BYTES + 1), "文件过大", id="too big"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, message: str) -> None:
    assert fault(data).message.startswith(message)


def test_wide_spaces_that_begin_a_text_are_kept() -> None:
    text = "a: |\n  \u3000\u3000第一段\nb: \u3000乙\n"
    assert read_tree(text.encode()).root == {"a": "\u3000\u3000第一段\n", "b": "\u3000乙"}


def test_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert read_tree(b"\xef\xbb\xbfa: 1").root == {"a": "1"}


def test_windows_and_old_mac_line_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        tree = read_tree(end.join(["a: 1", "b:", "  - x", "  - y", ""]).encode())
        assert tree.root == {"a": "1", "b": ["x", "y"]}
        assert tree.line_of("/b/1") == 4


# ---- JSON


@given(json_data, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
@example({"\u2028": "\\ud83d\\ude00 \\/ 😀/\\"}, "\t", True)
@example({"a": "\\\\ud83d\\ude00"}, None, False)
@example({"😀" * LIMIT_KEY: 1}, 2, True)
def test_json_reads_back_with_scalars_as_text(data: Any, indent: int | str | None, ascii_only: bool) -> None:
    written = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    tree = read_tree(written.encode())
    assert tree.root == as_text(data)
    assert plain_parts(tree.root) == plain_parts_of_json(data)


def plain_parts_of_json(data: Any) -> list[bool]:
    if isinstance(data, dict | list):
        values = data.values() if isinstance(data, dict) else data
        return [flag for value in values for flag in plain_parts_of_json(value)]
    return [isinstance(data, int)]


@given(json_data, st.lists(st.sampled_from([" ", "\t", "\n", "\r", "\r\n"]), max_size=3).map("".join))
def test_json_may_have_white_space_wherever_it_likes(data: Any, space: str) -> None:
    separators = (f"{space},{space}", f"{space}:{space}")
    written = space + json.dumps(data, separators=separators) + space
    assert read_tree(written.encode()).root == as_text(data)


def test_json_escapes_that_yaml_does_not_share() -> None:
    tree = read_tree(rb'{"a": "\ud83d\ude00 \/ \\ud83d\\ude00 \\\/ \uD83D\uDE00 \u4e2d"}')
    assert tree.root == {"a": "😀 / \\ud83d\\ude00 \\/ 😀 中"}


def test_json_lines_survive_tabs_and_colons_on_the_next_line() -> None:
    tree = read_tree(b'{\n\t"a":\t1,\n\t"b"\n\t:\n\t[\n\t\t"x",\n\t\t"y"\n\t]\n}')
    assert tree.root == {"a": "1", "b": ["x", "y"]}
    assert [tree.line_of(path) for path in ("", "/a", "/b", "/b/0", "/b/1")] == [1, 2, 3, 6, 7]


def test_json_numbers_keep_every_digit() -> None:
    digits = "9" * 10_000
    assert read_tree(f"[\t{digits}, 1E400, -0, 0.10, NaN]".encode()).root == [
        digits,
        "1E400",
        "-0",
        "0.10",
        "NaN",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(rb'["\ud83d"]', "第 1 行第 5 列：双引号内的转义编码不完整或无效", id="lone surrogate"),
        pytest.param(rb'["\u0000"]', "第 1 行（/0）：含有控制字符或无效字符 U+0000", id="escaped nul"),
        pytest.param(b'{"a": 1,\n"a": 2}', "第 2 行：项目 a 重复，第 1 行已经写过", id="duplicate key"),
        pytest.param(b'{"a": 1,\n"b" 2}', "第 2 行第 5 列：花括号里的内容不完整", id="missing colon"),
        pytest.param(b'{"a": [1, 2\n', "第 1 行第 7 列：方括号里的列表不完整", id="cut off"),
        pytest.param(b'{"%b": 1}' % (b"k" * 1100), "第 1 行：项目名超过 100 个字符", id="endless key"),
        pytest.param(b"[" * 2000 + b"]" * 2000, "第 1 行（/0/0", id="deep"),
        pytest.param(b"[\t" + b"[" * 100_000 + b"]" * 100_000 + b"]", "第 1 行", id="too deep for json"),
    ],
)
def test_json_faults(data: bytes, message: str) -> None:
    assert fault(data).message.startswith(message)


# ---- whatever comes


@pytest.mark.parametrize("loader", LOADERS)
@given(
    data=st.binary(max_size=200)
    | st.lists(st.sampled_from(PIECES)).map(lambda parts: "".join(parts).encode())
)
@example(data=rb'"\UFFFFFFFF"')
@example(data=rb'"\ud800"')
@example(data=b"? - a\n: b")
def test_any_bytes_give_a_tree_or_one_fault(loader: type, data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "LOADER", loader)
        outcome = read_or_fault(data)
    if isinstance(outcome, UnreadableDocument):
        assert outcome.message.endswith("。")
        assert outcome.line is None or 1 <= outcome.line <= data.count(b"\n") + data.count(b"\r") + 1


@pytest.mark.parametrize("loader", LOADERS)
def test_both_loaders_give_the_same_tree(loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOADER", loader)
    tree = read_tree("甲: [1, '2', \"三\\n\", ~]\n乙:\n- {a: x}\n- |\n  文\n".encode())
    assert tree.root == {"甲": ["1", "2", "三\n", None], "乙": [{"a": "x"}, "文\n"]}
    assert plain_parts(tree.root) == [True, False, False, False, True, False]
    assert [tree.line_of(path) for path in ("/乙", "/乙/0/a", "/乙/1")] == [2, 3, 4]


HOSTILE = {
    "brackets": b"[",
    "braces": b"{a: ",
    "dashes": b"- - ",
    "mapping lines": b"a: \n",
    "flow list": b"a,",
    "list lines": b"- a\n",
    "one word": b"x",
    "words": b"ab cd\n",
    "escapes": b'"\\',
    "quotes": b"'",
    "colons": b":",
    "questions": b"? ",
    "aliases": b"*a,",
    "documents": b"---\n",
    "comments": b"#\n",
    "tabs": b"\t",
}


@pytest.mark.parametrize("start", [b"", b"["], ids=["", "in a list"])
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_two_megabytes_of_anything_are_read_or_refused(unit: bytes, start: bytes) -> None:
    data = (
        (start + unit * LIMIT_BYTES)[:LIMIT_BYTES]
        if len(unit) == 1
        else start + unit * (LIMIT_BYTES // len(unit) - 1)
    )
    outcome = read_or_fault(data)
    assert isinstance(outcome, Tree) or len(outcome.message) < 300


def test_long_keys_over_many_values() -> None:
    data = (b"{" + b"k" * LIMIT_KEY + b": ") * 31 + b"[" + b"a," * 90_000 + b"]" + b"}" * 31
    tree = read_tree(data)
    assert tree.line_of("/" + "/".join(["k" * LIMIT_KEY] * 31) + "/89999") == 1
