"""Every ink on every paper it is written on, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
APP = (CSS / "app.css").read_text(encoding="utf-8")
EVERYTHING = "".join(path.read_text(encoding="utf-8") for path in sorted(CSS.glob("*.css")))
SCREEN = EVERYTHING.split("@media print")[0]

PAPERS = ("paper", "sheet")
# What is written on what. A mix is written as (token, percent, token), as in color-mix().
TEXT = {
    "ink": (*PAPERS, "ember-wash", "steel-wash", "up-wash", "warn-wash", "down-wash",
            ("steel", 34, "sheet"), ("steel", 19, "sheet"), ("steel", 8, "sheet"), ("steel-wash", 60, "sheet"),
            ("paper", 60, "sheet")),  # rows, notes, cells of the matrix, figures worked out, empty fields
    "ink-2": (*PAPERS, "ember-wash", "warn-wash", "steel-wash", "up-wash", "down-wash"),
    "ink-3": (*PAPERS, "ember-wash", ("steel-wash", 60, "sheet")),
    "up": (*PAPERS, "ember-wash", "up-wash"),
    "down": (*PAPERS, "ember-wash", "down-wash"),
    "warn": (*PAPERS, "ember-wash", "warn-wash", ("steel-wash", 60, "sheet")),
    "steel": (*PAPERS, "steel-wash"),
    "ember": (*PAPERS, "ember-wash"),
    "violet": PAPERS,
    "teal": PAPERS,
    "sheet": ("ink",),  # a chosen chip, a hint
    "on-ember": ("ember", ("ember", 90, "ink")),
}  # fmt: skip
# Edges of fields, focus, bars and marks need 3:1 only.
SIGNS = {
    "edge": PAPERS,
    "steel": (*PAPERS, "rule", "steel-wash"),
    "ember": (*PAPERS, "rule", "ember-wash"),
    "ink": ("rule",),
}


def tokens(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


LIGHT = tokens(APP[APP.index(":root") : APP.index("@media")])
DARK = LIGHT | tokens(APP[APP.index("@media screen and (prefers-color-scheme: dark)") : APP.index("/* Ground */")])
THEMES = {"light": LIGHT, "dark": DARK}


def channels(text):
    digits = text.lstrip("#")
    digits = "".join(2 * each for each in digits) if len(digits) == 3 else digits
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def colour(theme, name):
    if isinstance(name, str):
        return channels(theme[name])
    first, percent, second = name
    pairs = zip(channels(theme[first]), channels(theme[second]), strict=True)
    return [a * percent / 100 + b * (1 - percent / 100) for a, b in pairs]


def luminance(rgb):
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def weak(theme, pairs, needed):
    return {
        f"{ink} on {paper}": round(found, 2)
        for ink, papers in pairs.items()
        for paper in papers
        if (found := contrast(colour(theme, ink), colour(theme, paper))) < needed
    }


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast([0, 0, 0], [1, 1, 1]) == pytest.approx(21)
    assert contrast(channels("#777"), channels("#fff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_four_and_a_half_to_one(theme):
    assert weak(THEMES[theme], TEXT, 4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_signs_and_edges_have_three_to_one(theme):
    assert weak(THEMES[theme], SIGNS, 3) == {}


def test_themes_have_the_same_names():
    dark = tokens(APP[APP.index("@media screen and (prefers-color-scheme: dark)") : APP.index("/* Ground */")])
    assert set(dark) == set(LIGHT)


def test_every_ink_and_paper_of_the_stylesheets_is_measured():
    inks = set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", SCREEN))
    papers = set(re.findall(r"(?<!-)background(?:-color)?: var\(--([\w-]+)\)", SCREEN))
    measured = {paper for each in TEXT.values() for paper in each if isinstance(paper, str)}
    assert inks <= set(TEXT)
    assert papers - {"rule"} <= measured  # a rule is the empty part of a bar


def test_every_mix_of_the_stylesheets_is_measured():
    mixes = re.findall(r"color-mix\(in srgb, var\(--([\w-]+)\) (\d+)%, var\(--([\w-]+)\)\)", SCREEN)
    measured = {paper for each in TEXT.values() for paper in each if not isinstance(paper, str)}
    assert {(first, int(percent), second) for first, percent, second in mixes} <= measured
