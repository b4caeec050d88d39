"""How many examples a property test tries.

`SHOUXI_TEST_SCALE` multiplies every count: 1 when not set, 0.1 under `dev.py test`, more for a night run.
"""

import os

FEWEST = 10


def examples(full: int) -> int:
    """`full` examples at scale 1; never fewer than 10. For `@settings(max_examples=examples(200))`."""
    return max(FEWEST, round(full * float(os.environ.get("SHOUXI_TEST_SCALE", "1"))))
