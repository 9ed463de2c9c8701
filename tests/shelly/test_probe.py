"""What the commands `probe`, `setup` and `record` ask of a meter."""

import asyncio
import json
from typing import Any

import pytest

from tests.shelly.kit import MAC, PASSWORD, captured, pretend
from wattledger.energy.errors import MeterRefused, MeterUnreachable
from wattledger.shelly.decode_power import triphase_power
from wattledger.shelly.fixture_recorder import record_fixture
from wattledger.shelly.probe import Sight, greet, identify, look_at, watch
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_a_meter_says_who_it_is(password: str | None) -> None:
    async with pretend(name="Cellar", password=password, profile="monophase") as device:
        identity = await identify(device.address, password)
    assert (identity.meter, identity.name, identity.profile) == (MAC, "Cellar", "monophase")


async def test_a_wrong_password_is_refused() -> None:
    async with pretend(password=PASSWORD) as device:
        with pytest.raises(MeterRefused, match="refuses the password"):
            await identify(device.address, "wrong")
        with pytest.raises(MeterRefused, match="wants a password"):
            await identify(device.address, None)


async def test_nobody_at_home() -> None:
    async with pretend() as device:
        address = device.address
    with pytest.raises(MeterUnreachable, match="refused"):
        await identify(address, None)
    with pytest.raises(MeterUnreachable):
        await identify("no host", None)


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_a_greeting_needs_no_password(password: str | None) -> None:
    async with pretend(name="Cellar", password=password, profile="monophase") as device:
        greeting = await greet(device.address)
    identity = greeting.identity
    assert (identity.meter, identity.name, identity.profile) == (MAC, "Cellar", "monophase")
    assert greeting.wants_password == (password is not None)


async def test_an_old_meter_that_tells_no_profile_has_three_phases() -> None:
    async with pretend(firmware="0.14.2") as device:
        assert (await greet(device.address)).identity.profile == "triphase"


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
async def test_a_look_tells_what_is_measured(profile: str) -> None:
    options: dict[str, Any] = {"password": PASSWORD, "profile": profile}
    async with pretend(feed=ConstantFeed(), **options) as device:
        sight = await look_at(device.address, PASSWORD)
    powers_w = [phase.active_power_w for phase in sight.reading.phases]
    assert powers_w == [100.0, 200.0, -50.0]
    assert (sight.identity.profile, sight.reading.active_power_w) == (profile, 250.0)


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
async def test_a_recording_holds_everything_but_the_owner(profile: str) -> None:
    options: dict[str, Any] = {"name": "Cellar of Smith", "password": PASSWORD, "profile": profile}
    async with pretend(SimClock(rate=100.0), **options) as device:
        said: list[str] = []
        recording = await record_fixture(device.address, PASSWORD, 0.5, said.append)
    calls = {call["method"]: call for call in recording["calls"]}  # type: ignore[attr-defined]
    power, energy = ("EM", "EMData") if profile == "triphase" else ("EM1", "EM1Data")
    assert [*calls] == [
        *("Shelly.GetDeviceInfo", "Shelly.ListMethods", "Shelly.GetConfig", "Shelly.GetStatus"),
        *(f"{power}.GetStatus", f"{energy}.GetStatus", f"{energy}.GetRecords"),
        *(f"{energy}.GetData", f"{energy}.GetNetEnergies"),
    ]
    assert all("result" in call for call in calls.values())
    assert said[:-1] == [*calls]
    text = json.dumps(recording)
    for secret in (MAC, MAC.lower(), "Smith", PASSWORD, "127.0.0.1"):
        assert secret not in text
    assert calls[f"{energy}.GetData"]["result"]["keys"] == captured("keys.json")[energy]
    assert calls["Shelly.GetDeviceInfo"]["result"]["profile"] == profile
    assert "NotifyStatus" in text
    if profile == "triphase":
        reading = triphase_power(calls["EM.GetStatus"]["result"], "0" * 12, 0, 0)  # type: ignore[arg-type]
        assert reading.active_power_w is not None


async def test_a_question_that_fails_is_recorded_as_such() -> None:
    async with pretend() as device:
        device.fail_calls(404, method="EMData.GetNetEnergies")
        recording = await record_fixture(device.address, None, 0.01, lambda _: None)
    last = recording["calls"][-1]  # type: ignore[index]
    assert "error" in last
    assert "result" not in last


async def test_watching_looks_again_and_again_until_the_meter_is_gone() -> None:
    seen: list[float | None] = []
    twice = asyncio.Event()

    def note(sight: Sight) -> None:
        seen.append(sight.reading.active_power_w)
        if len(seen) > 1:
            twice.set()

    async with pretend(feed=ConstantFeed()) as device:
        watching = asyncio.ensure_future(watch(device.address, "", 0.01, note))
        await twice.wait()
    with pytest.raises(MeterUnreachable):
        await watching
    assert set(seen) == {250.0}
