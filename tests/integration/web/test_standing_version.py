"""The pages of a plan whose version stands: publicised, under review; before that they show the draft."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from core.persistence.db import db
from tests.counting import MOST, counted
from tests.integration.plans.maker import Maker
from tests.integration.web.conftest import Visit
from tests.integration.web.test_publicity import AFTER, back, begin, hr, main, maker, place, set_clock
from tests.integration.web.visitor import Visitor

__all__ = ["hr", "maker", "set_clock"]


def test_the_pages_of_a_plan_show_the_version_that_stands_with_its_notice(
    visit: Visit, hr: Visitor, maker: Maker, set_clock: Any
) -> None:
    pages = {end: f"/units/{maker.tenant_id}/plan{end}" for end in ("", "/check", "/diff?with=v1")}
    for end in ("", "/check"):
        page = main(hr.page(pages[end]))
        assert "公示以后才能报送。" in page
        assert "可以公示" in page
        assert "publicity" not in page
    begin(hr, maker)
    assert "第 1 版公示中" in main(hr.page(pages["/check"]))
    set_clock(AFTER)
    maker.submit()
    hr = back(visit, maker)
    for end in ("", "/check"):
        page = main(hr.page(pages[end]))
        assert "第 1 版审核中。" in page
        assert "沈知行于2026-11-07 09:" in page
        assert "没有不符合要求的地方" in page
        assert "不能提交" not in page
        assert "publicity" not in page
    assert "已覆盖全部 2316 名在册职工。" in main(hr.page(pages[""]))
    overview = main(hr.page(place(maker).removesuffix("/notice")))
    assert "第 1 版审核中" in overview
    for not_now in ("不能公示", "面向职工公示", "在别处修改后再导入"):
        assert not_now not in overview
    same = main(hr.page(pages["/diff?with=v1"]))
    assert "共 0 处不同。" in same
    assert "公示、报送的记录不在方案摘要之内，不列入。" in same
    engine: Engine = db.engine
    with counted(engine) as work:
        hr.page(pages["/check"])
    assert work.statements <= MOST
