# ---- The addresses of sources
#
# For the time of the installation flatpak is told that a source is where the view of the drive is
# (see below). The real address stays in the configuration file, before the other one, so that
# whoever comes next finds it there, whatever became of this run: flatpak keeps keys that it does
# not know. "satchel receive" writes and reads the same. Setting an address with "flatpak
# remote-modify" would drop the list of apps that flatpak keeps.

own_mark=xa.satchel-url
lent_mark=xa.satchel-lent
# What "url-is-set" was, which "satchel receive" sets as well; empty if it was not there.
fixed_mark=xa.satchel-url-is-set
if [ "$scope" = --system ]; then
    installation=${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}
else
    installation=${FLATPAK_USER_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/flatpak}
fi
config=$installation/repo/config
# flatpak clears old things out of this directory by itself.
scratch=$installation/repo/tmp/satchel-install

# fixed_urls: words REMOTE= or REMOTE=VALUE, what "url-is-set" was, of the remotes that do not follow
# where a list says that they have moved to while they have another address.
fixed_urls=

# edit_config ADDRESSES: writes the configuration file anew. ADDRESSES are words REMOTE=ADDRESS;
# those of all other remotes are put back where they stand aside.
edit_config() {
    [ ! -h "$config" ] && cp -p "$config" "$scratch/config" 2>/dev/null || return 1
    written=yes
    section=
    own=
    lent=
    fixed=unchanged
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            '['*)
                section=
                own=
                lent=
                fixed=unchanged
                case $line in
                    '[remote "'*'"]')
                        section=${line#*\"}
                        section=${section%\"*}
                        ;;
                esac
                ;;
            # The marks come before what they are about.
            "$own_mark="*)
                own=${line#*=}
                continue
                ;;
            "$lent_mark="*)
                lent=${line#*=}
                continue
                ;;
            "$fixed_mark="*)
                fixed=${line#*=}
                continue
                ;;
            url-is-set=*)
                case $fixed in
                    unchanged) if [ -n "$1" ] && lookup "$fixed_urls" "$section"; then continue; fi ;;
                    '') continue ;;
                    *) line=url-is-set=$fixed ;;
                esac
                ;;
            url=*)
                # If flatpak has put another one there meanwhile, the source has moved.
                if [ -n "$own" ] && [ "${line#*=}" = "$lent" ]; then line=url=$own; fi
                if [ -n "$section" ] && lookup "$1" "$section"; then
                    line="$own_mark=${line#*=}$newline$lent_mark=$found${newline}url=$found"
                    if lookup "$fixed_urls" "$section"; then
                        line="$fixed_mark=$found$newline$line${newline}url-is-set=true"
                    fi
                fi
                ;;
        esac
        printf '%s\n' "$line" || written=
    done <"$config" >"$scratch/config"
    [ -n "$written" ] || return 1
    # Before it counts, or a power cut might leave an empty one.
    if programs sync; then sync "$scratch/config" 2>/dev/null; fi
    mv -f "$scratch/config" "$config"
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

# running FILE: whether the process that a file names is the one that wrote it.
running() {
    owner=
    started=
    { read -r owner started <"$1"; } 2>/dev/null
    case $owner in '' | *[!0123456789]*) return 1 ;; esac
    identity "$owner" && [ "$found" = "$started" ]
}

# take_scratch: makes the directory for what this run needs; fails if it cannot be made.
take_scratch() {
    [ -z "$scratched" ] || return 0
    programs mkdir cp mv rm || return 1
    if running "$scratch/owner" || running "$installation/satchel-receiving.lock"; then
        die 1 'Somebody is installing from a drive on this computer already. Please wait until that is done.' \
            'Auf diesem Computer wird schon von einem Laufwerk installiert. Bitte warten, bis das fertig ist.'
    fi
    if ! mkdir "$scratch" 2>/dev/null; then
        [ -d "$scratch" ] && [ ! -h "$scratch" ] || return 1
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

# The remote that flatpak checks nothing of for as long as it takes a file, else empty.
unchecked=

# check_again: has flatpak check it as before.
check_again() {
    [ -n "$unchecked" ] || return 0
    flatpak remote-modify "$scope" --gpg-verify "$unchecked" </dev/null >/dev/null 2>&1
    unchecked=
}

# shellcheck disable=SC2317,SC2329 # Called by the trap.
leave() {
    check_again
    take_payloads_back
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
            "$own_mark="*)
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

