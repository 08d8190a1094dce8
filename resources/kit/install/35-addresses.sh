# ---- The addresses of sources
#
# For the time of the installation flatpak is told that a source is where the view of the drive is
# (see below). The real address stays in the configuration file, beside the other one, so that
# whoever comes next finds it there, whatever became of this run: flatpak keeps keys that it does
# not know. Setting it with "flatpak remote-modify" would drop the list of apps that flatpak keeps.

aside=xa.satchel-url
if [ "$scope" = --system ]; then
    installation=${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}
else
    installation=${FLATPAK_USER_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/flatpak}
fi
config=$installation/repo/config
# flatpak clears old things out of this directory by itself.
scratch=$installation/repo/tmp/satchel-install

# edit_config ADDRESSES: writes the configuration file anew. ADDRESSES are words REMOTE=ADDRESS;
# those of all other remotes are put back where they stand aside.
edit_config() {
    [ ! -h "$config" ] && cp -p "$config" "$scratch/config" 2>/dev/null || return 1
    written=yes
    real=
    section=
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            '['*)
                section=
                case $line in
                    '[remote "'*'"]')
                        section=${line#*\"}
                        section=${section%\"*}
                        ;;
                esac
                ;;
            "$aside="*)
                # Always before the address.
                real=${line#*=}
                continue
                ;;
            url=*)
                # If flatpak has put another one there meanwhile, the source has moved.
                case $line in
                    url=file://*/satchel-install/*) line=url=${real:-${line#*=}} ;;
                esac
                real=
                if [ -n "$section" ] && lookup "$1" "$section"; then
                    line="$aside=${line#*=}${newline}url=$found"
                fi
                ;;
        esac
        printf '%s\n' "$line" || written=
    done <"$config" >"$scratch/config"
    [ -n "$written" ] && mv -f "$scratch/config" "$config"
}

# identity PID: sets found to what tells a process from a later one with the same number.
identity() {
    found=
    # Its name, in brackets, may hold anything.
    { read -r found <"/proc/$1/stat"; } 2>/dev/null || return 1
    found=${found##*)}
    # shellcheck disable=SC2086 # Numbers.
    set -- "$1" $found
    shift 20
    found=$1
}

# take_scratch: makes the directory for what this run needs; fails if it cannot be made.
take_scratch() {
    [ -z "$scratched" ] || return 0
    programs mkdir cp mv rm || return 1
    if ! mkdir "$scratch" 2>/dev/null; then
        [ -d "$scratch" ] && [ ! -h "$scratch" ] || return 1
        owner=
        started=
        { read -r owner started <"$scratch/owner"; } 2>/dev/null
        case $owner in
            '' | *[!0123456789]*) ;;
            *)
                if identity "$owner" && [ "$found" = "$started" ]; then
                    die 1 'install.sh is at work on this computer already. Please wait until it is done.' \
                        'install.sh läuft auf diesem Computer schon. Bitte warten, bis es fertig ist.'
                fi
                ;;
        esac
        # What a run left that was killed. Nothing in it is more than a link to the drive.
        rm -rf "$scratch" && mkdir "$scratch" || return 1
    fi
    identity $$ || found=
    scratched=yes
    printf '%s %s\n' $$ "$found" >"$scratch/owner"
}
scratched=
addressed=

# put_back: sets the addresses back.
put_back() {
    if [ -n "$addressed" ] && edit_config ''; then addressed=; fi
}

# shellcheck disable=SC2317,SC2329 # Called by the trap.
leave() {
    put_back
    if [ -n "$scratched" ]; then rm -rf "$scratch"; fi
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# What an earlier run left that was killed.
if [ -z "$dry" ] && [ -f "$config" ]; then
    while IFS= read -r line; do
        case $line in
            "$aside="*)
                take_scratch && addressed=yes
                put_back
                break
                ;;
        esac
    done <"$config"
fi

# configured REMOTE KEY: sets found to what the configuration file says.
configured() {
    section=
    found=
    [ -r "$config" ] || return 1
    while IFS= read -r line; do
        case $line in
            '['*) section=$line ;;
            "$2="*)
                if [ "$section" = "[remote \"$1\"]" ]; then
                    found=${line#*=}
                    return 0
                fi
                ;;
        esac
    done <"$config"
    return 1
}

