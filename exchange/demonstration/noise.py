"""Chance that is the same every time: numbers drawn from the hash of names."""

import hashlib
from decimal import Decimal

STEPS = 1_000_000


def _draw(*names: object) -> int:
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:8], "big")


def noise(*names: object) -> Decimal:
    """A number from -1 to 1, in millionths, that belongs to the names."""
    return Decimal(_draw(*names) % (2 * STEPS + 1) - STEPS).scaleb(-6)


def pick(count: int, *names: object) -> int:
    """A whole number from 0 to below `count` that belongs to the names."""
    return _draw(*names) % count
