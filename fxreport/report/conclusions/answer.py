"""Page one: what was asked, what was found, and what to take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import (
    N_,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Verbatim,
)
from fxreport.analysis.findings import Finding
from fxreport.analysis.quantities.own_images import UNEQUAL, own_images
from fxreport.analysis.recommend.situations import FREE
from fxreport.analysis.subjects import Variant
from fxreport.report.conclusions import tested
from fxreport.report.conclusions.quality import answer_figure
from fxreport.report.conclusions.situations import origin_of, recommended, situations_table
from fxreport.report.draft import Draft
from fxreport.report.model import (
    Block,
    Bullets,
    Note,
    Paragraph,
    Plain,
    Section,
    Strong,
    Text,
    joined,
)
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.metrics import NAMES, plain

#: as many points as page one makes: what to take, findings, the document under test
MOST = 5
#: of so many extractors the figure is a page's half
_TALL = 12


def answer(draft: Draft, findings: Sequence[Finding]) -> Section:
    """What to take, the most important findings in a sentence each, how it was measured, the main quality by set."""
    blocks: list[Block] = [*_take(draft)]
    counted = () if "tested" in draft.imprint.leave_out else tested.counted(draft)
    if blocks:
        findings = [f for f in findings if f.kind != "labels_at_hand"]  # what to take with labels is said
    most = MOST - bool(blocks) - bool(counted)
    if "findings" in draft.imprint.leave_out:
        findings = ()
    told = [draft.message(f.short, draft.origins.of_finding(f)) for f in findings[:most]]
    if counted:
        told.append(counted)
    if told:
        blocks.append(Bullets(tuple(map(_claim_first, told))))
    blocks += question(draft)
    figure = (answer_figure(draft),) if draft.context.quality else ()
    table = (situations,) if (situations := situations_table(draft)) else ()
    # a tall figure goes overleaf on paper, and the table would go with it
    blocks += (*table, *figure) if len(draft.study.variants) > _TALL else (*figure, *table)
    return Section("answer", draft.words(N_("The answer")), tuple(blocks))


def _take(draft: Draft) -> Iterator[Paragraph]:
    """The answer without limits of cost, with labels and without, each with how sure it is."""
    for number, found in enumerate(draft.conclusions.situations, start=1):
        first = found.cases[0]
        if first.limit == FREE and not first.natural and not found.asked:
            said = draft.message(recommended(draft, found), origin_of(draft, number, found))
            yield Paragraph(_claim_first(said))


def _claim_first(text: Text) -> Text:
    """A sentence whose claim, up to its first colon, is set in bold; one without a colon as it is."""
    for i, fragment in enumerate(text):
        if not isinstance(fragment, Plain):
            return text
        claim, colon, rest = fragment.text.partition(": ")
        if colon:
            before = "".join(one.text for one in text[:i] if isinstance(one, Plain))
            return (Strong(f"{before}{claim}:"), Plain(f" {rest}"), *text[i + 1 :])
    return text


def question(draft: Draft) -> tuple[Paragraph | Note, ...]:
    """What was compared, on what, how often, and what the main quality means."""
    study = draft.study
    if not study.measured_datasets:
        return (draft.note(N_("Nothing was measured, so nothing can be concluded.")),)
    measured = [v for v in study.variants if any(v in study.measured(d.name) for d in study.datasets)]
    params: dict[str, Param] = {
        "names": Names(tuple(v.id for v in measured)),
        "datasets": DatasetNames(tuple(draft.context.quality) or study.measured_datasets),
        "kinds": Listing(tuple(_kinds(measured))),
    }
    if not draft.context.quality:
        said = draft.say(
            N_(
                "Measured were {names} on {datasets}, but not how good they are: which of them to take cannot be told."
            ),
            **params,
        )
        said = joined((said, *_undirected(draft)))
    elif not draft.context.of_field:
        some = any(v.id not in draft.context.complete() for v in measured)
        said = draft.say(
            N_("Compared are {names} on {datasets} (not each on every one), by {metric}.")
            if some
            else N_("Compared are {names} on {datasets}, by {metric}."),
            **params,
        )
    elif draft.main == "ari":
        said = draft.say(
            N_(
                "How it was measured: {kinds}. ARI is the adjusted Rand index of k-means clusters of the features "
                "against the classes."
            ),
            **params,
        )
    else:
        said = draft.say(
            N_("How it was measured: on {datasets}, by {metric}, with {kinds}."),
            **params,
        )
    said = joined((said, *_measured(draft)))
    return (Paragraph(_claim_first(said) if draft.context.of_field else said),)


_DIRECTION = N_(
    "Whether more or less is better is said of none of the metrics ({metrics}); in fxreport.toml {example} says so, in "
    "an imported table a column better."
)


def _undirected(draft: Draft) -> Iterator[Text]:
    """What to do about metrics that somebody brought without saying which way is better."""
    study = draft.study
    own = [
        name
        for name in study.metrics()
        if plain(name) not in NAMES and study.metric(name).higher_is_better is None
    ]
    if own:
        yield draft.say(
            _DIRECTION,
            metrics=Verbatim(draft.words.join(map(draft.words.metric, own))),
            example=Verbatim(f'[metrics."{plain(own[0])}"] better = "higher"/"lower"'),
        )


_FLOOR = N_("Always naming the largest class would be right on {share} of the test images ({dataset}).")
_COPIES = N_(
    "Of {images} images {copies} repeat another one pixel by pixel ({dataset}), which flatters clusters: measure without them too."
)
#: share of a set's images that repeat others, from which page one says so
_MANY_COPIES = 0.1


def _measured(draft: Draft) -> Iterator[Text]:
    """How often it was measured, on how many images, what a probe is; as far as these are there."""
    study = draft.study
    samples = [s for (_, v, m), s in study.samples.items() if m == draft.main and v in study.variant_by_id]
    runs = {len(s.values) for s in samples}
    images = sorted({s.n for s in samples if s.n})
    if draft.context.of_field and runs - {1} and images:
        params: dict[str, Param] = {
            "runs": Count(max(runs), "run_over"),
            "least": Derived(min(runs), "integer"),
            "fewest": Derived(images[0], "integer"),
            "most": Derived(images[-1], "integer"),
        }
        told = N_("Values are means over {runs} on {fewest} to {most} test images.")
        alike = N_("Values are means over {runs} on {most} test images.")
        if len(runs) > 1:
            told = N_("Values are means over {least} to {runs} on {fewest} to {most} test images.")
            alike = N_("Values are means over {least} to {runs} on {most} test images.")
        extent = draft.origins.of_value("extent", (), draft.words(N_("Extent of the study")))
        yield draft.say(told if len(images) > 1 else alike, extent, **params)
    if draft.context.of_field and any(study.column(d, "probe_accuracy") for d in study.measured_datasets):
        yield draft.say(
            N_("A linear probe is a linear classifier that is trained with labels on the finished features.")
        )
    for made in own_images(study):
        params = {
            "dataset": DatasetNames((made.dataset,)),
            "share": Derived(made.commonest, "percent", 0),
            "copies": Derived(made.copies, "integer"),
            "images": Derived(sum(made.counts), "integer"),
        }
        if made.imbalance >= UNEQUAL:
            yield draft.say(_FLOOR, **params)
        if made.copies >= _MANY_COPIES * sum(made.counts):
            yield draft.say(_COPIES, **params)


#: how extractors of a family came by what they know
_KINDS = {
    "baseline": N_("{names} as the control"),
    "supervised": N_("{names}, trained on each set with its labels"),
    "unsupervised": N_("{names}, trained on each set without labels"),
    "pretrained": N_("{names}, pretrained on other images"),
}
#: of those that fxreport brings it is known what they are and what they saw
_OWN = {
    "supervised": N_(
        "{names}, a small convolutional neural network (CNN) trained on each set with its labels"
    ),
    "pretrained": N_("{names}, pretrained on the labelled photographs of ImageNet"),
}


def _kinds(variants: Sequence[Variant]) -> Iterator[Message]:
    """The extractors by what they were trained on, in reading order."""
    kinds: dict[str, list[str]] = {}
    for variant in variants:
        known = {**_KINDS, **_OWN} if variant.extractor.name in EXTRACTORS else _KINDS
        kinds.setdefault(known.get(variant.family, N_("{names}")), []).append(variant.id)
    for message, names in kinds.items():
        yield Message(message, {"names": Names(tuple(names))})
