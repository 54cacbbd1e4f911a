"""Reading figures as people type them, without ever changing a value silently."""

import re
from decimal import Decimal
from enum import StrEnum

SPACES = re.compile(r"[\s\u2009\u202f\u00a0]")
PLAIN = re.compile(r"-?\d{1,20}(\.\d{1,12})?\Z|-?\.\d{1,12}\Z", re.ASCII)
# `0,123` does not group thousands, someone means 0.123; `6 4` is more likely two figures than 64.
GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:(,\d{3})+|( \d{3})+)(\.\d{1,12})?\Z", re.ASCII)
# Full-width signs as Chinese keyboards write them, and the real minus. No wider normalization: `10²` is not 102.
PLAIN_SIGNS = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x2212: "-"}


class NumberFault(StrEnum):
    """Why a text is not taken as a figure."""

    NOT_A_NUMBER = "not_a_number"
    DECIMAL_COMMA = "decimal_comma"
    TOO_MANY_DECIMALS = "too_many_decimals"


def read_number(text: str, decimals: int) -> Decimal | NumberFault | None:
    """The figure that `text` says, None for blank, or why it is not taken.

    Full-width digits are read; spaces and commas only where they group thousands, because `6,412` and `6412,5` are
    each ambiguous or foreign to the point used here. `6,412` is taken as 6412, `6412,5` and `6,41` are refused.
    """
    if not PLAIN.match(text):
        text = SPACES.sub(" ", text).strip().translate(PLAIN_SIGNS)
        if not text:
            return None
        if GROUPED.match(text):
            text = text.replace(",", "").replace(" ", "")
        elif "," in text:
            return NumberFault.DECIMAL_COMMA if re.match(r"-?[\d.,]+\Z", text) else NumberFault.NOT_A_NUMBER
        if not PLAIN.match(text):
            return NumberFault.NOT_A_NUMBER
    if "." in text and len(text.partition(".")[2].rstrip("0")) > decimals:
        return NumberFault.TOO_MANY_DECIMALS
    return Decimal(text)


def canonical(number: Decimal) -> str:
    """How a figure is stored: `6412.5`, no exponent, no trailing zeros, `0` for any zero."""
    # As text: `normalize` would round to the 28 digits of the usual context.
    text = format(number, "f") if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text
