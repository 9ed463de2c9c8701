"""What was answered so far, kept on the disk: whoever is broken off goes on where they were."""

import logging
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from wattledger.disk import read_small
from wattledger.energy.meter import Production, Role
from wattledger.energy.netting import Netting
from wattledger.flow.setup_ports import SetupStep
from wattledger.setup.private_file import written_whole

_MOST_BYTES = 1 << 20

log = logging.getLogger(__name__)


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DraftMeter(_Kept):
    """A meter that was found; `is_decided` once a person has said what it is."""

    meter: str
    host: str
    model: str
    firmware: str
    profile: str
    own_name: str | None = None
    is_locked: bool = False
    password: str = ""
    is_decided: bool = False
    role: Role | None = None
    production: Production | None = None
    name: str = ""


class DraftHome(_Kept):
    """As the settings' `[site]` and `[mongodb]` will have it; None is what nobody has said."""

    name: str | None = None
    time_zone: str | None = None
    main_fuse_a: float | None = None
    netting: Netting | None = None
    mongodb_uri: str = ""


class DraftBackup(_Kept):
    """A backup that waits beside the store, as `BackupThere`."""

    home: str | None = None
    meters: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


class Draft(_Kept):
    """All of it. Of the code that was used, and of the phone's token, the SHA-256 is kept."""

    used_code_sha256: str = ""
    token_sha256: str = ""
    device: str = ""
    step: SetupStep = SetupStep.METERS
    meters: tuple[DraftMeter, ...] = ()
    home: DraftHome = DraftHome()
    backup: DraftBackup | None = None
    fingerprint: str | None = None
    """Of the authority, where HTTPS is wanted."""
    is_started: bool = False
    """The phone has said to begin; from the next start on it is a paired device."""


class DraftFile:
    """`config.toml.setup` beside `config.toml`."""

    def __init__(self, settings: Path) -> None:
        target = settings.resolve()
        self.path = target.with_name(f"{target.name}.setup")

    def read(self) -> Draft:
        """An empty one where there is none, or none that can be read."""
        try:
            return Draft.model_validate_json(read_small(self.path, _MOST_BYTES))
        except FileNotFoundError:
            return Draft()
        except (OSError, ValidationError) as error:
            log.warning("setup: %s can't be read and is begun anew: %s", self.path, type(error))
            return Draft()

    def keep(self, draft: Draft) -> None:
        """Raises OSError."""
        written_whole(self.path, draft.model_dump_json().encode(), over=True)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
