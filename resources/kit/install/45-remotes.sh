# ---- The sources ("remotes"), with their collection IDs

# is_viewed SOURCE: whether flatpak takes its apps only as if the drive were the source itself: it
# looks for nothing on drives where a source has no collection ID, which one without a key cannot have.
is_viewed() {
    case $1 in [@%\&]*) return 0 ;; esac
    has "$unsigned" "$1"
}

# same_url A B: equal but for a slash at the end.
same_url() { [ "${1%/}" = "${2%/}" ]; }

# was_at SOURCE URL: whether it was there before it moved. Whoever has it from there keeps that: by a
# drive's word no address changes, and flatpak goes by its own key for it as ever.
was_at() {
    for pair in $left_addresses; do
        if [ "${pair%%=*}" = "$1" ] && same_url "${pair#*=}" "$2"; then return 0; fi
    done
    return 1
}

# read_remotes: sets remotes to lines of name, collection ID or "-", URL or "-" (one that flatpak made
# for a file may have none), and flags.
read_remotes() {
    remotes=
    while read -r remote collection url flags; do
        case $url in *:* | /*) ;; *) flags=${flags:-$url} url=- ;; esac
        remotes="$remotes$remote $collection $url $flags
"
    done <<REMOTES
$(LC_ALL=C flatpak remotes "$scope" --show-disabled --columns=name,collection,url,options </dev/null 2>/dev/null)
REMOTES
}

# find_remote SOURCE NAME URL: sets enabled, unnamed (enabled, but without collection ID), unverified
# (enabled, but looks at no signatures), moved (enabled, where the source was before) and disabled to
# names of remotes, and taken to all names.
find_remote() {
    enabled=
    unnamed=
    unverified=
    disabled=
    taken=
    weak=
    moved=
    while read -r remote collection url flags; do
        is_name "$remote" || continue
        taken="$taken $remote"
        [ "$url" != - ] || continue
        case ",$flags," in
            *,disabled,*)
                if [ "$collection" = "$1" ] || same_url "$url" "$3" || was_at "$1" "$url"; then
                    disabled=$remote
                fi
                continue
                ;;
            # It is there for one app only.
            *,no-enumerate,*) if is_viewed "$1"; then continue; fi ;;
        esac
        case ",$flags," in
            # From there flatpak's helper for ordinary users sideloads nothing.
            *,no-gpg-verify,*)
                if is_viewed "$1" && same_url "$url" "$3"; then
                    if [ -z "$unverified" ] || [ "$remote" = "$2" ]; then unverified=$remote; fi
                fi
                continue
                ;;
        esac
        case $1 in
            # All that it has is its address.
            @*)
                if same_url "$url" "$3"; then
                    collection=$1
                elif was_at "$1" "$url"; then
                    if [ -z "$moved" ] || [ "$remote" = "$2" ]; then moved=$remote; fi
                fi
                ;;
        esac
        if [ "$collection" = "$1" ]; then
            case ",$flags," in
                # Some of its apps are hidden here on purpose, or it is there for one of them: only if
                # there is no other.
                *,filtered,* | *,no-enumerate,*) weak=$remote ;;
                *) if [ -z "$enabled" ] || [ "$remote" = "$2" ]; then enabled=$remote; fi ;;
            esac
        elif [ "$collection" = - ] && same_url "$url" "$3"; then
            if [ -z "$unnamed" ] || [ "$remote" = "$2" ]; then unnamed=$remote; fi
        fi
    done <<REMOTES
$remotes
REMOTES
    enabled=${enabled:-${weak:-$moved}}
}

# has_key REMOTE: whether flatpak has a key for it, as far as can be told. When the clock stands
# before the day it was made flatpak adds a remote without it.
has_key() {
    [ -r "$config" ] || return 0
    # Elsewhere, as its owner wants it.
    if configured "$1" gpgkeypath; then return 0; fi
    # The keys of the system count for a source without its own.
    set +f
    for key in /usr/share/ostree/trusted.gpg.d/*.gpg; do
        if [ -e "$key" ]; then break; fi
    done
    set -f
    if [ -e "$key" ]; then return 0; fi
    [ -s "$installation/repo/$1.trustedkeys.gpg" ]
}

# import_key REMOTE FILE: the key that a .flatpakrepo has.
import_key() {
    programs base64 && take_scratch && not_above "$2" 1024 || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            GPGKey=*) printf '%s' "${line#*=}" | base64 -d >"$scratch/key" 2>/dev/null ;;
        esac
    done <"$2"
    [ -s "$scratch/key" ] || return 1
    output=$(flatpak remote-modify "$scope" --gpg-import="$scratch/key" "$1" </dev/null 2>&1)
    has_key "$1"
}

# require_key REMOTE FILE URL TITLE: whether its key is there, or is there now.
require_key() {
    if has_key "$1"; then return 0; fi
    if [ -n "$dry" ]; then
        t 'Source %s: the key of "%s" is missing on this computer.' \
            'Quelle %s: Der Schlüssel von „%s“ fehlt auf diesem Computer.' "$4" "$1"
        return 0
    fi
    # Only of the very source: a drive may not add a key to one that somebody set up otherwise.
    configured "$1" url || found=
    if same_url "$found" "$3" && import_key "$1" "$here/$2"; then
        t 'Source %s: the key of "%s" was missing on this computer; added.' \
            'Quelle %s: Der Schlüssel von „%s“ fehlte auf diesem Computer; ergänzt.' "$4" "$1"
        return 0
    fi
    t 'Source %s: the key of "%s" is missing on this computer, so nothing of it can be checked. To add it, if you trust it:
flatpak remote-modify %s --gpg-import=KEY-FILE %s' \
        'Quelle %s: Der Schlüssel von „%s“ fehlt auf diesem Computer, daher lässt sich nichts davon prüfen. Wer ihm traut, ergänzt ihn mit:
flatpak remote-modify %s --gpg-import=SCHLÜSSELDATEI %s' "$4" "$1" "$scope" "$1" >&2
    return 1
}

# use_unverified SOURCE TITLE: whether the remote in prepared, which looks at no signatures, may be
# used as it is.
use_unverified() {
    if has "$agreed" "$1" || [ -n "$allow_unsigned" ]; then
        t 'Source %s: known on this computer as "%s", which looks at no signatures.' \
            'Quelle %s: auf diesem Computer als „%s“ bekannt, ohne dass Signaturen geprüft werden.' "$2" "$prepared"
        return 0
    fi
    t 'Source %s: "%s" on this computer looks at no signatures, so nobody vouches for what would come from this drive.
Nothing of it is installed without --allow-unsigned.' \
        'Quelle %s: „%s“ prüft auf diesem Computer keine Signaturen, daher bürgt niemand für das, was von diesem Laufwerk käme.
Ohne --allow-unsigned wird nichts davon installiert.' "$2" "$prepared" >&2
    return 1
}

# What is said of the remote for a source; TITLE is the source's.

# say_known TITLE
say_known() {
    t 'Source %s: known on this computer as "%s".' \
        'Quelle %s: auf diesem Computer als „%s“ bekannt.' "$1" "$prepared"
}

say_filtered() {
    t '    Some of its apps are hidden on this computer by a filter, and are not installed. To show all: flatpak remote-modify %s --no-filter %s' \
        '    Ein Filter versteckt auf diesem Computer manche Apps daraus; sie werden nicht installiert. Alle zeigen: flatpak remote-modify %s --no-filter %s' \
        "$scope" "$prepared"
}

# say_moved URL
say_moved() {
    clean "$1"
    t '    It has moved since it was added here. To have updates from the internet later: flatpak remote-modify %s --url=%s %s' \
        '    Sie ist umgezogen, seit sie hier hinzugefügt wurde. Um später Aktualisierungen aus dem Internet zu bekommen: flatpak remote-modify %s --url=%s %s' \
        "$scope" "$found" "$prepared"
}

# say_disabled TITLE REMOTE
say_disabled() {
    t 'Source %s: "%s" is switched off on this computer. To allow it: flatpak remote-modify %s --enable %s' \
        'Quelle %s: „%s“ ist auf diesem Computer abgeschaltet. Erlauben mit: flatpak remote-modify %s --enable %s' \
        "$1" "$2" "$scope" "$2" >&2
}

# say_not_agreed TITLE
say_not_agreed() {
    t 'Source %s: nothing of it is installed without --allow-unsigned.' \
        'Quelle %s: Ohne --allow-unsigned wird nichts davon installiert.' "$1" >&2
}

# say_not_added TITLE OUTPUT: what flatpak said.
say_not_added() {
    clean "$2"
    t 'Source %s: could not be added. flatpak says: %s' \
        'Quelle %s: ließ sich nicht hinzufügen. flatpak sagt: %s' "$1" "$found" >&2
}

# free_name NAME: sets prepared to it, or to another one where this computer has that (taken).
free_name() {
    prepared=$1
    number=1
    while has "$taken" "$prepared"; do
        prepared=$1-satchel
        if [ "$number" -gt 1 ]; then prepared=$prepared-$number; fi
        number=$((number + 1))
    done
}

# prepare SOURCE NAME FILE URL TITLE: sets prepared to the name of the remote to use, or fails
# after saying why.
prepare() {
    read_remotes
    find_remote "$1" "$2" "$4"
    if [ -n "$enabled" ]; then
        prepared=$enabled
        say_known "$5"
        if [ "$enabled" = "$weak" ]; then say_filtered; fi
        if [ "$enabled" = "$moved" ]; then say_moved "$4"; fi
        require_key "$prepared" "$3" "$4" "$5"
        return
    fi
    if [ -n "$unverified" ]; then
        prepared=$unverified
        use_unverified "$1" "$5"
        return
    fi
    if [ -n "$unnamed" ]; then
        prepared=$unnamed
        if [ -n "$dry" ]; then
            t 'Source %s: "%s" on this computer lacks its collection ID, which would be added.' \
                'Quelle %s: „%s“ auf diesem Computer fehlt die Kennung; sie würde ergänzt.' "$5" "$prepared"
            return 0
        fi
        # Its keys stay as they are: a drive may not add a key to a source somebody else set up.
        output=$(flatpak remote-modify "$scope" --collection-id="$1" "$prepared" </dev/null 2>&1)
        read_remotes
        find_remote "$1" "$2" "$4"
        if [ "$enabled" = "$prepared" ]; then
            t 'Source %s: "%s" on this computer lacked its collection ID, which is needed for installing offline; repaired.' \
                'Quelle %s: „%s“ auf diesem Computer fehlte die Kennung für das Installieren ohne Netz; ergänzt.' \
                "$5" "$prepared"
            require_key "$prepared" "$3" "$4" "$5"
            return
        fi
        clean "$output"
        t 'Source %s: "%s" on this computer lacks its collection ID (%s), and setting it failed: %s' \
            'Quelle %s: „%s“ auf diesem Computer fehlt die Kennung (%s), und sie ließ sich nicht setzen: %s' \
            "$5" "$prepared" "$1" "$found" >&2
        return 1
    fi
    if [ -n "$disabled" ]; then
        # Somebody switched it off. Adding it under another name would go behind their back.
        say_disabled "$5" "$disabled"
        return 1
    fi
    if has "$unsigned" "$1" && ! has "$agreed" "$1"; then
        say_not_agreed "$5"
        return 1
    fi
    free_name "$2"
    if [ -n "$dry" ]; then
        t 'Source %s: would be added as "%s".' 'Quelle %s: würde als „%s“ hinzugefügt.' "$5" "$prepared"
        return 0
    fi
    # Offline, flatpak warns that it cannot ask the source about itself; what counts is what is
    # configured afterwards.
    option=
    if has "$unsigned" "$1"; then option=--no-gpg-verify; fi
    # shellcheck disable=SC2086 # An option or nothing.
    output=$(not_above "$here/$3" 1024 && flatpak remote-add "$scope" --if-not-exists $option "$prepared" "$here/$3" </dev/null 2>&1)
    read_remotes
    find_remote "$1" "$prepared" "$4"
    if [ -n "$option" ]; then enabled=$unverified; fi
    if [ "$enabled" != "$prepared" ] && has "$taken" "$prepared" && ! is_viewed "$1"; then
        output=$(flatpak remote-modify "$scope" --collection-id="$1" "$prepared" </dev/null 2>&1)
        read_remotes
        find_remote "$1" "$prepared" "$4"
    fi
    if [ "$enabled" = "$prepared" ] && [ -z "$option" ] && ! has_key "$prepared" && ! import_key "$prepared" "$here/$3"; then
        enabled=
    fi
    if [ "$enabled" != "$prepared" ]; then
        # Half of a source is worse than none: flatpak would take anything from it that lies on a drive.
        if has "$taken" "$prepared"; then
            flatpak remote-delete "$scope" --force "$prepared" </dev/null >/dev/null 2>&1
        fi
        say_not_added "$5" "$output"
        return 1
    fi
    if [ -n "$option" ]; then
        t 'Source %s: added as "%s". flatpak looks at no signatures of it, now and later.' \
            'Quelle %s: als „%s“ hinzugefügt. Signaturen prüft flatpak dort nicht, jetzt und später.' "$5" "$prepared"
        return 0
    fi
    t 'Source %s: added as "%s".' 'Quelle %s: als „%s“ hinzugefügt.' "$5" "$prepared"
}

if [ -n "$register" ]; then
    # flatpak finds by itself what is of a collection.
    selected=
    for entry in $refs; do
        is_viewed "${entry%%:*}" || selected="$selected $entry"
    done
    for source in $collections $registries; do
        source=${source%%=*}
        is_viewed "$source" || continue
        called "$source"
        t 'Of source %s flatpak finds nothing on a drive by itself; install.sh installs it.' \
            'Von der Quelle %s findet flatpak auf einem Laufwerk nichts von selbst; install.sh installiert es.' "$found"
    done
    if [ -z "$selected" ]; then
        die 1 'So there is nothing to register.' 'Daher gibt es nichts anzumelden.'
    fi
elif [ "$scope" = --system ]; then
    t 'Installing for everyone on this computer.' 'Installiere für alle an diesem Computer.'
else
    t 'Installing for your account.' 'Installiere für das eigene Konto.'
fi

# agrees: whether a person wants what was just told, by an option or asked now.
agrees() {
    if [ -n "$allow_unsigned" ]; then return 0; fi
    [ -z "$dry" ] && [ -t 0 ] && [ -t 2 ] || return 1
    t 'To install them all the same type yes, in full.' \
        'Um sie trotzdem zu installieren, bitte ja eingeben.' >&2
    read -r answer
    case $answer in yes | ja) return 0 ;; esac
    return 1
}

# same_here ENTRY: whether the very commit is installed; sets commit.
same_here() {
    same_ref=${1#*:}
    same_ref=${same_ref%:*}
    installed "$scope" "$same_ref" && lookup "$commits" "$same_ref" && [ "$found" = "$commit" ]
}

# agreed: sources of which nothing is signed, and that a person wants all the same. Those of which
# this computer can check the signatures need nobody's agreement.
agreed=
if [ -z "$register" ]; then read_remotes; fi
for source in $unsigned; do
    case $register:" $selected" in :*" $source:"*) ;; *) continue ;; esac
    case $source in "&"*) usable_registry "$source" || continue ;; esac
    lookup "$addresses" "$source"
    find_remote "$source" '' "$found"
    if [ -n "$enabled" ]; then continue; fi
    tell_unsigned "$source" >&2
    if agrees; then agreed="$agreed $source"; fi
done

# What has lost its signature is refused one by one; from a drive flatpak takes it unseen.
if [ -n "$doubtful" ]; then
    set --
    for entry in $selected; do
        same_here "$entry" || set -- "$@" "$entry"
    done
    if tell_doubtful "$@" >&2; then
        if agrees; then
            # Of a source that signs flatpak takes it only where it does not look.
            for entry in $doubtful; do
                is_viewed "${entry%%:*}" || unlisted="$unlisted ${entry#*:}"
            done
            doubtful=
        elif [ -n "$register" ]; then
            die 1 'The drive was not registered, since flatpak would install this unseen.' \
                'Das Laufwerk wurde nicht angemeldet: flatpak würde dies ungesehen installieren.'
        else
            t 'Without --allow-unsigned it is not installed.' 'Ohne --allow-unsigned wird es nicht installiert.' >&2
        fi
    fi
fi

# judged SOURCE: whether this computer looks at its signatures.
judged() {
    lookup "$addresses" "$1"
    find_remote "$1" '' "$found"
    [ -n "$enabled" ] || [ -z "$unverified" ]
}

# What cannot be installed is told, and not tried.
if [ -n "$hopeless" ] && [ -z "$register" ]; then
    set --
    for entry in $selected; do
        lookup "$hopeless" "${entry%:*}" || continue
        cause=$found
        if same_here "$entry"; then continue; fi
        judged "${cause%%:*}" || continue
        # A runtime that is not signed may be here in another version.
        if [ "$cause" != "${entry%:*}" ] && { here_already "${cause#*:}" || installed --system "${cause#*:}"; }; then
            continue
        fi
        set -- "$@" "$entry"
        doubtful="$doubtful ${entry%:*}"
    done
    tell_hopeless "$@" >&2
fi

# sources: words SOURCE=REMOTE; a bundle is its own.
sources=
for pair in $bundles; do
    source=${pair%%=*}
    case " $selected" in *" $source:"*) ;; *) continue ;; esac
    if ! has "$unsigned" "$source" || has "$agreed" "$source"; then
        sources="$sources $source=$source"
        continue
    fi
    t 'Without --allow-unsigned it is not installed.' 'Ohne --allow-unsigned wird es nicht installiert.' >&2
done
while IFS=$tab read -r kind one two three four five; do
    case $kind in collection | remote) ;; *) continue ;; esac
    if ! source_of "$one" || ! has "$collections" "$found"; then continue; fi
    source=$found
    case " $selected $locales" in *" $source:"*) ;; *) continue ;; esac
    its_remote=$two
    its_file=$three
    called "$source"
    if prepare "$source" "$its_remote" "$its_file" "$its_address" "$found"; then
        sources="$sources $source=$prepared"
    fi
done <"$contents"
read_remotes

