"""Syntax errors in Chinese, with the place a person has to look at; the same sentence from both loaders."""

import pytest
import yaml

from core.plandoc import reading
from core.plandoc.reading import UnreadableDocument, read_tree

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]

CASES = [
    pytest.param("a: 1\n\tb: 2", "第 2 行第 1 列：缩进用了制表符（Tab）", id="tab before a key"),
    pytest.param("a:\n\t- b", "第 2 行第 1 列：缩进用了制表符（Tab）", id="tab before a dash"),
    pytest.param("a: @b", "第 1 行第 4 列：文字不能以“@”开头", id="at sign"),
    pytest.param("a: %b", "第 1 行第 4 列：文字不能以“%”开头", id="per cent"),
    pytest.param("a: 1\nb：2\nc: 3", "第 2 行第 1 列：这里缺少冒号", id="full-width colon"),
    pytest.param("a：1\nb: 2", "第 2 行第 2 列：这里不该有冒号", id="full-width colon in the first line"),
    pytest.param("a: b: c", "第 1 行第 5 列：这里不该有冒号", id="colon in a text"),
    pytest.param("a: 1\n b: 2", "第 2 行第 3 列：这里不该有冒号", id="deeper key"),
    pytest.param("a:\n    b: 1\n  c: 2", "第 3 行第 3 列：这里与上文的结构不一致", id="uneven keys"),
    pytest.param("- a\nb: 1", "第 2 行第 1 列：这里与上文的结构不一致", id="key among items"),
    pytest.param('a: "x" y', "第 1 行第 8 列：这里与上文的结构不一致", id="text after a quotation"),
    pytest.param("a: - b", "第 1 行第 4 列：列表符号“-”的位置不对", id="dash after a key"),
    pytest.param("a: ? b", "第 1 行第 4 列：问号的位置不对", id="question mark"),
    pytest.param("x: 1\na: 'b\nc: 2\n", "第 2 行第 4 列：从这里开始的引号没有结束", id="open quotation mark"),
    pytest.param(
        "a: 'x\n---\n'", "第 1 行第 4 列：从这里开始的引号没有结束", id="document end in a quotation"
    ),
    pytest.param("a: [1, 2\n", "第 1 行第 4 列：方括号里的列表不完整", id="open bracket"),
    pytest.param("a: {b: 1\n", "第 1 行第 4 列：花括号里的内容不完整", id="open brace"),
    pytest.param("a: {b: 1 c: 2}", "第 1 行第 11 列：花括号里的内容不完整", id="missing comma"),
    pytest.param("a: [,]", "第 1 行第 5 列：这里缺少内容，或多了一个符号", id="comma without item"),
    pytest.param("a: ]", "第 1 行第 4 列：这里缺少内容，或多了一个符号", id="closing bracket alone"),
    pytest.param("'a' b", "第 1 行第 5 列：文档在上文已经结束", id="text after the document"),
    pytest.param("a: |x\n", "第 1 行第 5 列：“|”或“>”之后要另起一行", id="text after a bar"),
    pytest.param("a: **b**", "第 1 行第 5 列：使用了锚点“&”或别名“*”", id="bold text"),
    pytest.param("a: !e!x y", "第 1 行第 4 列：使用了标签（“!”开头）", id="unknown tag handle"),
    pytest.param("a: !<> b", "第 1 行第 6 列：使用了标签（“!”开头）", id="broken tag"),
    pytest.param("%YAML 2.0\n---\na", "第 1 行第 1 列：以“%”开头的这一行不能识别", id="another YAML"),
]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("text", "message"), CASES)
def test_syntax_error_in_chinese_with_its_place(
    text: str, message: str, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOADER", loader)
    with pytest.raises(UnreadableDocument) as caught:
        read_tree(text.encode())
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "problem"),
    [(r'a: "C:\q"', "双引号内的反斜杠用法不对"), (r'a: "\u12"', "双引号内的转义编码不完整或无效")],
)
def test_escape_error_names_its_line(
    text: str, problem: str, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOADER", loader)
    with pytest.raises(UnreadableDocument) as caught:
        read_tree(text.encode())
    assert caught.value.line == 1
    assert caught.value.problem.startswith(problem)
