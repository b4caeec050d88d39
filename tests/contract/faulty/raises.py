"""Raises where the rubric should be."""

from core.sdk import Answer, Complaints, Rubric, Template, hookimpl, reference_complaints


@hookimpl
def plan_rubric() -> Answer[Rubric]:
    raise ValueError("没有评分标准")


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
