"""Asks for more memory than there is."""

from core.sdk import Answer, Complaints, Rubric, Template, hookimpl, reference_complaints

kept: list[bytearray] = []


@hookimpl
def plan_rubric() -> Answer[Rubric]:
    while True:
        kept.append(bytearray(16 * 2**20))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
