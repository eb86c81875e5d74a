"""Among whom a superlative of a clause holds."""

from __future__ import annotations

from fxreport.audit.claims import Population
from fxreport.audit.context import Context
from fxreport.audit.extract.roles import Cast
from fxreport.audit.text import Clause


def population(context: Context, clause: Clause, parts: Cast) -> Population | None:
    """Among whom a superlative of the clause holds; None where nobody can tell."""
    tokens = clause.tokens
    without = tuple(n for i in parts.without for n in tokens[i].names)
    if parts.among_unknown:
        return None
    if parts.among_count not in (None, len(context.facts.extractors.ids)) and not parts.among_family:
        return None
    if parts.among:
        members = tuple(dict.fromkeys(n for i in parts.among for n in tokens[i].names))
        return Population(members, members, without)
    if parts.among_family:
        group = context.family(parts.among_family)
        return Population(group.members, group.certain, without, group.label)
    return Population(None, None, without)
