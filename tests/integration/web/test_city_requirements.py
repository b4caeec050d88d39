"""设区市具体要求 in the browser: published with the document, read by those it binds, withdrawn in time."""

from __future__ import annotations

import io
import re
from typing import Final

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.domain.roles import Role
from core.persistence.db import db
from tests.counting import MOST, counted
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.reviews.world import Reviews
from tests.integration.web.conftest import Visit
from tests.integration.web.test_reviews import city_hr, main, place, reviews
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import faults_of
from tests.uploads.harmless import pdf

__all__ = ["city_hr", "reviews", "set_clock"]

FILE: Final = re.compile(r'"/city-requirements/(\d+)/file"')
REQUIRED: Final = {
    "document": "《苏州市首席技师评聘具体要求》",
    "workflow": "逐环节留痕。",
    "review_standards": "突出一线实绩。",
    "supporting_measures": "落实工作室经费。",
    "/conditions/paths/senior_technician/years_min": "9",
}


def publish(visitor: Visitor, typed: dict[str, str], file: bytes | None, **more: str) -> TestResponse:
    upload = {} if file is None else {"file": FileStorage(io.BytesIO(file), "具体要求.pdf")}
    entries = {"csrf_token": visitor.form_token(), **typed, **more, **upload}
    boundary, content = encode_multipart(entries)
    kind = f"multipart/form-data; boundary={boundary}"
    return visitor.client.post("/city-requirements/new", data=content, content_type=kind)


def test_a_city_publishes_and_withdraws_its_requirements(reviews: Reviews, city_hr: Visitor) -> None:
    page = city_hr.page("/city-requirements")
    assert "没有发布具体要求" in main(page)
    assert "/city-requirements/new" in page
    city_hr.page("/city-requirements/new")
    typed = REQUIRED | {
        "/conditions/paths/senior_technician/years_min": "7",
        "/methods/direct/vote_fraction": "3/4",
        "/deadlines/list_formed": "12-10",
    }
    refused = publish(city_hr, typed, pdf(), given=city_hr.proof())
    assert refused.status_code == 422
    assert "只可加严" in main(refused.text)
    assert 'value="3/4"' in refused.text
    typed["/conditions/paths/senior_technician/years_min"] = "9"
    for data, said in ((None, "没有选择文件"), (b"MZ", "没有保存"), (b"", "文件是空的")):
        refused = publish(city_hr, typed, data)
        assert refused.status_code == 422
        assert faults_of(refused.text) == []
        assert said in main(refused.text)
        assert "文件没有保存，重新选择后再发布" in main(refused.text)
        assert all(f'value="{each}"' in refused.text for each in ("3/4", "12-10", "9"))
        assert "逐环节留痕。" in main(refused.text)
    assert publish(city_hr, typed, pdf()).status_code == 303
    shown = main(city_hr.page("/city-requirements"))
    for words in ("《苏州市首席技师评聘具体要求》", "9 年", "3/4", "12月10日", "具体要求.pdf"):
        assert words in shown
    (number,) = re.findall(r"/city-requirements/(\d+)/withdraw", city_hr.page("/city-requirements"))
    city_hr.page(f"/city-requirements/{number}/withdraw")
    assert city_hr.post(f"/city-requirements/{number}/withdraw").status_code == 422
    assert city_hr.post(f"/city-requirements/{number}/withdraw", reason="另行发布。").status_code == 303
    assert "已撤下" in main(city_hr.page("/city-requirements"))
    assert FILE.findall(city_hr.page("/city-requirements")) == [number]


def test_the_document_of_a_city_is_saved_by_those_it_binds_also_once_withdrawn(
    reviews: Reviews, city_hr: Visitor, visit: Visit, world: World
) -> None:
    publish(city_hr, REQUIRED, pdf(), given=city_hr.proof())
    page = city_hr.page("/city-requirements")
    (number,), file = FILE.findall(page), f"/city-requirements/{FILE.findall(page)[0]}/file"
    tenants = world.tenants
    readers = [
        (visit((where, role)), status)
        for where, role, status in (
            (tenants.other_enterprise, Role.ENTERPRISE_HR, 200),
            (tenants.other_city_industry, Role.CITY_INDUSTRY, 200),
            (tenants.central_branch, Role.CENTRAL_BRANCH, 200),
            (tenants.province_hr, Role.PROVINCE_HR, 200),
            (tenants.enterprise, Role.ENTERPRISE_HR, 404),
            (tenants.city_hr, Role.CITY_HR, 404),
        )
    ]
    for withdrawn in (False, True):
        if withdrawn:
            city_hr.post(f"/city-requirements/{number}/withdraw", reason="另行发布。")
        for reader, status in readers:
            assert (file in reader.page("/city-requirements")) == (status == 200)
            with reader.get(file) as saved:
                assert saved.status_code == status
                assert status != 200 or saved.headers["Content-Type"] == "application/pdf"


def test_requirements_under_which_a_plan_was_begun_offer_no_withdrawal(
    reviews: Reviews, city_hr: Visitor
) -> None:
    publish(city_hr, REQUIRED, pdf(), given=city_hr.proof())
    with counted(db.engine) as before:
        page = city_hr.page("/city-requirements")
    assert "/city-requirements/new" not in page, "what stands is withdrawn first"
    (withdrawal,) = re.findall(r"/city-requirements/\d+/withdraw", page)
    of = reviews.sent()
    assert before.statements <= MOST, before
    page = city_hr.page("/city-requirements")
    assert withdrawal not in page
    assert "不能撤下：本市已有 1 家试点企业按这些要求开始制定方案" in main(page)
    assert "不能撤下：本市已有 1 家试点企业" in main(city_hr.page(withdrawal))
    assert city_hr.post(withdrawal, reason="另行发布。").status_code == 409
    (number,) = FILE.findall(page)
    review = city_hr.page(place(of))
    assert review.count(f"/city-requirements/{number}/file") == 2, "the banner and the finding"


def test_after_drafting_began_a_city_is_told_when_it_publishes_again(
    reviews: Reviews, city_hr: Visitor
) -> None:
    reviews.sent()
    page = city_hr.page("/city-requirements")
    assert "/city-requirements/new" not in page
    assert "不能发布：本市已有 1 家试点企业开始制定方案" in main(page)
