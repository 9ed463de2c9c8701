"""Debian's chromium: where it is, the one without a window, which draws only what is looked at."""

import shutil

PROGRAMS = ("chromium-headless-shell", "chromium")


def program() -> str | None:
    """Its path, or None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)
