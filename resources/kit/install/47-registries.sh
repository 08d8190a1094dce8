# ---- Container registries, as remotes of this computer

# prepare_registry SOURCE NAME: sets prepared to the remote to use, or fails after saying why.
prepare_registry() {
    usable_registry "$1" || return 1
    if ! has "$agreed" "$1"; then
        t 'Source %s: nothing of it is installed without --allow-unsigned.' \
            'Quelle %s: Ohne --allow-unsigned wird nichts davon installiert.' "$title" >&2
        return 1
    fi
    taken=
    prepared=
    while read -r remote _ url flags; do
        is_name "$remote" || continue
        taken="$taken $remote"
        same_url "$url" "$address" || continue
        case ",$flags," in
            *,disabled,*)
                t 'Source %s: "%s" is switched off on this computer. To allow it: flatpak remote-modify %s --enable %s' \
                    'Quelle %s: „%s“ ist auf diesem Computer abgeschaltet. Erlauben mit: flatpak remote-modify %s --enable %s' \
                    "$title" "$remote" "$scope" "$remote" >&2
                return 1
                ;;
            *) prepared=$remote ;;
        esac
    done <<REMOTES
$remotes
REMOTES
    if [ -n "$prepared" ]; then
        t 'Source %s: known on this computer as "%s".' \
            'Quelle %s: auf diesem Computer als „%s“ bekannt.' "$title" "$prepared"
        return 0
    fi
    prepared=$2
    number=1
    while has "$taken" "$prepared"; do
        prepared=$2-satchel
        if [ "$number" -gt 1 ]; then prepared=$prepared-$number; fi
        number=$((number + 1))
    done
    if [ -n "$dry" ]; then
        t 'Source %s: would be added as "%s".' 'Quelle %s: würde als „%s“ hinzugefügt.' "$title" "$prepared"
        return 0
    fi
    output=$(flatpak remote-add "$scope" --if-not-exists --title="$title" "$prepared" "$address" </dev/null 2>&1)
    read_remotes
    while read -r remote _ url _; do
        if [ "$remote" = "$prepared" ] && same_url "$url" "$address"; then
            t 'Source %s: added as "%s".' 'Quelle %s: als „%s“ hinzugefügt.' "$title" "$prepared"
            return 0
        fi
    done <<REMOTES
$remotes
REMOTES
    clean "$output"
    t 'Source %s: could not be added. flatpak says: %s' \
        'Quelle %s: ließ sich nicht hinzufügen. flatpak sagt: %s' "$title" "$found" >&2
    return 1
}

for pair in $registries; do
    source=${pair%%=*}
    case " $selected" in *" $source:"*) ;; *) continue ;; esac
    if prepare_registry "$source" "${pair#*=}"; then
        sources="$sources $source=$prepared"
    fi
done

