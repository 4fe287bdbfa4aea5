"""A notice as PDF, made from its text whenever it is asked for: equal bytes from equal text.

Chinese is set in STSong-Light, one of the typefaces that PDF readers bring for it (Adobe-GB1), figures and Latin
letters in Times-Roman, which every reader has. Both are named and not embedded, so that no font file has to be shipped;
a reader that sets another Chinese typeface in place of the first does not run figures into each other.
"""

from __future__ import annotations

from functools import cache
from html import escape
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from service.notices.written.breaking import CHINESE, LATIN, broken, setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportlab.pdfgen.canvas import Canvas

ITEM = "· "
_MARGIN = 25 * mm
_WIDTH = A4[0] - 2 * _MARGIN - 12  # the frame of a page keeps 6 points free on each side
_FOOT = 7
_CODE = 26 * mm
_CLOSE = 0.1  # points: what rounding may add to the width of a line


@cache
def _styles() -> dict[str, ParagraphStyle]:
    plain = ParagraphStyle(
        "plain", fontName=CHINESE, bulletFontName=LATIN, fontSize=11, leading=18, allowWidows=0, allowOrphans=0
    )
    return {
        "plain": plain,
        "leads": ParagraphStyle("leads", plain, keepWithNext=1),
        "title": ParagraphStyle("title", plain, fontSize=17, leading=28, alignment=TA_CENTER),
        "item": ParagraphStyle("item", plain, leftIndent=16, bulletIndent=4),
    }


def printed(text: str, *, number: str, digest: str, link: str | None = None) -> bytes:
    """The PDF of a text; ``number``, ``digest`` (of the text) and which page of how many stand at each foot.

    ``link``: an address that stands as a code to be scanned in the corner of each page.
    """
    said = f"{number}   SHA-256 {digest}"
    pages, made = _made(text, number, said, of=1, link=link)
    return made if pages == 1 else _made(text, number, said, of=pages, link=link)[1]


def _made(text: str, number: str, said: str, *, of: int, link: str | None) -> tuple[int, bytes]:
    """How many pages it takes, and their bytes when the feet say that there are ``of``."""

    def foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(LATIN, _FOOT)
        canvas.drawString(_MARGIN, 14 * mm, said)
        canvas.drawRightString(A4[0] - _MARGIN, 14 * mm, f"{document.page} / {of}")
        canvas.restoreState()
        if link is not None:
            _scannable(link).drawOn(canvas, A4[0] - _CODE - 4 * mm, A4[1] - _CODE - 4 * mm)

    title, *lines = text.rstrip("\n").split("\n")
    file = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    document = SimpleDocTemplate(
        file, pagesize=A4, title=title, subject=number, invariant=1, pageCompression=0, **margins
    )
    document.build([_paragraph(title, "title"), *_story(lines)], onFirstPage=foot, onLaterPages=foot)
    return document.page, file.getvalue()


def _scannable(link: str) -> Drawing:
    """An address as a code of its own size."""
    code = Drawing(_CODE, _CODE)
    code.add(QrCodeWidget(link, barWidth=_CODE, barHeight=_CODE, barLevel="M"))
    return code


def _story(lines: Sequence[str]) -> Iterator[Paragraph | Spacer | KeepTogether]:
    """The lines below the title; what closes a notice does not stand alone on a page."""
    last = max((place for place, line in enumerate(lines) if not line), default=-1)
    start = max(last - 1, 0)
    body = [_set(line, following) for line, following in zip_longest(lines, lines[1:], fillvalue="")]
    yield from body[:start]
    yield KeepTogether(body[start:])


def _set(line: str, following: str) -> Paragraph | Spacer:
    if not line:
        return Spacer(1, 3 * mm)
    if line.startswith(ITEM):
        return _paragraph(line.removeprefix(ITEM), "item", bullet="·")
    return _paragraph(line, "leads" if following.startswith(ITEM) else "plain")


def _paragraph(text: str, style: str, *, bullet: str | None = None) -> Paragraph:
    """One line of the text as the lines of a page."""
    form = _styles()[style]
    look = setting(text, form.fontSize)
    lines = broken(text, _WIDTH - form.leftIndent - _CLOSE, look)
    marked = ("".join(map(_marked, look.runs(line))) for line in lines)
    return Paragraph("<br/>".join(marked), form, bulletText=bullet)


def _marked(run: tuple[str, str]) -> str:
    typeface, said = run
    return escape(said) if typeface == CHINESE else f'<font name="{typeface}">{escape(said)}</font>'
