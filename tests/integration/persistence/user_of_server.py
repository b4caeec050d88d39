"""A process that uses the embedded server in the folder it is given, until its standard input ends.

With ``migrate`` it opens the database as the application does. When it is ready it prints one line of JSON:
where the server is, and the server's process.
"""

import json
import sys
from pathlib import Path

from core.config import Environment
from core.persistence import server

if __name__ == "__main__":
    var = Path(sys.argv[1])
    if sys.argv[2:] == ["migrate"]:
        from core.persistence.start import open_databases

        open_databases(environment=Environment.PRODUCTION, var=var, databases=None)
    found = server.start(var)
    found.databases()
    for role in (server.OWNER, server.USER):
        found.connect(server.DATABASE, role).close()
    postmaster = int((var / "pg" / "postmaster.pid").read_text().splitlines()[0])
    print(json.dumps({"host": found.host, "port": found.port, "postmaster": postmaster}), flush=True)
    sys.stdin.read()
