"""Among whom a superlative of a clause holds."""

from __future__ import annotations

from fxreport.audit.claims import Population
from fxreport.audit.context import Context, whole
from fxreport.audit.extract.roles import Cast
from fxreport.audit.text import Clause


def _opening(clause: Clause) -> int | None:
    """How many are spoken of in «Із чотирьох мереж A …», "Of the four networks A is …"."""
    words = [t for t in clause.tokens[:5] if t.is_word and t.folded not in ("the", "all", "усіх", "всіх")]
    if len(words) < 4 or words[0].folded not in ("of", "among", "із", "з", "зі", "серед"):
        return None
    if clause.sentence_tokens and clause.sentence_tokens[0] is not words[0]:
        return None
    counted = words[2].has("noun.extractor") and (words[3].names or words[3].value("superlative"))
    return whole(words[1]) if counted else None


def population(context: Context, clause: Clause, parts: Cast) -> Population | None:
    """Among whom a superlative of the clause holds; None where nobody can tell."""
    tokens = clause.tokens
    without = tuple(n for i in parts.without for n in tokens[i].names)
    if parts.among_unknown:
        return None
    if parts.among_at < 0 and (size := _opening(clause)) and size not in context.facts.totals:
        return Population(size=size)
    complete = parts.among_count is None or parts.among_count in context.facts.totals
    if not complete and not parts.among_family and not parts.among:
        return None if parts.among_count is None else Population(size=parts.among_count)
    if parts.among:
        members = tuple(dict.fromkeys(n for i in parts.among for n in tokens[i].names))
        return Population(members, members, without)
    if parts.among_family:
        group = context.family(parts.among_family)
        return Population(group.members, group.certain, without, group.label)
    return Population(None, None, without)
