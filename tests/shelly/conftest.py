"""Property tests over real sockets: few examples, no deadline."""

import os

from hypothesis import settings

settings.register_profile(
    "shelly",
    deadline=None,  # a busy machine is not a failure
    database=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=40,
)
settings.load_profile("shelly")
