"""Settings: from the environment with the prefix BUURTBORD_, with defaults that are safe."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

#: Where a house's own files live: the database, the secret key, backups.
INSTANCE = Path(__file__).parent / "instance"


def init_app(app: Flask, config: Mapping[str, Any]) -> None:
    """Fill ``app.config``; what the caller gives goes before the environment."""
    app.config.from_mapping(
        DATABASE_URL=os.environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE}/buurtbord.sqlite3",
        INSTANCE=str(INSTANCE),
        # The address that QR codes carry; without it, the address of the request.
        BASE_URL="",
        # How many proxies stand in front and may say who the visitor is.
        PROXIES=0,
        MAX_CONTENT_LENGTH=512 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        # Where mail is handed in; without a host none is sent. See mailing.py.
        SMTP_HOST="",
        SMTP_PORT="",
        SMTP_USER="",
        SMTP_PASSWORD="",
        SMTP_SECURITY="starttls",
        MAIL_FROM="",
        PRESS_SECONDS=20.0,
        WARM_PRESS=False,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=400),
        # Written when it changes, and renewed now and then by the gate; not with each answer.
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="buurtbord",
        # A desk tab stays open for days; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.config.from_prefixed_env("BUURTBORD")
    for name in ("SMTP_USER", "SMTP_PASSWORD"):
        # As it stands: Flask would read the password 1e5 as a number.
        if f"BUURTBORD_{name}" in os.environ:
            app.config[name] = os.environ[f"BUURTBORD_{name}"]
    app.config.from_mapping(config)
    base = urlsplit(app.config["BASE_URL"])
    if base.scheme == "https":
        app.config["SESSION_COOKIE_SECURE"] = True
    if base.hostname and app.config["TRUSTED_HOSTS"] is None:
        # Who knows its own name answers to no other: nobody puts theirs into links or on paper.
        app.config["TRUSTED_HOSTS"] = [base.hostname]
    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = _kept_secret(Path(app.config["INSTANCE"]))
    proxies = int(app.config["PROXIES"])
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def _kept_secret(folder: Path) -> str:
    """The key that signs cookies, made once and kept beside the database, for its owner only."""
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written apart and linked: when two processes start at once, both read one whole key.
        draft = folder / f"secret_key.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text()
