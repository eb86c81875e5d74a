"""Superlatives, winners and places: «найшвидший серед усіх», "second place", «Переможець: …»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fxreport.audit.claims import PlaceClaim, Population, Scope, Sense, Subject
from fxreport.audit.context import Context
from fxreport.audit.extract.population import population
from fxreport.audit.extract.roles import Cast, cast, named, pair, runs
from fxreport.audit.extract.values import runs_of_sets
from fxreport.audit.facts import EFFICIENCY
from fxreport.audit.text import Clause, Token

_RANKS = frozenset(
    [
        "ranks",
        "ranked",
        "rank",
        "comes",
        "came",
        "come",
        "finished",
        "finishes",
        "placed",
        "is",
        "takes",
        "took",
        "посідає",
        "посів",
        "посіла",
        "займає",
        "зайняв",
        "зайняла",
        "є",
        "йде",
    ]
)
_COSTLY = ("fastest", "slowest", "longest", "shortest")
_COSTS = (
    "speed",
    "extraction_seconds",
    "fit_seconds",
    "dimension",
    "parameters",
    "model_bytes",
    "peak_memory_bytes",
    "images_per_second",
)
_FIT = ("metric.fit_seconds", "noun.training")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a superlative orders by: alternative metrics, weaker ones, a sense; or why nobody knows."""

    metrics: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    sense: Sense = "best"
    reason: str | None = None


def places(clause: Clause, context: Context) -> Iterator[PlaceClaim]:
    """Yield the places that a clause gives."""
    if clause.question:
        return
    tokens = clause.tokens
    predicates = [i for i in range(len(tokens)) if _is_predicate(tokens, i)]
    if not predicates:
        yield from _following(clause, context)
        return
    parts = cast(clause)
    strangers = [i for i, t in enumerate(tokens) if t.stranger and not _is_set(context, t)]
    groups = runs(tokens, parts.subjects)
    owners = pair(predicates, [*groups, *([s] for s in strangers)])
    sets = runs_of_sets(tokens)
    for i in predicates:
        for meant in _meanings(clause, context, i):
            yield from _claims(clause, context, parts, predicates, i, meant, owners, groups, sets)


def _following(clause: Clause, context: Context) -> Iterator[PlaceClaim]:
    """«…, за ним іде A», "followed by A and B": the places after the one just given."""
    tokens = clause.tokens
    at = next((i for i, t in enumerate(tokens[:3]) if t.has("relation.next")), None)
    before = clause.previous
    if at is None or before is None or before.sentence != clause.sentence:
        return
    leaders = [c for c in places(before, context) if c.place > 0]
    groups = runs(tokens, [i for i, t in enumerate(tokens) if t.names])
    if len(leaders) != 1 or len(groups) == 0 or any(t.has("relation.or") or t.value("verb") for t in tokens):
        return
    leader = leaders[0]
    listed = [i for group in groups for i in group]
    for n, i in enumerate(listed):
        yield replace(
            leader,
            line=clause.line.number_at(tokens[i].start),
            at=i,
            text=clause.text,
            subjects=(tokens[i].names,),
            place=leader.place + len(leader.subjects) + n,
        )


def _is_set(context: Context, token: Token) -> bool:
    return context.tagger.strangers.at([token.folded], 0) is not None


def _is_predicate(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if _referred_to(tokens, i) or (
        i and tokens[i - 1].folded in ("next", "наступний", "наступна", "наступним")
    ):
        return False
    if token.value("winner"):
        word = token.folded
        return not (
            word in ("led", "leads", "lead", "win", "won")
            and following is not None
            and following.folded in ("to", "us", "-")
        )
    if token.value("superlative"):
        if token.value("metric") and token.length("metric") > token.length("superlative"):
            return False  # «найкоротший час виділення ознак» as the name of a metric
        if (
            following is not None
            and token.folded in ("most", "найбільш", "least", "найменш")
            and following.folded in ("of", "часто")
        ):
            return False
        if (
            i
            and token.folded in ("most", "least", "best", "worst", "lowest", "minimum", "maximum", "мінімум")
            and tokens[i - 1].folded == "at"
        ):
            return False
        return not (i and tokens[i - 1].value("superlative") and tokens[i - 1].length("superlative") > 1)
    return _ordinal(tokens, i) is not None and not any(t.value("superlative") for t in tokens[i + 1 : i + 3])


def _referred_to(tokens: Sequence[Token], i: int) -> bool:
    """Whether a place is spoken of and not given: "behind the second place", «ніж у найкращого»."""
    k = i - 1
    while k >= 0 and (
        tokens[k].folded in ("the", "a", "its", "у", "в")
        or (tokens[k].has("noun.modifier") and tokens[k].folded not in ("of",))
    ):
        k -= 1
    if k < 0:
        return False
    token = tokens[k]
    return token.folded in ("of", "behind", "until", "as", "than", "ніж", "від") or token.has(
        "verb.better", "verb.worse", "verb.exceeds", "relation.than", "relation.versus"
    )


def _ordinal(tokens: Sequence[Token], i: int) -> int | None:
    """The place that an ordinal at ``i`` gives: only beside a word for place or a metric."""
    token = tokens[i]
    value = token.value("ordinal")
    if value is None:
        return None
    if token.folded == "runner-up":
        return 2
    if token.has("relation.after"):
        return int(value)
    after = tokens[i + 1 : i + 3]
    before = tokens[i - 1] if i else None
    if after and (
        after[0].has("noun.place")
        or (after[0].has("noun.modifier", "scope.mean") and len(after) > 1 and after[1].has("noun.place"))
    ):
        return int(value)
    if len(after) == 2 and after[0].folded in ("за", "by", "in", "on") and after[1].value("metric"):
        return int(value)
    if (
        before is not None
        and before.folded in _RANKS
        and not (after and after[0].is_word and not after[0].value("relation"))
    ):
        return int(value)
    return None


def _meanings(clause: Clause, context: Context, i: int) -> Iterator[Meant]:
    """What the predicate at ``i`` orders by; one for each metric of a list."""
    token = clause.tokens[i]
    superlative = token.value("superlative")
    if superlative:
        yield from _of_superlative(clause, context, i, superlative)
        return
    worst = token.value("winner") == "last"
    sense: Sense = "worst" if worst else "best"
    stated = _clause_metrics(clause, i)
    yield from _by(context, stated, sense, clause)


def _quality(context: Context, sense: Sense) -> Meant:
    metrics, weak = context.facts.quality()
    return Meant(metrics, weak, sense) if metrics else Meant(reason="no_metric")


def _by(context: Context, names: Sequence[str], sense: Sense, clause: Clause) -> Iterator[Meant]:
    """A best or worst by named metrics, by quality where none is named."""
    if not names:
        yield default(clause, context, sense)
        return
    for name in names:
        yield _one(context, name, sense)


def default(clause: Clause, context: Context, sense: Sense) -> Meant:
    """Best and worst without a metric mean quality, unless something else is spoken of."""
    if context.in_other_space(clause):
        return Meant(reason="other_space")
    earlier: list[Token] = []
    before = clause.previous
    while before is not None and before.sentence == clause.sentence:
        earlier.extend(before.tokens)
        before = before.previous
    about = [*earlier, *clause.tokens]
    costs = [
        t
        for t in about
        if t.value("superlative") in _COSTLY or t.value("metric") in _COSTS or t.has("noun.cost")
    ]
    if costs or any(t.value("metric") for t in earlier):
        return Meant(reason="no_metric")
    for above in clause.line.headings[:2]:
        tokens = context.tokens(above)
        if any(t.value("metric") in _COSTS or t.has("noun.cost") for t in tokens) and not any(
            t.has("metric.quality") or t.value("metric") in context.facts.quality()[0] for t in tokens
        ):
            return Meant(reason="no_metric")
    return _quality(context, sense)


def _one(context: Context, name: str, sense: Sense) -> Meant:
    facts = context.facts
    if name == "quality" and "quality" not in facts.metrics:
        return _quality(context, {"high": "best", "low": "worst"}.get(sense, sense))  # type: ignore[arg-type]
    if name == "speed" or (name == "extraction_seconds" and sense in ("best", "worst")):
        if sense in ("high", "low") and name == "speed":
            sense = "best" if sense == "high" else "worst"
        return Meant(facts.times(), (), sense) if facts.times() else Meant(reason="no_metric")
    if name == "extraction_seconds":
        times = tuple(t for t in facts.times() if t != "images_per_second")
        return Meant(times, (), sense) if times else Meant(reason="no_metric")
    if name == EFFICIENCY:
        if EFFICIENCY not in facts.metrics:
            return Meant(reason="undefined_score")
        if sense in ("high", "low"):
            sense = "best" if sense == "high" else "worst"
        return Meant((EFFICIENCY,), (), sense)
    if name == "accuracy" and "accuracy" not in facts.metrics:
        found = tuple(m for m in facts.metrics if m.endswith("accuracy"))
        return Meant(found, (), sense) if found else Meant(reason="no_metric")
    found = facts.named(name)
    if sense in ("best", "worst"):
        found = tuple(m for m in found if facts.info(m).higher_is_better is not None)
    return Meant(found, (), sense) if found else Meant(reason="no_metric")


def _of_superlative(clause: Clause, context: Context, i: int, word: str) -> Iterator[Meant]:
    facts = context.facts
    tokens = clause.tokens
    kind, names = head(clause, i)
    if kind == "opinion" and word in ("best", "worst", "efficient", "highest", "lowest"):
        yield Meant(reason="opinion")
        return
    if word in ("fastest", "slowest"):
        sense: Sense = "best" if word == "fastest" else "worst"
        if clause.says(*_FIT) or kind == "unknown":
            fit = "fit_seconds" in facts.metrics and kind != "unknown" and clause.any(*_FIT)
            yield Meant(("fit_seconds",), (), sense) if fit else Meant(reason="no_metric")
        else:
            yield Meant(facts.times(), (), sense) if facts.times() else Meant(reason="no_metric")
        return
    if word == "efficient":
        yield _one(context, EFFICIENCY, "best") if kind != "unknown" else Meant(reason="no_metric")
        return
    if word == "accurate":
        found = _one(context, "accuracy", "best")
        yield found if found.metrics else _quality(context, "best")
        return
    if word in ("longest", "shortest", "highest", "lowest"):
        sense = "high" if word in ("longest", "highest") else "low"
        stated = names or ([] if kind == "unknown" else _clause_metrics(clause, i))
        if not stated and kind == "result":
            stated = ["quality"]
        if (
            not stated
            and word in ("longest", "shortest")
            and kind == "bare"
            and any(t.value("copula") for t in tokens)
        ):
            stated = ["fit_seconds" if clause.says(*_FIT) else "extraction_seconds"]
        if not stated and kind == "bare" and len(facts.sizes()) == 1:
            # "Largest: A, 980 MB"
            told = any(t.quantity is not None and t.quantity.unit == "B" for t in tokens)
            stated = [facts.sizes()[0]] if told else []
        if not stated and word in ("longest", "shortest") and _of_vectors(tokens, i):
            stated = ["dimension"]
        for name in stated:
            yield _one(context, name, sense)
        if not stated:
            yield Meant(reason="no_metric")
        return
    sense = "best" if word == "best" else "worst"
    if kind == "unknown":
        yield Meant(reason="no_metric")
    elif kind == "metric" and names[0] not in ("quality",):
        yield from _by(context, names, sense, clause)
    elif kind == "metric":
        yield from _by(context, _clause_metrics(clause, i) or names, sense, clause)
    else:
        yield from _by(context, _clause_metrics(clause, i), sense, clause)


def _of_vectors(tokens: Sequence[Token], i: int) -> bool:
    """«найкоротший вектор», "the shortest vectors", "its vectors are the longest"."""
    near = [*tokens[max(0, i - 4) : i], *tokens[i + 1 : i + 3]]
    return any(t.folded.startswith(("vector", "вектор")) for t in near)


def head(clause: Clause, i: int) -> tuple[str, list[str]]:
    """What a superlative qualifies: (metric, its names), result, extractor, opinion, bare or unknown."""
    tokens = clause.tokens
    j = i + tokens[i].length("superlative")
    while j < len(tokens):
        token = tokens[j]
        name = token.value("metric")
        if name:
            found = [name]
            k = j + token.length("metric")
            while k + 1 < len(tokens) and (
                tokens[k].text in ",/" or tokens[k].has("relation.and") or tokens[k].depth
            ):
                if tokens[k].depth:
                    k += 1
                    continue
                step = 1
                if (other := tokens[k + step].value("metric")) and other not in found:
                    found.append(other)
                    k += step + tokens[k + step].length("metric")
                else:
                    break
            if any(t.has("metric.efficiency") for t in tokens[j : k + 4]):
                # "the best quality/speed balance"
                found = [EFFICIENCY]
            return "metric", found
        if token.has("noun.opinion", "guard.opinion"):
            return "opinion", []
        if token.has("noun.result", "noun.place"):
            return "result", []
        if token.has("noun.extractor"):
            return "extractor", []
        if token.has("noun.speed_head", "noun.training"):
            return "extractor", []
        if token.has("scope.every") or token.folded in ("на", "on", "at", "в", "у"):
            return "bare", []
        if token.value("family") or (
            token.has("scope.mean", "noun.modifier", "relation.at") and not token.has("relation.by")
        ):
            j += max(1, token.length("family") if token.value("family") else 1)
            continue
        if token.has("relation.and") and j + 1 < len(tokens) and tokens[j + 1].value("superlative"):
            j += 2
            continue
        if token.names or token.sets or token.stranger or not token.is_word or token.quantity:
            return "bare", []
        if (
            token.value("relation")
            or token.value("copula")
            or token.value("scope")
            or token.value("approx")
            or token.has("relation.copula")
        ):
            return "bare", []
        if token.value("superlative") or token.value("winner") or token.value("guard") or token.value("verb"):
            return "bare", []
        return "unknown", []
    return "bare", []


def _clause_metrics(clause: Clause, i: int) -> list[str]:
    """The metrics by which a predicate without one of its own is meant: the nearest run in the clause."""
    tokens = clause.tokens
    found = [(abs(k - i), k) for k, t in enumerate(tokens) if t.value("metric")]
    if not found:
        return []
    # after «за», "by", "in" first, and of two as near the one that follows
    marked = [
        k
        for _, k in found
        if k and (tokens[k - 1].has("relation.by") or tokens[k - 1].folded in ("за", "by", "in"))
    ]
    start = min(marked or [k for _, k in found], key=lambda k: (abs(k - i), k < i))
    names = [str(tokens[start].value("metric"))]
    k = start + tokens[start].length("metric")
    while k < len(tokens):
        token = tokens[k]
        if name := token.value("metric"):
            if name not in names:
                names.append(name)
            k += token.length("metric")
        elif token.has("relation.and") or token.text in ",()=:" or token.quantity or token.has("relation.by"):
            k += 1
        else:
            break
    # numbers in brackets illustrate: «найвища якість (ARI=…, NMI=…)»
    return names


def _claims(
    clause: Clause,
    context: Context,
    parts: Cast,
    predicates: Sequence[int],
    i: int,
    meant: Meant,
    owners: dict[int, tuple[list[int], bool]],
    groups: Sequence[Sequence[int]],
    sets: Sequence[Sequence[int]],
) -> Iterator[PlaceClaim]:
    tokens = clause.tokens
    caution = context.caution(clause, i) or meant.reason
    if meant.reason == "no_metric" and not (i in owners or context.inherited(clause).subjects):
        return
    place = _place(tokens, i, meant)
    later = [k for k in predicates if i < k < parts.among_at]
    # «друге місце … і найкращий серед X»: the population is that of the predicate next to it
    own_population = Population() if later else population(context, clause, parts)
    if clause.followed_by_relative and (
        parts.among_family or parts.among or any(t.has("relation.strictly_among") for t in tokens)
    ):
        own_population = None
    if any(t.has("noun.difference", "relation.between") for t in tokens[max(0, i - 5) : i]):
        # «різниця між найкращим і найгіршим»: nobody is said to be the best
        return
    if _ordinal(tokens, i) is not None and own_population is not None:
        # «другий після A»: A is the one before, and counts
        own_population = replace(own_population, without=())
    counted = own_population is not None and own_population.size is not None
    if (
        own_population is not None
        and own_population.members is None
        and not counted
        and not _of_all(tokens, i, context)
    ):
        caution = caution or "unknown_group"
    near = _family_beside(tokens, i)
    if (
        context.restricted(clause)
        and own_population is not None
        and own_population.members is None
        and not near
        and not counted
    ):
        caution = caution or "unknown_group"
    if own_population is None:
        caution = caution or "unknown_group"
        own_population = Population()
    elif near and own_population.members is None:
        group = context.family(near)
        own_population = Population(group.members, group.certain, own_population.without, near)
    if place < 0:
        place = -place
        caution = caution or "ambiguous"
    scopes = context.scopes_at(clause, i)
    subjects: tuple[Subject, ...] = ()
    sure = True
    pairs: list[tuple[tuple[Subject, ...], tuple[Scope, ...]]] = []
    if i in owners:
        owner, sure = owners[i]
        if any(tokens[k].stranger for k in owner):
            caution = caution or "unknown_name"
        subjects = named(tokens, owner)
        # «A wins on X, B on Y»: one predicate, names and sets in turn
        bound = next((g for g in groups if _bound(tokens, g, i)), None)
        if len(predicates) == 1 and len(groups) > 1:
            if bound is not None and len(groups) != len(sets):
                sure, subjects = True, named(tokens, bound)
                beside = [
                    k
                    for group in sets
                    for k in group
                    if 0 < k - i <= 4 and not any(t.text in ",;" for t in tokens[i:k])
                ]
                if beside:
                    scopes = (Scope("stated", (tokens[beside[0]].sets[0],)),)
            elif len(groups) == len(sets) and all(len(s) == 1 for s in sets):
                pairs = [
                    (named(tokens, g), (Scope("stated", (tokens[s[0]].sets[0],)),))
                    for g, s in zip(groups, sets, strict=True)
                ]
            else:
                sure = False
                subjects = (tuple(n for g in groups for s in named(tokens, g) for n in s),)
        elif len(subjects) > 1 and any(t.has("relation.respectively") for t in tokens):
            flat = [tokens[k].sets[0] for s in sets for k in s]
            if len(flat) == len(subjects):
                pairs = [((s,), (Scope("stated", (d,)),)) for s, d in zip(subjects, flat, strict=True)]
            else:
                sure = False
        elif len(predicates) > 1 and len(predicates) == sum(map(len, sets)) and len(sets) > 1:
            flat = [tokens[k].sets[0] for s in sets for k in s]
            scopes = (Scope("stated", (flat[predicates.index(i)],)),)
        if any(t.has("relation.or") for t in tokens) and len(subjects) > 1:
            subjects = (tuple(n for s in subjects for n in s),)
    else:
        inherited = context.inherited(clause)
        if inherited.stranger:
            caution = caution or "unknown_name"
        subjects = inherited.subjects
        sure = inherited.strong and len(subjects) == 1
        if not subjects:
            return
    if not sure or _somebody_else(tokens, i):
        caution = caution or "no_subject"
    if not meant.metrics and not meant.reason:
        caution = caution or "no_metric"
    own_mean = any(t.has("scope.mean") for t in tokens)
    for who, where in pairs or [(subjects, scopes)]:
        unknown = any(s.kind == "unknown" for s in where)
        yield PlaceClaim(
            line=clause.line.number_at(tokens[i].start),
            at=i,
            text=clause.text,
            caution=caution or ("unknown_name" if unknown else None),
            subjects=who,
            scopes=where,
            metrics=context.facts.narrowed(meant.metrics, clause.words),
            weak_metrics=meant.weak,
            place=place,
            sense=meant.sense,
            population=own_population,
            mean=own_mean,
        )


def _somebody_else(tokens: Sequence[Token], i: int) -> bool:
    """Whether «найкраща швидкість — у …», "the best is …" goes on with a word that is no known name."""
    j = i + tokens[i].length("superlative")
    while j < len(tokens) and (
        tokens[j].value("metric")
        or tokens[j].has("noun.result", "noun.extractor", "noun.modifier", "scope.mean")
    ):
        j += max(1, tokens[j].length("metric") if tokens[j].value("metric") else 1)
    if j >= len(tokens) or not (tokens[j].text in "—–:" or tokens[j].folded in ("is", "was", "є")):
        return False
    j += 1
    while j < len(tokens) and tokens[j].folded in ("у", "в", "the", "a", "це", "that", "of"):
        j += 1
    if j >= len(tokens):
        return False
    token = tokens[j]
    return token.is_word and not token.tags and not token.names and not token.sets and not token.inside


def _of_all(tokens: Sequence[Token], i: int, context: Context) -> bool:
    """Whether «найкращий дескриптор», "the fastest encoder" is said of all, by the tables' own word."""
    for token in tokens[max(0, i - 4) : i + 6]:
        if token.has("noun.extractor") and not context.facts.are_all(token.folded):
            return False
    return True


def _bound(tokens: Sequence[Token], group: Sequence[int], i: int) -> bool:
    """Whether a name and a superlative stand side by side: «A — найшвидший», "the fastest is A"."""
    first, last = group[0], group[-1] + tokens[group[-1]].covers
    if last <= i:
        between = tokens[last:i]
    else:
        j = i + tokens[i].length("superlative")
        while j < first and (tokens[j].has("noun.extractor", "noun.modifier") or tokens[j].value("family")):
            j += 1
        between = tokens[j:first]
        if not between:
            return True
    return len(between) <= 4 and all(
        t.text in "—–-:(*," or t.has("relation.copula", "noun.modifier", "scope.mean") for t in between
    )


def _place(tokens: Sequence[Token], i: int, meant: Meant) -> int:
    """1 for the first; «друга найшвидша» and "second best" 2; negative where it counts from the other end."""
    direct = _ordinal(tokens, i)
    place = direct or 1
    if direct is None:
        for token in tokens[max(0, i - 2) : i]:
            if token.value("ordinal") and not token.value("numeral"):
                place = int(str(token.value("ordinal")))
    after = {t.folded for t in tokens[i + 1 : i + 5]}
    if after & {"знизу", "кінця", "last", "bottom", "end"} and (direct or place > 1):
        return -place
    return place


def _family_beside(tokens: Sequence[Token], i: int) -> str:
    """«найкращий pretrained екстрактор», "the fastest pretrained model", «pretrained-лідер»."""
    for token in tokens[i + 1 : i + 4]:
        if token.value("family"):
            return str(token.value("family"))
        if not (
            token.has(
                "noun.modifier",
                "scope.mean",
                "relation.among",
                "relation.at",
                "noun.extractor",
                "noun.result",
            )
            or token.value("metric")
        ):
            break
    return ""
