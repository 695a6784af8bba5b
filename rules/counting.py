"""Counting visitors: a tap is an event, and each event counts exactly once.

Events are only ever added. A phone sends an event until it hears that it arrived; the id that it
minted, the primary key here, makes the second arrival harmless.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from peewee import IntegrityError

import models
from models import AgeGroup, CountKind, House, Occurrence, Person, TallySheet
from rules import count_choices, count_hours, openings, wall_time
from rules.count_choices import HourOfDay
from rules.count_events import (
    OLDEST,
    Batch,
    Code,
    Moment,
    Rejected,
    Status,
    Tap,
    moment_of,
    read_event,
)
from rules.count_hours import Day, Hour, Visits
from rules.openings import Openings
from rules.senders import Sender
from rules.stored_events import COLUMNS, KNOWN, LET_GO, STORE, Known, Row, Undo
from rules.written_sql import instant, marks, read_date, read_uuid, run

#: How often a batch is tried when it meets another writer whom the lock does not hold.
TRIES = 3

#: What ids of rows may be; a larger number is unknown, and would overflow the database.
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an event; ``id`` is as it was sent."""

    id: str
    status: Status
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a batch: a verdict for each event, in the same order, and the new totals."""

    verdicts: list[Verdict]
    #: By slug of the house and date; only days that this batch is about.
    totals: dict[str, dict[dt.date, int]]


def receive(
    person: Person | None, houses: Iterable[House], batch: Batch, received: dt.datetime
) -> Receipt:
    """Store a batch in one transaction, each event judged alone.

    :param person: who counted; None at the desk tablet while nobody said who they are.
    :param houses: the houses in which the person may count; every other house is not theirs.
    :param received: the server's clock, naive UTC.
    """
    mine = {house.slug: house for house in houses}
    for left in reversed(range(TRIES)):
        try:
            with models.db.atomic():
                return _Intake(person, mine, batch, received).take()
        except IntegrityError:
            # The lock on our houses does not keep another house from storing the same id at this
            # moment, nor a coordinator from removing a date. The next look sees what happened.
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def add_visit(
    person: Person | None,
    house: House,
    visit: UUID,
    now: dt.datetime,
    *,
    occurrence: int | None = None,
    n: int = 1,
    group: AgeGroup | None = None,
    first: bool | None = None,
    device: str | None = None,
) -> Status:
    """Count visitors from the plain form: the same ``visit`` counts once, however often it comes.

    :param first: whether they came for the first time this month; None when nobody asked.
    :param device: what the desk tablet is called, when they were counted there.
    ``rejected`` when n or the occurrence is not one that this house can have.
    """
    event = {
        "kind": CountKind.visit.value,
        "n": n,
        "occurrence": occurrence,
        "group": group,
        "first_this_month": first,
    }
    verdict = _receive_one(person, house, visit, event, now, device)
    # The page was sent twice: it carries the same id, but came at another second.
    return Status.duplicate if verdict.code == Code.conflict else verdict.status


def undo_visit(
    person: Person | None,
    house: House,
    visit: UUID,
    now: dt.datetime,
    *,
    device: str | None = None,
) -> Status:
    """Take a visit back; doing so again changes nothing and says ``duplicate``.

    ``rejected`` when it is nobody's, somebody else's, or too long ago.
    """
    event = {"kind": CountKind.undo.value, "undoes": str(visit)}
    return _receive_one(person, house, uuid4(), event, now, device).status


def day_total(house: House, day: dt.date) -> int:
    """How many visitors a house counted on a day."""
    return count_hours.totals([Day(house.id, day)]).get(Day(house.id, day), 0)


def rebuild(house: House) -> None:
    """Compute the roll-up of a house anew from its events."""
    count_hours.rebuild(house)


def _receive_one(
    person: Person | None,
    house: House,
    id: UUID,
    event: Mapping[str, Any],
    now: dt.datetime,
    device: str | None,
) -> Verdict:
    at = now.isoformat(timespec="milliseconds") + "Z"
    whole = {"id": str(id), "house": house.slug, "at": at, **event}
    batch = Batch(device=device, sent_at=now, events=(whole,))
    return receive(person, [house], batch, now).verdicts[0]


# -- one batch, in its transaction ----------------------------------------------------------------


class _Intake:
    """Judges and stores the events of one batch. Lives as long as the transaction."""

    def __init__(
        self, person: Person | None, mine: Mapping[str, House], batch: Batch, received: dt.datetime
    ):
        self.sender = Sender(person.id if person else None, batch.device)
        self.mine = mine
        self.ids = {slug: int(house.id) for slug, house in mine.items()}
        self.batch = batch
        self.received = received
        self.sent_text, self.received_text = instant(batch.sent_at), instant(received)
        self.taps: dict[int, Tap] = {}  # by position in the batch
        self.known: dict[UUID, Known] = {}
        self.undone: dict[tuple[int, UUID], Undo] = {}  # by house id and id of the visit
        self.let_go: list[UUID] = []  # undos that waited for what is not their sender's
        self.freed: set[int] = set()  # openings of which a visit was taken back
        self.activities: dict[tuple[int, int], int] = {}  # house id, occurrence: its activity
        self.sheets: dict[int, TallySheet] = {}  # by number
        self.openings = Openings()
        self.new: list[Row] = []
        self.changes: defaultdict[Hour, Visits] = defaultdict(Visits)
        self.touched: set[Day] = set()
        self.sums: dict[Day, int] = {}  # of the days to which this batch added

    def take(self) -> Receipt:
        """Judge all, store what is new, and sum up."""
        verdicts = dict(self._each(self._read, range(len(self.batch.events))))
        self._lock()
        self._look_up()
        # An undo that overtook its visit on the way finds it here all the same.
        visits = [place for place, tap in self.taps.items() if tap.kind != CountKind.undo]
        undos = [place for place, tap in self.taps.items() if tap.kind == CountKind.undo]
        verdicts |= self._each(self._judge_visit, visits)
        verdicts |= self._each(self._judge_undo, undos)
        self._store()
        return Receipt([verdicts[place] for place in sorted(verdicts)], self._sums())

    def _each(
        self, judge: Callable[[int], Status | None], places: Iterable[int]
    ) -> Iterator[tuple[int, Verdict]]:
        for place in places:
            id = self.batch.events[place]["id"]
            try:
                status = judge(place)
            except Rejected as reason:
                yield place, Verdict(id, Status.rejected, reason.code)
            else:
                if status is not None:
                    yield place, Verdict(id, status)

    def _read(self, place: int) -> None:
        event = self.batch.events[place]
        slug = event.get("house")
        if not isinstance(slug, str) or slug not in self.mine:
            raise Rejected(Code.not_yours)
        self.taps[place] = read_event(event)

    def _lock(self) -> None:
        # In one order for all, so that two batches never wait for each other.
        slugs = {tap.house for tap in self.taps.values()}
        for slug in sorted(slugs, key=self.ids.__getitem__):
            models.for_one_writer(self.mine[slug])

    def _look_up(self) -> None:
        taps = self.taps.values()
        if not taps:
            return
        ids = [id.hex for tap in taps for id in (tap.id, tap.undoes) if id]
        houses = {self.ids[tap.house] for tap in taps}
        asked = KNOWN.format(ids=marks(ids), houses=marks(houses))
        for row in run(asked, (*ids, *houses, *ids)):
            id, house, kind, n, first, date, hour, group, fingerprint, *others = row
            undoes, actor, device, opening, activity = others
            at = Hour(house, read_date(date), hour, activity, group)
            visits = Visits.of(n, first)
            sender = Sender(actor, device)
            self.known[read_uuid(id)] = Known(
                house, CountKind(kind), visits, at, fingerprint, sender, opening
            )
            if undoes is not None:
                by = sender if fingerprint else None
                self.undone[house, read_uuid(undoes)] = Undo(read_uuid(id), by)
        self._look_up_occurrences({tap.occurrence for tap in taps if tap.occurrence})
        self._look_up_sheets({tap.sheet for tap in taps if tap.sheet})

    def _look_up_occurrences(self, ids: set[int]) -> None:
        ids = {id for id in ids if 0 < id <= LARGEST_ID}
        if ids:
            rows = Occurrence.select(Occurrence.house, Occurrence.id, Occurrence.activity)
            for house, id, activity in rows.where(Occurrence.id.in_(ids)).tuples():
                self.activities[house, id] = activity

    def _look_up_sheets(self, numbers: set[int]) -> None:
        numbers = {number for number in numbers if 0 < number <= LARGEST_ID}
        if numbers:
            for sheet in TallySheet.select().where(TallySheet.number.in_(numbers)):
                self.sheets[sheet.number] = sheet

    # -- verdicts --

    def _judge_visit(self, place: int) -> Status:
        tap = self.taps[place]
        house = self.ids[tap.house]
        if self._is_known(tap):
            return Status.duplicate
        activity = None
        if tap.occurrence is not None:
            activity = self.activities.get((house, tap.occurrence))
            if activity is None:
                raise Rejected(Code.not_yours)
        sheet = self._sheet(tap)
        moment = moment_of(tap.at, self.batch.sent_at, self.received)
        local = wall_time.to_local(moment.happened_at)
        # A sheet counts on its own day, also when it is typed over the next morning.
        date = local.date() if sheet is None else sheet.date
        hour = Hour(house, date, local.hour, activity, tap.group)
        opening = self.openings.at(house, date, local.time())
        visits = Visits.of(tap.n, tap.first_this_month)
        self._add(tap, moment, hour, visits, opening, sheet)
        counts = Visits() if self._is_undone(tap, house) else visits
        self.changes[hour] = self.changes[hour].plus(counts)
        self.touched.add(Day(house, hour.date))
        return Status.created

    def _judge_undo(self, place: int) -> Status:
        tap = self.taps[place]
        house = self.ids[tap.house]
        if tap.undoes is None:
            raise Rejected(Code.invalid)
        visit = self.known.get(tap.undoes)
        if visit is not None and visit.house != house:
            visit = None
        # By its own id, or by that of a visit that another tap took back already.
        if self._is_known(tap) or (house, tap.undoes) in self.undone:
            if visit is not None:
                self.touched.add(Day(house, visit.hour.date))
            return Status.duplicate
        if visit is not None:
            self._may_be_undone(visit)
        moment = moment_of(tap.at, self.batch.sent_at, self.received)
        local = wall_time.to_local(moment.happened_at)
        self._add(tap, moment, Hour(house, local.date(), local.hour, None, None), Visits())
        self.undone[house, tap.undoes] = Undo(tap.id, self.sender)
        if visit is None:
            # It is kept all the same: when its visit still comes, that will not count.
            raise Rejected(Code.unknown)
        self.changes[visit.hour] = self.changes[visit.hour].plus(visit.visits.gone())
        self.touched.add(Day(house, visit.hour.date))
        if visit.opening is not None:
            self.freed.add(visit.opening)
        return Status.created

    def _may_be_undone(self, visit: Known) -> None:
        """Everybody takes back their own taps, as long as a phone may still send them."""
        if visit.kind != CountKind.visit:
            # A sheet is entered once, and put right by a correction.
            raise Rejected(Code.unknown)
        too_old = visit.hour.date < wall_time.day_of(self.received - OLDEST)
        if too_old or not visit.fingerprint:
            raise Rejected(Code.too_old)  # Once it was forgotten nobody knows whose it was.
        if not self.sender.may_take_back(visit.sender):
            raise Rejected(Code.not_yours)

    def _is_undone(self, tap: Tap, house: int) -> bool:
        """Whether an undo waited for a visit that comes now; only its own sender's does."""
        undo = self.undone.get((house, tap.id))
        if undo is None:
            return False
        own = undo.sender is None or undo.sender.may_take_back(self.sender)
        if own and tap.kind == CountKind.visit:
            return True
        self.let_go.append(undo.id)
        del self.undone[house, tap.id]
        return False

    def _is_known(self, tap: Tap) -> bool:
        known = self.known.get(tap.id)
        if known is None:
            return False
        if (known.house, known.kind) != (self.ids[tap.house], tap.kind):
            raise Rejected(Code.conflict)
        if known.fingerprint and known.fingerprint != tap.fingerprint:
            raise Rejected(Code.conflict)
        if tap.kind != CountKind.undo:
            self.touched.add(Day(known.house, known.hour.date))
        return True

    def _sheet(self, tap: Tap) -> TallySheet | None:
        if tap.sheet is None:
            return None
        sheet = self.sheets.get(tap.sheet)
        if sheet is None:
            raise Rejected(Code.unknown)
        if sheet.house_id != self.ids[tap.house]:
            raise Rejected(Code.not_yours)
        if sheet.entered_at is not None:
            raise Rejected(Code.conflict)
        if sheet.date > wall_time.day_of(self.received):
            raise Rejected(Code.future)
        if sheet.date < wall_time.day_of(self.received - OLDEST):
            raise Rejected(Code.too_old)
        return sheet

    # -- what is stored --

    def _add(
        self,
        tap: Tap,
        moment: Moment,
        hour: Hour,
        visits: Visits,
        opening: int | None = None,
        sheet: TallySheet | None = None,
    ) -> None:
        fingerprint = tap.fingerprint
        self.known[tap.id] = Known(
            hour.house, tap.kind, visits, hour, fingerprint, self.sender, opening
        )
        self.new.append(
            Row(
                id=tap.id.hex,
                house_id=hour.house,
                opening_id=opening,
                occurrence_id=tap.occurrence,
                kind=tap.kind.value,
                n=tap.n,
                group=tap.group.value if tap.group else None,
                first_this_month=tap.first_this_month,
                date=hour.date,
                hour=hour.hour,
                happened_at=instant(moment.happened_at),
                sent_at=self.sent_text,
                received_at=self.received_text,
                skewed=moment.skewed,
                actor_id=self.sender.actor,
                device=self.sender.device,
                fingerprint=fingerprint,
                undoes=tap.undoes.hex if tap.undoes else None,
                sheet_id=sheet.id if sheet else None,
            )
        )

    def _store(self) -> None:
        if not self.new:
            return
        if self.let_go:
            ids = [id.hex for id in self.let_go]
            run(LET_GO.format(ids=marks(ids)), ids)
        values = [value for row in self.new for value in row]
        rows = ", ".join([f"({marks(Row._fields)})"] * len(self.new))
        run(STORE.format(columns=COLUMNS, rows=rows), values)
        entered = {row.sheet_id for row in self.new if row.sheet_id}
        if entered:
            TallySheet.update(entered_at=self.received).where(TallySheet.id.in_(entered)).execute()
        undone = {id.hex for _house, id in self.undone}
        counted = {row.opening_id for row in self.new if row.opening_id and row.id not in undone}
        self.openings.mark_counted(counted)
        taken_back = {row.opening_id for row in self.new if row.opening_id and row.id in undone}
        openings.let_go(self.freed | taken_back)
        # Of an hour that has both, never taps and a sheet together.
        count_choices.sheet_came(self._hours_of(CountKind.sheet))
        self.sums, anew = count_hours.change(self.changes)
        taps = self._hours_of(CountKind.visit) if anew else set()
        count_choices.taps_came({hour for hour in taps if Day(hour.house, hour.date) in anew})

    def _hours_of(self, kind: CountKind) -> set[HourOfDay]:
        """The hours to which new events of a kind belong."""
        rows = (row for row in self.new if row.kind == kind.value)
        return {HourOfDay(row.house_id, row.date, row.hour) for row in rows}

    def _sums(self) -> dict[str, dict[dt.date, int]]:
        sums = {**count_hours.totals(self.touched - self.sums.keys()), **self.sums}
        slugs = {house: slug for slug, house in self.ids.items()}
        totals: dict[str, dict[dt.date, int]] = {}
        for day in sorted(self.touched):
            totals.setdefault(slugs[day.house], {})[day.date] = sums.get(day, 0)
        return totals
