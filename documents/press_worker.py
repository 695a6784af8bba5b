"""The process that runs WeasyPrint. Started by ``press.Press``; no other module imports WeasyPrint.

It talks in frames over stdin and stdout: eight bytes of length, then that many bytes. A request is
one JSON frame and, for a picture, one frame with the PDF. An answer is one JSON frame and, when it
succeeded, one frame with what was made. The process ends when stdin ends, which is what happens
when its parent ends, in whatever way.
"""

from __future__ import annotations

import base64
import gc
import io
import json
import logging
import os
import resource
import shutil
import signal
import struct
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, BinaryIO, NamedTuple

from documents.faces import FACES, FONTS, ROOT, can_draw, covered_characters

#: What every document has: its faces and inks, and the style of the poster's family.
STYLESHEETS = tuple(ROOT / "templates" / "print" / name for name in ("base.css", "print.css"))

#: The colours of a picture: a page has few, and each letter a few shades of its own.
COLOURS = 32

#: A page of three thousand rows takes half a gigabyte; past this the worker refuses, not the host.
MEMORY_BYTES = 2 * 1024**3

_LENGTH = struct.Struct(">Q")


class Refused(Exception):
    """A request that is answered with a named error: ``name`` is that of an exception in press."""

    def __init__(self, name: str, **details: str) -> None:
        super().__init__(name)
        self.name = name
        self.details = details


class Laid(NamedTuple):
    """What came out of one request: the PDF or PNG, its pages, and which candidate it is."""

    made: bytes
    pages: int
    chosen: int


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    """Sends one frame. Raises OSError when the other side is gone."""
    data = memoryview(_LENGTH.pack(len(payload)) + payload)
    while data:
        # A raw pipe may take only part of what it is given.
        data = data[stream.write(data) :]


def read_frame(stream: BinaryIO) -> bytes:
    """Waits for one frame. Raises EOFError when the other side is gone."""
    return _read(stream, _LENGTH.unpack(_read(stream, _LENGTH.size))[0])


def _read(stream: BinaryIO, size: int) -> bytes:
    parts = []
    while size:
        part = stream.read(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class Renderer:
    """WeasyPrint with everything that can be reused: fonts, style sheet, font configuration."""

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher

        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        self._weasyprint = weasyprint
        self._pictures: Mapping[str, str] = {}
        renderer = self

        class Fetcher(URLFetcher):  # type: ignore[misc]
            """Reads what stands in the page itself, and the pictures that came beside it."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                name = url.removeprefix("picture:")
                return super().fetch(url if name == url else renderer._pictures[name], headers)

        self._fetcher = Fetcher(allowed_protocols={"data"}, allow_redirects=False)
        self._fonts = FontConfiguration()
        css = font_css() + "".join(each.read_text(encoding="utf-8") for each in STYLESHEETS)
        self._style = weasyprint.CSS(string=css, url_fetcher=self._fetcher, font_config=self._fonts)
        self._characters = covered_characters()

    def render(
        self,
        candidates: list[str],
        most_pages: int,
        most_bytes: int,
        spread: Sequence[str] = (),
        pictures: Mapping[str, str] | None = None,
    ) -> Laid:
        """The first of the candidates that fits; else the first of the spread that fits on two
        pages; the last when none does.

        candidates, spread: whole HTML documents, from roomy to tight, so that halving finds the
            first. pictures: the data: addresses behind 'picture:<name>'.
        Raises Refused for a character without a glyph and for a PDF over ``most_bytes``.
        """
        self._check_characters(candidates[0])
        self._pictures = pictures or {}
        document, chosen = self._first_that_fits(candidates, most_pages)
        if spread and len(document.pages) > most_pages:
            document, chosen = self._first_that_fits(spread, 2)
            chosen += len(candidates)
        pdf = document.write_pdf(pdf_variant="pdf/ua-1")
        if len(pdf) > most_bytes:
            raise Refused("TooLarge")
        return Laid(pdf, len(document.pages), chosen)

    def _first_that_fits(self, candidates: Sequence[str], most_pages: int) -> tuple[Any, int]:
        laid: dict[int, Any] = {}
        low, high = 0, len(candidates) - 1
        while low < high:
            middle = (low + high) // 2
            laid[middle] = self._lay_out(candidates[middle])
            if len(laid[middle].pages) <= most_pages:
                high = middle
            else:
                low = middle + 1
        return laid.get(low) or self._lay_out(candidates[low]), low

    def _lay_out(self, html: str) -> Any:
        source = self._weasyprint.HTML(string=html, url_fetcher=self._fetcher)
        return source.render(
            font_config=self._fonts, stylesheets=[self._style], pdf_variant="pdf/ua-1"
        )

    def _check_characters(self, html: str) -> None:
        """Raises Refused naming the first text with a character that no shipped font has."""
        # Which text it is in takes longer to find than it takes to see that there is none.
        if all(can_draw(character, self._characters) for character in set(unescape(html))):
            return
        tree = self._weasyprint.HTML(string=html, url_fetcher=self._fetcher).etree_element
        for text in _texts(tree):
            for character in text:
                if not can_draw(character, self._characters):
                    raise Refused("MissingGlyph", text=" ".join(text.split()), character=character)


def _texts(element: Any) -> Iterator[str]:
    """Every text that is printed, in reading order."""
    if element.tag in ("head", "script", "style") or not isinstance(element.tag, str):
        if element.tail:
            yield element.tail
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
    if element.tail:
        yield element.tail


def picture(pdf: bytes, width: int) -> bytes:
    """A PNG of the first page of a PDF, so many pixels wide."""
    # Not at the start: who only prints needs neither.
    import pypdfium2  # type: ignore[import-untyped]
    from PIL import Image

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    # Of the ways to choose colours this one is the fastest, and keeps what is red in one word.
    few = drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def font_css() -> str:
    """The @font-face rules, with the files of static/fonts inside as data: addresses."""
    rules = []
    for family, weight, name in FACES:
        data = base64.b64encode((FONTS / name).read_bytes()).decode("ascii")
        rules.append(
            f"@font-face{{font-family:'{family}';font-weight:{weight};"
            f"src:url(data:font/ttf;base64,{data})}}"
        )
    return "".join(rules)


_WARM_UP = (
    "<html lang='nl'><head><title>.</title></head><body><h1>Warm</h1>"
    "<p>ĝ ş 1 <strong>tekst ş</strong></p></body></html>"
)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until the other side is gone."""
    try:
        renderer = Renderer()
        renderer.render([_WARM_UP], 1, 1 << 24)
    except OSError as error:
        # WeasyPrint finds Pango when it is imported, and says so with an OSError.
        _answer(answers, error="PressUnavailable", detail=str(error))
        return
    # What is loaded now stays: the collector need not look at it again after every render.
    gc.collect()
    gc.freeze()
    gc.disable()
    _answer(answers)
    while True:
        try:
            request = json.loads(read_frame(requests))
            pdf = read_frame(requests) if "width" in request else b""
        except EOFError:
            return
        started = time.perf_counter()
        try:
            laid = (
                Laid(picture(pdf, request["width"]), 1, 0)
                if pdf
                else renderer.render(
                    request["candidates"],
                    request["most_pages"],
                    request["most_bytes"],
                    request["spread"],
                    request["pictures"],
                )
            )
        except Refused as refused:
            _answer(answers, error=refused.name, **refused.details)
        except Exception as error:
            traceback.print_exc()
            _answer(answers, error="RenderFailed", detail=f"{type(error).__name__}: {error}")
        else:
            seconds = time.perf_counter() - started
            _answer(answers, pages=laid.pages, chosen=laid.chosen, seconds=seconds)
            write_frame(answers, laid.made)
            del laid
        # Nobody waits for this: the answer is already on its way.
        gc.collect()


def _answer(answers: BinaryIO, **answer: Any) -> None:
    write_frame(answers, json.dumps(answer).encode())


def main() -> None:
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever a library prints must not land between the frames.
    os.dup2(2, 1)
    # Ctrl-C reaches the whole group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # The press gives its worker a font configuration without system fonts, on purpose.
    warnings.filterwarnings("ignore", message="No fonts configured")
    try:
        serve(requests, answers)
    except BrokenPipeError:
        pass
    finally:
        if folder := os.environ.get("BUURTBORD_PRESS_FOLDER"):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
