"""A notice as PDF, made from its text whenever it is asked for: equal bytes from equal text.

The typeface is STSong-Light, one of those that PDF readers bring for Chinese (Adobe-GB1): it is named and not embedded,
so that no font file has to be shipped.
"""

from __future__ import annotations

from functools import cache, partial
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

TYPEFACE = "STSong-Light"
ITEM = "· "


@cache
def _styles() -> dict[str, ParagraphStyle]:
    registerFont(UnicodeCIDFont(TYPEFACE))
    plain = ParagraphStyle("plain", fontName=TYPEFACE, bulletFontName=TYPEFACE, fontSize=11, leading=18, wordWrap="CJK")
    return {
        "plain": plain,
        "title": ParagraphStyle("title", plain, fontSize=17, leading=28, alignment=TA_CENTER),
        "item": ParagraphStyle("item", plain, leftIndent=14, bulletIndent=2),
    }


def printed(text: str, *, number: str, digest: str) -> bytes:
    """The PDF of a text; ``number`` and ``digest`` (of the text) stand at the foot of every page."""
    styles = _styles()
    title, *lines = text.rstrip("\n").split("\n")
    story: list[Paragraph | Spacer] = [Paragraph(escape(title), styles["title"])]
    for line in lines:
        if not line:
            story.append(Spacer(1, 3 * mm))
        elif line.startswith(ITEM):
            story.append(Paragraph(escape(line.removeprefix(ITEM)), styles["item"], bulletText="·"))
        else:
            story.append(Paragraph(escape(line), styles["plain"]))
    file = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 25 * mm)
    document = SimpleDocTemplate(
        file, pagesize=A4, title=title, subject=number, invariant=1, pageCompression=0, **margins
    )
    foot = partial(_foot, f"{number}   SHA-256 {digest}")
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _foot(said: str, canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont(TYPEFACE, 7)
    canvas.drawString(25 * mm, 14 * mm, said)
    canvas.drawRightString(A4[0] - 25 * mm, 14 * mm, str(document.page))
    canvas.restoreState()
