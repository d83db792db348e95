# Sourced by the other scripts: installs what the machine lacks, and says so.
# Debian and its kin: apt; macOS: brew. Swift itself must be there.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    say "cannot install without root: run as root: $*"
    exit 1
  fi
}

# need_debian PACKAGE...: installs those that are missing.
need_debian() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]} (apt)"
  as_root apt-get update -qq >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

need_brew() {
  for package in "$@"; do
    brew list "$package" > /dev/null 2>&1 && continue
    say "installing $package (brew)"
    brew install "$package" >&2
  done
}

# What building Perilune takes, beside Swift.
need_build_tools() {
  if ! command -v swift > /dev/null; then
    say "Swift 6.2 or later is missing: see https://www.swift.org/install"
    exit 1
  fi
  case $(uname -s) in
    Darwin)
      command -v brew > /dev/null || { say "Homebrew is missing: see https://brew.sh"; exit 1; }
      need_brew lua@5.4 pkgconf
      PKG_CONFIG_PATH="$(brew --prefix lua@5.4)/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
      export PKG_CONFIG_PATH
      ;;
    *)
      if command -v apt-get > /dev/null; then
        need_debian pkg-config liblua5.4-dev libsqlite3-dev
      elif ! pkg-config --exists lua5.4 sqlite3; then
        say "Lua 5.4 and SQLite headers are missing, with pkg-config: install what your system calls liblua5.4-dev, libsqlite3-dev and pkg-config"
        exit 1
      fi
      ;;
  esac
}
