"""检查我的方案: pasted and uploaded, readable or not; nothing is lost and nothing is kept."""

import copy
import io
import json
import random
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from core.app import create_app
from core.config import load
from core.plandoc.reading import LIMIT_BYTES
from core.services.checked import checked_plans
from core.web.checker import BOX_BYTES, MOST_PLANS, examined
from core.web.examples import SLIPS, example
from tests.scale import examples
from tests.unit.rulebook.plans import DOCUMENT, NANJING, PLANS, SUZHOU, XUZHOU, expected, patched
from tests.unit.web.pages import Page, faults_of, read_page


def paste(client: FlaskClient, text: str, source: str = "text") -> TestResponse:
    return client.post("/check", data={"text": text, "source": source})


def upload(client: FlaskClient, data: bytes, name: str = "plan.yaml", text: str = "") -> TestResponse:
    fields = {"text": text, "file": FileStorage(io.BytesIO(data), name), "source": "file"}
    boundary, body = encode_multipart(fields)  # by hand: the client would leave a temporary file open
    return client.post("/check", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def boxed(page: Page) -> str:
    """What a browser puts into the text box: the first line end after the tag does not count."""
    return page.text["textarea"][0].removeprefix("\n")


def as_text(plan: Any) -> str:
    return json.dumps(plan, ensure_ascii=False, indent=1, default=float)


# the form


@pytest.mark.parametrize(
    "address", ["/check", "/check?example=plan", "/check?example=broken", "/check?example=no"]
)
def test_form_is_well_formed(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_example_is_the_demo_plan_and_may_be_submitted() -> None:
    (report,) = examined(example("plan").encode()).reports
    assert report.ok
    assert report.content_hash == checked_plans().of("xuzhou_pengyue").report.content_hash


def test_each_slip_of_the_broken_example_is_found() -> None:
    assert all(example("plan").count(right) == 1 for right, _ in SLIPS)
    (report,) = examined(example("broken").encode()).reports
    assert [(each.rule, each.effect.value) for each in report.findings] == [
        ("JS-A2-direct-two-thirds", "block"),
        ("JS-5.2-enterprise-quality-duty", "warn"),
        ("JS-A2-external-one-third", "block"),
        ("JS-A2-chair-principal", "needs_reason"),
        ("JS-A3-bands-cover", "block"),
        ("PF-enterprise-publicity-days", "needs_reason"),
    ]


def test_example_can_be_downloaded(client: FlaskClient) -> None:
    answer = client.get("/check/example.yaml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan-example.yaml"'
    assert answer.text == example("plan")


def test_every_key_of_the_example_has_a_comment() -> None:
    lines = example("plan").splitlines()
    for number, line in enumerate(lines):
        if (key := re.match(r"[ -]*([a-z_]+):", line)) and not line.lstrip().startswith("#"):
            above = next(each for each in reversed(lines[:number]) if each.strip())
            assert "  # " in line or above.lstrip().startswith("# "), key[1]


def test_example_names_every_code_and_every_reason_that_may_be_written() -> None:
    notes = "\n".join(line for line in example("plan").splitlines() if "#" in line)
    for code in ("province_direct", "central_branch", "trimmed_mean", "all_members", "vice_chair", "ballot"):
        assert f"{code} " in notes
    for key in ("cluster_reason", "deviation_reason", "enterprise_publicity_reason", "reason"):
        assert f"{key}: 理由" in notes


# reports


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (example("broken"), "3 项阻断，2 项未写明理由 · 检查我的方案"),
        (example("plan"), "可以提交 · 检查我的方案"),
        ("plan_id: x\nsections:\n  foo: bar\n", "1 处需要改正 · 检查我的方案"),
        ("", "没有内容 · 检查我的方案"),
    ],
    ids=["broken", "sound", "shape", "empty"],
)
def test_title_tells_the_result(client: FlaskClient, text: str, title: str) -> None:
    (told,) = read_page(paste(client, text).text).text["title"]
    assert told.startswith(f"{title} · ")


def test_stated_reason_stands_in_the_finding(client: FlaskClient) -> None:
    plan = patched(SUZHOU)
    reason = plan["organisation"]["committee"]["members"][0]["reason"]
    assert f"已说明理由：{reason}" in read_page(paste(client, as_text(plan)).text).text["p"]


@pytest.mark.parametrize("plan_id", PLANS)
def test_demo_plan_gets_its_report(client: FlaskClient, plan_id: str) -> None:
    answer = paste(client, as_text(patched(plan_id)))
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    assert any(words.startswith("可以提交。") for words in read_page(answer.text).text["strong"])


@pytest.mark.parametrize("variant", DOCUMENT["invalid_variants"], ids=lambda variant: variant["variant_id"])
def test_broken_plan_gets_its_findings_with_links_that_lead_to_them(
    client: FlaskClient, variant: Any
) -> None:
    answer = paste(client, as_text(patched(variant["base"], variant["patch"])))
    assert answer.status_code == 200
    assert faults_of(answer.text) == []  # every jump link has its place on the page
    page = read_page(answer.text)
    wanted = expected(variant)
    popovers = {each.removeprefix("why-").replace("-", ".") for each in page.values("popovertarget")}
    for rules in wanted.values():
        assert {rule.replace("-", ".") for rule in rules} <= popovers
    blocks, missing = len(wanted["block"]), len(wanted["needs_reason_without_reason"])
    verdict = f"不能提交：阻断 {blocks} 项" + (f"，未说明理由 {missing} 项。" if missing else "。")
    assert verdict in page.text["strong"]


def test_file_with_several_plans_gets_a_report_for_each(client: FlaskClient) -> None:
    plans = [patched(plan_id) for plan_id in (XUZHOU, SUZHOU, NANJING)]
    answer = paste(client, as_text({"cycle": DOCUMENT["cycle"], "plans": plans}))
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    assert ["共 3 份方案", *(plan["enterprise"]["name"] for plan in plans)] == [
        words
        for words in page.text["h2"]
        if words.startswith("共 ") or (words.endswith("（虚构）") and "：" not in words)
    ]


def test_report_can_be_had_as_json(client: FlaskClient) -> None:
    answer = paste(client, example("broken"), source="json")
    assert answer.mimetype == "application/json"
    (report,) = json.loads(answer.text)
    assert (report["ok"], len(report["findings"])) == (False, 6)


def test_year_that_the_file_does_not_state_is_said_to_be_assumed(client: FlaskClient) -> None:
    assert "文件没有写年度，由方案中的日期推定。" in paste(client, example("plan")).text


def test_too_many_plans_are_refused(client: FlaskClient) -> None:
    answer = paste(client, as_text({"plans": [{"plan_id": str(n)} for n in range(MOST_PLANS + 1)]}))
    assert answer.status_code == 422
    assert f"文件有 {MOST_PLANS + 1} 份方案，一次最多检查 {MOST_PLANS} 份。" in answer.text


def test_long_plan_gets_its_report_without_being_written_out(client: FlaskClient) -> None:
    text = example("plan") + "\n# " + "长" * BOX_BYTES
    answer = paste(client, text)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    assert "内容较长，不列出方案正文" in answer.text


# what was sent comes back


@pytest.mark.parametrize(
    "text",
    [
        example("broken"),
        "\n\n  plan_id: 1 \n\n",
        "plan_id: <script>alert(1)</script>\nsections:\n  methods: '</textarea><b>&amp;'\n",
        "不是方案",
        "a: [",
    ],
)
def test_pasted_text_comes_back_exactly(client: FlaskClient, text: str) -> None:
    answer = paste(client, text.replace("\n", "\r\n"))  # as browsers send it
    assert boxed(read_page(answer.text)) == text


def test_text_of_an_uploaded_file_comes_into_the_box(client: FlaskClient) -> None:
    answer = upload(client, example("broken").encode("utf-8-sig"), text="旧内容")
    assert answer.status_code == 200
    page = read_page(answer.text)
    assert boxed(page) == example("broken")
    assert "检查的文件：plan.yaml" in page.text["span"]


def test_long_file_and_binary_do_not_come_into_the_box(client: FlaskClient) -> None:
    long = (example("plan") + "\n# " + "x" * BOX_BYTES).encode()
    assert boxed(read_page(upload(client, long).text)) == ""
    assert boxed(read_page(upload(client, b"PK\x03\x04\0\0").text)) == ""


def test_plan_text_is_escaped_wherever_it_is_shown(client: FlaskClient) -> None:
    plan = patched(XUZHOU)
    strange = "<script>alert(1)</script>\"'&"
    plan["enterprise"]["name"] = plan["sections"]["methods"] = strange
    plan["organisation"]["committee"]["members"][0] |= {"name": strange, "is_principal": False, "reason": ""}
    plan["conditions"]["paths"][strange] = {"years_min": 1}
    plan["rubric"]["modules"][0]["items"][0]["parts"][0]["bands"][0]["text"] = strange
    answer = paste(client, as_text(plan))
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    assert "<script>alert" not in answer.text


def test_answer_to_a_paste_is_kept_by_no_cache(client: FlaskClient) -> None:
    assert paste(client, example("plan")).headers["Cache-Control"] == "no-store"


# what cannot be read


@pytest.mark.parametrize(("source", "field"), [("text", "text"), ("json", "text"), ("file", "file")])
def test_nothing_to_check_is_said_beside_the_field(client: FlaskClient, source: str, field: str) -> None:
    answer = paste(client, " \n", source=source)
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    invalid = [each for each in read_page(answer.text).elements if "aria-invalid" in each.attributes]
    assert [each.attributes["id"] for each in invalid] == [field]


def test_empty_file_is_said_beside_the_file_field(client: FlaskClient) -> None:
    page = read_page(upload(client, b"", "空.yaml").text)
    assert [each.attributes["id"] for each in page.elements if "aria-invalid" in each.attributes] == ["file"]
    assert any("文件“空.yaml”没有内容。" in words for words in page.text["span"])


def test_fault_of_syntax_is_shown_with_its_line_and_the_character(client: FlaskClient) -> None:
    answer = paste(client, 'plan_id: x\nsections:\n  methods: "abc\n')
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    assert any(words.strip().startswith("第 3 行") for words in page.text["h3"])
    assert page.text["mark"] == ['"']


def test_faults_of_shape_are_all_shown_with_line_path_and_excerpt(client: FlaskClient) -> None:
    answer = paste(client, "plan_id: x\nsections:\n  foo: bar\nrubric:\n  modules: 3\n")
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    assert [" ".join(words.split()) for words in page.text["h3"]] == [
        "第 3 行 /sections/foo",
        "第 5 行 /rubric/modules",
    ]
    assert "这不是一份工作方案：有 2 处格式不符。" in page.text["strong"]
    assert any("modules: 3" in words for words in page.text["pre"])


def test_many_faults_are_counted_and_the_first_are_listed(client: FlaskClient) -> None:
    answer = paste(client, "\n".join(f"key{n}: 1" for n in range(60)))
    assert "另有 10 处没有列出" in answer.text
    assert len(read_page(answer.text).text["pre"]) == 50


UNREADABLE = {
    "utf-16": b"\xff\xfe\0\0",
    "office": b"PK\x03\x04",
    "gbk": "方案".encode("gbk"),
    "alias": b"a: &x 1\nb: *x",
    "tag": b"a: !!python/object:os.system 1",
    "duplicate key": b"a: 1\na: 2",
    "deep": b"[" * 100,
    "list": b"- 1\n- 2",
    "too long": b"x" * (LIMIT_BYTES + 1),
    "binary": b"\0",
    "two documents": b"---\n---\n",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=list(UNREADABLE))
def test_file_that_is_no_plan_is_explained(client: FlaskClient, data: bytes) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert read_page(answer.text).text["strong"][0] in {
        "内容不能读取。",
        "这不是一份工作方案：有 1 处格式不符。",
    }


def test_request_over_the_limit_gets_the_page_that_says_so(client: FlaskClient) -> None:
    answer = upload(client, b"x" * (LIMIT_BYTES + 65 * 1024))
    assert answer.status_code == 413
    assert faults_of(answer.text) == []


def test_plan_from_another_site_is_not_checked(client: FlaskClient) -> None:
    answer = client.post("/check", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


# plans with holes


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 2**32), plan_id=st.sampled_from([XUZHOU, SUZHOU, NANJING]))
def test_any_plan_of_the_right_shape_gets_a_page(seed: int, plan_id: str) -> None:
    plan = with_holes(patched(plan_id), random.Random(seed))  # noqa: S311 - a test case, not a secret
    text = as_text(plan)
    answer = paste(CLIENT, text)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    (report,) = examined(text.encode()).reports
    assert answer.text.count("跳到“") == len(report.findings)  # whatever is missing, a link leads near it


CLIENT = create_app(load({"SHOUXI_ENV": "test"})).test_client()


def with_holes(plan: Any, chance: random.Random) -> Any:
    """``plan`` with some values left out, empty or null."""
    plan = copy.deepcopy(plan)
    places = list(containers(plan))
    for _ in range(chance.randint(1, 40)):
        holder, key = chance.choice(places)
        if isinstance(holder, dict):
            if chance.random() < 0.5:
                holder.pop(key, None)
            elif key in holder:
                holder[key] = None
        elif key < len(holder):
            holder[key] = None
    return plan


def containers(data: Any) -> list[tuple[Any, Any]]:
    """Every place in ``data`` as its container and key."""
    found = []
    for key, each in list(data.items() if isinstance(data, dict) else enumerate(data)):
        found.append((data, key))
        if isinstance(each, (dict, list)):
            found += containers(each)
    return found
