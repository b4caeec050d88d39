"""Reads the data files of an edition: YAML without its surprises.

Numbers with a point become ``Decimal``, dates stay text, and a key that stands twice in one mapping is an
error: a number of the scheme must not hide another.
"""

from decimal import Decimal
from pathlib import Path

import yaml

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.CSafeLoader):
    """The safe loader in C, with our idea of numbers, dates and repeated keys."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the attribute PyYAML reads
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    pairs = loader.construct_pairs(node, deep=True)
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        raise ValueError(f"line {node.start_mark.line + 1}: {', '.join(repeated)} stands twice")
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_data(path: Path) -> dict[str, object]:
    """The mapping in the YAML file at ``path``. Raises ``ValueError`` when it is none or repeats a key."""
    document = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - _Loader is a safe loader
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: not a mapping")
    return document
