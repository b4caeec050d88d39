"""Refusals of the services that no form takes up: their status, and a page with their words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask, Response
from flask_babel import lazy_gettext

from core.domain.errors import DomainError
from core.domain.stages import IllegalMove
from core.persistence.db import OutsideScope
from core.services.accounts.answers import Conflict, NotAllowed
from core.web.errors import EXPLANATIONS, Explanation, page
from core.web.formtokens import StaleForm

UNPROCESSABLE: Final = 422
STATUSES: Final[Mapping[type[DomainError], int]] = MappingProxyType(
    {Conflict: 409, IllegalMove: 409, NotAllowed: 403, OutsideScope: 404}
)

WORDS: Final = MappingProxyType(
    {
        403: (
            lazy_gettext("当前身份不能办理"),
            lazy_gettext("没有改动任何内容。有其他身份的，切换后再办理。"),
        ),
        409: (
            lazy_gettext("情况已经变化，没有办理"),
            lazy_gettext("没有改动任何内容。返回上一页刷新，按最新情况办理。"),
        ),
        422: (
            lazy_gettext("没有办理"),
            lazy_gettext("没有改动任何内容。返回上一页，按说明修改后重新提交。"),
        ),
    }
)
"""What happened and what to do; why is in the refusal's own words."""

STALE_FORM: Final = Explanation(
    lazy_gettext("这次提交没有接收"),
    lazy_gettext("表单打开以后登录状态有了变化，或者浏览器没有送回表单的校验码。"),
    lazy_gettext("返回上一页刷新，重新填写后提交。"),
)


def install(app: Flask) -> None:
    """Let ``app`` answer refusals that no view has answered."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(StaleForm, _stale)


def status_for(error: DomainError) -> int:
    """409 when the state of things has changed, 403 when the hat does not do it, else 422."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), UNPROCESSABLE)


def _refused(error: DomainError) -> Response:
    status = status_for(error)
    if status not in WORDS:
        return page(EXPLANATIONS[status], status)
    what, what_next = WORDS[status]
    return page(Explanation(what, error.message, what_next), status)


def _stale(_: StaleForm) -> Response:
    return page(STALE_FORM, 403)
