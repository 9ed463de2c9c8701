"""The package for 64-bit ARM, emulated as far as the demo's first answer."""

import json
import os
import socket
import subprocess
import urllib.request
from pathlib import Path

from tests.machines import debs, roots
from tests.machines.machine import GUARD, wait_until

PATIENCE_S = 1_800.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_the_demo_answers(tmp_path: Path) -> None:
    folder = tmp_path / "arm64"
    roots.unpack(roots.foreign("trixie", "arm64"), folder)
    subprocess.run(["dpkg-deb", "-x", debs.built("trixie", "arm64"), folder], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    emulated = ["proot", "-q", "qemu-aarch64-static", "-r", str(folder)]
    shared = ["-b", "/proc", "-b", "/dev", "-w", "/"]
    demo = ["/usr/bin/wattledger", "demo", "--days", "1", "--port", str(port), "--store", "/tmp/d"]
    with (tmp_path / "told").open("wb") as told:
        process = subprocess.Popen(
            [*GUARD, *emulated, *shared, *demo],
            stdout=told,
            stderr=told,
            env={"PATH": os.environ["PATH"], "HOME": "/tmp", "LC_ALL": "C.UTF-8"},
        )
    try:

        def answers() -> bool:
            assert process.poll() is None, (tmp_path / "told").read_text(encoding="utf-8")
            try:
                with _OPENER.open(f"http://127.0.0.1:{port}/api/v1/power", timeout=60) as answer:
                    return "home_w" in json.load(answer)
            except OSError:
                return False

        wait_until(answers, "the demo answers", PATIENCE_S)
    finally:
        process.kill()
        process.wait()
