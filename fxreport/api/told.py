"""What a report says, in one language: plain data with rich display in notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup, escape

from fxreport.analysis.claims import Evidence, Exclusion
from fxreport.report.figures.scheme import standalone
from fxreport.report.writers.files import write_text
from fxreport.vocabulary.text import visible

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

#: as many entries of a listing as a notebook shows at once
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that the measurements support; its keys are those of ``conclusions.json``.

    ``support``: ``certain``, ``likely``, ``tie``, ``undetermined`` or ``single_run``. ``dataset`` (the task)
    is None in a statement across tasks. ``subjects`` are the things that it names.
    """

    id: str
    kind: str
    text: str
    support: str
    dataset: str | None
    metric: str | None
    subjects: tuple[str, ...]
    value: float | None
    surprising: bool
    evidence: tuple[Evidence, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return Markup("<p>{} <small>({}, <code>{}</code>)</small></p>").format(
            self.text, self.support, self.id
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Claims and measurements joined into reasoning; listings have the most important first.

    ``heading`` is the message, ``short`` says it in one sentence, ``text`` what was seen, why, what to do and
    where it stops. ``claims`` are ids of claims.
    """

    id: str
    kind: str
    heading: str
    short: str
    text: str
    support: str
    importance: float
    datasets: tuple[str, ...]
    subjects: tuple[str, ...]
    claims: tuple[str, ...]
    evidence: tuple[Evidence, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.short

    def _repr_html_(self) -> str:
        return Markup("<p><strong>{}</strong><br>{}</p>").format(self.heading, self.text)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to who asks what to take under some conditions.

    ``subject`` is the id of what to take, None where nothing qualifies; ``title`` says for whom, ``text`` the
    answer: why, by how much, at what cost, and what would change it. ``firm`` is False where a task or a seed
    left out would change it. ``value`` is the mean of ``objective``, ``probability`` that of being the best
    choice (None where single runs say nothing of it), ``admissible`` who qualifies, ``excluded`` who does not
    and by which number.
    """

    scenario: str
    title: str
    subject: str | None
    text: str
    objective: str
    value: float | None
    firm: bool
    support: str
    probability: float | None
    admissible: tuple[str, ...]
    excluded: tuple[Exclusion, ...] = field(repr=False)
    evidence: tuple[Evidence, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return Markup("<p><strong>{}</strong><br>{}</p>").format(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its words: ``svg`` is the picture, ``alt`` says what it shows."""

    name: str
    caption: str
    alt: str
    svg: str = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the picture as an SVG file and return its path. Raises OutputError where that fails."""
        file = Path(path)
        write_text(file, self._repr_svg_())
        return file

    def _repr_svg_(self) -> str:
        return visible(standalone(self.svg))


class Told(tuple[T, ...]):
    """Statements in their order: a tuple that a notebook shows as a list."""

    __slots__ = ()

    def frame(self) -> pd.DataFrame:
        """Return one row a statement, its attributes as columns, but for its evidence."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self])

    def __repr__(self) -> str:
        lines = [f"  {one}" for one in self[:_SHOWN]]
        more = [f"  … {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        return "\n".join((f"{len(self)} told:", *lines, *more))

    def _repr_html_(self) -> str:
        items = [Markup("<li>{}</li>").format(Markup(_markup(one))) for one in self[:_SHOWN]]  # nosec B704  # escaped there
        if len(self) > _SHOWN:
            items.append(Markup("<li>… {} more</li>").format(len(self) - _SHOWN))
        return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _markup(one: object) -> str:
    shown = getattr(one, "_repr_html_", None)
    return str(shown()) if shown else str(escape(str(one)))


def _row(one: Any) -> Mapping[str, object]:
    hidden = ("evidence", "excluded", "svg")
    return {each.name: getattr(one, each.name) for each in fields(one) if each.name not in hidden}
