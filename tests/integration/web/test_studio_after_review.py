"""The studio of a plan that was decided on: what was returned and why, an amendment of what was approved."""

from __future__ import annotations

from typing import Final

from tests.integration.web.test_studio import Studio, season, set_clock, studio
from tests.unit.web.pages import read_page

__all__ = ["season", "set_clock", "studio"]

DECIDED: Final = """
update plan_version set state = %s, decided_reason = %s, decided_role = 'province_hr',
    decided_name = '季怀瑜', decided_by = %s, decided_at = app_now(), submitted_by = publicised_by,
    submitted_name = '沈知行', submitted_at = app_now()
"""
WHY: Final = "评分标准：权重没有说明。\n总体意见：请于本周内报来。"


def decided(studio: Studio, state: str, reason: str | None = None) -> None:
    """Let the plan be publicised, sent in and decided on."""
    studio.maker.complete()
    studio.maker.publicise()
    season = studio.maker.season
    season.superuser.execute(DECIDED.encode(), [state, reason, season.province.person_id])


def test_enterprise_reads_why_its_plan_was_returned_and_what_is_open(studio: Studio) -> None:
    assert "退回修改" not in studio.hr.page(studio.address())
    decided(studio, "returned", WHY)
    studio.maker.season.superuser.execute("update plan set unlocked = array['rubric', 'schedule']")
    for page in ("", "/parts/rubric"):
        shown = studio.hr.page(studio.address(page))
        assert WHY in shown
        assert "可以修改的部分：评分标准、时间安排。" in shown
    assert WHY not in studio.page("incentives")
    deeds = read_page(studio.hr.page(studio.address("/notice"))).text["dd"]
    assert any(each.startswith("省人力资源社会保障厅　季怀瑜　") for each in deeds), deeds
    assert studio.send("incentives", __value__monthly_allowance_yuan="9001").status_code == 409
    assert studio.send("rubric", __value__score_step="0.5").status_code == 303


def test_approved_plan_is_opened_for_an_amendment_with_a_reason(studio: Studio) -> None:
    address, why = studio.address("/amend"), "增加评审职业。"
    assert "方案可以直接修改。" in studio.hr.page(address)
    assert studio.hr.post(address, reason=why).status_code == 409
    decided(studio, "approved")
    for page in ("", "/parts/incentives"):
        assert f'href="{address}"' in studio.hr.page(studio.address(page)), page
    read = f"/units/{studio.maker.tenant_id}/plan"
    assert "第 1 版已批准" in studio.hr.page(read)
    assert "未填写修订的理由。" in studio.hr.post(address, reason=" ").text
    assert studio.send("incentives", __value__monthly_allowance_yuan="9001").status_code == 409
    assert studio.hr.post(address, reason=why).status_code == 303
    assert studio.hr.post(address, reason=why).status_code == 409
    assert f'href="{address}"' not in studio.hr.page(studio.address())
    assert "这里是修订的草稿。" in studio.hr.page(read)
    assert studio.send("incentives", __value__monthly_allowance_yuan="9001").status_code == 303
