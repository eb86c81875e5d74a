"""What the user's own image sets are made of: images a class, copies, sizes, what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import N_, ClassNames, Count, Derived, Message, Param, Verbatim
from fxreport.analysis.quantities.own_images import UNEQUAL, Made, own_images
from fxreport.report.anchors import slug
from fxreport.report.draft import Draft
from fxreport.report.model import Block, Number, Paragraph, Row, Section, Table, TableCell, joined, plain

#: classes that the table lists; of more it has the largest and the smallest
_LISTED, _ENDS = 12, 5

_FIXED = N_("{images} in {classes}: {train} to learn from, {test} to test on.")
_DIVIDED = N_(
    "{images} in {classes}. Each run divides them anew: {share} of each class is tested on, the rest is learned from; "
    "copies of an image in its class stay together."
)
_ALIKE = N_("The classes are about equally large.")
_EQUAL = N_("Each class has {count}.")
_UNEQUAL = N_(
    "The largest class, {largest}, has {ratio} as many images as the smallest, {smallest}; always naming the largest would "
    "be right on {share} of the test images."
)
_BETWEEN = N_(
    "Images to test on that are among those to learn from too, pixel by pixel: {between}; what is measured with labels "
    "looks better than it is."
)
_COPIES = N_("Images that repeat another one, pixel by pixel: {copies}.")
_UNIQUE = N_("No image repeats another.")
_TWO_CLASSES = N_("Images that stand under more than one class: {count}.")
_SIDES = N_(
    "The pictures came with shorter sides of {least} to {most} pixels; here they have {side} × {side} pixels."
)
_SIDE = N_("The pictures came with shorter sides of {most} pixels; here they have {side} × {side} pixels.")
_SKIPPED = N_("Left out because they cannot be read: {count} ({names}).")
_SKIPPED_OF_MORE = N_("Left out because they cannot be read: {count} ({names} …).")


def images(draft: Draft) -> Section | None:
    """A part a set; None where all sets are built in, or nothing is known of them."""
    sets = own_images(draft.study)
    if not sets:
        return None
    title = draft.words(N_("The images"))
    parts = tuple(
        Section(
            f"own-images-{slug(made.dataset)}", draft.words.dataset(made.dataset), tuple(_told(draft, made))
        )
        for made in sets
    )
    if len(parts) == 1:
        return Section("own-images", title, parts[0].blocks)
    return Section("own-images", title, (), parts)


def _told(draft: Draft, made: Made) -> Iterator[Block]:
    yield Paragraph(joined(draft.say(one.message, **one.params) for one in _sentences(made)))
    if len(set(made.counts)) > 1:
        yield _table(draft, made)
    if made.skipped:
        message = _SKIPPED_OF_MORE if made.skipped > len(made.first) else _SKIPPED
        yield draft.note(message, count=_whole(made.skipped), names=Verbatim(", ".join(made.first)))


def _whole(value: int) -> Derived:
    return Derived(value, "integer")


def _sentences(made: Made) -> Iterator[Message]:
    size: dict[str, Param] = {
        "images": Count(sum(made.counts), "image_there"),
        "classes": Count(len(made.classes), "class_in"),
        "train": _whole(sum(made.train)),
        "test": _whole(sum(made.test)),
    }
    if made.share is None:
        yield Message(_FIXED, size)
    else:
        yield Message(_DIVIDED, size | {"share": Derived(made.share, "percent", 0)})
    if len(set(made.counts)) == 1:
        yield Message(_EQUAL, {"count": Count(made.counts[0], "image_there")})
    elif made.imbalance < UNEQUAL:
        yield Message(_ALIKE)
    else:
        by_size = sorted(zip(made.counts, made.classes, strict=True))
        yield Message(
            _UNEQUAL,
            {
                "largest": ClassNames(((by_size[-1][1],),)),
                "smallest": ClassNames(((by_size[0][1],),)),
                "ratio": Derived(made.imbalance, "times", 1),
                "share": Derived(made.commonest, "percent", 0),
            },
        )
    between = made.between if made.share is None else 0  # each seed's are others
    if between:
        yield Message(_BETWEEN, {"between": _whole(between)})
    if made.copies > between:
        yield Message(_COPIES, {"copies": _whole(made.copies)})
    elif not made.copies:
        yield Message(_UNIQUE)
    if made.two_classes:
        yield Message(_TWO_CLASSES, {"count": _whole(made.two_classes)})
    if made.sides is not None and made.sides != (made.side, made.side):
        least, most = made.sides
        yield Message(
            _SIDE if least == most else _SIDES,
            {"least": _whole(least), "most": _whole(most), "side": _whole(made.side)},
        )


def _table(draft: Draft, made: Made) -> Table:
    """Images of each class, the largest first; of many classes the largest and the smallest."""
    order = sorted(range(len(made.classes)), key=lambda i: (-made.counts[i], made.classes[i]))
    few = len(order) <= _LISTED
    shown = order if few else [*order[:_ENDS], *order[-_ENDS:]]

    def row(i: int) -> Row:
        numbers = (made.counts[i], made.test[i]) if made.share is not None else (made.train[i], made.test[i])
        cells = (TableCell((Number(draft.words.number(n, 0)),)) for n in numbers)
        return Row((TableCell(plain(draft.words.class_name(made.classes[i]))), *cells))

    heads = (
        (N_("To learn from"), N_("To test on"))
        if made.share is None
        else (N_("Images"), N_("Of them drawn for testing"))
    )
    between = Derived(len(order) - len(shown), "integer")
    return Table(
        f"table-own-images-{slug(made.dataset)}",
        draft.say(N_("Images of each class"))
        if few
        else draft.say(
            N_("Images of the largest and the smallest classes; {count} lie between"), count=between
        ),
        (draft.text_column(N_("Class")), *(draft.text_column(head, numeric=True) for head in heads)),
        tuple(map(row, shown)),
    )
