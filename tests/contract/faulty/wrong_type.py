"""Answers with a plain mapping, and with the record of another part."""

from typing import Any

from core.sdk import Answer, Complaints, Template, hookimpl, reference_complaints, reference_methods


@hookimpl
def plan_rubric() -> Any:
    return {"value": {"score_step": 1}}


@hookimpl
def plan_conditions(template: Template) -> Any:
    return Answer(reference_methods(template))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
