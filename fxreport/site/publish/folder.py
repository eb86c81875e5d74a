"""A site published into a folder, which some server shows."""

from __future__ import annotations

import shutil
from pathlib import Path

from fxreport.site.publish.content import Files
from fxreport.site.swap import beside, recover, swap
from fxreport.system.manifest import digest
from fxreport.vocabulary.errors import ConfigError, OutputError


class Folder:
    """``path`` need not exist yet. Raises ConfigError for one that holds the build, or lies in it."""

    def __init__(self, path: Path, site: Path) -> None:
        self.path = path.resolve()
        build = site.resolve()
        if self.path.is_relative_to(build) or build.is_relative_to(self.path):
            raise ConfigError(f"{path} and the built site {site} lie in each other; publish to another --dir")
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{path} is no folder; publish to another --dir")
        recover(self.path, "--dir")

    @property
    def name(self) -> str:
        return str(self.path)

    def present(self) -> dict[str, str]:
        try:
            return {
                path.relative_to(self.path).as_posix(): "" if path.is_symlink() else digest(path.read_bytes())
                for path in sorted(self.path.rglob("*"))
                if path.is_symlink() or not path.is_dir()
            }
        except OSError as error:
            raise OutputError(
                f"{error.filename}: {error.strerror}; mend that or publish to another --dir"
            ) from error

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def replace(self, files: Files, carried: frozenset[str], message: str) -> bool:
        del message  # a folder has no log
        present = self.present()
        if present.keys() == files.keys() | carried and all(
            present[name] == digest(data if isinstance(data, bytes) else data.read_bytes())
            for name, data in files.items()
        ):
            return False
        with beside(self.path, "--dir") as fresh:
            for name, data in files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(data, bytes):
                    target.write_bytes(data)
                else:
                    shutil.copyfile(data, target)
            for name in sorted(carried):
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.path / name, fresh / name, follow_symlinks=False)
            swap(fresh, self.path, lasting=True)
        return True
