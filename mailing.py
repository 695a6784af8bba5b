"""Mail by SMTP, with the standard library: one connection for a round of letters.

Settings (from the environment, with BUURTBORD_ before them): SMTP_HOST, SMTP_PORT, SMTP_USER,
SMTP_PASSWORD, SMTP_SECURITY (starttls, tls or none) and MAIL_FROM. Without SMTP_HOST nothing is
sent.
"""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from documents.letters import Letter

#: How long the server may be silent; shorter than the first pause of rules/sending.py.
SECONDS = 20
PORTS = {"starttls": 587, "tls": 465, "none": 25}
# One mailbox at one domain, without what could end a header or name a second one.
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f@<>()\",;:\\]+@[^\s\x00-\x1f\x7f@<>()\",;:\\]+")


class BadSettings(ValueError):
    """The settings for mail cannot be right; the message says why, in English."""


class Unreachable(Exception):
    """The server cannot be reached or takes no mail now: later it may."""


class Undeliverable(Exception):
    """This one letter will never be taken."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: Address


def server_of(config: Mapping[str, Any]) -> Server | None:
    """The mail server that the settings name; None when this installation sends no mail.

    :raises BadSettings:
    """
    host = str(config.get("SMTP_HOST") or "").strip()
    if not host:
        return None
    security = str(config.get("SMTP_SECURITY") or "starttls").strip().lower()
    if security not in PORTS:
        raise BadSettings(f"SMTP_SECURITY is starttls, tls or none, not {security!r}")
    try:
        port = int(config.get("SMTP_PORT") or PORTS[security])
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise BadSettings(f"SMTP_PORT is a number from 1 to 65535, not {config['SMTP_PORT']!r}")
    sender = str(config.get("MAIL_FROM") or "")
    name, address = parseaddr(sender)
    if not _ADDRESS.fullmatch(address) or not sender.isprintable():
        raise BadSettings("MAIL_FROM is an address, as 'Huis van de Buurt <rooster@example.nl>'")
    user = str(config.get("SMTP_USER") or "")
    if user and security == "none" and host not in ("localhost", "127.0.0.1", "::1"):
        raise BadSettings("SMTP_SECURITY is none: the password would travel in clear")
    return Server(
        host=host,
        port=port,
        security=security,
        user=user,
        password=str(config.get("SMTP_PASSWORD") or ""),
        sender=Address(display_name=name, addr_spec=address),
    )


def state(config: Mapping[str, Any]) -> str:
    """How mail is sent here, in English, for whoever runs the machine.

    :raises BadSettings:
    """
    server = server_of(config)
    if server is None:
        return "none is sent: BUURTBORD_SMTP_HOST is not set"
    words = f"handed in at {server.host}:{server.port}, {server.security}"
    if not config.get("BASE_URL"):
        words += "; without links, as BUURTBORD_BASE_URL is not set"
    return words


class Post:
    """Hands in letters; connects at the first one, and leaves at the end of ``with``."""

    def __init__(self, server: Server):
        self.server = server
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, letter: Letter, to: str, name: str, now: dt.datetime) -> None:
        """Hand in a letter.

        :param to: one bare address.
        :param name: what this very letter is called; the same when it comes a second time, so
            that mail programs can show it once.
        :param now: naive UTC.
        :raises Undeliverable: when the address is none, or the server will never take it.
        :raises Unreachable: when the server is not there, or says 'later'.
        """
        mail = self._mail(letter, to, name, now)
        try:
            self._connected().send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            self._hang_up()
            codes = [code for code, _words in error.recipients.values()]
            raise (Undeliverable if min(codes) >= 500 else Unreachable)(str(codes)) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            self._hang_up()
            raise Undeliverable(str(error)) from error
        except smtplib.SMTPDataError as error:
            self._hang_up()
            kind = Undeliverable if error.smtp_code >= 500 else Unreachable
            raise kind(str(error.smtp_code)) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Unreachable(str(error) or type(error).__name__) from error

    def _mail(self, letter: Letter, to: str, name: str, now: dt.datetime) -> EmailMessage:
        if not _ADDRESS.fullmatch(to):
            raise Undeliverable("no e-mail address")
        sender = self.server.sender
        mail = EmailMessage(policy=SMTP)
        try:
            # The headers are objects of the library, which refuse a line break in their values.
            mail["From"] = sender
            mail["To"] = Address(addr_spec=to)
            mail["Subject"] = letter.subject
        except ValueError as error:
            raise Undeliverable(str(error)) from error
        mail["Date"] = format_datetime(now.replace(tzinfo=dt.UTC))
        unique = uuid5(NAMESPACE_URL, f"{sender.addr_spec}/{name}")
        mail["Message-ID"] = f"<{unique}@{sender.domain}>"
        # No 'I am on holiday' in answer to it.
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = "nl"
        mail.set_content(letter.body)
        return mail

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = self._connect()
        return self._line

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        try:
            if server.security == "tls":
                line: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=SECONDS, context=_trust()
                )
            else:
                line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        try:
            if server.security == "starttls":
                # Whoever takes the offer of TLS away gets no mail, rather than mail in clear.
                line.starttls(context=_trust())
            if server.user:
                line.login(server.user, server.password)
        except (smtplib.SMTPException, OSError) as error:
            line.close()
            raise Unreachable(str(error) or type(error).__name__) from error
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
