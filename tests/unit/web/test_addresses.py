"""Addresses by their form are those that Flask builds."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import BuildError

from core.web.addresses import PLACE
from core.web.requests import Site

NUMBERS = st.integers(0, 2**63 - 1)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,70}", fullmatch=True)
VALUES = st.dictionaries(
    st.sampled_from(["after", "before", "open", "q"]), NUMBERS | st.none() | st.text() | NAMES
)


def number_only(site: Flask) -> dict[str, list[str]]:
    """The endpoints whose addresses have nothing but numbers in them, with the names of those."""
    return {
        rule.endpoint: sorted(rule.arguments)
        for rule in site.url_map.iter_rules()
        if all(name.endswith("_id") for name in rule.arguments) and "subject_id" not in rule.arguments
    }


@given(data=st.data(), query=VALUES)
@pytest.mark.parametrize("root", ["", "/pilot", "/a{b}"])
def test_address_is_the_one_flask_builds(site: Flask, root: str, data: st.DataObject, query: dict) -> None:
    endpoint, names = data.draw(st.sampled_from(sorted(number_only(site).items())))
    values = {name: data.draw(NUMBERS) for name in names} | query
    with site.test_request_context("/", base_url=f"http://localhost{root}"):
        for _ in range(2):  # the second time by the form that is kept
            assert url_for(endpoint, **values) == Flask.url_for(site, endpoint, **values)


@given(numbers=st.lists(NUMBERS), query=VALUES)
def test_addresses_of_many_things_are_each_ones_own(site: Site, numbers: list[int], query: dict) -> None:
    query = {name: value for name, value in query.items() if name != "open"}
    with site.test_request_context("/"):
        made = site.urls_for("audit.index", "open", numbers, tenant_id=7, **query)
        assert made == {
            number: Flask.url_for(site, "audit.index", tenant_id=7, open=number, **query)
            for number in numbers
        }


def test_number_that_stands_for_a_place_is_a_number_like_others(site: Site) -> None:
    with site.test_request_context("/"):
        assert url_for("units.show", tenant_id=PLACE) == f"/units/{PLACE}"
        assert site.urls_for("people.show", "person_id", [5], tenant_id=PLACE, q=str(PLACE + 1)) == {
            5: f"/units/{PLACE}/people/5?q={PLACE + 1}"
        }


def test_other_values_and_whole_addresses_are_flasks(site: Flask) -> None:
    with site.test_request_context("/"):
        assert url_for("units.index", q="甲&乙", after=5) == "/units?q=%E7%94%B2%26%E4%B9%99&after=5"
        assert url_for("units.show", tenant_id=5, _external=True) == "http://localhost/units/5"
        assert url_for("units.show", tenant_id=5, _anchor="a") == "/units/5#a"
        assert url_for("units.show", tenant_id="5") == "/units/5"


def test_address_of_nothing_is_an_error_each_time(site: Flask) -> None:
    with site.test_request_context("/"):
        for _ in range(2):
            with pytest.raises(BuildError):
                url_for("units.nothing", tenant_id=5)
            with pytest.raises(BuildError):
                url_for("units.show", other=5)


@given(rule=NAMES, part=NAMES, tenant_id=NUMBERS)
def test_address_with_names_is_the_one_flask_builds(
    site: Flask, rule: str, part: str, tenant_id: int
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("rules.show", {"rule_id": rule}),
        ("studio.edit", {"part": part, "plan_id": 5, "tenant_id": tenant_id}),
    ]
    with site.test_request_context("/"):
        for endpoint, values in [*asked, *asked]:
            assert url_for(endpoint, **values) == Flask.url_for(site, endpoint, **values)
