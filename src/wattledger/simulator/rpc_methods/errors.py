"""How the device says no."""

import json

NOT_FOUND = 404
INVALID_ARGUMENT = -103
NO_SUCH_COMPONENT = -105
UNAUTHORIZED = 401


class RpcError(Exception):
    """A call that failed; `code` and `message` go over the wire."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    @property
    def http_status(self) -> int:
        """404 stays what it is, and so do the codes that are HTTP's own; the others are 500."""
        return self.code if 400 <= self.code < 600 else 500

    def body(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message}


class Unauthorized(RpcError):
    """A call without a valid answer to `challenge`."""

    def __init__(self, challenge: dict[str, object]) -> None:
        super().__init__(UNAUTHORIZED, json.dumps(challenge))
        self._challenge = challenge

    def header(self) -> str:
        """WWW-Authenticate; a number as nonce is written in hexadecimal there."""
        nonce = self._challenge["nonce"]
        shown = f"{nonce:x}" if isinstance(nonce, int) else nonce
        realm, algorithm = self._challenge["realm"], self._challenge["algorithm"]
        stale = ", stale=true" if self._challenge.get("stale") else ""
        return f'Digest qop="auth", realm="{realm}", nonce="{shown}", algorithm={algorithm}{stale}'


def no_handler(method: str) -> RpcError:
    return RpcError(NOT_FOUND, f"No handler for {method}")


def no_such_component(name: str, value: object) -> RpcError:
    return RpcError(NO_SUCH_COMPONENT, f"Argument '{name}', value {value} not found!")


def missing_argument(name: str) -> RpcError:
    return RpcError(INVALID_ARGUMENT, f"Missing required argument '{name}'!")


def bad_argument(name: str, wanted: str) -> RpcError:
    return RpcError(INVALID_ARGUMENT, f"Argument '{name}' should be {wanted}!")
