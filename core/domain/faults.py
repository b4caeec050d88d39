"""What can go wrong when a plugin is asked for a part of a plan, and how it is said."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Why a part has no answer."""

    IMPORT = "import"  # the code cannot be imported, or a shared plugin is not there
    HOOK = "hook"  # a hook nobody asks (misspelt), arguments nobody gives, a marker forgotten
    WRAPPER = "wrapper"  # a hook that would wrap other plugins' answers
    RAISED = "raised"
    EXITED = "exited"  # SystemExit, os._exit, a crash
    TIMEOUT = "timeout"  # wall or CPU time
    MEMORY = "memory"
    FLOOD = "flood"  # more bytes than an answer may have
    SHAPE = "shape"  # not an Answer, or not the part's type
    MUTATED = "mutated"  # an argument was changed
    HOST = "host"  # the platform could not ask


@dataclass(frozen=True, slots=True)
class HookFault:
    """One part that a plugin was to answer and did not; ``part`` is None where it costs the whole plan.

    ``message`` is Chinese and says what happened, why it counts and what to do next.
    """

    part: str | None
    plugin: str
    kind: FaultKind
    message: str
