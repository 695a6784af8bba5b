"""The words for every refusal of a rule, in one place. What is missing here stops the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from documents import tables
from models import Person
from rules import (
    Refused,
    access,
    availability,
    calling,
    closures,
    copy_month,
    corrections,
    count_choices,
    date_reading,
    desks,
    double_booked,
    fill_month,
    for_another,
    houses,
    leaving,
    login_cards,
    logos,
    messages,
    notation,
    opening_answers,
    partners_present,
    passwords,
    pattern_change,
    people,
    pictures,
    poster_edits,
    programme,
    programme_import,
    recurrence,
    rostering,
    series_change,
    sheet_entry,
    single_shifts,
    swapping,
    tally_sheets,
    undoing,
    wishes,
)
from views import programme_table_columns
from views.doubles import would_all_be_elsewhere
from views.roster_forms import skill_words


def _is_reader(person: Person | None) -> bool:
    """Whether a refusal is about whoever reads it."""
    return person is None or (g.get("person") is not None and g.person.id == person.id)


def _overlap(refusal: rostering.Overlaps) -> str:
    shift = refusal.shift
    facts = {"title": shift.title, "span": notation.span(shift.start_time, shift.end_time)}
    if _is_reader(refusal.person):
        return _("Je staat dan al bij %(title)s, %(span)s.", **facts)
    name = refusal.person.first_name
    if current_user.standing.role_in(shift.house) is None:
        return _("%(name)s staat dan al ergens anders.", name=name)
    return _("%(name)s staat dan al bij %(title)s, %(span)s.", name=name, **facts)


def _lacking(refusal: single_shifts.PeopleLacking) -> str:
    said = _("Heeft niet wat deze plek vraagt: %(names)s", names=", ".join(refusal.names))
    if not refusal.elsewhere:
        return said
    other = single_shifts.PeopleElsewhere(refusal.elsewhere)
    return f"{said}. {status_and_sentence(other)[1]}"


#: For each refusal: the status, and the sentence that the person reads.
SENTENCES: dict[type[Refused], tuple[int, Callable[[Any], str]]] = {
    access.TokenUnknown: (404, lambda _e: _("Deze link kennen we niet. Vraag een nieuwe.")),
    tally_sheets.NoSuchSheet: (404, lambda _e: _("Maak eerst een turfblad voor deze dag.")),
    desks.CodeRefused: (
        422,
        lambda _e: _("Deze code werkt niet. Vraag de coördinator om een nieuwe."),
    ),
    access.TokenSpent: (410, lambda _e: _("Deze link werkt niet meer. Vraag een nieuwe.")),
    passwords.WrongPassword: (
        422,
        lambda _e: _("E-mailadres en wachtwoord horen niet bij elkaar."),
    ),
    passwords.TooManyTries: (
        429,
        lambda e: _(
            "Te vaak geprobeerd. Wacht %(seconds)s seconden.",
            seconds=int(e.wait.total_seconds()) + 1,
        ),
    ),
    people.EmailInUse: (422, lambda _e: _("Dit e-mailadres is al van iemand.")),
    people.LastCoordinator: (
        409,
        lambda _e: _("Een huis heeft een coördinator nodig. Maak eerst iemand anders coördinator."),
    ),
    login_cards.CardsMade: (
        409,
        lambda _e: _(
            "Deze kaarten zijn al gemaakt. Kijk in een ander tabblad of bij je downloads."
            " Niet geprint? Maak ze dan opnieuw."
        ),
    ),
    login_cards.NobodyHere: (
        409,
        lambda _e: _("Iemand hoort niet meer bij dit huis. Kies opnieuw voor wie."),
    ),
    people.NotYourPerson: (
        403,
        lambda _e: _("Deze persoon hoort ook bij een ander huis. Vraag de beheerder."),
    ),
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
    programme_import.RowRefused: (409, lambda e: status_and_sentence(e.refusal)[1]),
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
    pattern_change.PatternPlanChanged: (
        409,
        lambda _e: _("Er is net iets veranderd. Kijk het nog eens na."),
    ),
    pattern_change.UnknownSeat: (409, lambda _e: _("Deze plek is net weggehaald.")),
    single_shifts.DayOver: (422, lambda _e: _("Dat is al voorbij. Kies een later moment.")),
    single_shifts.SeatHeld: (
        409,
        lambda e: _("%(name)s staat op deze plek. Maak die eerst vrij.", name=e.name),
    ),
    single_shifts.PeopleElsewhere: (
        409,
        lambda e: _("Staat dan al ergens anders: %(names)s", names=", ".join(e.names)),
    ),
    single_shifts.PeopleLacking: (409, _lacking),
    double_booked.InTwoPlaces: (409, lambda e: would_all_be_elsewhere(e.doubles)),
    single_shifts.ActivityOff: (409, lambda _e: _("De activiteit gaat die dag niet door.")),
    copy_month.SameMonth: (422, lambda _e: _("Kies een andere maand om naar te kopiëren.")),
    copy_month.MonthTooFar: (
        422,
        lambda _e: _("Dat is te ver vooruit. Kies een eerdere maand."),
    ),
    copy_month.MonthOver: (422, lambda _e: _("Deze maand is voorbij.")),
    copy_month.CopyChanged: (409, lambda _e: _("Er is net iets veranderd. Kijk het nog eens na.")),
    leaving.StandsElsewhere: (409, lambda _e: _("Er is net iets veranderd. Kijk het nog eens na.")),
    houses.RoomInUse: (409, lambda _e: _("In deze ruimte is nog iets gepland.")),
    houses.NameTaken: (422, lambda _e: _("Deze naam is er al.")),
    houses.TooMany: (422, lambda _e: _("Meer passen er niet op de pagina.")),
    pictures.NoPicture: (422, lambda _e: _("Dit kunnen we niet lezen. Neem een ander bestand.")),
    pictures.TooManyPixels: (
        422,
        lambda _e: _("Dit beeld heeft te veel pixels. Maak het eerst kleiner."),
    ),
    logos.NotAClearLogo: (
        422,
        lambda _e: _("In dit logo zit meer dan lijnen en vlakken. Vraag de partner om een PNG."),
    ),
    logos.LogoTooLarge: (422, lambda _e: _("Dit logo is te groot. Vraag de partner om een PNG.")),
    poster_edits.EditedMeanwhile: (
        409,
        lambda _e: _("Iemand heeft dit intussen ook gewijzigd. Kijk het na en sla nog eens op."),
    ),
    poster_edits.NotOnThisPoster: (422, lambda _e: _("Kies iets uit de lijst.")),
    poster_edits.NothingToCopy: (409, lambda _e: _("De maand ervoor heeft nog niets eigens.")),
    poster_edits.AlreadyEdited: (409, lambda _e: _("Voor deze maand is er al iets gemaakt.")),
    poster_edits.NotAPartner: (404, lambda _e: _("Deze partner hoort niet bij dit huis.")),
    poster_edits.PhotoWithoutWords: (
        422,
        lambda _e: _("Schrijf wat er op de foto te zien is."),
    ),
    rostering.SeatTaken: (409, lambda e: _("%(name)s was je net voor.", name=e.holder)),
    rostering.NotSeekingCover: (409, lambda e: _("%(name)s staat nu op deze plek.", name=e.holder)),
    rostering.NotYours: (409, lambda _e: _("Deze plek is niet (meer) van jou.")),
    rostering.CoverOnly: (
        409,
        lambda e: ngettext(
            "Binnen %(num)d uur kun je alleen vervanging vragen.",
            "Binnen %(num)d uur kun je alleen vervanging vragen.",
            e.hours,
        ),
    ),
    rostering.NotAHelper: (
        409,
        lambda e: (
            _("Je helpt niet meer in dit huis.")
            if _is_reader(e.person)
            else _("%(name)s helpt niet meer in dit huis.", name=e.person.first_name)
        ),
    ),
    for_another.NotForYou: (
        403,
        lambda _e: _("Dit kan de coördinator, of wie vandaag gastvrouw of gastheer is."),
    ),
    calling.FirstTimesAlone: (
        409,
        lambda e: _(
            "%(name)s is nog nieuw. Zoek er eerst iemand met ervaring bij.",
            name=e.person.first_name,
        ),
    ),
    for_another.NameElsewhere: (
        409,
        lambda e: _(
            "%(name)s staat dan al op %(title)s. Is dit iemand anders?",
            name=e.name,
            title=e.shift.title,
        ),
    ),
    for_another.TooEarly: (409, lambda _e: _("Dat weet je pas als de dienst begint.")),
    messages.NotYourMessage: (404, lambda _e: _("Dit bericht is niet voor jou.")),
    undoing.NothingToUndo: (409, lambda _e: _("Ongedaan maken kan nu niet meer.")),
    availability.AbsenceOver: (422, lambda _e: _("Deze dagen zijn al voorbij.")),
    availability.TooManyAbsences: (422, lambda _e: _("Haal eerst oude dagen weg.")),
    wishes.NotAHelperHere: (422, lambda _e: _("Kies iemand uit de lijst.")),
    wishes.TooManyWishes: (422, lambda _e: _("Haal eerst een andere wens weg.")),
    fill_month.MonthOver: (404, lambda _e: _("Deze maand is voorbij.")),
    swapping.SwapGone: (409, lambda _e: _("Deze ruil kan niet meer.")),
    opening_answers.OpeningNotOver: (409, lambda _e: _("Deze dag is nog niet voorbij.")),
    opening_answers.IsCounted: (409, lambda _e: _("Toen is er wel geteld. Verbeter de aantallen.")),
    corrections.DayToCome: (404, lambda _e: _("Deze dag moet nog komen.")),
    corrections.BeforeTheHouse: (404, lambda _e: _("Van deze dag weten we nog niets.")),
    corrections.NothingCorrected: (422, lambda _e: _("Er is geen aantal veranderd.")),
    corrections.CountedMeanwhile: (
        409,
        lambda _e: _("Er is intussen geteld. Kijk naar de nieuwe aantallen en sla nog eens op."),
    ),
    corrections.NotOnThatDay: (422, lambda _e: _("Deze activiteit was er die dag niet.")),
    corrections.NoNumber: (
        422,
        lambda _e: _("Vul een aantal in van 0 tot %(most)s.", most=corrections.MOST),
    ),
    count_choices.NothingToChoose: (409, lambda _e: _("Van dit uur is er maar één telling.")),
    partners_present.NoSuchOpening: (409, lambda _e: _("Het huis is dan niet open.")),
    partners_present.NotYourPartner: (422, lambda _e: _("Kies iemand uit de lijst.")),
    tally_sheets.NothingToTally: (
        409,
        lambda _e: _("Op deze dag is het huis dicht en is er niets te doen."),
    ),
    tally_sheets.DayIsOver: (422, lambda _e: _("Deze dag is al voorbij.")),
    tally_sheets.DayTooFar: (
        422,
        lambda _e: _("Dat is meer dan twee maanden vooruit. Kies een eerdere dag."),
    ),
    tally_sheets.UnknownSheet: (
        404,
        lambda _e: _("Dit nummer kennen we niet. Kijk nog eens op het blad."),
    ),
    tally_sheets.SheetOfAnotherHouse: (404, lambda _e: _("Dit blad is van een ander huis.")),
    sheet_entry.SheetToCome: (409, lambda _e: _("Dit blad is voor een dag die nog komt.")),
    sheet_entry.NoSuchNumber: (
        422,
        lambda _e: _("Vul een aantal in van 0 tot %(most)s.", most=sheet_entry.MOST),
    ),
    sheet_entry.AlreadyEntered: (409, lambda _e: _("Dit blad is al ingevoerd.")),
    sheet_entry.WhichCounts: (422, lambda _e: _("Kies bij elk uur wat telt.")),
    sheet_entry.LookFirst: (409, lambda _e: _("Kijk de aantallen na en sla dan op.")),
    rostering.ShiftOver: (
        409,
        lambda _e: _("Dat kan niet meer. De dienst is begonnen of voorbij."),
    ),
    rostering.ShiftCancelled: (409, lambda _e: _("Deze dienst gaat niet door.")),
    rostering.NotQualified: (
        409,
        lambda e: (
            _("Deze plek is voor: %(kind)s.", kind=skill_words(e.kind))
            if _is_reader(e.person)
            else _(
                "%(name)s mist voor deze plek: %(kind)s.",
                name=e.person.first_name,
                kind=skill_words(e.kind),
            )
        ),
    ),
    rostering.Overlaps: (
        409,
        lambda e: _overlap(e),
    ),
}


def status_and_sentence(refusal: Refused) -> tuple[int, str]:
    """How a refusal is answered. Unknown kinds are said in general words, as a conflict."""
    for kind in type(refusal).__mro__:
        if kind in SENTENCES:
            status, sentence = SENTENCES[kind]
            return status, sentence(refusal)
    return 409, _("Dat kan nu niet.")
