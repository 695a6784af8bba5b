"""Reading a PDF back as a reader sees it: its text, its letters, its fonts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pdfplumber


def text_of(pdf: bytes) -> str:
    """All text in reading order, every run of white space as one space."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True)
    return " ".join(done.stdout.decode().split())


@contextmanager
def first_page(pdf: bytes) -> Iterator[Any]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        yield opened.pages[0]


def letters_of(pdf: bytes) -> list[dict[str, Any]]:
    """The printed letters of all pages, without spaces."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [char for each in opened.pages for char in each.chars if char["text"].strip()]


def fonts_of(pdf: bytes) -> list[list[str]]:
    """The lines of ``pdffonts``: name, ..., emb, sub, uni, object."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, text=False)
    return [line.split() for line in done.stdout.decode().splitlines()[2:]]
