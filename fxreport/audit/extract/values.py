"""Numbers said to be values: "ARI=0.439", «Найшвидший (0,80 с)», "0.021-0.055 for the others"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fxreport.audit.claims import Approx, DerivedClaim, RangeClaim, Scope, Subject, ValueClaim
from fxreport.audit.context import Context, approximation
from fxreport.audit.extract.roles import Cast, cast, named, pair, runs
from fxreport.audit.facts import PROPERTIES
from fxreport.audit.markdown import Kind
from fxreport.audit.text import Clause, Token

_LINKS = frozenset("=:(≈~,–—-[\"«»<>≤≥'*")
#: head of a column of times of one image
_EACH = re.compile(r"(?:ms|мс|s|с)\s?(?:/|per\b|на\b)")
_MANY = ("hundred", "thousand", "million", "сто", "сотн", "тисяч", "мільйон")
_PASSING = ("at", "copula", "and", "versus", "by", "than", "respectively")
_LIMITS = (Approx.OVER, Approx.UNDER, Approx.AT_LEAST, Approx.AT_MOST)


def values(clause: Clause, context: Context) -> Iterator[ValueClaim | RangeClaim | DerivedClaim]:
    """Yield the claims that a clause's numbers make."""
    tokens = clause.tokens
    items = [i for i, t in enumerate(tokens) if is_value(clause, i)]
    if not items:
        return
    parts = cast(clause)
    people = sorted({*parts.subjects, *parts.objects, *parts.among, *parts.without})
    strangers = [i for i, t in enumerate(tokens) if t.stranger]
    groups = runs(tokens, people)
    owners = pair(items, [*groups, *([s] for s in strangers)] if strangers else groups)
    places = pair(items, runs_of_sets(tokens))
    metrics = {i: _as_comparable(clause, context, i) for i in items}
    for i in items:
        yield from _claims(clause, context, parts, items, i, metrics, owners, places)


def is_value(clause: Clause, i: int) -> bool:
    """Whether the number at ``i`` may be a measured value: no ratio, difference, count or limit."""
    tokens = clause.tokens
    number = tokens[i].quantity
    if number is None or tokens[i].inside or number.unit not in ("", "s", "%", "D", "B"):
        return False
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is not None and number.unit == "" and number.is_whole:
        following = tokens[i + 1 : i + 4]
        for token in following:
            if token.counts() and not token.has("noun.modifier", "noun.result"):
                return False
            if token.has("relation.among", "noun.modifier") and token.folded in ("з", "із", "of", "out"):
                return False
            if not token.has("noun.modifier"):
                break
    if number.unit == "%" and any(
        t.has(
            "comparative.better",
            "comparative.worse",
            "comparative.faster",
            "comparative.slower",
            "comparative.higher",
            "comparative.lower",
            "comparative.larger",
            "comparative.smaller",
        )
        for t in tokens[i + 1 : i + 3]
    ):
        return False
    if number.unit == "%" and after is not None and after.folded in ("of", "від"):
        return False  # a share of another value
    before = tokens[i - 1] if i else None
    if before is not None and before.folded in ("на", "by"):
        return False
    if approximation(clause, i) in _LIMITS:
        return False
    # «0.095 вище», "0.03 higher": a difference
    return not (
        after is not None and after.value("comparative") and not (number.unit == "s" and after.text == ",")
    )


def _in_seconds(tokens: Sequence[Token], i: int) -> bool:
    """Whether a time follows that something else was reached in: "0.086 in 0.017 s"."""
    word, time = (tokens[k] if k < len(tokens) else None for k in (i + 1, i + 2))
    seconds = time is not None and time.quantity is not None and time.quantity.unit == "s"
    return word is not None and word.folded in ("in", "за") and seconds


def _per_many(tokens: Sequence[Token], i: int) -> bool:
    """Whether a time is a rate: "1.1 s per thousand images", «1,1 с на тисячу зображень»."""
    per, many = (tokens[k] if k < len(tokens) else None for k in (i + 1, i + 2))
    if per is None or many is None or per.folded not in ("per", "на"):
        return False
    return many.folded.startswith(_MANY) or (many.quantity is not None and many.quantity.low > 1)


def _as_comparable(clause: Clause, context: Context, i: int) -> tuple[tuple[str, ...], bool]:
    """``metric_at``, not sure where the data may be of another kind.

    A time of all images is none of each image, and a mean of rates is not the rate of a mean time.
    """
    found, sure = metric_at(clause, context, i)
    following = clause.tokens[i + 1] if i + 1 < len(clause.tokens) else None
    of_each = following is not None and following.folded in ("per", "/", "на")
    in_each = any(_EACH.match(context.facts.info(metric).title) for metric in found)
    return found, sure and found != ("images_per_second",) and (of_each or not in_each)


def metric_at(clause: Clause, context: Context, i: int) -> tuple[tuple[str, ...], bool]:
    """The metrics that the number at ``i`` may be a value of, and whether that is sure."""
    facts = context.facts
    tokens = clause.tokens
    number = tokens[i].quantity
    assert number is not None
    if number.unit == "D":
        return ("dimension",), True
    if number.unit == "s" and _per_many(tokens, i):
        return (), False
    if number.unit == "" and _in_seconds(tokens, i):
        return facts.quality()[0], False
    sure = True
    # "> 800 img/s", "0.439 ARI": the metric right behind, unless one stands right before
    behind = tokens[i + 1].value("metric") if i + 1 < len(tokens) else None
    if behind and not _after_metric(tokens, i):
        return meaning(context, behind, number.unit), behind not in ("quality", "speed")
    j = i - 1
    while j >= 0 and i - j <= 14:
        token = tokens[j]
        name = _metric(tokens, j)
        if name is not None:
            run = _metric_run(tokens, j)
            numbers = [k for k in range(j + 1, len(tokens)) if is_value(clause, k)]
            if len(run) > 1 and len(numbers) == len(run) and i in numbers:
                name = run[numbers.index(i)]
            found = meaning(context, name, number.unit)
            if found:
                return found, sure and name not in ("quality", "speed")
            return (), False
        sure = sure and _passes(token)
        j -= 1
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    for k in (i + 1, i + 2):
        if (
            k < len(tokens)
            and tokens[k].value("metric")
            and (k == i + 1 or tokens[i + 1].folded in ("of", "за", "in"))
        ):
            found = meaning(context, str(tokens[k].value("metric")), number.unit)
            if found:
                return found, tokens[k].value("metric") not in ("quality", "speed")
    if number.unit == "s":
        if clause.says("metric.fit_seconds", "noun.training", "noun.total_time"):
            return (*facts.named("fit_seconds"), *facts.durations()), False
        return facts.durations(), _stands_alone(tokens, i)
    if number.unit == "B":
        return facts.sizes(), _stands_alone(tokens, i) and len(facts.sizes()) == 1
    if number.unit == "%" and len(facts.quality()[0]) == 1:
        return facts.quality()[0], True
    superlative = [t for t in tokens if t.value("superlative") in ("fastest", "slowest")]
    if superlative and after is not None and number.decimals and not any(_metric_name(t) for t in tokens):
        return facts.durations(), False
    # «ARI: A — 0.439, B — 0.344»: the metric stands in an earlier clause, as sure as it was there
    before = clause.previous
    while before is not None and before.sentence == clause.sentence:
        names = [m for t in before.tokens if (m := _metric_name(t))]
        if names:
            numbers = [k for k in range(len(before.tokens)) if is_value(before, k)]
            if numbers:
                return metric_at(before, context, numbers[-1])
            return meaning(context, names[-1], number.unit), False
        before = before.previous
    for parent in (*clause.line.parents, *clause.line.headings[:1]):
        names = [m for t in context.tokens(parent) if (m := _metric_name(t))]
        if len(set(names)) == 1:
            return meaning(context, names[0], number.unit), False
        if names:
            break
    return (), False


def _passes(token: Token) -> bool:
    """Whether a word may stand between a metric and its value: "ARI of A on B: 0.4"."""
    return (
        token.quantity is not None
        or bool(token.names or token.sets or token.inside)
        or token.text in _LINKS
        or token.text in ")]"
        or any(token.value(group) for group in ("approx", "numeral", "scope", "superlative", "winner"))
        or token.has(*(f"relation.{name}" for name in _PASSING))
        or token.has("noun.modifier", "noun.result", "noun.dataset", "noun.extractor")
    )


def _stands_alone(tokens: Sequence[Token], i: int) -> bool:
    """Whether a time has no words of its own: «(0,80 с)», "takes 0.8 s per image", not "a 30 ms budget"."""
    before = tokens[i - 1] if i else None
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    plain_before = (
        before is None
        or not before.is_word
        or before.names != ()
        or before.inside
        or before.value("superlative") is not None
        or before.value("relation") is not None
        or before.has("metric.extraction_seconds")
        or before.value("approx") is not None
        or before.value("scope") == "mean"
    )
    plain_after = (
        after is None
        or not after.is_word
        or after.value("relation") is not None
        or after.folded in ("per", "a", "кожен")
    )
    counted = any(
        t.quantity is not None and k + 1 < len(tokens) and tokens[k + 1].counts()
        for k, t in enumerate(tokens)
    )
    return plain_before and plain_after and not counted


def _metric_name(token: Token) -> str | None:
    return token.value("metric")


def _metric(tokens: Sequence[Token], j: int) -> str | None:
    """The metric whose phrase ends at or begins at ``j``."""
    for back in range(4):
        if j - back >= 0 and tokens[j - back].value("metric") and tokens[j - back].length("metric") > back:
            return tokens[j - back].value("metric")
    return None


def _metric_run(tokens: Sequence[Token], j: int) -> list[str]:
    """The metrics listed up to ``j``: «ARI та NMI»."""
    found: list[str] = []
    k = j
    while k >= 0:
        name = _metric(tokens, k)
        if name is not None:
            if tokens[k].value("metric"):
                found.insert(0, name)
        elif not (tokens[k].text in ",/" or tokens[k].has("relation.and")):
            break
        k -= 1
    return found


def meaning(context: Context, name: str, unit: str) -> tuple[str, ...]:
    """The metrics of the data that a name may stand for, given a number's unit."""
    facts = context.facts
    times = ("extraction_seconds", "speed")
    if name in times and unit in ("", "s"):
        return facts.durations()
    if unit == "B":
        return tuple(m for m in facts.named(name) if facts.info(m).is_size) or facts.sizes()
    if unit == "s":
        return tuple(m for m in facts.named(name) if facts.info(m).is_time)
    if name == "quality" and "quality" not in facts.metrics:
        return facts.quality()[0]
    if name == "accuracy" and "accuracy" not in facts.metrics:
        return tuple(m for m in facts.metrics if m.endswith("accuracy"))
    return facts.named(name)


def runs_of_sets(tokens: Sequence[Token]) -> list[list[int]]:
    groups: list[list[int]] = []
    for i, token in enumerate(tokens):
        if len(token.sets) != 1:
            continue
        if groups:
            last = groups[-1][-1]
            between = tokens[last + tokens[last].covers : i]
            if between and all(t.text in ",/&" or t.has("relation.and", "relation.at") for t in between):
                groups[-1].append(i)
                continue
        groups.append([i])
    return groups


def _claims(
    clause: Clause,
    context: Context,
    parts: Cast,
    items: Sequence[int],
    i: int,
    metrics: dict[int, tuple[tuple[str, ...], bool]],
    owners: dict[int, tuple[list[int], bool]],
    places: dict[int, tuple[list[int], bool]],
) -> Iterator[ValueClaim | RangeClaim | DerivedClaim]:
    tokens = clause.tokens
    number = tokens[i].quantity
    assert number is not None
    names, sure = metrics[i]
    known_metric = bool(names)
    caution = context.caution(clause)
    mean = any(t.has("scope.mean") for t in clause.sentence_tokens or tokens)
    if any(t.has("scope.median") for t in tokens):
        caution = caution or "not_derivable"
    if any(t.has("noun.difference") for t in tokens):
        sure = False
    scopes = context.scopes(clause)
    same = [k for k in items if metrics[k][0] == names]
    if i in places:
        group, certain = places[i]
        sets = [tokens[k].sets[0] for k in group]
        if len(sets) > 1 and len(same) == len(sets):
            sets = [sets[same.index(i)]]
        elif len(sets) > 1:
            sure = False
        sure = sure and (certain or len(sets) == 1)
        scopes = (
            (Scope("stated", tuple(sets)),) if len(sets) == 1 else tuple(Scope("stated", (s,)) for s in sets)
        )
    if any(s.kind == "unknown" for s in scopes):
        caution = caution or "unknown_name"

    versus = _versus(tokens, i)
    if versus and not owners_right(tokens, i) and (objects := _others(clause, context, parts)) is not None:
        yield RangeClaim(
            line=clause.line.number_at(tokens[i].start),
            at=i,
            text=clause.text,
            caution=caution,
            subjects=tuple((o,) for o in objects),
            scopes=scopes,
            metrics=_same_metrics(names, metrics, items, i),
            stated=number,
            approx=Approx.NONE,
        )
        return
    if (
        any(t.value("verb") or t.value("comparative") for t in tokens)
        and number.unit != "D"
        and not _after_metric(tokens, i)
    ):
        sure = False
    subject: tuple[Subject, ...] = ()
    alternatives: tuple[Subject, ...] = ()
    if i in owners:
        group, certain = owners[i]
        if any(tokens[k].stranger for k in group):
            caution = caution or "unknown_name"
        if group[0] > i and not all(
            t.text in "(,:" or t.has("relation.at") or t.folded in ("of", "the")
            for t in tokens[i + 1 : group[0]]
        ):
            certain = sure = False
        own = named(tokens, group)
        if len(own) > 1 and len(same) == len(own):
            own = (own[same.index(i)],)
        elif len(own) > 1:
            sure = False
        subject = own
        if not parts.subjects and not _adjacent(tokens, i, group):
            # «ARI=0.305 — трохи гірше за A»: only the one compared with is named here
            inherited = context.inherited(clause)
            alternatives = (*inherited.subjects, *own)
            sure = sure and inherited.strong and bool(inherited.subjects)
        if parts.subjects and parts.objects and not _adjacent(tokens, i, group):
            everyone = named(tokens, sorted({*parts.subjects, *parts.objects}))
            pairwise = [k for k in items if k == i or _versus(tokens, k) or _versus_before(tokens, k, items)]
            if len(everyone) == 2 and len(same) == 2 and len(pairwise) == 2:
                subject = (everyone[0] if i == same[0] else everyone[1],)
            else:
                alternatives = everyone
        if not certain:
            alternatives = alternatives or named(tokens, [*parts.subjects, *parts.objects])
    else:
        inherited = context.inherited(clause)
        if mean and inherited.family and len(names) == 1:
            members = context.facts.members(inherited.family)
            single = [s for s in scopes if len(s.datasets) == 1] or [
                Scope("stated", d) for d in [context.facts.datasets.ids] if len(d) == 1
            ]
            if len(members) > 1 and single and not context.facts.unfamiliar:
                yield DerivedClaim(
                    line=clause.line.number_at(tokens[i].start),
                    at=i,
                    text=clause.text,
                    caution=caution,
                    metrics=names,
                    scopes=(single[0],),
                    stated=number,
                    how="row_mean",
                    over=members,
                    kind="mean",
                )
                return
        if inherited.stranger:
            caution = caution or "unknown_name"
        if any(t.stranger for t in tokens[:i]):
            caution = caution or "unknown_name"
        subject = inherited.subjects
        sure = sure and inherited.strong and len(inherited.subjects) == 1
    zipped = bool(parts.subjects and parts.objects)
    if (
        any(_versus(tokens, k) for k in items)
        and len(same) > 1
        and not zipped
        and not any(t.names for t in tokens[i + 1 : i + 3])
    ):
        sure = False
    if versus and not zipped and not owners_right(tokens, i) and not number.is_range:
        sure = False
    if _unknown_group(tokens) or any(t.has("guard.negation", "scope.none") for t in tokens[:i]):
        sure = False
    if number.unit == "D":
        near = i in owners and _close(tokens, i, owners[i][0])
        sure = sure and (near or clause.line.kind is Kind.CODE)
        if not near:
            sure = False
    if not known_metric or not subject:
        if not known_metric:
            return
        if number.unit == "D":
            return
    if names and all(m in PROPERTIES for m in names):
        scopes = (Scope("implicit"),)
    everyone = alternatives or subject
    if i not in places and scopes and scopes[0].kind == "stated":
        # the set is taken from the surroundings: another may be meant
        scopes = (*scopes, Scope("group"))
    yield ValueClaim(
        line=clause.line.number_at(tokens[i].start),
        at=i,
        text=clause.text,
        caution=caution,
        subjects=(tuple(dict.fromkeys(n for s in everyone for n in s)),) if everyone else (),
        scopes=scopes,
        metrics=context.facts.narrowed(names, clause.words) if not mean else names,
        stated=number,
        approx=approximation(clause, i),
        certain=sure,
        mean=mean,
        siblings=_siblings(clause, i, owners, tokens),
    )


def _after_metric(tokens: Sequence[Token], i: int) -> bool:
    """Whether a metric and a sign of equality stand right before the number: "ARI=0.3", «ARI 0,3»."""
    j = i - 1
    while j >= 0 and tokens[j].text in "=:(≈~":
        j -= 1
    return j >= 0 and _metric(tokens, j) is not None


def _unknown_group(tokens: Sequence[Token]) -> bool:
    return any(t.has("guard.partial") for t in tokens)


def _siblings(
    clause: Clause, i: int, owners: dict[int, tuple[list[int], bool]], tokens: Sequence[Token]
) -> tuple[int, ...] | None:
    """The list to which «A 0,9», "A (0.9)" or «- A — 0,9» belongs: the name stands before the number."""
    if i not in owners or len(owners[i][0]) != 1:
        return None
    at = owners[i][0][0]
    last = at + tokens[at].covers
    if at == i + 2 and tokens[i + 1].folded == "for":
        return (clause.line.number, clause.sentence)  # "0.9 for A, 0.8 for B"
    # «середня точність A за двома наборами — 92 %, B — 90 %»
    where = all(
        not t.is_word
        or t.has("noun.dataset", "scope.both", "scope.every", "scope.mean", "relation.by", "relation.at")
        or t.value("numeral")
        for t in tokens[last:i]
    )
    near = last <= i <= last + 2 and not any(t.is_word for t in tokens[last:i])
    if not near and not (where and last < i <= last + 5 and clause.line.kind is not Kind.ITEM):
        return None
    if clause.line.kind is Kind.ITEM and clause.previous is None:
        above = clause.line.parents[:1] or clause.line.headings[:1]
        return (above[0].number if above else 0, -1)
    return (clause.line.number, clause.sentence)


def _same_metrics(
    names: tuple[str, ...], metrics: dict[int, tuple[tuple[str, ...], bool]], items: Sequence[int], i: int
) -> tuple[str, ...]:
    at = items.index(i)
    return names or (metrics[items[at - 1]][0] if at else ())


def _versus(tokens: Sequence[Token], i: int) -> bool:
    return bool(i) and tokens[i - 1].has("relation.versus")


def _versus_before(tokens: Sequence[Token], k: int, items: Sequence[int]) -> bool:
    return any(_versus(tokens, other) and other > k for other in items)


def owners_right(tokens: Sequence[Token], i: int) -> bool:
    """Whether a name follows the number: "vs 0.344 for A"."""
    return any(t.names for t in tokens[i + 1 : i + 4])


def _others(clause: Clause, context: Context, parts: Cast) -> list[str] | None:
    """Whom «vs 0.021-0.055 у інших», "(4.4s vs 12-14s)" speaks of: the rest of the population."""
    if parts.objects:
        return None
    subjects = named(clause.tokens, parts.subjects) or context.inherited(clause).subjects
    if len(subjects) != 1 or len(subjects[0]) != 1:
        return None
    family = parts.among_family
    said = any(t.has("scope.others") for t in clause.tokens)
    if not family and not said:
        return None
    pool = context.facts.members(family) if family else context.facts.extractors.ids
    return [e for e in pool if e != subjects[0][0]]


def _adjacent(tokens: Sequence[Token], i: int, group: Sequence[int]) -> bool:
    """Whether only brackets and a metric stand between a name and its number."""
    last = group[-1] + tokens[group[-1]].covers
    if last > i:
        return False
    return all(t.text in _LINKS or t.value("metric") or t.quantity for t in tokens[last:i]) or (
        i + 1 < len(tokens)
        and tokens[i].depth > 0
        and all(t.depth > 0 or t.text in _LINKS for t in tokens[last:i])
    )


def _close(tokens: Sequence[Token], i: int, group: Sequence[int]) -> bool:
    """Whether a dimension stands right by its extractor: "A: 128-D", «A (128-D»."""
    last = group[-1] + tokens[group[-1]].covers
    return 0 <= i - last <= 2 and not any(t.is_word for t in tokens[last:i])
