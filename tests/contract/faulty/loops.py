"""Never comes back, and catches whoever would stop it."""

from contextlib import suppress

from core.sdk import Answer, Complaints, Rubric, Template, hookimpl, reference_complaints


@hookimpl
def plan_rubric() -> Answer[Rubric]:
    while True:
        with suppress(BaseException):
            sum(range(1000))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
