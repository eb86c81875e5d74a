"""What a plan lacks because this machine could not have it: told on stderr, and never in a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from fxreport.commands.say import counted, say
from fxreport.system.cache import Note
from fxreport.vocabulary.steps import Step

#: what an experiment needs and may not be had, as the machine's notes name it
Needs = tuple[str, ...]
_WEIGHTS = "weights:"


def needs(steps: Iterable[Step]) -> dict[Needs, int]:
    """Return the number of experiments, of which these steps are missing, that need each set of resources."""
    experiments = {step.experiment for step in steps}
    return dict(Counter((f"dataset:{e.dataset}", f"weights:{e.extractor}") for e in experiments))


def absent(missing: Mapping[Needs, int], notes: Mapping[str, Note]) -> dict[str, int]:
    """Resource → the number of missing experiments that lack it, as far as this machine's notes tell."""
    counts: Counter[str] = Counter()
    for resources, number in missing.items():
        if noted := next((name for name in resources if name in notes), None):
            counts[noted] += number
    return dict(counts)


def say_absent(counts: Mapping[str, int], notes: Mapping[str, Note]) -> None:
    """Say how many experiments lack each resource, why it could not be had, and how to try again.

    The weights of several networks are one line: the reasons are long and much the same.
    """
    weights = [resource for resource in counts if resource.startswith(_WEIGHTS)]
    if len(weights) > 1:
        names = [resource.removeprefix(_WEIGHTS) for resource in weights]
        experiments = counted(sum(counts[resource] for resource in weights), "experiment")
        again = f"fxreport data fetch {' '.join(names)} tries again and says why"
        say(f"{experiments} not measured: no weights here of {', '.join(names)} ({again})")
        counts = {resource: n for resource, n in counts.items() if resource not in weights}
    for resource, number in counts.items():
        reason, again = notes[resource].reason, f"fxreport data fetch {resource.partition(':')[2]}"
        hint = "" if again in reason else f" (to try again: {again})"
        say(f"{counted(number, 'experiment')} not measured: {reason}{hint}")
