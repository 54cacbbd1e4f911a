"""A text that is kept and sent compressed although a word in it differs from visitor to visitor.

The word stands in the stream as it is (a stored block of RFC 1951), between pieces compressed once and each by itself.
So nothing of the page is compressed together with it, and what the word is cannot be told from the length.
"""

import zlib
from collections.abc import Sequence
from typing import NamedTuple

_MODULUS = 65521
_HEAD = b"\x78\x01"
_END = b"\x01\x00\x00\xff\xff"


class Piece(NamedTuple):
    """A part of a text between two places of the word: compressed, with the check sum and the length of what it was."""

    deflated: bytes
    check: int
    length: int


def pack(text: bytes, mark: bytes) -> list[Piece]:
    """The text compressed, with `mark` wherever the word comes."""
    pieces = []
    for part in text.split(mark):
        # Quick rather than small: the first visitor waits for it.
        work = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
        deflated = work.compress(part) + work.flush(zlib.Z_FULL_FLUSH)
        pieces.append(Piece(deflated, zlib.adler32(part), len(part)))
    return pieces


def filled(pieces: Sequence[Piece], word: bytes) -> bytes:
    """The text with the word in its places, as HTTP's content coding `deflate` (RFC 1950). At most 65,535 bytes."""
    size = len(word)
    stored = b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + word
    stream, check = [_HEAD], 1
    for number, piece in enumerate(pieces):
        if number:
            stream.append(stored)
            check = zlib.adler32(word, check)
        stream.append(piece.deflated)
        check = _joined(check, piece)
    return b"".join((*stream, _END, check.to_bytes(4, "big")))


def _joined(check: int, piece: Piece) -> int:
    """The Adler-32 of a text that goes on with the piece."""
    high, low = divmod(check, 1 << 16)
    next_high, next_low = divmod(piece.check, 1 << 16)
    low_after = (low + next_low - 1) % _MODULUS
    high_after = (high + next_high + piece.length * (low - 1)) % _MODULUS
    return high_after << 16 | low_after
