"""How a plugin's fault is said: what happened, why it counts, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.domain.errors import NotAPlan
from core.domain.faults import FaultKind, HookFault
from core.domain.plan import NINE_PARTS
from core.plandoc.tree import FORBIDDEN

OWN_CODE: Final = "tenant:"
"""What the plugin name of an enterprise's own code begins with; its slug follows."""

SENTENCES: Final = {
    FaultKind.IMPORT: "{who}不能载入：{detail}。改正后重新编制方案。",
    FaultKind.HOOK: "{who}有写错的钩子：{detail}",
    FaultKind.WRAPPER: "{who}有不能登记的钩子：{detail}",
    FaultKind.RAISED: "{who}在提供{what}时出错：{detail}。修正代码后重新编制方案。",
    FaultKind.EXITED: "{who}在提供{what}时结束了进程（{detail}）。删去 sys.exit、os._exit 一类的调用。",
    FaultKind.TIMEOUT: "{who}在提供{what}时超过时限（{detail}），已停止。检查有没有死循环，减少计算量。",
    FaultKind.MEMORY: "{who}在提供{what}时内存超过上限（{detail}），已停止。减少一次装入内存的数据。",
    FaultKind.FLOOD: "{who}为{what}返回的内容过多（{detail}）。只返回这一部分本身的数据。",
    FaultKind.SHAPE: "{who}为{what}返回的内容不符合要求：{detail}。按钩子说明的类型返回。",
    FaultKind.MUTATED: "{who}在提供{what}时改动了传入的参数。参数只读，改用 replace 另做一份。",
    FaultKind.HOST: "{who}没有能够运行（{detail}）。稍后重新编制方案；仍不成功的，联系平台管理员。",
}


def hook_fault(kind: FaultKind, plugin: str, part: str | None, detail: str = "") -> HookFault:
    """The fault with its sentence."""
    who = "本企业的代码" if plugin.startswith(OWN_CODE) else f"插件 {plugin} "
    what = f"“{NINE_PARTS[part]}”" if part else "方案内容"
    detail = " ".join(FORBIDDEN.sub("", detail).split())
    return HookFault(part, plugin, kind, SENTENCES[kind].format(who=who, what=what, detail=detail))


def shape_detail(error: NotAPlan) -> str:
    """The first faults of shape of an answer, by path, in one line."""
    faults = sorted(error.faults, key=lambda fault: fault.path)
    shown = [f"{fault.path or '/'} {fault.message.rstrip('。')}" for fault in faults[:3]]
    more = f"；等 {len(error.faults)} 处" if len(error.faults) > len(shown) else ""
    return "；".join(shown) + more


def raised_detail(error: BaseException, files: Iterable[str]) -> str:
    """Where in ``files`` an exception came from, its type and words, bounded in length."""
    place = ""
    trace = error.__traceback__
    names = tuple(files)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in names:
            name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
            place = f"{name} 第 {trace.tb_lineno} 行 "
        trace = trace.tb_next
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - the error is the plugin's, and so is its __str__
        words = ""
    return f"{place}{type(error).__name__}{': ' if words else ''}{words[:200]}"
