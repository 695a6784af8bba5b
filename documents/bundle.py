"""Several documents in one file, with the tags that let a screen reader go through it.

Every part keeps its own tags, as a part of one document, and has its bookmark.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from documents.press import PressError
from rules import Refused

if TYPE_CHECKING:
    import pikepdf

    from documents.renderings import Page

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}title"


class Wanted(NamedTuple):
    """A document that belongs in a bundle and may have to be made yet.

    document: its name in an address. day: the day that it is about; None for a week or a month.
    make: makes its page; None for a tally sheet that has no number yet.
    """

    document: str
    title: str
    day: dt.date | None
    make: Callable[[], Page | None]


def pages_of(parts: Iterable[Wanted]) -> tuple[tuple[str, Page], ...]:
    """The titles and pages of a bundle, as far as they can be made.

    Raises the PressError or Refused of the first that cannot, when none can.
    """
    made: list[tuple[str, Page]] = []
    failed: list[Exception] = []
    for part in parts:
        try:
            page = part.make()
        except (PressError, Refused) as error:
            # The rest is still of use; the page of the bundle says what is wrong with this one.
            failed.append(error)
        else:
            if page is not None:
                made.append((part.title, page))
    if failed and not made:
        raise failed[0]
    return tuple(made)


class Part(NamedTuple):
    """A finished document of a bundle: a PDF/UA-1, and what its bookmark says."""

    title: str
    pdf: bytes


class Joined(NamedTuple):
    """The bundle as one PDF/UA-1, and how many pages it has."""

    pdf: bytes
    pages: int


def join(title: str, language: str, parts: Sequence[Part]) -> Joined:
    """One PDF/UA-1 of several, in their order.

    title: what the window of a reader says. language: that of all parts, as in an address.
    Raises ValueError when there is no part.
    """
    if not parts:
        raise ValueError("a bundle of nothing")
    # Only who makes a bundle needs it.
    import pikepdf

    whole = pikepdf.Pdf.new()
    sources = [pikepdf.open(io.BytesIO(part.pdf)) for part in parts]
    try:
        root = whole.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        document = whole.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructElem,
                S=pikepdf.Name.Document,
                P=root,
                K=pikepdf.Array(),
            )
        )
        marks = pikepdf.Array()
        with whole.open_outline() as outline:
            for part, source in zip(parts, sources, strict=True):
                first = len(whole.pages)
                # The pages first: the tags point at them, and would bring copies of their own.
                whole.pages.extend(source.pages)
                _take_tags(whole, source, part.title, first, document, marks)
                outline.root.append(pikepdf.OutlineItem(part.title, first))
        root.K = pikepdf.Array([document])
        root.ParentTree = whole.make_indirect(pikepdf.Dictionary(Nums=marks))
        root.ParentTreeNextKey = len(marks) // 2
        whole.Root.StructTreeRoot = root
        whole.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        whole.Root.Lang = pikepdf.String(language)
        whole.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        _say_what_it_is(whole, sources[0], title)
        out = io.BytesIO()
        whole.save(
            out,
            # The same parts are the same file again.
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return Joined(out.getvalue(), len(whole.pages))
    finally:
        for source in sources:
            source.close()
        whole.close()


def _take_tags(
    whole: pikepdf.Pdf,
    source: pikepdf.Pdf,
    title: str,
    first: int,
    document: Any,
    marks: Any,
) -> None:
    """Hangs the tags of a part under the document, and numbers its pages behind those before.

    first: the number of its first page in the whole. marks: pairs of a number and the tags that
    stand for it, of all parts before; those of this part come behind them.
    """
    import pikepdf

    tags = whole.copy_foreign(source.Root.StructTreeRoot)
    earlier = len(marks) // 2
    numbered: dict[int, Any] = dict(_numbers(tags.ParentTree))
    numbers = {old: earlier + place for place, old in enumerate(sorted(numbered))}
    for old, number in numbers.items():
        marks.append(number)
        marks.append(numbered[old])
    for page in list(whole.pages)[first:]:
        if "/StructParents" in page.obj:
            page.obj.StructParents = numbers[int(page.obj.StructParents)]
        for note in page.obj.get("/Annots", ()):
            if "/StructParent" in note:
                note.StructParent = numbers[int(note.StructParent)]
    tops = tags.K if isinstance(tags.K, pikepdf.Array) else pikepdf.Array([tags.K])
    for top in tops:
        if top.S == "/Document":
            # A document has one root; what was one alone is a part here.
            top.S = pikepdf.Name.Part
        top.P = document
        top.T = pikepdf.String(title)
        top.Lang = source.Root.get("/Lang", pikepdf.String(""))
        document.K.append(top)


def _numbers(tree: Any) -> list[tuple[int, Any]]:
    """The pairs of a number tree, of all its branches."""
    nums = tree.get("/Nums", ())
    pairs = [(int(nums[n]), nums[n + 1]) for n in range(0, len(nums), 2)]
    return pairs + [pair for kid in tree.get("/Kids", ()) for pair in _numbers(kid)]


def _say_what_it_is(whole: pikepdf.Pdf, source: pikepdf.Pdf, title: str) -> None:
    """The same claim to be PDF/UA-1 as the parts make, with a title of its own."""
    whole.Root.Metadata = whole.copy_foreign(source.Root.Metadata)
    with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata[_DUBLIN_CORE] = title
