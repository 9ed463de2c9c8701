"""Setting a home up from a phone; in a home that is set up each of these is a 409."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from wattledger.api.access_json import LONGEST_NAME
from wattledger.api.client_address import client_of
from wattledger.api.device_session import set_cookie, tokens_of
from wattledger.api.https_only import check_private, is_private
from wattledger.api.json_response import never_kept
from wattledger.api.problems import AlreadySetUp, NoSuchMeter
from wattledger.api.setup_json import (
    EnterSetup,
    FoundMeterNow,
    MeterAddress,
    SettingsToBe,
    SetupAnswers,
    SetupNow,
    meter_document,
    setup_document,
)
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import BadQuestion
from wattledger.energy.meter import MeterId
from wattledger.flow.setup_ports import Answers, HomeSetup, RoleAnswer

_BACKUP_IS_SENT = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def add_setup_routes(routes: APIRouter, setup: HomeSetup | None) -> None:
    _add_answers(routes, setup)
    _add_meters(routes, setup)
    _add_settings(routes, setup)


def _add_answers(routes: APIRouter, setup: HomeSetup | None) -> None:
    @routes.post("/setup/enter", tags=["setup"], response_model=SetupNow)
    async def enter_setup(request: Request, asked: EnterSetup) -> Response:
        """Lets the phone in that comes with the one-time code; the answer sets its cookie."""
        device = clean(" ".join(asked.device.split()), LONGEST_NAME) or "Phone"
        address = client_of(request.scope).address
        token = _there(setup).enter(asked.code, device, address, tokens_of(request))
        cookie = {"Set-Cookie": set_cookie(request.scope, token)}
        return never_kept(_now(_there(setup), request), cookie)

    @routes.get("/setup", tags=["setup"], response_model=SetupNow)
    async def read_setup(request: Request) -> Response:
        """How far it has come, with the power of each meter; asked once a second."""
        return never_kept(_now(_there(setup), request))

    @routes.patch("/setup", tags=["setup"], response_model=SetupNow)
    async def answer_setup(request: Request, asked: SetupAnswers) -> Response:
        """Keeps what was answered."""
        if asked.mongodb_uri:
            check_private(request, "the connection string of MongoDB")
        await _there(setup).answer(_answers(asked), request.url.hostname or "")
        return never_kept(_now(_there(setup), request))


def _add_meters(routes: APIRouter, setup: HomeSetup | None) -> None:
    @routes.post("/setup/look", tags=["setup"], response_model=SetupNow)
    async def look_for_meters(request: Request) -> Response:
        """Begins to look for meters that announce themselves in the network."""
        _there(setup).look()
        return never_kept(_now(_there(setup), request))

    @routes.post("/setup/meters", tags=["setup"], response_model=FoundMeterNow)
    async def add_meter(request: Request, asked: MeterAddress) -> Response:
        """Adds the meter at an address; one that is known already is there from now on."""
        if asked.password:
            check_private(request, "the meter's password")
        return never_kept(meter_document(await _there(setup).add(asked.address, asked.password)))

    @routes.delete("/setup/meters/{mac}", tags=["setup"], status_code=204)
    async def forget_meter(
        mac: Annotated[str, Path(description="The meter's `mac`.")],
    ) -> Response:
        """Forgets a meter that was found."""
        if not _there(setup).leave_out(MeterId(mac)):
            raise NoSuchMeter(mac)
        return Response(status_code=204)


def _add_settings(routes: APIRouter, setup: HomeSetup | None) -> None:
    @routes.get("/setup/settings", tags=["setup"], response_model=SettingsToBe)
    async def read_settings_to_be() -> Response:
        """What will be written."""
        path, text = _there(setup).preview()
        return never_kept({"path": path, "text": text})

    @routes.put(
        "/setup/backup", tags=["setup"], response_model=SetupNow, openapi_extra=_BACKUP_IS_SENT
    )
    async def bring_backup(request: Request) -> Response:
        """A backup of the store, as a file; it is looked through, and put back when the home
        begins.
        """
        await _there(setup).receive_backup(_pieces(request))
        return never_kept(_now(_there(setup), request))

    @routes.delete("/setup/backup", tags=["setup"], status_code=204)
    async def leave_backup() -> Response:
        """Nothing is put back."""
        _there(setup).leave_backup()
        return Response(status_code=204)

    @routes.post("/setup/restore", tags=["setup"], status_code=202)
    async def restore_home() -> Response:
        """Puts the backup back, and writes the settings that it brings; as `start` otherwise."""
        await _there(setup).restore()
        return Response(status_code=202)

    @routes.post("/setup/start", tags=["setup"], status_code=202)
    async def start_home() -> Response:
        """Writes the settings, never over others. A moment later the meters are read, this phone
        is a paired device, and the routes of setup are gone.
        """
        await _there(setup).start()
        return Response(status_code=202)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Raises BadQuestion for what breaks off."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise BadQuestion("backup", "it broke off") from error


def _now(setup: HomeSetup, request: Request) -> dict[str, object]:
    return setup_document(setup.state(), takes_secrets=is_private(request))


def _answers(asked: SetupAnswers) -> Answers:
    fuse = asked.main_fuse_a
    return Answers(
        step=asked.step,
        meters=[
            RoleAnswer(MeterId(one.mac), one.role, one.production, one.name) for one in asked.meters
        ],
        name=asked.name,
        time_zone=asked.time_zone,
        main_fuse_a=None if fuse is None else str(fuse),
        netting=asked.netting,
        mongodb_uri=asked.mongodb_uri,
        https=asked.https,
    )


def _there(setup: HomeSetup | None) -> HomeSetup:
    """Raises AlreadySetUp."""
    if setup is None:
        raise AlreadySetUp
    return setup
