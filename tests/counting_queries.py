"""How many statements a piece of code sends to the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statements.append(str(record.msg))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that peewee sends inside the block, as they are sent."""
    logger, keeper = logging.getLogger("peewee"), _Keeper()
    level = logger.level
    logger.addHandler(keeper)
    logger.setLevel(logging.DEBUG)
    try:
        yield keeper.statements
    finally:
        logger.removeHandler(keeper)
        logger.setLevel(level)
