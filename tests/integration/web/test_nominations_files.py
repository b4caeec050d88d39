"""Evidence of a nomination: who nominates uploads it while it is filled in, whoever reads it saves it."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any, Final

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.domain.roles import Role
from core.services.nominations import steps
from core.services.nominations.kept import EVALUATION, PURPOSES, QUOTA_CLASS, ROSTER, SCALE
from core.uploads import LIMITS
from tests import factories
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED, Season, dossier, uscc
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import faults_of, read_page
from tests.uploads.harmless import AUTHOR, docx, pdf, photograph, picture, png

__all__ = ["set_clock"]

NAME: Final = "南京彭岳重工有限公司（虚构）"
NUMBER: Final = uscc(1)


@pytest.fixture
def season(world: World, set_clock: Any) -> Season:
    """A cycle that is open, on its first day."""
    set_clock(OPENED)
    found = Season(world.connection, world.tenants)
    found.open_cycle()
    return found


@pytest.fixture
def city(visit: Visit, world: World, season: Season) -> Visitor:
    return visit((world.tenants.city_centre, Role.CITY_CENTRE), name="鲁知远")


@pytest.fixture
def draft(season: Season) -> int:
    return season.draft(dossier(NAME, NUMBER), files=False)


def place(season: Season, nomination_id: int, end: str = "", unit: int | None = None) -> str:
    return f"/units/{unit or season.tenants.city_centre.id}/nominations/{nomination_id}{end}"


def send(visitor: Visitor, address: str, data: bytes | None, name: str = "统计年报.png") -> TestResponse:
    entries: dict[str, Any] = {"csrf_token": visitor.form_token()}
    if data is not None:
        entries["file"] = FileStorage(io.BytesIO(data), name)
    boundary, content = encode_multipart(entries)
    return visitor.client.post(
        address, data=content, content_type=f"multipart/form-data; boundary={boundary}"
    )


def main(answer: TestResponse) -> str:
    assert faults_of(answer.text) == []
    return read_page(answer.text).text["main"][0]


def saves(page: str) -> list[str]:
    """Where the buttons of a page that save files lead."""
    found = (each.attributes.get("formaction") for each in read_page(page).all("button"))
    return [each for each in found if each]


def events(world: World, action: str) -> list[tuple[Any, ...]]:
    return world.connection.execute(
        "select tenant_id, actor_name, subject_type, subject_label, changes from audit_event"
        " where action = %s order by seq",
        [action],
    ).fetchall()


# --- adding


def test_files_are_added_one_after_another(city: Visitor, season: Season, draft: int, world: World) -> None:
    address = place(season, draft, f"/files/{SCALE}")
    assert "没有上传材料" in main(city.get(address))
    first = send(city, address, photograph(), "年报.jpg")
    assert first.status_code == 200
    assert "“年报.jpg”已经上传。" in main(first)
    assert "已去除图片中的拍摄信息" in main(first)
    second = send(city, address, docx(), "证明.docx")
    assert "“证明.docx”已经上传。" in main(second)
    assert "“年报.jpg”已经上传" not in main(second)
    kept = season.look(draft)
    assert [each.name for each in kept.files_for(SCALE)] == ["年报.jpg", "证明.docx"]
    assert [each.uploader for each in kept.files] == ["鲁知远", "鲁知远"]
    assert "已经上传" not in main(city.get(address))
    (one, two) = events(world, "file:add")
    digest = kept.files[0].digest
    changes = {"name": [None, "年报.jpg"], "purpose": [None, SCALE], "digest": [None, digest]}
    assert one == (season.tenants.city_centre.id, "鲁知远", "nomination", NAME, changes)
    assert two[-1]["name"] == [None, "证明.docx"]


REFUSED: Final[dict[str, tuple[bytes | None, str, str]]] = {
    "nothing": (None, "", "没有选择文件"),
    "empty": (b"", "空.pdf", "文件是空的"),
    "another kind": (b"MZ\x90\x00", "程序.exe", "没有保存"),
    "name that does not agree": (png(), "年报.pdf", "内容是 PNG 图片，两者不一致"),
    "too large": (b"%PDF-1.7\n" + bytes(LIMITS.file_bytes), "大.pdf", "超过 20 MB 的上限"),
    "damaged": (pdf()[:200], "坏.pdf", "没有保存"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_refused_file_leaves_what_is_there(
    city: Visitor, season: Season, draft: int, world: World, why: str
) -> None:
    address = place(season, draft, f"/files/{SCALE}")
    send(city, address, pdf(), "前一份.pdf")
    before = season.look(draft)
    data, name, said = REFUSED[why]
    answer = send(city, address, data, name)
    assert answer.status_code == 422
    assert said in main(answer)
    assert "重新选择后再上传" in main(answer)
    assert "前一份.pdf" in main(answer)
    assert season.look(draft) == before
    assert len(events(world, "file:add")) == 1
    assert send(city, address, png()).status_code == 200
    assert len(season.look(draft).files) == 2


def test_same_file_is_added_once_for_each_thing_it_proves(city: Visitor, season: Season, draft: int) -> None:
    address = place(season, draft, f"/files/{SCALE}")
    assert send(city, address, png(), "年报.png").status_code == 200
    answer = send(city, address, png(), "年报（再传）.png")
    assert answer.status_code == 409
    assert "内容相同的文件已经上传为“年报.png”，没有重复上传" in main(answer)
    assert len(season.look(draft).files) == 1
    assert send(city, place(season, draft, f"/files/{EVALUATION}"), png(), "年报.png").status_code == 200
    (first, _) = season.look(draft).files
    city.post(place(season, draft, f"/files/{first.id}/remove"))
    assert send(city, address, png(), "年报（再传）.png").status_code == 200


def test_files_of_a_nomination_are_one_matter(city: Visitor, season: Season, draft: int) -> None:
    for number in range(LIMITS.files - 1):
        season.attach(season.city, draft, tuple(PURPOSES)[number % len(PURPOSES)])
    address = place(season, draft, f"/files/{SCALE}")
    assert send(city, address, png()).status_code == 200
    other = png(picture(size=(40, 40)))
    answer = send(city, address, other)
    assert answer.status_code == 422
    assert f"已有 {LIMITS.files} 个文件，最多 {LIMITS.files} 个" in main(answer)
    city.post(place(season, draft, f"/files/{season.look(draft).files[0].id}/remove"))
    assert send(city, address, other).status_code == 200


def test_proof_of_the_class_counts_from_the_first_to_the_last(
    city: Visitor, season: Season, world: World
) -> None:
    found = season.draft(dossier(NAME, NUMBER, quota_class="g42_plus_base"), files=False)
    address = place(season, found, f"/files/{QUOTA_CLASS}")
    proved = "select class_proved from nomination"
    assert world.one(proved) is False
    assert send(city, address, png()).status_code == 200
    assert world.one(proved) is True
    assert send(city, address, pdf(), "批复.pdf").status_code == 200
    for each in season.look(found).files:
        assert world.one(proved) is True
        city.post(place(season, found, f"/files/{each.id}/remove"))
    assert world.one(proved) is False


def test_nothing_is_added_once_it_was_sent_in(city: Visitor, season: Season) -> None:
    found = season.send(dossier(NAME, NUMBER))
    address, before = place(season, found, f"/files/{SCALE}"), season.look(found).files
    answer = send(city, address, png())
    assert answer.status_code == 409
    assert "推荐申报待会签，不能修改" in main(answer)
    assert 'type="file"' not in answer.text
    assert season.look(found).files == before
    season.step(steps.withdraw, season.city, found, reason="改推其他企业")
    assert send(city, address, png()).status_code == 409
    again = season.draft(dossier("南京第二家有限公司（虚构）", uscc(2)))
    assert send(city, place(season, again, f"/files/{SCALE}"), png()).status_code == 200


def test_only_who_nominates_adds(visit: Visit, city: Visitor, season: Season, draft: int) -> None:
    address = place(season, draft, f"/files/{SCALE}")
    for unit, role in (
        (season.tenants.city_hr, Role.CITY_HR),
        (season.tenants.province_centre, Role.PROVINCE_CENTRE),
        (season.tenants.other_city_centre, Role.CITY_CENTRE),
    ):
        other = visit((unit, role))
        assert send(other, address, png()).status_code == 404
        assert other.get(address).status_code == 404
    assert season.look(draft).files == ()
    assert send(city, place(season, draft, "/files/nonsense"), png()).status_code == 404
    assert send(city, address, png()).status_code == 200


# --- saving


def test_whoever_reads_the_nomination_saves_its_files_and_is_recorded(
    visit: Visit, city: Visitor, season: Season, draft: int, world: World
) -> None:
    send(city, place(season, draft, f"/files/{ROSTER}"), png(), "名册.png")
    (file,) = season.look(draft).files
    address, tenants = place(season, draft, f"/files/{file.id}/save"), season.tenants
    readers = (
        (tenants.city_centre, Role.CITY_CENTRE, 200),
        (tenants.city_hr, Role.CITY_HR, 200),
        (tenants.city_industry, Role.CITY_INDUSTRY, 200),
        (tenants.province_hr, Role.PROVINCE_HR, 200),
        (tenants.province_centre, Role.PROVINCE_CENTRE, 200),
        (tenants.other_city_hr, Role.CITY_HR, 404),
        (tenants.other_city_centre, Role.CITY_CENTRE, 404),
        (tenants.central_branch, Role.CENTRAL_BRANCH, 404),
        (tenants.enterprise, Role.ENTERPRISE_HR, 404),
    )
    for number, (unit, role, status) in enumerate(readers, 1):
        reader = visit((unit, role), name=f"读者{number}")
        shown = reader.get(place(season, draft))
        assert (shown.status_code, saves(shown.text)) == (status, [address] if status == 200 else []), role
        answer = reader.post(address)
        assert answer.status_code == status, role
        answer.close()
    told = events(world, "file:read")
    assert [each[1] for each in told] == [f"读者{number}" for number in range(1, 6)]
    changes = {"enterprise": [None, NAME], "purpose": [None, ROSTER], "digest": [None, file.digest]}
    assert told[0] == (tenants.city_centre.id, "读者1", "attachment", "名册.png", changes)
    record = read_page(city.page(f"/units/{tenants.city_centre.id}/record")).text["main"][0]
    assert "查看附件" in record
    assert "高级技师名册" in record


def test_file_comes_as_an_attachment_without_what_it_told_of_people(
    city: Visitor, season: Season, draft: int
) -> None:
    assert AUTHOR.encode() in photograph()
    send(city, place(season, draft, f"/files/{SCALE}"), photograph(), "年报.jpg")
    (file,) = season.look(draft).files
    answer = city.post(place(season, draft, f"/files/{file.id}/save"))
    content = answer.data
    answer.close()
    assert AUTHOR.encode() not in content
    assert sha256(content).hexdigest() == file.digest
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="file.jpg"; filename*=')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_address_of_a_file_is_not_opened(city: Visitor, season: Season, draft: int, world: World) -> None:
    send(city, place(season, draft, f"/files/{SCALE}"), png())
    (file,) = season.look(draft).files
    address = place(season, draft, f"/files/{file.id}/save")
    assert city.get(address).status_code in {404, 405}
    assert events(world, "file:read") == []
    answer = city.post(address)
    assert answer.status_code == 200
    answer.close()
    assert len(events(world, "file:read")) == 1


def test_removed_file_and_that_of_another_nomination_are_not_saved(
    city: Visitor, season: Season, draft: int, world: World
) -> None:
    other = season.draft(dossier("南京第二家有限公司（虚构）", uscc(2)), files=False)
    send(city, place(season, draft, f"/files/{SCALE}"), png())
    (file,) = season.look(draft).files
    assert city.post(place(season, other, f"/files/{file.id}/save")).status_code == 404
    own = city.post(place(season, draft, f"/files/{file.id}/save"))
    assert own.status_code == 200
    own.close()
    city.post(place(season, draft, f"/files/{file.id}/remove"))
    assert city.post(place(season, draft, f"/files/{file.id}/save")).status_code == 404
    assert len(events(world, "file:read")) == 1


def test_event_stays_away_when_the_bytes_are_not_there(
    city: Visitor, season: Season, draft: int, world: World
) -> None:
    season.attach(season.city, draft, SCALE)
    (file,) = season.look(draft).files
    address = place(season, draft, f"/files/{file.id}/save")
    with pytest.raises(LookupError):
        city.post(address)
    assert events(world, "file:read") == []


def test_files_stand_where_they_are_judged(visit: Visit, city: Visitor, season: Season) -> None:
    found = season.send(dossier(NAME, NUMBER))
    files = {place(season, found, f"/files/{each.id}/save") for each in season.look(found).files}
    hr = visit((season.tenants.city_hr, Role.CITY_HR))
    assert set(saves(hr.page(place(season, found, "/countersign")))) == files
    season.step(steps.countersign, season.city_hr, found)
    centre = visit((season.tenants.province_centre, Role.PROVINCE_CENTRE))
    for end in ("", "/verify"):
        page = centre.page(place(season, found, end))
        assert set(saves(page)) == files
        assert page.count('id="saving"') == 1


def test_branch_saves_its_own_and_the_city_does_not(visit: Visit, season: Season, city: Visitor) -> None:
    unit = season.tenants.central_branch
    typed = dossier("央企苏州分公司（虚构）", uscc(3, factories.SUZHOU), factories.SUZHOU)
    found = season.draft(typed, season.branch, files=False)
    branch = visit((unit, Role.CENTRAL_BRANCH))
    assert send(branch, place(season, found, f"/files/{SCALE}", unit.id), png()).status_code == 200
    (file,) = season.look(found, unit=unit.id).files
    address = place(season, found, f"/files/{file.id}/save", unit.id)
    assert city.post(address).status_code == 404
    hr = visit((season.tenants.other_city_hr, Role.CITY_HR))
    assert hr.post(address).status_code == 404
    own = branch.post(address)
    assert own.status_code == 200
    own.close()
