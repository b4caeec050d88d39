"""How many examples a property test tries.

`SHOUXI_TEST_SCALE` multiplies every count: 1 when it is not set, 0.1 under `python3 dev.py test`, more at night.
"""

import os

FEWEST = 10


def examples(full: int) -> int:
    """`full` examples at scale 1; never fewer than 10. For `@settings(max_examples=examples(200))`."""
    return max(FEWEST, round(full * float(os.environ.get("SHOUXI_TEST_SCALE", "1"))))
