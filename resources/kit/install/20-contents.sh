# ---- What is on the drive
#
# Sources are collections, by their IDs, remotes that have none, as @NAME, container registries, as
# &NAME (registries has words &NAME=REMOTE), and files with an app in
# them (bundles), as %FILE: bundles has words %FILE=SHA256, moments words %FILE=TIME of their commits in
# seconds since 1970. refs holds words
# SOURCE:REF:ROLE; collections the sources; unsigned those of which nothing is signed; doubtful words
# SOURCE:REF of what has lost its signature, or needs such; hopeless words SOURCE:REF=SOURCE:REF of such
# that flatpak refuses, and what of it is not signed; addresses words
# SOURCE=ADDRESS; left_addresses words SOURCE=ADDRESS where it was before it moved; replaced words
# REF=NEW-REF, where flatpak installs the new one in place of the other; commits words REF=COMMIT;
# unlisted the refs whose commits the copy of upstream's list does not name; sizes words REF=BYTES;
# lists words SOURCE=TIME of the copies; parts words SOURCE=NAME=DIGEST of them; catalogues
# words SOURCE=ARCH=COMMIT; absent words REF=REASON of what is not on the drive; partly words
# REF=THERE=LEFT of translations into some languages only, those that are there and those that are not.

# add_ref SOURCE REF ROLE: a computer has a ref from one source only, so of several that have it here
# the first counts, or the first that is signed. The list names its sources first, and then has the
# refs of one after the other. earlier: those of the sources before; dropped: words SOURCE:REF.
add_ref() {
    if [ "$1" != "$adding" ]; then
        adding=$1
        earlier=$refs
    fi
    case $earlier in
        *":$2:"*) ;;
        *)
            refs="$refs $1:$2:$3"
            return
            ;;
    esac
    case $refs in *" $1:$2:"*) return ;; esac
    entry=${refs%%":$2:"*}
    entry=${entry##* }
    role=${refs#*" $entry:$2:"}
    role=${role%% *}
    after=${refs#*" $entry:$2:$role"}
    refs=${refs%%" $entry:$2:"*}
    if has "$unsigned" "$entry" && ! has "$unsigned" "$1"; then
        dropped="$dropped $entry:$2"
        entry=$1
    else
        dropped="$dropped $1:$2"
    fi
    # If either was chosen, it is.
    [ "$role" = chosen ] || role=$3
    refs="$refs $entry:$2:$role$after"
}
adding=
earlier=
dropped=

repo=.ostree/repo
bundles=
registries=
moments=
format=
refs=
collections=
unsigned=
doubtful=
hopeless=
addresses=
left_addresses=
replaced=
commits=
unlisted=
sizes=
lists=
parts=
catalogues=
absent=
partly=
earliest=
made=
while IFS=$tab read -r kind one two three four five; do
    case $kind in
        satchel-contents) format=$one ;;
        repo) repo=$one ;;
        collection | remote)
            if source_of "$one" && is_name "$two" && is_name "$three"; then
                collections="$collections $found"
                addresses="$addresses $found=${four:--}"
            fi
            ;;
        bundle)
            if source_of "$one" && is_checksum "$two"; then
                bundles="$bundles $found=$two"
                [ "$three" = vouched ] || unsigned="$unsigned $found"
                case $four in '' | *[!0123456789]*) ;; *) moments="$moments $found=$four" ;; esac
            fi
            ;;
        registry)
            # Its address is handed to flatpak, and to nothing else.
            case $four in
                *[!"$name_chars"/:+#~]*) ;;
                oci+https://?* | oci+http://?*)
                    if source_of "$one" && is_name "$two"; then
                        registries="$registries $found=$two"
                        unsigned="$unsigned $found"
                        addresses="$addresses $found=$four"
                    fi
                    ;;
            esac
            ;;
        formerly)
            if source_of "$one"; then left_addresses="$left_addresses $found=$two"; fi
            ;;
        unsigned)
            if source_of "$one"; then unsigned="$unsigned $found"; fi
            ;;
        unvouched)
            if source_of "$one" && split_ref "$two"; then
                entry=$found:$two
                if [ "$three" != refused ]; then
                    doubtful="$doubtful $entry"
                elif source_of "$four" && split_ref "$five"; then
                    hopeless="$hopeless $entry=$found:$five"
                fi
            fi
            ;;
        ref)
            if source_of "$one" && split_ref "$two"; then
                case $three in chosen | needed) add_ref "$found" "$two" "$three" ;; esac
            fi
            ;;
        commit)
            if source_of "$two" && split_ref "$one" && is_checksum "$three"; then
                if [ -n "$dropped" ] && has "$dropped" "$found:$one"; then continue; fi
                commits="$commits $one=$three"
                [ "$four" = listed ] || unlisted="$unlisted $one"
                case $five in '' | *[!0123456789]*) ;; *) sizes="$sizes $one=$five" ;; esac
            fi
            ;;
        made)
            case $one in [12]???????) case $one in *[!0123456789]*) ;; *) earliest=$one ;; esac ;; esac
            case $two in
                *[!0123456789-]*) ;;
                ????-??-??) made=$two ;;
            esac
            ;;
        list)
            if source_of "$one"; then
                case $two in
                    *[!0123456789.]*) ;;
                    ????????????.??) lists="$lists $found=$two" ;;
                esac
            fi
            ;;
        part)
            if source_of "$one" && is_name "$two" && is_checksum "$three"; then
                parts="$parts $found=$two=$three"
            fi
            ;;
        catalogue)
            if source_of "$one" && is_name "$two" && is_checksum "$three"; then
                catalogues="$catalogues $found=$two=$three"
            fi
            ;;
        left-out)
            if split_ref "$one"; then
                case $two in extra-data | left-out) absent="$absent $one=$two" ;; esac
            fi
            ;;
        languages)
            if split_ref "$one" && source_of "$two" && is_list "$three" && is_list "$four"; then
                if [ -n "$dropped" ] && has "$dropped" "$found:$one"; then continue; fi
                partly="$partly $one=${three#-}=${four#-}"
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

# image_of REF: whether it comes from a container registry.
image_of() {
    case "$refs " in *" &"*":$1:"*) ;; *) return 1 ;; esac
    for image in $refs; do
        case $image in "&"*":$1:"*) return 0 ;; esac
    done
    return 1
}

# copy_of SOURCE: sets found to where the copy of its list is.
copy_of() {
    case $1 in
        @*) found=$repo/extensions/satchel/remotes/${1#@} ;;
        *) found=$repo/extensions/satchel/upstream/$1 ;;
    esac
    # While a job exchanges it, it may be under the name of the next one only.
    if [ ! -e "$found" ] && [ -d "$found.new" ]; then found=$found.new; fi
}

# name_of REF: sets found to what people call it.
name_of() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" = ref ] && [ "$two" = "$1" ]; then
            found=$four
            return 0
        fi
    done 2>/dev/null <"$contents"
    found=$1
}

# tell_absent REF REASON
tell_absent() {
    case $2 in
        extra-data)
            t '%s is not on this drive: a part of it may only be downloaded by each computer itself.' \
                '%s ist nicht auf diesem Laufwerk: Einen Teil davon darf nur jeder Computer selbst herunterladen.' "$1"
            ;;
        *)
            t '%s is not on this drive: it could not be brought along.' \
                '%s ist nicht auf diesem Laufwerk: Es konnte nicht mitkommen.' "$1"
            ;;
    esac
}

# state_of REF: sets found to a word about it on this computer, for the list. flatpak shows the
# beginning of a commit.
state_of() {
    state=
    while IFS=$tab read -r line active; do
        [ "$line" = "${1#*/}" ] || continue
        lookup "$commits" "$1" || found=
        # Of an image nobody knows beforehand what its commit will be.
        if image_of "$1"; then found=$active; fi
        case $found in
            "${active:--}"*) state=same ;;
            *) state=${state:-other} ;;
        esac
    done <<THERE
$there_now
THERE
    found=
    case $german:$state in
        :same) found=', installed' ;;
        :other) found=', installed in another version' ;;
        yes:same) found=', installiert' ;;
        yes:other) found=', in einer anderen Version installiert' ;;
    esac
}

# title_of SOURCE: sets found to what people call it, its_address to where it is.
title_of() {
    while IFS=$tab read -r kind one two three four five; do
        case $kind in
            collection | remote | registry)
                if source_of "$one" && [ "$found" = "$1" ]; then
                    its_address=$four
                    found=$five
                    return 0
                fi
                ;;
        esac
    done <"$contents"
    its_address=-
    found=${1#[@\&]}
}

# called SOURCE: sets found to what people call it, and where it is if another here is called the same.
called() {
    title_of "$1"
    its_title=$found
    alike=0
    while IFS=$tab read -r kind one two three four five; do
        case $kind in
            collection | remote | registry) if [ "$five" = "$its_title" ]; then alike=$((alike + 1)); fi ;;
        esac
    done <"$contents"
    found=$its_title
    if [ "$alike" -gt 1 ] && [ "$its_address" != - ]; then found="$its_title ($its_address)"; fi
}

# ref_in FILE: sets found to the ref that is in a bundle.
ref_in() {
    for found in $refs; do
        case $found in
            "%$1:"*)
                found=${found#*:}
                found=${found%:*}
                return 0
                ;;
        esac
    done
    found=$1
    return 1
}

# ids_of SOURCE ROLE: sets found to the IDs of what is on the drive of it, each behind a space.
ids_of() {
    found=
    for entry in $refs; do
        case $entry in
            "$1:"*":$2")
                entry=${entry#*:}
                split_ref "${entry%:*}"
                has "$found" "$ref_id" || found="$found $ref_id"
                ;;
        esac
    done
}

# tell_unsigned SOURCE: what it means that nothing of it is signed.
tell_unsigned() {
    case $1 in
        %*)
            ref_in "${1#%}"
            split_ref "$found" || ref_id=$found
            name_of "$found"
            t 'Nobody vouches for %s (the drive calls it %s), which is on this drive as a file (%s): it is whatever the person who made that file put into it.' \
                'Für %s (auf dem Laufwerk: %s) bürgt niemand: Es ist als Datei auf diesem Laufwerk (%s), und darin ist, was der Mensch hineingetan hat, der sie gemacht hat.' \
                "$ref_id" "$found" "${1#%}"
            return 0
            ;;
    esac
    # What it is called is up to the drive; where it leads to and what is installed is not.
    ids_of "$1" chosen
    [ "$found" ] || ids_of "$1" needed
    ids=$found
    title_of "$1"
    clean "$found"
    title=$found
    lookup "$addresses" "$1"
    clean "$found"
    t 'Nobody vouches for what comes from %s (the drive calls it %s):%s. No signature can be checked, so if somebody has changed something, nobody can tell.' \
        'Für das, was von %s (auf dem Laufwerk: %s) kommt, bürgt niemand:%s. Keine Signatur lässt sich prüfen. Hat jemand etwas verändert, merkt es keiner.' "$found" "$title" "$ids"
}

# collect_ids has|lookup WORDS ENTRY...: sets ids to those of the entries that the words are about;
# fails if there are none.
collect_ids() {
    is_told=$1
    words=$2
    shift 2
    ids=
    for entry in "$@"; do
        "$is_told" "$words" "${entry%:*}" || continue
        entry=${entry#*:}
        split_ref "${entry%:*}"
        has "$ids" "$ref_id" || ids="$ids $ref_id"
    done
    [ -n "$ids" ]
}

# tell_doubtful ENTRY...: what it means that signatures are missing; fails if none of them are.
tell_doubtful() {
    collect_ids has "$doubtful" "$@" || return 1
    t 'Nobody vouches for%s: the signature of it, or of what it needs, is missing on this drive. If somebody has changed something, nobody can tell.' \
        'Dafür bürgt niemand:%s. Auf diesem Laufwerk fehlt die Signatur davon oder von dem, was es braucht. Hat jemand etwas verändert, merkt es keiner.' "$ids"
}

# tell_hopeless ENTRY...: what flatpak refuses as signatures are missing; fails if it refuses none.
tell_hopeless() {
    collect_ids lookup "$hopeless" "$@" || return 1
    t 'Cannot be installed:%s. The signature of it, or of what it needs, is missing on this drive, and flatpak takes nothing of its source without.' \
        'Lässt sich nicht installieren:%s. Auf diesem Laufwerk fehlt die Signatur davon oder von dem, was es braucht, und ohne sie nimmt flatpak nichts von dieser Quelle.' "$ids"
}

show_list() {
    there_now=$(LC_ALL=C flatpak list --all --columns=ref,active </dev/null 2>/dev/null)
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
                    label=$ref_id
                    [ "$found" = "$ref_id" ] || label="$ref_id: $found"
                    state_of "$entry"
                    printf '  %s  (%s, %s%s)\n' "$label" "$ref_branch" "$ref_arch" "$found"
                    ;;
            esac
        done
    done
    for pair in $absent; do
        split_ref "${pair%%=*}"
        tell_absent "$ref_id" "${pair#*=}"
    done
    for source in $unsigned; do
        tell_unsigned "$source"
    done
    # shellcheck disable=SC2086 # Words.
    tell_doubtful $refs
    # shellcheck disable=SC2086 # Words.
    tell_hopeless $refs
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

