"""Claims against facts: held if a likely reading is true, contradicted if every reading is false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from fxreport.audit.claims import (
    Approx,
    Checked,
    Claim,
    ComparisonClaim,
    CountClaim,
    DerivedClaim,
    DifficultyClaim,
    Found,
    MarkClaim,
    PlaceClaim,
    Population,
    RangeClaim,
    RecommendationClaim,
    Scope,
    Sense,
    TallyClaim,
    UnreadClaim,
    ValueClaim,
    Verdict,
)
from fxreport.audit.facts import (
    ANY,
    EFFICIENCY,
    PROPERTIES,
    Column,
    Facts,
    Value,
    mean,
    quotient,
)
from fxreport.audit.numbers import Quantity
from fxreport.vocabulary.catalog import DATASETS
from fxreport.vocabulary.metrics import built_in

_EPS = 1e-9
#: alternatives that one claim may have before it is left alone
_MANY = 2000


@dataclass(frozen=True, slots=True)
class Result:
    """One reading: true, false, or None where the data cannot tell. A weak one is less likely meant."""

    truth: bool | None
    found: tuple[Found, ...] = ()
    weak: bool = False
    reason: str = ""


Test = Callable[[str | None, str, Column], Result]


def _careful(test: Test, facts: Facts) -> Test:
    """A test that calls nothing false of values about which the tables disagree."""

    def careful(dataset: str | None, metric: str, column: Column) -> Result:
        result = test(dataset, metric, column)
        if result.truth is False and not facts.sure(dataset, metric):
            return Result(None, result.found, result.weak, "unknown_column")
        return result

    return careful


def check(claim: Claim, facts: Facts) -> Checked:
    """Decide one claim."""
    match claim:
        case ValueClaim():
            results = _value(claim, facts)
        case PlaceClaim():
            results = _place(claim, facts)
        case ComparisonClaim():
            results = _comparison(claim, facts)
        case RangeClaim():
            results = _range(claim, facts)
        case TallyClaim():
            results = _tally(claim, facts)
        case CountClaim():
            results = _count(claim, facts)
        case RecommendationClaim():
            results = _recommendation(claim, facts)
        case MarkClaim():
            results = _mark(claim, facts)
        case DerivedClaim():
            results = _derived(claim, facts)
        case DifficultyClaim():
            results = _difficulty(claim, facts)
        case UnreadClaim():
            results = iter(())
        case _:
            raise AssertionError(claim)
    return _judge(claim, list(results))


def _judge(claim: Claim, results: Sequence[Result]) -> Checked:
    """One verdict from all readings."""
    stated = stated_text(claim)
    strong = [r for r in results if not r.weak]
    true = next((r for r in strong if r.truth), None)
    if claim.caution == "negated":
        # «не найшвидший»: what is denied has to be false of every reading
        if results and all(r.truth is False for r in results):
            return Checked(claim, Verdict.HOLDS, None, stated, results[0].found)
        return Checked(claim, Verdict.NOT_CHECKABLE, "negated", stated, _first_found(results))
    if true is not None and claim.caution in (None, "no_subject", "convention", "no_metric", "unknown_group"):
        return Checked(claim, Verdict.HOLDS, None, stated, true.found)
    if claim.caution:
        return Checked(claim, Verdict.NOT_CHECKABLE, claim.caution, stated, _first_found(results))
    if results and all(r.truth is False for r in results):
        return Checked(claim, Verdict.CONTRADICTED, None, stated, _first_found(results))
    reason = next((r.reason for r in results if r.reason and r.truth is None), "")
    if any(r.truth for r in results):
        reason = "ambiguous"
    return Checked(claim, Verdict.NOT_CHECKABLE, reason or "no_value", stated, _first_found(results))


def _first_found(results: Sequence[Result]) -> tuple[Found, ...]:
    return next((r.found for r in results if r.found), ())


def stated_text(claim: Claim) -> str:
    quantity = getattr(claim, "stated", None)
    return quantity.text if isinstance(quantity, Quantity) else ""


# -- over image sets ---------------------------------------------------------------------------------------


def _over(claim: Claim, facts: Facts, test: Test, *, mean_only: bool = False) -> Iterator[Result]:
    """Every reading of a claim tested on columns: metrics × scopes × ways to say it of several sets."""
    metrics = [(m, False) for m in claim.metrics] + [(m, True) for m in claim.weak_metrics]
    if claim.scopes and claim.scopes[0].kind == "stated":
        # of the measures that "best" may mean those that were taken on the set
        there = [m for m in metrics if set(claim.scopes[0].datasets) <= set(facts.sets(m[0]))]
        metrics = there or metrics
    for metric, unlikely in metrics:
        for n, scope in enumerate(claim.scopes or (Scope("implicit"),)):
            exact = isinstance(claim, ComparisonClaim) and claim.amount != "none"
            for result in _over_scope(scope, facts, metric, test, mean_only, exact):
                yield Result(result.truth, result.found, result.weak or unlikely or n > 0, result.reason)


def _over_scope(
    scope: Scope, facts: Facts, metric: str, test: Test, mean_only: bool, exact: bool
) -> Iterator[Result]:
    have = facts.sets(metric)
    test = _careful(test, facts)
    if scope.kind == "unknown":
        yield Result(None, reason="unknown_name")
        return
    if not have:
        yield Result(None, reason="no_value")
        return
    if have == (ANY,) or (len(have) == 1 and scope.kind not in ("stated", "every")):
        result = test(None if have == (ANY,) else have[0], metric, facts.column(have[0], metric))
        # a value given without a set says nothing certain of one set
        loose = have == (ANY,) and scope.kind == "stated" and metric not in PROPERTIES
        yield Result(
            None if loose and result.truth is False else result.truth,
            result.found,
            False,
            "no_set" if loose else result.reason,
        )
        return
    datasets = scope.datasets if scope.kind in ("stated", "every") else have
    if metric in PROPERTIES and scope.kind in ("stated", "every"):
        datasets = tuple(d for d in datasets if d in have) or have[:1]
    if not set(datasets) <= set(have):
        yield Result(None, reason="no_value")
        return
    each = [test(d, metric, facts.column(d, metric)) for d in datasets]
    averaged = test(None, metric, facts.means(metric, datasets)) if len(datasets) > 1 else None
    if scope.kind == "count":
        truths = [r.truth for r in each]
        sure, maybe = truths.count(True), truths.count(None)
        truth = True if sure >= scope.count else None if sure + maybe >= scope.count else False
        yield Result(truth, _shown(each, truth is True))
        return
    if scope.kind == "every":
        yield _all(each)
        return
    if mean_only and averaged is not None:
        yield averaged
        return
    if averaged is not None and scope.kind != "most":
        yield averaged
    if scope.kind != "most":
        yield _all(each)
    # a number is not said of most sets
    if len(each) > 2 and scope.kind != "stated" and not exact:
        truths = [r.truth for r in each]
        sure, maybe = truths.count(True), truths.count(None)
        truth = True if sure * 2 > len(each) else None if (sure + maybe) * 2 > len(each) else False
        yield Result(truth, _shown(each, truth is True))
    if scope.kind == "group" and averaged is not None:
        for result in each:
            yield Result(result.truth, result.found, True, result.reason)


def _all(results: Sequence[Result]) -> Result:
    truths = [r.truth for r in results]
    truth = False if False in truths else None if None in truths else True
    return Result(
        truth, _shown(results, truth is not False), reason=next((r.reason for r in results if r.reason), "")
    )


def _shown(results: Sequence[Result], truth: bool) -> tuple[Found, ...]:
    """What decided: of a false statement the cases that break it."""
    chosen = [r for r in results if (r.truth is True) == truth] or list(results)
    return tuple(dict.fromkeys(f for r in chosen for f in r.found))[:8]


def _found(
    facts: Facts, dataset: str | None, metric: str, column: Column, names: Iterable[str]
) -> tuple[Found, ...]:
    title = facts.datasets.title(dataset) if dataset else None
    return tuple(
        Found(title, facts.extractors.title(e), metric, column[e].number, column[e].line)
        for e in dict.fromkeys(names)
        if e in column
    )


# -- values ------------------------------------------------------------------------------------------------


def matches(stated: Quantity, value: Value, approx: Approx = Approx.NONE) -> bool | None:
    """Whether a stated number can be a value: None where rounding may explain the difference."""
    s, v = stated.low, value.number
    room = stated.step / 2 * (1 + 1e-6) + _EPS
    match approx:
        case Approx.ABOUT:
            off = abs(v - s) if not stated.is_range else max(stated.low - v, v - stated.high, 0.0)
            if off <= max(stated.step, 0.1 * abs(s)) + _EPS:
                return True
            return None if off <= max(2 * stated.step, 0.25 * abs(s)) else False
        case Approx.ALMOST:
            if 0.85 * s <= v <= s + value.half + _EPS:
                return True
            return None if abs(v - s) <= max(stated.step, 0.25 * abs(s)) else False
        case Approx.OVER | Approx.AT_LEAST:
            if value.high < s - _EPS:
                return False
            return True if v > s or (approx is Approx.AT_LEAST and v >= s - _EPS) else None
        case Approx.UNDER | Approx.AT_MOST:
            if value.low > stated.high + _EPS:
                return False
            return True if v < stated.high or (approx is Approx.AT_MOST and v <= stated.high + _EPS) else None
        case _:
            pass
    if stated.is_range:
        if stated.low - room <= v <= stated.high + room:
            return True
        near = stated.low - stated.step - value.half <= v <= stated.high + stated.step + value.half
        return None if near else False
    off = abs(v - s)
    if off <= room:
        return True
    if off <= room + value.half and (not value.text or value.half > stated.step / 2):
        return None
    # cut off instead of rounded
    coarser = value.half * 2 < stated.step * (1 - 1e-6)
    cut = abs(v) > abs(s) and off < stated.step - _EPS
    return None if coarser and cut else False


def forms(stated: Quantity, metric: str, values: Iterable[Value]) -> list[Quantity]:
    """A number as a fraction or a percentage, whichever the data use."""
    known = built_in(metric)
    largest = max((abs(v.number) for v in values), default=0.0)
    if stated.unit == "%":
        return [stated.fraction()] if largest <= 1.5 else [stated]
    if stated.low > 1.5 and largest <= 1 and known is not None and known.high == 1:
        return [stated, stated.fraction()]
    return [stated]


def _value(claim: ValueClaim, facts: Facts) -> Iterator[Result]:
    if not claim.subjects:
        yield Result(None, reason="no_subject")
        return
    if claim.mean and len(claim.metrics) > 1:
        # "mean F1 over both sets" where the sets are columns of one table
        for extractor in claim.subjects[0]:
            variants = [facts.means(m).get(extractor) for m in claim.metrics]
            values = [v for v in variants if v is not None]
            if len(values) == len(variants):
                value = mean(values)
                shown = _found(facts, None, claim.metrics[0], {extractor: value}, [extractor])
                yield Result(
                    matches(claim.stated, value, claim.approx) or None, shown, reason="not_derivable"
                )
    if claim.mean and all(len(facts.sets(m)) < 2 for m in claim.metrics):
        yield Result(None, reason="not_derivable")
    for metric in claim.metrics:
        everything = [v for (_, _, m), v in facts.values.items() if m == metric]
        for stated in forms(claim.stated, metric, everything):
            for extractor in claim.subjects[0]:
                for n, scope in enumerate(claim.scopes or (Scope("implicit"),)):
                    for dataset, known in _values_for(facts, scope, extractor, metric, claim.mean):
                        column = {extractor: known} if known is not None else {}
                        truth = None if known is None else matches(stated, known, claim.approx)
                        reason = "rounding" if known is not None else "no_value"
                        if truth is False and not facts.sure(dataset, metric):
                            truth, reason = None, "unknown_column"
                        if truth is False and not claim.certain:
                            truth, reason = None, "no_metric"
                        yield Result(
                            truth, _found(facts, dataset, metric, column, [extractor]), n > 0, reason
                        )


def _values_for(
    facts: Facts, scope: Scope, extractor: str, metric: str, mean_only: bool
) -> Iterator[tuple[str | None, Value | None]]:
    """The values that a number without more words may be."""
    have = facts.sets(metric)
    if scope.kind in ("stated", "every"):
        if have == (ANY,):
            yield None, None
            return
        for dataset in scope.datasets:
            yield dataset, facts.get(dataset, extractor, metric)
        if len(scope.datasets) > 1:
            yield None, facts.means(metric, scope.datasets).get(extractor)
        return
    if scope.kind == "unknown" or not have:
        yield None, None
        return
    if len(have) > 1 and metric not in PROPERTIES:
        yield None, facts.means(metric).get(extractor)
    if mean_only and len(have) > 1 and scope.kind == "overall":
        return
    for dataset in have:
        value = facts.get(dataset, extractor, metric)
        if value is not None:
            yield (None if dataset == ANY else dataset), value


# -- places ------------------------------------------------------------------------------------------------


def _higher(facts: Facts, metric: str, sense: Sense) -> bool | None:
    if sense in ("high", "low"):
        return sense == "high"
    way = facts.info(metric).higher_is_better
    return None if way is None else way == (sense == "best")


def _choices(subjects: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Every way to read mentions that may stand for several."""
    count = 1
    for one in subjects:
        count *= max(1, len(one))
    if count > _MANY or not subjects:
        return []
    return list(product(*subjects))


def rank(
    column: Column, names: Sequence[str], higher: bool, population: Population
) -> tuple[int, int, list[str]] | None:
    """The places that names can share among a population: (first, last, who is ahead); None: untold."""
    members = set(column) if population.members is None else set(population.members) & set(column)
    certain = members if population.certain is None else set(population.certain) & members
    if population.members is not None and not set(names) <= set(population.members):
        return None
    pool = (members | set(names)) - (set(population.without) - set(names))
    if any(n not in column for n in names):
        return None
    first, last = 0, 0
    leaders: dict[str, None] = {}
    for name in names:
        ahead = maybe = 0
        for other in sorted(pool - set(names)):
            sign = column[other].sign(column[name])
            better = None if sign is None else (sign > 0) == higher if sign else None
            if better and other in certain and not column[other].noted:
                ahead += 1
                leaders[other] = None
            elif better is None or better:
                maybe += 1
        first = max(first, 1 + ahead)
        last = max(last, 1 + ahead + maybe + len(names) - 1)
    return first, last, list(leaders)


def _place(claim: PlaceClaim, facts: Facts) -> Iterator[Result]:
    choices = _choices(claim.subjects)
    if not choices:
        yield Result(None, reason="no_subject")
        return
    for names in choices:
        yield from _over(claim, facts, _place_test(claim, facts, names), mean_only=claim.mean)


def _place_test(claim: PlaceClaim, facts: Facts, names: tuple[str, ...]) -> Test:
    def test(dataset: str | None, metric: str, column: Column) -> Result:
        higher = _higher(facts, metric, claim.sense)
        if higher is None:
            return Result(None, reason="no_metric")
        if claim.population.size is not None:
            return _among_some(claim, facts, dataset, metric, column, names, higher)
        found = rank(column, names, higher, claim.population)
        if found is None:
            return Result(None, reason="unknown_group" if claim.population.members else "no_value")
        first, last, leaders = found
        alone = len(column) < 2
        best = sorted(leaders, key=lambda e: column[e].number, reverse=higher)
        shown = _found(facts, dataset, metric, column, [*names, *best[:2]])
        if (not leaders and first > claim.place) or alone:
            return Result(None, shown, reason="no_value")
        if claim.place > last:
            after = sorted(
                (e for e in column if e not in names), key=lambda e: column[e].number, reverse=higher
            )
            shown = _found(facts, dataset, metric, column, [*names, *after[:2]])
        return Result(first <= claim.place <= last, shown)

    return test


def _among_some(
    claim: PlaceClaim,
    facts: Facts,
    dataset: str | None,
    metric: str,
    column: Column,
    names: tuple[str, ...],
    higher: bool,
) -> Result:
    """A place among ``size`` extractors that are not listed: false if no choice makes it true."""
    size = claim.population.size or 0
    if len(column) < size and any(len(facts.means(m)) >= size for m in claim.metrics):
        return Result(False)  # measured of fewer than are spoken of: another metric is meant
    if len(names) != 1 or names[0] not in column or not 1 < size <= len(column):
        return Result(None, reason="unknown_group")
    (name,) = names
    signs = [column[other].sign(column[name]) for other in column if other != name]
    ahead = sum(sign is None or sign == 0 or (sign > 0) == higher for sign in signs)
    behind = sum(sign is None or sign == 0 or (sign < 0) == higher for sign in signs)
    order = sorted(column, key=lambda e: column[e].number, reverse=higher)
    shown = _found(facts, dataset, metric, column, [name, *order[:2]])
    possible = claim.place - 1 <= ahead and size - claim.place <= behind
    return Result(None if possible else False, shown, reason="unknown_group")


# -- comparisons -------------------------------------------------------------------------------------------


def ratio_matches(stated: Quantity, ratio: Value, approx: Approx) -> bool | None:
    """Whether a stated ratio can be one: rounded, floored or raised in its last digit; hedges widen it."""
    s = stated.low
    # «130 разів» is rounded to tens
    digits = str(int(s)) if stated.is_whole else ""
    zeros = len(digits) - len(digits.rstrip("0"))
    rounded = 10**zeros / 2 if zeros else 0.0
    step = min(max(stated.step, rounded), 0.25 * s)
    match approx:
        case Approx.ABOUT:
            off = max(0.0, s - ratio.high, ratio.low - stated.high)
            if off <= max(stated.step if s >= 4 else 0.0, 0.15 * s):
                return True
            return None if off <= max(2 * step, 0.3 * s) else False
        case Approx.ALMOST:
            if ratio.high >= 0.8 * s and ratio.low <= s * (1 + _EPS):
                return True
            return None if ratio.high >= 0.7 * s and ratio.low <= s + step else False
        case Approx.OVER | Approx.AT_LEAST:
            return ratio.high >= s * (1 - _EPS)
        case Approx.UNDER | Approx.AT_MOST:
            return ratio.low <= stated.high * (1 + _EPS)
        case _:
            pass
    if not any(c.isdigit() for c in stated.text):
        off = max(0.0, s - ratio.high, ratio.low - s) / s
        return off <= 0.125
    if stated.is_range:
        # «16–18×» of 18.4: its upper end may be cut off, its lower end is rounded
        step = stated.step / 2
    return ratio.high > s - step and ratio.low < stated.high + min(max(stated.step, step), 0.25 * stated.high)


def _comparison(claim: ComparisonClaim, facts: Facts) -> Iterator[Result]:
    subjects, objects = _choices(claim.subjects), _choices(claim.objects)
    if not subjects or not objects:
        yield Result(None, reason="no_object" if subjects else "no_subject")
        return
    if claim.guessed_object and claim.amount != "none":
        # any one of the objects may be meant
        for names in subjects:
            for other in dict.fromkeys(o for group in claim.objects for o in group):
                for result in _over(claim, facts, _comparison_test(claim, facts, names, (other,))):
                    yield Result(result.truth or None, result.found, result.weak, "no_object")
        return
    for names in subjects:
        for others in objects:
            yield from _over(claim, facts, _comparison_test(claim, facts, names, others))
            if claim.amount == "ratio" and claim.scopes and claim.scopes[0].kind != "stated":
                yield from _mean_of_ratios(claim, facts, names, others)
    if claim.stated is not None and any(
        _follows(claim, a, b) for a, b in product(claim.beside, repeat=2) if a != b
    ):
        yield Result(True)


def _mean_of_ratios(
    claim: ComparisonClaim, facts: Facts, names: Sequence[str], others: Sequence[str]
) -> Iterator[Result]:
    """ "On average five times" may be the mean of the ratios as well as the ratio of the means."""
    assert claim.stated is not None
    if len(names) != 1 or len(others) != 1:
        return
    for metric in claim.metrics:
        higher = _higher(facts, metric, claim.sense)
        columns = [facts.column(d, metric) for d in facts.sets(metric)]
        if higher is None or not all(names[0] in c and others[0] in c for c in columns):
            continue
        ratios = [_ratio(c[names[0]], c[others[0]], higher) for c in columns]
        known = [r for r in ratios if r is not None]
        if len(known) == len(columns) > 1 and ratio_matches(claim.stated, mean(known), claim.approx):
            yield Result(True)


def _follows(claim: ComparisonClaim, a: float, b: float) -> bool:
    """Whether a stated amount follows from two numbers that its sentence shows."""
    stated = claim.stated
    assert stated is not None
    if claim.amount == "ratio":
        return b > 0 and ratio_matches(stated, Value(a / b), claim.approx) is True
    if claim.amount == "difference":
        return any(_near(s, Value(abs(a - b)), claim.approx) for s in (stated, stated.fraction()))
    return b > 0 and _near(stated.fraction(), Value(abs(a - b) / b), claim.approx) is True


def _comparison_test(
    claim: ComparisonClaim, facts: Facts, names: Sequence[str], others: Sequence[str]
) -> Test:
    def test(dataset: str | None, metric: str, column: Column) -> Result:
        higher = _higher(facts, metric, claim.sense)
        if higher is None:
            return Result(None, reason="no_metric")
        if any(n not in column for n in (*names, *others)) or set(names) & set(others):
            return Result(None, reason="no_value")
        shown = _found(facts, dataset, metric, column, [*names, *others])
        truths: list[bool | None] = []
        for a, b in product(names, others):
            sign = column[a].sign(column[b])
            truth = None if not sign else (sign > 0) == higher
            noted = column[a].noted or column[b].noted
            truths.append(None if noted and truth is False else truth)
        if claim.amount == "none" or claim.stated is None:
            return Result(_joint(truths, bool(claim.family)), shown, reason="tied")
        if all(t is False for t in truths):
            return Result(False, shown)
        return Result(_amounts(claim, column, names, others, higher), shown, reason="rounding")

    return test


def _joint(truths: Sequence[bool | None], generic: bool) -> bool | None:
    """All of them; of a family spoken of in general, false only if none is so."""
    if all(truths):
        return True
    if generic:
        return False if all(t is False for t in truths) else None
    return False if False in truths else None


def _amounts(
    claim: ComparisonClaim, column: Column, names: Sequence[str], others: Sequence[str], higher: bool
) -> bool | None:
    assert claim.stated is not None
    pairs = [(column[a], column[b]) for a, b in product(names, others)]
    results = [_amount(claim, a, b, higher) for a, b in pairs]
    if len(results) == 1:
        return results[0]
    if all(results):
        return True
    together = _amount(claim, mean([a for a, _ in pairs]), mean([b for _, b in pairs]), higher)
    if together:
        return True
    if claim.stated.is_range and claim.amount == "ratio":
        ratios = [r for a, b in pairs if (r := _ratio(a, b, higher)) is not None]
        if ratios:
            low = min(ratios, key=lambda r: r.number)
            high = max(ratios, key=lambda r: r.number)
            step = claim.stated.step
            ends = low.high > claim.stated.low - step and low.low < claim.stated.low + step
            if ends and high.high > claim.stated.high - step and high.low < claim.stated.high + step:
                return True
    if None in results or (claim.family and not claim.stated.is_range and any(results)):
        return None
    return False


def _ratio(a: Value, b: Value, higher: bool) -> Value | None:
    return quotient(a, b) if higher else quotient(b, a)


def _amount(claim: ComparisonClaim, a: Value, b: Value, higher: bool) -> bool | None:
    stated = claim.stated
    assert stated is not None
    if claim.amount == "ratio":
        ratio = _ratio(a, b, higher)
        return None if ratio is None else ratio_matches(stated, ratio, claim.approx)
    gap = Value(abs(a.number - b.number), a.half + b.half)
    if claim.amount == "difference":
        if stated.unit in ("pp", "%") and max(abs(a.number), abs(b.number)) <= 1.5:
            stated = stated.fraction()
        return _near(stated, gap, claim.approx)
    readings = []
    for top, bottom in ((gap, b), (gap, a)):
        part = quotient(top, bottom)
        if part is not None:
            readings.append(part)
    if max(abs(a.number), abs(b.number)) <= 1:
        readings.append(gap)
    truths = [_near(stated.fraction(), r, claim.approx) for r in readings]
    return True if any(truths) else None if None in truths or not truths else False


def _near(stated: Quantity, value: Value, approx: Approx) -> bool | None:
    if approx is not Approx.NONE:
        return matches(stated, value, approx)
    return value.high > stated.low - stated.step and value.low < stated.high + stated.step


# -- limits, counts ----------------------------------------------------------------------------------------


def _range(claim: RangeClaim, facts: Facts) -> Iterator[Result]:
    for names in _choices(claim.subjects):

        def test(dataset: str | None, metric: str, column: Column, names: tuple[str, ...] = names) -> Result:
            if any(n not in column for n in names):
                return Result(None, reason="no_value")
            (stated, *_) = forms(claim.stated, metric, column.values())
            truths = []
            for name in names:
                value = column[name]
                if claim.approx is Approx.NONE:
                    inside = stated.low - stated.step < value.high and value.low < stated.high + stated.step
                    truths.append(inside if stated.is_range else (True if inside else None))
                else:
                    truths.append(matches(stated, value, claim.approx))
            wrong = [n for n, t in zip(names, truths, strict=True) if t is False]
            shown = _found(facts, dataset, metric, column, wrong or names)
            return Result(_joint(truths, generic=False), shown, reason="rounding")

        yield from _over(claim, facts, test)


def _tally(claim: TallyClaim, facts: Facts) -> Iterator[Result]:
    for names in _choices(claim.subjects) or [()]:

        def test(dataset: str | None, metric: str, column: Column, names: tuple[str, ...] = names) -> Result:
            (stated, *_) = forms(claim.stated, metric, column.values())
            truths = {e: matches(stated, v, claim.approx) for e, v in column.items()}
            sure = {e for e, t in truths.items() if t}
            maybe = {e for e, t in truths.items() if t is None}
            shown = _found(
                facts, dataset, metric, column, sorted(sure | maybe, key=lambda e: column[e].number)
            )
            if claim.count is None:
                if not set(names) <= set(column):
                    return Result(None, reason="no_value")
                fits = sure <= set(names) <= sure | maybe
                return Result((True if not maybe else None) if fits else False, shown, reason="rounding")
            fits = len(sure) <= claim.count <= len(sure | maybe)
            return Result((True if not maybe else None) if fits else False, shown, reason="rounding")

        yield from _over(claim, facts, test)


def _count(claim: CountClaim, facts: Facts) -> Iterator[Result]:
    extractors, datasets = len(facts.extractors.ids), len(facts.datasets.ids)
    cells = len({(d, e) for d, e, _ in facts.values if d != ANY})
    if facts.doubtful or any(v.noted for v in facts.values.values()):
        # tables of different conditions or with others' values: what was counted is not told
        yield Result(None, reason="not_derivable")
        return
    stated = int(claim.stated.low)
    options: dict[str, set[int]] = {}
    if claim.family:
        if not facts.unfamiliar:
            options["extractor"] = {len(facts.members(claim.family))}
    elif extractors:
        controls = sum("baseline" in facts.families.get(e, ()) for e in facts.extractors.ids)
        options["extractor"] = {extractors, extractors - controls}
    if datasets:
        options["dataset"] = {datasets}
    if cells:
        options["experiment"] = {cells, extractors * datasets}
        real = [m for m in facts.metrics if m != EFFICIENCY]
        judged = [m for m in real if facts.info(m).higher_is_better is not None]
        quality = [m for m in judged if m in {*facts.quality()[0], *facts.quality()[1]}]
        kinds = {len(real), len(judged), len(quality), len(facts.metrics)}
        totals = {k * n for k in kinds for n in {cells, extractors * datasets}}
        options["metric"] = kinds | totals
        options["measurement"] = kinds | totals
    if claim.noun == "class":
        for scope in claim.scopes:
            for dataset in scope.datasets:
                known = next((f for n, f in DATASETS.items() if n == dataset), None)
                if known is not None and known.classes:
                    options["class"] = {len(known.classes)}
    possible = options.get(claim.noun)
    if not possible or (claim.family and claim.noun != "extractor"):
        yield Result(None, reason="not_derivable")
        return
    shown = tuple(Found(None, None, claim.noun, float(n)) for n in sorted(possible)[:4])
    if stated in possible:
        yield Result(True, (Found(None, None, claim.noun, float(stated)),))
    elif claim.noun in ("experiment", "measurement", "metric") and any(
        p and stated % p == 0 for p in possible if p > 1 and p >= cells
    ):
        # seeds or repeats multiply them
        yield Result(None, shown, reason="not_derivable")
    else:
        yield Result(False, shown)


# -- recommendations ---------------------------------------------------------------------------------------


def _recommendation(claim: RecommendationClaim, facts: Facts) -> Iterator[Result]:
    metrics, weak = facts.quality()
    sense: Sense = "best"
    members: tuple[str, ...] | None = None
    certain: tuple[str, ...] | None = None
    scopes = claim.scopes
    if claim.need == "speed":
        metrics, weak = facts.times(), ()
    elif claim.need == "efficiency":
        metrics, weak = ((EFFICIENCY,), ()) if EFFICIENCY in facts.metrics else ((), ())
    elif claim.need == "memory":
        known = [m for m in ("peak_memory_bytes", "model_bytes") if m in facts.metrics]
        metrics, weak, sense = tuple(known[:1]), tuple(known[1:]), "low"
    elif claim.need == "dimension":
        metrics, weak, sense = ("dimension",), (), "low"
    elif claim.need == "no_labels":
        certain = tuple(e for e, f in facts.families.items() if f and "supervised" not in f)
        members = (*certain, *facts.unfamiliar)
    elif claim.need == "natural":
        if not facts.natural:
            yield Result(None, reason="unknown_group")
            return
        scopes = (Scope("stated", tuple(sorted(facts.natural))),)
    if claim.family:
        family = facts.members(claim.family)
        certain = tuple(e for e in family if certain is None or e in certain)
        members = (*certain, *facts.unfamiliar)
    if not metrics or any(m not in facts.metrics for m in metrics):
        yield Result(None, reason="undefined_score" if claim.need == "efficiency" else "no_metric")
        return
    names = claim.subjects[0]

    def test(dataset: str | None, metric: str, column: Column) -> Result:
        higher = _higher(facts, metric, sense)
        if higher is None:
            return Result(None, reason="no_metric")
        found = [
            r for n in names if n in column
            if (r := rank(column, (n,), higher, Population(members, certain))) is not None
        ]  # fmt: skip
        if not found:
            return Result(None, reason="unknown_group")
        leaders = sorted(
            {e for _, _, ahead in found for e in ahead}, key=lambda e: column[e].number, reverse=higher
        )
        shown = _found(facts, dataset, metric, column, [*names, *leaders[:2]])
        return Result(any(first == 1 for first, _, _ in found), shown)

    yield from _over(
        PlaceClaim(line=0, text="", metrics=metrics, weak_metrics=weak, scopes=scopes, place=1, sense=sense),
        facts,
        test,
    )


# -- marks -------------------------------------------------------------------------------------------------


def _mark(claim: MarkClaim, facts: Facts) -> Iterator[Result]:
    marks = dict(claim.marks)
    if claim.kind == "bold":
        values = dict(claim.values)
        higher = next(iter(marks.values())) > 0
        best = (max if higher else min)(values.values())
        leaders = [e for e, v in values.items() if v == best]
        dataset = claim.scopes[0].datasets[0] if claim.scopes else None
        title = facts.datasets.title(dataset) if dataset else None
        shown = tuple(
            Found(title, facts.extractors.title(e), claim.metrics[0], values[e]) for e in (*marks, *leaders)
        )
        yield Result(any(e in marks for e in leaders), tuple(dict.fromkeys(shown)))
        return
    if claim.values and claim.kind == "stars":
        higher_way = facts.info(claim.metrics[0]).higher_is_better if claim.metrics else None
        if higher_way is not None:
            printed = {e: Value(v, 0.0) for e, v in claim.values}
            wrong = _inverted(marks, printed, higher_way)
            dataset = claim.scopes[0].datasets[0] if claim.scopes and claim.scopes[0].datasets else None
            yield Result(wrong is None, _found(facts, dataset, claim.metrics[0], printed, wrong or marks))
            return
    sign = 1 if claim.kind == "stars" else -1

    def test(dataset: str | None, metric: str, column: Column) -> Result:
        there = {e: n * sign for e, n in marks.items() if e in column}
        if len(there) < 2:
            return Result(None, reason="no_value")
        way = _higher(facts, metric, "best")
        # positions may follow a metric that has no better end either way
        ways = [way] if way is not None else [True, False] if claim.kind == "position" else []
        if not ways:
            return Result(None, reason="no_metric")
        wrong = [_inverted(there, column, higher) for higher in ways]
        shown = next((w for w in wrong if w is not None), None)
        return Result(None in wrong, _found(facts, dataset, metric, column, shown or there))

    if claim.kind == "position":
        # what is shown is the order that fits best
        results = list(_over(claim, facts, test))
        fits = {m: _inversions(marks, facts.means(m), facts) for m in claim.metrics}
        yield from sorted(results, key=lambda r: min((fits.get(f.metric, 99) for f in r.found), default=99))
        return
    yield from _over(claim, facts, test)


def _inversions(places: Mapping[str, int], column: Column, facts: Facts) -> int:
    """In how many pairs a stated place and a value disagree, in the better direction."""
    counts = [
        sum(
            places[a] < places[b] and bool(sign := column[a].sign(column[b])) and (sign or 0) * way < 0
            for a, b in product(places, repeat=2)
            if a in column and b in column
        )
        for way in (1, -1)
    ]
    return min(counts)


def _inverted(marks: Mapping[str, int], column: Mapping[str, Value], higher: bool) -> tuple[str, str] | None:
    """A pair of which the better marked is surely the worse."""
    for a, b in product(marks, marks):
        if marks[a] > marks[b] and a in column and b in column:
            sign = column[a].sign(column[b])
            if sign and (sign > 0) != higher:
                return a, b
    return None


# -- tables ------------------------------------------------------------------------------------------------


def _derived(claim: DerivedClaim, facts: Facts) -> Iterator[Result]:
    metric = claim.metrics[0]
    if claim.how == "row_mean":
        dataset = claim.scopes[0].datasets[0]
        values = [v for e in claim.over if (v := facts.get(dataset, e, metric)) is not None]
        if len(values) != len(claim.over):
            yield Result(None, reason="no_value")
            return
        value = mean(values)
        found = Found(facts.datasets.title(dataset), None, metric, value.number)
        yield Result(matches(claim.stated, value), (found,), reason="rounding")
        return
    extractor = claim.subjects[0][0]
    if claim.how == "score" and facts.score is not None and claim.scopes[0].kind != "stated":
        above, below = (facts.means(m).get(extractor) for m in facts.score)
        ratio = quotient(above, below) if above and below else None
        if ratio is not None:
            ratio = Value(ratio.number * facts.score_factor, ratio.half * facts.score_factor)
            shown = _found(facts, None, EFFICIENCY, {extractor: ratio}, [extractor])
            yield Result(matches(claim.stated, ratio), shown, False, "rounding")
    for scope in claim.scopes:
        for where, known in _values_for(facts, scope, extractor, metric, scope.kind == "overall"):
            (stated, *_) = forms(claim.stated, metric, [known] if known else [])
            truth = None if known is None else matches(stated, known)
            if truth is False and not facts.sure(where, metric):
                truth = None
            column = {extractor: known} if known else {}
            yield Result(
                truth,
                _found(facts, where, metric, column, [extractor]),
                False,
                "rounding" if known else "no_value",
            )


def _difficulty(claim: DifficultyClaim, facts: Facts) -> Iterator[Result]:
    """By every measure of agreement with labels, by the best and by the mean of the same extractors."""
    metrics = [m for m in facts.quality()[0] if {claim.harder, claim.easier} <= set(facts.sets(m))]
    for metric in metrics:
        hard, easy = facts.column(claim.harder, metric), facts.column(claim.easier, metric)
        both = [e for e in hard if e in easy]
        higher = facts.info(metric).higher_is_better
        if not both or higher is None:
            continue
        choose = max if higher else min
        tops = [choose(c.values(), key=lambda v: v.number) for c in (hard, easy)]
        means = [mean([c[e] for e in both]) for c in (hard, easy)]
        shown = tuple(
            Found(facts.datasets.title(d), None, metric, v.number, v.line)
            for d, v in zip((claim.harder, claim.easier), tops, strict=True)
        )
        for first, second in (tops, means):
            sign = first.sign(second)
            yield Result(None if not sign else (sign < 0) == higher, shown, reason="tied")
    if not metrics:
        yield Result(None, reason="no_value")
