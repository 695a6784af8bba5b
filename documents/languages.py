"""The languages of documents and public pages: facts, one table.

Names of days and months come from the CLDR, by way of Babel. What stands here is what the CLDR does
not say: 'every Thursday', 'from ... to ...'. Whoever speaks a language can check it here and in its
catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

DUTCH = "nl"


@dataclass(frozen=True)
class Language:
    """How a language writes dates, money and lists.

    name: as those who read it write it. day: a day with its weekday, as a pattern of the CLDR.
    direction: 'rtl' is written from right to left. every: 'every Monday' to 'every Sunday'.
    between: 'from ... to ...', the last day included. pair: two things; comma: between more.
    months: between the dates of one month and those of the next. weekday_last: '24 December
    Thursday', the month said with each weekday.
    """

    name: str
    day: str = "EEEE d MMMM"
    direction: str = "ltr"
    euros: str = "€{}"
    every: tuple[str, ...] = ()
    between: str = "{} – {}"
    pair: str = "{}, {}"
    comma: str = ", "
    months: str = ", "
    weekday_last: bool = False


_EURO_BEHIND = "{}\N{NO-BREAK SPACE}€"

#: By the names in addresses and of the catalogues, in the order in which they are offered.
LANGUAGES = {
    # What Dutch says stands in rules/notation.py.
    DUTCH: Language("Nederlands"),
    "en": Language(
        "English",
        every=(
            "every Monday",
            "every Tuesday",
            "every Wednesday",
            "every Thursday",
            "every Friday",
            "every Saturday",
            "every Sunday",
        ),
        between="{} to {}",
        pair="{} and {}",
        months=", and ",
    ),
    "ar": Language(
        "العربية",
        "EEEE، d MMMM",
        "rtl",
        every=(
            "كل يوم اثنين",
            "كل يوم ثلاثاء",
            "كل يوم أربعاء",
            "كل يوم خميس",
            "كل يوم جمعة",
            "كل يوم سبت",
            "كل يوم أحد",
        ),
        between="من {} إلى {}",
        pair="{} و{}",
        comma="، ",
        months="، و",
    ),
    "uk": Language(
        "Українська",
        "EEEE, d MMMM",
        euros=_EURO_BEHIND,
        every=(
            "щопонеділка",
            "щовівторка",
            "щосереди",
            "щочетверга",
            "щопʼятниці",
            "щосуботи",
            "щонеділі",
        ),
        between="з {} по {}",
        pair="{} і {}",
        months=", та ",
    ),
    "pl": Language(
        "Polski",
        "EEEE, d MMMM",
        euros=_EURO_BEHIND,
        every=(
            "w każdy poniedziałek",
            "w każdy wtorek",
            "w każdą środę",
            "w każdy czwartek",
            "w każdy piątek",
            "w każdą sobotę",
            "w każdą niedzielę",
        ),
        between="od {} do {}",
        pair="{} i {}",
        months=" oraz ",
    ),
    "tr": Language(
        "Türkçe",
        "d MMMM EEEE",
        every=(
            "her pazartesi",
            "her salı",
            "her çarşamba",
            "her perşembe",
            "her cuma",
            "her cumartesi",
            "her pazar",
        ),
        pair="{} ve {}",
        weekday_last=True,
    ),
    "ti": Language(
        "ትግርኛ",
        "EEEE፣ d MMMM",
        every=(
            "ነፍሲ ወከፍ ሰኑይ",
            "ነፍሲ ወከፍ ሰሉስ",
            "ነፍሲ ወከፍ ረቡዕ",
            "ነፍሲ ወከፍ ሓሙስ",
            "ነፍሲ ወከፍ ዓርቢ",
            "ነፍሲ ወከፍ ቀዳም",
            "ነፍሲ ወከፍ ሰንበት",
        ),
        between="ካብ {} ክሳብ {}",
        # Its word for 'and' is an ending that changes the word before it: a comma changes nothing.
        pair="{}፣ {}",
        comma="፣ ",
        months="፣ ",
    ),
}
