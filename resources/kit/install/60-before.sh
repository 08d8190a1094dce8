# ---- What was there before

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

# unagreed_need SOURCE REF: sets found to what it runs on, where that comes from another source (what
# extends it comes from its own), for which nobody vouches, and nobody has agreed to.
unagreed_need() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" != needs ] || [ "$one" != "$2" ] || [ "$two" = "$1" ] || ! source_of "$two"; then continue; fi
        # A signed source may have it as well, and is then the one it is taken from.
        case "$refs " in *" $found:$three:"*) ;; *) continue ;; esac
        if [ "$found" = "$1" ] || ! has "$unsigned" "$found" || lookup "$sources" "$found"; then continue; fi
        if here_already "$three" || installed --system "$three"; then continue; fi
        found=$three
        return 0
    done <"$contents"
    return 1
}

# needed_by REFS: sets reached to these words and to all that they need, by the list.
needed_by() {
    reached=$1
    grown=yes
    while [ -n "$grown" ]; do
        grown=
        while IFS=$tab read -r kind one two three four five; do
            if [ "$kind" != needs ] || ! has "$reached" "$one"; then continue; fi
            final_of "$three"
            if has "$reached" "$found"; then continue; fi
            reached="$reached $found"
            grown=yes
        done <"$contents"
    done
}

# leave_needs: takes from selected what only those need that have no source to come from, as apps for
# which nobody vouches, or that run on such: by itself it would only take up space. What is installed is updated all the same.
# Likewise what has no such source itself and nothing needs.
leave_needs() {
    refused=
    missed=
    for entry in $selected; do
        ref=${entry#*:}
        ref=${ref%:*}
        if lookup "$sources" "${entry%%:*}" && ! has "$doubtful" "${entry%:*}" && ! unagreed_need "${entry%%:*}" "$ref"; then
            continue
        fi
        refused="$refused $ref"
        if has "$asked" "$entry"; then missed="$missed $ref"; fi
    done
    [ -n "$refused" ] || return 0
    needed_by "$missed"
    missed=$reached
    needed_by "$refused"
    gone=$reached
    living=
    for entry in $selected; do
        ref=${entry#*:}
        ref=${ref%:*}
        if has "$refused" "$ref"; then continue; fi
        if has "$gone" "$ref" && ! has "$asked" "$entry"; then continue; fi
        living="$living $ref"
    done
    needed_by "$living"
    left=
    for entry in $selected; do
        ref=${entry#*:}
        ref=${ref%:*}
        if has "$refused" "$ref" && ! has "$asked" "$entry" && ! has "$reached $missed" "$ref" && ! here_already "$ref"; then
            continue
        fi
        if has "$reached $refused" "$ref" || ! has "$gone" "$ref" || here_already "$ref"; then
            left="$left $entry"
        fi
    done
    selected=$left
}
if [ -z "$register" ]; then leave_needs; fi

# before: words REF=COMMIT of what was there; todo: words REMOTE:REF:ROLE; kept: words REF=WHY of
# what stays as it is: ORIGIN where it comes from elsewhere, "system", or "newer" where it is not older
# than on the drive.
before=
todo=
kept=
failed=
for entry in $selected; do
    collection=${entry%%:*}
    role=${entry##*:}
    ref=${entry#*:}
    ref=${ref%:*}
    if has "$doubtful" "${entry%:*}" || ! lookup "$sources" "$collection"; then
        if installed "$scope" "$ref"; then
            before="$before $ref=$commit"
            if lookup "$commits" "$ref" && [ "$found" = "$commit" ]; then
                kept="$kept $ref=newer"
                continue
            fi
        fi
        failed="$failed $ref"
        continue
    fi
    source=$found
    if installed "$scope" "$ref"; then
        before="$before $ref=$commit"
        if [ "$origin" != "$source" ]; then
            # Another remote of the same collection or address does as well. A third source stays
            # what it is.
            twin=
            lookup "$addresses" "$collection"
            while read -r remote other_collection url flags; do
                if [ "$remote" != "$origin" ]; then continue; fi
                if [ "$other_collection" = "$collection" ]; then twin=yes; fi
                case $collection in
                    @*) if same_url "$url" "$found" || was_at "$collection" "$url"; then twin=yes; fi ;;
                    "&"*) if registry_row "$collection" && same_url "$url" "$address"; then twin=yes; fi ;;
                    # A remote that is there for this app only, as flatpak makes one for a file, perhaps
                    # without an address.
                    %*) case ",$flags," in *,no-enumerate,*) twin=yes ;; esac ;;
                esac
            done <<REMOTES
$remotes
REMOTES
            if [ -z "$twin" ]; then
                kept="$kept $ref=${origin:-?}"
                continue
            fi
            case $collection in %*) ;; *) source=$origin ;; esac
        fi
        case $collection in
            # The very same: flatpak would complain.
            %*) if lookup "$commits" "$ref" && [ "$found" = "$commit" ]; then
                kept="$kept $ref=newer"
                continue
            fi ;;
        esac
        # flatpak would complain when it is given the older one for a newer one.
        if newer "$ref" "$commit"; then
            kept="$kept $ref=newer"
            continue
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
    if unagreed_need "$collection" "$ref"; then
        needed=$found
        name_of "$ref"
        app=$found
        name_of "$needed"
        t '%s needs %s, for which nobody vouches: without --allow-unsigned neither is installed.' \
            '%s braucht %s, wofür niemand bürgt: Ohne --allow-unsigned wird beides nicht installiert.' "$app" "$found" >&2
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

# without_unneeded ENTRIES: sets left to those that something needs: more than the apps in foreign.
without_unneeded() {
    left=
    for entry in $1; do
        ref=${entry#*:}
        ref=${ref%:*}
        if has "$still" "$ref" || ! has "$reached" "$ref" || lookup "$before$kept" "$ref"; then
            left="$left $entry"
        fi
    done
}

# leave_unneeded: takes from todo and selected what only such apps need that stay as they are, from
# another source: flatpak brings nothing for an app that it leaves.
leave_unneeded() {
    foreign=
    for pair in $kept; do
        case ${pair#*=} in newer | system) ;; *) foreign="$foreign ${pair%%=*}" ;; esac
    done
    [ -n "$foreign" ] || return 0
    living=
    for entry in $asked; do
        ref=${entry#*:}
        ref=${ref%:*}
        if has "$selected" "$entry" && ! has "$foreign" "$ref"; then living="$living $ref"; fi
    done
    needed_by "$living"
    still=$reached
    needed_by "$foreign"
    without_unneeded "$todo"
    todo=$left
    without_unneeded "$selected"
    selected=$left
}
if [ -z "$register" ]; then leave_unneeded; fi

# brought: words REMOTE:REF:needed of the translations of what comes from files.
brought=
for word in $locales; do
    if lookup "$sources" "${word%%:*}"; then brought="$brought $found:${word#*:}:needed"; fi
done

# What is there from several sources, of which a computer has one.
tell_several() {
    while IFS=$tab read -r kind one two three; do
        if [ "$kind" != several ]; then continue; fi
        case "$asked " in *":$one:"*) ;; *) continue ;; esac
        # What is here from another source stays that, which is told at the end.
        lookup "$kept" "$one"
        case $found in '' | newer | system) ;; *) continue ;; esac
        its=$two
        others=$three
        name_of "$one"
        t '%s is on this drive from several sources, and a computer has it once: that of %s, not that of %s.' \
            '%s ist aus mehreren Quellen auf diesem Laufwerk, und ein Computer hat es einmal: das von %s, nicht das von %s.' \
            "$found" "$its" "$others"
    done <"$contents"
}
if [ -z "$register" ]; then tell_several; fi
