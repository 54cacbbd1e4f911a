"""Reading figures as people type them, without ever changing a value silently."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

SPACES = re.compile(r"[\s\u2009\u202f\u00a0]+")
PLAIN = re.compile(r"-?\d{1,20}(\.\d{1,12})?\Z|-?\.\d{1,12}\Z", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,12})?\Z", re.ASCII)


class NumberFault(StrEnum):
    """Why a text is not taken as a figure."""

    NOT_A_NUMBER = "not_a_number"
    DECIMAL_COMMA = "decimal_comma"
    TOO_MANY_DECIMALS = "too_many_decimals"


def read_number(text: str, decimals: int) -> Decimal | NumberFault | None:
    """The figure that `text` says, None for blank, or why it is not taken.

    Spaces and full-width digits are read; commas only where they group thousands, because `6,412` and `6412,5` are
    each ambiguous or foreign to the point used here. `6,412` is taken as 6412, `6412,5` and `6,41` are refused.
    """
    text = SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    if not text:
        return None
    if GROUPED.match(text):
        text = text.replace(",", "")
    elif "," in text:
        return NumberFault.DECIMAL_COMMA if re.match(r"-?[\d.,]+\Z", text) else NumberFault.NOT_A_NUMBER
    if not PLAIN.match(text):
        return NumberFault.NOT_A_NUMBER
    number = Decimal(text)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals:
        return NumberFault.TOO_MANY_DECIMALS
    return number


def canonical(number: Decimal) -> str:
    """How a figure is stored: `6412.5`, no exponent, no trailing zeros, `0` for any zero."""
    return format(number.normalize(), "f") if number else "0"
