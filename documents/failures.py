"""What could not be printed is not tried again at once: it would cost a whole render each time that
somebody asks, and end in the same way."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from typing import NamedTuple
from weakref import WeakKeyDictionary

from documents.press import Press, PressBusy, PressError, PressUnavailable

#: Who was told so long ago that it does not work may try once more.
REMEMBERED = dt.timedelta(seconds=60)
#: Of so many pages at once.
MOST = 200


class _Failure(NamedTuple):
    error: PressError
    at: dt.datetime


def refuse_again(press: Press, fingerprint: str, now: dt.datetime) -> None:
    """Raises what this press raised a moment ago for the page of a fingerprint, if it did.

    now: naive UTC.
    """
    with _lock:
        failure = _failures.get(press, _NONE).get(fingerprint)
    if failure is not None and failure.at <= now < failure.at + REMEMBERED:
        # A new one: the old one would grow with every stack through which it goes.
        raise type(failure.error)(*failure.error.args)


def remember(press: Press, fingerprint: str, error: PressError, now: dt.datetime) -> None:
    """The page of a fingerprint could not be printed, through no fault of the machine or the hour.

    The same text would fail again; whoever mends it has another fingerprint.
    """
    if isinstance(error, (PressUnavailable, PressBusy)):
        return
    with _lock:
        mine = _failures.setdefault(press, OrderedDict())
        mine[fingerprint] = _Failure(type(error)(*error.args), now)
        mine.move_to_end(fingerprint)
        if len(mine) > MOST:
            mine.popitem(last=False)


_NONE: OrderedDict[str, _Failure] = OrderedDict()
_lock = threading.Lock()
_failures: WeakKeyDictionary[Press, OrderedDict[str, _Failure]] = WeakKeyDictionary()
