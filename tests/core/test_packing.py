"""A packed text is the text."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from core.packing import filled, pack

MARK = b"<mark>"


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=5), st.binary(max_size=80))
def test_packed_text_with_a_word_in_its_places_is_the_text(parts, word):
    text = MARK.join(parts)
    assert zlib.decompress(filled(pack(text, MARK), word)) == text.replace(MARK, word)


def test_large_text_is_packed_small():
    text = b"<td>31.000</td>" * 50_000
    packed = filled(pack(text, MARK), b"")
    assert zlib.decompress(packed) == text
    assert len(packed) < len(text) / 50
