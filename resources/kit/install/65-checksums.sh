# ---- Is it damaged?

# endless PATH...: whether something there is a pipe or a device: of the one flatpak would wait for what
# never comes, and the other has no end.
endless() {
    if ! programs find; then
        for path in "$@"; do
            ends "$path" || return 0
        done
        return 1
    fi
    line=$(
        find "$@" \( -type p -o -type b -o -type c -o -type s -o -type l \) 2>/dev/null |
            while IFS= read -r line; do
                if [ -e "$line" ] && [ ! -f "$line" ] && [ ! -d "$line" ]; then
                    printf yes
                    break
                fi
            done
    )
    [ -n "$line" ]
}
# ends PATH: whether nothing else is there but files and directories, one by one.
ends() {
    if [ ! -d "$1" ]; then
        [ ! -e "$1" ] || [ -f "$1" ]
        return
    fi
    if [ -L "$1" ]; then return 0; fi
    set +f
    for node in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        set -f
        ends "$node" || return 1
    done
    set -f
}
# require_ends PATH...: ends if there is.
require_ends() {
    endless "$@" || return 0
    die 1 'This drive is damaged: something on it that should be a file is none, and flatpak would read it for ever.' \
        'Dieses Laufwerk ist beschädigt: Etwas darauf, das eine Datei sein sollte, ist keine, und flatpak würde ewig daran lesen.'
}
if [ -n "$todo" ]; then require_ends "$repo/config" "$repo/summary" "$repo/refs"; fi

# to_check: refs of which something will be read: what is to be installed, and what flatpak brings
# along with it.
to_check=
for entry in $todo; do
    # A bundle is checked when it is copied.
    case $entry in %*) continue ;; esac
    ref=${entry#*:}
    ref=${ref%:*}
    final_of "$ref"
    for ref in "$ref" "$found"; do
        lookup "$commits" "$ref" || found=
        drive_commit=$found
        lookup "$before" "$ref" || found=
        if [ -n "$drive_commit" ] && [ "$found" = "$drive_commit" ]; then continue; fi
        has "$to_check" "$ref" || to_check="$to_check $ref"
    done
done
while IFS=$tab read -r kind one two three four five; do
    [ "$kind" = needs ] || continue
    if ! has "$to_check" "$one" || ! split_ref "$three"; then continue; fi
    case $ref_id in
        *.Locale) has "$to_check" "$three" || to_check="$to_check $three" ;;
    esac
done <"$contents"

for entry in $locales; do
    has "$to_check" "${entry#*:}" || to_check="$to_check ${entry#*:}"
done

# damaged_need REF: sets found to what it needs and is damaged.
damaged_need() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" = needs ] && [ "$one" = "$1" ] && has "$damaged_refs" "$three"; then
            found=$three
            return 0
        fi
    done 2>/dev/null <"$contents"
    return 1
}

# Of objects that nobody checks it is told at least whether they end.
if [ -n "$to_check" ] && [ -z "$dry" ] && { [ -z "$check" ] || ! programs sha256sum; }; then
    require_ends "$repo/objects"
fi
if [ -n "$to_check" ] && [ -z "$check" ]; then
    to_check=
elif [ -n "$to_check" ] && ! programs sha256sum; then
    t 'Not checked for damage first: this computer has no sha256sum.' \
        'Nicht erst auf Schäden geprüft: Diesem Computer fehlt sha256sum.'
elif [ -n "$to_check" ] && [ -z "$dry" ]; then
    t 'Checking the drive for damage …' 'Prüfe das Laufwerk auf Schäden …'
    # shellcheck disable=SC2086 # Words.
    check_refs $to_check
    if [ -n "$unchecked" ]; then
        require_ends "$repo/objects"
        t 'Of some apps this drive carries no checksums, so they are not checked.' \
            'Von manchen Apps sind auf diesem Laufwerk keine Prüfsummen, daher werden sie nicht geprüft.'
    fi
fi

# What is damaged is not installed.
sound=
for entry in $todo; do
    ref=${entry#*:}
    ref=${ref%:*}
    final_of "$ref"
    final=$found
    if ! has "$damaged_refs" "$ref" && ! has "$damaged_refs" "$final"; then
        sound="$sound $entry"
        continue
    fi
    name_of "$final"
    t '%s is damaged on this drive, so it is not installed.' \
        '%s ist auf diesem Laufwerk beschädigt und wird daher nicht installiert.' "$found" >&2
    failed="$failed $final"
done
todo=$sound

