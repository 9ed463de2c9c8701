"""What to do once the settings are there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from wattledger.settings_file import PLACES
from wattledger.setup.settings_place import is_of_service

_WIDEST = 36


def farewell_lines(path: Path, values: Mapping[str, Any]) -> list[str]:
    """Each of 80 columns at most, unless the path is long."""
    steps = _service_steps() if is_of_service(path) else _steps(path)
    if values.get("server", {}).get("access") != "token":
        steps = steps[:1]
    return [
        "Next:",
        *_step_lines(steps),
        "",
        "Give each meter a fixed address in your router. docs/operation.md has the rest:",
        "all settings, phones, and how to run it as a service on a Pi.",
    ]


def _steps(path: Path) -> list[tuple[str, str]]:
    found = path.resolve() in [place.expanduser().resolve() for place in PLACES]
    more = "" if found else f" --config {quote(str(path))}"
    return [
        (f"./run serve{more}" if more else "./run", "starts the server"),
        (f"./run pair{more}", "lets a phone in, while the server runs"),
    ]


def _service_steps() -> list[tuple[str, str]]:
    return [
        ("sudo systemctl restart wattledger", "takes the new settings"),
        ("sudo wattledger pair", "lets a phone in, while the service runs"),
    ]


def _step_lines(steps: list[tuple[str, str]]) -> Iterator[str]:
    """What a step does stands beside it, or below where the command is long."""
    width = max(len(command) for command, _ in steps)
    for command, does in steps:
        if width <= _WIDEST:
            yield f"  {command:<{width}}  {does}"
        else:
            yield f"  {command}"
            yield f"      {does}"
