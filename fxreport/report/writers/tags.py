"""What WeasyPrint's tagging of a PDF leaves out, put right before the file is written (PDF/UA-1).

Checked by the program ``outloud``, WeasyPrint 70.0: header cells have no scope; a link that begins at the end
of a line has an empty element there; a picture within a link is a second link, outside the first; page
numbers are marked as content of the document; what is read aloud of a link is the name of its target.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

#: annotations with this bit are printed, as the page is
_PRINT = 4
_LINK, _PICTURE = "/Link", "/Figure"


def finish_tags(document: Any, pdf: Any) -> None:
    """Complete the tags of a ``pydyf.PDF``: a finisher for ``weasyprint.Document.write_pdf``."""
    objects = _Objects(pdf.objects)
    _say_links(document)
    dead = set()
    for element, ancestors in list(objects.elements(pdf)):
        dead |= _mend_links(objects, element, ancestors)
        if element["S"] == "/Table":
            _scope_headers(objects, element)
    live = {element.number for element, _ in objects.elements(pdf)}
    numbers = objects.at(objects.at(pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    for page in map(objects.at, pdf.page_references):
        _drop_annotations(objects, page, dead)
        parents = numbers[2 * page["StructParents"] + 1]
        unsaid = {i for i, parent in enumerate(parents) if objects.at(parent).number not in live}
        _mark_as_artifacts(objects.at(page["Contents"]).stream, unsaid)
        for i in unsaid:
            parents[i] = "null"
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    numbers[:] = [part for pair in pairs if not _gone(objects, pair[1], live) for part in pair]


class _Objects(NamedTuple):
    """A PDF's objects by their numbers."""

    all: list[Any]

    def at(self, reference: bytes) -> Any:
        """The object that ``b"12 0 R"`` stands for."""
        return self.all[int(reference.split()[0])]

    def children(self, element: Any) -> Iterator[Any]:
        """What is within an element, marked content (a number) left out."""
        return (self.at(kid) for kid in element.get("K", ()) if isinstance(kid, bytes))

    def elements(self, pdf: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        """All elements of the structure with their ancestors, the nearest last."""

        def below(element: Any, ancestors: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
            yield element, ancestors
            for child in list(self.children(element)):
                if child.get("Type") == "/StructElem":
                    yield from below(child, (*ancestors, element))

        yield from below(self.at(self.at(pdf.catalog["StructTreeRoot"])["K"][0]), ())

    def has_content(self, element: Any) -> bool:
        """Whether anything on a page is marked as the element's."""
        return any(
            isinstance(kid, int) or (isinstance(kid, bytes) and self.has_content(self.at(kid)))
            for kid in element.get("K", ())
        )


def _say_links(document: Any) -> None:
    """Describe each link within the document by its words, and print it as the page is."""
    from pydyf import String
    from weasyprint.formatting_structure.boxes import TextBox

    for page in document.pages:
        for box in page._page_box.descendants():
            link = box.link_annotation
            if link is None:
                continue
            link["F"] = _PRINT
            inside = box.descendants() if hasattr(box, "descendants") else ()
            words = "".join(child.text for child in inside if isinstance(child, TextBox)).strip()
            if words and "Dest" in link:
                link["Contents"] = String(words)


def _mend_links(objects: _Objects, element: Any, ancestors: tuple[Any, ...]) -> set[int]:
    """Take out an empty link, and a picture's link within a link; return the annotations' numbers."""
    if element["S"] == _LINK and not objects.has_content(element):
        parent = ancestors[-1]
        parent["K"].remove(element.reference)
        return {objects.at(kid["Obj"]).number for kid in objects.children(element)}
    if element["S"] == _PICTURE and ancestors[-1]["S"] == _LINK:
        second = [kid for kid in objects.children(element) if kid.get("Type") == "/OBJR"]
        for kid in second:
            element["K"].remove(kid.reference)
        ancestors[-1]["Alt"] = element["Alt"]
        return {objects.at(kid["Obj"]).number for kid in second}
    return set()


def _drop_annotations(objects: _Objects, page: Any, dead: set[int]) -> None:
    if "Annots" in page:
        page["Annots"][:] = [one for one in page["Annots"] if objects.at(one).number not in dead]


def _gone(objects: _Objects, parent: Any, live: set[int]) -> bool:
    """Whether an entry of the parent tree (an element's reference, or a page's list) leads nowhere."""
    return isinstance(parent, bytes) and objects.at(parent).number not in live


def _mark_as_artifacts(stream: list[Any], unsaid: set[int]) -> None:
    """Make marked content that no element of the document owns (page numbers, running titles) decoration."""
    for i, operator in enumerate(stream):
        if operator == b"BDC" and stream[i - 1].get("MCID") in unsaid:
            stream[i - 2 : i + 1] = ["/Artifact", b"", b"BMC"]


def _scope_headers(objects: _Objects, table: Any) -> None:
    """Say of each header cell what it heads: a column, its row, or the rows of its topic."""
    for group in objects.children(table):
        if group["S"] == "/THead":
            for cell in _cells(objects, group, "/TH"):
                cell["A"]["Scope"] = "/Column"
        elif group["S"] == "/TBody":
            _scope_group(objects, group)


def _scope_group(objects: _Objects, group: Any) -> None:
    topic = None
    for row in objects.children(group):
        headers = list(_cells(objects, row, "/TH"))
        for cell in headers:
            if cell["A"].get("ColSpan", 1) > 1:
                topic = cell
                cell["A"]["Scope"] = "/Column"
            else:
                cell["A"]["Scope"] = "/Row"
        if topic is not None and topic not in headers:
            for cell in _cells(objects, row, "/TD"):
                cell["A"]["Headers"].insert(0, topic["ID"])


def _cells(objects: _Objects, within: Any, kind: str) -> Iterator[Any]:
    for row in [within] if within["S"] == "/TR" else objects.children(within):
        yield from (cell for cell in objects.children(row) if cell["S"] == kind)
