"""Facts about the machine and the libraries that a measurement was taken with."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fxreport

#: read by OpenMP, OpenBLAS, MKL and TensorFlow when they are loaded, so to be set before a process starts
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


def cores() -> int:
    """Number of cores that this process may use: its CPU affinity, where the system has that."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads() -> int:
    """Number of threads that a network computes with: what the environment allows, else the cores."""
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdecimal() and int(value) > 0:
            return int(value)
    return cores()


def thread_limits(count: int) -> dict[str, str]:
    """Environment variables that limit the numeric libraries of a process to ``count`` threads."""
    return dict.fromkeys(_THREAD_VARIABLES, str(count))


def machine_facts() -> Mapping[str, Any]:
    """Processor, cores, threads, memory (bytes) and platform: JSON-serialisable."""
    import psutil

    return {
        "processor": processor(),
        "cores": cores(),
        "threads": threads(),
        "memory_bytes": int(psutil.virtual_memory().total),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def processor() -> str:
    """The processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "Model", "Processor") and value.strip():
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Versions of Python, of us and of the libraries that decide results.

    TensorFlow and Keras are among them only if this process has loaded them.
    """
    from importlib.metadata import version

    found = {"python": platform.python_version(), "fxreport": fxreport.__version__}
    found |= {name: version(name) for name in ("numpy", "scipy", "scikit-learn", "umap-learn", "numba")}
    # The distribution may be called tensorflow or tensorflow-cpu; the module knows.
    for name in ("tensorflow", "keras"):
        module = sys.modules.get(name)
        if module is not None:
            found[name] = str(getattr(module, "__version__", "unknown"))
    return found
