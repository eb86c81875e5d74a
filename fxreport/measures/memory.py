"""The most memory that this process held while something ran."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"  # proc(5): resets the peak resident set size to the current one
_SAMPLING_SECONDS = 0.02


class PeakMemory:
    """Context manager; ``bytes`` is the peak resident memory of the whole process between enter and exit.

    The Linux kernel keeps the exact peak. Elsewhere, and where it may not be reset, the resident size is
    sampled every 20 ms, so that a shorter peak is missed. Libraries loaded before and memory that earlier
    work has not given back count in.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._sampler: _Sampler | None = None

    def __enter__(self) -> PeakMemory:
        if not _reset_kernel_peak():
            self._sampler = _Sampler()
            self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bytes = self._sampler.stop() if self._sampler else _kernel_peak()


class _Sampler(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="peak-memory", daemon=True)
        import psutil

        self._process = psutil.Process()
        self._done = threading.Event()
        self._peak = 0

    def run(self) -> None:
        while True:
            self._peak = max(self._peak, self._process.memory_info().rss)
            if self._done.wait(_SAMPLING_SECONDS):
                return

    def stop(self) -> int:
        self._done.set()
        self.join()
        return self._peak


def _reset_kernel_peak() -> bool:
    try:
        _CLEAR.write_text(_RESET_PEAK)
        return _kernel_peak() > 0
    except (OSError, ValueError):
        return False


def _kernel_peak() -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
