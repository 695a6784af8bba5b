"""The roster as one reader sees it: shifts with their seats, who is on by first name, what is free.

Each list takes four queries, however many seats it has. They are written as SQL: this is the page
that people look at most, and peewee needs longer to write these queries than SQLite to answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from models import HOLDING, House, Person, PlaceHow, PlaceState, Role, Shift, ShiftState
from rules.short_names import names_in
from rules.wall_time import to_local, to_utc
from rules.written_sql import read_date, read_time, run

#: How many shifts, each as somebody sees it, are kept as they were made.
KEPT = 4000


class Offer(StrEnum):
    """What a reader can do with a seat now."""

    nothing = "nothing"
    take = "take"
    take_over = "take_over"
    #: Say 'ik kan niet': ask for cover, swap, or leave.
    leave = "leave"
    #: So near to the shift only ask for cover.
    cover = "cover"


@dataclass(slots=True)
class RosterSeat:
    """A seat as it is now, for one reader."""

    id: int
    role: str
    qualification: str
    required: bool
    #: The place that holds it, and whose; None for a name without an account.
    place_id: int | None
    holder_id: int | None
    #: The first name of who holds it; empty when the seat is open.
    holder: str
    mine: bool
    seeks_cover: bool
    #: How it was agreed; empty when the seat is open.
    how: str = ""
    #: Somebody noted that the holder is there.
    present: bool = False
    offer: Offer = Offer.nothing
    #: The seat asks for a qualification that the reader does not have.
    lacking: bool = False

    @property
    def open(self) -> bool:
        return not self.holder and not self.mine


@dataclass(slots=True)
class Gap:
    """Open seats of one kind on a shift; ``seat`` is the first of ``count``."""

    seat: RosterSeat
    count: int = 1


@dataclass(slots=True)
class Crew:
    """Who comes with one role: the reader or not, and the others by first name. The role is empty
    where a shift has no other."""

    role: str
    mine: bool = False
    others: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class RosterShift:
    """A shift with its seats in order. It is shared by all who see the same: it never changes."""

    id: int
    house_id: int
    title: str
    date: dt.date
    start_time: dt.time
    end_time: dt.time
    cancelled: bool
    started: bool
    over: bool
    seats: list[RosterSeat] = field(default_factory=list)
    #: The reader's own seat.
    mine: RosterSeat | None = None
    #: The different roles of the seats, in order.
    roles: list[str] = field(default_factory=list)
    #: Who comes, by role where there are several; roles without anybody are left out.
    crew: list[Crew] = field(default_factory=list)
    #: The open seats, those of one kind taken together; extra ones last.
    gaps: list[Gap] = field(default_factory=list)
    #: The seats of others who seek cover.
    seeking: list[RosterSeat] = field(default_factory=list)
    #: Who agreed to come by phone, by first name.
    by_phone: list[str] = field(default_factory=list)
    #: The reader's own shift elsewhere at the same time, by title.
    elsewhere: str = ""

    @property
    def open_seats(self) -> list[RosterSeat]:
        return [seat for seat in self.seats if seat.open]

    def others(self, role: str | None = None) -> list[str]:
        """The first names of the others who come, with one role or with any."""
        return [
            seat.holder
            for seat in self.seats
            if seat.holder and not seat.mine and not seat.seeks_cover and role in (None, seat.role)
        ]

    @property
    def offered(self) -> bool:
        """Whether the reader can take or take over a seat."""
        return any(seat.offer in (Offer.take, Offer.take_over) for seat in self.seats)

    @property
    def wanted(self) -> bool:
        """Whether somebody is looked for: a seat is open or its holder seeks cover."""
        return not (self.cancelled or self.over) and any(
            seat.open or seat.seeks_cover for seat in self.seats
        )


# -- lists with names -----------------------------------------------------------------------------


def shifts_between(
    house: House, reader: Person | None, first: dt.date, last: dt.date, now: dt.datetime
) -> list[RosterShift]:
    """The shifts of a house from first to last (included), in order of time.

    :param reader: None on the desk tablet, where visitors look on: nothing is offered there, and
        no last name is told.
    """
    return _read("s.house_id = ? AND s.date BETWEEN ? AND ?", (house.id, first, last), reader, now)


def one_shift(shift: Shift, reader: Person, now: dt.datetime) -> RosterShift:
    """One shift, as :func:`shifts_between` gives it."""
    return _read("s.id = ?", (shift.id,), reader, now)[0]


def open_seats(
    house: House, reader: Person, first: dt.date, last: dt.date, now: dt.datetime
) -> list[RosterShift]:
    """The shifts that still look for somebody: not over, not cancelled, in order of time."""
    first = max(first, to_local(now).date())
    shifts = _read(_WANTING, (house.id, first, last, ShiftState.planned), reader, now)
    return [shift for shift in shifts if shift.wanted]


def my_shifts(person: Person, now: dt.datetime) -> list[RosterShift]:
    """The coming shifts of a person in every house, also the cancelled ones: they should know."""
    which, values = _held_by(person)
    today = to_local(now).date()
    shifts = _read(f"{which} AND s.date >= ?", (*values, today), person, now)
    return [shift for shift in shifts if not shift.over]


def next_day(house: House, now: dt.datetime) -> dt.date:
    """The first day with a shift that is still to come or going on; today when there is none."""
    here = to_local(now)
    today, time = here.date(), here.time().replace(tzinfo=None)
    row = run(_NEXT_DAY, (house.id, today, today, time, ShiftState.planned)).fetchone()
    return read_date(row[0]) if row and row[0] else today


def next_shift(person: Person, now: dt.datetime) -> RosterShift | None:
    """The first shift of a person that is not over and not cancelled."""
    which, values = _held_by(person)
    here = to_local(now)
    first = (
        f"s.id = (SELECT s.id FROM shift s WHERE {which} AND s.state = ?"  # noqa: S608
        " AND (s.date > ? OR (s.date = ? AND s.end_time > ?))"
        " ORDER BY s.date, s.start_time LIMIT 1)"
    )
    today, time = here.date(), here.time().replace(tzinfo=None)
    shifts = _read(first, (*values, ShiftState.planned, today, today, time), person, now)
    return next(iter(shifts), None)


# -- reading --------------------------------------------------------------------------------------

_HOLDS = ", ".join(f"'{state}'" for state in HOLDING)
_STAYS = ", ".join(f"'{state}'" for state in HOLDING if state != PlaceState.seeking_cover)

_SHIFTS = f"""
SELECT s.id, s.house_id, s.title, s.date, s.start_time, s.end_time, s.state, h.cover_hours,
  e.id, e.role, e.qualification, e.required,
  p.id, p.state, p.how, p.name, r.id, r.first_name, r.last_name
FROM shift s JOIN house h ON h.id = s.house_id
LEFT JOIN seat e ON e.shift_id = s.id
LEFT JOIN place p ON p.seat_id = e.id AND p.state IN ({_HOLDS})
LEFT JOIN person r ON r.id = p.person_id
WHERE %s
ORDER BY s.date, s.start_time, s.title, s.id, e.position, e.id
"""  # noqa: S608
_WANTING = f"""
s.house_id = ? AND s.date BETWEEN ? AND ? AND s.state = ? AND EXISTS (
  SELECT 1 FROM seat x WHERE x.shift_id = s.id AND NOT EXISTS (
    SELECT 1 FROM place y WHERE y.seat_id = x.id AND y.state IN ({_STAYS})))
"""  # noqa: S608
_NEXT_DAY = """
SELECT MIN(date) FROM shift
WHERE house_id = ? AND date >= ? AND (date > ? OR end_time > ?) AND state = ?
"""
_SKILLS = "SELECT kind, expires FROM qualification WHERE person_id = ?"
_OWN_TIMES = f"""
SELECT s.date, s.start_time, s.end_time, s.id, s.title
FROM place p JOIN shift s ON s.id = p.shift_id
WHERE p.person_id = ? AND p.state IN ({_HOLDS}) AND s.state = ? AND s.date BETWEEN ? AND ?
"""  # noqa: S608


# An attribute of an enumeration takes longer to find than a list has time for.
_SEEKS, _PRESENT, _BY_PHONE = PlaceState.seeking_cover, PlaceState.present, PlaceHow.by_phone


def _held_by(person: Person) -> tuple[str, tuple[Any, ...]]:
    """The condition on shifts that a person is on, in the houses where they help.

    Who left a house stays on its seats until somebody frees them, but sees no names there.
    """
    held = f"s.id IN (SELECT shift_id FROM place WHERE person_id = ? AND state IN ({_HOLDS}))"  # noqa: S608
    if person.is_admin:
        return held, (person.id,)
    helps = " AND s.house_id IN (SELECT house_id FROM membership WHERE person_id = ? AND role <> ?)"
    return held + helps, (person.id, person.id, Role.viewer)


class _Seen(NamedTuple):
    """What a reader sees of a shift beside its rows: with these it is made, and made once.

    reader: their id when they are on it, else 0. holders: what the holder of each seat is called.
    busy: they are on somewhere at that time. elsewhere: on which other shift. lacking: of the
    qualifications that are asked, those that they do not have. near: too near to leave.
    """

    reader: int
    holders: tuple[str, ...]
    started: bool
    over: bool
    busy: bool = True
    elsewhere: str = ""
    lacking: frozenset[str] = frozenset()
    near: bool = False


def _read(
    which: str, values: Sequence[Any], reader: Person | None, now: dt.datetime
) -> list[RosterShift]:
    rows = run(_SHIFTS % which, values).fetchall()
    names = names_in(
        {row[1] for row in rows},
        [(row[16], row[17] or "", row[18] or "") for row in rows if row[16] is not None],
        at_the_door=reader is None,
    )
    here = to_local(now).replace(tzinfo=None)
    skills: dict[str, dt.date] = {}
    busy: dict[dt.date, list[_OwnTime]] = {}
    if rows and reader is not None:
        skills = _skills(reader)
        busy = _own_times(reader, read_date(rows[0][3]), read_date(rows[-1][3]))
    shifts = []
    for _shift_id, group in groupby(rows, itemgetter(0)):
        of_shift = tuple(group)
        date, start, end, hours = of_shift[0][3:6] + of_shift[0][7:8]
        day, begins, ends = read_date(date), read_time(start), read_time(end)
        holders = tuple(
            names[row[16]] if row[16] else _written(row[15], reader) for row in of_shift
        )
        started = dt.datetime.combine(day, begins) <= here
        over = dt.datetime.combine(day, ends) <= here
        if reader is None:
            seen = _Seen(0, holders, started, over)
        else:
            at_once = [own for own in busy.get(day, ()) if own.start < ends and own.end > begins]
            on_it = any(row[16] == reader.id for row in of_shift)
            seen = _Seen(
                reader.id if on_it else 0,
                holders,
                started,
                over,
                bool(at_once),
                next((own.title for own in at_once if own.shift != of_shift[0][0]), ""),
                frozenset(
                    row[10]
                    for row in of_shift
                    if row[10] and skills.get(row[10], dt.date.min) < day
                ),
                on_it and to_utc(day, begins) - now < dt.timedelta(hours=hours),
            )
        shifts.append(_made(of_shift, seen, reader is not None))
    return shifts


@lru_cache(maxsize=KEPT)
def _made(rows: tuple[Any, ...], seen: _Seen, offers: bool) -> RosterShift:
    """The shift of these rows. Nobody may change it: whoever sees the same gets this very one.

    offers: whether something is offered there at all.
    """
    shift_id, house, title, date, start_time, end_time, state = rows[0][:7]
    shift = RosterShift(
        id=shift_id,
        house_id=house,
        title=title,
        date=read_date(date),
        start_time=read_time(start_time),
        end_time=read_time(end_time),
        cancelled=state == ShiftState.cancelled,
        started=seen.started,
        over=seen.over,
    )
    for row, holder in zip(rows, seen.holders, strict=True):
        seat_id, role, kind, required, place, placed, how, _name, person = row[8:17]
        if seat_id is None:
            continue
        seat = RosterSeat(
            seat_id,
            role,
            kind,
            bool(required),
            place,
            person,
            holder,
            mine=bool(person) and person == seen.reader,
            seeks_cover=placed == _SEEKS,
            how=how or "",
            present=placed == _PRESENT,
        )
        shift.seats.append(seat)
        if seat.mine:
            shift.mine = seat
        elif seat.seeks_cover:
            shift.seeking.append(seat)
    if offers and not (shift.cancelled or shift.over):
        _offer(shift, seen)
    _gather(shift)
    return shift


def _written(name: str | None, reader: Person | None) -> str:
    """A name that somebody wrote on the roster; at the door its first word."""
    return name or "" if reader else (name or "").partition(" ")[0]


def _skills(person: Person) -> dict[str, dt.date]:
    """The qualifications of a person, each with the last day on which it counts."""
    rows = run(_SKILLS, (person.id,)).fetchall()
    return {kind: read_date(expires) if expires else dt.date.max for kind, expires in rows}


class _OwnTime(NamedTuple):
    """When the reader is on, and where."""

    start: dt.time
    end: dt.time
    shift: int
    title: str


def _own_times(person: Person, first: dt.date, last: dt.date) -> dict[dt.date, list[_OwnTime]]:
    """When a person is on anywhere, by day, from the first to the last (included)."""
    found: dict[dt.date, list[_OwnTime]] = {}
    rows = run(_OWN_TIMES, (person.id, ShiftState.planned, first, last)).fetchall()
    for day, start, end, shift, title in rows:
        own = _OwnTime(read_time(start), read_time(end), shift, title)
        found.setdefault(read_date(day), []).append(own)
    return found


def _offer(shift: RosterShift, seen: _Seen) -> None:
    """Set what the reader can do with each seat. The verbs of rostering decide in the end."""
    shift.elsewhere = seen.elsewhere
    for seat in shift.seats:
        if seat.mine:
            if not shift.started and not seat.present:
                seat.offer = Offer.cover if seen.near else Offer.leave
        elif seat.seeks_cover or not seat.holder:
            seat.lacking = seat.qualification in seen.lacking
            if not seen.busy and not seat.lacking:
                seat.offer = Offer.take_over if seat.holder else Offer.take


def _gather(shift: RosterShift) -> None:
    """Take together the open seats of one kind, and the people of one role."""
    gaps: dict[tuple[str, str, bool], Gap] = {}
    crews: dict[str, Crew] = {}
    for seat in shift.seats:
        if seat.how == _BY_PHONE and not seat.mine:
            shift.by_phone.append(seat.holder)
        crew = crews.get(seat.role)
        if crew is None:
            crew = crews[seat.role] = Crew(seat.role)
        if not seat.holder:
            kind = (seat.role, seat.qualification, seat.required)
            if kind in gaps:
                gaps[kind].count += 1
            else:
                gaps[kind] = Gap(seat)
        elif seat.mine:
            crew.mine = True
        elif not seat.seeks_cover:
            crew.others.append(seat.holder)
    shift.roles = list(crews)
    shift.crew = [crew for crew in crews.values() if crew.mine or crew.others]
    if len(crews) == 1:
        for crew in shift.crew:
            crew.role = ""
    shift.gaps = list(gaps.values())
    if len(gaps) > 1:
        shift.gaps.sort(key=lambda gap: not gap.seat.required)
