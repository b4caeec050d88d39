"""The tree: what scalars stay, what is refused and where, and the lines."""

import pytest

from core.plandoc.reading import Plain, UnreadableDocument, read_tree
from core.plandoc.tree import LIMIT_DEPTH, LIMIT_NODES


def fault(text: str) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as caught:
        read_tree(text.encode())
    return caught.value


# ---- scalars stay text


@pytest.mark.parametrize(
    "written",
    [
        *["12:30", "2026-11-10", "2026-11-02T15:20:00+08:00", "http://a.example/b:c"],
        *["NO", "no", "Yes", "on", "true", "None", "nULL", "=", "<<", "甲：乙"],
        *["０", "0o17", "017", "0x1F", "1_000", "1,923", "-1", "1e308", ".inf", "-.INF", "NaN", ".nan"],
    ],
)
def test_plain_scalar_stays_as_written(written: str) -> None:
    tree = read_tree(f"a: {written}\n".encode())
    assert tree.root == {"a": written}
    assert isinstance(tree.root, dict)
    assert type(tree.root["a"]) is Plain


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL", " # nothing"])
def test_plain_null_is_none(written: str) -> None:
    assert read_tree(f"a: {written}\n".encode()).root == {"a": None}
    assert read_tree(f"- {written}\n".encode()).root == [None]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("'2'", "2", id="single"),
        pytest.param('"2"', "2", id="double"),
        pytest.param("'~'", "~", id="quoted null sign"),
        pytest.param('"null"', "null", id="quoted null"),
        pytest.param("''", "", id="quoted nothing"),
        pytest.param("|\n  true\n", "true\n", id="literal block"),
        pytest.param(">-\n  一\n  二\n", "一 二", id="folded block"),
        pytest.param('"\\u4e2d\\t\\U0001F600"', "中\t😀", id="escapes"),
    ],
)
def test_quoted_scalar_is_an_ordinary_string(written: str, text: str) -> None:
    tree = read_tree(f"a: {written}".encode())
    assert tree.root == {"a": text}
    assert isinstance(tree.root, dict)
    assert type(tree.root["a"]) is str


def test_keys_are_ordinary_text_plain_or_quoted() -> None:
    root = read_tree(b"1: a\n'~': b\n\"\": c\nx:y: d\ntrue: e\n? f\n: g\n").root
    assert root == {"1": "a", "~": "b", "": "c", "x:y": "d", "true": "e", "f": "g"}
    assert isinstance(root, dict)
    assert {type(key) for key in root} == {str}


def test_merge_key_is_a_key_like_any_other() -> None:
    assert read_tree(b"<<: {a: 1}\nb: 2\n").root == {"<<": {"a": "1"}, "b": "2"}


@pytest.mark.parametrize(
    ("text", "root"),
    [("- a\n- b", ["a", "b"]), ("[]", []), ("{}", {}), ("12", "12"), ("null", None), ("--- a\n...\n", "a")],
)
def test_root_may_be_anything(text: str, root: object) -> None:
    assert read_tree(text.encode()).root == root


# ---- what plan files may not use


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: 1\nb: !x 2", "第 2 行（/b）：使用了标签 !x。", id="own tag"),
        pytest.param(
            "a: !!python/object:os.system []",
            "第 1 行（/a）：使用了标签 !!python/object:os.system。",
            id="type tag",
        ),
        pytest.param("a: ! b", "第 1 行（/a）：使用了标签 !。", id="bare tag"),
        pytest.param("!!map {a: 1}", "第 1 行：使用了标签 !!map。", id="tag on root"),
        pytest.param("!!str a: 1", "第 1 行：使用了标签 !!str。", id="tag on key"),
        pytest.param("%TAG ! tag:x,1:\n---\na: 1", "第 1 行：使用了 %TAG 指令。", id="tag directive"),
        pytest.param("a: &x 1\nb: 2", "第 1 行（/a）：使用了锚点 &x。", id="anchor without alias"),
        pytest.param("a: &x [1]\nb: *x", "第 1 行（/a）：使用了锚点 &x。", id="anchor with alias"),
        pytest.param("a: 1\nb:\n  - 甲\n  - *a", "第 4 行（/b/1）：使用了别名 *a。", id="alias"),
        pytest.param("*a : 1", "第 1 行：使用了别名 *a。", id="alias as key"),
        pytest.param("a: 1\nb: 2\na: 3", "第 3 行：项目 a 重复，第 1 行已经写过。", id="duplicate"),
        pytest.param(
            "p:\n- a: {}\n- b: 1\n  'b': 2",
            "第 4 行（/p/1）：项目 b 重复，第 3 行已经写过。",
            id="nested duplicate",
        ),
        pytest.param(
            "x: {y/z: {k: 1, k: 2}}", "第 1 行（/x/y~1z）：项目 k 重复", id="duplicate under an escaped path"
        ),
        pytest.param("a:\n  ~: 1", "第 2 行（/a）：项目名为空", id="null key"),
        pytest.param("{a: 1,\n? : 2}", "第 2 行：项目名为空", id="missing key"),
        pytest.param("a:\n  [x, y]: 1", "第 2 行（/a）：项目名写成了列表或一组项目。", id="list as key"),
        pytest.param("{{a: b}: 1}", "第 1 行：项目名写成了列表或一组项目。", id="mapping as key"),
        pytest.param("? " + "k" * 101 + "\n: 1", "第 1 行：项目名超过 100 个字符。", id="endless key"),
        pytest.param("a: 1\n---\na: 2\n", "第 2 行：从这里开始了第二份文档", id="two documents"),
        pytest.param(
            'a: ["x", "\\x07"]', "第 1 行（/a/1）：含有控制字符或无效字符 U+0007。", id="escaped bell"
        ),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert fault(text).message.startswith(message)


def test_fault_carries_problem_line_and_path() -> None:
    error = fault("a: 1\nb: [*a]")
    assert (error.line, error.path, error.column) == (2, "/b/0", None)
    assert (
        error.problem == "使用了别名 *a。方案文件不支持锚点和别名，请把内容完整写出；如果是文字，请加引号。"
    )
    assert error.message == f"第 2 行（/b/0）：{error.problem}"


def test_depth_is_allowed_up_to_the_limit() -> None:
    read_tree(b"[" * LIMIT_DEPTH + b"]" * LIMIT_DEPTH)
    error = fault("[" * (LIMIT_DEPTH + 1) + "]" * (LIMIT_DEPTH + 1))
    assert error.problem.startswith("嵌套超过 32 层")
    assert error.path == "/0" * LIMIT_DEPTH


def test_depth_is_limited_in_block_style_too() -> None:
    steps = [f"{' ' * depth}a:\n" for depth in range(LIMIT_DEPTH + 1)]
    assert read_tree("".join(steps[:-1]).encode()).line_of("/a/a") == 2
    error = fault("".join(steps))
    assert (error.line, error.path) == (LIMIT_DEPTH + 1, "/a" * LIMIT_DEPTH)


def test_nodes_are_allowed_up_to_the_limit() -> None:
    read_tree(b"[" + b"a," * (LIMIT_NODES - 1) + b"]")
    assert fault("[" + "a," * LIMIT_NODES + "]").problem.startswith("内容过多，项目和内容合计超过 200000 个")


# ---- lines

DOCUMENT = """\
# comment
schema: jsct.demo_plans
plans:

  - plan_id: a
    sections:
      occupations: |
        第一行
        第二行
      conditions:
        long text that
        goes on
    members:
      - {post: chair,
         name: 甲}
      -
        post: member
    a/b~c: 1
  - plan_id: b
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 2),
        ("/schema", 2),
        ("/plans", 3),
        ("/plans/0", 5),
        ("/plans/0/plan_id", 5),
        ("/plans/0/sections", 6),
        ("/plans/0/sections/occupations", 7),
        ("/plans/0/sections/conditions", 10),
        ("/plans/0/members", 13),
        ("/plans/0/members/0", 14),
        ("/plans/0/members/0/name", 15),
        ("/plans/0/members/1", 17),
        ("/plans/0/a~1b~0c", 18),
        ("/plans/1", 19),
    ],
)
def test_line_of_a_value(path: str, line: int) -> None:
    assert read_tree(DOCUMENT.encode()).line_of(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/nothing", 2),
        ("/plans/7", 3),
        ("/plans/0/members/0/duty/x", 14),
        ("/plans/0/plan_id/x", 5),
        ("odd", 2),
    ],
)
def test_line_of_what_is_not_there_is_its_nearest_parents(path: str, line: int) -> None:
    tree = read_tree(DOCUMENT.encode())
    assert tree.line_of(path) == tree.lines.nearest(path) == line
