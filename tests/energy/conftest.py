"""Property tests try new examples on every run by hand, and the same ones in every run by CI."""

import os

from hypothesis import settings

settings.register_profile(
    "energy",
    deadline=None,  # a busy machine is not a failure
    database=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=60,
)
settings.load_profile("energy")
