"""The settings of a home that runs, for the devices of its owners."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from wattledger.api.access_policy import Access
from wattledger.api.https_only import check_private, is_private
from wattledger.api.json_response import never_kept
from wattledger.api.owner_permission import check_owner
from wattledger.api.problems import NoSettings, NotTagged
from wattledger.api.settings_json import (
    ChangeOfSettings,
    Effects,
    SettingsInFile,
    change_of,
    effects_document,
    settings_document,
)
from wattledger.flow.settings_ports import HomeSettings, SettingsNow


def add_settings_routes(routes: APIRouter, settings: HomeSettings | None, access: Access) -> None:
    @routes.get("/settings", tags=["settings"], response_model=SettingsInFile)
    async def read_settings(request: Request) -> Response:
        """What stands in the settings file and may be changed here, with its ETag. Owners only."""
        check_owner(request, access)
        return _told(request, await asyncio.to_thread(_there(settings).now))

    @routes.post("/settings/preview", tags=["settings"], response_model=Effects)
    async def preview_settings(request: Request, asked: ChangeOfSettings) -> Response:
        """What a change would do, and whether meters that it adds answer; nothing is changed.
        Owners only.
        """
        check_owner(request, access)
        _check_secret(request, asked)
        change = change_of(asked)
        effects = await asyncio.to_thread(_there(settings).preview, change)
        unreached = await _there(settings).unreached(change)
        return never_kept(effects_document([*effects, *unreached]))

    @routes.patch("/settings", tags=["settings"], response_model=Effects)
    async def change_settings(
        request: Request,
        asked: ChangeOfSettings,
        if_match: Annotated[
            str | None, Header(description="The ETag of what was read; without it a 428.")
        ] = None,
    ) -> Response:
        """Writes a change into the settings file, whole or not at all; a moment later the server
        goes by it, and streams come again by themselves. Owners only.
        """
        check_owner(request, access)
        _check_secret(request, asked)
        if if_match is None:
            raise NotTagged
        change, tag = change_of(asked), _tag_of(if_match)
        effects = await asyncio.to_thread(_there(settings).change, change, tag)
        return never_kept(effects_document(list(effects)))


def _tag_of(if_match: str) -> str:
    """What we gave: a proxy that compresses answers makes it weak, or puts `-gzip` behind it."""
    return if_match.strip().removeprefix("W/").strip('"').partition("-")[0]


def _told(request: Request, now: SettingsNow) -> Response:
    document = settings_document(now, takes_secrets=is_private(request))
    return never_kept(document, {"ETag": f'"{now.tag}"'})


def _check_secret(request: Request, asked: ChangeOfSettings) -> None:
    """Raises SecretInTheClear."""
    if asked.secret is not None:
        check_private(request, asked.secret)


def _there(settings: HomeSettings | None) -> HomeSettings:
    """Raises NoSettings."""
    if settings is None:
        raise NoSettings
    return settings
