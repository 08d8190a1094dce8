# ---- Which of it

arch=$(LC_ALL=C flatpak --default-arch 2>/dev/null)
arches=$(LC_ALL=C flatpak --supported-arches 2>/dev/null)
drivers=$(LC_ALL=C flatpak --gl-drivers 2>/dev/null)
if [ -n "$for_arch" ]; then arch=$for_arch arches=$for_arch; fi
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
    for want_word in $unknown; do
        for pair in $absent; do
            if split_ref "${pair%%=*}" && matches "$want_word"; then tell_absent "$ref_id" "${pair#*=}" >&2; fi
        done
    done
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

# here_already REF: whether it is installed, or what it replaces.
here_already() {
    if installed "$scope" "$1"; then return 0; fi
    for pair in $replaced; do
        final_of "${pair%%=*}"
        if [ "$found" = "$1" ] && installed "$scope" "${pair%%=*}"; then return 0; fi
    done
    return 1
}

selected=$asked
if [ -n "$update" ]; then
    selected=
    candidates=$asked
    [ -n "$wanted" ] || candidates=$refs
    for entry in $candidates; do
        ref=${entry#*:}
        ref=${ref%:*}
        final_of "$ref"
        if fits "$ref" && { here_already "$ref" || here_already "$found"; }; then
            selected="$selected $entry"
        fi
    done
    updated_asked=
    for entry in $asked; do
        if has "$selected" "$entry"; then updated_asked="$updated_asked $entry"; fi
    done
    asked=${updated_asked:-$selected}
    if [ -z "$selected" ]; then
        t 'Nothing of this drive is installed on this computer, so there is nothing to update.' \
            'Nichts von diesem Laufwerk ist auf diesem Computer installiert, daher ist nichts zu aktualisieren.'
        exit 0
    fi
fi
if [ -z "$wanted$update" ]; then
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
                # Of whatever source.
                case "$refs " in *":$three:$role "*) ;; *) continue ;; esac
                entry=${refs%%":$three:$role"*}
                entry=${entry##* }:$three:$role
                if ! has "$selected" "$entry"; then
                    selected="$selected $entry"
                    grown=yes
                fi
            done
        done <"$contents"
    done
fi

# locales: words SOURCE:REF of the translations of apps that are there as files: of these flatpak
# brings none along.
locales=
while IFS=$tab read -r kind one two three four five; do
    if [ "$kind" != needs ] || ! bundle_of "$one" || ! source_of "$two" || ! split_ref "$three"; then continue; fi
    case "$selected " in *":$one:"*) ;; *) continue ;; esac
    case $ref_id in *.Locale) ;; *) continue ;; esac
    case "$refs " in *" $found:$three:"*) ;; *) continue ;; esac
    split_ref "$one"
    case $three in runtime/"$ref_id".Locale/*) locales="$locales $found:$three" ;; esac
done <"$contents"

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

