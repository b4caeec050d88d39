"""Answers with lists in lists: once deeper than Python goes, once deeper than a plan may."""

from typing import Any

from core.sdk import Answer, Complaints, Schedule, Template, hookimpl, reference_complaints


def nested(depth: int) -> object:
    inner: object = ()
    for _ in range(depth):
        inner = (inner,)
    return inner


@hookimpl
def plan_rubric() -> Any:
    return Answer(nested(100_000))


@hookimpl
def plan_schedule() -> Answer[Schedule]:
    return Answer(Schedule(extra_rounds=(nested(100),)))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
