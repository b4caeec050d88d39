"""How much a tenant's code may use before it is stopped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Per question: seconds on the wall and of CPU. Per process: memory. Per answer: bytes of JSON."""

    wall_seconds: float = 5.0
    cpu_seconds: int = 5
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 2**20
