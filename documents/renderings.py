"""Finished documents, kept under the fingerprint of all that is on them.

The same page is never rendered twice, and many who ask at once for a new one wait for one render.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

from peewee import IntegrityError

from documents.bundle import Part, join
from documents.faces import FACES, FONTS
from documents.failures import refuse_again, remember
from documents.press import Press, PressError, PressUnavailable, Print
from documents.press_worker import COLOURS, STYLESHEETS
from models import Rendering, db
from rules.kept_papers import make_room
from rules.written_sql import columns, row_of, run

#: How wide the picture of a first page is, in pixels: sharp on a phone, and at most 40 KB.
WIDTH = 640


@dataclass(frozen=True)
class Page:
    """A document that is ready to print.

    candidates: whole HTML documents with the same text, from roomy to tight; the first that fits on
        ``most_pages`` is printed, else the last.
    spread: what is tried on two pages when no candidate fits, from roomy to tight too.
    pictures: what the candidates name as 'picture:<name>', each with its data: address.
    booklet: whether it is the print copy, laid out for sheets that are folded; without tags.
    """

    document: str
    candidates: tuple[str, ...]
    most_pages: int = 1
    spread: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    booklet: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that change when anything on the paper may change."""
        how = [str(self.most_pages), _booklets().VERSION if self.booklet else ""]
        shown = [each for pair in self.pictures for each in pair]
        return _sum(
            _press_fingerprint(), self.document, *how, *self.candidates, "", *self.spread, *shown
        )

    def made(self, press: Press) -> Print:
        """Renders it now. Raises what ``Press.render_first`` raises."""
        result = press.render_first(
            self.candidates, self.most_pages, spread=self.spread, pictures=dict(self.pictures)
        )
        if not self.booklet:
            return result
        folded = _booklets().booklet(result.pdf)
        return replace(result, pdf=folded, pages=len(_booklets().sides(result.pages)))


@dataclass(frozen=True)
class KnownPage:
    """A page that was made before of the same facts: see :func:`documents.known_pages.page_of`.

    make: makes it now, for when its rendering is not kept any more.
    """

    document: str
    fingerprint: str
    make: Callable[[], Page]


@dataclass(frozen=True)
class Bundle:
    """Documents that are printed as one file.

    title: what the window of a reader says. parts: each with what its bookmark says.
    """

    document: str
    title: str
    language: str
    parts: tuple[tuple[str, Page], ...]

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that change when anything on the paper may change."""
        said = [each for title, page in self.parts for each in (title, page.fingerprint)]
        return _sum(b"pikepdf " + version("pikepdf").encode(), self.title, self.language, *said)


#: What can be asked for in print.
Printable = Page | KnownPage | Bundle


def printed(press: Press, page: Printable, now: dt.datetime) -> Rendering:
    """The finished document: from the table, or rendered and stored now.

    Of a bundle the parts that can be made; its fingerprint is then that of those.

    now: naive UTC. Raises what ``Press.render_first`` raises; of a bundle only when no part can be
    made. Must not be called inside a transaction: a render may take seconds.
    """
    if isinstance(page, Bundle):
        return _bundled(press, page, now)
    if isinstance(page, KnownPage):
        found = known(page.fingerprint)
        if found is not None:
            return found
        refuse_again(press, page.fingerprint, now)
        return printed(press, page.make(), now)
    return _kept(press, page.fingerprint, page.document, lambda: page.made(press), now)


def picture(press: Press, page: Printable, now: dt.datetime) -> Rendering:
    """A PNG of the first page of the finished document, :data:`WIDTH` pixels wide.

    Raises what :func:`printed` raises, and must not be called inside a transaction either.
    """
    found = known(picture_fingerprint(page))
    if found is not None:
        return found
    document = printed(press, page, now)
    return _kept(
        press,
        _picture_of(document.fingerprint),
        f"{page.document}.png",
        lambda: press.picture(document.bytes, WIDTH),
        now,
    )


def picture_fingerprint(page: Printable) -> str:
    """Changes when the picture of a document may change."""
    return _picture_of(page.fingerprint)


def known(fingerprint: str) -> Rendering | None:
    """What was made before under a fingerprint, and is still kept."""
    found = run(_KNOWN, (fingerprint,)).fetchone()
    return row_of(Rendering, iter(found)) if found else None


_KNOWN = "SELECT {} FROM rendering r WHERE r.fingerprint = ?".format(columns(Rendering, "r"))  # noqa: S608


def known_pages(fingerprints: list[str]) -> dict[str, int]:
    """Of those that are kept, how many pages they have; one query, and no bytes of theirs."""
    rows = Rendering.select(Rendering.fingerprint, Rendering.pages)
    rows = rows.where(Rendering.fingerprint.in_(fingerprints)).tuples()
    return dict(rows)


def _bundled(press: Press, bundle: Bundle, now: dt.datetime) -> Rendering:
    found = known(bundle.fingerprint)
    if found is not None:
        return found
    made: list[tuple[str, Page, Rendering]] = []
    failed: list[PressError] = []
    for title, page in bundle.parts:
        try:
            made.append((title, page, printed(press, page, now)))
        except PressUnavailable:
            raise
        except PressError as error:
            # The rest is still of use; whoever asks learns elsewhere what is wrong with this one.
            failed.append(error)
    if not made:
        raise failed[0] if failed else ValueError("a bundle of nothing")
    rest = replace(bundle, parts=tuple((title, page) for title, page, _made in made))

    def joined() -> Print:
        started = time.perf_counter()
        parts = [Part(title, rendering.bytes) for title, _page, rendering in made]
        pdf, pages = join(bundle.title, bundle.language, parts)
        return Print(pdf, pages, time.perf_counter() - started)

    return _kept(press, rest.fingerprint, bundle.document, joined, now)


def _kept(
    press: Press, fingerprint: str, document: str, make: Callable[[], Print], now: dt.datetime
) -> Rendering:
    """What has a fingerprint: from the table, from who is at it, or made and stored now.

    Raises at once what it raised a moment ago.
    """
    found = known(fingerprint)
    if found is not None:
        return found
    refuse_again(press, fingerprint, now)
    mine: Future[Rendering] = Future()
    with _lock:
        theirs = _under_way.setdefault(fingerprint, mine)
    if theirs is not mine:
        return theirs.result()
    try:
        with press.alone(fingerprint):
            rendering = _made(fingerprint, document, make, now)
    except BaseException as error:
        if isinstance(error, PressError):
            remember(press, fingerprint, error, now)
        mine.set_exception(error)
        raise
    else:
        mine.set_result(rendering)
        return rendering
    finally:
        with _lock:
            del _under_way[fingerprint]


_lock = threading.Lock()
_under_way: dict[str, Future[Rendering]] = {}


def _made(
    fingerprint: str, document: str, make: Callable[[], Print], now: dt.datetime
) -> Rendering:
    # Somebody may have finished it between the first look and now.
    found = known(fingerprint)
    if found is not None:
        return found
    result = make()
    rendering = Rendering(
        fingerprint=fingerprint,
        document=document,
        bytes=result.pdf,
        pages=result.pages,
        made_at=now,
        seconds=result.seconds,
    )
    try:
        with db.atomic():
            make_room(now, also=len(result.pdf))
            rendering.save(force_insert=True)
    except IntegrityError:
        # Another machine was first.
        return Rendering.get(Rendering.fingerprint == fingerprint)
    return rendering


def _booklets() -> Any:
    # Only who folds needs it: it brings a library that would slow down the start of the app.
    return import_module("documents.imposition")


def _picture_of(fingerprint: str) -> str:
    how = f"{version('pypdfium2')} {version('pillow')} {COLOURS}"
    return _sum(how.encode(), fingerprint, f"png {WIDTH}")


def _sum(first: bytes, *texts: str) -> str:
    sum_ = hashlib.sha256(first)
    for text in texts:
        sum_.update(text.encode())
        sum_.update(b"\0")
    return sum_.hexdigest()


@lru_cache(maxsize=1)
def _press_fingerprint() -> bytes:
    """What the press adds to every page: its style sheet, its fonts and WeasyPrint itself."""
    sum_ = hashlib.sha256(f"weasyprint {version('weasyprint')}".encode())
    for file in (*STYLESHEETS, *(FONTS / name for _family, _weight, name in FACES)):
        sum_.update(file.read_bytes())
    return sum_.digest()
