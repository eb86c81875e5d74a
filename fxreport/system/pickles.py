"""What a pickle from elsewhere may ask for, beside the names that its reader allows."""

from __future__ import annotations

import pickle
import pickletools
from typing import IO


def check_memo(stream: IO[bytes]) -> None:
    """Raise UnpicklingError or ValueError where the next pickle numbers an object beyond those that it has.

    Python makes room for twice the greatest number at once: five bytes ask for tens of gigabytes. The stream
    is left where it was.
    """
    start = stream.tell()
    for count, (operation, argument, _) in enumerate(pickletools.genops(stream)):
        if operation.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > count:
            raise pickle.UnpicklingError(f"it numbers an object {argument} where it has {count} at most")
    stream.seek(start)
