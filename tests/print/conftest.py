"""One press for all tests of printing, as in a running app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from documents.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    made = Press()
    yield made
    made.close()
