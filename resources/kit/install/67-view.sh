# ---- The view
#
# A directory of links on this computer: the copy of upstream's signed list, and the drive's objects.
# With that as the address of a source flatpak installs as if it were online: it checks the list and
# every commit with its own key, and finds drivers and languages by itself. Only what the list does
# not name is sideloaded, in which flatpak checks nothing.

# Damaged objects are not there for flatpak at all: then what needs them fails, also where flatpak
# takes it by itself.
# link_objects DIRECTORY: makes them in it.
link_objects() {
    if [ -z "$damaged" ]; then
        ln -s "$repo/objects" "$1/objects"
        return
    fi
    mkdir "$1/objects" || return 1
    set +f
    linked=yes
    for prefix in "$repo"/objects/??; do
        prefix=${prefix##*/}
        case " $damaged" in
            *" $prefix/"*)
                mkdir "$1/objects/$prefix" &&
                    ln -s "$repo/objects/$prefix"/* "$1/objects/$prefix/" || linked=
                ;;
            *) ln -s "$repo/objects/$prefix" "$1/objects/$prefix" || linked= ;;
        esac
    done
    set -f
    for one in $damaged; do rm -f "$1/objects/$one"; done
    [ -n "$linked" ]
}

# make_repository DIRECTORY: what libostree wants to find in any; its objects are the drive's. It
# opens none without tmp, and makes that only where it may write objects: not on a read-only drive.
make_repository() {
    mkdir -p "$1" "$1/extensions" "$1/tmp" &&
        printf '[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n' >"$1/config" &&
        link_objects "$1"
}

# encode PATH: sets found to it as part of an address.
encode() {
    found=$1
    case $1 in *[!"$name_chars"/]*) ;; *) return 0 ;; esac
    programs od || return 1
    found=
    for code in $(printf '%s' "$1" | od -An -v -tx1); do
        case $code in
            2f) found=$found/ ;;
            *) found=$found%$code ;;
        esac
    done
}

# has_parts SOURCE: whether the parts of its list are there that an index leads to; without them flatpak
# would find nothing.
has_parts() {
    [ -f "$copy/summary.idx" ] || return 0
    for pair in $parts; do
        if [ "${pair%%=*}" != "$1" ]; then continue; fi
        # What another architecture needs keeps nobody.
        case ${pair#*=} in "$arch="* | *"-$arch="*) ;; *) continue ;; esac
        [ -f "$copy/summaries/${pair##*=}.gz" ] || return 1
    done
}

# make_view SOURCE: makes it, once; sets found to its address.
make_view() {
    view=$scratch/view/$1
    copy_of "$1"
    copy=$found
    [ -f "$copy/summary.idx" ] || [ -f "$copy/summary" ] || return 1
    if endless "$copy/summaries" || ! has_parts "$1"; then return 1; fi
    encode "$view" || return 1
    if [ -d "$view" ]; then return 0; fi
    if make_repository "$view" && mkdir "$view/refs" "$view/state"; then
        linked=yes
        for name in summary summary.sig summary.idx summary.idx.sig summaries; do
            # Of a pipe flatpak would wait for what never comes.
            if [ ! -f "$copy/$name" ] && [ ! -d "$copy/$name" ]; then continue; fi
            ln -s "$copy/$name" "$view/$name" || linked=
        done
        if [ -n "$linked" ]; then return 0; fi
    fi
    rm -rf "$view"
    return 1
}

# Who changes the drive meanwhile sees by this that somebody installs from it, and frees nothing of
# what the lists of now name.
if [ -f "$repo/summary" ] && [ -r "$repo/summary" ]; then exec 9<"$repo/summary"; fi

# What flatpak is given to sideload: without what is damaged.
sideload=$repo
if [ -n "$damaged" ] && [ -n "$todo" ]; then
    sideload=
    if take_scratch && programs ln && make_repository "$scratch/sideload"; then
        sideload=$scratch/sideload
        for name in refs state summary; do
            [ ! -e "$repo/$name" ] || ln -s "$repo/$name" "$sideload/$name"
        done
    fi
fi

# source_behind REMOTE: sets found to the source on this drive that a remote of this computer is.
source_behind() {
    while read -r name collection url _; do
        if [ "$name" != "$1" ]; then continue; fi
        if has "$collections" "$collection"; then
            found=$collection
            return 0
        fi
        for pair in $sources; do
            found=${pair%%=*}
            if [ "${pair#*=}" = "$1" ]; then return 0; fi
        done
        for pair in $addresses; do
            found=${pair%%=*}
            case $found in
                @*) if same_url "${pair#*=}" "$url" || was_at "$found" "$url"; then return 0; fi ;;
            esac
        done
    done <<REMOTES
$remotes
REMOTES
    found=
    return 1
}

# part_of SOURCE: sets found to the part of a source to which its file limits it, or to nothing.
part_of() {
    found=
    while IFS=$tab read -r kind one two three four five; do
        case $kind in collection | remote) ;; *) continue ;; esac
        if ! source_of "$one" || [ "$found" != "$1" ]; then continue; fi
        found=
        not_above "$here/$three" 1024 || return 0
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in Subset=*) found=${line#*=} ;; esac
        done <"$here/$three"
        return 0
    done <"$contents"
    found=
}

# same_part REMOTE SOURCE: whether the drive has the list that flatpak would look for: that of the part
# to which the remote is limited.
same_part() {
    part_of "$2"
    part=$found
    configured "$1" xa.subset || found=
    if [ "$found" = "$part" ]; then return 0; fi
    clean "${found:-*}"
    t '"%s" is limited to a part of its source on this computer (%s), of which this drive has no list.' \
        '„%s“ ist auf diesem Computer auf einen Teil der Quelle beschränkt (%s), von dem auf diesem Laufwerk keine Liste ist.' \
        "$1" "$found"
    return 1
}

# views: words REMOTE=ADDRESS; only_viewed: the remotes of which nothing is sideloaded.
views=
told_parts=
only_viewed=
if [ -n "$todo" ] && [ -z "$dry" ] && take_scratch && programs ln && [ -w "$config" ]; then
    for entry in $todo $brought; do
        remote=${entry%%:*}
        if lookup "$views" "$remote"; then continue; fi
        if has "$told_parts" "$remote" || ! source_behind "$remote"; then continue; fi
        source=$found
        if ! same_part "$remote" "$source"; then
            told_parts="$told_parts $remote"
            continue
        fi
        if make_view "$source"; then views="$views $remote=file://$found"; fi
    done
fi

# viewed REMOTE REF: whether the view has it.
viewed() {
    lookup "$views" "$1" && ! has "$unlisted" "$2" && lookup "$commits" "$2"
}

# What cannot be sideloaded needs a view that has it.
for entry in $todo $brought; do
    if source_behind "${entry%%:*}" && is_viewed "$found"; then
        has "$only_viewed" "${entry%%:*}" || only_viewed="$only_viewed ${entry%%:*}"
    fi
done
if [ -n "$only_viewed" ] && [ -z "$dry" ]; then
    if ! programs mkdir cp mv rm ln; then
        t 'Sources without a collection ID need mkdir, cp, mv, rm and ln, not all of which this computer has.' \
            'Quellen ohne Collection-ID brauchen mkdir, cp, mv, rm und ln; diesem Computer fehlt etwas davon.' >&2
    fi
    reachable=
    for entry in $todo; do
        ref=${entry#*:}
        ref=${ref%:*}
        final_of "$ref"
        final=$found
        if ! has "$only_viewed" "${entry%%:*}" || viewed "${entry%%:*}" "$final"; then
            reachable="$reachable $entry"
            continue
        fi
        name_of "$final"
        t '%s cannot be installed from this drive: the copy of the list of its source is missing or does not name it.' \
            '%s lässt sich von diesem Laufwerk nicht installieren: Die Kopie der Liste seiner Quelle fehlt oder nennt es nicht.' "$found" >&2
        failed="$failed $final"
    done
    todo=$reachable
fi

# taken_unseen: whether anything is that flatpak is only given a place for.
taken_unseen() {
    [ -z "$views" ] || return 1
    for entry in $todo; do
        case $entry in %*) continue ;; esac
        has "$only_viewed" "${entry%%:*}" || return 0
    done
    return 1
}
if [ -z "$dry" ] && taken_unseen; then
    t 'Signatures are not checked by flatpak here: it takes the apps from the drive as they are.' \
        'Signaturen prüft flatpak hier nicht: Es nimmt die Apps vom Laufwerk, wie sie sind.'
fi

# lead: the addresses of all sources lead to their views.
lead() {
    [ -n "$views" ] || return 1
    for remote in $only_viewed; do
        configured "$remote" url-is-set
        fixed_urls="$fixed_urls $remote=$found"
    done
    addressed=yes
    if edit_config "$views"; then follow_views; fi
    [ -z "$views" ] || return 0
    put_back
    return 1
}

# follow_views: leaves out the views of sources that have moved: their signed lists say so, and
# flatpak goes there as soon as it has read them, as it does online. Those of which nothing can be
# sideloaded do not move meanwhile.
follow_views() {
    staying=
    for view in $views; do
        flatpak remote-modify "$scope" --update-metadata "${view%%=*}" </dev/null >/dev/null 2>&1
        configured "${view%%=*}" url
        if [ "$found" = "${view#*=}" ]; then staying="$staying $view"; fi
    done
    views=$staying
}

# lead_nowhere: so do those of sources while something comes that their lists do not name any more.
# flatpak sideloads it only as long as it cannot ask the source itself, which would not know it.
lead_nowhere() {
    away=
    fixed_urls=
    take_scratch && [ -w "$config" ] && encode "$scratch/nowhere" || return 0
    nowhere=file://$found
    for entry in $todo; do
        remote=${entry%%:*}
        ref=${entry#*:}
        if ! has "$unlisted" "${ref%:*}" || has "$only_viewed" "$remote"; then continue; fi
        lookup "$away" "$remote" || away="$away $remote=$nowhere"
    done
    [ -n "$away" ] || return 0
    addressed=yes
    edit_config "$away" || put_back
}
