"""Where numbers lead: ids of the document's anchors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

#: characters of a name's code beyond which a digest stands for the rest
_LONGEST = 160


@cache
def slug(text: str) -> str:
    """A name as part of an id or a file name: letters, digits and _ of any script stay, all else is coded."""
    coded = "".join(c if c.isalnum() or c == "_" else f".{ord(c):x}" for c in text)
    if len(coded) <= _LONGEST:
        return coded
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{coded[:_LONGEST]}.{digest}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cell's measurements stand in the appendix."""

    dataset: str
    variant: str
    metric: str

    @property
    def id(self) -> str:
        return "m-" + "-".join(slug(part) for part in (self.dataset, self.variant, self.metric))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a derived number leads: the id of an anchor, and what a reader sees on hover."""

    address: str = ""
    title: str = ""


#: of a number that is a fact of its own, or one in the appendix
NOWHERE = Origin()


def row_id(metric: str, variant: str) -> str:
    """The row of a metric and a variant among the measurements of the conclusions."""
    return "w-" + "-".join(slug(part) for part in (metric, variant))


def appendix_id(dataset: str) -> str:
    """The appendix's section of an image set."""
    return f"appendix-{slug(dataset)}"


def experiments_id(dataset: str) -> str:
    """The appendix's table of an image set's experiments."""
    return f"table-experiments-{slug(dataset)}"


def experiment_id(key: str) -> str:
    """The appendix's row of an experiment."""
    return f"e-{slug(key)}"


def import_id(name: str) -> str:
    """The appendix's row of an imported table."""
    return f"i-{slug(name)}"


def setting_address(constant: str) -> str:
    """The row of the method's settings that defines a constant."""
    return f"method-{slug(constant)}"
