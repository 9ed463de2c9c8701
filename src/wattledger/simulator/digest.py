"""The password of a meter. (Open meters have none.)"""

from wattledger.simulator.errors import RpcError, Unauthorized
from wattledger.simulator.identity import JsonObject


class OpenGuard:
    """Lets everybody in."""

    def __init__(self, realm: str) -> None:
        self._realm = realm

    def admit_frame(self, frame: JsonObject) -> None:
        del frame

    def admit_http(self, method: str, uri: str, authorization: str | None) -> None:
        del method, uri, authorization

    def challenge(self) -> RpcError:
        """Asks all the same, when the refusal was ordered."""
        return Unauthorized(
            {
                "auth_type": "digest",
                "nonce": 1625038762,
                "nc": 1,
                "realm": self._realm,
                "algorithm": "SHA-256",
            }
        )
