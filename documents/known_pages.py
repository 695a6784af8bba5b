"""Pages whose fingerprint is known without making them: nothing that was read has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from documents.renderings import KnownPage, Page
from models import db
from query_recording import Recording, recorded

#: A house has some ten documents in seven languages and three styles; few are asked for again.
MOST = 256


def page_of(make: Callable[[], Page], *facts: Hashable) -> Page | KnownPage:
    """The page that ``make`` makes, or only what is known of it.

    facts: all that the page depends on beside what ``make`` reads from the database, and which
        document it is. It must know no clock.
    Raises what ``make`` raises.
    """
    with _lock:
        found = _known.get(facts)
        if found is not None:
            _known.move_to_end(facts)
    if found is not None:
        recording, document, fingerprint = found
        if recording.holds(db):
            return KnownPage(document, fingerprint, make)
    with recorded() as recording:
        page = make()
    if recording.complete:
        with _lock:
            _known[facts] = recording, page.document, page.fingerprint
            _known.move_to_end(facts)
            if len(_known) > MOST:
                _known.popitem(last=False)
    return page


_lock = threading.Lock()
_known: OrderedDict[tuple[Hashable, ...], tuple[Recording, str, str]] = OrderedDict()
