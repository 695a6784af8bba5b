"""The words for refusals about the programme: its dates, closed days, and tables of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from documents import tables
from rules import (
    Refused,
    closures,
    date_reading,
    notation,
    programme,
    programme_import,
    recurrence,
    series_change,
)
from views import programme_table_columns

#: For each refusal: the status, and the sentence that the person reads.
SENTENCES: dict[type[Refused], tuple[int, Callable[[Any], str]]] = {
    recurrence.BadRule: (422, lambda _e: _("Van deze herhaling weten we geen dagen.")),
    programme.NoDates: (
        422,
        lambda e: (
            _("Tussen de eerste en de laatste dag is er geen keer.")
            if e.last_date
            else _("Dit is er in twee jaar niet één keer.")
        ),
    ),
    programme.DateTaken: (409, lambda _e: _("Op die dag staat deze activiteit al.")),
    programme.TooFar: (
        422,
        lambda _e: _("Dat is meer dan een jaar vooruit. Kies een eerdere dag."),
    ),
    programme.AllOver: (422, lambda _e: _("Dit is al geweest. Kies een dag die nog komt.")),
    programme.TooLate: (
        422,
        lambda _e: _("Dat is meer dan twee jaar vooruit. Kies een eerdere dag."),
    ),
    programme.ChangedMeanwhile: (
        409,
        lambda _e: _("Iemand heeft dit intussen ook gewijzigd. Kijk het na en sla nog eens op."),
    ),
    programme.DateOver: (409, lambda _e: _("Deze dag is al voorbij.")),
    programme.IsArchived: (
        409,
        lambda _e: _("Deze activiteit is opgeborgen. Haal hem eerst terug."),
    ),
    series_change.PlanChanged: (
        409,
        lambda _e: _("Er is net iets veranderd. Kijk het nog eens na."),
    ),
    programme.NotOfThisHouse: (422, lambda _e: _("Deze ruimte is in een ander huis.")),
    programme.HouseClosed: (
        409,
        lambda e: _(
            "Het huis is dicht op %(day)s: %(reason)s.",
            day=notation.long_date(e.day),
            reason=e.reason,
        ),
    ),
    programme_import.ProgrammeChanged: (
        409,
        lambda _e: _("Er is net iets veranderd. Kijk het nog eens na."),
    ),
    date_reading.Unreadable: (
        422,
        lambda e: (
            _("Dit begrijpen we niet: %(words)s", words=e.piece)
            if e.piece
            else _("Schrijf wanneer het is.")
        ),
    ),
    date_reading.NoSuchDay: (422, lambda e: _("Deze dag is er niet: %(day)s", day=e.piece)),
    date_reading.OtherWeekday: (
        422,
        lambda e: _(
            "%(day)s is een %(weekday)s.",
            day=notation.short_date(e.day),
            weekday=notation.weekday(e.day),
        ),
    ),
    tables.NoTable: (
        422,
        lambda _e: _("Dit kunnen we niet lezen. Bewaar het als Excel (.xlsx) of CSV."),
    ),
    tables.OldWorkbook: (
        422,
        lambda _e: _("Dit is een oud Excel-bestand. Bewaar het als .xlsx."),
    ),
    tables.LockedWorkbook: (
        422,
        lambda _e: _("Op dit bestand zit een wachtwoord. Haal dat er eerst af."),
    ),
    tables.TooLarge: (
        422,
        lambda _e: _("Dit is te groot. Neem hoogstens %(n)s rijen.", n=tables.MOST_ROWS),
    ),
    tables.TooManyRows: (
        422,
        lambda _e: _(
            "Dit zijn meer dan %(n)s rijen. Verdeel ze over een paar keer.", n=tables.MOST_ROWS
        ),
    ),
    tables.TooManyColumns: (
        422,
        lambda _e: _("Dit zijn meer dan %(n)s kolommen.", n=tables.MOST_COLUMNS),
    ),
    tables.NoValue: (
        422,
        lambda e: _(
            "In rij %(row)s, kolom %(column)s staat een formule zonder uitkomst.",
            row=e.row,
            column=e.column,
        ),
    ),
    programme_table_columns.Empty: (
        422,
        lambda _e: _("Hier staat nog niets. Plak een tabel, of kies een bestand."),
    ),
    programme_table_columns.NoRows: (422, lambda _e: _("Onder de eerste rij staat nog niets.")),
    programme_table_columns.BadHeading: (
        422,
        lambda e: programme_table_columns.heading_sentence(e.heading),
    ),
    closures.NotYourClosure: (403, lambda _e: _("Deze dagen gelden voor alle huizen.")),
    closures.PeopleOnThem: (409, lambda _e: _("Er staan al mensen op deze dagen.")),
    closures.AlreadyThere: (
        422,
        lambda e: _(
            "Dit staat er al: %(reason)s, %(days)s.",
            reason=e.closure.reason,
            days=notation.days(e.closure.first_date, e.closure.last_date),
        ),
    ),
    closures.NoHoliday: (404, lambda _e: _("Deze feestdag is niet (meer) te kiezen.")),
    closures.ClosureGone: (404, lambda _e: _("Deze dagen zijn net weggehaald.")),
    closures.ClosureOver: (409, lambda _e: _("Deze dagen zijn al voorbij.")),
}
