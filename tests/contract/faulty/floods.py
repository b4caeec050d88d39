"""Prints without end and answers with more than a megabyte."""

import sys
from dataclasses import replace

from core.sdk import (
    Answer,
    Complaints,
    Rubric,
    Template,
    hookimpl,
    reference_complaints,
    reference_rubric,
)


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    return Answer(replace(reference_rubric(template), deviation_reason="长" * 2**20))


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    for stream in (sys.stdout, sys.stderr):
        stream.write("x" * 2**20)
        stream.flush()
    return Answer(reference_complaints(template))
