"""The rule catalogue: what the filters let through, and what one rule's page says."""

from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from core.services.editions import CURRENT
from tests.unit.web.pages import Element, faults_of, read_page

RULES = CURRENT.catalogue.rules
CHECKED = CURRENT.judged().keys()


def shown(markup: str) -> list[str]:
    """The addresses of the rules in the list that are not hidden."""
    page = read_page(markup)
    rows = [each for each in page.elements if each.tag == "tr" or is_rule(each)]
    found: list[str] = []
    hidden = True  # what stands before the list is none of its rows
    for each in rows:
        if each.tag == "tr":
            hidden = "hidden" in each.attributes
        elif not hidden:
            found.append(each.attributes["href"].removeprefix("/rules/"))
    return found


def is_rule(element: Element) -> bool:
    return element.tag == "a" and element.attributes.get("href", "").startswith("/rules/")


@pytest.mark.parametrize("query", ["", "?q=外聘", "?force=in_principle", "?q=没有这个词"])
def test_list_is_well_formed(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/rules{query}")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_list_without_filter_shows_every_rule_in_the_order_of_the_text(client: FlaskClient) -> None:
    assert shown(client.get("/rules").text) == list(RULES)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("section=附件1", [rule.id for rule in RULES.values() if rule.section == "附件1"]),
        ("force=prohibited", [rule.id for rule in RULES.values() if rule.force == "prohibited"]),
        ("stage=vote", [rule.id for rule in RULES.values() if "vote" in rule.stages]),
        ("checked=yes", [rule for rule in RULES if rule in CHECKED]),
        ("checked=no", [rule for rule in RULES if rule not in CHECKED]),
        (
            "force=in_principle&checked=yes",
            [
                "JS-1.1-cluster-preferred",
                "JS-1.1-city-quota-one",
                "JS-5.3-annual-frequency",
                "JS-A2-chair-principal",
                "JS-A2-complaint-principal-convenes",
            ],
        ),
        ("q=外聘 三分之一", ["JS-A2-external-one-third"]),
        ("q=js-a2-external-ONE", ["JS-A2-external-one-third"]),
        ("q=没有这个词", []),
        ("force=nonsense", list(RULES)),
    ],
)
def test_filter_lets_through(client: FlaskClient, query: str, wanted: list[str]) -> None:
    assert shown(client.get(f"/rules?{query}").text) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("评审委员会", {"JS-A2-chair-one", "JS-A2-vice-one", "JS-A2-members-min-5"}),
        ("确保评审质量", {"JS-5.2-enterprise-quality-duty"}),
        ("表决", {"JS-A2-external-one-third"}),
    ],
)
def test_words_of_section_stage_and_reading_find_a_rule(
    client: FlaskClient, words: str, wanted: set[str]
) -> None:
    assert wanted <= set(shown(client.get(f"/rules?q={words}").text))


def test_title_of_a_reading_finds_the_rules_that_rest_on_it(client: FlaskClient) -> None:
    (reading, *_) = CURRENT.catalogue.readings.values()
    resting = {rule.id for rule in RULES.values() if reading.id in rule.readings}
    assert resting <= set(shown(client.get("/rules", query_string={"q": reading.title}).text))


def test_words_leave_rows_in_the_page_so_that_typing_can_bring_them_back(client: FlaskClient) -> None:
    page = read_page(client.get("/rules?q=外聘").text)
    assert len([each for each in page.elements if "data-item" in each.attributes]) == len(RULES)


def test_active_filter_can_be_taken_off(client: FlaskClient) -> None:
    page = read_page(client.get("/rules?q=专家&force=mandatory").text)
    assert "/rules?q=专家" in map(unquote, page.values("href"))


def test_what_was_searched_for_comes_back_escaped(client: FlaskClient) -> None:
    answer = client.get("/rules", query_string={"q": '"><script>alert(1)</script>'})
    assert faults_of(answer.text) == []
    assert "<script>alert" not in answer.text
    assert '"><script>alert(1)</script>' in read_page(answer.text).values("value")


@pytest.mark.parametrize("rule_id", RULES)
def test_page_of_a_rule_is_well_formed_and_quotes_it(client: FlaskClient, rule_id: str) -> None:
    answer = client.get(f"/rules/{rule_id}")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    rule = RULES[rule_id]
    assert page.text["h1"][0].startswith(rule.title)
    assert rule.words in page.text["blockquote"]
    for reading in CURRENT.catalogue.readings_of(rule_id):
        assert reading.zh in page.text["p"]


def test_page_of_a_checked_rule_names_the_module_of_its_code(client: FlaskClient) -> None:
    text = client.get("/rules/JS-A2-external-one-third").text
    assert "core.rulebook.js2023.committee" in text
    assert "尚未自动检查" not in text


def test_page_of_a_rule_says_on_which_occasions_it_is_judged(client: FlaskClient) -> None:
    assert "由平台自动判断：方案检查。" in client.get("/rules/JS-A2-external-one-third").text
    text = client.get("/rules/JS-1.1-cluster-preferred").text
    assert "由平台自动判断：方案检查、年度启动检查、推荐申报检查。" in text
    for module in ("nomination", "opening", "pilots"):
        assert f"core.rulebook.js2023.{module}<" in text


def test_page_of_an_unchecked_rule_says_so(client: FlaskClient) -> None:
    assert "尚未自动检查" in client.get("/rules/JS-2.3-joint-review").text


def test_unknown_rule_is_explained(client: FlaskClient) -> None:
    answer = client.get("/rules/JS-none")
    assert answer.status_code == 404
    assert faults_of(answer.text) == []


def test_every_reading_is_listed_with_the_rules_that_rest_on_it(client: FlaskClient) -> None:
    answer = client.get("/rules/readings")
    assert faults_of(answer.text) == []
    page = read_page(answer.text)
    assert set(CURRENT.catalogue.readings) <= set(page.values("id"))
    resting = {f"/rules/{rule.id}" for rule in RULES.values() if rule.readings}
    assert resting <= set(page.values("href"))
