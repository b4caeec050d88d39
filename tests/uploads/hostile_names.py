"""Hostile names, each of a PDF with nothing wrong."""

from __future__ import annotations

from typing import Final

from core.uploads import Reason
from tests.uploads import harmless
from tests.uploads.hostile import Hostile

NAMES: Final = {
    "路径：上一级": "../../var/secret_key.pdf",
    "路径：反斜杠": "..\\..\\boot.pdf",
    "路径：盘符": "C:\\Windows\\win.pdf",
    "路径：绝对": "/etc/cron.d/a.pdf",
    "路径：文件夹": "证书/一.pdf",
    "路径：全角斜杠": "．．／证书.pdf",
    "路径：除号斜杠": "..∕证书.pdf",
    "路径：服务器": "\\\\server\\share\\a.pdf",
    "NUL 截断": "证书.exe\0.pdf",
    "换行注入响应头": "a.pdf\r\nSet-Cookie: b=1.pdf",
    "制表符": "a\tb.pdf",
    "删除符": "a\x7f.pdf",
    "反向书写（RLO）": "年报\u202efdp.exe.pdf",
    "反向隔离（RLI）": "年报\u2067gnp.pdf",
    "从右到左标记": "年报\u200f.pdf",
    "零宽空格": "证\u200b书.pdf",
    "字节顺序标记": "\ufeff证书.pdf",
    "标签字符": "证书\U000e0041.pdf",
    "代理码": "证书\ud800.pdf",
    "专用字符": "证书\ue000.pdf",
    "未分配字符": "证书\U000e0fff.pdf",
    "设备名": "CON.pdf",
    "设备名：小写": "nul.pdf",
    "设备名：串口": "com1.pdf",
    "设备名：上标": "LPT¹.pdf",
    "设备名：带空格": "aux .pdf",
    "设备名：双扩展名": "prn.tar.pdf",
    "备用数据流": "a.pdf::$DATA",
    "通配符": "a*.pdf",
    "管道": "a|calc.pdf",
    "引号": 'a".pdf',
    "标签": "<svg onload=alert(1)>.pdf",
    "隐藏文件": ".htaccess.pdf",
    "只有扩展名": ".pdf",
    "点结尾": "证书.pdf.",
    "只有点": "..",
    "空": "",
    "空格": " \u3000 ",
    "没有扩展名": "证书",
    "中间是程序": "证书.exe.pdf",
    "中间是网页脚本": "证书.php.pdf",
    "中间是图标脚本": "证书.SVG .pdf",
    "过长": "证" * 77 + ".pdf",
}


def named() -> list[Hostile]:
    return [Hostile(f"文件名：{about}", name, harmless.pdf, Reason.NAME) for about, name in NAMES.items()]
