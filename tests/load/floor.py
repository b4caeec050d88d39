"""The floor that list pages are measured against: bare Flask, one Core query, a Jinja table of fifty rows.

No session, no scope, no frame, no translation: what a page costs at the least on this machine and engine.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, select

from core.persistence.models import Tenant

ROWS: Final = 50
TABLE: Final = Tenant.__table__
COLUMNS: Final = (TABLE.c.id, TABLE.c.name, TABLE.c.kind, TABLE.c.city_code, TABLE.c.uscc)
PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>单位</title></head>
<body>
<table>
  <thead><tr><th>编号</th><th>单位</th><th>类别</th><th>设区市</th><th>统一社会信用代码</th></tr></thead>
  <tbody>
    {% for row in rows %}
      <tr><td>{{ row.id }}</td><td>{{ row.name }}</td><td>{{ row.kind }}</td><td>{{ row.city_code }}</td>
        <td>{{ row.uscc }}</td></tr>
    {% endfor %}
  </tbody>
</table>
</body>
</html>
"""


def floor_page(engine: Engine) -> Flask:
    """An application whose ``/page`` reads over a connection of ``engine``'s pool, as applications do."""
    app = Flask("floor")
    app.jinja_loader = DictLoader({"page.html": PAGE})

    @app.get("/page")
    def page() -> str:
        with engine.connect() as connection:
            rows = connection.execute(select(*COLUMNS).order_by(TABLE.c.id).limit(ROWS)).all()
        return render_template("page.html", rows=rows)

    return app
