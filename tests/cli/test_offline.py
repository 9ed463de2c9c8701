"""Where a phone reaches a machine that no way leads out of: no router, no mDNS."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ONE_WIRE = """
ip link set lo up
ip link add home0 type veth peer name other
ip address add 192.168.77.5/24 dev home0
ip link set home0 up
ip link set other up
"""


def test_the_code_is_shown_with_the_address_of_its_only_interface(tmp_path: Path) -> None:
    command = f"{ONE_WIRE} {sys.executable} -m wattledger setup --code -c {tmp_path}/x.toml"
    alone = ["unshare", "--net", "sh", "-ec", command]
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "true"], check=False).returncode:
        pytest.skip("nobody may make a network here")
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert "open  http://192.168.77.5:8080/setup#" in done.stdout, done.stderr
