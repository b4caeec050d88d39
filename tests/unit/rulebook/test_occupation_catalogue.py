"""The catalogue of occupations: what it holds, how it is searched, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.rulebook.occupation_catalogue import occupation_catalogue
from core.rulebook.vocabulary import vocabulary


def test_every_entry_says_how_certain_it_is_in_words_that_exist() -> None:
    known = {"", *vocabulary("js2023").codes("occupations.certainty")}
    assert {each.certainty for each in occupation_catalogue()} <= known


@pytest.mark.parametrize("words", ["电工", "6-31-01-03", "维修电工", "6-31 电工"])
def test_occupation_is_found_by_name_code_and_former_name(words: str) -> None:
    assert "电工" in [each.name for each in occupation_catalogue() if each.is_like(words)]


def test_standard_carries_its_year_where_it_is_known() -> None:
    found = {each.name: each.standard for each in occupation_catalogue()}
    assert found["焊工"] == "焊工国家职业技能标准（2018年版）"
    assert found["铸造工"] == "铸造工国家职业技能标准"


@pytest.mark.parametrize(
    "text",
    [
        "occupations: 3",
        "occupations: [{code: 6-1, name: 甲, certainty: ''}]",
        "occupations: [{code: 6-18-02-04, name: 甲}]",
        "occupations: [{code: 6-18-02-04, name: 甲, certainty: sure}]",
        "occupations: [{code: 6-18-02-04, name: 甲, certainty: '', colour: red}]",
        (
            "occupations: [{code: 6-18-02-04, name: 甲, certainty: ''},"
            " {code: 6-18-02-04, name: 乙, certainty: ''}]"
        ),
    ],
)
def test_catalogue_that_is_not_right_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "occupations.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"occupations\.yaml"):
        occupation_catalogue(path)
