"""Who sent an event, and who may therefore take it back: a person, or the tablet of a desk."""

from __future__ import annotations

from typing import NamedTuple

#: How the device of an event begins when it is a desk tablet (:func:`rules.desks.device_name`).
_DESK = "desk "


class Sender(NamedTuple):
    """Who stands on an event; both are None once it was forgotten."""

    actor: int | None
    device: str | None

    def may_take_back(self, other: Sender) -> bool:
        """Whether what the other sent is this sender's own.

        At the desk anybody may tap anybody's name, so a tablet takes back what it counted itself;
        a person what stands on their name. What a phone calls itself proves nothing.
        """
        if self.device is not None and is_desk(self.device):
            return self.device == other.device
        return self.actor is not None and self.actor == other.actor


def is_desk(device: str) -> bool:
    """Whether a device is called as desk tablets are; no person's phone may be."""
    return device.startswith(_DESK)
