"""Two plans to try the check with: one that may be submitted and one with faults. Both are fictional."""

from functools import cache
from pathlib import Path
from typing import Final

SLIPS: Final = (
    # the chair is not the principal, and no reason is given
    (
        "duty: 党委书记、董事长, external: false, is_principal: true",
        "duty: 副总经理, external: false, is_principal: false",
    ),
    # two external members of nine, three are needed
    ("employer: 彭城装备职业学院（虚构）, external: true", "employer: 本企业, external: false"),
    # 3/5 instead of 2/3 or more
    ("skill_master], vote_fraction: [2, 3]", "skill_master], vote_fraction: [3, 5]"),
    # 7 points belong to no band
    ("{min: 7, max: 11, text: 职业道德良好", "{min: 8, max: 11, text: 职业道德良好"),
    # three working days of publicity, and no reason is given
    ("enterprise_publicity_end: '2026-12-11'", "enterprise_publicity_end: '2026-12-09'"),
    # nobody to turn to
    (
        (
            "  # 监督联系人：name 姓名；contact 联系方式\n"
            "  supervision_contact: {name: 纪检监察室　濮阳樵, contact: 0516-00000101}\n"
        ),
        "",
    ),
)


@cache
def example(name: str) -> str:
    """The text of the plan called ``plan`` or ``broken``; "" for any other name."""
    if name not in {"plan", "broken"}:
        return ""
    text = Path(__file__).with_name("plan.yaml").read_text("utf-8")
    for right, wrong in SLIPS if name == "broken" else ():
        text = text.replace(right, wrong)
    return text
