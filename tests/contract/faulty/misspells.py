"""One hook's name is nearly right, one is nobody's, one has an argument too many, one lacks its mark."""

from core.sdk import (
    Answer,
    Complaints,
    Incentives,
    Methods,
    Rubric,
    Template,
    hookimpl,
    reference_complaints,
    reference_incentives,
    reference_methods,
    reference_rubric,
)


@hookimpl
def plan_rubrik(template: Template) -> Answer[Rubric]:
    return Answer(reference_rubric(template))


@hookimpl
def wholly_different() -> None:
    return None


@hookimpl
def plan_methods(template: Template, tenant: str) -> Answer[Methods]:
    return Answer(reference_methods(template))


def plan_incentives(template: Template) -> Answer[Incentives]:
    return Answer(reference_incentives(template))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
