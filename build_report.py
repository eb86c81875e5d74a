#!/usr/bin/env python3
"""The one command: measure what is missing, then write the document. See ``--help``."""

import sys

from fxreport.cli import build_report

if __name__ == "__main__":
    sys.exit(build_report())
