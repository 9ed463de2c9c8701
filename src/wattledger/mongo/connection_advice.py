"""Why a server can't be reached, in words for whoever wrote the connection string.

The driver's own text is looked at and never shown: it may hold what nobody should read.
"""

from dataclasses import dataclass

from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError

from wattledger.mongo.connection import copy_error

NETWORK_ACCESS = (
    "On Atlas: 'Network Access' must list this home's address, or 0.0.0.0/0 where that changes; "
    "and the cluster must not be paused (its page says so, and has 'Resume')."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """What is the matter, what to do, and which step of a check has failed by it."""

    words: str
    advice: str
    step: str = "reach"


_REASONS: tuple[tuple[str, Reason], ...] = (
    (
        "certificate_verify_failed",
        Reason(
            "the server's certificate is not trusted here",
            "Is this machine's clock right? Is the host's name written as its owner gives it? A "
            "server of your own: name its certificate with tlsCAFile=FILE in the string.",
            "TLS",
        ),
    ),
    (
        "ssl",
        Reason(
            "the server ends the encrypted connection before it begins",
            NETWORK_ACCESS + " A server of your own may have no TLS: then without tls=true.",
            "TLS",
        ),
    ),
    (
        "for replica set name",
        Reason(
            "it is another replica set than the connection string says",
            "Copy the string anew: what it says after replicaSet= is not this server's.",
            "replica set",
        ),
    ),
    (
        "connection closed",
        Reason(
            "the server ends the connection at once",
            "It may want TLS: tls=true in the string, which mongodb+srv:// has by itself. "
            + NETWORK_ACCESS,
            "TLS",
        ),
    ),
    (
        "errno 111",
        Reason(
            "nothing listens at that address and port",
            "Are the host and the port in the string written right? Does the server run? "
            + NETWORK_ACCESS,
        ),
    ),
    (
        "getaddrinfo",
        Reason(
            "the cluster's hosts are not known to the DNS",
            "Is this machine online? Is the cluster paused? Its page on Atlas has 'Resume'.",
        ),
    ),
    (
        "no replica set members match",
        Reason(
            "the cluster is there, but none of its servers accepts writes just now",
            "After a fail-over that lasts some seconds: try again. If it stays so, Atlas' page of "
            "the cluster says more.",
        ),
    ),
)
_SILENCE = Reason(
    "no answer",
    "Is the host written right? Does the network let port 27017 out? " + NETWORK_ACCESS,
)


def reason_of(error: PyMongoError) -> Reason:
    """Why it could not be reached."""
    if isinstance(error, OperationFailure | ConfigurationError):
        return Reason(str(copy_error(error)), NETWORK_ACCESS)
    text = str(error).lower()
    return next((reason for sign, reason in _REASONS if sign in text), _SILENCE)


def known_reason(words: str) -> Reason | None:
    """The reason that has these words; None where they are of something else."""
    reasons = (*(reason for _, reason in _REASONS), _SILENCE)
    return next((reason for reason in reasons if reason.words == words), None)
