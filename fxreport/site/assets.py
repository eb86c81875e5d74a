"""Files that all pages share: the style sheet, its fonts, scripts of ours. Nothing is asked of any host."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import blake2b, sha256, sha384
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from fxreport.report.figures.scheme import dark_rules
from fxreport.report.look import SHIPPED, Look
from fxreport.report.writers.fonts import web_faces
from fxreport.report.writers.html import compact_css
from fxreport.system.resources import resource

FOLDER = PurePosixPath("assets")
FONTS = FOLDER / "fonts"
ICON = FOLDER / "icon.svg"
#: our scripts that stand inside pages
_LOADER = "loader.js"


@dataclass(frozen=True, slots=True)
class Assets:
    """``files`` by their paths from the site's root; ``style`` is the sheet's."""

    style: PurePosixPath
    files: dict[PurePosixPath, bytes]
    loader: Markup

    @property
    def loader_hash(self) -> str:
        """As a content security policy names the loader."""
        return "sha256-" + b64encode(sha256(self.loader.encode()).digest()).decode()

    def version(self, script: PurePosixPath) -> str:
        """What changes with a script, so that no browser takes an older one for it."""
        return blake2b(self.files[script], digest_size=6).hexdigest()

    def integrity(self, script: PurePosixPath) -> str:
        """The digest to which a browser holds a script that is one of the files."""
        return "sha384-" + b64encode(sha384(self.files[script]).digest()).decode()


def assets(files: dict[PurePosixPath, bytes] | None = None, look: Look = SHIPPED) -> Assets:
    """All of ours, and ``files`` that parts of the site bring, by their paths from its root.

    The rules of a ``look`` come after ours.
    """
    fonts = {FONTS / path.name: path.read_bytes() for path in web_faces().values()}
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark_rules('.plate svg')}\n}}\n"
    sheet = _faces() + dark + str(compact_css("\n".join(path.read_text("utf-8") for path in _sheets())))
    sheet += look.style and f"\n{look.style}\n"
    name = FOLDER / f"style-{blake2b(sheet.encode(), digest_size=6).hexdigest()}.css"
    scripts = {
        FOLDER / path.name: path.read_bytes()
        for path in sorted(resource("templates", "site").glob("*.js"))
        if path.name != _LOADER
    }
    icon = {ICON: resource("templates", "site", ICON.name).read_bytes()}
    loader = compact_css(resource("templates", "site", _LOADER).read_text("utf-8"))
    return Assets(name, {name: sheet.encode(), **fonts, **icon, **scripts, **(files or {})}, loader)


def _sheets() -> list[Path]:
    """That of the documents, then the site's own, each part's after the common one."""
    common = resource("templates", "site", "site.css")
    others = (path for path in sorted(common.parent.glob("*.css")) if path != common)
    return [resource("templates", "style.css"), common, *others]


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("fonts/{path.name}") format("woff2"); '
        f"font-weight: {weight}; font-display: swap }}\n"
        for (family, weight), path in web_faces().items()
    )
