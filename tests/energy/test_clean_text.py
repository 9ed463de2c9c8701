import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.clean_text import clean, clean_all, clean_or_none, clean_texts, is_clean

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
"""Lone surrogates among it."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Shelly Pro 3EM", "Shelly Pro 3EM"),
        ("Sähkömittari, 電力計", "Sähkömittari, 電力計"),
        ("half \ud800 of a pair", "half \\ud800 of a pair"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("two\r\nlines", "two\\r\\nlines"),
        ("\u2028\u2029\x85\x7f\0", "\\u2028\\u2029\\x85\\x7f\\x00"),
        ("turned \u202e round", "turned \\u202e round"),
        ("\ufeffmark", "\\ufeffmark"),
        ("\N{MAN}\u200d\N{WOMAN}", "\N{MAN}\u200d\N{WOMAN}"),
        ("a\u00a0space", "a\u00a0space"),
    ],
)
def test_what_would_not_show_itself_is_escaped(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_text_has_an_end() -> None:
    assert clean("a" * 8, 8) == "a" * 8
    assert clean("a" * 200_000, 8) == "a" * 7 + "…"
    assert clean("\x1b" * 8, 8) == "\\x1b\\x1…"


@given(ANY_TEXT, st.integers(1, 250))
def test_whatever_comes_can_be_written_shown_and_logged(text: str, most: int) -> None:
    shown = clean(text, most)
    assert len(shown) <= most
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    shown.encode()
    assert clean(shown, most) == shown


def test_what_is_no_text_is_none() -> None:
    assert clean_or_none(5) is None
    assert clean_or_none("a\nb") == "a\\nb"
    assert clean_texts(None) == ()
    assert clean_texts(["a\n", 5, "b"]) == ("a\\n", "b")
    assert clean_texts(["a"] * 9, most_texts=2) == ("a", "a")


def test_a_whole_document_is_clean() -> None:
    dirty = {"\ud800": ["\x1b", {"a": "b\n"}, 1.5, None], "long": "x" * 9}
    assert clean_all(dirty, 8) == {
        "\\ud800": ["\\x1b", {"a": "b\\n"}, 1.5, None],
        "long": "xxxxxxx…",
    }
    assert clean_all({5: "kept"}) == {5: "kept"}


@pytest.mark.parametrize(
    "text", ["", "Koti", "Talo \U0001f468\u200d\U0001f469", "a\xa0b", "\U0001fae8" * 300]
)
def test_what_is_clean_already(text: str) -> None:
    assert is_clean(text)


@pytest.mark.parametrize(
    "text", ["\x1b", "a\nb", "\u200b", "a\u2028", "\u202e" + "a" * 300, "\ud800"]
)
def test_what_is_not(text: str) -> None:
    assert not is_clean(text)
