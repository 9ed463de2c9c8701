"""The place where text from outside becomes clean text: of a meter, of MongoDB, of a request.

Whatever is shown, logged or kept of a stranger's text goes through here. Clean is what can be
written as UTF-8, says nothing to a terminal, begins no new line in a log, turns no line around,
and has an end: what is none of that stands there as its escape, so that a person sees it.
"""

import unicodedata

MOST_CHARACTERS = 200
"""Of a phrase for a person: longer than any error of a meter, short enough for each line of a log.
"""
MOST_IN_A_NAME = 64
"""Of a name, a model, a version."""
_ELLIPSIS = "…"
_UNCLEAN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Without them neither Persian nor a family of emoji is written."""


def clean(text: str, most: int = MOST_CHARACTERS) -> str:
    """At most `most` characters, each of which shows itself; lone surrogates are escaped too."""
    shown = text[: most + 1]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(map(_shown, shown))
    return shown if len(shown) <= most else shown[: most - 1] + _ELLIPSIS


def is_clean(text: str) -> bool:
    """Whether it is so already, however long it is."""
    return clean(text, len(text)) == text


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNCLEAN or character in _JOINERS:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode()


def clean_or_none(value: object, most: int = MOST_CHARACTERS) -> str | None:
    """The clean text; None for what is no text."""
    return clean(value, most) if isinstance(value, str) else None


def clean_texts(
    value: object, most: int = MOST_CHARACTERS, most_texts: int = 32
) -> tuple[str, ...]:
    """The texts of a list, no more than `most_texts` of them; empty for what is no list."""
    if not isinstance(value, list | tuple):
        return ()
    texts = (clean(item, most) for item in value if isinstance(item, str))
    return tuple(text for text, _ in zip(texts, range(most_texts), strict=False))


def clean_all(value: object, most: int = 4_096) -> object:
    """A JSON value with every text in it made clean, keys among them.

    For a whole document where it is read, so that nothing behind that has to think of it. Raises
    RecursionError for what is nested too deep.
    """
    if isinstance(value, str):
        return clean(value, most)
    if isinstance(value, dict):
        return {
            clean(key, most) if isinstance(key, str) else key: clean_all(item, most)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [clean_all(item, most) for item in value]
    return value
