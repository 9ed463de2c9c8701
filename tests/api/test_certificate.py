"""The name in a certificate, whoever signed it."""

from pathlib import Path

import pytest

from tests.api.certificates import made_in
from wattledger.api.certificate import name_in
from wattledger.api.server import Tls


@pytest.mark.parametrize("is_ca", [True, False])
@pytest.mark.parametrize(
    ("names", "address", "found"),
    [
        (("pi.home.example",), "127.0.0.1", "pi.home.example"),
        (("localhost", "*.home.example", "pi.local"), "192.168.1.10", "pi.local"),
        ((), "192.168.1.10", "192.168.1.10"),
        ((), "fd00::1", "fd00::1"),
        (("localhost",), "127.0.0.1", None),
    ],
)
def test_the_name_that_phones_can_use(
    tmp_path: Path, is_ca: bool, names: tuple[str, ...], address: str, found: str | None
) -> None:
    assert name_in(made_in(tmp_path, *names, address=address, is_ca=is_ca)) == found


def test_one_that_has_expired_tells_nothing(tmp_path: Path) -> None:
    assert name_in(made_in(tmp_path, "pi.local", valid_h=-0.5)) is None


def test_none_at_all(tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("no certificate")
    assert name_in(Tls(tmp_path / "wrong", tmp_path / "wrong")) is None
    assert name_in(Tls(tmp_path / "none", tmp_path / "none")) is None
