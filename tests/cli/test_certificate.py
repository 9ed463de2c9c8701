"""`certificate`, from a householder's terminal to a phone that trusts the home and nothing else."""

import hashlib
import os
import re
import signal
import ssl
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from tests.api.certificates import made_in
from tests.cli.kit import run, started, written
from tests.tls.kit import DAY_S, trusting, wish
from wattledger.cli.server_address import own_addresses
from wattledger.energy.clock import SystemClock
from wattledger.tls.certificate_issuance import renew
from wattledger.tls.folder import Folder

LISTENING = 'port = 0\nhost = "127.0.0.1"\naccess = "token"'
OURS = f'{LISTENING}\ntls_cert = "tls/chain.pem"\ntls_key = "tls/key.pem"'


def server_lines(told: str) -> dict[str, str]:
    """The settings that it says to write."""
    return tomllib.loads("\n".join(re.findall(r"^  (\w+ = .*)$", told, re.MULTILINE)))


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


async def test_a_phone_that_trusts_the_authority_reaches_the_server(tmp_path: Path) -> None:
    config = written(tmp_path, server=LISTENING)
    before = config.read_text()
    told = run("certificate", "-c", config)
    assert told.exit_code == 0, told.output
    assert config.read_text() == before
    lines = server_lines(told.stdout)
    assert lines == {"tls_cert": "tls/chain.pem", "tls_key": "tls/key.pem"}
    config = written(tmp_path, server=OURS)
    trusted = trusting(tmp_path / "tls" / "authority.pem")
    async with started("serve", "--config", config) as server:
        base = await server.url()
        async with httpx.AsyncClient(
            timeout=300, trust_env=False, verify=trusted, base_url=base
        ) as phone:
            assert (await phone.get("/api/v1/health")).status_code == 200
            fetched = await phone.get("/authority.crt")
            pem = (tmp_path / "tls" / "authority.pem").read_text()
            assert fetched.content == ssl.PEM_cert_to_DER_cert(pem)
        public = ssl.create_default_context()
        async with httpx.AsyncClient(
            timeout=300, trust_env=False, verify=public, base_url=base
        ) as stranger:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get("/api/v1/health")
        server.send(signal.SIGTERM)
        status, log = await server.end()
    assert (status, "the certificate for HTTPS" in log) == (0, False), log


def test_what_it_says_the_first_time(tmp_path: Path) -> None:
    config = written(tmp_path, server="port = 8443")
    told = run("certificate", "-c", config, "--name", "home.example.org").stdout
    assert server_lines(told) == {
        "host": "0.0.0.0",
        "access": "token",
        "tls_cert": "tls/chain.pem",
        "tls_key": "tls/key.pem",
    }
    assert "It is for home.example.org, " in told
    assert "https://home.example.org:8443/authority.crt" in told
    assert "docs/https.md" in told
    authority = (tmp_path / "tls" / "authority.pem").read_text()
    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority)).digest().hex(":").upper()
    assert fingerprint == "".join(re.findall(r"^  ([0-9A-F:]{47,48})$", told, re.MULTILINE))
    long = [line for line in told.splitlines() if len(line) > 80 and str(tmp_path) not in line]
    assert long == []


def test_all_names_of_the_machine_are_in_it(tmp_path: Path) -> None:
    told = run("certificate", "-c", written(tmp_path)).stdout
    names = re.sub(r"\s+", " ", told).split("It is for ")[1].split(" Put")[0].split(", ")
    assert {"localhost", "127.0.0.1", "::1", *own_addresses()} <= set(names)
    short = os.uname().nodename.partition(".")[0].lower()
    assert short == "localhost" or {short, f"{short}.local"} <= set(names)


def test_what_a_renewal_says(tmp_path: Path) -> None:
    config = written(tmp_path, server=OURS)
    run("certificate", "-c", config, "--name", "home.example.org")
    told = run("certificate", "-c", config, "--name", "tv.home.example.org").stdout
    assert told.startswith("Renewed, until 20")
    assert "  new: tv.home.example.org\n" in told
    assert "A server that runs takes it within a minute." in told
    assert "phones need nothing" in told
    assert server_lines(told) == {}
    told = run("certificate", "-c", config, "--new-authority").stdout
    assert "  no longer: home.example.org, tv.home.example.org\n" in told
    assert "Now start the server anew." in told
    assert "Each phone must trust the authority" in told


def test_a_name_outside_the_authority(tmp_path: Path) -> None:
    config = written(tmp_path)
    run("certificate", "-c", config)
    before = texts(tmp_path / "tls")
    told = run("certificate", "-c", config, "--name", "home.example.org")
    assert told.exit_code == 2
    assert "does not vouch for home.example.org" in told.stderr
    assert "--new-authority" in told.stderr
    assert texts(tmp_path / "tls") == before


def test_a_name_that_only_the_machine_has_is_left_out(tmp_path: Path) -> None:
    renew(Folder(tmp_path / "tls"), wish(), int(SystemClock().now_s()))
    told = run("certificate", "-c", written(tmp_path)).stdout
    assert "left out, as the authority does not vouch for it: " in told
    assert "(--new-authority would; " in told


@pytest.mark.parametrize("name", ["https://pi.local", "*.pi.local", ""])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    told = run("certificate", "-c", written(tmp_path), "--name", name)
    assert told.exit_code == 2
    assert "neither a name such as home.example.org nor an address" in told.stderr
    assert not (tmp_path / "tls").exists()


def test_a_name_that_would_be_half_the_world_is_refused(tmp_path: Path) -> None:
    told = run("certificate", "-c", written(tmp_path), "--name", "com")
    assert told.exit_code == 2
    assert "'com' alone would be all that ends in .com" in told.stderr
    assert not (tmp_path / "tls").exists()


def test_a_folder_elsewhere_is_named_whole(tmp_path: Path) -> None:
    config = written(tmp_path / "home", server=LISTENING)
    told = run("certificate", "-c", config, "--folder", tmp_path / "else where")
    assert server_lines(told.stdout) == {
        "tls_cert": str(tmp_path / "else where" / "chain.pem"),
        "tls_key": str(tmp_path / "else where" / "key.pem"),
    }
    nowhere = run("certificate", "-c", config, "--folder", tmp_path / "no" / "where")
    assert nowhere.exit_code == 2
    assert "can't be written: No such file or directory" in nowhere.stderr


BROKEN_OFF = """
import os, signal, sys
from wattledger.cli import main

left = int(sys.argv.pop(1))

def as_by_ctrl_c(event, values):
    global left
    if event == "open" and os.sep + "tls" + os.sep in str(values[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(as_by_ctrl_c)
main()
"""


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_who_breaks_it_off_has_changed_nothing(tmp_path: Path, nth: int) -> None:
    """Where it opens the nth file of its folder."""
    arguments = ["certificate", "-c", str(written(tmp_path))]
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN_OFF, str(nth), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False), ended.stderr
    assert not list(tmp_path.glob("tls/*"))


def test_where_nothing_that_signs_is_installed(tmp_path: Path) -> None:
    without = "import sys; sys.modules['cryptography'] = None; from wattledger.cli import main"
    arguments = ["certificate", "-c", str(written(tmp_path))]
    ended = subprocess.run(
        [sys.executable, "-c", f"{without}; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("wattledger: nothing that signs is installed here")


@pytest.mark.parametrize("left_days", [59, -3])
async def test_serve_renews_the_certificate_that_this_command_made(
    tmp_path: Path, left_days: int
) -> None:
    at = int(SystemClock().now_s()) - (397 - left_days) * DAY_S + 7_200
    renew(Folder(tmp_path / "tls"), wish(), at)
    async with started("serve", "--config", written(tmp_path, server=OURS)) as server:
        base = (await server.url()).replace("127.0.0.1", "localhost")
        await server.logged("the certificate for HTTPS was taken, it holds until")
        trusted = trusting(tmp_path / "tls" / "authority.pem")
        async with httpx.AsyncClient(timeout=300, trust_env=False, verify=trusted) as phone:
            health = (await phone.get(f"{base}/api/v1/health")).json()
    assert "certificate_ending" not in {fault["kind"] for fault in health["faults"]}


@pytest.mark.parametrize(("left_days", "verb"), [(-3, "has run out on"), (3, "holds until")])
def test_check_config_says_until_when_it_holds(tmp_path: Path, left_days: int, verb: str) -> None:
    at = int(SystemClock().now_s()) - (397 - left_days) * DAY_S + 7_200
    renew(Folder(tmp_path / "tls"), wish(), at)
    told = run("check-config", "-c", written(tmp_path, server=OURS)).stdout
    assert re.search(rf"^  tls     {tmp_path}/tls/chain.pem {verb} 20\S+$", told, re.MULTILINE)


async def test_who_has_another_certificate_is_told_to_renew_it(tmp_path: Path) -> None:
    tls = made_in(tmp_path)
    files = f'{LISTENING}\ntls_cert = "{tls.certificate}"\ntls_key = "{tls.key}"'
    async with started("serve", "--config", written(tmp_path, server=files)) as server:
        base = await server.url()
        trusted = ssl.create_default_context(cafile=tls.certificate)
        async with httpx.AsyncClient(
            timeout=300, trust_env=False, verify=trusted, base_url=base
        ) as phone:
            assert (await phone.get("/authority.crt")).status_code == 404
        await server.logged(": renew it")


def test_check_config_of_a_certificate_that_can_not_be_read(tmp_path: Path) -> None:
    told = run("check-config", "-c", written(tmp_path, server=OURS))
    assert told.exit_code == 2
    assert "all is well" not in told.stdout
    assert "tls/chain.pem can't be read: No such file or directory" in told.stderr


def test_a_command_loads_what_it_alone_needs() -> None:
    """Each of them begins by importing them all."""
    loaded = "import sys, wattledger.cli; print({'pydantic', 'sqlite3', 'http'} & {*sys.modules})"
    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
    assert ended.stdout == b"set()\n"


def test_a_server_without_https_loads_nothing_that_signs() -> None:
    """Start-up time and memory: what signs is for one verb."""
    loaded = (
        "import sys, wattledger.composition, wattledger.cli; print('cryptography' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
    assert ended.stdout == b"False\n"
