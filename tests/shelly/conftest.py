"""Property tests over real sockets: few examples, no deadline."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "shelly",
    deadline=None,  # a busy machine is not a failure
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=40,
)
settings.load_profile("shelly")
