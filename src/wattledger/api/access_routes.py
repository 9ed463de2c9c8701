"""Pairing, and the devices that were paired."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from wattledger.api.access_json import DeviceChange, NewDevice, PairedDevices, PairRequest
from wattledger.api.access_policy import Access
from wattledger.api.client_address import client_of
from wattledger.api.device_session import noted_device, set_cookie
from wattledger.api.json_response import NEVER_KEPT, json_bytes, never_kept
from wattledger.api.owner_permission import check_owner
from wattledger.api.problems import NoPairing, NoSuchDevice
from wattledger.api.stream import Streams
from wattledger.energy.period import Calendar
from wattledger.flow.pairing import Pairing

DeviceId = Annotated[str, Path(alias="id", description="The device's `id`.")]


def add_access_routes(
    routes: APIRouter,
    pairing: Pairing | None,
    calendar: Calendar,
    streams: Streams,
    access: Access,
) -> None:
    if pairing is not None:
        pairing.subscribe(streams.end_of)

    @routes.post("/access/pair", tags=["access"], response_model=NewDevice, status_code=201)
    async def pair_device(request: Request, asked: PairRequest) -> Response:
        """Pairs a phone by a one-time code of `wattledger pair`. Open to all; wrong codes are
        throttled.

        The answer sets a session cookie. A device that is paired already is replaced.
        """
        before = noted_device(request.scope)
        address = client_of(request.scope).address
        paired = await _there(pairing).pair(asked.code, asked.device, address, before)
        document = {"id": paired.device.id, "device": paired.device.name, "token": paired.token}
        headers = {**NEVER_KEPT, "Set-Cookie": set_cookie(request.scope, paired.token)}
        return Response(json_bytes(document), 201, headers, "application/json")

    @routes.get("/access/devices", tags=["access"], response_model=PairedDevices)
    async def read_devices(request: Request) -> Response:
        """The paired devices, and when each was last used."""
        this = noted_device(request.scope)
        devices = [
            {
                "id": device.id,
                "device": device.name,
                "paired_at": calendar.text(device.paired_at),
                "last_used_at": calendar.text(device.last_used_at),
                "owns": device.owns,
                "is_this_one": this is not None and this.id == device.id,
            }
            for device in (pairing.devices() if pairing else [])
        ]
        return never_kept({"devices": devices})

    @routes.patch("/access/devices/{id}", tags=["access"], status_code=204)
    async def change_device(request: Request, device_id: DeviceId, asked: DeviceChange) -> Response:
        """Lets a device own, or only look. Owners only; one of them stays."""
        check_owner(request, access)
        if not await _there(pairing).let_own(device_id, owns=asked.owns):
            raise NoSuchDevice(device_id)
        return Response(status_code=204)

    @routes.delete("/access/devices/{id}", tags=["access"], status_code=204)
    async def remove_device(request: Request, device_id: DeviceId) -> Response:
        """Removes a device: its token opens nothing any more. One that does not own can remove
        itself alone.
        """
        devices, this = _there(pairing), noted_device(request.scope)
        if this is None or this.id != device_id:
            check_owner(request, access)
        if not await devices.remove(device_id):
            raise NoSuchDevice(device_id)
        ended = this is not None and this.id == device_id
        return Response(
            status_code=204, headers={"Set-Cookie": set_cookie(request.scope, "")} if ended else {}
        )


def _there(pairing: Pairing | None) -> Pairing:
    """Raises NoPairing."""
    if pairing is None:
        raise NoPairing
    return pairing
