"""The first page: what one can do here, the steps of the pilot, the numbers."""

from flask.testing import FlaskClient

from core.services.editions import CURRENT
from tests.unit.web.pages import faults_of, read_page


def test_first_page_is_well_formed(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_numbers_are_those_of_the_edition_and_lead_to_what_they_count(client: FlaskClient) -> None:
    page = read_page(client.get("/").text)
    assert [words.split()[0] for words in page.text["dd"][:5]] == [
        "151",
        "22",
        str(len(CURRENT.judged())),
        str(len(CURRENT.catalogue.readings)),
        "3",
    ]
    for address in ("/rules", "/rules?force=platform", "/rules?checked=yes", "/rules/readings", "/sign-in"):
        assert address in page.values("href")
        assert client.get(address).status_code == 200


def test_steps_of_the_pilot_come_with_deadline_and_clause(client: FlaskClient) -> None:
    page = read_page(client.get("/").text)
    steps = [" ".join(words.split()) for words in page.text["li"] if "§" not in words]
    assert "推荐申报 11月10日前 二（一）" in steps
    assert "设区市审核 11月20日前 二（三）" in steps
    assert "组织评审 12月15日前 三·表3" in steps
    assert "证书核发 12月31日前 二（六）" in steps


def test_every_link_of_the_first_page_leads_somewhere(client: FlaskClient) -> None:
    """But those to the handbooks, which are built beside the site; `tests/docs` follows them."""
    for address in set(read_page(client.get("/").text).values("href")):
        if not address.startswith(("#", "/handbook/")):
            assert client.get(address, buffered=True).status_code == 200, address
