"""The main navigation, and which addresses a form may send a reader back to."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from flask import Flask, current_app, redirect, request, url_for
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from core.domain.roles import Actor, TenantKind
from core.services.directory import Profile
from core.web import access, session
from core.web.granting import grantable
from core.web.texts import lazy_gettext


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One section of the rail: the endpoint it opens, its words, its icon; its blueprint is the section.

    ``own`` when the page is about the reader's own unit. Each is there once: words that wait for the reader's
    language cannot be compared.
    """

    endpoint: str
    label: LazyString
    icon: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A section as this reader sees it; ``current`` is ``aria-current``, empty elsewhere.

    ``public`` is open to everybody.
    """

    section: Section
    url: str
    current: str
    public: bool


SECTIONS = (
    Section("tasks.index", lazy_gettext("我的待办"), "list-check"),
    Section("cockpit.show", lazy_gettext("总览"), "layout-dashboard"),
    Section("studio.begin_form", lazy_gettext("工作方案"), "file-text", own=True),
    Section("units.show", lazy_gettext("本单位"), "building-community", own=True),
    Section("people.index", lazy_gettext("人员与授权"), "users", own=True),
    Section("audit.index", lazy_gettext("操作记录"), "history", own=True),
    Section("nominations.index", lazy_gettext("推荐申报"), "send"),
    Section("reviews.index", lazy_gettext("方案审核"), "clipboard-check"),
    Section("rulebook.index", lazy_gettext("模板与规则"), "adjustments"),
    Section("units.index", lazy_gettext("单位名录"), "building-factory-2"),
    Section("cycles.index", lazy_gettext("年度"), "calendar-event"),
    Section("guidance.index", lazy_gettext("指导服务"), "bulb"),
    Section("calendar.index", lazy_gettext("工作日历"), "calendar"),
    Section("sanctions.index", lazy_gettext("违规处理"), "ban"),
    Section("accounts.find", lazy_gettext("账号查找"), "search"),
    Section("home.index", lazy_gettext("首页"), "home"),
    Section("checker.form", lazy_gettext("检查我的方案"), "clipboard-check"),
    Section("official.text", lazy_gettext("官方文本"), "book"),
    Section("template.index", lazy_gettext("省级模板"), "template"),
    Section("rules.index", lazy_gettext("规则目录"), "list-check"),
)


UNIT_VIEWS = (
    ("show", "units.show", lazy_gettext("基本情况"), frozenset(TenantKind)),
    ("plan", "plan.show", lazy_gettext("工作方案"), {TenantKind.ENTERPRISE}),
    ("plugins", "plugins.show", lazy_gettext("插件"), {TenantKind.ENTERPRISE}),
    ("guidance", "guidance.log", lazy_gettext("指导服务"), {TenantKind.ENTERPRISE}),
    ("people", "people.index", lazy_gettext("人员与授权"), frozenset(TenantKind)),
    ("invitations", "people.invitations_sent", lazy_gettext("邀请"), frozenset(TenantKind)),
    ("audit", "audit.index", lazy_gettext("操作记录"), frozenset(TenantKind)),
    ("history", "units.history", lazy_gettext("变更历史"), frozenset(TenantKind)),
)
"""The pages of one unit: name, endpoint, words, and the kinds of unit that have it."""


def entries() -> tuple[Entry, ...]:
    """The sections that the reader may open."""
    person = session.current()
    actor = None if person is None else person.actor(session.client())
    found = []
    for section in SECTIONS:
        tenant_id = actor.tenant_id if actor and section.own else None
        view = current_app.view_functions.get(section.endpoint)
        if view is None or (section.own and actor is None):
            continue
        if access.is_public(view) or (person and access.admits(view, actor, person.scope, tenant_id)):
            url = url_for(section.endpoint, tenant_id=tenant_id)
            found.append(Entry(section, url, _current(section, actor), access.is_public(view)))
    return tuple(found)


def _current(section: Section, actor: Actor | None) -> str:
    """``page`` on the entry's own page, ``true`` in its section, otherwise empty."""
    named = (request.view_args or {}).get(access.TENANT)
    own = actor is not None and named == actor.tenant_id
    if section.own is not own and (section.own or (named is not None and _has_own_section(section))):
        return ""
    if request.endpoint == section.endpoint:
        return "page"
    return "true" if request.blueprint == section.endpoint.partition(".")[0] else ""


def _has_own_section(section: Section) -> bool:
    """Whether the pages of a section that are about the reader's own unit belong to another one."""
    blueprint = section.endpoint.partition(".")[0] + "."
    return any(each.own and each.endpoint.startswith(blueprint) for each in SECTIONS)


def may_open(endpoint: str, tenant_id: int | None = None) -> bool:
    """Whether the reader may open a page, of a tenant if it is about one; nobody one that is not there."""
    person, view = session.current(), current_app.view_functions.get(endpoint)
    if view is None:
        return False
    if person is None:
        return access.is_public(view)
    return access.admits(view, person.actor(session.client()), person.scope, tenant_id)


def unit_views(unit: Profile, tab: str) -> list[dict[str, object]]:
    """The views of a unit that the reader may open; ``tab`` names the current one."""
    return [
        {"label": label, "url": url_for(endpoint, tenant_id=unit.id), "current": name == tab}
        for name, endpoint, label, kinds in UNIT_VIEWS
        if unit.kind in kinds and may_open(endpoint, unit.id) and _is_there(name, unit)
    ]


def _is_there(name: str, unit: Profile) -> bool:
    """Whether a view that the reader may open has something for them in this unit."""
    if name == "plan":
        return unit.slug is not None or unit.makes_plan
    return name != "invitations" or bool(grantable(unit))


def install(app: Flask) -> None:
    """Let ``app`` send an address with a slash too many to the page it means."""
    app.before_request(_without_slash)


def _without_slash() -> Response | None:
    """The way to the page when only the last slash keeps the address from it."""
    path = request.path.rstrip("/")
    if not isinstance(request.routing_exception, NotFound) or path == request.path:
        return None
    if request.method not in ("GET", "HEAD") or not _answers(path):
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(same_site(f"{quote(path)}?{query}" if query else quote(path)), 308)


def here() -> str:
    """The address of this page within the application, with its query."""
    return request.full_path.removesuffix("?")


def same_site(address: str) -> str:
    """``address`` when it is a page of this application, otherwise its first page.

    A form field cannot send anyone to another site.
    """
    return request.script_root + (address if is_ours(address, "GET") else "/")


def is_ours(address: str, method: str) -> bool:
    """Whether ``address`` is a path that a route of this application answers, and nothing else.

    No scheme, no host, no ``//`` or ``/\\`` that a browser would read as one, no control characters.
    """
    if not address.startswith("/") or "\\" in address or any(letter <= " " for letter in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and _answers(unquote(parts.path), method)


def _answers(path: str, method: str = "GET") -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method=method)
    except (HTTPException, RequestRedirect):
        return False
    return True
