"""Booklets: the pages of a reading copy, laid out for a sheet that is folded in the middle.

A print copy is for the printer alone. Its pages stand in the order of the sheets, so it carries no
tags; who reads by ear takes the reading copy.
"""

from __future__ import annotations

from io import BytesIO

#: A sheet of A4 that lies on its side, in points.
SHEET_WIDTH, SHEET_HEIGHT = 297 * 72 / 25.4, 210 * 72 / 25.4
#: Part of the fingerprint of a booklet: another number makes all booklets anew.
VERSION = "booklet 1"


def sides(pages: int, *, right_to_left: bool = False) -> list[tuple[int | None, int | None]]:
    """Which pages lie on the left and on the right of each side of the sheets, front and back.

    Pages count from 0; None is a blank one. Blanks stand before the last page, which is the back
    of the booklet whatever their number. right_to_left: the booklet opens as an Arabic one does.
    """
    if pages < 1:
        return []
    blanks = -pages % 4
    if pages == 1:
        order: list[int | None] = [0, *[None] * blanks]
    else:
        order = [*range(pages - 1), *[None] * blanks, pages - 1]
    laid: list[tuple[int | None, int | None]] = []
    for n in range(len(order) // 2):
        outer, inner = order[-1 - n], order[n]
        # The front of a sheet has its last page on the left, the back has its first there.
        laid.append((outer, inner) if n % 2 == 0 else (inner, outer))
    return [pair[::-1] for pair in laid] if right_to_left else laid


def booklet(reading_copy: bytes) -> bytes:
    """The print copy of a tagged PDF of A5 pages: two of them on each side of an A4.

    To be printed on both sides, turned on the short edge, at actual size; then folded.
    """
    # Not at the start: few print a booklet.
    from pikepdf import Dictionary, Name, Pdf, Rectangle

    with Pdf.open(BytesIO(reading_copy)) as read, Pdf.new() as made:
        leftwards = read.Root.get(Name.ViewerPreferences, Dictionary()).get(Name.Direction)
        language = str(read.Root.get(Name.Lang, ""))
        right_to_left = leftwards == Name.R2L or language.startswith("ar")
        half = SHEET_WIDTH / 2
        for left, right in sides(len(read.pages), right_to_left=right_to_left):
            sheet = made.add_blank_page(page_size=(SHEET_WIDTH, SHEET_HEIGHT))
            for page, start in ((left, 0.0), (right, half)):
                if page is not None:
                    # Its own size, in the middle of the half: a margin stays as wide as it was.
                    left_edge, bottom, right_edge, top = map(float, read.pages[page].mediabox)
                    width, height = right_edge - left_edge, top - bottom
                    x, y = start + (half - width) / 2, (SHEET_HEIGHT - height) / 2
                    sheet.add_overlay(read.pages[page], Rectangle(x, y, x + width, y + height))
            # A page that was copied brings the numbers of its tags; there are no tags here.
            if Name.StructParents in sheet.obj:
                del sheet.obj.StructParents
        for form in made.objects:
            if isinstance(form, Dictionary) or hasattr(form, "stream_dict"):
                for key in (Name.StructParents, Name.StructParent):
                    if key in form:
                        del form[key]
        title = str(read.docinfo.get(Name.Title, ""))
        made.docinfo[Name.Title] = title
        made.docinfo[Name.Subject] = "print copy"
        if language:
            made.Root.Lang = language
        made.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None")
        )
        out = BytesIO()
        made.save(out)
        return out.getvalue()
