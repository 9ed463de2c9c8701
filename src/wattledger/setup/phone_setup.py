"""A home set up from a phone: `HomeSetup` as the page asks it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadQuestion, BadSettings, MeterError, StoreUnusable
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.flow.setup_ports import (
    Answers,
    BackupThere,
    FoundMeter,
    HomeAnswers,
    RoleAnswer,
    SetupState,
)
from wattledger.settings import Settings, SiteSettings
from wattledger.setup.answers import Check, fuse_of, host_of, of_meter, of_mongodb, of_site, zone_of
from wattledger.setup.code_file import CodeFile
from wattledger.setup.draft import Draft, DraftBackup, DraftFile, DraftHome, DraftMeter
from wattledger.setup.live_meters import LiveMeters, Place
from wattledger.setup.meter_discovery import Met, greeted, greeted_in_network
from wattledger.setup.own_certificate import (
    SETTINGS,
    CannotHaveHttps,
    authority_beside,
    make_certificate,
)
from wattledger.setup.portable_settings import Brought, for_this_machine
from wattledger.setup.proposal import (
    Decided,
    in_order,
    proposed_name,
    proposed_production,
    proposed_roles,
)
from wattledger.setup.settings_place import store_of, write_settings
from wattledger.setup.settings_text import settings_text, without_secrets
from wattledger.setup.setup_login import Entry
from wattledger.setup.system_time_zone import system_zone
from wattledger.setup.uploaded_backup import Restoring
from wattledger.shelly.probe import look_at
from wattledger.store.store_path import check_place

MOST_METERS = 32
EVERY = "0.0.0.0"  # noqa: S104 - behind pairing

Find = Callable[[], Awaitable[list[tuple[str, Met | MeterError]]]]
"""Looks once for meters that announce themselves."""

log = logging.getLogger(__name__)


class PhoneSetup:
    """Of the settings that will be at `path`; `find` looks for meters."""

    def __init__(self, path: Path, clock: Clock, find: Find = greeted_in_network) -> None:
        self._path = path
        self._find = find
        self._clock = clock
        self._drafts = DraftFile(path)
        self._draft = self._drafts.read()
        self._entry = Entry(CodeFile(path), lambda: self._draft, self._keep, clock)
        self._live = LiveMeters(self._places, clock)
        self._restoring = Restoring(path)
        self._looking = asyncio.Event()
        self._beginning = asyncio.Lock()
        self.enter = self._entry.enter
        self.admits = self._entry.admits

    async def run(self) -> None:
        """Looks at meters, and for them when it is asked to, until cancelled."""
        try:
            self._entry.open()
        except OSError as error:
            log.warning("setup: no phone can set this home up: %s", error)
        if self._draft.backup is None:
            with suppress(BadQuestion, OSError):  # half of one, of a server that was killed
                self._restoring.forget()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._live.run(), name="live meters")
            tasks.create_task(self._look(), name="looking")

    def state(self) -> SetupState:
        return SetupState(
            self._draft.step,
            self._meters(),
            _home(self._draft.home),
            self._looking.is_set(),
            _there(self._draft.backup),
            self._draft.fingerprint,
        )

    def look(self) -> None:
        self._looking.set()

    async def _look(self) -> None:
        while True:
            await self._looking.wait()
            for host, answer in await self._find():
                try:
                    self._found(answer)
                except (MeterError, BadQuestion, OSError) as error:
                    log.warning("setup: %s announces itself, but: %s", host, error)
            self._looking.clear()

    def _found(self, answer: Met | MeterError) -> None:
        """Raises MeterError, BadQuestion, OSError."""
        if isinstance(answer, MeterError):
            raise answer
        self._note(answer, "")

    async def add(self, address: str, password: str) -> FoundMeter:
        host = _checked("address", lambda text: host_of(str(text)), address)
        ((_, answer),) = await greeted([host])
        if isinstance(answer, MeterError):
            raise answer
        if password:
            _checked("password", of_meter("password"), password)
            await look_at(host, password)
        self._note(answer, password)
        return next(one for one in self._meters() if one.identity == answer.identity)

    def leave_out(self, meter: MeterId) -> bool:
        left = tuple(one for one in self._draft.meters if one.meter != meter)
        is_known = len(left) < len(self._draft.meters)
        self._keep(self._draft.model_copy(update={"meters": left}))
        return is_known

    async def answer(self, answers: Answers, host: str = "") -> None:
        fingerprint = self._draft.fingerprint
        if answers.https is not None:
            fingerprint = await self._certified(host) if answers.https else None
        self._answer(answers, fingerprint)

    async def _certified(self, host: str) -> str:
        """The fingerprint of the authority. Raises BadQuestion."""
        home, at = _home(self._draft.home).name, int(self._clock.now_s())
        try:
            return await asyncio.to_thread(make_certificate, self._path, home, EVERY, at, [host])
        except CannotHaveHttps as error:
            raise BadQuestion("https", str(error)) from error

    def authority(self) -> bytes | None:
        return authority_beside(self._path) if self._draft.fingerprint else None

    def _answer(self, answers: Answers, fingerprint: str | None) -> None:
        """Raises BadQuestion."""
        home = _answered_home(self._draft.home, answers)
        said = {one.meter: one for one in answers.meters}
        if unknown := said.keys() - {one.meter for one in self._draft.meters}:
            raise BadQuestion("meters", f"no meter with the MAC {min(unknown)} was found")
        meters = tuple(
            _answered_meter(one, said[MeterId(one.meter)]) if one.meter in said else one
            for one in self._draft.meters
        )
        step = answers.step or self._draft.step
        said_now = {"home": home, "meters": meters, "step": step, "fingerprint": fingerprint}
        self._keep(self._draft.model_copy(update=said_now))

    def preview(self) -> tuple[str, str]:
        return str(self._path.absolute()), settings_text(without_secrets(self._values()))

    async def start(self) -> None:
        async with self._beginning:  # of two that ask at once, the second finds it begun
            if self._draft.is_started and self._path.exists():
                return
            if not self._sections():
                raise BadSettings(["there is no meter that can be read"])
            await self._begin(Brought(settings_text(self._values()), {}))

    async def restore(self) -> None:
        async with self._beginning:
            if self._draft.is_started and self._path.exists():
                return
            if self._draft.backup is None:
                raise BadSettings(["there is no backup"])
            brought = await asyncio.to_thread(self._restoring.settings)
            await self._begin(brought._replace(text=for_this_machine(brought, self._path)))

    async def _begin(self, settings: Brought) -> None:
        """Raises BadSettings."""
        self._keep(self._draft.model_copy(update={"is_started": True}))
        try:
            await asyncio.to_thread(self._write, settings)
        except BadSettings:
            self._keep(self._draft.model_copy(update={"is_started": False}))
            raise

    async def receive_backup(self, pieces: AsyncIterator[bytes]) -> None:
        there = await self._restoring.receive(pieces)
        kept = DraftBackup(
            home=there.home,
            meters=tuple(there.meters),
            first_day=there.first_day,
            last_day=there.last_day,
        )
        self._keep(self._draft.model_copy(update={"backup": kept}))

    def leave_backup(self) -> None:
        self._keep(self._draft.model_copy(update={"backup": None}))
        self._restoring.forget()

    def _write(self, settings: Brought) -> None:
        """The books come first: what has settings is begun. Raises BadSettings."""
        text = settings.text
        try:
            if self._draft.backup is not None:
                self._restoring.put_back(text)
                self._restoring.write_files(settings.files)
            write_settings(self._path, text, over=False, check=_check_store)
        except FileExistsError as error:
            raise BadSettings([f"{self._path} is there already"]) from error
        except OSError as error:
            raise BadSettings([f"{self._path} can't be written: {error.strerror}"]) from error
        except StoreUnusable as error:
            raise BadSettings([str(error)]) from error
        if self._draft.backup is not None:
            self._restoring.forget()

    def _keep(self, draft: Draft) -> None:
        """Known from now on, also after a power cut. Raises OSError."""
        self._drafts.keep(draft)
        self._draft = draft
        self._live.change()

    def _note(self, met: Met, password: str) -> None:
        """A meter that was found; once more, it is where it answered now."""
        known = {one.meter: one for one in self._draft.meters}
        before = known.get(met.identity.meter)
        if before is None and len(known) >= MOST_METERS:
            raise BadQuestion("address", f"{MOST_METERS} meters are the most")
        known[met.identity.meter] = _noted(before, met, password)
        self._keep(self._draft.model_copy(update={"meters": tuple(known.values())}))

    def _places(self) -> dict[str, Place]:
        """Nothing is asked of meters before a phone came."""
        meters = self._draft.meters if self._draft.token_sha256 else ()
        return {one.meter: (one.host, one.password) for one in meters if _is_open(one)}

    def _meters(self) -> list[FoundMeter]:
        meters = self._draft.meters
        sights = [self._live.sight(one.meter) for one in meters]
        decided = [Decided(one.role) if one.is_decided else None for one in meters]
        roles = proposed_roles(sights, decided)
        taken = [one.name for one in meters if one.name]
        found = []
        for one, sight, role in zip(meters, sights, roles, strict=True):
            name = one.name or (proposed_name(role, one.own_name, taken) if role else "")
            taken.append(name)
            is_fresh = sight is not None and self._live.is_fresh(sight)
            found.append(
                FoundMeter(
                    identity=_identity(one),
                    host=one.host,
                    name=name,
                    role=role,
                    production=one.production or proposed_production(sight),
                    is_proposed=not one.is_decided,
                    is_locked=not _is_open(one),
                    reading=sight.reading if sight is not None and is_fresh else None,
                    trouble=self._live.trouble(one.meter),
                )
            )
        return found

    def _sections(self) -> list[dict[str, Any]]:
        passwords = {one.meter: one.password for one in self._draft.meters}
        sections = []
        for one in self._meters():
            if one.role is None or one.is_locked:
                continue
            section: dict[str, Any] = {"name": one.name, "role": one.role.value, "host": one.host}
            if password := passwords[one.identity.meter]:
                section["password"] = password
            if one.role.gives:
                section["production"] = one.production.value
            sections.append(section)
        return in_order(sections)

    def _values(self) -> dict[str, Any]:
        home = _home(self._draft.home)
        uri = self._draft.home.mongodb_uri
        fuse_a = home.main_fuse_a
        return {
            "site": {
                "name": home.name,
                "time_zone": home.time_zone,
                "netting": home.netting.value,
                "main_fuse_a": int(fuse_a) if fuse_a.is_integer() else fuse_a,
            },
            "server": {
                "host": EVERY,
                "access": "token",
                **(SETTINGS if self._draft.fingerprint else {}),
            },
            "store": store_of(self._path),
            **({"mongodb": {"uri": uri}} if uri else {}),
            "meters": self._sections(),
        }


def _there(kept: DraftBackup | None) -> BackupThere | None:
    if kept is None:
        return None
    return BackupThere(kept.home, kept.meters, kept.first_day, kept.last_day)


def _check_store(settings: Settings) -> None:
    """Raises StoreUnusable."""
    check_place(Path(settings.store.path))


def _home(said: DraftHome) -> HomeAnswers:
    usual = SiteSettings()
    return HomeAnswers(
        name=said.name or usual.name,
        time_zone=said.time_zone or system_zone() or usual.time_zone,
        main_fuse_a=said.main_fuse_a or usual.main_fuse_a,
        netting=said.netting or usual.netting,
        has_mongodb=bool(said.mongodb_uri),
    )


def _answered_home(home: DraftHome, answers: Answers) -> DraftHome:
    """Raises BadQuestion."""
    update: dict[str, object] = {}
    checks: tuple[tuple[str, Check, object], ...] = (
        ("name", of_site("name"), answers.name),
        ("time_zone", lambda text: zone_of(str(text)), answers.time_zone),
        ("main_fuse_a", lambda text: float(fuse_of(str(text))), answers.main_fuse_a),
        ("mongodb_uri", _uri, answers.mongodb_uri),
    )
    for key, check, value in checks:
        if value is not None:
            update[key] = _checked(key, check, value)
    if answers.netting is not None:
        update["netting"] = answers.netting
    return home.model_copy(update=update)


def _uri(text: object) -> str:
    """Empty takes it back. Raises ValueError."""
    return of_mongodb("uri")(text).get_secret_value() if text else ""


def _answered_meter(meter: DraftMeter, said: RoleAnswer) -> DraftMeter:
    """Raises BadQuestion."""
    update: dict[str, object] = {"is_decided": True, "role": said.role}
    if said.production is not None:
        update["production"] = said.production
    if said.name is not None:
        update["name"] = _checked("name", of_meter("name"), said.name)
    return meter.model_copy(update=update)


def _noted(before: DraftMeter | None, met: Met, password: str) -> DraftMeter:
    identity = met.identity
    seen: dict[str, object] = {
        "host": met.host,
        "model": identity.model,
        "firmware": identity.firmware,
        "profile": identity.profile,
        "own_name": identity.name,
        "is_locked": met.greeting.wants_password,
    }
    if before is None:
        return DraftMeter.model_validate({"meter": identity.meter, **seen, "password": password})
    kept = {"password": password} if password else {}
    return before.model_copy(update={**seen, **kept})


def _identity(one: DraftMeter) -> MeterIdentity:
    return MeterIdentity(MeterId(one.meter), one.model, one.firmware, one.profile, one.own_name)


def _is_open(one: DraftMeter) -> bool:
    return bool(one.password) or not one.is_locked


def _checked(parameter: str, check: Check, value: object) -> Any:  # noqa: ANN401 - of its type
    """Raises BadQuestion."""
    try:
        return check(value)
    except ValueError as error:
        raise BadQuestion(parameter, str(error)) from error
