# ---- What flatpak knows of its sources
#
# The drive carries upstream's whole signed list, and its catalogue. With them "flatpak remote-ls
# --cached", searches and software centres know all there is, also without internet. flatpak keeps
# nothing of an address that is a path, so the list is put where it would keep it.

# older FILE REFERENCE: whether it is not there or older.
older() {
    # shellcheck disable=SC3013 # dash and busybox know it as well.
    [ ! -e "$1" ] || [ "$2" -nt "$1" ]
}

# signed SOURCE REMOTE FILE: whether the signature of a list is one of the source's own key: by
# flatpak, which has just looked at it in the view; else by gpgv.
signed() {
    if lookup "$views" "$2" && configured "$2" gpg-verify-summary && [ "$found" = true ]; then
        flatpak remote-ls "$scope" "$2" --columns=ref </dev/null >/dev/null 2>&1
        return
    fi
    programs gpgv && [ -f "$3" ] && [ -f "$3.sig" ] && first_signature "$3.sig" || return 1
    gpgv --keyring "$installation/repo/$2.trustedkeys.gpg" "$scratch/signature" "$3" >/dev/null 2>&1
}

# first_signature FILE: puts the first OpenPGP signature of a list aside, as gpgv reads it. The file
# is a GVariant a{sv} with ostree.gpgsigs, whose first value begins at the 17th byte; the signature
# tells its own length (RFC 4880, 4.2).
first_signature() {
    programs od dd || return 1
    # shellcheck disable=SC2046 # Numbers.
    set -- "$1" $(od -An -v -tu1 -j 16 -N 3 "$1" 2>/dev/null)
    [ $# -eq 4 ] || return 1
    case $2 in
        136) length=$((2 + $3)) ;;
        137) length=$((3 + $3 * 256 + $4)) ;;
        194)
            length=$((2 + $3))
            if [ "$3" -ge 192 ]; then length=$((3 + ($3 - 192) * 256 + $4 + 192)); fi
            ;;
        *) return 1 ;;
    esac
    dd if="$1" of="$scratch/signature" bs=1 skip=16 count="$length" 2>/dev/null
}

# A list is no larger than so many blocks of 512 bytes: 64 MB, as Satchel takes them.
most_blocks=131072

# keep_list SOURCE REMOTE: puts its list where flatpak keeps it.
keep_list() {
    copy_of "$1"
    copy=$found
    mkdir -p "$kept_at" || return 1
    name=summary
    ending=
    if [ -r "$copy/summary.idx" ]; then
        name=summary.idx
        ending=.idx
    fi
    for pair in $parts; do
        if [ "${pair%%=*}" != "$1" ] || [ -z "$ending" ]; then continue; fi
        pair=${pair#*=}
        digest=${pair#*=}
        programs gzip && [ -f "$copy/summaries/$digest.gz" ] || return 1
        (ulimit -f "$most_blocks" && exec gzip -dc <"$copy/summaries/$digest.gz" >"$scratch/part") 2>/dev/null || return 1
        touch -r "$scratch/time" "$scratch/part"
        mv -f "$scratch/part" "$kept_at/$2-${pair%%=*}-$digest.sub" || return 1
    done
    # The signature last: flatpak takes a list without its own for none.
    for file in "$name" "$name.sig"; do
        not_above "$copy/$file" "$((most_blocks / 2))" && cp "$copy/$file" "$scratch/part" || return 1
        touch -r "$scratch/time" "$scratch/part"
        mv -f "$scratch/part" "$kept_at/$2$ending${file#"$name"}" || return 1
    done
}

# bring_lists SOURCE REMOTE: the list and the catalogue, unless this computer has newer ones.
bring_lists() {
    lookup "$lists" "$1" || return 0
    TZ=UTC0 touch -t "$found" "$scratch/time" 2>/dev/null || return 0
    catalogue=$installation/appstream/$2/$arch
    kept_at=$installation/repo/tmp/cache/summaries
    older "$kept_at/$2.idx" "$scratch/time" && older "$kept_at/$2" "$scratch/time" || return 0
    empty=
    [ -e "$kept_at/$2.idx" ] || [ -e "$kept_at/$2" ] || empty=yes
    copy_of "$1"
    file=$found/summary.idx
    [ -r "$file" ] || file=${file%.idx}
    if signed "$1" "$2" "$file" || { [ -n "$empty" ] && ! programs gpgv && ! lookup "$views" "$2"; }; then
        if keep_list "$1" "$2"; then
            t 'List of source %s: brought up to date.' 'Liste der Quelle %s: auf den Stand des Laufwerks gebracht.' "$2"
        fi
    fi
    for pair in $catalogues; do
        if [ "${pair%=*}" != "$1=$arch" ] || ! lookup "$views" "$2"; then continue; fi
        older "$catalogue/.timestamp" "$scratch/time" || continue
        sums=$here/checksums/${pair##*=}
        if [ -n "$check" ] && programs sha256sum && [ -f "$sums" ] && [ -r "$sums" ]; then
            check_commit "${pair##*=}" || continue
        elif endless "$repo/objects"; then
            continue
        fi
        if flatpak update "$scope" --appstream "--arch=$arch" "$2" </dev/null >/dev/null 2>&1; then
            touch -c -r "$scratch/time" "$catalogue/.timestamp"
            t 'Catalogue of source %s: brought up to date.' \
                'Katalog der Quelle %s: auf den Stand des Laufwerks gebracht.' "$2"
        fi
    done
}

bring_all_lists() {
    [ -z "$dry" ] && take_scratch && programs touch || return 0
    for pair in $sources; do
        bring_lists "${pair%%=*}" "${pair#*=}"
    done
}

# While the views are there, flatpak itself looks at the lists.
had_views=$views
if [ -n "$had_views" ]; then bring_all_lists; fi

# ---- What the views did not have

# restore_addresses: as put_back, and says if it could not be done.
restore_addresses() {
    put_back
    [ -n "$addressed" ] || return 0
    t 'The addresses of the sources could not be set back; this is done when install.sh is started again.' \
        'Die Adressen der Quellen ließen sich nicht zurückstellen; das geschieht beim nächsten Start von install.sh.' >&2
}
restore_addresses
if [ -z "$dry" ]; then
    from_drive=$sideload
    lead_nowhere
    install_phase any:app no
    install_languages no
    restore_addresses
fi

