#!/bin/sh
# Makes .venv in this checkout, with mailroom and its libraries in it.
#
#   deploy/setup.sh         what mailroom needs
#   deploy/setup.sh test    what its tests need as well
#
# Run again, it does nothing unless pyproject.toml or the environment changed.
# Ends with 0, or with 3 when the machine lacks something; then it has said what.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname -- "$here")
venv=$root/.venv
stamp=$venv/installed-for
wanted=${1:-run}

. "$here/apt.sh"
cd -- "$root"

# What is meant for another Python would break this one, or move what is installed.
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

# Can this Python build the environment? Debian ships python3 without ensurepip.
fits() {
    "$1" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
        >/dev/null 2>&1
}

# Print the first Python that fits; the versions the tests run on come first.
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        found=$(command -v "$name") || continue
        # On a Mac this one is 3.9, or a door to a window that offers developer tools.
        [ "$(uname -s):$found" != "Darwin:/usr/bin/python3" ] || continue
        if fits "$found"; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

# Print the packages that bring a Python that fits, if this Debian or Ubuntu has one.
python_packages() {
    has apt-cache || return 1
    # Ubuntu 22.04: python3 is 3.10, with 3.11 beside it.
    case $(apt-cache policy python3 | sed -n 's/^ *Candidate: *//p') in
    3.[0-9].* | 3.10.*) ;;
    *)
        echo python3 python3-venv
        return 0
        ;;
    esac
    for version in 3.13 3.12 3.11; do
        if apt-cache show "python$version-venv" >/dev/null 2>&1; then
            echo "python$version" "python$version-venv"
            return 0
        fi
    done
    return 1
}

install_python() {
    may_install || return 1
    talk "正在用 apt-get 安装 Python……" "Installing Python with apt-get …"
    apt_update
    packages=$(python_packages) || return 1
    # shellcheck disable=SC2086  # several packages, so several words
    apt_install $packages
}

refuse_python() {
    if [ "$(uname -s)" = Darwin ]; then
        say_zh="请先运行：brew install python@3.13"
        say_en="Run first: brew install python@3.13"
    elif packages=$(python_packages); then
        install="sudo apt-get update && sudo apt-get install -y $packages"
        say_zh="请先运行：$install"
        say_en="Run first: $install"
    else
        say_zh="请安装 Python 3.11 或更高版本（含 venv 和 ensurepip），或安装 uv（https://docs.astral.sh/uv/）。"
        say_en="Install Python 3.11 or later with venv and ensurepip, or uv (https://docs.astral.sh/uv/)."
    fi
    talk "" \
        "mailroom 需要 Python 3.11 或更高版本（含 venv），这台机器上没有找到。" \
        "$say_zh" \
        "然后再运行同一条命令。" \
        "" \
        "mailroom needs Python 3.11 or later with venv; this machine has none." \
        "$say_en" \
        "Then run the same command again."
    exit 3
}

# Is the environment whole, at home in this folder, and still with its Python?
usable() {
    # Its scripts hold the folder's full name, so a copied or moved checkout needs new ones.
    grep -q -F "$venv" "$venv/bin/activate" 2>/dev/null || return 1
    # After the system's Python went from 3.11 to 3.13 there is no pip where it looks.
    "$venv/bin/python" -I -c 'import sys, pip
sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)' >/dev/null 2>&1
}

make_venv() {
    rm -rf "$venv"
    if python=$(find_python) || { install_python && python=$(find_python); }; then
        "$python" -m venv "$venv"
    elif has uv && uv venv --quiet --seed --python '>=3.11' "$venv"; then
        : # uv brought a Python of its own
    else
        refuse_python
    fi
}

# The stamp names what was installed, so that a second run has nothing to do.
asked="$(cksum <pyproject.toml) "
installed() {
    [ -x "$venv/bin/mailroom" ] || return 1
    case $(cat "$stamp" 2>/dev/null) in
    "$asked$wanted" | "${asked}test") return 0 ;;
    *) return 1 ;;
    esac
}

install_libraries() {
    case $wanted in
    run) project=. ;;
    test) project='.[test]' ;;
    *)
        talk "setup.sh [run|test]"
        exit 2
        ;;
    esac
    talk "正在把所需的库装进 .venv，约一分钟……" \
        "Installing the libraries into .venv, about a minute …"
    rm -f "$stamp"
    if ! "$venv/bin/python" -m pip install --quiet -e "$project"; then
        talk "" \
            "库没有装好，原因见上。若是网络问题，可改用镜像后再运行一次，例如：" \
            "  export PIP_INDEX_URL=https://mirrors.aliyun.com/pypi/simple/" \
            "" \
            "The libraries were not installed; the reason is above. Where the network is" \
            "the reason, name a mirror in PIP_INDEX_URL and run this again."
        exit 3
    fi
    printf '%s' "$asked$wanted" >"$stamp"
}

# Two at once (the demo here, the tests there) would build one environment twice.
# The lock lies on this file, and ends with this process. A Mac has no flock, and some
# network folders know no locks: there it goes on without.
exec 9<"$here/setup.sh"
if has flock; then
    flock 9 || true
fi

usable || make_venv
installed || install_libraries
