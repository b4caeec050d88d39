"""Where things lie: the application is deployed as a tree, so every folder is found from this file."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "plugins"
TENANTS = ROOT / "tenants"
TEMPLATES = ROOT / "templates"
VAR = ROOT / "var"
"""What a running instance writes, unless SHOUXI_VAR names another folder."""
HANDBOOK = ROOT / "build" / "handbook"
"""The handbooks as a site, where `python3 dev.py docs` has built it."""
