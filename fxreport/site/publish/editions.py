"""The editions published before, brought into the site's folder, so that the next build tells of them."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from fxreport.report.writers.files import write_bytes
from fxreport.site.history import RUN, RUNS, read_editions
from fxreport.site.publish.content import Target
from fxreport.vocabulary.errors import OutputError


def bring_editions(site: Path, target: Target, *, force: bool = False) -> int:
    """Make the editions of a site's folder those that are published; return how many there are.

    Raises OutputError where the folder holds one that is not published, unless forced: it goes then.
    """
    names = sorted(name for name in target.present() if PurePosixPath(name).is_relative_to(RUNS))
    there = {PurePosixPath(name).parent for name in names if PurePosixPath(name).name == RUN}
    own = [edition for edition in read_editions(site) if edition.folder not in there]
    if own and not force:
        raise OutputError(
            f"{site / own[0].folder} was not published; publish it, or --force to remove it and take the "
            f"editions of {target.name}"
        )
    for edition in own:
        shutil.rmtree(site / edition.folder)
    # what makes an edition one comes last
    for name in sorted(names, key=lambda name: PurePosixPath(name).name == RUN):
        if PurePosixPath(name).parent in there:
            write_bytes(site / name, target.read(name))
    return len(there)
