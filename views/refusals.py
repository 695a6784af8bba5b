"""The words for every refusal of a rule, in one place. What is missing here stops the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from rules import Refused, access, passwords, people

#: For each refusal: the status, and the sentence that the person reads.
SENTENCES: dict[type[Refused], tuple[int, Callable[[Any], str]]] = {
    access.TokenUnknown: (404, lambda _e: _("Deze link kennen we niet. Vraag een nieuwe.")),
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
    people.NotYourPerson: (
        403,
        lambda _e: _("Deze persoon hoort ook bij een ander huis. Vraag de beheerder."),
    ),
}


def status_and_sentence(refusal: Refused) -> tuple[int, str]:
    """How a refusal is answered. Unknown kinds are said in general words, as a conflict."""
    for kind in type(refusal).__mro__:
        if kind in SENTENCES:
            status, sentence = SENTENCES[kind]
            return status, sentence(refusal)
    return 409, _("Dat kan nu niet.")
