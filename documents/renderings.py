"""Finished documents, kept under the fingerprint of all that is on them.

The same page is never rendered twice, and many who ask at once for a new one wait for one render.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version

from peewee import IntegrityError

from documents.faces import FACES, FONTS
from documents.press import Press
from documents.press_worker import STYLESHEETS
from models import Rendering, db

#: Renderings older than this are made again when somebody asks for them.
KEPT = dt.timedelta(days=60)
#: No more than these are kept, whatever strange months or hosts somebody asks for.
MOST = 500


@dataclass(frozen=True)
class Page:
    """A document that is ready to print.

    candidates: whole HTML documents with the same text, from roomy to tight; the first that fits on
        one page is printed, else the last.
    """

    document: str
    candidates: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits that change when anything on the paper may change."""
        sum_ = hashlib.sha256(_press_fingerprint())
        for text in (self.document, *self.candidates):
            sum_.update(text.encode())
            sum_.update(b"\0")
        return sum_.hexdigest()


def printed(press: Press, page: Page, now: dt.datetime) -> Rendering:
    """The finished document: from the table, or rendered and stored now.

    now: naive UTC. Raises what ``Press.render_first`` raises. Must not be called inside a
    transaction: a render may take seconds.
    """
    found = Rendering.get_or_none(Rendering.fingerprint == page.fingerprint)
    if found is not None:
        return found
    mine: Future[Rendering] = Future()
    with _lock:
        theirs = _under_way.setdefault(page.fingerprint, mine)
    if theirs is not mine:
        return theirs.result()
    try:
        rendering = _render(press, page, now)
    except BaseException as error:
        mine.set_exception(error)
        raise
    else:
        mine.set_result(rendering)
        return rendering
    finally:
        with _lock:
            del _under_way[page.fingerprint]


_lock = threading.Lock()
_under_way: dict[str, Future[Rendering]] = {}


def _render(press: Press, page: Page, now: dt.datetime) -> Rendering:
    # Somebody may have finished it between the first look and now.
    found = Rendering.get_or_none(Rendering.fingerprint == page.fingerprint)
    if found is not None:
        return found
    result = press.render_first(page.candidates)
    rendering = Rendering(
        fingerprint=page.fingerprint,
        document=page.document,
        bytes=result.pdf,
        pages=result.pages,
        made_at=now,
        seconds=result.seconds,
    )
    try:
        with db.atomic():
            newest = Rendering.select(Rendering.id).order_by(Rendering.id.desc()).offset(MOST)
            Rendering.delete().where(
                (Rendering.made_at < now - KEPT) | Rendering.id.in_(list(newest.limit(100)))
            ).execute()
            rendering.save(force_insert=True)
    except IntegrityError:
        # Another process was first.
        return Rendering.get(Rendering.fingerprint == page.fingerprint)
    return rendering


@lru_cache(maxsize=1)
def _press_fingerprint() -> bytes:
    """What the press adds to every page: its style sheet, its fonts and WeasyPrint itself."""
    sum_ = hashlib.sha256(f"weasyprint {version('weasyprint')}".encode())
    for file in (*STYLESHEETS, *(FONTS / name for _family, _weight, name in FACES)):
        sum_.update(file.read_bytes())
    return sum_.digest()
