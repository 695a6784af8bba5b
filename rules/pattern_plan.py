"""What a change of a pattern would do to its coming shifts: what is looked at before it is done.

rules/pattern_planning.py works it out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from models import PatternSeat, Place, Shift
from rules.patterns import SeatWish


class Why(StrEnum):
    """Why somebody stays where the pattern no longer wants them, or a shift does not follow."""

    day = "day"
    seat = "seat"
    unskilled = "unskilled"
    no_longer_fixed = "no_longer_fixed"
    #: The shift was changed by hand.
    by_hand = "by_hand"
    #: Somebody on it would be in two places at once.
    clash = "clash"


@dataclass(frozen=True)
class Stays:
    """Somebody on a seat; with ``place.shift`` and ``place.seat``."""

    place: Place
    name: str
    why: Why


@dataclass(frozen=True)
class Becomes:
    """One coming shift and when it would be. names: who is on it. clashing: who is elsewhere.

    lacking: of a shift that follows only when asked, those whose seat would ask what they lack.
    """

    shift: Shift
    goes: bool
    date: dt.date
    start: dt.time
    end: dt.time
    names: tuple[str, ...] = ()
    clashing: tuple[str, ...] = ()
    why: Why | None = None
    lacking: tuple[Stays, ...] = ()


@dataclass(frozen=True)
class PutOn:
    """A fixed person who would get a seat on a shift that is there already."""

    date: dt.date
    role: str
    person: int
    name: str


@dataclass(frozen=True)
class Unable:
    """A fixed person who would not be put on new shifts: they lack what the seat would ask."""

    role: str
    qualification: str
    person: int
    name: str


@dataclass
class SeatChanges:
    """What happens to the seats of a pattern; a wish stands beside the seat that it changes."""

    new: list[SeatWish] = field(default_factory=list)
    gone: list[PatternSeat] = field(default_factory=list)
    changed: list[tuple[PatternSeat, SeatWish]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.new, self.gone, self.changed))


@dataclass
class PatternPlan:
    """What a change does to the coming shifts of a pattern, in order of time.

    new, gone, back, changed, put_on: without asking. held: shifts that follow only when asked.
    stays: people who go only when asked. unable: fixed people who come no more, or never will.
    until: how far shifts are made.
    """

    until: dt.date
    seats: SeatChanges
    new: list[dt.date] = field(default_factory=list)
    gone: list[Becomes] = field(default_factory=list)
    back: list[Becomes] = field(default_factory=list)
    changed: list[Becomes] = field(default_factory=list)
    held: list[Becomes] = field(default_factory=list)
    stays: list[Stays] = field(default_factory=list)
    put_on: list[PutOn] = field(default_factory=list)
    unable: list[Unable] = field(default_factory=list)
    #: Every coming shift that stays and follows by itself, whether or not it changes.
    following: list[Shift] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether somebody should look before it is done."""
        shifts = (self.new, self.gone, self.back, self.changed, self.held)
        return any((*shifts, self.stays, self.put_on, self.unable, self.seats))

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: who has seen one has not agreed to another."""
        said = [
            [day.isoformat() for day in self.new],
            *(
                [(b.shift.id, b.goes, str(b.date), str(b.start), str(b.end), b.names) for b in some]
                for some in (self.gone, self.back, self.changed, self.held)
            ),
            [(each.place.id, each.why) for each in self.stays],
            [one.place.id for each in self.held for one in each.lacking],
            [(each.role, each.qualification, each.person) for each in self.unable],
            [(str(each.date), each.role, each.person) for each in self.put_on],
            [seat.id for seat in self.seats.gone],
            [wish.columns() for wish in self.seats.new],
            [(seat.id, wish.columns()) for seat, wish in self.seats.changed],
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
