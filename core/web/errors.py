"""Error pages: what happened, why, and what to do next; never a code alone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests


@dataclass(frozen=True, slots=True)
class Explanation:
    """The three sentences of an error page."""

    what: LazyString | str
    why: LazyString | str
    next: LazyString | str


EXPLANATIONS: Mapping[int, Explanation] = MappingProxyType(
    {
        400: Explanation(
            lazy_gettext("请求没有读懂"),
            lazy_gettext("浏览器送来的内容不完整，或者格式不对，平台没有处理。"),
            lazy_gettext("返回上一页，核对填写的内容后重新提交。"),
        ),
        403: Explanation(
            lazy_gettext("这次提交没有接收"),
            lazy_gettext("提交来自其他网站的页面，平台只接收本站页面上的提交。"),
            lazy_gettext("在本站打开对应页面，重新提交一次。"),
        ),
        404: Explanation(
            lazy_gettext("没有这个页面"),
            lazy_gettext("地址有误，内容已经移走，或者内容不对当前身份开放。"),
            lazy_gettext("核对地址，或者从导航进入所需页面。有其他身份的，切换后再打开。"),
        ),
        405: Explanation(
            lazy_gettext("这个地址不能这样打开"),
            lazy_gettext("这一步只能从页面上的按钮提交，不能直接打开地址。"),
            lazy_gettext("从导航进入所需页面，再使用页面上的按钮。"),
        ),
        413: Explanation(
            lazy_gettext("内容超过上限"),
            lazy_gettext("送来的内容超过平台一次接收的上限，没有接收，也没有保存。"),
            lazy_gettext("缩小文件，或者分几次提交，每次一份。"),
        ),
        429: Explanation(
            lazy_gettext("请求过于频繁"),
            lazy_gettext("同一来源短时间内的请求超过上限，这次没有处理。"),
            lazy_gettext("等待 1 分钟后重试。"),
        ),
        500: Explanation(
            lazy_gettext("平台出错"),
            lazy_gettext("这次请求没有完成，没有保存任何内容。原因已记入日志。"),
            lazy_gettext("返回上一页重试；再次出错时，把事件编号告知平台管理员。"),
        ),
    }
)


class NotThere(NotFound):
    """What an address names is not there; the page says so in its own words."""

    def __init__(self, what: LazyString, why: LazyString, what_next: LazyString) -> None:
        super().__init__()
        self.explanation = Explanation(what, why, what_next)


def install(app: Flask) -> None:
    """Let ``app`` answer every HTTP error, and every exception nobody caught, with an error page."""
    app.register_error_handler(HTTPException, _explain)


def _explain(error: HTTPException) -> HTTPException | Response:
    if error.code is None or error.code < 400:
        return error
    incident = _record(error) if error.code >= 500 else ""
    general = EXPLANATIONS.get(error.code) or EXPLANATIONS[500 if error.code >= 500 else 400]
    explanation = error.explanation if isinstance(error, NotThere) else general
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        minutes = -(-error.retry_after // 60)
        explanation = replace(explanation, next=lazy_gettext("等待 %(n)s 分钟后重试。", n=minutes))
    response = page(explanation, error.code, incident)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:  # Allow, Retry-After and the like stay
            response.headers[name] = value
    return response


def page(explanation: Explanation, code: int, incident: str = "") -> Response:
    """The answer that tells what happened, why and what to do."""
    shown = render_template("errors/page.html", explanation=explanation, code=code, incident=incident)
    return make_response(shown, code)


def _record(error: HTTPException) -> str:
    """Log the error under a number the reader can quote; gives the number."""
    incident = f"E-{secrets.token_hex(4)}"
    current_app.logger.error("%s: %s %s: %s", incident, request.method, request.path, error)
    return incident
