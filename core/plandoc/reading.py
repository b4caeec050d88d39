"""Bytes of a plan file to a plain tree that knows its lines. YAML and JSON take the same way.

Only the event layer of PyYAML is used: nothing is constructed, resolved or merged. Scalars stay text, so that
12:30 is not 750 and NO is not false; the schema gives them types. What could cost memory, time or surprise
(tags, anchors, aliases, duplicate keys, depth, size) is refused, each time as one ``UnreadableDocument``.
"""

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

import yaml

from core.domain.errors import UnreadableDocument
from core.plandoc.syntax import explain
from core.plandoc.tree import FORBIDDEN, Builder, Lines, Node, Plain, Tree, forbidden, wide_indent

__all__ = ["LIMIT_BYTES", "Lines", "Node", "Plain", "Tree", "UnreadableDocument", "read_file", "read_tree"]

LIMIT_BYTES: Final = 2 * 1024 * 1024
MEGABYTE: Final = 1024 * 1024

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

OFFICE_FILES: Final = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")  # docx and xlsx, pdf, doc and xls
WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
GBK: Final = "文件是 GBK（GB18030）编码。在记事本中选择“另存为”，编码选 UTF-8。"
NOT_UTF_8: Final = "不是 UTF-8 编码，可能是其他编码或二进制文件。请另存为 UTF-8 编码后重试。"
HAN: Final = re.compile("[\u4e00-\u9fff]")
PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
WIDE_INDENT: Final = re.compile(r"^[ -]*[\u00a0\u3000]\s*(- |[^\s:]+:(\s|$))", re.MULTILINE)
HIDDEN_BREAK: Final = re.compile("[\u2028\u2029]")  # YAML 1.1 breaks the line here, editors do not

# What JSON allows and YAML 1.1 refuses or reads differently.
COLON_ON_NEXT_LINE: Final = re.compile(r'"([ \t]*[\r\n][ \t\r\n]*):')
JSON_ESCAPE: Final = re.compile(
    r"\\(?:u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})|(?P<slash>/)|.)", re.IGNORECASE
)
ONLY_JSON: Final = re.compile(rf"[\t\\\u2028\u2029]|{COLON_ON_NEXT_LINE.pattern}")


def read_file(path: str | Path) -> bytes:
    """The bytes of a file, or of standard input for "-"; never more than the cap is read into memory."""
    try:
        if str(path) == "-":
            return _capped(sys.stdin.buffer.read(LIMIT_BYTES + 1))
        with Path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > LIMIT_BYTES:
                raise _too_big(f"有 {status.st_size / MEGABYTE:.1f} MB，")
            return _capped(file.read(LIMIT_BYTES + 1))
    except FileNotFoundError:
        problem = "没有这个文件。请检查文件名和所在文件夹。"
    except IsADirectoryError:
        problem = "这是一个文件夹，不是文件。请指定其中的方案文件。"
    except PermissionError:
        problem = "没有读取这个文件的权限。请检查文件的权限设置。"
    except (OSError, ValueError):  # ValueError: a NUL in the name
        problem = "文件无法打开或读取。请检查文件名和磁盘后重试。"
    raise UnreadableDocument(problem)


def read_tree(data: bytes) -> Tree:
    """The one document in ``data`` (YAML or JSON, UTF-8). Every fault is an ``UnreadableDocument``."""
    text = _as_yaml(_decode(_capped(data)))
    builder = Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        if found := WIDE_INDENT.search(text):
            raise wide_indent(found[0].lstrip(" -"), _line(text[: found.start()])) from None
        raise explain(error, text) from None
    except (yaml.YAMLError, ValueError, OverflowError):  # the pure loader on escapes that no character has
        raise UnreadableDocument("不符合 YAML 语法。请检查双引号内的反斜杠后重试。") from None
    return builder.tree()


def _capped(data: bytes) -> bytes:
    if len(data) > LIMIT_BYTES:
        raise _too_big("")
    return data


def _too_big(size: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"文件过大：{size}上限为 {LIMIT_BYTES // MEGABYTE} MB。请确认选对了文件，或拆成几个文件分别检查。"
    )


def _decode(data: bytes) -> str:
    """UTF-8 text without byte order mark and without characters that no plan can mean."""
    if data.startswith(OFFICE_FILES):
        raise UnreadableDocument("这是 Word、Excel、PDF 或压缩文件。请改用 YAML 或 JSON 格式的方案文件。")
    if data.startswith(WIDE_BOMS):
        raise UnreadableDocument("文件是 UTF-16 或 UTF-32 编码。请另存为 UTF-8 编码后重试。")
    if (place := data.find(b"\0")) >= 0:
        raise UnreadableDocument(
            "含有 NUL 字节，是二进制文件或 UTF-16 编码。请改用 UTF-8 编码的 YAML 或 JSON 文件。",
            line=_line(data[:place].decode("latin-1")),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = _line(before.decode("latin-1"))
        raise UnreadableDocument(GBK if _is_gbk(data) else NOT_UTF_8, line=line) from None
    if found := FORBIDDEN.search(text):
        raise forbidden(found[0], _line(text[: found.start()]))
    return text


def _is_gbk(data: bytes) -> bool:
    """Whether ``data`` is text in the encoding of Chinese Windows: Han characters, none invalid."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return HAN.search(text) is not None and FORBIDDEN.search(text) is None and PRIVATE.search(text) is None


def _line(before: str) -> int:
    """The line, from 1, of what follows ``before``; a new line is LF, CR LF or CR, as in YAML."""
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def _as_yaml(text: str) -> str:
    """The same text; where it is JSON, spellings that YAML 1.1 does not share are rewritten on their line.

    In a text that is JSON a raw tab is always white space, a backslash always stands in a string, and a
    quotation mark before a raw line break always ends a string.
    """
    if ONLY_JSON.search(text) and _is_json(text):
        text = COLON_ON_NEXT_LINE.sub(r'":\1', text.replace("\t", " "))
        text = text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")
        return JSON_ESCAPE.sub(_yaml_escape, text)
    if found := HIDDEN_BREAK.search(text):
        raise UnreadableDocument(
            f"含有看不见的换行字符 U+{ord(found[0]):04X}（多由网页复制带入）。请删去，或改为普通换行。",
            line=_line(text[: found.start()]),
        )
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)  # as text: no limit on digits, no cost
    except (ValueError, RecursionError):
        return False
    return True


def _yaml_escape(found: re.Match[str]) -> str:
    if found["high"]:
        high, low = int(found["high"], 16), int(found["low"], 16)
        return f"\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"
    return "/" if found["slash"] else found[0]
