"""What changed between two runs: between one and itself nothing; exchanged, the mirror image."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_stores import Rows, renamed, row, stores, study_of
from usual_stores import USUAL, full

from fxreport.analysis.changes import (
    Cell,
    Change,
    Changes,
    Difference,
    Record,
    RowChange,
    Run,
    compare,
    read_run,
    record_of,
)
from fxreport.analysis.changes.change import APPEARED, EXTENT, FIRMNESS, SILENT, TURNED, VALUE
from fxreport.analysis.changes.compare import beyond
from fxreport.analysis.conclude import conclude
from fxreport.report.export import conclusions_json
from fxreport.vocabulary.errors import InputError


def run_of(rows: Rows) -> Run:
    study = study_of(rows)
    return read_run(json.loads(conclusions_json(conclude(study))), record_of(study))


def claim(name: str, **more: Any) -> dict[str, Any]:
    subjects = more.get("subjects", [])
    return {
        "id": name,
        "kind": name.split("/")[0],
        "dataset": None,
        "metric": "ari",
        "subjects": subjects,
        "value": None,
        "support": "certain",
        "evidence": [],
        "text": {"en": f"{name}: {subjects}", "uk": f"{name}: {subjects}"},
        **more,
    }


CELLS = {
    (d, v, m): Cell(0.5, 3) for d in ("mnist", "cifar10") for v in ("a", "b", "c") for m in ("ari", "nmi")
}


def made(*claims: dict[str, Any], cells: dict[tuple[str, str, str], Cell] = CELLS, **more: Any) -> Run:
    return read_run({"schema": 1, "claims": list(claims), **more}, Record(cells))


def became(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str]:
    """What became of one claim: the kind of change and how it turned; "" where it holds."""
    [*changes] = compare(made(before), made(after)).changes
    assert len(changes) < 2
    return (changes[0].change, changes[0].how) if changes else ("", "")


# -- properties ----------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(rows=stores())
def test_nothing_changed_between_a_run_and_itself(rows: Rows) -> None:
    run = run_of(rows)
    changes = compare(run, run_of(rows))
    assert changes.nothing
    assert changes.held == len(run.stated)
    bare = read_run(run.conclusions)
    assert compare(bare, bare).nothing
    assert not compare(bare, run).changes, "the same conclusions, whatever is known besides"
    assert run.digest == run_of(rows).digest


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Two stores: of other values, with two extractors exchanged, with one or a seed left out."""
    rows = draw(stores())
    names = sorted({one["extractor"] for one in rows})
    how = draw(st.sampled_from(["other", "exchanged", "less", "fewer"]))
    if how == "other":
        return rows, draw(stores())
    if how == "exchanged":
        first, last = names[0], names[-1]
        return rows, renamed(rows, {first: last, last: first})
    if how == "less":
        return rows, [one for one in rows if one["extractor"] != names[-1]] or rows
    return rows, [one for one in rows if not one["seed"]] or rows


@settings(max_examples=12)
@given(pair=pairs())
def test_exchanging_the_runs_exchanges_before_and_after(pair: tuple[Rows, Rows]) -> None:
    one, other = map(run_of, pair)
    there, back = compare(one, other), compare(other, one)
    assert there.held == back.held
    assert {"added": there.rows["removed"], "removed": there.rows["added"]} == {
        name: back.rows[name] for name in ("added", "removed")
    }
    assert there.rows["changed"] == back.rows["changed"]
    assert (set(there.arrived), set(there.left)) == (set(back.left), set(back.arrived))
    assert {(d.kind, d.name, d.before, d.after) for d in there.differences} == {
        (d.kind, d.name, d.after, d.before) for d in back.differences
    }
    mirrored = {_key(_mirrored(change)) for change in back.changes}
    assert {_key(change) for change in there.changes} == mirrored


def _mirrored(change: Change) -> Change:
    kind = {APPEARED: SILENT, SILENT: APPEARED}.get(change.change, change.change)
    because = tuple(replace(row, before=row.after, after=row.before) for row in change.because)
    return replace(change, change=kind, before=change.after, after=change.before, because=because)


def _key(change: Change) -> tuple[object, ...]:
    sides = [side and repr(replace(side, text={})) for side in (change.before, change.after)]
    return (change.change, change.sort, change.how, *sides, frozenset(change.datasets), change.rows)


@settings(max_examples=6)
@given(pair=pairs())
def test_changes_are_read_back_as_they_were_written(pair: tuple[Rows, Rows]) -> None:
    changes = compare(*map(run_of, pair))
    assert Changes.from_dict(json.loads(json.dumps(changes.to_dict()))) == changes
    short = changes.shortened(2)
    assert short.totals == changes.totals
    assert all(len(short.of(kind)) <= 2 for kind in (FIRMNESS, EXTENT, VALUE, APPEARED, SILENT))


@settings(max_examples=6)
@given(rows=stores())
def test_a_record_is_read_back_as_it_was_written(rows: Rows) -> None:
    record = record_of(study_of(rows))
    assert Record.from_dict(json.loads(json.dumps(record.to_dict()))) == record


# -- what counts as what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"subjects": ["a"]}, {"subjects": ["b"]}, (TURNED, "subject")),
        ({"subjects": ["a"]}, {"subjects": ["b"], "support": "undetermined"}, (TURNED, "subject")),
        (
            {"subjects": ["a"], "support": "undetermined"},
            {"subjects": ["b"], "support": "undetermined"},
            (EXTENT, ""),
        ),
        ({"subjects": ["a"]}, {"subjects": ["a", "b"], "support": "tie"}, (FIRMNESS, "")),
        ({"subjects": ["a"]}, {"subjects": ["a", "b"]}, (EXTENT, "")),
        ({"subjects": ["a", "b"]}, {"subjects": ["b", "a"]}, ("", "")),
        ({"value": 0.1}, {"value": -0.1}, (TURNED, "direction")),
        ({"value": 0.005}, {"value": -0.005}, ("", "")),
        ({"value": 0.1}, {"value": -0.1, "support": "undetermined"}, (FIRMNESS, "")),
        ({"value": 0.1, "support": "tie"}, {"value": -0.1, "support": "tie"}, (VALUE, "")),
        ({"metric": "umap_purity"}, {"metric": "tsne_purity"}, (TURNED, "metric")),
        ({"value": 0.50}, {"value": 0.53}, (VALUE, "")),
        ({"value": 0.50}, {"value": 0.51}, ("", "")),
        ({"support": "likely"}, {"support": "certain"}, (FIRMNESS, "")),
        ({"text": {"en": "one"}}, {"text": {"en": "another wording"}}, ("", "")),
    ],
)
def test_what_became_of_a_claim(
    before: dict[str, Any], after: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert became(claim("x", **before), claim("x", **after)) == expected


def test_a_list_holds_without_who_was_not_measured() -> None:
    fewer = {key: cell for key, cell in CELLS.items() if key[1] != "c"}
    before, after = claim("x", subjects=["a", "b", "c"]), claim("x", subjects=["a", "b"])
    assert compare(made(before), made(after, cells=fewer)).changes == ()
    assert compare(made(before), made(after)).of(EXTENT)


@pytest.mark.parametrize(
    ("metric", "before", "after", "expected"),
    [
        ("ari", 0.50, 0.519, False),
        ("ari", 0.50, 0.521, True),
        ("probe_accuracy", 0.50, 0.509, False),
        ("accuracy", 0.50, 0.511, True),
        ("extraction_seconds", 1.0, 1.2, False),
        ("extraction_seconds", 1.0, 1.3, True),
        ("extraction_seconds", 1.3, 1.0, True),
        (None, 3.0, 0.0, True),
        (None, -2.0, 2.0, True),
        (None, -2.0, -2.1, False),
        ("tsne_purity", 0.50, 0.53, True),
    ],
)
def test_what_counts_as_another_value(
    metric: str | None, before: float, after: float, expected: bool
) -> None:
    assert beyond(metric, before, after) is expected


def test_a_statement_on_several_sets_is_met_set_by_set() -> None:
    before = made(claim("planes/mnist+cifar10", metric="umap_purity"))
    after = made(claim("planes/mnist", metric="umap_purity"), claim("planes/cifar10", metric="tsne_purity"))
    changes = compare(before, after)
    [turned] = changes.changes
    assert (turned.change, turned.how, turned.datasets) == (TURNED, "metric", ("cifar10",))
    assert changes.held == 1
    assert not compare(before, made(claim("planes/mnist", metric="umap_purity"))).of(APPEARED)


def test_a_statement_on_several_extractors_is_met_one_by_one() -> None:
    before, after = (
        made(claim("gain/a+b+c", subjects=["a", "b", "c"])),
        made(claim("gain/b+c", subjects=["b", "c"])),
    )
    kinds = [change.change for change in compare(before, after).changes]
    assert sorted(kinds) == [EXTENT, SILENT]


def test_who_was_better_and_is_worse_has_turned() -> None:
    before = made(claim("control/mnist/better", subjects=["a", "b"]))
    after = made(
        claim("control/mnist/better", subjects=["b"]), claim("control/mnist/worse", subjects=["a", "c"])
    )
    [turned] = compare(before, after).of(TURNED)
    assert turned.before
    assert turned.after
    assert (turned.before.subjects, turned.after.subjects) == (("a",), ("a",))


def verdict(outcome: str) -> dict[str, Any]:
    said = {"en": "x", "uk": "x"}
    return {"id": "v", "check": "best", "statement": said, "text": said, "outcome": outcome, "evidence": []}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("confirmed", "refuted", TURNED),
        ("refuted", "confirmed", TURNED),
        ("refuted", "undetermined", FIRMNESS),
        ("not_tested", "confirmed", FIRMNESS),
    ],
)
def test_a_verdict_turns_between_confirmed_and_refuted(before: str, after: str, expected: str) -> None:
    changes = compare(made(verdicts=[verdict(before)]), made(verdicts=[verdict(after)]))
    assert [change.change for change in changes.changes] == [expected]


def recommendation(**more: Any) -> dict[str, Any]:
    usual = {
        "scenario": "mine",
        "extractor": "a",
        "value": 0.5,
        "objective": "ari",
        "support": "certain",
        "firm": True,
        "text": {"en": "x"},
        "title": {"en": "Mine"},
    }
    return {**usual, **more}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"extractor": "b"}, TURNED),
        ({"extractor": "b", "support": "undetermined"}, TURNED),
        ({"extractor": None, "value": None}, TURNED),
        ({"firm": False}, FIRMNESS),
        ({"support": "likely"}, FIRMNESS),
        ({"value": 0.6}, VALUE),
    ],
)
def test_what_became_of_a_recommendation(after: dict[str, Any], expected: str) -> None:
    changes = compare(
        made(recommendations=[recommendation()]), made(recommendations=[recommendation(**after)])
    )
    assert [change.change for change in changes.changes] == [expected]
    assert changes.changes[0].title == {"en": "Mine"}


# -- order and causes ----------------------------------------------------------------------------------------


def changed_store() -> tuple[Run, Run]:
    """The autoencoder becomes the best everywhere, and one extractor is gone from one set."""
    rows = full(USUAL)
    after = [
        {**one, "value": one["value"] + 0.5}
        if (one["extractor"], one["metric"]) == ("autoencoder", "ari")
        else one
        for one in rows
        if (one["dataset"], one["extractor"], one["input_size"]) != ("cifar10", "resnet50", 32)
    ]
    return run_of(rows), run_of(after)


def test_a_changed_column_turns_what_it_should_for_the_reason_it_should() -> None:
    changes = compare(*changed_store())
    turned = {change.id: change for change in changes.of(TURNED)}
    for dataset in ("mnist", "fashion_mnist", "cifar10"):
        winner = turned[f"winner/{dataset}"]
        assert winner.before
        assert winner.after
        assert (winner.before.subjects, winner.after.subjects) == (("custom_cnn",), ("autoencoder",))
        first = winner.because[0]
        assert (first.key, first.after is not None) == ((dataset, "autoencoder", "ari"), True)
        assert first.before
        assert first.after
        assert first.after.value - first.before.value == pytest.approx(0.5)
    assert [change.sort for change in changes.of(TURNED)][:1] == ["recommendation"]
    assert changes.left == (("cifar10", "resnet50@32"),)
    assert changes.arrived == ()
    assert changes.rows == {"changed": 3, "added": 0, "removed": 3}
    kinds = [change.change for change in changes.changes]
    assert kinds == sorted(kinds, key=[TURNED, FIRMNESS, EXTENT, VALUE, APPEARED, SILENT].index)


def test_a_second_place_turns_because_of_the_first() -> None:
    changes = compare(*changed_store())
    second = next(change for change in changes.of(TURNED) if change.id == "runner_up/fashion_mnist")
    assert [cause.key for cause in second.because] == [("fashion_mnist", "autoencoder", "ari")]


def test_plan_and_versions_are_compared_where_they_are_known() -> None:
    old = Record(
        CELLS, (0, 1), {"mnist": ("60/50",), "digits": ("1/1",)}, {"numpy": ("2.0",), "umap": ("1",)}
    )
    new = Record(CELLS, (0, 1, 2), {"mnist": ("60/99",)}, {"numpy": ("2.1",), "umap": ("1",)})
    data = {"schema": 1, "claims": [claim("x")]}
    changes = compare(read_run(data, old), read_run(data, new))
    assert changes.differences == (
        Difference("seeds", "", ("0", "1"), ("0", "1", "2")),
        Difference("sample", "mnist", ("60/50",), ("60/99",)),
        Difference("version", "numpy", ("2.0",), ("2.1",)),
    )
    assert not changes.nothing
    bare = compare(read_run(data), read_run(data, new))
    assert (bare.differences, bare.comparable) == ((), False)


def test_what_bare_conclusions_do_not_tell_is_not_missing() -> None:
    evidence = {"dataset": "mnist", "extractor": "a", "metric": "ari", "value": 0.5, "seeds": 3}
    data = {"schema": 1, "claims": [claim("x", evidence=[evidence])]}
    bare = read_run(data)
    assert bare.record.cells == {("mnist", "a", "ari"): Cell(0.5, 3)}
    cells = {key: cell for key, cell in CELLS.items() if key[0] == "mnist" and key[1] != "c"}
    changes = compare(bare, read_run(data, Record(cells)))
    assert changes.rows == {"changed": 0, "added": 2, "removed": 0}, "of b nothing was told at all"
    assert changes.arrived == (("mnist", "b"),)


def test_a_change_keeps_the_most_telling_of_many_causes() -> None:
    cells = {("mnist", f"v{i}", "ari"): Cell(0.5) for i in range(20)}
    later = {key: Cell(0.5 + i / 100) for i, key in enumerate(cells)}
    evidence = [{"dataset": d, "extractor": v, "metric": m, "value": 0.5} for d, v, m in cells]
    before = claim("x", dataset="mnist", subjects=["v3"], evidence=evidence)
    after = {**before, "subjects": ["v4"]}
    [change] = compare(
        read_run({"schema": 1, "claims": [before]}, Record(cells)),
        read_run({"schema": 1, "claims": [after]}, Record(later)),
    ).changes
    assert [cause.extractor for cause in change.because] == ["v4", *(f"v{i}" for i in (19, 18, 17, 16, 15))]
    assert change.rows == 16, "what changed little beside the most is no cause"
    assert change.because[1] == RowChange("mnist", "v19", "ari", Cell(0.5), Cell(0.69))


def test_an_edition_is_another_by_what_it_says_and_measured_not_by_wording_or_date() -> None:
    run = run_of(full(USUAL))
    reworded = replace(run, stated=tuple(replace(one, text={"en": "x"}) for one in run.stated))
    later = replace(run, record=replace(run.record, date="2027-01-01T00:00:00+00:00"))
    assert run.digest == reworded.digest == later.digest
    [key, *_] = run.record.cells
    other = replace(run, record=replace(run.record, cells={**run.record.cells, key: Cell(0.123, 3)}))
    assert other.digest != run.digest


@pytest.mark.parametrize(
    "data",
    [
        *(None, [], {}, {"claims": []}, {"schema": 2, "claims": []}, {"schema": 1, "claims": 3}),
        {"schema": 1, "claims": [{"id": "x"}]},
        {"schema": 1, "claims": [claim("x", text="said")]},
        {"schema": 1, "claims": [claim("x", evidence=[{"value": 1}])]},
    ],
)
def test_what_is_no_conclusions_is_refused(data: object) -> None:
    with pytest.raises(InputError):
        read_run(data)


def test_rows_of_a_store_are_what_the_record_holds() -> None:
    rows = [row("mnist", "a", 32, "kmeans", seed, "ari", value) for seed, value in enumerate((0.25, 0.75))]
    record = record_of(study_of(rows))
    assert record.cells == {("mnist", "a@32", "ari"): Cell(0.5, 2)}
    assert record.seeds == (0, 1)
