"""The words for every refusal of a rule. What is missing here stops the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from rules import (
    Refused,
    access,
    corrections,
    count_choices,
    desks,
    houses,
    login_cards,
    logos,
    opening_answers,
    partners_present,
    passwords,
    people,
    pictures,
    poster_edits,
    programme_import,
    sheet_entry,
    tally_sheets,
)
from views import refusals_of_programme, refusals_of_roster

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
    programme_import.RowRefused: (409, lambda e: status_and_sentence(e.refusal)[1]),
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
    **refusals_of_programme.SENTENCES,
    **refusals_of_roster.SENTENCES,
}


def status_and_sentence(refusal: Refused) -> tuple[int, str]:
    """How a refusal is answered. Unknown kinds are said in general words, as a conflict."""
    for kind in type(refusal).__mro__:
        if kind in SENTENCES:
            status, sentence = SENTENCES[kind]
            return status, sentence(refusal)
    return 409, _("Dat kan nu niet.")
