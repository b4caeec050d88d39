"""Would wrap what others answer."""

from collections.abc import Generator
from typing import Any

from core.sdk import Answer, Complaints, Template, hookimpl, reference_complaints


@hookimpl(wrapper=True)
def plan_rubric() -> Generator[None, Any, Any]:
    return (yield)


@hookimpl(hookwrapper=True)
def plan_schedule() -> Generator[None, Any, None]:
    yield


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
