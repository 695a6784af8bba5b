"""The front door: create_app() is a table of contents of Buurtbord."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

import commands
import database
import settings
import views
from views import (
    assets,
    clock,
    errors,
    forms,
    gate,
    headers,
    language,
    own_address,
    printing,
    templating,
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the app; ``config`` goes before what the environment says."""
    app = Flask(__name__, static_folder=None)
    settings.init_app(app, config or {})
    database.init_app(app)
    clock.init_app(app)
    headers.init_app(app)
    assets.init_app(app)
    language.init_app(app)
    templating.init_app(app)
    forms.init_app(app)
    errors.init_app(app)
    gate.init_app(app)
    own_address.init_app(app)
    printing.init_app(app)
    commands.init_app(app)
    views.init_app(app)
    return app
