"""Image sets: fetch, verify, load, draw a part."""

from fxreport.datasets.arrays import load_archive
from fxreport.datasets.base import Dataset, Split
from fxreport.datasets.folder import load_folder
from fxreport.datasets.library import load_library
from fxreport.datasets.own import Wanted
from fxreport.datasets.registry import DatasetStatus, describe, fetch, fingerprint, load, names
from fxreport.datasets.sampling import sample
from fxreport.system.download import Progress

__all__ = [
    "Dataset",
    "DatasetStatus",
    "Progress",
    "Split",
    "Wanted",
    "describe",
    "fetch",
    "fingerprint",
    "load",
    "load_archive",
    "load_folder",
    "load_library",
    "names",
    "sample",
]
