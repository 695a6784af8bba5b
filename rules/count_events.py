"""What a phone sends when it counts: its JSON, judged value by value, without the database."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from models import AgeGroup, CountKind

MAX_EVENTS = 50
MAX_BYTES = 64 * 1024

#: A clock may be this far off before it is flagged, and a tap this far ahead before it is refused.
TOLERANCE = dt.timedelta(minutes=5)
#: A phone that lay in a drawer for the summer still delivers.
OLDEST = dt.timedelta(days=60)

#: What n may be, from and to.
_RANGE = {CountKind.visit: (1, 200), CountKind.sheet: (0, 500), CountKind.undo: (0, 0)}

_KINDS = {kind.value: kind for kind in _RANGE}
_GROUPS = {group.value: group for group in AgeGroup}
_TRUTHS = {None: "null", True: "true", False: "false"}
#: What n is for a phone that does not say it.
_UNSAID = {CountKind.visit: 1, CountKind.undo: 0}

# `UUID()` also reads braces, urn: and missing dashes; the id must have one way of being written.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class NotABatch(ValueError):
    """The body is no batch of events; nothing of it was looked at."""


class TooMuch(NotABatch):
    """The batch holds more than one request may carry."""


class Rejected(Exception):
    """One event cannot be stored; ``code`` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class Status(StrEnum):
    created = "created"
    duplicate = "duplicate"
    rejected = "rejected"


class Code(StrEnum):
    """Why an event was rejected."""

    not_yours = "not_yours"
    conflict = "conflict"
    unknown = "unknown"
    invalid = "invalid"
    future = "future"
    too_old = "too_old"


@dataclass(frozen=True, slots=True)
class Batch:
    """A request as it was read. Each event is an object with a string id, and not yet judged."""

    device: str | None
    sent_at: dt.datetime
    events: tuple[dict[str, Any], ...]
    #: Who tapped, when the phone says so: it never sends under another person's name.
    person: int | None = None


class Tap(NamedTuple):
    """An event whose values are in order by themselves. ``at`` is the phone's own clock, in UTC."""

    id: UUID
    house: str
    kind: CountKind
    n: int
    at: dt.datetime
    occurrence: int | None = None
    group: AgeGroup | None = None
    first_this_month: bool | None = None
    undoes: UUID | None = None
    sheet: int | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same content, however it was written and whenever it was sent."""
        # As json.dumps writes it, for a third of its time: a batch has fifty. None of these words
        # holds a sign that JSON would escape.
        content = (
            f'"{self.house}"',
            f'"{self.kind.value}"',
            str(self.n),
            "null" if self.occurrence is None else str(self.occurrence),
            "null" if self.group is None else f'"{self.group.value}"',
            _TRUTHS[self.first_this_month],
            f'"{self.at.isoformat()}"',
            "null" if self.undoes is None else f'"{self.undoes}"',
            "null" if self.sheet is None else str(self.sheet),
        )
        return sha256(f"[{', '.join(content)}]".encode()).hexdigest()


class Moment(NamedTuple):
    """When something happened, after the phone's clock was corrected. Naive UTC."""

    happened_at: dt.datetime
    skewed: bool


def read_batch(body: bytes) -> Batch:
    """Read the body of a request.

    :raises TooMuch: when it has more than 50 events or 64 KiB.
    :raises NotABatch: when it is not the JSON of a batch.
    """
    if len(body) > MAX_BYTES:
        raise TooMuch(f"more than {MAX_BYTES} bytes")
    try:
        # RecursionError: nested too deep. NaN is not JSON, though Python reads it by default.
        payload = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotABatch("not JSON") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("events"), list):
        raise NotABatch("not an object with a list of events")
    events = payload["events"]
    if len(events) > MAX_EVENTS:
        raise TooMuch(f"more than {MAX_EVENTS} events")
    for event in events:
        if not isinstance(event, dict) or not isinstance(event.get("id"), str):
            raise NotABatch("an event is an object with a string as its id")
    device = payload.get("device")
    if device is not None and not (
        isinstance(device, str) and len(device) <= 64 and device.isprintable()
    ):
        raise NotABatch("device is a short text")
    person = payload.get("person")
    if person is not None and (not isinstance(person, int) or isinstance(person, bool)):
        raise NotABatch("person is a number")
    sent_at = read_instant(payload.get("sent_at"))
    if sent_at is None:
        raise NotABatch("sent_at is no instant")
    return Batch(device=device, sent_at=sent_at, events=tuple(events), person=person)


def read_event(event: dict[str, Any]) -> Tap:
    """Judge the values of one event, apart from what the database knows. Null is as absent.

    :raises Rejected: ``invalid``.
    """
    kind_word = event.get("kind")
    # No phone sends a correction.
    kind = _KINDS.get(kind_word) if isinstance(kind_word, str) else None
    if kind is None:
        raise Rejected(Code.invalid)
    at = read_instant(event.get("at"))
    group = event.get("group")
    first = event.get("first_this_month")
    occurrence = _whole(event.get("occurrence"))
    sheet = _whole(event.get("sheet"))
    undoes = event.get("undoes")
    n = _whole(event.get("n"))
    if n is None:
        n = _UNSAID.get(kind)
    low, high = _RANGE[kind]
    if (
        at is None
        or n is None
        or not low <= n <= high
        or not (group is None or (isinstance(group, str) and group in _GROUPS))
        or not (first is None or isinstance(first, bool))
        or (sheet is None) == (kind == CountKind.sheet)
        or (undoes is None) == (kind == CountKind.undo)
        or (kind == CountKind.undo and (occurrence, group, first) != (None, None, None))
    ):
        raise Rejected(Code.invalid)
    tap = Tap(
        id=_uuid(event["id"]),
        house=event["house"],
        kind=kind,
        n=n,
        at=at,
        occurrence=occurrence,
        group=_GROUPS[group] if group is not None else None,
        first_this_month=first,
        undoes=_uuid(undoes) if undoes is not None else None,
        sheet=sheet,
    )
    if tap.undoes == tap.id:
        raise Rejected(Code.invalid)
    return tap


def moment_of(at: dt.datetime, sent_at: dt.datetime, received: dt.datetime) -> Moment:
    """When a tap happened, by the server's clock.

    The phone's clock need not be right, only steady: how long ago the tap was is the difference of
    two of its own readings. So a phone that lives in 1970 comes out right as well.

    :raises Rejected: ``future`` or ``too_old``.
    """
    ago = sent_at - at
    if ago < -TOLERANCE:
        raise Rejected(Code.future)
    if ago > OLDEST:
        raise Rejected(Code.too_old)
    return Moment(
        happened_at=received - max(ago, dt.timedelta(0)),
        skewed=abs(received - sent_at) > TOLERANCE,
    )


def read_instant(value: object) -> dt.datetime | None:
    """ISO 8601 with seconds and a zone, as naive UTC; None for anything else."""
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    seconds, fraction, zone = match.groups()
    try:
        aware = dt.datetime.fromisoformat(f"{seconds}.{(fraction or '0')[:6]:0<6}{zone}")
        return aware.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # 31 February, or the year 1 east of Greenwich
        return None


def _uuid(value: object) -> UUID:
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    raise Rejected(Code.invalid)


def _whole(value: object) -> int | None:
    if value is None:
        return None
    # True is an int to Python; 1.0 is a float that a phone has no reason to send.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Rejected(Code.invalid)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
