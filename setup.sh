# What ./start and ./test share: the virtual environment and what Debian must bring.
# Sourced by both, from the root of the repository.

PANGO_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
PANGO_FILES=(libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0)
# A normal user's PATH on Debian lacks the folder of ldconfig.
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$@"; }

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

may_install() { # whether apt works here without asking anybody for a password
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt_get() {
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
    "$@" </dev/null
}

apt_install() { # packages; fails when it may not, or cannot
  may_install || return 1
  say "Installing with apt: $*"
  # Fresh machines have no package lists, others have stale ones: only then fetch them.
  apt_get install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  apt_get update >/dev/null 2>&1
  apt_get install -y --no-install-recommends "$@" >/dev/null
}

has_pango() {
  local known file
  known=$(ldconfig -p 2>/dev/null || true)
  for file in "${PANGO_FILES[@]}"; do
    [[ $known == *"$file"* ]] || return 1
  done
}

want_pango() { # printing needs it; the rest of the house does not
  has_pango && return
  apt_install "${PANGO_PACKAGES[@]}" && has_pango && return
  say "Pango is missing: everything works but printing. To print, install it with:" \
    "  sudo apt-get install ${PANGO_PACKAGES[*]}"
}

find_python() { # sets PYTHON to one that is new enough
  local name
  for name in python3.11 python3 python3.12 python3.13; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      PYTHON=$name
      return
    fi
  done
  if command -v python3 >/dev/null; then
    fail "Buurtbord needs Python 3.11 or newer; this machine has $(python3 --version 2>&1)."
  fi
  fail "Buurtbord needs Python 3.11 or newer, and there is none. On Debian 12:" \
    "  sudo apt-get install python3 python3-venv"
}

make_venv() { # .venv, made anew when its Python is gone
  .venv/bin/python -c 'import pip' 2>/dev/null && return
  find_python
  if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    apt_install python3-venv && "$PYTHON" -c 'import ensurepip' 2>/dev/null ||
      fail "Python cannot make a virtual environment here. Install what is missing with:" \
        "  sudo apt-get install python3-venv"
  fi
  say "Making .venv with $("$PYTHON" --version)"
  "$PYTHON" -m venv --clear .venv || fail "The virtual environment .venv could not be made."
}

install_requirements() { # files; skipped while they are what was installed last
  local wanted stamp=".venv/installed-${!#}" file args=()
  [ -d .venv ] && wanted=$(cat "$@" | sha256sum)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "${wanted:-}" ] && [ -x .venv/bin/python ]; then
    return
  fi
  make_venv
  wanted=$(cat "$@" | sha256sum)
  for file in "$@"; do args+=(-r "$file"); done
  say "Installing ${*} (this takes a minute the first time)"
  if ! .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
    --retries 2 --timeout 20 --require-hashes "${args[@]}" </dev/null; then
    fail "" "pip could not install ${*}; its own words stand above." \
      "Is there a network, and may this machine reach its package index? Then run this again."
  fi
  printf '%s' "$wanted" >"$stamp"
}
