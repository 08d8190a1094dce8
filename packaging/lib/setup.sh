# shellcheck shell=bash
# What packaging/run and packaging/test share: finding a Python, installing what the system lacks,
# and keeping a private environment in .venv that matches this checkout. The sourcing script sets
# $root to the checkout, with symbolic links resolved.
#
# Set-up is done once. It leaves a stamp in .venv, written last and by rename, which holds the
# path of the checkout and the text of pyproject.toml. No stamp: whatever is in .venv comes from a
# set-up that was interrupted, and is made anew. Another path: the scripts in .venv name an
# interpreter that is elsewhere now; made anew. Another pyproject.toml: installed again on top.
# The interpreter that .venv/bin/python links to has its version in its name (python3.11, not
# python3), so the link dangles, and .venv is made anew, when a system upgrade takes it away.

: "${root:?}"

say() { printf 'satchel: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# is_set_up run|test: whether there is nothing to do. It stands before every start, so it keeps to
# what bash does without starting a process.
is_set_up() { has_stamp "$1" && has_gpg && has_certificates; }

has_stamp() {
    local have='' project=''
    [[ -x $root/.venv/bin/python && -x $root/.venv/bin/satchel ]] || return 1
    [[ -r $root/.venv/ready-$1 && -r $root/pyproject.toml ]] || return 1
    # read returns 1 at the end of the file; that is how both end.
    IFS= read -r -d '' have <"$root/.venv/ready-$1"
    IFS= read -r -d '' project <"$root/pyproject.toml"
    [[ $have == "$root"$'\n'"$project" ]]
}

has_gpg() { type -P gpg >/dev/null; }

has_certificates() {
    local file
    for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt \
        /etc/pki/tls/certs/ca-bundle.crt /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem \
        /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
        [[ -s $file ]] && return
    done
    return 1
}

# What Qt opens beyond what comes with it; the window does not start without.
window_libraries=(
    libEGL.so.1 libGL.so.1 libOpenGL.so.0 libxkbcommon.so.0 libxkbcommon-x11.so.0 libdbus-1.so.3
    libfontconfig.so.1 libfreetype.so.6 libglib-2.0.so.0 libX11-xcb.so.1 libxcb-cursor.so.0
    libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 libxcb-randr.so.0
    libxcb-render-util.so.0 libxcb-shape.so.0 libxcb-xkb.so.1 libxcb-xinerama.so.0
    libwayland-client.so.0 libwayland-cursor.so.0 libwayland-egl.so.1
)
debian_window_packages=(
    libegl1 libgl1 libopengl0 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1
    libfreetype6 libglib2.0-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxcb-xinerama0
    libwayland-client0 libwayland-cursor0 libwayland-egl1
)

# has_window_libraries: stands before every start of the window, so it starts no process either.
has_window_libraries() {
    local name directory
    for name in "${window_libraries[@]}"; do
        for directory in /usr/lib/*-linux-* /usr/lib64 /usr/lib /lib/*-linux-* /lib64 ''; do
            [[ ! -e $directory/$name ]] || break
        done
        [[ $directory ]] || return 1
    done
}

# Without them a start goes on: Satchel itself says what it misses, and commands need none.
install_window_libraries() {
    local -a packages=()
    find_family
    case $family in
    debian) packages=("${debian_window_packages[@]}") ;;
    fedora)
        packages=(
            libglvnd-egl libglvnd-glx libglvnd-opengl libxkbcommon libxkbcommon-x11 dbus-libs
            fontconfig freetype glib2 libX11-xcb libxcb xcb-util-cursor xcb-util-wm xcb-util-image
            xcb-util-keysyms xcb-util-renderutil libwayland-client libwayland-cursor
            libwayland-egl
        )
        ;;
    arch)
        packages=(
            libglvnd libxkbcommon libxkbcommon-x11 dbus fontconfig freetype2 glib2 libx11 libxcb
            xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms xcb-util-renderutil
            wayland
        )
        ;;
    *) return ;;
    esac
    start_log
    lock
    if ! has_window_libraries && ! install_packages "${packages[@]}"; then
        cannot_install "The window needs system libraries that are not installed." \
            "${packages[@]}"
    fi
    unlock
    end_log
}

# find_python: sets python (a path with the version in its name), python_version, and
# python_state: ok, bare (without venv), old or none; and wish, the package that would let another
# one be taken that is better, if there is such.
#
# The system's own comes before others on PATH: distributions build theirs with every optimisation,
# and a version manager does not (Satchel took a fifth longer with one); and it stays where it is
# when somebody tidies up their versions.
find_python() {
    local name path state version real
    python='' python_version='' python_state=none wish=''
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        # All of that name on PATH: the first may be a version manager's stub that only complains.
        while IFS= read -r path; do
            IFS=' ' read -r state version real < <("$path" -c '
import importlib.util, os, sys
has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
state = "old" if sys.version_info < (3, 11) else "ok" if has_venv else "bare"
base = getattr(sys, "_base_executable", None) or sys.executable
print(state, "%d.%d" % sys.version_info[:2], os.path.realpath(base))' 2>/dev/null </dev/null) ||
                continue
            if [[ $state == bare && $path == /usr/bin/* && $family == debian ]]; then
                wish=${wish:-python$version-venv}
            fi
            case $python_state:$state in
            *:ok | none:* | old:bare)
                python=$real python_version=$version python_state=$state
                ;;
            esac
            [[ $python_state == ok ]] && return
        done < <(
            [[ -x /usr/bin/$name ]] && printf '%s\n' "/usr/bin/$name"
            type -aP "$name"
        )
    done
}

# Sets family to debian, fedora, arch, or nothing. Not by the commands there are: Debian and
# Fedora carry each other's package tools.
find_family() {
    local ids
    family=''
    [[ -r /etc/os-release ]] || return
    # shellcheck disable=SC1091
    ids=" $(. /etc/os-release && printf '%s %s' "${ID:-}" "${ID_LIKE:-}") "
    case $ids in
    *' debian '* | *' ubuntu '*) family=debian ;;
    *' fedora '* | *' rhel '* | *' centos '*) family=fedora ;;
    *' arch '*) family=arch ;;
    esac
}

# install_command PACKAGE...: what an administrator would type.
install_command() {
    case $family in
    debian) printf '%s' "apt-get update && apt-get install --no-install-recommends $*" ;;
    fedora) printf '%s' "dnf install $*" ;;
    arch) printf '%s' "pacman -Syu --needed $*" ;;
    *) printf '%s' "(this system's package tool) $*" ;;
    esac
}

# Runs with the output in the log, and without our lock: what a package starts must not keep it.
logged() {
    printf '+ %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 </dev/null 9<&-
}

# install_packages PACKAGE...: 1 if this user may not, or it went wrong.
install_packages() {
    local -a as=()
    local try
    if ((EUID != 0)); then
        type -P sudo >/dev/null || return 1
        if sudo -n true 2>/dev/null </dev/null; then
            as=(sudo -n)
        elif { : >/dev/tty; } 2>/dev/null; then
            as=(sudo)
            say "to install system packages, sudo may ask for your password"
        else
            return 1
        fi
    fi
    say "installing system packages: $*"
    case $family in
    debian)
        # Another apt at work, as on a freshly started system, is waited for. The lists are only
        # fetched if it does not go without: they may be there and good, or missing, or too old.
        as+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
        logged "${as[@]}" install --no-install-recommends "$@" && return
        [[ ! ${lists_fetched:-} ]] || return 1
        lists_fetched=yes
        # This lock is the one apt does not wait for by itself.
        for try in 1 2 3 4 5 6; do
            if logged "${as[@]}" update || ! grep -q 'lists/lock' "$log"; then break; fi
            ((try == 6)) || sleep 10
        done
        logged "${as[@]}" install --no-install-recommends "$@"
        ;;
    fedora) logged "${as[@]}" dnf -y --setopt=install_weak_deps=False install "$@" ;;
    arch)
        # Without a database yet, as in a new container, fetch one; else keep to the present one:
        # a newer one with old packages is the partial upgrade that Arch warns of.
        if compgen -G '/var/lib/pacman/sync/*.db' >/dev/null; then
            logged "${as[@]}" pacman -S --needed --noconfirm "$@"
        else
            logged "${as[@]}" pacman -Sy --needed --noconfirm "$@"
        fi
        ;;
    *) return 1 ;;
    esac
}

show_log() {
    printf '%s\n' "--- the end of $log" >&2
    tail -n 25 -- "$log" >&2
    printf '%s\n' "---" >&2
    keep_log=yes
}

cannot_install() {
    [[ ! -s $log ]] || show_log
    say "$1"
    say "An administrator has to run:  $(install_command "${@:2}")"
}

# Names a Python that the system has beside its own too old one (Ubuntu 22.04, RHEL 9).
newer_python_packages() {
    local version
    for version in 3.13 3.12 3.11; do
        case $family in
        debian)
            [[ -n $(apt-cache madison "python$version-venv" 2>/dev/null) ]] || continue
            printf '%s\n' "python$version" "python$version-venv"
            ;;
        fedora)
            dnf -q list "python$version" >/dev/null 2>&1 </dev/null || continue
            printf '%s\n' "python$version"
            ;;
        esac
        return
    done
}

too_old() {
    say "Satchel needs Python 3.11 or newer; this system has ${python_version:-none}."
    say "Debian 12, Ubuntu 24.04, Fedora 37 and everything later bring it. Or install one beside"
    say "the system's own, so that python3.11 (or newer) is on PATH, and start again."
    exit 1
}

# install_what_is_missing yes|no: whether an environment has to be made, for which only a Python
# and its venv module are needed: one that is there goes on without.
install_what_is_missing() {
    local -a packages=() newer=()
    local needed=''
    find_family
    if [[ $1 == yes ]]; then
        find_python
        case $python_state in
        ok)
            # Not worth a question, nor a failure.
            if [[ $wish ]] && { ((EUID == 0)) || sudo -n true 2>/dev/null </dev/null; }; then
                install_packages "$wish" || true
            fi
            ;;
        none)
            needed="Satchel needs Python 3.11 or newer."
            case $family in
            debian) packages+=(python3 python3-venv) ;;
            arch) packages+=(python) ;;
            *) packages+=(python3) ;;
            esac
            ;;
        bare)
            needed="Python $python_version lacks its venv module."
            case $family in
            debian) packages+=("python$python_version-venv") ;;
            arch) packages+=(python) ;;
            *) packages+=(python3) ;;
            esac
            ;;
        esac
    fi
    if ! has_gpg; then
        needed+="${needed:+ }Satchel needs gpg to check signatures."
        case $family in
        fedora) packages+=(gnupg2) ;;
        *) packages+=(gnupg) ;;
        esac
    fi
    has_certificates || packages+=(ca-certificates)

    if ((${#packages[@]})) && ! install_packages "${packages[@]}"; then
        if [[ $needed ]]; then
            cannot_install "$needed" "${packages[@]}"
            exit 1
        fi
        cannot_install "Without ca-certificates no https source can be reached." "${packages[@]}"
    fi
    [[ $1 == yes ]] || return 0

    find_python
    if [[ $python_state == old ]]; then
        mapfile -t newer < <(newer_python_packages)
        ((${#newer[@]})) || too_old
        if ! install_packages "${newer[@]}"; then
            cannot_install "Satchel needs Python 3.11 or newer; this system's is $python_version." \
                "${newer[@]}"
            exit 1
        fi
        find_python
    fi
    case $python_state in
    ok) ;;
    bare)
        show_log
        die "Python $python_version still lacks its venv module."
        ;;
    *) too_old ;;
    esac
}

# One set-up at a time in a checkout. The lock is on the directory, so it leaves no file; it goes
# with the last process that has it, so a pip that outlives us is waited for as well.
lock() {
    exec 9<"$root"
    flock -n 9 2>/dev/null && return
    say "waiting for another set-up of this checkout"
    # Some network file systems cannot lock what is only open for reading: go on without.
    flock 9 2>/dev/null || true
}

unlock() { exec 9<&-; }

start_log() {
    [[ ${log:-} ]] && return
    log=$(mktemp "${TMPDIR:-/tmp}/satchel-setup.XXXXXX.log") || die "no room for a temporary file"
    keep_log=''
    trap '[[ $keep_log ]] || rm -f -- "$log"' EXIT
    # pip turns Ctrl-C into an exit status; this makes the end of it ours, and says what is next.
    trap 'say "interrupted; the next start begins the set-up again"; exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
}

end_log() {
    [[ $keep_log ]] || rm -f -- "$log"
    log=''
    trap - EXIT INT TERM HUP
}

can_be_kept() {
    local first='' stamp
    for stamp in "$root"/.venv/ready-*; do
        [[ -r $stamp ]] || continue
        IFS= read -r first <"$stamp"
        [[ $first == "$root" ]] || continue
        "$root/.venv/bin/python" -m pip --version >/dev/null 2>&1 </dev/null && return
    done
    return 1
}

# set_up run|test
set_up() {
    local what=. make=no name project=''
    local -a ready=(run)
    start_log
    lock
    if is_set_up "$1"; then
        unlock
        end_log
        return
    fi
    has_stamp "$1" || can_be_kept || make=yes
    install_what_is_missing "$make"
    if ! has_stamp "$1"; then
        if [[ ! -w $root || (-e $root/.venv && ! -w $root/.venv) ]]; then
            say "This user may not write to $root/.venv, which has to be made or brought up to date."
            die "Start it once as the user that owns it, or work in a clone of your own."
        fi
        [[ $1 == test ]] && what='.[test]' && ready=(run test)
        if [[ $make == yes ]]; then
            say "making a private environment in $root/.venv (Python $python_version)"
            rm -rf -- "$root/.venv"
            if ! "$python" -m venv "$root/.venv" >>"$log" 2>&1 </dev/null; then
                show_log
                die "Python could not make $root/.venv; the next start tries again."
            fi
        fi
        rm -f -- "$root"/.venv/ready-*
        say "installing Satchel and the Python packages it needs; this can take a minute"
        IFS= read -r -d '' project <"$root/pyproject.toml"
        # --no-user: "user = yes" in a person's pip.conf cannot work in an environment.
        if ! (cd -- "$root" && exec .venv/bin/python -m pip install --no-user --no-input \
            --disable-pip-version-check --progress-bar off -e "$what") >>"$log" 2>&1 </dev/null; then
            show_log
            die "pip could not install the Python packages (is the network there?);" \
                "the next start tries again."
        fi
        for name in "${ready[@]}"; do
            printf '%s\n%s' "$root" "$project" >"$root/.venv/ready.new"
            mv -f -- "$root/.venv/ready.new" "$root/.venv/ready-$name"
        done
        # Started with sudo in somebody's checkout: leave it to them.
        if ((EUID == 0)) && [[ ! -O $root ]]; then
            chown -R --reference="$root" -- "$root/.venv"
        fi
    fi
    unlock
    end_log
}
