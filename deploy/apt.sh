# shellcheck shell=sh
# Asks Debian's package manager for what is missing; read in by setup.sh and servers.sh.

# Words for a person go to the error stream, so that output can still be piped.
talk() {
    printf '%s\n' "$@" >&2
}

has() {
    # Servers lie in sbin, which is not in everybody's PATH.
    (PATH="$PATH:/usr/sbin:/sbin" && command -v "$1") >/dev/null 2>&1
}

# May this account install packages without being asked for a password?
may_install() {
    has apt-get || return 1
    [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2>/dev/null; }
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# A fresh machine often runs its first updates just now: wait for their lock.
apt() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y -o DPkg::Lock::Timeout=180 -o Acquire::Retries=3 \
        -o Dpkg::Use-Pty=0 "$@" >&2
}

# Read the lists of packages; one foreign source that does not answer is no reason to stop.
apt_update() {
    apt update || true
}

apt_install() {
    apt install --no-install-recommends "$@"
}
