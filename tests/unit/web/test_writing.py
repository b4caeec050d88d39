"""What templates write is escaped exactly as Jinja escapes it, wherever in a template it stands."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from core.web.texts import said
from core.web.writing import Templates, written

HOSTILE = '<script>alert("1")</script>&\'{{ 7 * 7 }}'


class Marked:
    """Something that is markup by its own word."""

    def __html__(self) -> str:
        return "<b>"


class Number(int):
    """A number that says something else."""

    def __str__(self) -> str:
        return HOSTILE


VALUES = st.one_of(
    st.text(),
    st.text().map(Markup),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.sampled_from([Marked(), Number(3), HOSTILE, [HOSTILE]]),
)
PLACES = {
    "body": "{{ it }}",
    "attribute": '<a href="{{ it }}">{{ it }}</a>',
    "macro": "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(it) }}{{ m(m(it)) }}",
    "call": "{% macro m() %}<i>{{ caller(it) }}</i>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}",
    "set block": "{% set x %}<i>{{ it }}</i>{% endset %}{{ x }}",
    "filter block": "{% filter upper %}{{ it }}{% endfilter %}",
    "filter": "{{ it | string | trim }}{{ [it, it] | join('<') }}",
    "joined": "{{ it ~ '<' ~ it }}",
    "loop": "{% for x in [it, it] %}{{ x }}{{ loop.index }}{% endfor %}",
    "condition": "{{ it if it else '<' }}{{ it or '&' }}",
    "block": "{% block b %}{{ it }}{% endblock %}{{ self.b() }}",
    "extended": "{% extends 'body' %}",
    "included": "{% include 'body' %}",
    "imported": "{% from 'shared' import m %}{{ m(it) }}",
    "escaped": "{{ it | escape }}{{ it | e | e }}",
    "safe": "{{ (it | string) | safe }}",
    "unescaped": "{% autoescape false %}{{ it }}{% endautoescape %}",
    "by condition": "{% autoescape it is string %}{{ it }}{% endautoescape %}",
}
SHARED = {"shared": "{% macro m(x) %}{{ x }}{% endmacro %}"}


@pytest.fixture(scope="module")
def ours(site: Flask) -> Environment:
    options = {"autoescape": True, "loader": DictLoader(PLACES | SHARED), "undefined": StrictUndefined}
    return Templates(site, **options)


@pytest.fixture(scope="module")
def plain() -> Environment:
    return Environment(autoescape=True, loader=DictLoader(PLACES | SHARED), undefined=StrictUndefined)


@given(value=VALUES)
def test_value_is_written_as_escape_says(value: object) -> None:
    assert str(written(value)) == str(escape(value))


@given(value=VALUES)
@pytest.mark.parametrize("place", PLACES)
def test_template_writes_what_jinja_writes(
    ours: Environment, plain: Environment, place: str, value: object
) -> None:
    assert ours.get_template(place).render(it=value) == plain.get_template(place).render(it=value)


def test_site_uses_it(site: Flask) -> None:
    assert type(site.jinja_env) is Templates
    assert type(site.jinja_env.from_string("{{ it }}").render(it=HOSTILE)) is str
    assert "<script>" not in site.jinja_env.from_string("{{ it }}").render(it=HOSTILE)


@given(value=VALUES)
def test_words_take_values_escaped(site: Flask, value: object) -> None:
    with site.test_request_context("/"):
        expected = Markup("共 %(it)s 条，%%") % {"it": value}
        assert said("共 %(it)s 条，%%", it=value) == expected
        assert type(said("共 %(it)s 条，%%", it=value)) is Markup
        assert said("<b>没有</b>") == Markup("<b>没有</b>")
