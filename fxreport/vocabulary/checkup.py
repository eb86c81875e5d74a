"""What was found where something was looked over: this machine, somebody's extractor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # works, in part or with a surprise
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``remedy`` says what to do where the state is not ok."""

    state: State
    subject: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state:<8} {self.subject}: {self.found}" + (f"; {self.remedy}" if self.remedy else "")
