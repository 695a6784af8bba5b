"""What was made a moment ago and cannot be made again: the second of two taps gets the same.

In memory only, for a minute, as it may hold what nobody else should keep.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

#: In seconds.
KEPT = 60.0


class JustMade:
    """Files by what asked for them. Safe to share between threads."""

    def __init__(self, kept: float = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._made: dict[Hashable, Future[bytes]] = {}

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The file of a key, made now or a moment ago; who asks while it is made waits for it.

        What ``make`` raises is raised to all who wait, and the next ask makes it anew.
        """
        mine: Future[bytes] = Future()
        with self._lock:
            theirs = self._made.setdefault(key, mine)
        if theirs is not mine:
            return theirs.result()
        try:
            made = make()
        except BaseException as error:
            self._forget(key)
            mine.set_exception(error)
            raise
        mine.set_result(made)
        forget = threading.Timer(self._kept, self._forget, [key])
        forget.daemon = True
        forget.start()
        return made

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._made.pop(key, None)
