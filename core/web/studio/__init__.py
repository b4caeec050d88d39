"""方案填报的页面: the parts of an enterprise's plan, their editors, the check beside them, files."""

from core.web.studio import amending, editing, overview, resetting, transfer
from core.web.studio.shared import studio

__all__ = ["amending", "editing", "overview", "resetting", "studio", "transfer"]
