"""Time a filter of the comparison table in a browser: 1,000 extractors × 20 image sets, three seeds each.

    python benchmarks/bench_table.py

Chromium is driven as the tests drive it. Each filter is timed from the reader's act until the rows, places
and tiers of the new choice are laid out, and on until the intervals of the places are, which are drawn after
the rows are shown: processor time of the page's thread, so that it holds whatever the machine does meanwhile.
Sizes of the page and of its numbers, and the time of making both, are told beside. The exit code is 1 where a
limit is missed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "helpers")]

ROWS, SETS, SEEDS, ROUNDS = 1000, 20, 3, 7
#: milliseconds until a filter's rows are shown; seconds in which page and numbers are made; KiB of the page
SHOWN, MADE, PAGE = 100.0, 30.0, 300.0
KINDS = ("supervised", "unsupervised", "pretrained", "baseline")

#: what a reader does → how
ACTS = {
    "one image set less": "tick('set', index % 20)",
    "one kind less": "tick('family', index % 4)",
    "without labels": "put('labels', index % 2 ? 'no' : '')",
    "a time budget": "put('seconds', String(3 + index % 4))",
    "part of a name": "put('name', String(index))",
    "sorted by name": "document.querySelector('th[data-key=name] button').click()",
}
BEGUN = """(() => {
  const form = document.querySelector('.choices'), index = INDEX;
  const tick = (name, i) => form.querySelectorAll(`input[name=${name}]`)[i].click();
  const put = (name, value) => {
    const field = form.elements.namedItem(name);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  window.held = () => {};
  window.setTimeout = act => (window.held = act);
  ACT;
  return document.body.offsetHeight;
})()"""


def made():  # type: ignore[no-untyped-def]
    from fxreport.analysis.context import Context
    from fxreport.analysis.study import Sample, Study
    from fxreport.analysis.subjects import Variant
    from fxreport.site.table_data import comparison_of
    from fxreport.vocabulary.catalog import dataset_facts, extractor_facts

    random = np.random.RandomState(0)
    names, sets = [f"net_{i}" for i in range(ROWS)], [f"set_{i}" for i in range(SETS)]
    level, samples = random.uniform(0.1, 0.9, ROWS), {}
    for d in sets:
        for i, name in enumerate(names):
            runs = level[i] + random.normal(0, 0.05) + random.normal(0, 0.01, SEEDS)
            for metric, values in {"ari": runs, "extraction_seconds": random.uniform(1, 9, SEEDS)}.items():
                rounded = tuple(values.round(4).tolist())
                samples[d, name, metric] = Sample(tuple(range(SEEDS)), rounded, ("",) * SEEDS, 1000, True)
    facts = [
        replace(extractor_facts(n), family=KINDS[i % 4], needs_labels=i % 4 == 0) for i, n in enumerate(names)
    ]
    variants = tuple(Variant(fact.name, fact, (None, 32, 64, 224)[i % 4]) for i, fact in enumerate(facts))
    return comparison_of(Context(Study(tuple(map(dataset_facts, sets)), variants, samples)))


def busy(window) -> float:  # type: ignore[no-untyped-def]
    """Seconds for which the page's thread has been at work."""
    metrics = window.call("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def main() -> int:
    from browser import browser, chromium
    from table_page import write_page

    from fxreport.report.words import Words
    from fxreport.site.table import NUMBERS

    command = chromium()
    if command is None:
        print("no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one", file=sys.stderr)
        return 2
    late = []
    with tempfile.TemporaryDirectory() as folder:
        compared = made()
        start = time.process_time()
        page = write_page(compared, Words("uk", compared.study), Path(folder))
        seconds, kib = time.process_time() - start, page.stat().st_size / 1024
        numbers = (Path(folder) / NUMBERS).stat().st_size / 1024
        print(f"{'page and numbers':22} made in {seconds:.1f} s (at most {MADE:g}), page {kib:.0f} KiB"
              f" (at most {PAGE:g}), numbers {numbers:.0f} KiB")  # fmt: skip
        late += ["made"] * (seconds > MADE) + ["page"] * (kib > PAGE)
        with browser(command, Path(folder) / "profile") as window:
            window.call("Performance.enable", timeDomain="threadTicks")
            window.open(page.as_uri())
            window.wait("!document.querySelector('tbody').textContent.includes('…')")
            for name, act in ACTS.items():
                times = []
                for index in range(ROUNDS):
                    start = busy(window)
                    window.run(BEGUN.replace("INDEX", str(index)).replace("ACT", act))
                    begun = busy(window)
                    window.run("held(), document.body.offsetHeight")
                    times.append((begun - start, busy(window) - start))
                shown, whole = (1000 * statistics.median(t[i] for t in times) for i in (0, 1))
                print(f"{name:22} shown in {shown:4.0f} ms (at most {SHOWN:g}), intervals in {whole:4.0f} ms")
                late += [name] * (shown > SHOWN)
                window.run("document.querySelector('.acts button').click(), held()")
    if late:
        print(f"too slow or too large: {', '.join(late)}")
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
