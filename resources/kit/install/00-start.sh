#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the Flatpak apps on this drive, on a computer that may be offline:
#
#     sh /path/to/the/drive/satchel/install.sh [--user|--system] [APP...]
#
# The same file lies on every drive; what is on this one is said by contents.tsv beside it. It needs
# a POSIX shell and flatpak >= 1.8, nothing else (no sed, no grep), never asks, and writes nothing
# to the drive.

# Nothing here is ever meant to be a file name pattern.
set -uf
unset CDPATH
tab=$(printf '\t')
newline='
'
IFS=" $tab$newline"

# Spelled out, since ranges such as A-Z mean something else in some languages.
name_chars=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    de | de[_.@]*) german=yes ;;
    *) german= ;;
esac

# t ENGLISH GERMAN [ARGUMENT...]: a line in the reader's language; both texts are printf formats.
t() {
    if [ -n "$german" ]; then shift; fi
    t_format=$1
    if [ -n "$german" ]; then shift; else shift 2; fi
    # shellcheck disable=SC2059 # The formats are this file's own.
    printf "$t_format\n" "$@"
}

# die STATUS ENGLISH GERMAN [ARGUMENT...]
die() {
    die_status=$1
    shift
    t "$@" >&2
    exit "$die_status"
}

usage() {
    t 'Installs the apps on this drive on this computer. No internet needed.

  sh install.sh                 install every app on the drive
  sh install.sh APP...          install only these, such as: org.gnome.Maps
  sh install.sh --list          show what is on the drive

  --user      for your account only (the default)
  --system    for everyone on this computer (the default for root)
  --help      show this

Exit status: 0 everything asked for is installed; 1 something is not;
2 wrong usage; 3 flatpak is missing or too old.' \
        'Installiert die Apps von diesem Laufwerk auf diesem Computer. Ohne Internet.

  sh install.sh                 alle Apps auf dem Laufwerk installieren
  sh install.sh APP...          nur diese installieren, etwa: org.gnome.Maps
  sh install.sh --list          zeigen, was auf dem Laufwerk ist

  --user      nur für das eigene Konto (Vorgabe)
  --system    für alle an diesem Computer (Vorgabe für root)
  --help      dies zeigen

Rückgabewert: 0 alles Gewünschte ist installiert; 1 etwas fehlt;
2 falsche Benutzung; 3 flatpak fehlt oder ist zu alt.'
}

# ---- Words that may be used: what contents.tsv says is checked before use.

# is_name WORD: a collection or remote name.
is_name() {
    case $1 in
        '' | [-.]* | *[!"$name_chars"]*) return 1 ;;
    esac
}

# split_ref REF: sets ref_kind, ref_id, ref_arch, ref_branch; fails for anything but a full ref.
split_ref() {
    case $1 in
        *[!"$name_chars"/]* | */*/*/*/* | */.* | *//* | */) return 1 ;;
        app/*/*/* | runtime/*/*/*) ;;
        *) return 1 ;;
    esac
    ref_kind=${1%%/*}
    ref_branch=${1##*/}
    ref_id=${1#*/}
    ref_id=${ref_id%%/*}
    ref_arch=${1%/*}
    ref_arch=${ref_arch##*/}
}

# has LIST WORD: whether the space-separated list has the word.
has() {
    case " $1 " in
        *" $2 "*) return 0 ;;
    esac
    return 1
}

# lookup LIST KEY: sets found to the value of the word KEY=value.
lookup() {
    for found in $1; do
        case $found in
            "$2="*)
                found=${found#*=}
                return 0
                ;;
        esac
    done
    found=
    return 1
}

# What moves a cursor or turns writing around, beside control characters: C1 controls, marks and
# overrides of direction, in UTF-8.
odd=$(printf '\342\200\216 \342\200\217 \342\200\250 \342\200\251 \342\200\252 \342\200\253 \342\200\254 \342\200\255 \342\200\256 \342\201\246 \342\201\247 \342\201\250 \342\201\251')
for digit in 0 1 2 3; do
    # shellcheck disable=SC2059 # A digit of ours.
    odd="$odd "$(printf "\\302\\2${digit}0 \\302\\2${digit}1 \\302\\2${digit}2 \\302\\2${digit}3 \\302\\2${digit}4 \\302\\2${digit}5 \\302\\2${digit}6 \\302\\2${digit}7")
done

# clean TEXT: sets found to it, with nothing in it that a terminal would take for a command. What
# flatpak says may be what somebody wrote into an app.
clean() {
    found=$1
    while :; do
        case $found in
            *[[:cntrl:]]*) found="${found%%[[:cntrl:]]*} ${found#*[[:cntrl:]]}" ;;
            *) break ;;
        esac
    done
    for one_odd in $odd; do
        while :; do
            case $found in
                *"$one_odd"*) found="${found%%"$one_odd"*}?${found#*"$one_odd"}" ;;
                *) break ;;
            esac
        done
    done
}

# ---- Where this file is, and what lies beside it

self=$0
case $self in
    */*) ;;
    *) if [ ! -e "./$self" ]; then self=$(command -v -- "$self") || self=$0; fi ;;
esac
# Followed only as far as needed: most systems have readlink, but nothing else here needs it.
while [ -h "$self" ] && command -v readlink >/dev/null 2>&1; do
    target=$(readlink "$self") || break
    case $target in
        /*) self=$target ;;
        *)
            case $self in
                */*) self=${self%/*}/$target ;;
                *) self=$target ;;
            esac
            ;;
    esac
done
case $self in
    */*) here=${self%/*}/ ;;
    *) here=./ ;;
esac
here=$(cd -- "$here" 2>/dev/null && pwd -P) || here=
contents=$here/contents.tsv
if [ -z "$here" ] || [ ! -r "$contents" ]; then
    die 1 'The list of what is on this drive (contents.tsv) is missing beside install.sh.
Run it from the drive: sh "/media/.../satchel/install.sh"' \
        'Neben install.sh fehlt die Liste dessen, was auf diesem Laufwerk ist (contents.tsv).
Bitte vom Laufwerk starten: sh "/media/.../satchel/install.sh"'
fi

# ---- The command line

scope=
list=
wanted=
while [ $# -gt 0 ]; do
    case $1 in
        --user | --system)
            if [ -n "$scope" ] && [ "$scope" != "$1" ]; then
                die 2 'Choose one of --user and --system.' 'Entweder --user oder --system, nicht beides.'
            fi
            scope=$1
            ;;
        --list) list=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*)
            t 'Unknown option: %s' 'Unbekannte Option: %s' "$1" >&2
            usage >&2
            exit 2
            ;;
        # A word that cannot be a ref stays in the list, as one that matches nothing.
        '' | *[!"$name_chars"/]*)
            t 'Not the name of an app: %s' 'Kein Name einer App: %s' "$1" >&2
            list=unknown
            ;;
        *) wanted="$wanted $1" ;;
    esac
    shift
done

# ---- What is on the drive
#
# refs holds words COLLECTION:REF:ROLE; collections the names of the collections; replaced words
# REF=NEW-REF, where flatpak installs the new one in place of the other.

repo=.ostree/repo
format=
refs=
collections=
replaced=
while IFS=$tab read -r kind one two three four five; do
    case $kind in
        satchel-contents) format=$one ;;
        repo) repo=$one ;;
        collection)
            if is_name "$one" && is_name "$two" && is_name "$three"; then
                collections="$collections $one"
            fi
            ;;
        ref)
            if is_name "$one" && split_ref "$two"; then
                case $three in
                    chosen | needed) refs="$refs $one:$two:$three" ;;
                esac
            fi
            ;;
        replaced)
            if split_ref "$one" && split_ref "$three"; then replaced="$replaced $one=$three"; fi
            ;;
    esac
done <"$contents"
if [ "$format" = 1 ] && [ -z "$refs$collections" ]; then
    # Perhaps the update of an operating system, of which flatpak knows nothing.
    die 1 'There are no apps on this drive.' 'Auf diesem Laufwerk sind keine Apps.'
fi
if [ "$format" != 1 ] || [ -z "$refs" ]; then
    die 1 'The list of what is on this drive (%s) cannot be read.' \
        'Die Liste dessen, was auf diesem Laufwerk ist (%s), ist nicht lesbar.' "$contents"
fi
case /$repo/ in
    //* | */../*) die 1 'Not a place on this drive: %s' 'Kein Ort auf diesem Laufwerk: %s' "$repo" ;;
esac
repo=${here%/*}/$repo

# final_of REF: sets found to what is installed when it is asked for: itself, or what replaces it,
# perhaps through several.
final_of() {
    final=$1
    # No longer than there are words: two may replace each other.
    for _ in $replaced; do
        if lookup "$replaced" "$final"; then final=$found; fi
    done
    found=$final
}

# name_of REF: sets found to what people call it.
name_of() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" = ref ] && [ "$two" = "$1" ]; then
            found=$four
            return 0
        fi
    done <"$contents"
    found=$1
}

show_list() {
    for role in chosen needed; do
        if [ "$role" = needed ]; then
            t 'They need:' 'Sie brauchen:'
        else
            t 'On this drive:' 'Auf diesem Laufwerk:'
        fi
        for entry in $refs; do
            case $entry in
                *:"$role")
                    entry=${entry#*:}
                    entry=${entry%:*}
                    name_of "$entry"
                    split_ref "$entry"
                    if [ "$found" = "$ref_id" ]; then
                        printf '  %s  (%s, %s)\n' "$ref_id" "$ref_branch" "$ref_arch"
                    else
                        printf '  %s: %s  (%s, %s)\n' "$ref_id" "$found" "$ref_branch" "$ref_arch"
                    fi
                    ;;
            esac
        done
    done
}

case $list in
    yes)
        show_list
        exit 0
        ;;
    unknown)
        show_list >&2
        exit 2
        ;;
esac

# ---- Flatpak

if ! command -v flatpak >/dev/null 2>&1; then
    die 3 'This computer has no flatpak, which runs these apps.
Install it with the computer'\''s own software centre (the package is called "flatpak"), then try again.' \
        'Auf diesem Computer fehlt flatpak, mit dem diese Apps laufen.
Bitte mit der Softwareverwaltung des Computers installieren (das Paket heißt "flatpak"), dann noch einmal.'
fi
version=$(LC_ALL=C flatpak --version 2>/dev/null)
install_help=$(LC_ALL=C flatpak install --help 2>/dev/null)
case $install_help in
    *--sideload-repo*) ;;
    *)
        die 3 'This computer has %s; installing from a drive needs flatpak 1.8 or newer.
Please update the computer. (Older versions look for apps on plugged-in drives by themselves:
"flatpak install NAME-OF-SOURCE NAME-OF-APP" may find them.)' \
            'Auf diesem Computer ist %s; vom Laufwerk installieren kann flatpak ab 1.8.
Bitte den Computer aktualisieren. (Ältere Versionen suchen selbst auf angesteckten Laufwerken:
"flatpak install NAME-DER-QUELLE NAME-DER-APP" findet die Apps vielleicht.)' "${version:-flatpak}"
        ;;
esac

# have: its version, as three numbers.
have=${version##* }
have_major=${have%%.*}
have_minor=${have#*.}
have_micro=${have_minor#*.}
have_minor=${have_minor%%.*}
have_micro=${have_micro%%[!0123456789]*}

# refused VERSION...: whether this flatpak refuses what requires these; sets asks to the version
# that it asks for. As flatpak decides: of its own series, that one counts; else it has to be of a
# later series than any.
refused() {
    asks=
    for need in "$@"; do
        need_major=${need%%.*}
        need_minor=${need#*.}
        need_micro=${need_minor#*.}
        need_minor=${need_minor%%.*}
        # Unless all are numbers nobody can tell; flatpak will.
        case $need_major.$need_minor.$need_micro.$have_major.$have_minor.$have_micro in
            .* | *..* | *. | *[!0123456789.]*) return 1 ;;
        esac
        if [ "$need_major" -eq "$have_major" ] && [ "$need_minor" -eq "$have_minor" ]; then
            asks=$need
            [ "$need_micro" -gt "$have_micro" ]
            return
        fi
        if [ -z "$asks" ] || [ "$need_major" -gt "$asks_major" ] || {
            [ "$need_major" -eq "$asks_major" ] && [ "$need_minor" -gt "$asks_minor" ]
        }; then
            asks=$need
            asks_major=$need_major
            asks_minor=$need_minor
        fi
    done
    [ -n "$asks" ] || return 1
    [ "$asks_major" -gt "$have_major" ] || {
        [ "$asks_major" -eq "$have_major" ] && [ "$asks_minor" -gt "$have_minor" ]
    }
}

# What merely came along must not stay forever once nothing uses it any more.
case $install_help in
    *--no-auto-pin*) unpinned=--no-auto-pin ;;
    *) unpinned= ;;
esac

if [ ! -r "$repo/config" ] || [ ! -d "$repo/objects" ]; then
    die 1 'The apps are not where they should be on this drive: %s
If you copied the satchel folder elsewhere: run install.sh from the drive itself.' \
        'Die Apps sind auf diesem Laufwerk nicht da, wo sie sein sollten: %s
Wurde nur der Ordner satchel kopiert? Bitte install.sh vom Laufwerk selbst starten.' "$repo"
fi

root=
while read -r kind one two three; do
    if [ "$kind" = Uid: ] && [ "$two" = 0 ]; then root=yes; fi
done </proc/self/status
if [ -z "$scope" ]; then
    if [ -n "$root" ]; then scope=--system; else scope=--user; fi
elif [ "$scope" = --system ] && [ -z "$root" ]; then
    # flatpak would ask for a password here, in the middle of things or not at all.
    die 2 'Installing for everyone needs an administrator: sudo sh "%s" --system
Without --system the apps are installed for your account only.' \
        'Für alle installieren darf nur die Verwaltung: sudo sh "%s" --system
Ohne --system werden die Apps nur für das eigene Konto installiert.' "$here/install.sh"
fi

# ---- Which of it

arch=$(LC_ALL=C flatpak --default-arch 2>/dev/null)
arches=$(LC_ALL=C flatpak --supported-arches 2>/dev/null)
drivers=$(LC_ALL=C flatpak --gl-drivers 2>/dev/null)
# As words: what stands between them is a line's end.
# shellcheck disable=SC2086,SC2116
arches=$(echo $arches $arch) drivers=$(echo $drivers)

# second_choice: whether the ref last split is there for this computer's main processor type too.
second_choice() {
    [ "$ref_arch" != "$arch" ] || return 1
    case $refs in
        *":$ref_kind/$ref_id/$arch/$ref_branch:"*) return 0 ;;
    esac
    return 1
}

# fits REF: whether this computer can use it and it has to be named.
fits() {
    split_ref "$1" || return 1
    has "$arches" "$ref_arch" || return 1
    if second_choice; then return 1; fi
    case $ref_id in
        # flatpak brings the translations by itself, in the languages of this computer. Named, it
        # would want every language there is.
        *.Locale) return 1 ;;
        # A driver for another graphics card or another version of it is of no use.
        *.GL.nvidia-* | *.GL32.nvidia-*) has "$drivers" "${ref_id##*.}" || return 1 ;;
    esac
}

# matches WANTED: whether the ref last split is meant by [app/|runtime/]ID[/[ARCH][/BRANCH]].
matches() {
    want=$1
    case $want in
        app/* | runtime/*)
            [ "${want%%/*}" = "$ref_kind" ] || return 1
            want=${want#*/}
            ;;
    esac
    case $want in
        "$ref_id" | "$ref_id/$ref_arch" | "$ref_id/$ref_arch/$ref_branch" | "$ref_id//$ref_branch") return 0 ;;
    esac
    return 1
}

# asked: words COLLECTION:REF:ROLE that people asked for; selected: those and all they need.
asked=
other_arch=
unknown=
for want_word in ${wanted:-*}; do
    hits=
    foreign=
    # Chosen ones first: what only came along is found by its name too, but not instead of them.
    for role in chosen needed; do
        [ -z "$hits" ] || break
        [ "$want_word$role" != "*needed" ] || break
        for entry in $refs; do
            case $entry in *:"$role") ;; *) continue ;; esac
            ref=${entry#*:}
            ref=${ref%:*}
            split_ref "$ref"
            if [ "$want_word" != '*' ]; then matches "$want_word" || continue; fi
            if ! has "$arches" "$ref_arch"; then
                foreign="$foreign $ref"
            elif fits "$ref"; then
                hits="$hits $entry"
            elif [ "$want_word" = "$ref" ]; then
                hits="$hits $entry"
            elif [ "$want_word" != '*' ] && ! second_choice; then
                hits="$hits $entry"
            fi
        done
    done
    if [ -n "$hits" ]; then
        for entry in $hits; do
            has "$asked" "$entry" || asked="$asked $entry"
        done
    elif [ -n "$foreign" ]; then
        other_arch="$other_arch $foreign"
    else
        unknown="$unknown $want_word"
    fi
    if [ "$want_word" = '*' ]; then other_arch="$other_arch $foreign"; fi
done
if [ -n "$unknown" ] && [ -n "$wanted" ]; then
    t 'Not on this drive:%s' 'Nicht auf diesem Laufwerk:%s' "$unknown" >&2
    show_list >&2
    exit 2
fi
for ref in $other_arch; do
    split_ref "$ref"
    t '%s on this drive is for %s computers; this one is %s.' \
        '%s auf diesem Laufwerk ist für Computer mit %s; dieser hat %s.' "$ref_id" "$ref_arch" "$arch" >&2
done
if [ -z "$asked" ]; then
    die 1 'Nothing on this drive is for this computer.' 'Auf diesem Laufwerk ist nichts für diesen Computer.'
fi

selected=$asked
if [ -z "$wanted" ]; then
    for entry in $refs; do
        ref=${entry#*:}
        if fits "${ref%:*}"; then
            has "$selected" "$entry" || selected="$selected $entry"
        fi
    done
else
    # The needs of the needs too, until there are no more.
    grown=yes
    while [ -n "$grown" ]; do
        grown=
        while IFS=$tab read -r kind one two three four five; do
            [ "$kind" = needs ] || continue
            case "$selected " in *":$one:"*) ;; *) continue ;; esac
            fits "$three" || continue
            for role in chosen needed; do
                entry=$two:$three:$role
                if has "$refs" "$entry" && ! has "$selected" "$entry"; then
                    selected="$selected $entry"
                    grown=yes
                fi
            done
        done <"$contents"
    done
fi

# What was renamed stands for what is installed in its place.
# renamed LIST: sets found to its entries COLLECTION:REF:ROLE, each with what replaces it.
renamed() {
    swapped=
    for entry in $1; do
        ref=${entry#*:}
        final_of "${ref%:*}"
        if [ "$found" != "${ref%:*}" ]; then
            for role in chosen needed; do
                if has "$refs" "${entry%%:*}:$found:$role"; then entry=${entry%%:*}:$found:$role; fi
            done
        fi
        has "$swapped" "$entry" || swapped="$swapped $entry"
    done
    found=$swapped
}
renamed "$asked"
asked=$found
renamed "$selected"
selected=$found

# ---- The sources ("remotes"), with their collection IDs

# same_url A B: equal but for a slash at the end.
same_url() { [ "${1%/}" = "${2%/}" ]; }

# read_remotes: sets remotes to lines of name, collection ID or "-", URL and flags.
read_remotes() {
    remotes=$(LC_ALL=C flatpak remotes "$scope" --show-disabled \
        --columns=name,collection,url,options </dev/null 2>/dev/null)
}

# find_remote COLLECTION NAME URL: sets enabled, unnamed (enabled, but without collection ID) and
# disabled to names of remotes, and taken to all names.
find_remote() {
    enabled=
    unnamed=
    disabled=
    taken=
    weak=
    while read -r remote collection url flags; do
        is_name "$remote" || continue
        taken="$taken $remote"
        case ",$flags," in
            *,disabled,*)
                if [ "$collection" = "$1" ] || same_url "$url" "$3"; then disabled=$remote; fi
                continue
                ;;
        esac
        case ",$flags," in
            # Without signatures flatpak does not install from drives.
            *,no-gpg-verify,*) continue ;;
        esac
        if [ "$collection" = "$1" ]; then
            case ",$flags," in
                # Some of its apps are hidden here on purpose: only if there is no other.
                *,filtered,*) weak=$remote ;;
                *) if [ -z "$enabled" ] || [ "$remote" = "$2" ]; then enabled=$remote; fi ;;
            esac
        elif [ "$collection" = - ] && same_url "$url" "$3"; then
            if [ -z "$unnamed" ] || [ "$remote" = "$2" ]; then unnamed=$remote; fi
        fi
    done <<REMOTES
$remotes
REMOTES
    enabled=${enabled:-$weak}
}

# prepare COLLECTION NAME FILE URL TITLE: sets prepared to the name of the remote to use, or fails
# after saying why.
prepare() {
    read_remotes
    find_remote "$1" "$2" "$4"
    if [ -n "$enabled" ]; then
        prepared=$enabled
        t 'Source %s: known on this computer as "%s".' \
            'Quelle %s: auf diesem Computer als „%s“ bekannt.' "$5" "$prepared"
        return 0
    fi
    if [ -n "$unnamed" ]; then
        prepared=$unnamed
        # Its keys stay as they are: a drive may not add a key to a source somebody else set up.
        output=$(flatpak remote-modify "$scope" --collection-id="$1" "$prepared" </dev/null 2>&1)
        read_remotes
        find_remote "$1" "$2" "$4"
        if [ "$enabled" = "$prepared" ]; then
            t 'Source %s: "%s" on this computer lacked its collection ID, which is needed for installing offline; repaired.' \
                'Quelle %s: „%s“ auf diesem Computer fehlte die Kennung für das Installieren ohne Netz; ergänzt.' \
                "$5" "$prepared"
            return 0
        fi
        clean "$output"
        t 'Source %s: "%s" on this computer lacks its collection ID (%s), and setting it failed: %s' \
            'Quelle %s: „%s“ auf diesem Computer fehlt die Kennung (%s), und sie ließ sich nicht setzen: %s' \
            "$5" "$prepared" "$1" "$found" >&2
        return 1
    fi
    if [ -n "$disabled" ]; then
        # Somebody switched it off. Adding it under another name would go behind their back.
        t 'Source %s: "%s" is switched off on this computer. To allow it: flatpak remote-modify %s --enable %s' \
            'Quelle %s: „%s“ ist auf diesem Computer abgeschaltet. Erlauben mit: flatpak remote-modify %s --enable %s' \
            "$5" "$disabled" "$scope" "$disabled" >&2
        return 1
    fi
    prepared=$2
    number=1
    while has "$taken" "$prepared"; do
        prepared=$2-satchel
        if [ "$number" -gt 1 ]; then prepared=$prepared-$number; fi
        number=$((number + 1))
    done
    # Offline, flatpak warns that it cannot ask the source about itself; what counts is what is
    # configured afterwards.
    output=$(flatpak remote-add "$scope" --if-not-exists "$prepared" "$here/$3" </dev/null 2>&1)
    read_remotes
    find_remote "$1" "$prepared" "$4"
    if [ "$enabled" != "$prepared" ] && has "$taken" "$prepared"; then
        output=$(flatpak remote-modify "$scope" --collection-id="$1" "$prepared" </dev/null 2>&1)
        read_remotes
        find_remote "$1" "$prepared" "$4"
    fi
    if [ "$enabled" != "$prepared" ]; then
        clean "$output"
        t 'Source %s: could not be added. flatpak says: %s' \
            'Quelle %s: ließ sich nicht hinzufügen. flatpak sagt: %s' "$5" "$found" >&2
        return 1
    fi
    t 'Source %s: added as "%s".' 'Quelle %s: als „%s“ hinzugefügt.' "$5" "$prepared"
}

if [ "$scope" = --system ]; then
    t 'Installing for everyone on this computer.' 'Installiere für alle an diesem Computer.'
else
    t 'Installing for your account.' 'Installiere für das eigene Konto.'
fi

# sources: words COLLECTION=REMOTE.
sources=
while IFS=$tab read -r kind one two three four five; do
    [ "$kind" = collection ] || continue
    has "$collections" "$one" || continue
    case " $selected" in *" $one:"*) ;; *) continue ;; esac
    if prepare "$one" "$two" "$three" "$four" "$five"; then
        sources="$sources $one=$prepared"
    fi
done <"$contents"
read_remotes

# ---- What is there already

# installed SCOPE REF: sets origin and commit; fails when it is not installed.
installed() {
    output=$(LC_ALL=C flatpak info "$1" --show-origin --show-commit "$2" </dev/null 2>/dev/null) || return 1
    # Two words; a commit is the one of 64 hexadecimal digits.
    origin=
    commit=
    for word in $output; do
        if [ ${#word} -eq 64 ]; then commit=$word; else origin=$word; fi
    done
    [ -n "$commit" ]
}

# outdated REF: whether this flatpak refuses it; sets asks.
outdated() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" = requires ] && [ "$one" = "$1" ]; then
            # shellcheck disable=SC2086 # Fields that read leaves together.
            refused $two $three $four $five
            return
        fi
    done <"$contents"
    return 1
}

# before: words REF=COMMIT of what was there; todo: words REMOTE:REF:ROLE; kept: words REF=ORIGIN
# of what stays as it is, since it comes from elsewhere.
before=
todo=
kept=
failed=
for entry in $selected; do
    collection=${entry%%:*}
    role=${entry##*:}
    ref=${entry#*:}
    ref=${ref%:*}
    if ! lookup "$sources" "$collection"; then
        failed="$failed $ref"
        installed "$scope" "$ref" && before="$before $ref=$commit"
        continue
    fi
    source=$found
    if installed "$scope" "$ref"; then
        before="$before $ref=$commit"
        if [ "$origin" != "$source" ]; then
            # Another remote of the same collection does as well. A third source stays what it is.
            twin=
            while read -r remote other_collection _; do
                if [ "$remote" = "$origin" ] && [ "$other_collection" = "$collection" ]; then twin=yes; fi
            done <<REMOTES
$remotes
REMOTES
            if [ -z "$twin" ]; then
                kept="$kept $ref=${origin:-?}"
                continue
            fi
            source=$origin
        fi
    elif [ "$scope" = --user ] && [ "$role" = needed ] && installed --system "$ref"; then
        kept="$kept $ref=system"
        continue
    fi
    if outdated "$ref"; then
        name_of "$ref"
        t '%s needs flatpak %s or newer; this computer has %s.' \
            '%s braucht flatpak ab %s; dieser Computer hat %s.' "$found" "$asks" "$have" >&2
        failed="$failed $ref"
        continue
    fi
    # Whoever has the old name gets the new one by asking for the old: flatpak then takes settings
    # along, and the old one away.
    for pair in $replaced; do
        final_of "${pair%%=*}"
        if [ "$found" = "$ref" ] && installed "$scope" "${pair%%=*}" && [ "$origin" = "$source" ]; then
            ref=${pair%%=*}
            break
        fi
    done
    todo="$todo $source:$ref:$role"
done

# ---- Installing

# What was there, as words ID/ARCH/BRANCH, with the translations that our own list lacks. Asked now:
# by the time flatpak's line about a small one is read, it is installed.
had=' '
for one in $(flatpak list "$scope" --all --columns=ref </dev/null 2>/dev/null); do
    had="$had$one "
done

# progress LINE: tells people that something is being installed, if that is what the line says. It
# does when one of its words is what is on this drive, and no other word means any of it:
# "Installing app/org.gnome.Maps/x86_64/stable", in whatever language and order, but not
# "org.example.Old is end-of-life, in favor of app/org.example.New/x86_64/stable".
progress() {
    told=
    for word in $1; do
        # Some languages put it in quotation marks or add an ending.
        word=${word#"${word%%["$name_chars"]*}"}
        word=${word%%[!"$name_chars"/]*}
        word=${word%[-.]}
        [ -n "$word" ] || continue
        case " $refs" in
            *":$word:"*) ref=$word ;;
            # Some versions leave out what kind it is.
            *":app/$word:"*) ref=app/$word ;;
            *":runtime/$word:"*) ref=runtime/$word ;;
            *":app/$word/"* | *":runtime/$word/"*) return 1 ;;
            *) continue ;;
        esac
        [ -z "$told" ] || return 1
        told=$ref
    done
    [ -n "$told" ] || return 1
    # Of what was replaced it can only be said that it goes.
    if lookup "$replaced" "$told"; then return 0; fi
    name_of "$told"
    case $had in
        *" ${told#*/} "*) t '  updating %s' '  aktualisiere %s' "$found" ;;
        *) t '  installing %s' '  installiere %s' "$found" ;;
    esac
}

# marked WORD: puts the word before every line.
marked() {
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s %s\n' "$1" "$line"
    done
}

# follow yes|no: turns what flatpak says into lines for people, and returns its exit status. Only
# what it does not complain about can be progress. "yes" shows everything else at once; "no" only
# when it went well all the same.
follow() {
    status=1
    rest=
    while IFS= read -r line; do
        from=${line%% *}
        line=${line#* }
        if [ "$from" = status ]; then
            status=$line
            continue
        fi
        case $line in
            *[!\ ]*) ;;
            *) continue ;;
        esac
        if [ "$from" = out ] && progress "$line"; then continue; fi
        clean "$line"
        if [ "$1" = yes ]; then
            printf '    flatpak: %s\n' "$found"
        else
            rest="$rest    flatpak: $found$newline"
        fi
    done
    if [ "$status" = 0 ]; then printf '%s' "$rest"; fi
    return "$status"
}

# run_flatpak yes|no OPTION REMOTE REF...
run_flatpak() {
    loud=$1
    option=$2
    shift 2
    {
        {
            {
                # Not with LC_ALL=C: the languages to install are this computer's.
                # shellcheck disable=SC2086 # An option or nothing.
                flatpak install "$scope" -y --noninteractive --or-update $option \
                    --sideload-repo="$repo" "$@" </dev/null 2>&3 3>&- 4>&-
                printf 'status %s\n' "$?" >&4
            } | marked out >&4
        } 3>&1 | marked err >&4
    } 4>&1 | follow "$loud"
}

# install_all OPTION REMOTE REF...: all at once; when that fails one by one, so that one that
# cannot be installed does not keep the others away.
install_all() {
    if [ $# -gt 3 ] && run_flatpak no "$@"; then return; fi
    all_option=$1
    all_remote=$2
    shift 2
    for ref in "$@"; do
        run_flatpak yes "$all_option" "$all_remote" "$ref" || {
            final_of "$ref"
            failed="$failed $found"
        }
    done
}

# What is needed goes first, from whatever source; then runtimes that were chosen; then apps.
for phase in needed:runtime chosen:runtime any:app; do
    done_sources=
    for entry in $todo; do
        source=${entry%%:*}
        if has "$done_sources" "$source"; then continue; fi
        done_sources="$done_sources $source"
        set --
        for other in $todo; do
            role=${other##*:}
            ref=${other#*:}
            ref=${ref%:*}
            case $source:${ref%%/*}:$phase in
                "${other%%:*}":app:any:app) set -- "$@" "$ref" ;;
                "${other%%:*}:runtime:$role":runtime) set -- "$@" "$ref" ;;
            esac
        done
        [ $# -gt 0 ] || continue
        case $phase in
            needed:*) install_all "$unpinned" "$source" "$@" ;;
            *) install_all '' "$source" "$@" ;;
        esac
    done
done

# ---- What happened

new=
updated=
there=
missing=
stale=
elsewhere=
extra_new=0
extra_updated=0
extra_there=0
extra_missing=
for entry in $selected; do
    ref=${entry#*:}
    ref=${ref%:*}
    outcome=missing
    if lookup "$kept" "$ref"; then
        outcome=there
        if [ "$found" != system ]; then outcome=elsewhere; fi
    elif installed "$scope" "$ref"; then
        if ! lookup "$before" "$ref"; then
            outcome=new
        elif [ "$found" != "$commit" ]; then
            outcome=updated
        elif has "$failed" "$ref"; then
            outcome=stale
        else
            outcome=there
        fi
    fi
    if has "$asked" "$entry"; then
        case $outcome in
            new) new="$new $ref" ;;
            updated) updated="$updated $ref" ;;
            there) there="$there $ref" ;;
            elsewhere) elsewhere="$elsewhere $ref" ;;
            stale) stale="$stale $ref" ;;
            missing) missing="$missing $ref" ;;
        esac
    else
        case $outcome in
            new) extra_new=$((extra_new + 1)) ;;
            updated) extra_updated=$((extra_updated + 1)) ;;
            there | elsewhere) extra_there=$((extra_there + 1)) ;;
            *) extra_missing="$extra_missing $ref" ;;
        esac
    fi
done

# tell REF...: a line for each.
tell() {
    for ref in "$@"; do
        instead=
        for pair in $replaced; do
            final_of "${pair%%=*}"
            if [ "$found" = "$ref" ] && split_ref "${pair%%=*}"; then instead="$instead, $ref_id"; fi
        done
        name_of "$ref"
        split_ref "$ref"
        label="$found  ($ref_id)"
        if [ "$found" = "$ref_id" ]; then label=$ref_id; fi
        if [ -n "$instead" ]; then
            t '  %s, which replaces %s' '  %s, anstelle von %s' "$label" "${instead#, }"
        else
            printf '  %s\n' "$label"
        fi
    done
}

echo
# shellcheck disable=SC2086 # Lists of words.
{
    if [ -n "$new" ]; then
        t 'Installed:' 'Installiert:'
        tell $new
    fi
    if [ -n "$updated" ]; then
        t 'Updated:' 'Aktualisiert:'
        tell $updated
    fi
    if [ -n "$there" ]; then
        t 'Already there, and not older than on the drive:' 'Schon da, und nicht älter als auf dem Laufwerk:'
        tell $there
    fi
    if [ -n "$elsewhere" ]; then
        t 'Already there from another source, left as it is:' 'Schon da aus einer anderen Quelle, bleibt wie es ist:'
        tell $elsewhere
    fi
    if [ -n "$stale" ]; then
        t 'Already there, but updating failed:' 'Schon da, aber das Aktualisieren ist misslungen:'
        tell $stale
    fi
    if [ -n "$missing" ]; then
        t 'NOT installed:' 'NICHT installiert:'
        tell $missing
    fi
    if [ "$extra_new$extra_updated$extra_there" != 000 ]; then
        t 'What they need: %s installed, %s updated, %s already there.' \
            'Was sie brauchen: %s installiert, %s aktualisiert, %s schon da.' \
            "$extra_new" "$extra_updated" "$extra_there"
    fi
    if [ -n "$extra_missing" ]; then
        t 'What they need, but could not be installed:' 'Was sie brauchen, aber nicht zu installieren war:'
        tell $extra_missing
    fi
}
if [ -n "$new" ]; then
    t 'The apps are in the menu. If not yet: log out and in again.' \
        'Die Apps sind im Menü. Falls noch nicht: ab- und wieder anmelden.'
fi
if [ -n "$missing$stale$extra_missing" ]; then
    t 'Not everything worked; what is known about the reasons stands above. "satchel verify" tells whether
the drive is sound. It does no harm to run this again.' \
        'Nicht alles hat geklappt; was über die Gründe bekannt ist, steht oben. „satchel verify“ sagt, ob das
Laufwerk in Ordnung ist. Noch einmal starten schadet nicht.'
    exit 1
fi
if [ -n "$other_arch" ] && [ -n "$wanted" ]; then exit 1; fi
exit 0
