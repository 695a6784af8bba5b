"""How to set the printer for what is cut or folded, in sentences for whoever prints it."""

from __future__ import annotations

from flask_babel import gettext as _


def printer_sentences() -> list[str]:
    """One sentence each for the flyers on an A4, the folder and the booklet."""
    return [
        _("Flyers op A4: niet dubbelzijdig. Knip op de streepjes."),
        _("Vouwfolder: dubbelzijdig, korte kant, 100%. Vouw op de streepjes."),
        _("Boekje: dubbelzijdig, korte kant, 100%. Vouw het in het midden."),
    ]
