"""What libraries warn of is for us and not for users: nothing of it is shown, whatever the names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fxreport import cli
from fxreport.store import Store

#: letters that our fonts lack, from right to left, what matplotlib and TeX read as formulas or as hidden,
#: and values that differ by many orders or not at all
ODD = r"""dataset,extractor,metric,value,seed
数据集🎉,模型 عربي,ari,0.5,0
数据集🎉,模型 عربي,ari,0.5,1
数据集🎉,ǅ𝒳 only,ari,0.999,0
数据集🎉,ǅ𝒳 only,ari,-0.2,1
数据集🎉,third $x^2_{$ \alpha,ari,1e-12,0
数据集🎉,_under,ari,0,0
שלום,模型 عربي,ari,-1,0
שלום,ǅ𝒳 only,ari,0.1,0
שלום,third $x^2_{$ \alpha,ari,0.1,0
数据集🎉,模型 عربي,extraction_seconds,0,0
数据集🎉,ǅ𝒳 only,extraction_seconds,1e9,0
数据集🎉,third $x^2_{$ \alpha,extraction_seconds,1e-9,0
"""


@pytest.mark.slow
def test_no_warning_of_a_library_is_shown(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(ODD, encoding="utf-8")
    Store(tmp_path / "results").import_csv(tmp_path / "odd.csv")
    done = subprocess.run(
        [sys.executable, "-m", "fxreport", "render", "--lang", "en", "--format", "md,html,pdf"],
        cwd=tmp_path,
        # nothing is drawn before, and Python shows what it shows to users
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"},
            "FXREPORT_CACHE": str(tmp_path / "cache"),
            "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith("fxreport: ")] == []
    assert "warning" not in done.stderr
