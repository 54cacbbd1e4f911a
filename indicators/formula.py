"""The small language in which people write the two sides of an indicator.

A side is a linear form over monthly measures: ``good_t``, ``1000*electrode_kg``, ``0.1229*kwh +
0.7143*coal_kg``. Because it is linear, the form of a sum is the sum of the forms, and so one definition is
right for a furnace, a plant, the nation, a month or a half-year.

    sum     = product { ("+" | "-") product }
    product = factor { "*" factor }
    factor  = measure | number | "-" factor | "(" sum ")"

A number is decimal without exponent. After multiplying out, every term must hold exactly one measure. The
text is read by hand, from left to right, and never executed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from typing import Final, NoReturn

MAX_LENGTH: Final = 500
"""Longest formula, in characters, as written and as multiplied out."""
MAX_DEPTH: Final = 20
"""Deepest nesting of brackets and minus signs."""
MAX_DIGITS: Final = 24
"""Longest number, in characters, as written and as multiplied out."""

# No product or sum of numbers that fit into MAX_LENGTH characters has more digits than this, so nothing is
# rounded here.
_EXACT: Final = Context(prec=4 * MAX_LENGTH)
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(r"\.?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|[-+*()]")
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SHOWN: Final = 40


class FormulaReason(StrEnum):
    """Why a formula is refused."""

    EMPTY = "empty"
    UNKNOWN_MEASURE = "unknown_measure"
    PRODUCT_OF_MEASURES = "product_of_measures"
    LONE_CONSTANT = "lone_constant"
    UNBALANCED_BRACKET = "unbalanced_bracket"
    UNEXPECTED_CHARACTER = "unexpected_character"
    UNEXPECTED_END = "unexpected_end"
    MISSING_OPERATOR = "missing_operator"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    BAD_NUMBER = "bad_number"
    CANCELS_OUT = "cancels_out"


class FormulaError(ValueError):
    """A formula that cannot be taken.

    ``reason`` says why, ``position`` is the 0-based column where the fault begins, and ``token`` the text
    that stands there (shortened; empty at the end of the formula).
    """

    def __init__(self, reason: FormulaReason, position: int, token: str = "") -> None:
        super().__init__(reason, position, token)
        self.reason = reason
        self.position = position
        self.token = token

    def __str__(self) -> str:
        shown = f": {self.token!r}" if self.token else ""
        return f"{self.reason.replace('_', ' ')} at column {self.position + 1}{shown}"


@dataclass(frozen=True, slots=True)
class LinearForm:
    """A parsed side of an indicator: measures, each with its coefficient.

    ``terms`` stand in order of first appearance, each measure once, no coefficient 0. ``str`` gives the
    canonical text, which parses to an equal form.
    """

    terms: tuple[tuple[str, Decimal], ...]

    @property
    def measures(self) -> frozenset[str]:
        """The codes of the measures that the form needs."""
        return frozenset(code for code, _ in self.terms)

    def evaluate(self, sums: Mapping[str, Decimal]) -> Decimal:
        """The exact value for these sums of the measures. KeyError, with its code, if one is absent."""
        if self.lone:
            return sums[self.lone]  # by far the most common side
        with localcontext(_EXACT):
            return sum((coefficient * sums[code] for code, coefficient in self.terms), Decimal(0))

    @property
    def lone(self) -> str:
        """The measure's code where the form is one measure as it stands, else empty."""
        return self.terms[0][0] if len(self.terms) == 1 and self.terms[0][1] == 1 else ""

    def column(self, figures: Mapping[str, Sequence[Decimal | None]]) -> Sequence[Decimal | None]:
        """The exact values for many at once: for every measure a column of their sums, None where one is absent.

        None where any of the sums is. A lone measure is its own column, not a copy.
        """
        if self.lone:
            return figures[self.lone]
        codes = [code for code, _ in self.terms]
        rows = zip(*(figures[code] for code in codes), strict=True)
        return [
            None if any(each is None for each in row) else self.evaluate(dict(zip(codes, row, strict=True)))
            for row in rows
        ]

    def words(self, names: Mapping[str, str]) -> str:
        """The form for readers, "0.1229 × Electricity + Fuel"; a code without a name stands as it is."""
        return self._written({code: names.get(code, code) for code, _ in self.terms}, times=" × ", minus="−")

    def __str__(self) -> str:
        return self._written({code: code for code, _ in self.terms}, times="*", minus="-")

    def _written(self, names: Mapping[str, str], *, times: str, minus: str) -> str:
        parts: list[str] = []
        for code, coefficient in self.terms:
            # copy_abs, unlike abs, does not round to the caller's context.
            size = coefficient.copy_abs()
            sign = minus if coefficient < 0 else "+"
            if parts:
                parts.append(f" {sign} ")
            elif coefficient < 0:
                parts.append(sign)
            parts.append(names[code] if size == 1 else f"{size:f}{times}{names[code]}")
        return "".join(parts)


def parse(text: str, known: Collection[str]) -> LinearForm:
    """Read one side of an indicator; ``known`` are the codes of the measures it may use.

    Like terms are merged and brackets multiplied out: ``0.5*(a + b) - b`` is ``0.5*a - 0.5*b``. Raises
    FormulaError with place and reason of the first fault met, reading from the left.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(FormulaReason.TOO_LONG, MAX_LENGTH, text[MAX_LENGTH:][:_SHOWN])
    with localcontext(_EXACT):
        return _Parser(text, known).read()


@dataclass(slots=True)
class _Part:
    """What a stretch of the text, ``start`` to ``end``, comes to: a number, or else terms."""

    start: int
    end: int
    number: Decimal | None = None
    terms: dict[str, Decimal] = field(default_factory=dict)

    def times(self, number: Decimal) -> None:
        if self.number is None:
            self.terms = {code: coefficient * number for code, coefficient in self.terms.items()}
        else:
            self.number *= number

    def add(self, other: "_Part") -> None:
        """Take in a part of the same sort, sign and all."""
        if self.number is not None and other.number is not None:
            self.number += other.number
        for code, coefficient in other.terms.items():
            self.terms[code] = self.terms.get(code, Decimal(0)) + coefficient
        self.end = other.end


class _Parser:
    """Recursive descent over one formula, a method for each rule of the grammar.

    ``end`` is the column behind what has been read, ``start`` that of the token last looked at.
    """

    def __init__(self, text: str, known: Collection[str]) -> None:
        self.text = text
        self.known = known
        self.start = 0
        self.end = 0
        self.depth = 0

    def read(self) -> LinearForm:
        if not self.text.strip(" \t\r\n"):
            raise FormulaError(FormulaReason.EMPTY, 0)
        whole = self.sum()
        if (token := self.peek()) == ")":
            self.refuse(FormulaReason.UNBALANCED_BRACKET, self.start, token)
        if token:
            self.refuse(FormulaReason.MISSING_OPERATOR, self.start, token)
        if whole.number is not None:
            self.refuse_part(FormulaReason.LONE_CONSTANT, whole)
        form = LinearForm(tuple((code, _plain(value)) for code, value in whole.terms.items() if value))
        if not form.terms:
            self.refuse_part(FormulaReason.CANCELS_OUT, whole)
        # Multiplying out can make more of a text that was short enough; the result must still be a formula.
        for _, coefficient in form.terms:
            if len(shown := f"{coefficient.copy_abs():f}") > MAX_DIGITS:
                self.refuse(FormulaReason.BAD_NUMBER, whole.start, shown)
        if len(str(form)) > MAX_LENGTH:
            self.refuse_part(FormulaReason.TOO_LONG, whole)
        return form

    def sum(self) -> _Part:
        total = self.product()
        while (sign := self.peek()) in ("+", "-"):
            self.take(sign)
            part = self.product()
            if (total.number is None) != (part.number is None):
                # One of the two is a bare number: a term without a measure, named where it stands.
                self.refuse_part(FormulaReason.LONE_CONSTANT, total if part.number is None else part)
            if sign == "-":
                part.times(Decimal(-1))
            total.add(part)
        return total

    def product(self) -> _Part:
        total = self.factor()
        while (star := self.peek()) == "*":
            self.take(star)
            part = self.factor()
            if part.number is not None:
                total.times(part.number)
            elif total.number is not None:
                part.times(total.number)
                part.start, total = total.start, part
            else:
                self.refuse_part(FormulaReason.PRODUCT_OF_MEASURES, part)
            total.end = part.end
        return total

    def factor(self) -> _Part:
        token = self.peek()
        start = self.start
        if not token:
            self.refuse(FormulaReason.UNEXPECTED_END, start, token)
        if token in ("-", "("):
            return self.nested(token, start)
        if token == ")" and not self.depth:
            self.refuse(FormulaReason.UNBALANCED_BRACKET, start, token)
        if token in ("+", "*", ")"):
            self.refuse(FormulaReason.UNEXPECTED_CHARACTER, start, token)
        if token[0] in "0123456789.":
            if len(token) > MAX_DIGITS or not _NUMBER.fullmatch(token):
                self.refuse(FormulaReason.BAD_NUMBER, start, token)
            self.take(token)
            return _Part(start, self.end, number=Decimal(token))
        if token not in self.known:
            self.refuse(FormulaReason.UNKNOWN_MEASURE, start, token)
        self.take(token)
        return _Part(start, self.end, terms={token: Decimal(1)})

    def nested(self, opening: str, start: int) -> _Part:
        """A minus sign or a bracket and what belongs to it."""
        if self.depth == MAX_DEPTH:
            self.refuse(FormulaReason.TOO_DEEP, start, opening)
        self.take(opening)
        self.depth += 1
        if opening == "-":
            part = self.factor()
            part.times(Decimal(-1))
        else:
            part = self.sum()
            closing = self.peek()
            if not closing:
                self.refuse(FormulaReason.UNBALANCED_BRACKET, start, opening)
            if closing != ")":
                self.refuse(FormulaReason.MISSING_OPERATOR, self.start, closing)
            self.take(closing)
        self.depth -= 1
        part.start, part.end = start, self.end
        return part

    def peek(self) -> str:
        """The next token, left where it is; "" at the end of the text."""
        space = _SPACE.match(self.text, self.end)
        self.start = space.end() if space else self.end
        if token := _TOKEN.match(self.text, self.start):
            return token[0]
        if self.start < len(self.text):
            self.refuse(FormulaReason.UNEXPECTED_CHARACTER, self.start, self.text[self.start])
        return ""

    def take(self, token: str) -> None:
        """Go past the token just looked at."""
        self.end = self.start + len(token)

    def refuse(self, reason: FormulaReason, position: int, token: str) -> NoReturn:
        raise FormulaError(reason, position, token[:_SHOWN])

    def refuse_part(self, reason: FormulaReason, part: _Part) -> NoReturn:
        self.refuse(reason, part.start, self.text[part.start : part.end])


def _plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without exponent: 100, not 1E+2."""
    return Decimal(f"{value.normalize():f}")
