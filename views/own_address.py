"""Where this Buurtbord is, for what is printed: scheme and host, as BASE_URL says.

Without BASE_URL it is the address of the request. But whoever asks for a public poster may write
any host into their request, and each would be another paper, made and kept; so a stranger gets the
one with an address by which somebody who was logged in came.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from flask import Flask, Response, current_app, g, request

#: A house has its name, that name within its own network, and perhaps a number.
MOST = 8


class OwnAddresses:
    """The addresses by which those came who were logged in, the newest first: in a file, so that
    each process knows them, also after it starts anew. Safe to share between threads."""

    def __init__(self, file: Path):
        self.file = file
        self._known: tuple[str, ...] = ()

    def note(self, address: str) -> None:
        """Somebody who is logged in came by this address."""
        if address in self._known:
            return
        self._read()
        if address in self._known:
            return
        self._known = (address, *self._known)[:MOST]
        # Two who do so at once may lose one of theirs: it comes again. Without a file it holds for
        # this process.
        draft = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            draft.write_text("\n".join(self._known))
            os.replace(draft, self.file)

    def for_a_stranger(self, address: str) -> str:
        """The address by which somebody came who is not logged in, or one that is known in its
        place; before anybody logged in, there is none to choose from."""
        if address not in self._known:
            self._read()
        if address in self._known or not self._known:
            return address
        return self._known[0]

    def _read(self) -> None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            lines = self.file.read_text().splitlines()
            self._known = tuple(dict.fromkeys([*lines, *self._known]))[:MOST]


def init_app(app: Flask) -> None:
    """Note by which addresses those come who are logged in."""

    @app.after_request
    def note_address(response: Response) -> Response:
        if _is_known() and not current_app.config["BASE_URL"]:
            _addresses().note(request.root_url)
        return response


def own_address() -> str:
    """Scheme and host for what the request at hand prints, without a slash at the end."""
    address = str(current_app.config["BASE_URL"] or request.root_url)
    if not current_app.config["BASE_URL"] and not _is_known():
        address = _addresses().for_a_stranger(address)
    return address.rstrip("/")


def _is_known() -> bool:
    return g.get("person") is not None or g.get("desk") is not None


def _addresses() -> OwnAddresses:
    file = Path(current_app.config["INSTANCE"]) / "addresses"
    found: OwnAddresses | None = current_app.extensions.get("own_addresses")
    if found is None or found.file != file:
        found = current_app.extensions["own_addresses"] = OwnAddresses(file)
    return found
