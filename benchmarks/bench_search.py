"""Weigh the search index, time its making, and time answers in the browser; time the cards and the downloads.

    python benchmarks/bench_search.py

- Index: of the committed results as pages, in each language; and of a thousand pages more.
- Answers: from a key pressed to the results shown, in headless Chromium, over random words, beginnings and
  pairs of the pages' words; not without a Chromium on the PATH.
- Cards, data files, tables and figures' data of the committed results, once.

The exit code is 1 where a limit is missed.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "helpers")]

from browser import browser, chromium  # noqa: E402 - of the tests' folder
from site_examples import LANGUAGES, committed, drafted, pages_of, site_of  # noqa: E402

from fxreport.report.words import Words  # noqa: E402
from fxreport.site.cards import cards  # noqa: E402
from fxreport.site.downloads import data_files, figure_files, table_files  # noqa: E402
from fxreport.site.model import EXTRACTOR, Page  # noqa: E402
from fxreport.site.search import search_index, tokens  # noqa: E402
from fxreport.site.search_page import search_page  # noqa: E402
from fxreport.store import Store  # noqa: E402
from fxreport.system.resources import resource  # noqa: E402

_T = TypeVar("_T")
KIB = 1024
PAGES, QUERIES = 1000, 200
#: what is measured: its limit, in the unit shown
LIMITS = {
    "index, KiB": 300.0, "index made, s": 3.0, "index of 1,000 pages more, KiB": 3000.0,
    "index of 1,000 pages more made, s": 20.0, "index read by the page, ms": 500.0, "answer, ms": 50.0,
    "slowest answer, ms": 200.0, "1,000 pages more: answer, ms": 100.0, "cards, s": 8.0, "downloads, s": 6.0,
}  # fmt: skip


def timed(work: Callable[[], _T]) -> tuple[float, _T]:
    """Seconds of processor time, and what was made."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def many(pages: Sequence[Page], lang: str) -> tuple[Page, ...]:
    """As many more pages, each with a part of the words of the others and a name of its own."""
    draw = random.Random(1)
    words = [word for page in pages for section in page.sections for word in tokens(section.title)] + [
        word for page in pages for word in tokens(page.summary)
    ]
    made = (
        Page(
            lang,
            PurePosixPath(lang, "extractors", f"{number}.html"),
            EXTRACTOR,
            f"Extractor{number}@{number % 97}",
            " ".join([*draw.choices(words, k=150), *(f"0,{draw.randint(0, 999)}" for _ in range(60))]),
        )
        for number in range(PAGES)
    )
    return (*pages, *made)


def answers(scripts: dict[str, str], words: Words) -> Iterator[tuple[str, float]]:
    """Milliseconds in the browser, for the index of the pages and for that of many."""
    command = chromium()
    if command is None:
        sys.stdout.write("no Chromium on the PATH: answers are not timed\n")
        return
    with tempfile.TemporaryDirectory() as folder, browser(command, Path(folder) / "profile") as page:
        shutil.copy(resource("templates", "site", "search.js"), folder)
        for name, script in scripts.items():
            spelt = json.loads(script[script.index("{") : -2])["tokens"].split("\n")
            draw = random.Random(2)
            queries = [draw.choice(spelt) for _ in range(QUERIES // 2)]
            queries += [f"{draw.choice(spelt)} {draw.choice(spelt)[:3]}" for _ in range(QUERIES // 2)]
            Path(folder, "index.js").write_text(script, "utf-8")
            body = "".join(markup for _, markup in search_page(words).parts)
            head = f'<!DOCTYPE html><html lang="{words.lang}"><meta charset="utf-8"><body>{body}'
            Path(folder, "page.html").write_text(
                f'{head}<script src="index.js"></script><script>const began = performance.now();</script>'
                '<script src="search.js"></script><script>const read = performance.now() - began;</script>',
                "utf-8",
            )
            page.open(Path(folder, "page.html").as_uri())
            taken = page.run(
                f"""{json.dumps(queries)}.map(query => {{
                  const box = document.querySelector("input"), began = performance.now();
                  box.value = query; box.dispatchEvent(new Event("input"));
                  document.body.offsetHeight;  // laid out
                  return performance.now() - began;
                }})"""
            )
            if name == "many":
                yield "1,000 pages more: answer, ms", statistics.median(taken)
            else:
                yield "index read by the page, ms", page.run("read")
                yield "answer, ms", statistics.median(taken)
                yield "slowest answer, ms", max(taken)


def downloads() -> int:
    rows, _ = Store(CHECKOUT / "results").csv()
    made = [*data_files(committed(), rows)]
    for lang in LANGUAGES:
        for name in ("conclusions", "technical"):
            document, draft = drafted(committed(), lang, name)
            made += [*table_files(document), *figure_files(document, draft.data)]
    return len(made)


def main() -> int:
    words = {lang: Words(lang, committed().study) for lang in LANGUAGES}
    found: list[tuple[str, float]] = []
    scripts = {}
    for lang in LANGUAGES:
        pages = pages_of(committed(), lang)
        taken, scripts[lang] = timed(lambda pages=pages, lang=lang: search_index(pages, lang))
        found += [("index, KiB", len(scripts[lang].encode()) / KIB), ("index made, s", taken)]
    more = many(pages_of(committed(), "uk"), "uk")
    taken, script = timed(lambda: search_index(more, "uk"))
    found.append(("index of 1,000 pages more, KiB", len(script.encode()) / KIB))
    found.append(("index of 1,000 pages more made, s", taken))
    found += answers({"uk": scripts["uk"], "many": script}, words["uk"])
    site = site_of(committed())
    found.append(("cards, s", timed(lambda: cards(site, committed(), words.values()))[0]))
    found.append(("downloads, s", timed(downloads)[0]))
    for name, value in found:
        kept = "kept" if value <= LIMITS[name] else "MISSED"
        sys.stdout.write(f"{name}: {value:.1f} of {LIMITS[name]:.0f}   {kept}\n")
    return int(any(value > LIMITS[name] for name, value in found))


if __name__ == "__main__":
    sys.exit(main())
