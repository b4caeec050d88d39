"""Freezing and thawing, and what the two hashes cover (architecture §1.4)."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from core.domain.frozen import (
    CONTENT_KEYS,
    Answerer,
    FrozenPlan,
    canonical,
    content_hash,
    digest,
    freeze,
    thaw,
)
from core.domain.plan import PlanDraft
from core.domain.records import build, plain, specs
from tests.unit.domain.drafts import drafts
from tests.unit.rulebook.plans import PLANS, XUZHOU, patched

EDITION = "js2023"
XUZHOU_HASH = "ae4c12a35ebd4fdaca958a42cc92b2c6fcd2eee167b6f70d81bbc10c53c7ae96"
ANSWERER = Answerer("studio", "1.0", "0" * 64)


def plan(**changes: Any) -> PlanDraft:
    return build(PlanDraft, patched(XUZHOU) | changes)


def frozen(draft: PlanDraft, **changes: Any) -> FrozenPlan:
    return freeze(draft, **{"edition": EDITION, "rulebook": "js2023.1"} | changes)


@pytest.mark.parametrize("plan_id", PLANS)
def test_thaw_gives_the_equal_plan(plan_id: str) -> None:
    draft = build(PlanDraft, patched(plan_id))
    assert thaw(frozen(draft).document) == draft


@given(drafts())
def test_thaw_gives_the_equal_plan_for_any_plan(draft: PlanDraft) -> None:
    first = frozen(draft)
    again = thaw(first.document)
    assert again == draft
    assert frozen(again) == first


def test_canonical_form_is_rfc_8785() -> None:
    assert (
        canonical({"b": [1, 0.5, True, None], "a": "焊\n"}) == '{"a":"焊\\n","b":[1,0.5,true,null]}'.encode()
    )


def test_content_hash_is_the_sha_256_of_the_content_as_written_in_the_architecture() -> None:
    data = patched(XUZHOU)
    content = {"edition": EDITION} | {key: data[key] for key in CONTENT_KEYS if key in data}
    spelled_out = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(spelled_out.encode()).hexdigest() == XUZHOU_HASH
    assert content_hash(plan(), EDITION) == digest(content) == XUZHOU_HASH


def test_content_keys_are_the_sections_the_nine_parts_the_extra_sections_and_the_deviations() -> None:
    outside = {"plan_id", "enterprise", "nomination", "publicity", "submitted_at"}
    assert set(CONTENT_KEYS) == set(specs(PlanDraft)) - outside
    assert len(CONTENT_KEYS) == 12


@pytest.mark.parametrize("key", CONTENT_KEYS)
def test_content_hash_covers(key: str) -> None:
    assert content_hash(plan(**{key: None}), EDITION) != XUZHOU_HASH


@pytest.mark.parametrize("key", sorted(set(specs(PlanDraft)) - set(CONTENT_KEYS)))
def test_content_hash_leaves_out(key: str) -> None:
    assert content_hash(plan(**{key: None}), EDITION) == XUZHOU_HASH


def test_content_hash_covers_the_edition() -> None:
    assert content_hash(plan(), "js2024") != XUZHOU_HASH


def test_absent_and_null_parts_have_two_hashes() -> None:
    data = patched(XUZHOU)
    del data["deviations"]
    without = content_hash(build(PlanDraft, data), EDITION)
    assert len({without, content_hash(plan(deviations=None), EDITION), XUZHOU_HASH}) == 3


def test_a_number_written_in_two_ways_has_one_hash() -> None:
    written = json.loads(json.dumps(patched(XUZHOU)))
    written["rubric"]["score_step"] = 1.0
    assert content_hash(build(PlanDraft, written), EDITION) == XUZHOU_HASH


def test_snapshot_hash_covers_content_rulebook_and_who_answered() -> None:
    first = frozen(plan(), answerers={"rubric": ANSWERER})
    others = [
        frozen(plan(), answerers={"rubric": ANSWERER}, rulebook="js2023.2"),
        frozen(plan(), answerers={}),
        frozen(plan(), answerers={"complaints": ANSWERER}),
        *(
            frozen(plan(), answerers={"rubric": replace(ANSWERER, **{name: "other"})})
            for name in ("plugin", "version", "code_hash")
        ),
        frozen(plan(deviations=None), answerers={"rubric": ANSWERER}),
    ]
    hashes = [each.snapshot_hash for each in (first, *others)]
    assert len(set(hashes)) == len(hashes)
    assert {each.content_hash for each in others[:-1]} == {first.content_hash}


def test_snapshot_hash_does_not_depend_on_the_order_of_the_answerers() -> None:
    other = replace(ANSWERER, plugin="js_reference")
    one_way = frozen(plan(), answerers={"rubric": ANSWERER, "methods": other})
    other_way = frozen(plan(), answerers={"methods": other, "rubric": ANSWERER})
    assert one_way.snapshot_hash == other_way.snapshot_hash


def test_document_is_the_whole_plan_in_canonical_form() -> None:
    document = frozen(plan()).document
    assert json.loads(document) == plain(plan())
    assert document == canonical(json.loads(document))
