"""Tenants for tests: a folder with a manifest, and whatever code and answers a test gives it."""

from pathlib import Path

from core.sandbox import Limits

FAULTY = Path(__file__).parent / "faulty"
BRIEF = Limits(wall_seconds=2.0, memory_bytes=256 * 2**20)
"""Long enough for any honest answer here, short enough to wait for a loop."""


def write_tenant(
    folder: Path, slug: str, *, code: str = "", answers: str = "", plugins: tuple[str, ...] = ()
) -> Path:
    """A tenant below ``folder``; returns its folder."""
    place = folder / slug
    place.mkdir(parents=True)
    listed = ", ".join(f'"{each}"' for each in plugins)
    (place / "tenant.toml").write_text(
        f'name = "{slug}"\nuscc = ""\nversion = "1"\nplugins = [{listed}]\n', "utf-8"
    )
    if code:
        (place / "plan.py").write_text(code, "utf-8")
    if answers:
        (place / "answers.yaml").write_text(answers, "utf-8")
    return place


def faulty_code(name: str) -> str:
    """The source of one of the faulty plugins."""
    return (FAULTY / f"{name}.py").read_text("utf-8")
