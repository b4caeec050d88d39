"""推荐申报的页面: the list of a cycle, one nomination, filling it in, its steps, admission."""

from core.web.nominations import admitting, editing, files, listing, showing, steps
from core.web.nominations.shared import nominations

__all__ = ["admitting", "editing", "files", "listing", "nominations", "showing", "steps"]
