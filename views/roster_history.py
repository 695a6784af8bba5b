"""What happened to a shift, in words: who did what."""

from __future__ import annotations

from flask_babel import gettext as _

from models import HOLDING, AuditEntry, Call, CallOutcome, Person, PlaceHow, PlaceState, Step
from rules.shift_edits import BROUGHT_BACK, CALLED_OFF, FOLLOWED
from rules.shift_history import (
    ADDED,
    CLOSED,
    DATE_MOVED,
    DATE_OFF,
    DATE_ON,
    OPENED,
    Event,
    PlaceStep,
    Rung,
    ShiftEdit,
)


def history_words(event: Event) -> str:
    """What was done, in one sentence: 'Joop vroeg vervanging', 'Corrie wijzigde deze dienst'."""
    match event:
        case PlaceStep():
            return _step(event)
        case ShiftEdit(entry):
            return _edit(entry)
        case Rung(call):
            return _call(call)


def history_role(event: Event) -> str:
    """The seat that it was about; empty when it was about the whole shift."""
    return str(event.change.place.seat.role) if isinstance(event, PlaceStep) else ""


def _name(person: Person | None) -> str:
    return str(person.first_name) if person is not None else _("Iemand")


def _edit(entry: AuditEntry) -> str:
    by = _name(entry.person)
    if followed := _followed(entry.action, by if entry.person is not None else ""):
        return followed
    match entry.action:
        case str() as action if action == ADDED:
            return _("%(by)s maakte deze dienst", by=by)
        case str() as action if action == CALLED_OFF:
            return _("%(by)s zei deze dienst af", by=by)
        case str() as action if action == BROUGHT_BACK:
            return _("%(by)s liet deze dienst weer doorgaan", by=by)
        case str() as action if action == FOLLOWED:
            if entry.person is None:
                return _("De dienst volgt weer de vaste dienst")
            return _("%(by)s liet dit weer de vaste dienst volgen", by=by)
    return _("%(by)s wijzigde deze dienst", by=by)


def _followed(action: str, by: str) -> str:
    """What came of the programme or a closure; empty for everything else.

    :param by: who changed that; empty when it happened by itself.
    """
    if by:
        sentence = {
            CLOSED: _("%(by)s deed het huis die dag dicht"),
            OPENED: _("%(by)s deed het huis die dag weer open"),
            DATE_OFF: _("%(by)s liet de activiteit niet doorgaan"),
            DATE_ON: _("%(by)s liet de activiteit weer doorgaan"),
            DATE_MOVED: _("%(by)s verzette de activiteit"),
        }.get(action, "")
        return sentence % {"by": by}
    return {
        CLOSED: _("Het huis ging die dag dicht"),
        OPENED: _("Het huis ging die dag weer open"),
        DATE_OFF: _("De activiteit ging niet door"),
        DATE_ON: _("De activiteit ging weer door"),
        DATE_MOVED: _("De activiteit is verzet"),
    }.get(action, "")


def _call(call: Call) -> str:
    sentences = {
        CallOutcome.yes: _("%(by)s belde %(name)s, en die komt"),
        CallOutcome.no: _("%(by)s belde %(name)s, maar die kan niet"),
        CallOutcome.no_answer: _("%(by)s belde %(name)s, maar die nam niet op"),
    }
    return sentences[CallOutcome(call.outcome)] % {"by": _name(call.by), "name": _name(call.person)}


def _step(event: PlaceStep) -> str:
    change = event.change
    place = change.place
    name = _name(place.person) if place.person else place.name or _("Iemand")
    # Who did it for them; empty when they did it themselves, or nobody did.
    by = change.by.first_name if change.by and change.by_id != place.person_id else ""
    return _words(event, by) % {"name": name, "by": by}


def _words(event: PlaceStep, by: str) -> str:
    change = event.change
    came = change.state in HOLDING
    match change.step:
        case Step.take:
            return _("%(name)s meldde zich aan")
        case Step.leave:
            return _("%(name)s maakte de plek vrij")
        case Step.ask_cover:
            return _("%(name)s vroeg vervanging")
        case Step.keep if by:
            return _("%(by)s noteerde: %(name)s komt toch")
        case Step.keep:
            return _("%(name)s komt toch")
        case Step.take_over:
            return _("%(name)s nam het over")
        case Step.covered if by:
            return _("%(name)s is vervangen: %(by)s regelde het")
        case Step.covered:
            return _("%(name)s is vervangen")
        case Step.swap if came and by:
            return _("%(name)s kwam erop door te ruilen met %(by)s")
        case Step.swap if came:
            return _("%(name)s kwam erop door te ruilen")
        case Step.swap if by:
            return _("%(name)s ging eraf door te ruilen met %(by)s")
        case Step.swap:
            return _("%(name)s ging eraf door te ruilen")
        case Step.put if change.place.how == PlaceHow.fixed and by:
            return _("%(by)s zette %(name)s er vast op")
        case Step.put if change.place.how == PlaceHow.fixed:
            return _("%(name)s kwam er vast op")
        case Step.put if by:
            return _("%(by)s meldde %(name)s aan")
        case Step.put:
            return _("%(name)s kwam erop")
        case Step.free if by:
            return _("%(by)s haalde %(name)s eraf")
        case Step.free:
            return _("%(name)s ging eraf")
        case Step.undo:
            return _undone(event, by)
    return _marked(PlaceState(change.state), by)


def _undone(event: PlaceStep, by: str) -> str:
    came, stood = event.change.state in HOLDING, event.before in HOLDING
    if came and stood:
        if by:
            return _("%(by)s maakte iets ongedaan bij %(name)s")
        return _("%(name)s maakte iets ongedaan")
    if came:
        if by:
            return _("%(by)s maakte het ongedaan: %(name)s staat er weer op")
        return _("%(name)s maakte het ongedaan en staat er weer op")
    if by:
        return _("%(by)s maakte het ongedaan: %(name)s staat er niet meer op")
    return _("%(name)s maakte het ongedaan en staat er niet meer op")


def _marked(state: PlaceState, by: str) -> str:
    if by:
        return {
            PlaceState.present: _("%(by)s noteerde: %(name)s was er"),
            PlaceState.excused: _("%(by)s noteerde: %(name)s was afgemeld"),
            PlaceState.absent: _("%(by)s noteerde: %(name)s was er niet"),
        }.get(state, _("%(by)s maakte weer open of %(name)s er was"))
    return {
        PlaceState.present: _("%(name)s was er"),
        PlaceState.excused: _("%(name)s was afgemeld"),
        PlaceState.absent: _("%(name)s was er niet"),
    }.get(state, _("Of %(name)s er was, is nog niet gezegd"))
