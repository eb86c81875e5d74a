"""Packing a store: all steps in one file, each experiment's arrays in one, older schemas brought to this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fxreport.store.artifacts import decode_artifacts, encode_artifacts
from fxreport.store.files import Files
from fxreport.store.names import ARTIFACTS, PACKS, artifact_name, digest_of, named
from fxreport.store.rows import ArrayFile, Batch, StoredStep, encode_batch, rows_of_steps
from fxreport.store.schema1 import arrays_of
from fxreport.vocabulary.errors import StoreCorrupt

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

#: folder → stem → what the file holds; of a step that lies twice the first counts
Batches = Mapping[str, dict[str, Batch]]


def compact(files: Files, batches: Batches) -> None:
    """Write one pack of all steps and then remove what it replaces. Equal steps make equal packs.

    Only files that were read are removed: what a run writes meanwhile stays.
    """
    import pyarrow as pa

    steps, tables = _chosen(batches)
    if not steps:
        return
    packed = [one for of_experiment in _by_experiment(steps) for one in _with_one_file(files, of_experiment)]
    table = pa.concat_tables(tables).sort_by(
        [(column, "ascending") for column in ("key", "step", "metric", "levels")]
    )
    data = encode_batch(packed, table)
    pack = f"{PACKS}/{named('', data)}.parquet"
    files.write(pack, data)
    for folder, of_folder in batches.items():
        for stem in of_folder:
            if (name := f"{folder}/{stem}.parquet") != pack:
                files.remove(name)
    needed = {one.arrays.name for one in packed if one.arrays}
    of_steps = {key for one in packed for key in (one.step.key, one.step.experiment.key)}
    replaced = {
        one.arrays.name for b in batches.values() for batch in b.values() for one in batch.steps if one.arrays
    }
    # those besides that a killed run left
    replaced |= {name for name in files.list(ARTIFACTS) if name.rpartition("-")[0] in of_steps}
    for name in sorted(replaced - needed):
        files.remove(f"{ARTIFACTS}/{name}")


def _chosen(batches: Batches) -> tuple[list[StoredStep], list[pa.Table]]:
    """Each step once, by experiment and key, and the tables of its rows."""
    steps: dict[str, StoredStep] = {}
    tables = []
    for of_folder in batches.values():
        for stem in reversed(list(of_folder)):
            batch = of_folder[stem]
            new = {one.step.key: one for one in batch.steps if one.step.key not in steps}
            steps |= new
            tables.append(rows_of_steps(batch.table, set(new)))
    order = sorted(steps.values(), key=lambda one: (one.step.experiment.key, one.step.key))
    return order, tables


def _by_experiment(steps: list[StoredStep]) -> Iterator[list[StoredStep]]:
    groups: dict[str, list[StoredStep]] = {}
    for one in steps:
        groups.setdefault(one.step.experiment.key, []).append(one)
    yield from groups.values()


def _with_one_file(files: Files, steps: list[StoredStep]) -> list[StoredStep]:
    """An experiment's steps with all their arrays in one file, written unless it is there already.

    Steps whose arrays cannot be read keep their reference: they count as not measured, as before.
    """
    sources = {one.arrays.name: one.arrays for one in steps if one.arrays}
    opened = {name: arrays for name, of in sources.items() if (arrays := _opened(files, of)) is not None}
    named_ = [_named(one, opened) for one in steps]
    if len(sources) < 2 or len(opened) < len(sources):
        return named_
    merged: dict[str, NDArray[np.generic]] = {}
    for one in sorted(named_, key=lambda one: one.age):
        if one.arrays:
            merged |= {name: opened[one.arrays.name][name] for name in one.arrays.names or ()}
    data = encode_artifacts(merged)
    digest = digest_of(data)
    name = artifact_name(steps[0].step.experiment.key, digest)
    files.write(f"{ARTIFACTS}/{name}", data)
    return [
        replace(one, arrays=ArrayFile(name, digest, one.arrays.names)) if one.arrays else one
        for one in named_
    ]


def _opened(files: Files, of: ArrayFile) -> Mapping[str, NDArray[np.generic]] | None:
    try:
        arrays = decode_artifacts(files.read(f"{ARTIFACTS}/{of.name}"), of.digest)
        return {name: arrays[name] for name in arrays}
    except (FileNotFoundError, StoreCorrupt):
        return None


def _named(one: StoredStep, opened: Mapping[str, Mapping[str, NDArray[np.generic]]]) -> StoredStep:
    """A step of schema 1 with the names of its own arrays; it has the file in common with all others."""
    if one.arrays is None or one.arrays.name not in opened or one.arrays.names:
        return one
    names = arrays_of(one.step, opened[one.arrays.name])
    return replace(one, arrays=replace(one.arrays, names=names) if names else None)
