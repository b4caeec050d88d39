"""The demo: a province in which somebody is there for every role, with a clock that can be moved.

It exists only where SHOUXI_ENV is demo. Passwords are made for each installation and kept in its folder; the
sign-in page may fill them in (``people``, ``code``).
"""

from core.demo.people import DemoHat, DemoPerson, NotADemo, code, people
from core.demo.seed import SCENE, seed

__all__ = ["SCENE", "DemoHat", "DemoPerson", "NotADemo", "code", "people", "seed"]
