"""``python -m fxreport``."""

import sys
from pathlib import Path

# -m puts the working folder first, and nobody knows whose files lie there
_HERE = Path(__file__).resolve().parents[1]
if not sys.flags.safe_path and Path(sys.path[0]).resolve() == Path.cwd() != _HERE:
    del sys.path[0]

from fxreport.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
