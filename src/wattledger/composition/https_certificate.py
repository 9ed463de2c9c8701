"""The certificate of one server while it runs: renewed before it ends where the home's authority
made it, taken without a restart when its files change, and told where it runs out.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from wattledger.api.certificate_info import term_of
from wattledger.api.listening_sockets import CannotListen
from wattledger.api.server import Tls, check_tls
from wattledger.energy.clock import Clock, was_set
from wattledger.energy.errors import WattledgerError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span

LOOK_EVERY_S = 60.0
RENEW_BEFORE_S = 60 * 86_400
"""How long before its end a certificate of our own is made anew."""
AGAIN_S = 6 * 3_600.0
"""After a renewal that failed."""
WARN_BEFORE_S = 30 * 86_400
"""How long before its end it is a fault: a renewal has failed for a month, or is not ours."""
_ENDLESS_S = 253_370_764_800
"""The year 9999, with which certificates without an end are written (RFC 5280)."""

log = logging.getLogger(__name__)


class _Files(NamedTuple):
    """When the files were last written; None for one that is not there."""

    certificate_ns: int | None
    key_ns: int | None


class HttpsCertificate:
    """Of one server; without HTTPS, `tls` None, there is nothing to do."""

    def __init__(self, tls: Tls | None, home: str, calendar: Calendar, clock: Clock) -> None:
        """`home` is the home's name."""
        self._tls = tls
        self._home = home
        self._calendar = calendar
        self._clock = clock
        self._seen: _Files | None = None
        self._term: Span | None = None
        self._failed: str | None = None
        self._again_s = clock.monotonic_s()

    async def run(self, take: Callable[[], None]) -> None:
        """Until cancelled; `take` has the server show the present files to whoever comes next."""
        if self._tls is None:
            return
        await asyncio.to_thread(self.read)
        while True:
            await self.look(self._tls, take)
            await asyncio.sleep(LOOK_EVERY_S)

    def read(self) -> None:
        """What is there at a start, once it is known that a server can use it."""
        if self._tls is not None:
            self._seen, self._term = _seen(self._tls), term_of(self._tls)

    async def look(self, tls: Tls, take: Callable[[], None]) -> None:
        """Renews it if that is due, and has other files taken if they can be."""
        if self._is_due(tls):
            await self._renew(tls)
        seen = _seen(tls)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            await asyncio.to_thread(check_tls, tls)
            take()
        except (CannotListen, OSError, ValueError) as error:
            log.warning("the certificate for HTTPS stays as it was: %s", error)
            return
        self._term = await asyncio.to_thread(term_of, tls)
        log.info("the certificate for HTTPS was taken, %s", self._holds())

    def standing(self) -> Iterator[Fault]:
        """What there is to say of its end."""
        now = self._clock.now_s()
        if self._tls is None or self._term is None or self._term.end - now > WARN_BEFORE_S:
            return
        if self._failed is not None:
            how = f"it could not be renewed: {self._failed}"
        elif _is_ours(self._tls):
            return  # the next look renews it
        else:
            how = "renew it"
        verb = "has run out" if self._term.end <= now else "runs out"
        words = f"the certificate for HTTPS {verb} on {self._day(self._term.end)}: {how}"
        yield Fault(FaultKind.CERTIFICATE_ENDING, words)

    def _is_due(self, tls: Tls) -> bool:
        """Also where it was made while this machine's clock was ahead: no phone takes it yet."""
        if self._term is None or self._clock.monotonic_s() < self._again_s or not _is_ours(tls):
            return False
        now = self._clock.now_s()
        return was_set(now) and not self._term.start <= now < self._term.end - RENEW_BEFORE_S

    async def _renew(self, tls: Tls) -> None:
        now = int(self._clock.now_s())
        try:
            await asyncio.to_thread(_made_anew, tls.certificate.parent, self._home, now)
        except (WattledgerError, ImportError) as error:
            self._failed = str(error)
            self._again_s = self._clock.monotonic_s() + AGAIN_S
            log.warning("the certificate for HTTPS could not be renewed: %s", error)
        else:
            self._failed = None

    def _holds(self) -> str:
        if self._term is None:
            return "until when it holds can't be told"
        if self._term.end >= _ENDLESS_S:
            return "it holds without an end"
        return f"it holds until {self._day(self._term.end)}"

    def _day(self, instant: int) -> str:
        return self._calendar.text(instant)[:10]


def _seen(tls: Tls) -> _Files:
    return _Files(_written_ns(tls.certificate), _written_ns(tls.key))


def _written_ns(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _is_ours(tls: Tls) -> bool:
    """Whether `wattledger certificate` made it, here."""
    folder = tls.certificate.parent
    names = (tls.certificate.name, tls.key.name)
    return (
        names == ("chain.pem", "key.pem")
        and tls.key.parent == folder
        and (folder / "authority.pem").exists()
        and (folder / "authority-key.pem").exists()
    )


def _made_anew(folder: Path, home: str, at: int) -> None:
    """For the names that it has. Raises CannotCertify, and ImportError where nothing can sign."""
    from wattledger.tls.certificate_issuance import Wish, renew
    from wattledger.tls.folder import Folder

    renew(Folder(folder), Wish(home, given=(), found=()), at)
