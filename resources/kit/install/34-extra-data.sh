# ---- Parts that apps take from their makers
#
# flatpak downloads them while it installs, unless they lie where it looks first: in extra-data/SHA256/
# NAME of the flatpak directory of whoever installs, also where it installs for everyone. A link to
# the drive is enough, and takes no room: flatpak compares what it reads with the checksum in the
# app's own commit. The links go again at the end. What was there before is never touched.

payloads_at=${FLATPAK_USER_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/flatpak}/extra-data
# lent_payloads, lent_directories: words SHA256/NAME and SHA256, those that this run has made.
lent_payloads=
lent_directories=
lent_top=

# is_payload SHA256 NAME: whether they can be used as what they are.
is_payload() {
    is_checksum "$1" || return 1
    case $2 in
        '' | [!"$name_chars"]* | [-.]* | *[!"$name_chars"+~@,=]*) return 1 ;;
    esac
}

# our_link FILE SHA256/NAME: whether it is a link that a run of this has left.
our_link() {
    [ -h "$1" ] && programs readlink || return 1
    case $(readlink "$1") in
        */satchel/extra-data/"$2") return 0 ;;
    esac
    return 1
}

# lend SHA256 NAME: puts one where flatpak looks; fails if that cannot be.
lend() {
    if our_link "$payloads_at/$1/$2" "$1/$2"; then
        # Of a run that was killed.
        rm -f "$payloads_at/$1/$2"
        lent_directories="$lent_directories $1"
    fi
    if [ -e "$payloads_at/$1/$2" ] || [ -h "$payloads_at/$1/$2" ]; then return 0; fi
    programs mkdir rmdir ln rm || return 1
    if [ ! -d "$payloads_at" ]; then
        mkdir -p "$payloads_at" || return 1
        lent_top=yes
    fi
    if [ ! -d "$payloads_at/$1" ]; then
        mkdir "$payloads_at/$1" || return 1
        lent_directories="$lent_directories $1"
    fi
    ln -s "$here/extra-data/$1/$2" "$payloads_at/$1/$2" || return 1
    lent_payloads="$lent_payloads $1/$2"
}

# take_payloads_back: removes what this run has put there.
# shellcheck disable=SC2317,SC2329 # Called by the trap.
take_payloads_back() {
    for one in $lent_payloads; do
        if our_link "$payloads_at/$one" "$one" || ! programs readlink; then
            [ ! -h "$payloads_at/$one" ] || rm -f "$payloads_at/$one"
        fi
    done
    for one in $lent_directories; do rmdir "$payloads_at/$one" 2>/dev/null; done
    [ -z "$lent_top" ] || rmdir "$payloads_at" 2>/dev/null
    lent_payloads=
    lent_directories=
    lent_top=
}

# lend_payloads REF...: those of all that is about to be installed.
lend_payloads() {
    told_terms=
    while IFS=$tab read -r row part_of _ part_sum part_name _; do
        [ "$row" = extra ] || continue
        if ! has "$*" "$part_of" || ! is_payload "$part_sum" "$part_name"; then continue; fi
        name_of "$part_of"
        if [ ! -f "$here/extra-data/$part_sum/$part_name" ]; then
            t '%s needs a part from its maker that is not on this drive (%s): without internet it cannot be installed.' \
                '%s braucht von seinem Hersteller einen Teil, der nicht auf diesem Laufwerk ist (%s): Ohne Internet ist es nicht zu installieren.' \
                "$found" "$part_name" >&2
        elif [ -n "$check" ] && programs sha256sum && ! payload_is_right "$part_sum" "$part_name"; then
            t '%s needs a part from its maker (%s) that is damaged on this drive: without internet it cannot be installed.' \
                '%s braucht von seinem Hersteller einen Teil (%s), der auf diesem Laufwerk beschädigt ist: Ohne Internet ist es nicht zu installieren.' \
                "$found" "$part_name" >&2
        elif lend "$part_sum" "$part_name"; then
            if ! has "$told_terms" "$part_of"; then
                # What it is called is up to the drive.
                split_ref "$part_of"
                [ "$found" = "$ref_id" ] || found="$found ($ref_id)"
                t '%s comes with a part from its maker, which has terms of its own: see START-HERE.html.' \
                    '%s kommt mit einem Teil von seinem Hersteller, für den eigene Bedingungen gelten: siehe START-HERE.html.' \
                    "$found"
            fi
            told_terms="$told_terms $part_of"
        fi
    done <"$contents"
}

# payload_is_right SHA256 NAME
payload_is_right() {
    found_sum=$(sha256sum <"$here/extra-data/$1/$2" 2>/dev/null) || return 1
    [ "${found_sum%% *}" = "$1" ]
}

