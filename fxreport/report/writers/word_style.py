"""The page and the styles of a Word document: Pandoc's own reference, set as a paper is handed in."""

from __future__ import annotations

import io
import re
import zipfile

#: twentieths of a point: A4, margins of two centimetres
_SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
    'w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)
_TEXT, _HEADINGS = "Times New Roman", "Arial"
#: of text and of tables, in half points
_SIZE, _TABLE_SIZE = 23, 16
#: room at the sides of a table's cell
_CELL = 40
_INK = "1D232B"


def styled(reference: bytes) -> bytes:
    """Pandoc's ``reference.docx`` with our page, faces and sizes, and words broken at line ends."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(reference)) as there, zipfile.ZipFile(made, "w") as here:
        for entry in there.infolist():
            data = there.read(entry)
            if change := _CHANGES.get(entry.filename):
                data = change(data.decode("utf-8")).encode("utf-8")
            here.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _document(xml: str) -> str:
    return re.sub(r"<w:sectPr\s*/>|<w:sectPr\b.*?</w:sectPr>", _SECTION, xml, flags=re.DOTALL)


def _settings(xml: str) -> str:
    return re.sub(r"(<w:zoom\b[^>]*/>)", r"\1<w:autoHyphenation/>", xml, count=1)


def _styles(xml: str) -> str:
    xml = re.sub(r"<w:rFonts [^>]*major[^>]*/>", _faces(_HEADINGS), xml)
    xml = re.sub(r"<w:rFonts [^>]*minor[^>]*/>", _faces(_TEXT), xml)
    xml = re.sub(r"<w:color [^>]*themeColor[^>]*/>", f'<w:color w:val="{_INK}"/>', xml)
    defaults, end, rest = xml.partition("</w:docDefaults>")
    defaults = re.sub(r'(<w:szC?s? w:val=")\d+', rf"\g<1>{_SIZE}", defaults)
    xml = re.sub(
        r'(<w:(?:left|right) w:w=")108(" w:type="dxa")', rf"\g<1>{_CELL}\g<2>", defaults + end + rest
    )
    size = f'<w:rPr><w:sz w:val="{_TABLE_SIZE}"/><w:szCs w:val="{_TABLE_SIZE}"/></w:rPr>'
    return re.sub(r'(<w:style [^>]*w:styleId="Compact".*?)(</w:style>)', rf"\1{size}\2", xml, flags=re.DOTALL)


def _faces(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}"/>'


_CHANGES = {"word/document.xml": _document, "word/settings.xml": _settings, "word/styles.xml": _styles}
