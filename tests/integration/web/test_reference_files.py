"""A body publishes a file, those it is for save it: limits, refusals, what is kept and told."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.domain.roles import Actor, Role
from core.uploads import LIMITS
from core.web.uploading import STORE
from tests import pilots
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import faults_of, read_page
from tests.uploads.harmless import AUTHOR, docx, pdf, photograph, picture, png

NEW = "/guidance/files/new"
LIST = "/guidance/files"
SAVED = "/guidance/cycles/{cycle}/files/{file}"


@pytest.fixture
def officer(world: World) -> Actor:
    return world.actor(world.tenants.province_centre, Role.PROVINCE_CENTRE, "温叙言")


@pytest.fixture
def cycle_id(world: World, officer: Actor) -> int:
    return pilots.cycle(world.connection, officer.person_id)


@pytest.fixture
def city(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.city_centre, Role.CITY_CENTRE))


def send(
    visitor: Visitor, data: bytes | None, name: str = "申报材料清单.png", **entries: Any
) -> TestResponse:
    if data is not None:
        entries["file"] = FileStorage(io.BytesIO(data), name)
    boundary, content = encode_multipart({"csrf_token": visitor.form_token(), **entries})
    return visitor.client.post(NEW, data=content, content_type=f"multipart/form-data; boundary={boundary}")


def numbers(world: World) -> list[int]:
    rows = world.connection.execute("select id from guidance_file order by id").fetchall()
    return [number for (number,) in rows]


def test_published_file_is_saved_by_those_it_is_for(
    visit: Visit, world: World, city: Visitor, cycle_id: int
) -> None:
    answer = send(city, photograph(), "清单.jpg", title="南京市申报材料清单")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    main = read_page(answer.text).text["main"][0]
    assert "“南京市申报材料清单”已经发布。" in main
    assert "已去除图片中的拍摄信息" in main
    (number,) = numbers(world)
    tenants = world.tenants
    for where, role, status in (
        (tenants.enterprise, Role.ENTERPRISE_HR, 200),
        (tenants.city_hr, Role.CITY_HR, 200),
        (tenants.province_hr, Role.PROVINCE_HR, 200),
        (tenants.other_enterprise, Role.ENTERPRISE_HR, 404),
        (tenants.other_city_hr, Role.CITY_HR, 404),
        (tenants.central_branch, Role.CENTRAL_BRANCH, 404),
    ):
        reader = visit((where, role))
        address = SAVED.format(cycle=cycle_id, file=number)
        listed = address in read_page(reader.page(LIST)).values("href")
        saved = reader.get(address)
        assert (saved.status_code, listed) == (status, status == 200)
        saved.close()


def test_file_is_given_back_as_an_attachment_without_what_it_told_of_people(
    city: Visitor, world: World, cycle_id: int
) -> None:
    assert AUTHOR.encode() in photograph()
    send(city, photograph(), "清单.jpg")
    answer = city.get(SAVED.format(cycle=cycle_id, file=numbers(world)[0]))
    content = answer.data
    answer.close()
    assert AUTHOR.encode() not in content
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="file.jpg"; filename*=')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    kept = world.one("select digest from attachment")
    assert sha256(content).digest() == bytes(kept)


@pytest.mark.parametrize(("data", "name"), [(pdf(), "要点.pdf"), (docx(), "要点.docx")])
def test_document_is_published_under_its_name(
    city: Visitor, world: World, cycle_id: int, *, data: bytes, name: str
) -> None:
    assert send(city, data, name, title="  ").status_code == 200
    assert world.one("select title from guidance_file") == "要点"
    assert world.one("select name from attachment") == name


def test_event_says_which_file(city: Visitor, world: World, cycle_id: int) -> None:
    send(city, png(), title="要点")
    found = world.connection.execute(
        "select tenant_id, action, subject_label, changes from audit_event where action like 'guidance:%'"
    ).fetchall()
    digest = bytes(world.one("select digest from attachment")).hex()
    ((tenant_id, action, label, changes),) = found
    assert (tenant_id, action, label) == (world.tenants.city_centre.id, "guidance:publish", "要点")
    assert changes["digest"] == [None, digest]
    assert changes["name"] == [None, "申报材料清单.png"]
    assert "发布参考资料" in city.page(f"/units/{tenant_id}/record")


REFUSED: dict[str, tuple[bytes | None, str, str]] = {
    "nothing": (None, "", "没有选择文件"),
    "empty": (b"", "空.pdf", "文件是空的"),
    "another kind": (b"MZ\x90\x00", "程序.exe", "没有保存"),
    "name that does not agree": (png(), "清单.pdf", "内容是 PNG 图片，两者不一致"),
    "too large": (b"%PDF-1.7\n" + bytes(LIMITS.file_bytes), "大.pdf", "超过 20 MB 的上限"),
    "damaged": (pdf()[:200], "坏.pdf", "没有保存"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_file_that_cannot_be_kept_comes_back_with_the_title(
    city: Visitor, world: World, cycle_id: int, why: str
) -> None:
    data, name, said = REFUSED[why]
    answer = send(city, data, name, title="南京市申报材料清单")
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert said in answer.text
    assert 'value="南京市申报材料清单"' in answer.text
    assert "重新选择后再发布" in answer.text
    assert numbers(world) == []
    assert world.one("select count(*) from attachment") == 0
    assert world.one("select count(*) from audit_event where action = 'guidance:publish'") == 0
    assert send(city, png(), title="南京市申报材料清单").status_code == 200
    assert len(numbers(world)) == 1


def test_title_that_is_too_long_is_told(city: Visitor, world: World, cycle_id: int) -> None:
    answer = send(city, png(), title="长" * 101)
    assert answer.status_code == 422
    assert "名称共 101 个字，最多 100 个" in answer.text
    assert numbers(world) == []
    assert send(city, png(), title="长" * 100).status_code == 200


def test_same_file_is_published_once_until_it_is_withdrawn(
    visit: Visit, city: Visitor, world: World, cycle_id: int
) -> None:
    assert send(city, png(), title="要点").status_code == 200
    answer = send(city, png(), title="要点（再发）")
    assert answer.status_code == 409
    assert "已经发布为“要点”" in answer.text
    assert 'value="要点（再发）"' in answer.text
    other = visit((world.tenants.city_hr, Role.CITY_HR))
    assert send(other, png(), title="要点").status_code == 200
    first = numbers(world)[0]
    city.post(f"{LIST}/{first}/withdraw", reason="内容有误")
    assert city.get(SAVED.format(cycle=cycle_id, file=first)).status_code == 404
    assert send(city, png(), title="要点").status_code == 200


def test_body_has_as_many_files_as_any_matter(city: Visitor, world: World, cycle_id: int) -> None:
    by, store = world.one("select max(id) from person"), city.site.extensions[STORE]
    for number in range(LIMITS.files - 1):
        pilots.file(
            world.connection, cycle_id, world.tenants.city_centre, f"资料{number}", by=by, store=store
        )
    assert send(city, png()).status_code == 200
    answer = send(city, png(picture(size=(40, 40))))
    assert answer.status_code == 422
    assert f"已有 {LIMITS.files} 个文件，最多 {LIMITS.files} 个" in answer.text
    city.post(f"{LIST}/{numbers(world)[0]}/withdraw", reason="合并")
    assert send(city, png(picture(size=(40, 40)))).status_code == 200


def test_before_the_first_cycle_nothing_is_published(city: Visitor, world: World, officer: Actor) -> None:
    assert city.get(NEW).status_code == 404
    assert send(city, png()).status_code in {404, 409}
    pilots.cycle(world.connection, officer.person_id)
    assert send(city, png()).status_code == 200


def test_those_who_do_not_publish_have_no_button(
    visit: Visit, world: World, city: Visitor, cycle_id: int
) -> None:
    assert NEW in read_page(city.page(LIST)).values("href")
    for where, role in (
        (world.tenants.enterprise, Role.ENTERPRISE_HR),
        (world.tenants.city_industry, Role.CITY_INDUSTRY),
        (world.tenants.central_branch, Role.CENTRAL_BRANCH),
    ):
        reader = visit((where, role))
        assert NEW not in read_page(reader.page(LIST)).values("href")
        assert reader.get(NEW).status_code == 404
        assert send(reader, png()).status_code == 404
    assert numbers(world) == []
    assert city.get(NEW).status_code == 200
