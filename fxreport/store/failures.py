"""Records of steps that ran and failed: why, when, and held to a digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fxreport.store.names import digest_of
from fxreport.store.schema1 import steps_of
from fxreport.vocabulary.errors import StoreCorrupt
from fxreport.vocabulary.steps import Experiment, Step
from fxreport.vocabulary.text import parse_json


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that ran and failed: why, and when (ISO 8601, UTC)."""

    step: Step
    reason: str
    when: str

    @property
    def experiment(self) -> Experiment:
        return self.step.experiment


def encode_failure(step: Step, reason: str) -> bytes:
    """The record of a step that has just failed, as JSON."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    described: dict[str, Any] = {"step": step.to_dict(), "reason": reason, "when": when}
    described["digest"] = _digest(described)
    return (json.dumps(described, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def decode_failure(data: bytes, key: str) -> Failure:
    """Read a record, of schema 1 too. Raises StoreCorrupt where it is none, or has changed."""
    try:
        described = parse_json(data)
        if "digest" in described and described.pop("digest") != _digest(described):
            raise StoreCorrupt("its content has changed since it was written")
        if "step" in described:
            step = Step.from_dict(described["step"])
        else:  # of schema 1
            step = Step(steps_of(described["experiment"])[0])
        return Failure(step, str(described["reason"]), str(described["when"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt("it is not the record of a failure") from error


def _digest(described: Mapping[str, Any]) -> str:
    return digest_of(json.dumps(described, sort_keys=True).encode())
