"""Writes into its arguments, past everything that is frozen."""

from core.sdk import (
    Answer,
    Answers,
    Complaints,
    Conditions,
    Cycle,
    EligibilityPath,
    Methods,
    Rubric,
    Template,
    hookimpl,
    reference_complaints,
    reference_rubric,
)


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    object.__setattr__(template.leaf("/rubric/modules/achievement/weight"), "value", 1)
    return Answer(reference_rubric(template))


@hookimpl
def plan_methods(cycle: Cycle) -> Answer[Methods]:
    object.__setattr__(cycle, "year", 1999)
    raise ValueError("改了以后才出错")


@hookimpl
def plan_schedule(answers: Answers) -> None:
    conditions: Conditions = answers["conditions"].value
    paths = conditions.paths
    assert isinstance(paths, dict)
    paths["anybody"] = EligibilityPath()


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
