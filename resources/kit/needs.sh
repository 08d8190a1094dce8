#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Says what this computer needs, so that whoever makes the next drive can put it there:
#
#     sh /path/to/the/drive/satchel/needs.sh [FILE]
#
# It writes one file onto the drive, into satchel/needs, or where that cannot be written into the
# home directory. In it stand the computer's name and the date, its architecture, its flatpak,
# graphics driver and languages, its sources of apps, and which apps it has in which version: nothing
# about people. It needs a POSIX shell, changes nothing else, and works without internet. gpg, where
# there is one, tells which keys the sources have.

set -u
unset CDPATH
newline='
'
IFS=" 	$newline"

german=
case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    de | de[_.@]*) german=yes ;;
esac
# The person's languages, before all else here is asked for in none.
spoken=${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}
LC_ALL=C
export LC_ALL

# t ENGLISH GERMAN [ARGUMENT...]: a line in the reader's language; both texts are printf formats.
t() {
    if [ -n "$german" ]; then shift; fi
    t_format=$1
    if [ -n "$german" ]; then shift; else shift 2; fi
    # shellcheck disable=SC2059 # The formats are this file's own.
    printf "$t_format\n" "$@"
}

usage() {
    t 'Says what this computer needs, for whoever makes the next drive.

  sh needs.sh          write it onto this drive, else into the home directory
  sh needs.sh FILE     write it there; - is standard output

Exit status: 0 written; 1 it cannot be written; 2 wrong usage.' \
        'Sagt, was dieser Computer braucht, für alle, die das nächste Laufwerk erstellen.

  sh needs.sh          auf dieses Laufwerk schreiben, sonst in den eigenen Ordner
  sh needs.sh DATEI    dorthin schreiben; - ist die Standardausgabe

Rückgabewert: 0 geschrieben; 1 lässt sich nicht schreiben; 2 falsche Benutzung.'
}

file=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        -)
            file=-
            ;;
        -o)
            if [ $# -lt 2 ]; then
                usage >&2
                exit 2
            fi
            shift
            file=$1
            ;;
        -*)
            t 'Unknown option: %s' 'Unbekannte Option: %s' "$1" >&2
            usage >&2
            exit 2
            ;;
        *) file=$1 ;;
    esac
    shift
done

# ---- JSON

# byte HEX: prints what stands for it in a JSON text; what begins a letter of several waits for the
# rest of it: code, more (bytes to come), least (what could be written shorter is none).
byte() {
    value=$((0x$1))
    if [ "$more" -gt 0 ]; then
        if [ $((value & 192)) -eq 128 ]; then
            code=$((code << 6 | value & 63))
            more=$((more - 1))
            seen=$((seen + 1))
            [ "$more" -eq 0 ] || return 0
            if [ "$code" -lt "$least" ] || [ "$code" -gt 1114111 ] ||
                { [ "$code" -ge 55296 ] && [ "$code" -le 57343 ]; }; then
                gaps "$seen"
            elif [ "$code" -ge 65536 ]; then
                code=$((code - 65536))
                printf '\\u%04x\\u%04x' $((55296 + (code >> 10))) $((56320 + (code & 1023)))
            else
                printf '\\u%04x' "$code"
            fi
            return 0
        fi
        gaps "$seen"
        more=0
    fi
    seen=1
    if [ "$value" -lt 128 ]; then
        # All of them by number: no character of the text is ever part of a format.
        printf '\\u%04x' "$value"
    elif [ "$value" -ge 194 ] && [ "$value" -le 223 ]; then
        code=$((value & 31)) more=1 least=128
    elif [ "$value" -ge 224 ] && [ "$value" -le 239 ]; then
        code=$((value & 15)) more=2 least=2048
    elif [ "$value" -ge 240 ] && [ "$value" -le 244 ]; then
        code=$((value & 7)) more=3 least=65536
    else
        gaps 1
    fi
}

# gaps COUNT: what stands for bytes that are no text.
gaps() {
    gap=$1
    while [ "$gap" -gt 0 ]; do
        printf '\\ufffd'
        gap=$((gap - 1))
    done
}

# json TEXT: prints it as JSON.
json() {
    case $1 in
        *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\ ._/:@*+=,~%?\&\;\(\)\#-]*)
            printf '"'
            more=0
            for hex in $(printf '%s' "$1" | od -An -v -tx1); do
                byte "$hex"
            done
            if [ "$more" -gt 0 ]; then gaps "$seen"; fi
            printf '"'
            ;;
        *) printf '"%s"' "$1" ;;
    esac
}

# list WORD...: prints them as a JSON list, each once.
list() {
    printf '['
    listed=$newline
    for word in "$@"; do
        case $listed in *"$newline$word$newline"*) continue ;; esac
        if [ "$listed" != "$newline" ]; then printf ', '; fi
        listed=$listed$word$newline
        json "$word"
    done
    printf ']'
}

# ---- What flatpak says

# ask OPTION: sets answer to what flatpak says, lines as words.
ask() {
    answer=
    if command -v flatpak >/dev/null 2>&1; then
        answer=$(flatpak "$1" </dev/null 2>/dev/null) || answer=
    fi
}

ask --version
version=${answer##* }
ask --supported-arches
arches=$answer
if [ -z "$arches" ]; then
    arches=$(uname -m)
    case $arches in
        i?86) arches=i386 ;;
        armv*b) arches=armeb ;;
        arm*) arches=arm ;;
    esac
fi
ask --gl-drivers
drivers=$answer

# Where nothing says where home is, as where services start something, flatpak goes by the list of
# users.
if [ -z "${HOME:-}" ]; then
    HOME=
    user_id=
    while read -r field _ effective _; do
        if [ "$field" = Uid: ]; then user_id=$effective; fi
    done </proc/self/status
    if command -v getent >/dev/null 2>&1; then
        line=$(getent passwd "$user_id")
        line=${line%:*}
        HOME=${line##*:}
    elif [ -r /etc/passwd ]; then
        while IFS=: read -r _ _ field _ _ line _; do
            if [ -z "$HOME" ] && [ "$field" = "$user_id" ]; then HOME=$line; fi
        done </etc/passwd
    fi
fi

user=${FLATPAK_USER_DIR:-}
if [ -z "$user" ]; then
    case ${XDG_DATA_HOME:-} in
        /*) user=$XDG_DATA_HOME/flatpak ;;
        *) user=${HOME:-/}/.local/share/flatpak ;;
    esac
fi
ask --installations
systems=${answer:-${FLATPAK_SYSTEM_DIR:-/var/lib/flatpak}}

# ---- Languages

# value FILE KEY: sets found to what a key of [core] says; fails where it is not there.
value() {
    group=
    found=
    status=1
    [ -r "$1" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            \[*) group=$line ;;
            "$2="*)
                if [ "$group" = '[core]' ]; then
                    found=${line#*=}
                    status=0
                fi
                ;;
        esac
    done <"$1"
    return "$status"
}

# speaks SEPARATOR LIST: adds the languages in the list to languages.
speaks() {
    rest=$2$1
    while [ -n "$rest" ]; do
        language=${rest%%"$1"*}
        rest=${rest#*"$1"}
        language=${language%%.*}
        case $language in
            '' | C | POSIX | ? | [!A-Za-z]* | *[!A-Za-z0-9_@-]*) ;;
            *) languages="$languages $language" ;;
        esac
    done
}

# What is set in flatpak, the user's before the system's: nothing at all means every language.
languages=
extra=
set_there=
each_language() {
    [ -z "$set_there" ] || return 0
    if value "$1/repo/config" xa.languages; then
        speaks ';' "$found"
        languages=${languages:-*}
        set_there=yes
    elif value "$1/repo/config" xa.extra-languages; then
        extra="$extra;$found"
    fi
}

# each_system COMMAND: calls it with each installation for the whole computer.
each_system() {
    each_rest=$systems$newline
    while [ -n "$each_rest" ]; do
        each_path=${each_rest%%"$newline"*}
        each_rest=${each_rest#*"$newline"}
        if [ -n "$each_path" ]; then "$1" "$each_path" system; fi
    done
}

each_language "$user"
each_system each_language
if [ -z "$set_there" ]; then
    speaks : "$spoken"
    speaks ';' "$extra"
fi

# ---- Sources

scratch=
# shellcheck disable=SC2317,SC2329 # By the trap.
tidy() {
    if [ -n "$scratch" ]; then rm -rf -- "$scratch"; fi
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# keys FILE: prints the fingerprints of a remote's keys as JSON; null where nobody can tell.
keys() {
    if [ ! -e "$1" ]; then
        printf '[]'
        return
    fi
    if [ ! -r "$1" ] || ! command -v gpg >/dev/null 2>&1; then
        printf null
        return
    fi
    if [ ! -s "$1" ]; then
        printf '[]'
        return
    fi
    if [ -z "$scratch" ]; then
        # A name that is taken already is somebody else's.
        scratch=${TMPDIR:-/tmp}/satchel-needs-$$
        mkdir -m 700 -- "$scratch" || scratch=
    fi
    if [ -z "$scratch" ] || ! gpg --homedir "$scratch" --batch --no-tty --no-autostart --with-colons \
        --import-options show-only --import "$1" </dev/null >"$scratch/keys" 2>/dev/null; then
        printf null
        return
    fi
    prints=$(
        primary=
        while IFS=: read -r kind _ _ _ _ _ _ _ _ print _; do
            case $kind in
                pub) primary=yes ;;
                fpr)
                    if [ -n "$primary" ]; then printf '%s\n' "$print"; fi
                    primary=
                    ;;
            esac
        done <"$scratch/keys" | sort
    )
    # shellcheck disable=SC2086 # A line each.
    list $prints
}

# public ADDRESS: sets found to it without what only its owner may know; empty if it is not of the web.
public() {
    found=
    case $1 in
        *[[:space:][:cntrl:]\"\\]*) return ;;
        http://* | https://*) ;;
        *) return ;;
    esac
    public_host=${1#*://}
    public_path=
    case $public_host in
        */*)
            public_path=/${public_host#*/}
            public_host=${public_host%%/*}
            ;;
    esac
    # A password with a slash that should have been encoded: what is left is not to be told apart.
    case $public_path in *@*) return ;; esac
    case $public_host in *%*) return ;; esac
    public_path=${public_path%%[?#]*}
    public_host=${public_host%%[?#]*}
    found=${1%%://*}://${public_host##*@}$public_path
}

# tell_remote REPOSITORY: prints the remote that was read.
tell_remote() {
    case $remote in
        '' | [!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_]* | \
            *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-]*) return ;;
    esac
    printf '%s\n     {"name": ' "$comma"
    comma=,
    json "$remote"
    printf ', "collection": '
    json "$collection"
    printf ', "address": '
    # While somebody installs from a drive it leads there: see install.sh. Another address than that
    # somebody has given it since.
    if [ -n "$own" ] && [ "$url" = "$lent" ]; then url=$own; fi
    public "$url"
    json "$found"
    printf ', "keys": '
    keys "$1/$remote.trustedkeys.gpg"
    printf ', "disabled": %s}' "$disabled"
}

# remotes REPOSITORY: prints the remotes as JSON.
remotes() {
    comma=
    remote=
    printf '['
    if [ -r "$1/config" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
                '[remote "'*'"]'*)
                    tell_remote "$1"
                    remote=${line#'[remote "'}
                    remote=${remote%'"]'*}
                    collection=
                    url=
                    own=
                    lent=
                    disabled=false
                    ;;
                \[*)
                    tell_remote "$1"
                    remote=
                    ;;
                url=*) url=${line#*=} ;;
                xa.satchel-url=*) own=${line#*=} ;;
                xa.satchel-lent=*) lent=${line#*=} ;;
                collection-id=*) collection=${line#*=} ;;
                xa.disable=true) disabled=true ;;
                xa.disable=false) disabled=false ;;
            esac
        done <"$1/config"
        tell_remote "$1"
    fi
    printf ']'
}

# ---- What is installed

# installed INSTALLATION: prints it as JSON. active is a link to a directory named by the commit;
# what stands first in the file deploy is the remote.
installed() {
    comma=
    printf '['
    for active in "$1"/app/*/*/*/active "$1"/runtime/*/*/*/active; do
        commit=$(cd -P -- "$active" 2>/dev/null && pwd -P) || continue
        commit=${commit##*/}
        # Of which only a part is there, more follows.
        commit=${commit%%-*}
        if [ ${#commit} -ne 64 ]; then continue; fi
        ref=${active#"$1"/}
        ref=${ref%/active}
        origin=
        if [ -r "$active/deploy" ]; then
            origin=$(tr '\000' '\n' <"$active/deploy" | head -n 1)
        fi
        printf '%s\n     {"ref": ' "$comma"
        comma=,
        json "$ref"
        printf ', "commit": '
        json "$commit"
        printf ', "origin": '
        json "$origin"
        printf '}'
    done
    printf ']'
}

# free DIRECTORY: prints the bytes that are free where it is or would be.
free() {
    place=$1
    while [ ! -d "$place" ]; do
        case $place in
            /*/*) place=${place%/*} ;;
            *) place=/ ;;
        esac
    done
    before=
    available=
    # The last line is the one; what is mounted, and where, may have spaces.
    for word in $(df -Pk -- "$place" 2>/dev/null); do
        case $word in
            *[!0123456789%]* | %*) ;;
            *%) available=$before ;;
        esac
        before=$word
    done
    case $available in
        '' | *[!0123456789]*) printf null ;;
        *) printf '%s' $((available * 1024)) ;;
    esac
}

# installation PATH user|system
installation() {
    printf '%s\n  {\n   "kind": "%s",\n   "free": ' "$separator" "$2"
    separator=,
    free "$1"
    printf ',\n   "remotes": '
    remotes "$1/repo"
    printf ',\n   "installed": '
    installed "$1"
    printf '\n  }'
}

# ---- The file

host=$(uname -n)

report() {
    printf '{\n "format": "satchel-needs",\n "version": 1,\n "made": %s,\n "host": ' "$(date +%s)"
    json "$host"
    set -f
    # shellcheck disable=SC2086 # Lists of words.
    {
        printf ',\n "architectures": '
        list $arches
        printf ',\n "flatpak": '
        json "$version"
        printf ',\n "gl_drivers": '
        list $drivers
        printf ',\n "languages": '
        list $languages
    }
    set +f
    printf ',\n "installations": ['
    separator=
    installation "$user" user
    each_system installation
    printf '\n ]\n}\n'
}

if [ "$file" = - ]; then
    report
    exit
fi

# write FILE: the whole of it, or nothing.
write() {
    case $1 in
        */*) beside=${1%/*}/ ;;
        *) beside=./ ;;
    esac
    temporary=$beside.needs-$$.tmp
    if { report >"$temporary"; } 2>/dev/null && mv -f -- "$temporary" "$1" 2>/dev/null; then
        return 0
    fi
    rm -f -- "$temporary" 2>/dev/null
    return 1
}

written() {
    t 'What this computer needs stands in: %s' 'Was dieser Computer braucht, steht in: %s' "$1"
}

if [ -n "$file" ]; then
    if write "$file"; then
        written "$file"
        exit 0
    fi
    t 'It cannot be written to %s' 'Es lässt sich nicht schreiben: %s' "$file" >&2
    exit 1
fi

self=$0
case $self in
    */*) here=${self%/*}/ ;;
    *) here=./ ;;
esac
# A mark at the end: a name may end in a line break, which the shell would take away.
here=$(cd -P -- "$here" 2>/dev/null && pwd -P && printf x) || here=
here=${here%"$newline"x}

# What may stand in a file's name on any kind of drive.
name=
rest=$host
while [ -n "$rest" ] && [ ${#name} -lt 60 ]; do
    letter=${rest%"${rest#?}"}
    rest=${rest#?}
    case $letter in
        [ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-]) name=$name$letter ;;
        .) name=$name${name:+.} ;;
        *) name=${name}_ ;;
    esac
done
name=${name:-computer}-$(date +%Y-%m-%d)

# place DIRECTORY: writes the file there, with a number where the name is taken: computers of a
# classroom are often called the same.
place() {
    number=1
    place_path=$1/$name.json
    while [ -e "$place_path" ]; do
        number=$((number + 1))
        place_path=$1/$name-$number.json
    done
    write "$place_path"
}

# shellcheck disable=SC2174 # Its parent is there.
if [ -n "$here" ] && mkdir -m 777 -p -- "$here/needs" 2>/dev/null && place "$here/needs"; then
    written "$place_path"
    t 'Take the drive back to whoever makes it.' 'Das Laufwerk zurück zu denen bringen, die es erstellen.'
    exit 0
fi
if [ -n "${HOME:-}" ] && place "$HOME"; then
    t 'The drive cannot be written to.' 'Auf das Laufwerk lässt sich nicht schreiben.'
    written "$place_path"
    t 'Bring this file to whoever makes the drive.' 'Diese Datei zu denen bringen, die das Laufwerk erstellen.'
    exit 0
fi
t 'Neither the drive nor the home directory can be written to. Name a file: sh needs.sh FILE' \
    'Weder auf das Laufwerk noch in den eigenen Ordner lässt sich schreiben. Eine Datei nennen: sh needs.sh DATEI' >&2
exit 1
