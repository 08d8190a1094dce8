# ---- Registering
#
# From then on flatpak finds what is on the drive by itself whenever it is there, as if upstream were:
# "flatpak install", software centres. flatpak looks at nothing of what it finds there, so only a
# drive without damage is registered.

# service_links: whether flatpak's own service is there, is on now, and has linked this drive.
service_links() {
    [ "$scope" = --user ] && programs systemctl || return 1
    systemctl --user cat "$unit.path" </dev/null >/dev/null 2>&1 || return 1
    systemctl --user enable --now "$unit.path" </dev/null >/dev/null 2>&1 || return 1
    # It looks when something is plugged in; this drive is already.
    systemctl --user start "$unit.service" </dev/null >/dev/null 2>&1 || return 1
    is_linked "$links_of_all"
}

# link_drive: makes the link itself; sets link.
link_drive() {
    links=$links_of_all
    if [ "$scope" = --user ]; then links=$installation/sideload-repos; fi
    programs mkdir ln && mkdir -p "$links" || return 1
    if is_linked "$links"; then return 0; fi
    number=1
    link=$links/satchel-drive
    # What leads to a drive that is not there any more may go.
    while [ -h "$link" ] && [ -e "$link" ]; do
        number=$((number + 1))
        link=$links/satchel-drive-$number
    done
    if [ -h "$link" ]; then rm -f "$link"; fi
    ln -s "$real_repo" "$link"
}

if [ -n "$register" ]; then
    if [ -z "$check" ]; then
        :
    elif programs sha256sum; then
        t 'Checking the drive for damage …' 'Prüfe das Laufwerk auf Schäden …'
        set --
        for entry in $selected; do
            entry=${entry#*:}
            set -- "$@" "${entry%:*}"
        done
        check_refs "$@"
        if [ -n "$damaged_refs$unchecked" ]; then
            for ref in $damaged_refs $unchecked; do
                name_of "$ref"
                t '  damaged, or without checksums: %s' '  beschädigt oder ohne Prüfsummen: %s' "$found" >&2
            done
            die 1 'The drive was not registered, since flatpak would install this unseen.' \
                'Das Laufwerk wurde nicht angemeldet: flatpak würde dies ungesehen installieren.'
        fi
    else
        die 1 'This computer has no sha256sum, so damage would not be seen. To register the drive all the same: --no-check' \
            'Diesem Computer fehlt sha256sum, daher fielen Schäden nicht auf. Trotzdem anmelden: --no-check'
    fi
    if [ -n "$dry" ]; then
        t 'The drive would be registered. Nothing was changed.' \
            'Das Laufwerk würde angemeldet. Es wurde nichts geändert.'
    elif service_links; then
        t 'Registered: flatpak'\''s own service finds this drive, and others, whenever they are plugged in.' \
            'Angemeldet: Der Dienst von flatpak findet dieses und andere Laufwerke, wenn sie angesteckt werden.'
    elif link_drive; then
        t 'Registered: flatpak finds what is on the drive as long as it is in this place (%s).' \
            'Angemeldet: flatpak findet, was auf dem Laufwerk ist, solange es an diesem Ort ist (%s).' "$real_repo"
    else
        die 1 'The drive could not be registered in %s.' 'Das Laufwerk ließ sich in %s nicht anmelden.' "$links"
    fi
    # Without its sources flatpak looks for nothing of it.
    for entry in $selected; do
        lookup "$sources" "${entry%%:*}" || exit 1
    done
    exit 0
fi

