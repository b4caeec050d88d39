"""方案制定、公示、审核 as its people do it in a browser: each step named as the procedure names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import psycopg
from playwright.sync_api import Locator, Page, expect

from core.persistence.queries import tenant as tenants
from core.persistence.session import reading
from core.services.drafts import kept as drafts
from core.services.founding import EVERYTHING
from core.services.reviews.approved import approved
from tests.e2e.conftest import mover
from tests.e2e.nominating import main, titled
from tests.e2e.season import set_clock
from tests.e2e.serving import sign_in

STALE: Final = timedelta(minutes=11)
"""After that long a formal act asks again who acts; nobody is signed out yet."""
DIGEST: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
CODE: Final = re.compile(r"当前动态口令 (\d{6})")
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
AGREE: Final = re.compile("^本节同意")


@dataclass
class Offices:
    """The people of a demo, each with a browser of their own, signed in for as long as the day lasts."""

    connection: psycopg.Connection
    browser: Callable[[], Page]
    pages: dict[str, Page] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    def of(self, login_name: str) -> Page:
        """The page in front of somebody of the demo."""
        page = self.pages.setdefault(login_name, self.pages.get(login_name) or self.browser())
        if login_name not in self.present:
            page.context.clear_cookies()
            sign_in(page, login_name)
            self.present.add(login_name)
        page.bring_to_front()
        return page

    def on(self, moment: datetime) -> None:
        """Another day: everybody signs in anew."""
        set_clock(self.connection, moment)
        self.present.clear()

    def formally(
        self, page: Page, link: str, button: str, typed: Mapping[str, str] = NOTHING, **chosen: str
    ) -> str:
        """Take a formal act on its own page, with new proof; returns the content hash that the page names.

        ``chosen`` are options by the name of their field.
        """
        mover(self.connection)(STALE)
        press(main(page).get_by_role("link", name=re.compile(f"^{link}")).first)
        expect(main(page).get_by_role("button", name=button, exact=True)).to_be_visible()
        named = DIGEST.search(main(page).inner_text())
        for label, text in typed.items():
            main(page).get_by_label(label, exact=True).fill(text)
        for name, option in chosen.items():
            main(page).locator(f'[name="{name}"]').select_option(label=option)
        shown = CODE.search(main(page).inner_text())
        assert shown, f"{button} does not ask for proof"
        main(page).get_by_label("再次验证：动态口令").fill(shown[1])
        press(main(page).get_by_role("button", name=button, exact=True))
        expect(main(page).get_by_label("再次验证：动态口令")).to_have_count(0)
        return named[0] if named else ""


def press(button: Locator) -> None:
    """Press a button that sends its form, or follow a link, by key; go on once the answer is there.

    A mouse would first scroll the page until no bar is in the way, which takes a second each time.
    """
    with button.page.expect_navigation(wait_until="domcontentloaded"):
        button.press("Enter")


# --- the enterprise


def open_plan(page: Page) -> None:
    """From what stands in the rail to the parts of one's own plan."""
    page.goto("/tasks")
    page.get_by_role("navigation", name="功能").get_by_role("link", name="工作方案", exact=True).click()
    titled(page, "年度工作方案")


def open_part(page: Page, part: str) -> None:
    page.get_by_role("navigation", name="方案章节").get_by_role("link", name=part).press("Enter")
    titled(page, part)


def save(page: Page) -> None:
    """By the button: a browser with scripts has saved field by field before."""
    press(main(page).get_by_role("button", name="保存", exact=True))
    expect(page).to_have_url(re.compile("saved=1"))


def spot(page: Page, path: str) -> Locator:
    """The field of a place in a part: some have no label of their own that is told from others."""
    return main(page).locator(f'[id="{path}"]')


def unfold(item: Locator) -> None:
    """Open what is folded in an item, unless it is open."""
    fold = item.locator("details").first
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def card(page: Page, title: str) -> Locator:
    """The part of a page with this heading."""
    return main(page).locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))


def publicise(offices: Offices, page: Page, channels: str, coverage: str) -> str:
    """向全体职工公示: the address of the notice, which staff read off the poster."""
    offices.formally(page, "面向职工公示", "开始公示", {"公示渠道": channels, "覆盖全体职工的说明": coverage})
    titled(page, "方案公示")
    return main(page).get_by_role("link", name="打开职工看到的页面").get_attribute("href") or ""


def comment(page: Page, address: str, name: str, number: str, text: str) -> str:
    """提出意见 by one of the staff, who has no account; returns the content hash that the notice names."""
    page.bring_to_front()
    page.goto(address)
    titled(page, "首席技师评聘试点工作方案公示")
    for label, typed in {"姓名": name, "工号": number, "意见": text}.items():
        page.get_by_label(label, exact=True).fill(typed)
    press(page.get_by_role("button", name="提交意见"))
    expect(main(page)).to_contain_text("意见已提交。")
    return hash_on(page)


def answer(page: Page, text: str, reply: str) -> None:
    """核实职工身份, then 答复, on the page of the notice."""
    page.bring_to_front()
    page.reload()
    said = main(page).get_by_role("listitem").filter(has_text=text)
    press(said.get_by_role("button", name=re.compile("^是本企业职工")))
    said.get_by_label("答复内容").fill(reply)
    press(said.get_by_role("button", name="提交答复"))
    expect(said).to_contain_text(f"答复：{reply}")


def submit(offices: Offices, page: Page) -> str:
    """报送, from what one has to do; returns the content hash that the page names."""
    page.goto("/tasks")
    named = offices.formally(page, "报送方案", "报送方案")
    expect(main(page)).to_contain_text("意见记录随方案报送，不再改动。")
    return named


# --- those who review


def review(page: Page, enterprise: str) -> str:
    """Open the plan of an enterprise from what one has to do; returns the content hash that it names."""
    page.goto("/tasks")
    mine = page.get_by_role("region", name="等我处理").get_by_role("listitem").filter(has_text="工作方案")
    mine.filter(has_text=enterprise).get_by_role("link").first.press("Enter")
    titled(page, enterprise)
    return hash_on(page)


def find_review(page: Page, enterprise: str) -> str:
    """Open the plan of an enterprise from the queue; returns the content hash that it names."""
    page.goto("/reviews")
    main(page).get_by_role("link", name=enterprise).first.click()
    titled(page, enterprise)
    return hash_on(page)


def go_through(page: Page, but: Collection[str] = ()) -> list[str]:
    """Agree to every section that is still open ``but`` some, judge every reason and confirm the rest.

    Returns the sections.
    """
    press(main(page).get_by_role("link", name="展开全部的节"))
    buttons = main(page).get_by_role("button", name=AGREE)
    names = [each.rpartition("：")[2].strip() for each in buttons.all_inner_texts()]
    for name in names:
        if name not in but:
            press(main(page).get_by_role("button", name=re.compile(f"^本节同意 ?：{name}$")))
    confirm = main(page).get_by_role("button", name=re.compile("^核对 ?："))
    reasons = (
        main(page)
        .get_by_role("listitem")
        .filter(has=page.get_by_role("button", name="采纳理由"), has_not_text="理由已采纳")
    )
    for _each in range(confirm.count()):
        press(confirm.first)
    for _each in range(reasons.count()):
        press(reasons.first.get_by_role("button", name="采纳理由"))
    return names


def flag(page: Page, section: str, reason: str) -> None:
    """退回本节, with its reason."""
    at = card(page, section)
    at.get_by_label("退回理由（将原样送达企业）").fill(reason)
    press(at.get_by_role("button", name=re.compile("^退回本节")))
    expect(card(page, section)).to_contain_text("拟退回")


# --- the hash


def hash_on(page: Page) -> str:
    """The content hash that a page names."""
    expect(main(page)).to_contain_text(DIGEST)
    found = DIGEST.search(main(page).inner_text())
    assert found
    return found[0]


def hash_kept(uscc: str) -> str:
    """The content hash of the approved plan of an enterprise as the database has it, made anew and sealed."""
    with reading(EVERYTHING) as session:
        plan = drafts.latest(session, tenant_id=tenants.with_number(session, uscc) or 0)
        assert plan
        found = approved(session, tenant_id=plan.tenant_id, cycle_id=plan.opened.id)
        assert plan.approved
        assert plan.approved.content_hash == found.content_hash
        return found.content_hash
