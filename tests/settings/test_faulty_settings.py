"""Settings that can't be used: every fault at once, each with its line, and never a secret."""

from pathlib import Path

import pytest

from tests.settings.writing import METER, faults
from wattledger.energy.errors import BadSettings
from wattledger.energy.role import Role
from wattledger.settings import Settings, known_keys
from wattledger.settings_file import read_settings

*FIRST, LAST = (f"'{role}'" for role in Role)
ROLES = f"{', '.join(FIRST)} or {LAST}"

SECRETS = ("t0ken-secret", "p4ss-secret", "mongo-secret")

EVERYTHING_WRONG = """\
[site]
name = ""
time_zone = "Europe/Atlantis"
netting = "day"
poll_interval_s = 0.1
main_fuse_a = "thick"
colour = "red"

[server]
host = "0.0.0.0"
port = 70000
tls_key = "key.pem"
tokn = "t0ken-secret"

[store]
path = ""

[mongodb]
database = "wattledger"
url = "mongodb+srv://user:mongo-secret@cluster.example.net"

[[meters]]
name = "mains"
role = "gird"
host = "http://192.168.1.20/"
password = "p4ss-secret"

[[meters]]
name = "mains"
role = "solar"
host = "192.168.1.20"
password_file = "gone"
production = "up"

[[meters]]
role = "solar"
host = "192.168.1.20"

[heating]
"""

THEIR_FAULTS = [
    ("2", "site.name", "must not be empty"),
    ("3", "site.time_zone", "'Europe/Atlantis' is no time zone"),
    ("4", "site.netting", "must be 'phase', 'minute', 'quarter' or 'hour'"),
    ("5", "site.poll_interval_s", "must be 0.5 at least"),
    ("6", "site.main_fuse_a", "must be a number"),
    ("7", "site.colour", "unknown key; known are name, time_zone, netting"),
    ("11", "server.port", "must be 65535 at most"),
    ("13", "server.tokn", "unknown key; known are host, port, access, token"),
    ("9", "server.access", "open access is only for loopback, and host is '0.0.0.0'"),
    ("9", "server.tls_cert", "tls_cert and tls_key go together"),
    ("16", "store.path", "must not be empty"),
    ("18", "mongodb.uri", "missing"),
    ("20", "mongodb.url", "unknown key; known are uri, database, site_id, uri_file"),
    ("24", "meters.0.role", ROLES),
    ("25", "meters.0.host", "a host name or address"),
    ("32", "meters.1.password_file", "can't be read: No such file"),
    ("33", "meters.1.production", "'positive' or 'negative'"),
    ("29", "meters.1.name", "another meter has the name 'mains' already"),
    ("35", "meters.2.name", "missing"),
    ("37", "meters.2.host", "another meter has the host '192.168.1.20' already"),
    ("39", "heating", "unknown key; known are site, server, store, backup, mongodb, meters"),
]


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    told = faults(tmp_path, EVERYTHING_WRONG)
    for line, key, words in THEIR_FAULTS:
        assert any(fault.startswith(f"{line}: {key}: ") and words in fault for fault in told), (
            f"{line}: {key}: {words}",
            told,
        )
    assert len(told) == len(THEIR_FAULTS)


def test_no_fault_tells_a_secret(tmp_path: Path) -> None:
    told = "\n".join(faults(tmp_path, EVERYTHING_WRONG))
    assert not [secret for secret in SECRETS if secret in told]


@pytest.mark.parametrize("value", ["123456", "[1]", "true", "2026-01-01"])
def test_a_secret_of_a_wrong_kind_is_not_told(tmp_path: Path, value: str) -> None:
    (told,) = faults(tmp_path, f"{METER}password = {value}\n")
    assert told.startswith("5: meters.0.password: ")
    assert value not in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("main_fuse_a = nan", "must be a number"),
        ("main_fuse_a = inf", "must be a number"),
        ("main_fuse_a = [25]", "must be a number"),
        ("main_fuse_a = true", "must be a number"),
        ("poll_interval_s = true", "must be a number"),
        ("poll_interval_s = 5.5", "must be 5 at most"),
        ("name = 7", 'must be a text, in "quotes"'),
        (f'name = "{"a" * 81}"', "must have 80 letters at most"),
        (r'name = "\u001b[31mred"', "must be a single line, without control characters"),
        (r'name = "two\nlines"', "must be a single line, without control characters"),
        (r'name = "two\u2028lines"', "must be a single line, without control characters"),
        (r'name = "turned\u202eround"', "must be a single line, without control characters"),
        (r'name = "un\u200bseen"', "must be a single line, without control characters"),
    ],
)
def test_values_in_plain_words(tmp_path: Path, line: str, words: str) -> None:
    (told,) = faults(tmp_path, f"[site]\n{line}\n{METER}")
    assert told.endswith(f": {words}")
    assert "\x1b" not in told


def test_a_meter_s_name_is_one_line(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, METER.replace("mains", r"ma\tins"))
    assert "meters.0.name: must be a single line" in told


@pytest.mark.parametrize("port", ["80.5", '"eighty"', "true", "false"])
def test_a_port_is_a_whole_number(tmp_path: Path, port: str) -> None:
    (told,) = faults(tmp_path, f"[server]\nport = {port}\n{METER}")
    assert told.endswith("must be a whole number")


@pytest.mark.parametrize(
    ("server", "key", "words"),
    [
        ('host = "192.168.1.5"', "access", "only for loopback"),
        ('host = ""', "access", "only for loopback"),
        ('host = "pi.local"', "access", "only for loopback"),
        ('tls_cert = "chain.pem"', "tls_cert", "go together"),
        ('access = "everybody"', "access", "'open' or 'token'"),
    ],
)
def test_server(tmp_path: Path, server: str, key: str, words: str) -> None:
    (told,) = faults(tmp_path, f"[server]\n{server}\n{METER}")
    assert f"server.{key}: " in told
    assert words in told


@pytest.mark.parametrize(
    ("uri", "database", "key", "words"),
    [
        ("postgres://me:mongo-secret@h/", "wattledger", "uri", "begins with mongodb+srv://"),
        ("mongo-secret", "wattledger", "uri", "begins with mongodb+srv://"),
        ("mongodb://me:mongo-secret@h/", "my.home", "database", "letters, digits, - and _"),
        ("mongodb://me:mongo-secret@h/", "my home", "database", "letters, digits, - and _"),
    ],
)
def test_mongodb(tmp_path: Path, uri: str, database: str, key: str, words: str) -> None:
    section = f'[mongodb]\nuri = "{uri}"\ndatabase = "{database}"\n'
    (told,) = faults(tmp_path, section + METER)
    assert f"mongodb.{key}: " in told
    assert words in told
    assert "mongo-secret" not in told


@pytest.mark.parametrize("server", ['access = "token"', 'access = "token"\ntoken = ""'])
def test_a_server_that_pairs_no_phones_needs_a_token(tmp_path: Path, server: str) -> None:
    (told,) = faults(tmp_path, f'[server]\n{server}\n[mongodb]\nuri = "mongodb://127.0.0.1"\n')
    assert "server.token: " in told
    assert "needs a token (or token_file) on a server without meters" in told


def test_an_empty_file_is_no_token(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    server = '[server]\naccess = "token"\ntoken_file = "empty"\n'
    (told,) = faults(tmp_path, server + METER)
    assert "server.token_file: " in told
    assert told.endswith("empty is empty")


def test_a_home_without_a_meter(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, '[site]\nname = "Home"\n')
    assert "add a [[meters]] section" in told


def test_a_section_that_is_none(tmp_path: Path) -> None:
    told = faults(tmp_path, f"site = 3\n{METER}")
    assert told == ["1: site: must be a section: [section] on a line of its own, its keys below"]


def test_a_single_meters_section(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, METER.replace("[[meters]]", "[meters]"))
    assert "[[meters]]" in told


def test_the_same_key_in_another_section_is_not_blamed(tmp_path: Path) -> None:
    told = faults(tmp_path, f'[site]\nname = "Home"\n{METER}'.replace('"mains"', '""'))
    assert [fault.split(": ")[:2] for fault in told] == [["4", "meters.0.name"]]


@pytest.mark.parametrize(
    "text",
    [
        "[site",
        'name = "Home',
        "[site]\nname = 1\nname = 2\n",
        "a = " + "[" * 5_000,
        "a = " + "1" * 10_000,
        "\x00",
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: str) -> None:
    assert len(faults(tmp_path, text)) == 1


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="can't be read"):
        read_settings(path, {})


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="can't be read"):
        read_settings(tmp_path, {})


@pytest.mark.parametrize(
    "name",
    [
        "WATTLEDGER_METERS__1__HOST",
        "WATTLEDGER_METERS__X__HOST",
        "WATTLEDGER_METERS__²__HOST",
        "WATTLEDGER_METERS__HOST",
        "WATTLEDGER_METERS__0__HOST__PORT",
        "WATTLEDGER_SERVER__TLS__KEY",
    ],
)
def test_an_environment_that_leads_nowhere(tmp_path: Path, name: str) -> None:
    (told,) = faults(tmp_path, METER, {name: "p4ss-secret"})
    assert name in told
    assert "p4ss-secret" not in told


def test_an_unknown_section_of_the_environment(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, METER, {"WATTLEDGER_SEVER__PORT": "80"})
    assert told.startswith("environment WATTLEDGER_SEVER__PORT: unknown key; known are site")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("WATTLEDGER_SERVER__PORT", "must be a whole number"),
        ("WATTLEDGER_SERVER__PRT", "unknown key; known are host, port"),
        ("WATTLEDGER_SERVER__TOKEN_FILE", "the file that it names can't be read"),
        ("WATTLEDGER_METERS__0__ROLE", f"must be {ROLES}"),
        ("WATTLEDGER_METERS__0__PASSWORD_FILE", "the file that it names can't be read"),
        ("WATTLEDGER_MONGODB__URI", "a connection string begins with"),
    ],
)
def test_a_fault_of_the_environment_is_told_with_its_variable(
    tmp_path: Path, name: str, words: str
) -> None:
    """And not with a line of the file, where all is well."""
    text = f'[server]\nport = 8080\n[mongodb]\nuri = "mongodb://h"\n{METER}'
    (told,) = faults(tmp_path, text, {name: "p4ss-secret"})
    assert told.startswith(f"environment {name}: {words}")
    assert "p4ss-secret" not in told


def test_what_a_file_of_the_environment_holds_is_blamed_on_its_variable(tmp_path: Path) -> None:
    (tmp_path / "uri").write_text("mongo-secret\n")
    name = "WATTLEDGER_MONGODB__URI_FILE"
    (told,) = faults(tmp_path, METER, {name: str(tmp_path / "uri")})
    assert told.startswith(f"environment {name}: a connection string begins with")
    assert "mongo-secret" not in told


def test_a_fault_of_the_file_is_not_blamed_on_the_environment(tmp_path: Path) -> None:
    text = f'[server]\nport = "many"\n{METER}'
    (told,) = faults(tmp_path, text, {"WATTLEDGER_SERVER__HOST": "127.0.0.1"})
    assert told == "2: server.port: must be a whole number"


def test_a_connection_string_in_a_file_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, f'[mongodb]\nuri_file = "gone"\n{METER}')
    assert told.startswith("2: mongodb.uri_file: the file that it names can't be read: No such")


@pytest.mark.parametrize("host", ["127.0.0.1:99999", "h:x", "h:0", "[::1]:x]", "http://h", "a b"])
def test_an_address_that_no_meter_can_have(tmp_path: Path, host: str) -> None:
    (told,) = faults(tmp_path, METER.replace("192.168.1.20", host))
    words = "a host name or address, with :port where it is not 80"
    assert told == f"4: meters.0.host: {words}"


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "\\u0000", "a" * 5_000])
def test_a_secret_file_with_an_impossible_name(tmp_path: Path, name: str) -> None:
    (told,) = faults(tmp_path, f'{METER}password_file = "{name}"\n')
    assert "password_file" in told


@pytest.mark.parametrize(
    ("section", "key"),
    [("mongodb", "uri_file"), ("server", "token_file")],
)
def test_a_secret_where_its_file_is_wanted_is_not_repeated(
    tmp_path: Path, section: str, key: str
) -> None:
    path = tmp_path / "wattledger.toml"
    path.write_text(f'[{section}]\n{key} = "mongodb+srv://me:TopSecret1@h.example.net"\n')
    with pytest.raises(BadSettings) as told:
        read_settings(path)
    assert f"{section}.{key}" in str(told.value)
    assert "TopSecret1" not in str(told.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("8080", "must be a list of addresses"),
        ("true", "must be a list of addresses"),
        ("[8080]", "must be a list of addresses"),
        ('[["10.0.0.1"]]', "must be a list of addresses"),
        ('["proxy.example"]', "'proxy.example' is no address such as 127.0.0.1"),
        ('["10.0.0.1", "10.0.0.0/33"]', "'10.0.0.0/33' is no address such as 127.0.0.1"),
        ('[""]', "'' is no address"),
        ('["\\u001b[2J"]', "is no address"),
        (str(["10.0.0.1"] * 65), "must be 64 at most"),
    ],
)
def test_what_is_no_proxy_is_told(tmp_path: Path, value: str, words: str) -> None:
    (fault,) = faults(tmp_path, f"[server]\ntrusted_proxies = {value}\n{METER}")
    assert fault.startswith("2: server.trusted_proxies: ")
    assert words in fault
    assert fault.isprintable()


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ('folder = ""', "backup.folder: must not be empty"),
        ("keep = 7", "backup.folder: missing"),
        ('folder = "/media"\nkeep = 0', "backup.keep: must be 1 at least"),
        ('folder = "/media"\nkeep = true', "backup.keep: must be a whole"),
    ],
)
def test_a_backup_without_a_place_or_of_none(tmp_path: Path, section: str, fault: str) -> None:
    (told,) = faults(tmp_path, f"[backup]\n{section}\n{METER}")
    assert fault in told


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("[site]", "name, time_zone, netting, poll_interval_s, main_fuse_a"),
        ("[store]", "path"),
        ("[backup]", "folder, keep"),
        ("[mongodb]", "uri, database, site_id, uri_file"),
        ("[[meters]]", "name, role, host, password, production, phases, from, password_file"),
    ],
)
def test_an_unknown_key_is_told_with_those_that_its_section_knows(
    header: str, known: str, tmp_path: Path
) -> None:
    told = faults(tmp_path, f"{header}\nbogus = 1\n")
    assert [fault for fault in told if fault.endswith(f": unknown key; known are {known}")]


@pytest.mark.parametrize("section", Settings.model_fields)
def test_every_section_knows_its_keys(section: str) -> None:
    assert known_keys([section])


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        ('name = "mains "\nhost = "192.168.1.21"', "another meter has the name 'mains' already"),
        ('name = "roof"\nhost = "192.168.1.20 "', "another meter has the host '192.168.1.20'"),
        ('name = "roof"\nhost = "\\t192.168.1.20"\nphases = ["b"]', "has the host '192.168.1.20'"),
    ],
)
def test_blanks_around_make_no_other_name_and_no_other_meter(
    tmp_path: Path, second: str, fault: str
) -> None:
    """What is measured there would be counted twice."""
    (told,) = faults(tmp_path, f'{METER}\n[[meters]]\nrole = "solar"\n{second}\n')
    assert fault in told


def test_blanks_around_a_host_make_no_other_password(tmp_path: Path) -> None:
    first = f'{METER}phases = ["a"]\npassword = "one"\n'
    second = METER.replace("mains", "roof").replace(".20", ".20 ")
    text = f'{first}\n{second}phases = ["b"]\npassword = "two"\n'
    (told,) = faults(tmp_path, text)
    assert "another password above" in told
