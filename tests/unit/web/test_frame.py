"""What every page stands in: audience, headers, static files, display choices, error pages, words."""

import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests

from core import paths
from core.web import display
from core.web.access import Audience, UndeclaredAudience, audiences_of, open_to, require_audiences
from core.web.errors import EXPLANATIONS
from core.web.site import REQUEST_BYTES
from tests.unit.web.pages import faults_of, read_page

TEMPLATES = sorted(paths.TEMPLATES.rglob("*.html"))
CODE_IN_TEMPLATE = re.compile(r"{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{%.*?%}|{{.*?}}", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]")
UNSAFE_LINE = re.compile(r"\| *safe\b|autoescape false")


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """A client of an application with one route per error, which answers errors instead of raising them."""
    pages = Blueprint("failing", __name__, url_prefix="/failing")

    @pages.get("/<int:code>")
    @open_to(Audience.PUBLIC)
    def fail(code: int) -> str:
        if code == 429:
            raise TooManyRequests(retry_after=60)
        return str(1 // 0) if code == 500 else abort(code)

    app.register_blueprint(pages)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


# audience


def test_every_route_declares_its_audience(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not audiences_of(app.view_functions[rule.endpoint])
    }
    assert silent == set()


def test_route_without_audience_keeps_the_application_from_starting(app: Flask) -> None:
    app.add_url_rule("/silent", "silent", str)
    with pytest.raises(UndeclaredAudience, match="silent"):
        require_audiences(app)


# addresses


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/rules/", "/rules"),
        ("/check/?example=broken", "/check?example=broken"),
        ("/rules/JS-A2-chair-one/", "/rules/JS-A2-chair-one"),
        ("/text/?rule=%E8%A7%84", "/text?rule=%E8%A7%84"),
    ],
)
def test_address_with_a_slash_too_many_leads_to_its_page(
    client: FlaskClient, address: str, page: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (308, page)


@pytest.mark.parametrize("address", ["/no-such-page/", "/check/nothing/", "/%5Cexample.org/"])
def test_address_of_no_page_leads_nowhere(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


# headers


@pytest.mark.parametrize("address", ["/no-such-page", "/static/shouxi.css"])
def test_every_answer_carries_the_policy(client: FlaskClient, address: str) -> None:
    headers = client.get(address, buffered=True).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://other.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_write_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/display", data={"type": "large"}, headers=headers).status_code == status


# static files


def test_static_file_is_kept_under_its_hash_and_asked_anew_without(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.extensions["assets"].url("shouxi.css")
    assert re.fullmatch(r"/static/shouxi\.css\?v=[0-9a-f]{12}", address)
    kept = client.get(address, buffered=True).cache_control
    assert (kept.public, kept.max_age, kept.immutable) == (True, 31536000, True)
    for stale in ("/static/shouxi.css", "/static/shouxi.css?v=000000000000"):
        assert client.get(stale, buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["no.css", "../app.py", "%2e%2e/app.py", "vendor"])
def test_only_known_static_files_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_icon_is_written_once_however_often_it_is_used(app: Flask) -> None:
    with app.test_request_context():
        assets = app.extensions["assets"]
        assert assets.icon("home") == assets.icon("home")
        assert assets.used_symbols().count("<symbol") == 1
        with pytest.raises(KeyError):
            assets.icon("no-such-icon")


# large type and language


def test_large_type_is_kept_without_javascript(client: FlaskClient) -> None:
    assert "sx-large" not in client.get("/no-such-page").text
    answer = client.post("/display", data={"type": "large", "next": "/"})
    assert answer.status_code == 303
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert 'class="sx-large"' in client.get("/no-such-page").text
    client.post("/display", data={"type": "normal"})
    assert "sx-large" not in client.get("/no-such-page").text


def test_unknown_choice_is_not_kept(client: FlaskClient) -> None:
    answer = client.post("/display", data={"type": "huge", "language": "xx"})
    assert "Set-Cookie" not in answer.headers


def test_display_form_returns_to_the_page_it_came_from(failing: FlaskClient) -> None:
    answer = failing.post("/display", data={"type": "large", "next": "/failing/404?q=%E8%AF%84&page=2"})
    assert answer.location == "/failing/404?q=%E8%AF%84&page=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "/%09/evil.example/",
        "/\t/evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/failing/404\r\nSet-Cookie: a=b",
        "/no-such-page",
        "/display",
        "",
    ],
)
def test_display_form_leads_to_no_other_site(failing: FlaskClient, target: str) -> None:
    answer = failing.post("/display", data={"type": "large", "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_language_is_offered_when_its_catalogue_exists(tmp_path: Path) -> None:
    assert display.offered_languages(tmp_path) == ("zh_CN",)
    catalogue = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    assert display.offered_languages(tmp_path) == ("zh_CN", "en")


# error pages


@pytest.mark.parametrize("code", sorted(EXPLANATIONS))
def test_error_page_says_what_why_and_what_next(failing: FlaskClient, code: int) -> None:
    answer = failing.get(f"/failing/{code}")
    assert answer.status_code == code
    assert faults_of(answer.text) == []
    explanation = EXPLANATIONS[code]
    assert read_page(answer.text).text["h1"] == [str(explanation.what)]
    assert str(explanation.why) in answer.text
    assert str(explanation.next) in answer.text


def test_error_without_a_page_of_its_own_is_explained_too(failing: FlaskClient) -> None:
    answer = failing.get("/failing/418")
    assert answer.status_code == 418
    assert str(EXPLANATIONS[400].what) in answer.text


def test_error_page_keeps_the_headers_of_the_error(failing: FlaskClient) -> None:
    assert failing.get("/failing/429").headers["Retry-After"] == "60"
    refused = failing.get("/display")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_incident_number_on_the_page_is_the_one_in_the_log(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    shown = re.findall(r"E-[0-9a-f]{8}", failing.get("/failing/500").text)
    assert len(shown) == 1
    assert shown[0] in caplog.text


def test_request_over_the_limit_is_told_so(client: FlaskClient) -> None:
    answer = client.post("/display", data={"next": "x" * REQUEST_BYTES})
    assert answer.status_code == 413
    assert str(EXPLANATIONS[413].what) in answer.text


# templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(paths.TEMPLATES).as_posix())
def test_words_of_a_template_can_be_translated_and_stay_escaped(path: Path) -> None:
    source = path.read_text("utf-8")
    assert HAN.findall(CODE_IN_TEMPLATE.sub("", source)) == []
    assert UNSAFE_LINE.findall(source) == []
