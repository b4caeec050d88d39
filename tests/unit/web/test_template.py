"""The provincial template on its page: every value with lock and clause, in words."""

import re

import pytest
from flask.testing import FlaskClient

from core.rulebook.template import Lock
from core.services.editions import CURRENT
from core.web.template import SHEETS, TECHNICAL, chapters
from core.web.templatewords import TemplateWords
from tests.unit.web.pages import faults_of, read_page

CODE = re.compile(r"[a-z]+_[a-z_]+")


@pytest.mark.parametrize("query", ["", "?q=外聘", "?lock=bounded", "?q=没有这个词", "?lock=nonsense"])
def test_template_is_well_formed(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/template{query}")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_every_value_of_the_template_is_shown() -> None:
    shown = {row.node.path for chapter in chapters() for block in chapter.blocks for row in block.rows}
    missing = [
        path
        for path in CURRENT.template.leaves
        if path not in shown
        and path.rpartition("/")[0] not in shown
        and path.rpartition("/")[2] not in TECHNICAL
        and not path.startswith(SHEETS)
    ]
    assert missing == ["/revision"]


def test_no_code_is_left_untranslated() -> None:
    rows = [row for chapter in chapters() for block in chapter.blocks for row in block.rows]
    said = [words for row in rows for words in (row.label, row.words, *(value for _, value in row.notes))]
    assert [words for words in said if CODE.search(words)] == []
    assert [row.node.path for row in rows if not row.label and not row.node.quote] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/conditions/paths/senior_technician/years_min", "≥ 8 年"),
        ("/organisation/committee/posts/chair/count", "1 名"),
        ("/organisation/committee/external_share", "≥ 1/3"),
        ("/deadlines/plan_report", "11月20日"),
        ("/workflow/stages/enterprise_nomination/window", "11月1日 至 11月10日"),
        ("/workflow/joint_supervision", "设区市人力资源社会保障部门、行业主管部门"),
        ("/nomination/requirements/industry_position/revenue_wan_min", "2,000 万元"),
        ("/complaints/report_to_city", "是"),
        ("/methods/routes", "业绩评审、直接评定"),
    ],
)
def test_value_is_said_in_words(path: str, words: str) -> None:
    assert TemplateWords(CURRENT).value(CURRENT.template.leaf(path)) == words


@pytest.mark.parametrize("lock", list(Lock))
def test_filter_by_lock_lets_only_that_lock_through(client: FlaskClient, lock: Lock) -> None:
    wanted = sum(
        row.node.lock is lock for chapter in chapters() for block in chapter.blocks for row in block.rows
    )
    page = read_page(client.get(f"/template?lock={lock.value}").text)
    assert f"共 {wanted} 项" in page.text["output"]


def test_score_sheets_of_annex_3_are_there_with_their_words(client: FlaskClient) -> None:
    page = read_page(client.get("/template").text)
    assert [caption for caption in page.text["caption"] if caption.endswith("评分表")] == [
        "业绩评价评分表",
        "面试答辩评分表",
        "综合评价评分表",
    ]
    assert "语言规范、表达准确、表现得体得5分，有不恰当之处的酌情扣分，扣完为止。" in page.text["td"]
    assert "12~15分" in page.text["td"]
