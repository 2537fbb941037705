# shellcheck shell=bash disable=SC2034
# The Debian packages that Lockstep needs, and how to get those that are missing. Sourced by the scripts beside it.

# To build and to run: the sandbox, SQLite, file types, regular expressions; g++ brings the C++ library that Swift's runtime is
# linked with; Git fetches the Swift packages.
build_packages=(
    bubblewrap ca-certificates g++ git libc6-dev libmagic-dev libpcre2-dev libseccomp-dev libsqlite3-dev
    util-linux
)
# What the tools in tools-registry call.
workflow_packages=(
    ffmpeg fonts-dejavu-core gnuplot-nox imagemagick poppler-utils python3 sox sqlite3
)
# What only the tests need.
test_packages=(
    e2fsprogs faketime graphviz python3 python3-fusepy python3-jsonschema strace systemd tmux tzdata
)

# Prints those of the given packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        case "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)" in
            ii*) ;;
            *) printf '%s\n' "$package" ;;
        esac
    done
}

# Installs those of the given packages that are missing. Says what it does; asks first, unless it runs as root or CI is set.
install_packages() {
    local missing=() privileged=() answer
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        printf 'This is not a Debian system, so nothing is installed here. Needed are what Debian calls:\n  %s\n' "$*"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@" | sort -u)
    if [ "${#missing[@]}" -eq 0 ]; then
        printf 'Packages: all %s are there.\n' "$(printf '%s\n' "$@" | sort -u | wc -l)"
        return 0
    fi
    printf 'Packages that are missing: %s\n' "${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            printf 'Install them as root, then run this again:\n  apt-get install %s\n' "${missing[*]}" >&2
            return 1
        fi
        privileged=(sudo)
        if [ -n "${CI:-}" ]; then
            privileged=(sudo -n)
        elif [ -t 0 ]; then
            read -r -p 'Install them now with sudo apt-get? [Y/n] ' answer
            case "$answer" in
                '' | [Yy]*) ;;
                *) printf 'Nothing was installed.\n' >&2; return 1 ;;
            esac
        else
            printf 'Install them, then run this again:\n  sudo apt-get install %s\n' "${missing[*]}" >&2
            return 1
        fi
    fi
    printf 'Installing them with apt-get ...\n'
    "${privileged[@]}" apt-get update -q </dev/null
    "${privileged[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
}

# Ends the script, with a remedy, unless Swift 6.2 or newer is there.
require_swift() {
    local version
    if ! command -v swift >/dev/null; then
        printf 'There is no swift on your PATH. Install Swift 6.2 or newer, then run this again:\n  %s\n' \
            'https://www.swift.org/install/linux/' >&2
        exit 1
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    if [ -z "$version" ] || [ "$(printf '6.2\n%s\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
        printf 'Swift 6.2 or newer is needed; this is %s. Install a newer one, then run this again:\n  %s\n' \
            "${version:-a version that does not say its number}" 'https://www.swift.org/install/linux/' >&2
        exit 1
    fi
    printf 'Swift: %s\n' "$version"
}
