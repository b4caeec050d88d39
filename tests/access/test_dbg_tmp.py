import difflib
from tests.access.test_matrix import *
def test_dbg(asking):
    line=MATRIX.first("GET /units/<int:tenant_id>")
    in_sight = MATRIX.texts["unit"].seen_by
    for principal, unit in cases(line, asking):
        if principal.standing == ANONYMOUS or unit is None or principal.may(in_sight, unit): continue
        path = asking.address(line, principal, unit)
        nowhere = path.replace(f"/units/{unit.id}", f"/units/{NOWHERE}", 1)
        a=without_address(asking.ask(line,principal,unit,path=path).body,path); b=without_address(asking.ask(line,principal,unit,path=nowhere).body,nowhere)
        if a!=b:
            print(principal, unit, path, nowhere)
            print("\n".join(list(difflib.unified_diff(a.splitlines(),b.splitlines(),lineterm="",n=0))[:10])); break
