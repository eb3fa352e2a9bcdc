#!/bin/sh
# Installs the programs that the tests talk to, from Debian's packages.
#
# What is there already is left alone, and nothing is started, now or at the next boot.
# Ends with 0, or with 3 when something is missing still; then it has said what.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$here/apt.sh"

policy=/usr/sbin/policy-rc.d # what Debian's packages ask before they start a service
mark="written by mailroom's deploy/servers.sh; may be deleted"

has_cjk_fonts() {
    ls /usr/share/fonts/opentype/noto/NotoSerifCJK-* >/dev/null 2>&1
}

# The part of LibreOffice that opens tables has no program of its own.
has_calc() {
    for part in /usr/lib/libreoffice/program/libsc*.so /usr/lib64/libreoffice/program/libsc*.so; do
        [ ! -e "$part" ] || return 0
    done
    return 1
}

has_browser() {
    [ -n "${MAILROOM_CHROMIUM:-}" ] || has chromium-headless-shell || has chromium || has google-chrome
}

# The browser without its windows is a third of the download; not every release has it.
browser_package() {
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        echo chromium-headless-shell
    else
        echo chromium
    fi
}

# Print the packages whose program is not there.
missing() {
    has dovecot || echo dovecot-imapd
    has sieve-filter || echo dovecot-sieve
    has mbsync || echo isync
    has soffice || echo libreoffice-writer-nogui
    has_calc || echo libreoffice-calc-nogui
    has pdftoppm || echo poppler-utils
    has_cjk_fonts || echo fonts-noto-cjk
    has_browser || browser_package
}

hold_services() {
    # A policy that somebody else wrote stays, and holds.
    [ ! -e "$policy" ] || grep -q -F "$mark" "$policy" || return 0
    trap release_services EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}

release_services() {
    as_root rm -f "$policy"
}

# Debian enables a mail server that it installs; this one is for tests alone.
keep_from_boot() {
    has systemctl || return 0
    as_root systemctl --quiet disable dovecot.service dovecot.socket >/dev/null 2>&1 || true
}

refuse() {
    lacking=$(missing | tr '\n' ' ')
    talk "" \
        "测试需要的程序还没有装好。请先运行：" \
        "  sudo apt-get install --no-install-recommends $lacking" \
        "" \
        "Programs that the tests need are missing still. Run first:" \
        "  sudo apt-get install --no-install-recommends $lacking"
    exit 3
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0
may_install || refuse

talk "正在用 apt-get 安装测试所需的程序……" "Installing the programs for the tests with apt-get …"
hold_services
apt_update
# One at a time: a package that this release lacks must not keep the others away.
for package in $wanted; do
    apt_install "$package" || continue
    case $package in
    dovecot-*) keep_from_boot ;;
    esac
done
[ -z "$(missing)" ] || refuse
