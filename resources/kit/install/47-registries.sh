# ---- Container registries, as remotes of this computer

# prepare_registry SOURCE NAME: sets prepared to the remote to use, or fails after saying why.
prepare_registry() {
    usable_registry "$1" || return 1
    called "$1"
    its_name=$found
    if ! has "$agreed" "$1"; then
        say_not_agreed "$its_name"
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
                say_disabled "$its_name" "$remote"
                return 1
                ;;
            *) prepared=$remote ;;
        esac
    done <<REMOTES
$remotes
REMOTES
    if [ -n "$prepared" ]; then
        say_known "$its_name"
        return 0
    fi
    free_name "$2"
    if [ -n "$dry" ]; then
        t 'Source %s: would be added as "%s".' 'Quelle %s: würde als „%s“ hinzugefügt.' "$its_name" "$prepared"
        return 0
    fi
    output=$(flatpak remote-add "$scope" --if-not-exists --title="$title" "$prepared" "$address" </dev/null 2>&1)
    read_remotes
    while read -r remote _ url _; do
        if [ "$remote" = "$prepared" ] && same_url "$url" "$address"; then
            t 'Source %s: added as "%s".' 'Quelle %s: als „%s“ hinzugefügt.' "$its_name" "$prepared"
            return 0
        fi
    done <<REMOTES
$remotes
REMOTES
    say_not_added "$its_name" "$output"
    return 1
}

for pair in $registries; do
    source=${pair%%=*}
    case " $selected" in *" $source:"*) ;; *) continue ;; esac
    if prepare_registry "$source" "${pair#*=}"; then
        sources="$sources $source=$prepared"
    fi
done

