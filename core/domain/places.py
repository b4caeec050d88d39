"""设区市 of Jiangsu by their code of GB/T 2260, in the order of the codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "320100": "南京市",
        "320200": "无锡市",
        "320300": "徐州市",
        "320400": "常州市",
        "320500": "苏州市",
        "320600": "南通市",
        "320700": "连云港市",
        "320800": "淮安市",
        "320900": "盐城市",
        "321000": "扬州市",
        "321100": "镇江市",
        "321200": "泰州市",
        "321300": "宿迁市",
    }
)


def city_name(code: str | None) -> str:
    """The name of a city; "省级" for what belongs to no city."""
    return CITIES[code] if code else "省级"
