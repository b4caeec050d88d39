"""推荐申报 as its people do it in a browser: filling in, sending in, deciding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from playwright.sync_api import Locator, Page, expect

from core.services.nominations.kept import EVALUATION, POSITION, PURPOSES, QUOTA_CLASS, ROSTER, SCALE
from tests.uploads.harmless import png

Desk: TypeAlias = Callable[[str], Page]

HR_OF_PROVINCE, CENTRE, BRANCH = "ji.huaiyu", "wen.xuyan", "qiu.canglang"
TYPED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "头部企业说明": "全省铝材产业链链主企业。",
        "行业代码": "C3252",
        "统计年度": "2025",
        "上年度主营业务收入（万元）": "186,400",
        "领先地位依据": "电池铝箔国内市场占有率前三。",
        "第 1 项年份": "2021",
        "技能培训机制": "建有企业培训中心。",
        "技能评价机制": "经备案自主开展职业技能等级认定。",
        "工作机构": "技能人才评价办公室，专职 6 人。",
        "高级技师人数（含特级技师）": "37",
    }
)
"""What is typed of an ordinary enterprise, by the label of the field."""
REASON: Final = {"择优推荐理由": "高级技师人数居全市首位，经比选择优推荐。"}
CHOSEN: Final = {"先进制造业集群": "工程机械和农业机械（省级）", "第 1 项评价类别": "特级技师评聘试点"}
ORDINARY: Final = "ordinary"


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def titled(page: Page, title: str) -> None:
    """The page of ``title`` is there; its heading may tell a state besides."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def begin(page: Page, name: str, number: str, city: str = "") -> None:
    """Begin the nomination of an enterprise."""
    page.goto("/nominations")
    main(page).get_by_role("link", name="直接申报" if city else "推荐企业").click()
    page.get_by_label("企业名称").fill(name)
    page.get_by_label("统一社会信用代码").fill(number)
    if city:
        page.get_by_label("企业所在设区市").select_option(label=city)
    page.get_by_role("button", name="开始填写").click()
    titled(page, name)


def fill_in(page: Page, short_name: str, quota_class: str = ORDINARY) -> None:
    """Fill in all that is asked for on the form of a nomination, with its files, and save it."""
    proofs = (SCALE, POSITION, EVALUATION, ROSTER, *((QUOTA_CLASS,) if quota_class != ORDINARY else ()))
    for purpose in proofs:
        upload(page, PURPOSES[purpose][1])
    direct = page.get_by_label("择优推荐理由").count() == 0
    for label, text in {"企业简称": short_name, **TYPED, **({} if direct else REASON)}.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, option in CHOSEN.items():
        page.get_by_label(label, exact=True).select_option(label=option)
    page.get_by_label("确认是规模以上工业企业").check()
    page.locator(f'[name="quota_class"][value="{quota_class}"]').check()
    page.get_by_role("button", name="保存", exact=True).click()


def upload(page: Page, title: str) -> None:
    """From the form of a nomination and back to it: add the file that proves one thing."""
    main(page).get_by_role("button", name=re.compile(f"^保存并管理材料 ?：{title}$")).click()
    titled(page, title)
    name = f"{title}.png"
    page.get_by_label("文件").set_input_files({"name": name, "mimeType": "image/png", "buffer": png()})
    main(page).get_by_role("button", name="上传", exact=True).click()
    expect(main(page)).to_contain_text(f"“{name}”已经上传。")
    main(page).get_by_role("link", name="返回填写").click()
    expect(page).to_have_url(re.compile("/edit#files-"))


def save_file(page: Page, title: str) -> None:
    """Save the file that proves one thing, from a page where it is judged."""
    name = f"{title}.png"
    with page.expect_download() as saving:
        main(page).get_by_role("button", name=re.compile(f"^下载 ?：{re.escape(name)}$")).click()
    assert saving.value.suggested_filename == name
    assert saving.value.path().read_bytes().startswith(b"\x89PNG")


def send(page: Page, words: str) -> None:
    """Save what was filled in and send it in."""
    page.get_by_role("button", name=re.compile("^保存并(推荐|申报)$")).click()
    titled(page, words)
    main(page).get_by_role("button", name=words, exact=True).click()


def take(page: Page, words: str) -> None:
    """Go to the page of a step by its button, and take it there."""
    main(page).get_by_role("link", name=words, exact=True).click()
    titled(page, words)
    main(page).get_by_role("button", name=words, exact=True).click()


def open_task(page: Page, name: str) -> None:
    """Open the nomination of an enterprise from the list of what one has to do."""
    page.goto("/tasks")
    mine = page.get_by_role("region", name="等我处理").get_by_role("listitem").filter(has_text=name)
    mine.get_by_role("link").click()
    titled(page, name)


def find(page: Page, name: str) -> None:
    """Open the nomination of an enterprise from the list of the year."""
    page.goto("/nominations")
    page.get_by_role("link", name=name).click()
    titled(page, name)


def verify(page: Page, unmet: Mapping[str, str] | None = None) -> None:
    """Record what was found of the parts that nobody looked at yet: not met for those with a reason."""
    unmet = unmet or {}
    main(page).get_by_role("link", name="核实", exact=True).click()
    titled(page, "核实")
    for answer in page.get_by_role("group", name=re.compile("^核实结果：")).all():
        part = answer.get_by_text(re.compile("^核实结果：")).inner_text().removeprefix("核实结果：")
        answer.get_by_label("不符合" if part in unmet else "符合", exact=True).check()
        if part in unmet:
            page.get_by_label(f"{part}：不符合的理由").fill(unmet[part])
    page.get_by_role("button", name="保存核实结果").click()


def reopen(page: Page, deadline: str, number: str, until: str, reason: str) -> None:
    """From the page of a year: open a deadline again for one enterprise."""
    main(page).get_by_role("link", name="重新开放期限").click()
    page.get_by_label("统一社会信用代码").fill(number)
    page.get_by_label("期限", exact=True).select_option(deadline)
    page.get_by_label("重新开放至").fill(until)
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="重新开放期限").click()


def admit(page: Page, principal: str, short_name: str = "") -> str:
    """Admit an enterprise whose requirements were found to be met; the link for its principal.

    ``short_name`` is typed where its nomination has none.
    """
    main(page).get_by_role("link", name="确定为试点企业", exact=True).click()
    titled(page, "确定为试点企业")
    page.get_by_label("企业主要负责人姓名").fill(principal)
    if short_name:
        page.get_by_label("企业简称").fill(short_name)
    page.get_by_role("button", name="确定为试点企业").click()
    titled(page, "已确定为试点企业")
    return main(page).get_by_text(re.compile(r"^http.*/invitations/")).inner_text()
