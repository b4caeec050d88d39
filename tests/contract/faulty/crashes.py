"""Is ended from outside."""

import os
import signal

from core.sdk import Answer, Complaints, Rubric, Template, hookimpl, reference_complaints


@hookimpl
def plan_rubric() -> Answer[Rubric] | None:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@hookimpl
def plan_complaints(template: Template) -> Answer[Complaints]:
    return Answer(reference_complaints(template))
