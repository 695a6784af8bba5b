"""The languages of the public pages: every word, the dates, the direction, and what stays Dutch."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from flask import Flask

from models import ActivityText, ClosureKind, House, Occurrence, Room, SignUpKind
from rules import houses, programme
from rules.closures import add_closure
from tests.browser_of import Browser
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from views.language import LANGUAGES
from views.programme_forms import CATEGORIES

ROOT = Path(__file__).parent.parent.parent
OTHERS = [code for code in LANGUAGES if code != "nl"]


def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def words_to_translate() -> set[str | tuple[str, ...]]:
    """What `pybabel extract` finds in the files that babel.cfg names."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | {"N_": None, "_l": None, "number": (1, 2)}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {message for _file, _line, message, _comments, _context in found}


# -- the catalogues -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_of_the_public_pages_is_untranslated(language: str) -> None:
    wanted = words_to_translate()
    assert {"gaat niet door", "Deze week", "Deze pagina is er niet.", "gratis"} <= wanted
    messages = {
        tuple(message.id) if message.pluralizable else message.id: message
        for message in catalogue(language)
        if message.id
    }
    assert messages.keys() == wanted, messages.keys() ^ wanted
    for message in messages.values():
        said = message.string if message.pluralizable else (message.string,)
        assert all(said), message.id
        assert len(said) == (catalogue(language).num_plurals if message.pluralizable else 1)
        assert not message.fuzzy, message.id
        assert not list(message.check(Catalog(locale=language))), message.id
        asked = message.id[1] if message.pluralizable else message.id
        for each in said:
            names = [sorted(re.findall(r"%\(\w+\)s", text)) for text in (asked, each)]
            assert names[0] == names[1], message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_words(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    file = ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo"
    assert file.read_bytes() == compiled.getvalue(), "pybabel compile -d translations"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_knows_the_plurals_of_its_language(language: str) -> None:
    plural = get_plural(language)
    assert (catalogue(language).num_plurals, catalogue(language).plural_expr) == (
        plural.num_plurals,
        plural.plural_expr,
    )


def test_every_category_has_its_word_in_every_language() -> None:
    for _value, label in CATEGORIES:
        for language in OTHERS:
            assert catalogue(language).get(str(label)), label


# -- the pages ------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a page says, apart from what it marks as Dutch; and its links."""

    VOID = frozenset({"meta", "link", "br", "input", "use"})

    def __init__(self, page: str):
        super().__init__()
        self.dutch: list[bool] = [False]
        self.said: list[str] = []
        self.links: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.root = given
            given = {}
        self.said += [given[name] or "" for name in ("aria-label", "data-offline") if name in given]
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in self.VOID:
            data = tag == "script" or given.get("lang") == "nl"
            self.dutch.append(self.dutch[-1] or data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.dutch.pop()

    def handle_data(self, data: str) -> None:
        if not self.dutch[-1]:
            self.said.append(data)


def fill(house: House) -> None:
    """A programme in which everything occurs that a page can say."""
    houses.change_house(house, None, NOW, tagline="Samen doen", street="Straat 1")
    partner = houses.add_partner(house, "Buurtwerk", None, NOW)
    rooms = [Room.create(house=house, name=name) for name in ("Zaal", "Tuin")]
    facts = {"room": rooms[0], "partner": partner, "audience": "Voor ouders", "summary": "Kom maar"}
    rule = "FREQ=WEEKLY;BYDAY=TU"
    for number in range(7):
        activity = make_activity(
            house,
            f"Iets {number}",
            category=CATEGORIES[number][0],
            cost_cents=(0, 250, None)[number % 3],
            cost_note=("", "met koffie", "gratis")[number % 3],
            sign_up=list(SignUpKind)[number % 2],
            rule=rule,
            filled_until=dt.date(2027, 12, 31),
            **facts,
        )
        rows = [make_occurrence(activity, TODAY + dt.timedelta(days=n)) for n in (0, 2, 4, 8)]
        if number == 0:
            programme.cancel_date(rows[0], "De vloer is nat", None, NOW)
            programme.move_date(rows[2], TODAY + dt.timedelta(days=1), None, NOW, note="Feest")
        if number == 1:
            programme.move_date(rows[0], TODAY + dt.timedelta(days=3), None, NOW)
            programme.move_date(rows[1], rows[1].date, None, NOW, start_time=dt.time(11))
            programme.move_date(rows[2], rows[2].date, None, NOW, room=rooms[1])
    day = dt.date(2026, 12, 4)
    add_closure(house, day, day, ClosureKind.closed, "Inventaris", None, NOW)


def _is_on_screen(message: Message) -> bool:
    paper = ("documents/", "templates/print/")
    return not all(file.startswith(paper) for file, _line in message.locations)


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_says_nothing_in_dutch_but_what_it_marks_so(
    app: Flask, cast: Cast, language: str
) -> None:
    fill(cast.wolfsbos)
    translated = {
        message.id
        for message in catalogue(language)
        if message.id and _is_on_screen(message)
        if "%" not in message.id and message.string != message.id
    }
    for address in (
        "/?",
        "/h/wolfsbos/?",
        "/h/wolfsbos/?maand=2026-11&",
        "/h/wolfsbos/?maand=2026-12&",
        "/h/knooppunt/?",
        "/h/knooppunt/?maand=2027-03&",
        "/h/niets/?",
        "/niets?",
        "/h/wolfsbos/?maand=x&",
    ):
        page = Browser(app, None).get(f"{address}taal={language}").text
        reader = Reader(page)
        assert reader.dutch == [False], "every element was closed"
        said = "\n".join(text for text in reader.said if text.strip())
        for text in translated:
            assert not re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said), (address, text)
        for own in ("Iets", "Zaal", "Samen doen", "Buurtwerk", "vloer", "Straat", "koffie", "Kom"):
            assert own not in said, (address, own)
        assert not re.search(r"\b(maandag|november|december|uur)\b", said), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_direction(app: Flask, cast: Cast, language: str) -> None:
    for address in ("/", "/h/wolfsbos/", "/h/wolfsbos/?maand=2026-12", "/h/niets/"):
        page = Browser(app, None).get(f"{address}{'&' if '?' in address else '?'}taal={language}")
        root = Reader(page.text).root
        assert root["lang"] == language
        assert root.get("dir", "ltr") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(
    ("language", "words"),
    {
        "nl": ["Vandaag, donderdag 26 november", "10.00", "maandag t/m vrijdag", "€2,50", ">€3<"],
        "en": ["Today, Thursday 26 November", "10:00", "Monday – Friday", "€2.50", "9:00–17:00"],
        "ar": ["اليوم، الخميس، 26 نوفمبر", "الاثنين – الجمعة", '<bdi dir="ltr">€2.50</bdi>'],
        "uk": ["Сьогодні, четвер, 26 листопада", "понеділок – пʼятниця", "2,50\xa0€", "· 3\xa0€<"],
        "pl": ["Dzisiaj, czwartek, 26 listopada", "poniedziałek – piątek", "2,50\xa0€"],
        "tr": ["Bugün, 26 Kasım Perşembe", "Pazartesi – Cuma", "€2,50", "Aralık 2026 programı"],
        "ti": ["ሎሚ፣ ሓሙስ፣ 26 ሕዳር", "ሰኑይ – ዓርቢ", "€2.50"],
    }.items(),
)
def test_days_hours_and_prices_are_written_as_the_language_writes_them(
    app: Flask, cast: Cast, language: str, words: list[str]
) -> None:
    for title, cents in (("Atelier", 250), ("Koken", 300)):
        make_occurrence(make_activity(cast.wolfsbos, title, cost_cents=cents), TODAY)
    text = Browser(app, None).get(f"/h/wolfsbos/?taal={language}").text.replace("&#160;", "\xa0")
    for each in words:
        assert each in text, each


def test_hours_that_differ_by_day_are_said_by_day(app: Flask, cast: Cast) -> None:
    hours = {day: [] for day in range(7)}
    morning, evening = houses.Span(dt.time(9), dt.time(12)), houses.Span(dt.time(19), dt.time(22))
    hours |= {0: [morning, evening], 3: [morning, evening], 5: [morning]}
    houses.set_hours(cast.wolfsbos, hours, None, NOW)
    text = Browser(app, None).get("/h/wolfsbos/?taal=pl").text
    assert 'poniedziałek, czwartek <bdi dir="ltr" class="nowrap">9:00–12:00, 19:00–22:00' in text
    assert 'sobota <bdi dir="ltr" class="nowrap">9:00–12:00' in text
    assert "poniedziałek، " not in text
    assert "الاثنين، الخميس" in Browser(app, None).get("/h/wolfsbos/?taal=ar").text


def test_times_and_numbers_keep_their_order_from_right_to_left(app: Flask, cast: Cast) -> None:
    text = Browser(app, None).get("/h/wolfsbos/?taal=ar").text
    assert '<bdi dir="ltr">0528-12 34 56</bdi>' in text
    assert '<bdi dir="ltr" class="nowrap">9:00–17:00</bdi>' in text


def test_the_language_stays_with_the_links_of_the_page(app: Flask, cast: Cast) -> None:
    for address in ("/h/wolfsbos/?taal=uk", "/h/wolfsbos/?maand=2026-12&taal=uk", "/?taal=uk"):
        links = Reader(Browser(app, None).get(address).text).links
        own = [link for link in links if re.match(r"/(h/\w+/)?(\?|$)", link)]
        assert own
        assert all("taal=uk" in link for link in own), own
    dutch = Reader(Browser(app, None).get("/h/wolfsbos/?taal=nl").text).links
    assert not [link for link in dutch if link.startswith("/") and "taal=" in link]


def test_each_language_can_be_chosen_by_its_own_name_and_the_month_stays(
    app: Flask, cast: Cast
) -> None:
    text = Browser(app, None).get("/h/wolfsbos/?maand=2026-12&taal=tr").text
    assert '<a href="?maand=2026-12&amp;taal=ar" lang="ar" hreflang="ar">العربية</a>' in text
    assert '<a href="?maand=2026-12&amp;taal=nl" lang="nl" hreflang="nl">Nederlands</a>' in text
    assert "<strong>Türkçe</strong>" in text
    assert 'href="?taal=ti"' in Browser(app, None).get("/h/wolfsbos/").text


@pytest.mark.parametrize("language", ["xx", "NL", "en-GB", "ar'--", "\x00", "²", "n" * 3000])
def test_a_language_that_we_do_not_have_is_answered_with_a_sentence(
    app: Flask, cast: Cast, language: str
) -> None:
    for address in ("/", "/h/wolfsbos/"):
        answer = Browser(app, None).get(address, query_string={"taal": language})
        assert answer.status_code == 400
        assert "Deze taal kennen we niet." in answer.text
    assert Browser(app, None).get("/?taal=").status_code == 200


def test_a_wrong_month_is_said_in_the_language_of_the_page(app: Flask, cast: Cast) -> None:
    answer = Browser(app, None).get("/h/wolfsbos/?maand=x&taal=en")
    assert answer.status_code == 400
    assert "We do not know this month." in answer.text


def test_what_somebody_entered_in_a_language_is_shown_in_it(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, "Inloop met koffie", summary="Kom maar")
    make_occurrence(activity, TODAY)
    ActivityText.create(activity=activity, language="uk", title="Кава", summary="Приходьте")
    other = make_activity(cast.wolfsbos, "Biljart")
    make_occurrence(other, TODAY)
    ActivityText.create(activity=other, language="ar", title="<بلياردو>")
    uk = Browser(app, None).get("/h/wolfsbos/?taal=uk").text
    assert '<p class="name">Кава</p>' in uk
    assert "<p>Приходьте</p>" in uk
    assert "Inloop met koffie" not in uk
    assert '<bdi lang="nl">Biljart</bdi>' in uk
    assert "&lt;بلياردو&gt;" in Browser(app, None).get("/?taal=ar").text
    dutch = Browser(app, None).get("/h/wolfsbos/").text
    assert "Inloop met koffie" in dutch
    assert "Кава" not in dutch


def test_texts_in_a_language_cost_one_query_however_many(app: Flask, cast: Cast) -> None:
    browser = Browser(app, None)
    addresses = ("/?", "/h/wolfsbos/?", "/h/wolfsbos/?maand=2026-11&")
    counts: dict[str, list[int]] = {address: [] for address in addresses}
    for _round in range(2):
        for address in addresses:
            for language in ("nl", "uk"):
                with counted() as statements:
                    browser.get(f"{address}taal={language}")
                counts[address].append(len(statements))
        for number in range(5):
            activity = make_activity(
                cast.wolfsbos, f"Iets {number}", filled_until=dt.date(2027, 1, 1)
            )
            for n in (0, 1, 2):
                make_occurrence(activity, TODAY + dt.timedelta(days=n))
            row = Occurrence.get(activity=activity, date=TODAY)
            programme.move_date(row, TODAY + dt.timedelta(days=3), None, NOW)
            ActivityText.create(activity=activity, language="uk", title=f"Щось {number}")
    for address, (dutch, other, full_dutch, full_other) in counts.items():
        assert (full_dutch, full_other) == (dutch, other), address
        assert other == dutch + 1, address


def test_the_rest_of_the_app_stays_dutch(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for address in ("/inloggen?taal=ar", "/vandaag?taal=ar", "/programma?taal=ar"):
        assert Reader(browser.get(address).text).root == {"lang": "nl"}, address
    assert Reader(browser.get("/mensen/999?taal=ar").text).root == {"lang": "nl"}


@pytest.mark.slow
def test_each_language_and_month_is_a_page_of_its_own_to_caches(app: Flask, cast: Cast) -> None:
    browser = Browser(app, None)
    addresses = [
        f"/h/{house}/?taal={language}{month}"
        for house in ("wolfsbos", "knooppunt")
        for language in LANGUAGES
        for month in ("", "&maand=2026-11", "&maand=2026-12")
    ]
    tags = {address: browser.get(address).headers["ETag"] for address in addresses}
    assert len(set(tags.values())) == len(addresses)
    for address, tag in tags.items():
        again = browser.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert again.data == b""
