"""Who may set the home up: the one phone that came with the code, and nobody else.

The code has 40 random bits and is void after its first use. Strangers can't make it void, nor hold
anybody else up: wrong ones are counted by the address that they come from. The phone's token is
what it will be paired by.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.errors import CodeTaken, TooManyTries, WrongCode
from wattledger.flow.one_time_codes import WRONG_AT_ONCE, WRONG_WINDOW_S, plain
from wattledger.flow.throttle import Throttle
from wattledger.setup.code_file import CodeFile
from wattledger.setup.draft import Draft

log = logging.getLogger(__name__)


class Entry:
    """Of one setup; `draft` and `keep` are what it remembers by."""

    def __init__(
        self,
        codes: CodeFile,
        draft: Callable[[], Draft],
        keep: Callable[[Draft], None],
        clock: Clock,
    ) -> None:
        self._codes = codes
        self._draft = draft
        self._keep = keep
        self._throttle = Throttle(clock, WRONG_AT_ONCE, WRONG_WINDOW_S)

    def open(self) -> None:
        """A code is out, unless a phone came already. Raises OSError."""
        used = self._draft().used_code_sha256
        out = self._codes.read()
        if out is not None and sha256(out) == used:  # killed before it was void
            self._codes.remove()
        elif out is None and not used:
            self._codes.made()

    def enter(self, code: str, device: str, address: str, tokens: Sequence[str]) -> str:
        """The phone's token. Raises WrongCode, CodeTaken, TooManyTries."""
        if wait_s := self._throttle.wait_s(address):
            raise TooManyTries(wait_s)
        given, draft = plain(code), self._draft()
        if given is not None and sha256(given) == draft.used_code_sha256:
            for token in tokens:
                if self.admits(token):
                    return token
            raise CodeTaken
        out = self._codes.read()
        if given is None or out is None or not secrets.compare_digest(given, out):
            self._throttle.count(address)
            raise WrongCode
        token = secrets.token_urlsafe(32)
        came = {"used_code_sha256": sha256(out), "token_sha256": sha256(token), "device": device}
        self._keep(draft.model_copy(update=came))
        self._codes.remove()
        log.info("setup: '%s' came with the code", device)
        return token

    def admits(self, token: str) -> bool:
        """Whether it is the phone's."""
        known = self._draft().token_sha256
        return bool(known) and secrets.compare_digest(sha256(token), known)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
