"""What people write into a cell, and what it means; whatever is unclear is refused, not guessed.

Each function takes the stripped text of a cell and raises ValueError with a reason that a
coordinator can act on. Reasons never repeat the cell: they end up on screens and in logs.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import PhoneNumberType

from records.patient_model import PhoneKind

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL = 10_000
"""Excel's day number for May 1927. Below it, 1985 could be a year or a day in 1905."""
OLDEST = 120
"""Years. Nobody is older; a birth date says so by mistake."""
KINDS = {
    "": None,
    "mobile": PhoneKind.MOBILE,
    "cell": PhoneKind.MOBILE,
    "landline": PhoneKind.LANDLINE,
    "home": PhoneKind.LANDLINE,
    "unknown": PhoneKind.UNKNOWN,
    "none": PhoneKind.NONE,
}
LANGUAGES = {"": "en", "english": "en", "spanish": "es", "español": "es"}
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0", ""})

_NUMERIC = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")


def person_name(text: str) -> str:
    """A name in composed form, with single spaces."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise ValueError("is empty")
    if len(name) > 100:
        raise ValueError("is longer than 100 characters")
    if name[0] in "=+-@" or not any(letter.isalpha() for letter in name):
        raise ValueError("is not a name")
    return name


def name_or_none(text: str) -> str | None:
    """The name of somebody beside the patient; None when there is nobody."""
    return person_name(text) if text else None


def past_date(text: str, today: date) -> date | None:
    """A day that has come, written like a date of birth; None when none is given."""
    if not text:
        return None
    day = _date(text)
    if day > today:
        raise ValueError("lies in the future")
    return day


def birth_date(text: str, today: date, age_min: int) -> date:
    """A date of birth: ISO, M/D/YYYY, 3 Mar 1985, March 3, 1985, or Excel's day number."""
    born = _date(text)
    if born > today:
        raise ValueError("lies in the future")
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age > OLDEST:
        raise ValueError(f"would make the patient older than {OLDEST}")
    if age < age_min:
        raise ValueError(f"the patient is younger than {age_min}")
    return born


def _date(text: str) -> date:
    if not text:
        raise ValueError("is empty")
    if found := _SERIAL.fullmatch(text):
        serial = int(found[1])
        if serial >= FIRST_SERIAL:
            return EXCEL_EPOCH + timedelta(days=serial)
    try:
        if found := _NUMERIC.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _AMERICAN.fullmatch(text):
            return date(int(found[3]), int(found[1]), int(found[2]))
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _MONTH_FIRST.fullmatch(text):
            return date(int(found[3]), _month(found[1]), int(found[2]))
    except ValueError:
        raise ValueError("is no day of the calendar; dates with slashes are M/D/YYYY") from None
    raise ValueError("is not a date; write it as YYYY-MM-DD")


def _month(name: str) -> int:
    # `index` raises ValueError for a word that is no month.
    return MONTHS.index(name[:3].lower()) + 1


def phone(text: str, kind: str, region: str) -> tuple[str | None, PhoneKind]:
    """A number in E.164 and its kind: as the file says, else as far as the number tells."""
    stated = KINDS.get(kind.casefold(), ...)
    if stated is ...:
        raise ValueError("phone_kind is mobile, landline, unknown or none")
    if not text:
        if stated not in {None, PhoneKind.NONE}:
            raise ValueError("is empty, but phone_kind names a phone")
        return None, PhoneKind.NONE
    if stated is PhoneKind.NONE:
        raise ValueError("is given, but phone_kind says none")
    number = _number(text, region)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written, stated or _kind(number)


def other_phone(text: str, region: str) -> str | None:
    """The number of somebody beside the patient, in E.164."""
    if not text:
        return None
    number = _number(text, region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _number(text: str, region: str) -> phonenumbers.PhoneNumber:
    if re.fullmatch(r"[\d.]+[eE]\+?\d+", text):
        raise ValueError("was shortened by a spreadsheet; type it again as text")
    try:
        number = phonenumbers.parse(re.sub(r"\.0+$", "", text), region)
    except phonenumbers.NumberParseException:
        raise ValueError("is not a phone number") from None
    if number.extension:
        raise ValueError("has an extension; give the person's own number or none")
    # Seven digits without an area code are "possible" to the library, but reach nobody.
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("is not a phone number; is a digit missing?")
    if not phonenumbers.is_valid_number(number) and not _fictional(number):
        raise ValueError("is a number that is in use nowhere")
    return number


def _fictional(number: phonenumbers.PhoneNumber) -> bool:
    # 555-0100 to 555-0199 are set aside for fiction in every North American area, and so are
    # right for demonstrations; the library knows them in some areas only.
    national = phonenumbers.national_significant_number(number)
    return number.country_code == 1 and national[3:8] == "55501"


def _kind(number: phonenumbers.PhoneNumber) -> PhoneKind:
    match phonenumbers.number_type(number):
        case PhoneNumberType.MOBILE:
            return PhoneKind.MOBILE
        case PhoneNumberType.FIXED_LINE:
            return PhoneKind.LANDLINE
        case PhoneNumberType.FIXED_LINE_OR_MOBILE | PhoneNumberType.UNKNOWN:
            return PhoneKind.UNKNOWN
        case _:
            raise ValueError("is a service's number, not a person's")


def zone(text: str) -> str | None:
    """An IANA zone of a place. EST and Etc/GMT+5 are refused: they never change their clocks."""
    if not text:
        return None
    found = _zones().get(text.casefold().replace(" ", "_"))
    if found is None:
        raise ValueError("is no time zone; write it as America/New_York")
    return found


@cache
def _zones() -> dict[str, str]:
    # Not at import: a process first says which edition of the zones it uses.
    return {
        name.casefold(): name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    }


def language(text: str) -> str:
    """A two-letter code, English when nothing is said."""
    code = LANGUAGES.get(text.casefold(), text.casefold())
    if not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError("is no language; write it as en or es")
    return code


def yes_or_no(text: str) -> bool:
    """Nothing said is no: nobody has agreed to texts by leaving a cell empty."""
    word = text.casefold()
    if word not in YES | NO:
        raise ValueError("is neither yes nor no")
    return word in YES


def words(text: str, longest: int) -> str | None:
    """Free words; None when there are none."""
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters")
    return text or None
