"""What all tests share: quiet libraries, one Hypothesis profile, the checkout's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Set before any test module is collected: both are read on import.
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# No deadline: the first call of a function may import scikit-learn. The same examples on every run: a red
# build is to be about the change, not about the draw.
settings.register_profile("fxreport", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("fxreport")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of pyproject.toml; the package under test may be a wheel's, installed elsewhere."""
    return Path(__file__).resolve().parents[1]
