"""The document's date: that of its last measurement, so that equal stores give equal documents."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from fxreport.analysis.study import Study


def moment(study: Study) -> datetime | None:
    """When the newest measurement was taken; ``SOURCE_DATE_EPOCH`` where that is set; else None."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC)
    started = [str(run.provenance["started"]) for run in study.runs if run.provenance.get("started")]
    return datetime.fromisoformat(max(started)).astimezone(UTC) if started else None
