"""企业填报

What the enterprise typed goes before every other answer; a part it left out is for the next one asked.
"""

from core.sdk import (
    Answer,
    Answers,
    Complaints,
    Conditions,
    Incentives,
    Methods,
    Occupation,
    Organisation,
    RightsDuties,
    Rubric,
    Schedule,
    hookimpl,
)

__version__ = "1.0"


@hookimpl
def plan_occupations(answers: Answers) -> Answer[tuple[Occupation, ...]] | None:
    return answers.get("occupations")


@hookimpl
def plan_conditions(answers: Answers) -> Answer[Conditions] | None:
    return answers.get("conditions")


@hookimpl
def plan_methods(answers: Answers) -> Answer[Methods] | None:
    return answers.get("methods")


@hookimpl
def plan_organisation(answers: Answers) -> Answer[Organisation] | None:
    return answers.get("organisation")


@hookimpl
def plan_schedule(answers: Answers) -> Answer[Schedule] | None:
    return answers.get("schedule")


@hookimpl
def plan_incentives(answers: Answers) -> Answer[Incentives] | None:
    return answers.get("incentives")


@hookimpl
def plan_rights_duties(answers: Answers) -> Answer[RightsDuties] | None:
    return answers.get("rights_duties")


@hookimpl
def plan_rubric(answers: Answers) -> Answer[Rubric] | None:
    return answers.get("rubric")


@hookimpl
def plan_complaints(answers: Answers) -> Answer[Complaints] | None:
    return answers.get("complaints")
