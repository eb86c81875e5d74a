"""What all tests share: quiet libraries, one Hypothesis profile, the checkout's folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

# Set before any test module is collected: both are read on import.
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# No deadline: the first call of a function may import scikit-learn. The same examples on every run: a red
# build is to be about the change, not about the draw.
settings.register_profile("fxreport", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("fxreport")

# Hypothesis draws from the constants of whatever modules are loaded: another order of tests, another number
# of workers would give other examples.
if hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = lambda: providers._local_constants


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of pyproject.toml; the package under test may be a wheel's, installed elsewhere."""
    return Path(__file__).resolve().parents[1]


#: what the tests take from this machine's own cache: what is dear to fetch, and the same on every machine
_FETCHED = ("datasets", "weights", "axe-core")


@pytest.fixture(scope="session", autouse=True)
def private_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of this process's own, so that no earlier use of the machine is seen in a test.

    Figures and templates are the session's: what one process has drawn, the others need not draw again.
    """
    from once import KEYED, session_folder

    from fxreport.report.figures import cache
    from fxreport.system.cache import cache_dir

    own, private = cache_dir(), Path(tempfile.mkdtemp(prefix="fxreport-tests-"))
    places = {name: own / name for name in _FETCHED}
    places |= {name: session_folder(tmp_path_factory) / "cache" / name for name in KEYED}
    for name, place in places.items():
        place.mkdir(parents=True, exist_ok=True)
        (private / name).symlink_to(place, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FXREPORT_CACHE", str(private))
        # a session draws figures of one name from many stores
        patch.setattr(cache, "KEPT_PER_NAME", 1000)
        yield private
    shutil.rmtree(private, ignore_errors=True)


@pytest.fixture(scope="session")
def committed_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the committed results, not to be changed."""
    from once import committed_site, made_once, session_folder

    return made_once(session_folder(tmp_path_factory) / "committed" / "site", committed_site)


@pytest.fixture(scope="session")
def committed_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both documents of the committed results in both languages, Markdown and HTML, not to be changed."""
    from once import committed_documents, made_once, session_folder

    return made_once(session_folder(tmp_path_factory) / "committed" / "documents", committed_documents)


@pytest.fixture(autouse=True)
def nothing_noted(private_cache: Path) -> None:
    """What a test could not get from the network is not known to the next."""
    (private_cache / "unavailable.json").unlink(missing_ok=True)
