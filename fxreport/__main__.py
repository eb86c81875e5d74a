"""``python -m fxreport``."""

import sys

from fxreport.cli import main

if __name__ == "__main__":
    sys.exit(main())
