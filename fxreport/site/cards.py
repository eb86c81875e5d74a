"""Pictures that stand for a page where it is shared: the message, its numbers, who leads on each set."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from babel.dates import format_date

from fxreport.analysis.conclude import Conclusions
from fxreport.report.figures import style
from fxreport.report.figures.text import shorten, text_width, wrap
from fxreport.report.stamp import moment
from fxreport.report.words import Words
from fxreport.site.model import FINDING, FRONT, Page, Site

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 1200, 630
#: folder within a language's
FOLDER = PurePosixPath("cards")

_DPI = 100
_CM = 2.54 / _DPI  # a pixel of the card
_LEFT, _RIGHT, _FOOT = 72, WIDTH - 72, HEIGHT - 54
_PAPER, _ACCENT, _TRACK = "#fdfdfc", "#1a5a8a", "#e8f0f6"
# points
_HEADING, _LABEL, _VALUE, _SMALL = 38.0, 21.0, 26.0, 16.0
_SENTENCES = (29.0, 26.0, 23.0, 20.0)
_SETS = 5
_COLORS = 128
_NUMBER = re.compile(r"(?<![\w-])([+−]?\d+(?:[.,×]\d+)*(?:[\u00a0\u202f]?%)?)(?![\w-])")


def card_path(page: Page) -> PurePosixPath:
    """The card of a page: its own where it is a finding or the front, else that of the front."""
    own = page.name.with_suffix(".png") if page.kind in (FRONT, FINDING) else PurePosixPath("index.png")
    return page.lang / FOLDER / own


def cards(site: Site, conclusions: Conclusions, words: Iterable[Words]) -> dict[PurePosixPath, bytes]:
    """PNG by path, a language's front page and each of its findings; the same bytes for the same data."""
    said = {one.lang: one for one in words}
    drawn = (page for page in site.pages if page.kind in (FRONT, FINDING) and page.lang in said)
    return {card_path(page): card(site, page, conclusions, said[page.lang]) for page in drawn}


def card(site: Site, page: Page, conclusions: Conclusions, words: Words) -> bytes:
    """One page's card, 1200 × 630 pixels: a finding's sentence with its numbers, or who leads on each set."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    with style.house_style():
        rcParams["text.hinting"] = "none"  # letters as wide as they are measured
        figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_PAPER)
        when = moment(conclusions.study)
        date = format_date(when.date(), "long", locale=words.locale) if when else ""
        y = _lines(
            figure, wrap(_shown(page.title), _across(_RIGHT - _LEFT), _HEADING, lines=3, bold=True), 60
        )
        if page.kind != FRONT or not _leaders(figure, conclusions, words, y + 24):
            _sentence(figure, _shown(page.summary), y + 20)
        _line(
            figure,
            site.title[page.lang] if page.kind != FRONT else site.generator,
            _LEFT,
            _FOOT,
            _SMALL,
            style.MUTED,
        )
        _line(figure, date, _RIGHT, _FOOT, _SMALL, style.MUTED, right=True)
        return _png(figure)


def _png(figure: Figure) -> bytes:
    """With a palette: a third of the bytes, and sooner written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    shown = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    picture = Image.fromarray(np.asarray(shown)[..., :3])
    sink = io.BytesIO()
    picture.quantize(_COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(sink, "png")
    return sink.getvalue()


def _leaders(figure: Figure, conclusions: Conclusions, words: Words, top: float) -> bool:
    """A bar an image set: who is first by the main quality; False where nobody is."""
    study = conclusions.study
    rows = [
        (c.dataset, c.subjects, c.value)
        for c in conclusions.of("winner")
        if c.dataset and c.value is not None
    ]
    rows = rows[:_SETS]
    if not rows:
        return False
    _line(figure, words.metric(study.quality), _LEFT, top + 22, _SMALL, style.MUTED)
    largest = (
        max(1.0 if study.metric(study.quality).high == 1 else 0.0, *(abs(value) for _, _, value in rows))
        or 1.0
    )
    step = min(84.0, (_FOOT - 40 - top - 40) / len(rows))
    across = _RIGHT - _LEFT - 160
    for i, (dataset, subjects, value) in enumerate(rows):
        y = top + 40 + step * (i + 1) - 30
        label = f"{words.dataset(dataset)}: {words.join(map(words.variant, subjects))}"
        _line(figure, shorten(_shown(label), _across(across), _LABEL), _LEFT, y, _LABEL, style.INK)
        _line(
            figure,
            words.measured(study.quality, value),
            _RIGHT,
            y,
            _VALUE,
            _ACCENT,
            right=True,
            bold=True,
        )
        _bar(figure, y + 12, _RIGHT - _LEFT, _TRACK)
        _bar(figure, y + 12, (_RIGHT - _LEFT) * abs(value) / largest, _ACCENT)
    return True


def _sentence(figure: Figure, text: str, top: float) -> None:
    """A sentence as large as there is room for, its numbers set off; cut where there is too little."""
    for size in _SENTENCES:
        step = size * 1.5 * _DPI / 72
        room = max(1, int((_FOOT - 40 - top) // step))
        lines = wrap(text, _across(_RIGHT - _LEFT), size, lines=99).split("\n")
        if len(lines) <= room:
            break
    else:
        lines = wrap(text, _across(_RIGHT - _LEFT), size, lines=room).split("\n")
    for i, line in enumerate(lines, start=1):
        x: float = _LEFT
        for n, part in enumerate(_NUMBER.split(line)):
            _line(figure, part, x, top + i * step, size, _ACCENT if n % 2 else style.INK)
            # a space at an end has no width of its own
            x += (text_width(f".{part}.", size) - 2 * text_width(".", size)) / _CM


def _lines(figure: Figure, text: str, top: float) -> float:
    """Lines of a heading; where they end."""
    for line in text.split("\n"):
        top += _HEADING * 1.25 * _DPI / 72
        _line(figure, line, _LEFT, top, _HEADING, style.INK, bold=True)
    return top


def _line(
    figure: Figure,
    text: str,
    x: float,
    y: float,
    size: float,
    color: str,
    *,
    right: bool = False,
    bold: bool = False,
) -> None:
    figure.text(
        x / WIDTH, 1 - y / HEIGHT, text, size=size, color=color, weight="bold" if bold else "normal",
        ha="right" if right else "left", va="baseline", parse_math=False,
    )  # fmt: skip


def _bar(figure: Figure, y: float, width: float, color: str) -> None:
    from matplotlib.patches import Rectangle

    place = (_LEFT / WIDTH, 1 - (y + 8) / HEIGHT)
    figure.add_artist(Rectangle(place, width / WIDTH, 8 / HEIGHT, color=color, linewidth=0))


def _across(pixels: float) -> float:
    """Pixels of the card as centimetres, in which text is measured."""
    return pixels * _CM


def _shown(text: str) -> str:
    """Text on one line, short enough to be measured."""
    return re.sub(r"[ \t\r\n]+", " ", text)[:600].strip()
