"""A mail server for tests: it speaks SMTP on a port of its own and keeps what it gets.

With a certificate it speaks TLS as well: from the first word, or once it was asked to."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


@dataclass
class PostOffice:
    """What came in, and what the server answers."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    #: The addresses that the envelopes named.
    to: list[str] = field(default_factory=list)
    #: What it answers to an address, or to the text of a mail, instead of 'fine'.
    refuses: dict[str, str] = field(default_factory=dict)
    #: Hang up after a mail came in whole, before it is acknowledged.
    deaf: bool = False
    #: How it speaks: 'none', 'starttls' or 'tls', the latter two with a certificate.
    security: str = "none"
    certificate: ssl.SSLContext | None = None
    #: For each mail, whether it came over TLS; and who logged in, with which password.
    hidden: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": self.port,
            "SMTP_SECURITY": self.security,
            "MAIL_FROM": "Huis van de Buurt <rooster@buurtbord.example>",
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Who does not trust the certificate hangs up in the middle of it.
            with suppress(OSError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 here")
        while line := (await reader.readline()).decode(errors="replace").strip():
            word = line.partition(":")[0].upper()
            if word.startswith("EHLO"):
                say("250-here")
                if writer.get_extra_info("ssl_object"):
                    say("250-AUTH PLAIN")
                elif self.security == "starttls":
                    say("250-STARTTLS")
                say("250 8BITMIME")
            elif word == "STARTTLS" and self.certificate is not None:
                say("220 go on")
                await writer.start_tls(self.certificate)
            elif word.startswith("AUTH PLAIN "):
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self.logins.append((user, password))
                say("235 welcome")
            elif word == "RCPT TO":
                address = line.partition("<")[2].partition(">")[0]
                self.to.append(address)
                say(self.refuses.get(address, "250 fine"))
            elif word == "DATA":
                say("354 go on")
                text = await reader.readuntil(b"\r\n.\r\n")
                if self.deaf:
                    return
                answer = self.refuses.get("DATA", "250 fine")
                if answer.startswith("2"):
                    body = text[:-3].replace(b"\r\n..", b"\r\n.").replace(b"\r\n", b"\n")
                    self.hidden.append(writer.get_extra_info("ssl_object") is not None)
                    self.mails.append(message_from_bytes(body, policy=default))  # type: ignore[arg-type]
                say(answer)
            else:
                say("221 bye" if word == "QUIT" else "250 fine")


@contextmanager
def post_office(
    security: str = "none", certificate: ssl.SSLContext | None = None
) -> Iterator[PostOffice]:
    """A server that runs as long as the block."""
    office, loop = PostOffice(security=security, certificate=certificate), asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        at_once = certificate if security == "tls" else None
        return await asyncio.start_server(office.serve, "127.0.0.1", 0, ssl=at_once)

    server = loop.run_until_complete(start())
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office
    finally:

        async def stop() -> None:
            server.close()
            left = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
            for each in left:
                each.cancel()
            await asyncio.gather(*left, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
