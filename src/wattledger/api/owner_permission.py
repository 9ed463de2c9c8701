"""Who may change something: a device that owns, and whoever is on the machine of an open server."""

from starlette.requests import Request

from wattledger.api.access_policy import Access, AccessMode
from wattledger.api.device_session import noted_device
from wattledger.api.problems import NotAnOwner


def is_owner(request: Request, access: Access) -> bool:
    """Not the settings' token: that is given to scripts, which read."""
    device = noted_device(request.scope)
    return access.mode is AccessMode.OPEN if device is None else device.owns


def check_owner(request: Request, access: Access) -> None:
    """Raises NotAnOwner."""
    if not is_owner(request, access):
        raise NotAnOwner
