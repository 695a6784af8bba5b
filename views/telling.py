"""What is said after something changed on which volunteers count."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import ngettext

from models import Shift


def and_tell(message: str, shifts: Sequence[Shift]) -> str:
    """What happened, and whether volunteers must hear of it."""
    if not shifts:
        return message
    told = ngettext(
        "Op %(num)d dienst staan vrijwilligers. Ze krijgen bericht.",
        "Op %(num)d diensten staan vrijwilligers. Ze krijgen bericht.",
        len(shifts),
    )
    return f"{message} {told}"
