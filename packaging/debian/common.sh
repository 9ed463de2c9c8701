# shellcheck shell=sh
# Stands at the head of each of the package's scripts: what they share.
#
# An upgrade is tried out before dpkg lets go of the version before it. prerm stops the server and
# backs the store up; dpkg unpacks the new version and asks the old one's postrm, which starts the
# new version and watches it come up. If it does not, the store is put back and postrm fails: dpkg
# then puts the old files back by itself and asks the old postinst, which starts them.

user=wattledger
unit=wattledger.service
program=/usr/lib/wattledger
config=/etc/wattledger/config.toml
books=/var/lib/wattledger
# What an upgrade has to know, from its first script to its last.
upgrade=/run/wattledger-upgrade
comes_up_within_s=60
must_last_s=5

say() { printf 'wattledger: %s\n' "$1" >&2; }

has_systemd() { [ -d /run/systemd/system ]; }

is_running() { has_systemd && systemctl --quiet is-active "$unit"; }

start() {
  systemctl daemon-reload
  systemctl reset-failed "$unit" 2>/dev/null || true
  timeout "$comes_up_within_s" systemctl start "$unit"
}

stop() { if has_systemd; then systemctl stop "$unit" 2>/dev/null || true; fi; }

# The process that answers now; a service that crashes and is started again has another one.
process() { systemctl show --property MainPID --value "$unit"; }

# Whether the version on the disk comes up, and does not fall over at once.
comes_up() {
  start || return 1
  first=$(process)
  sleep "$must_last_s"
  is_running && [ "$(process)" = "$first" ]
}

# Compiled beforehand, since the service may not write there; never what another version left.
compile() {
  forget_compiled
  compile_rest
}

compile_rest() { python3 -IS -m compileall -q -j 0 "$program" >/dev/null || true; }

# Most of what the server imports at its start: whoever has just installed it waits for the page.
compile_first() {
  forget_compiled
  (
    cd "$program"
    python3 -IS -m compileall -q -j 0 wattledger annotated_doc annotated_types anyio click fastapi h11 \
      httpx idna ifaddr opentelemetry pydantic pydantic_core starlette typing_extensions.py \
      typing_inspection uvicorn websockets zeroconf >/dev/null || true
  )
}

forget_compiled() { find "$program" -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true; }

# As the service's user, with what its environment tells the server.
as_service() { # COMMAND ...
  {
    cat "$upgrade/environment"
    printf '%s\0' "$@"
  } | (cd / && xargs -0 runuser -u "$user" -- env -i PATH=/usr/sbin:/usr/bin HOME="$books" LANG=C.UTF-8)
}
