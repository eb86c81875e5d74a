"""A job that another process imports by name: it counts, and then does what it is told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from fxreport.vocabulary.errors import FxReportError


def counts(to: int, fate: str) -> Iterator[int]:
    yield from range(to)
    if fate == "fails":
        raise FxReportError("it is so")
    if fate == "breaks":
        raise ValueError("nobody\nforesaw it")
    if fate == "ends":
        os._exit(4)
    while fate == "loops":
        time.sleep(1)
