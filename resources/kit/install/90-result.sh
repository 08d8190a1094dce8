# ---- What happened

if [ -n "$dry" ]; then
    echo
    for entry in $todo; do
        ref=${entry#*:}
        final_of "${ref%:*}"
        ref=$found
        lookup "$commits" "$ref" || found=
        drive_commit=$found
        lookup "$before" "$ref" || found=
        was=$found
        name_of "$ref"
        if [ -z "$was" ]; then
            t '  would be installed: %s' '  würde installiert: %s' "$found"
        elif [ "$was" = "$drive_commit" ]; then
            t '  already there: %s' '  schon da: %s' "$found"
        else
            t '  would be updated: %s' '  würde aktualisiert: %s' "$found"
        fi
    done
    for pair in $kept; do
        name_of "${pair%%=*}"
        t '  stays as it is: %s' '  bleibt wie es ist: %s' "$found"
    done
    for ref in $failed; do
        name_of "$ref"
        t '  cannot be installed: %s' '  nicht zu installieren: %s' "$found"
    done
    t 'Nothing was changed.' 'Es wurde nichts geändert.'
    [ -z "$failed" ]
    exit
fi

differs=
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
        case $found in
            system | newer) ;;
            *) outcome=elsewhere ;;
        esac
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
    case $outcome in
        new | updated | there)
            if lookup "$kept" "$ref"; then
                :
            elif lookup "$commits" "$ref" && [ "$found" != "$commit" ] && ! newer "$ref" "$commit"; then
                differs="$differs $ref"
            fi
            ;;
    esac
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

# tell_idle REF...: which of these look for a runtime in whose place flatpak has another.
tell_idle() {
    [ -n "$replaced" ] || return 0
    for ref in "$@"; do
        case $ref in app/*) split_ref "$ref" ;; *) continue ;; esac
        while IFS=$tab read -r kind one two three four five; do
            if [ "$kind" != needs ] || [ "$one" != "$ref" ] || ! lookup "$replaced" "$three"; then continue; fi
            case $three in "runtime/$ref_id."*) continue ;; esac
            instead=${found#runtime/}
            looked_for=${three#runtime/}
            if installed "$scope" "$three" || installed --system "$three"; then continue; fi
            name_of "$ref"
            t '%s will not start: it looks for %s, in whose place flatpak installs %s.' \
                '%s wird nicht starten: Es sucht %s, und flatpak installiert an dessen Stelle %s.' \
                "$found" "$looked_for" "$instead"
        done <"$contents"
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
    if [ -n "$differs" ]; then
        t 'Installed, but not what this drive says it has:' 'Installiert, aber nicht das, was laut Laufwerk darauf ist:'
        tell $differs
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
    tell_idle $new $updated $there
}
if [ -n "$new" ]; then
    t 'The apps are in the menu. If not yet: log out and in again.' \
        'Die Apps sind im Menü. Falls noch nicht: ab- und wieder anmelden.'
fi
if [ -n "$missing$stale$extra_missing$differs" ]; then
    t 'Not everything worked; what is known about the reasons stands above. "satchel verify" tells whether
the drive is sound. It does no harm to run this again.' \
        'Nicht alles hat geklappt; was über die Gründe bekannt ist, steht oben. „satchel verify“ sagt, ob das
Laufwerk in Ordnung ist. Noch einmal starten schadet nicht.'
    exit 1
fi
if [ -n "$other_arch" ] && [ -n "$wanted" ]; then exit 1; fi
exit 0
