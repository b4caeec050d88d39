"""What the YAML scanner and parser complain about, as a Chinese sentence with place, cause and remedy."""

from typing import Final

import yaml

from core.domain.errors import UnreadableDocument

TAB: Final = "缩进用了制表符（Tab）。YAML 只能用空格缩进，请把制表符改为空格。"

# Fragments of "context: problem" in the words of libyaml and of the pure loader; the first match holds.
SENTENCES: Final = (
    ((" tag",), "使用了标签（“!”开头）。方案文件不支持标签，请删去；如果是文字，请加引号。"),
    (("directive", "YAML document"), "以“%”开头的这一行不能识别。请删去；如果是文字，请加引号。"),
    (
        ("an alias:", "an anchor:"),
        "使用了锚点“&”或别名“*”。方案文件不支持，请把内容完整写出；如果是文字，请加引号。",
    ),
    (("tab character",), TAB),
    (("a block scalar:",), "“|”或“>”之后要另起一行再写文字，并缩进。如果是以此开头的文字，请加引号。"),
    (
        ("could not find expected ':'",),
        "这里缺少冒号。项目名和内容之间请写半角冒号加空格；如果是上一行文字的延续，请缩进。",
    ),
    (
        ("mapping values are not allowed",),
        "这里不该有冒号。请检查缩进和上一行的冒号（须为半角）；文字中有冒号加空格时，请加引号。",
    ),
    (("sequence entries are not allowed",), "列表符号“-”的位置不对。请另起一行，并与同一列表的“-”对齐。"),
    (("mapping keys are not allowed",), "问号的位置不对。如果是以问号开头的文字，请加引号。"),
    (("unexpected end of stream", "unexpected document"), "从这里开始的引号没有结束。请补上另一个引号。"),
    (("unknown escape character",), "双引号内的反斜杠用法不对。请写成两个反斜杠，或把双引号改为单引号。"),
    (("hexdecimal", "hexadecimal", "Unicode"), "双引号内的转义编码不完整或无效。请直接键入这个字符。"),
    (("expected ',' or ']'",), "方括号里的列表不完整。各项之间请用半角逗号隔开，末尾用“]”结束。"),
    (
        ("expected ',' or '}'",),
        "花括号里的内容不完整。各项之间请用半角逗号隔开，末尾用“}”结束；值中含有半角逗号或括号时请加引号。",
    ),
    (("node content",), "这里缺少内容，或多了一个符号。请检查逗号、括号和缩进。"),
    (
        ("did not find expected key", "expected '-' indicator", "expected <block end>"),
        "这里与上文的结构不一致。请让同级的内容左对齐，并检查这一行和上一行的引号、括号。",
    ),
    (("document start>",), "文档在上文已经结束，这里多出了内容。请检查引号、括号和缩进。"),
)
FROM_THE_START: Final = ("could not find expected ':'", "unexpected end of stream", "unexpected document")


def explain(error: yaml.MarkedYAMLError, text: str) -> UnreadableDocument:
    """The parser's complaint about ``text``, with line and column from 1."""
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return UnreadableDocument(_sentence(problem, problem))
    gave_up_later = mark.index >= len(text.rstrip()) or any(words in problem for words in FROM_THE_START)
    if error.context_mark is not None and gave_up_later:
        mark = error.context_mark  # the open bracket or quotation mark helps, the end of the file does not
    if "cannot start any token" in problem:
        sentence = _bad_start(text[mark.index])
    else:
        sentence = _sentence(f"{error.context}: {problem}", problem)
    if mark.line >= (lines := len(text.splitlines())):  # the end of the file counts as a line of its own
        return UnreadableDocument(sentence, line=lines)
    return UnreadableDocument(sentence, line=mark.line + 1, column=mark.column + 1)


def _sentence(complaint: str, problem: str) -> str:
    for fragments, sentence in SENTENCES:
        if any(fragment in complaint for fragment in fragments):
            return sentence
    return f"不符合 YAML 语法。请检查这一行和上一行的缩进、引号和括号（{problem}）。"


def _bad_start(character: str) -> str:
    if character == "\t":
        return TAB
    return f"文字不能以“{character}”开头。请给这段文字加引号。"
