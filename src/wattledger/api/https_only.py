"""What may be said over HTTPS alone."""

from starlette.requests import Request

from wattledger.api.problems import SecretInTheClear


def is_private(request: Request) -> bool:
    """Whether nobody else in the network can read it."""
    return str(request.scope["scheme"]) == "https"


def check_private(request: Request, what: str) -> None:
    """`what` is the secret in words. Raises SecretInTheClear."""
    if not is_private(request):
        raise SecretInTheClear(what)
