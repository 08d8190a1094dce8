# ---- Where drives are registered, and taking this one off there

# Where flatpak's own service links drives, for every installation.
links_of_all=${FLATPAK_RUN_DIR:-/run/flatpak}/sideload-repos
unit=flatpak-sideload-usb-repo

real_repo=$(cd -- "$repo" 2>/dev/null && pwd -P)

# is_linked DIRECTORY: whether a link in it leads to this drive.
is_linked() {
    set +f
    linked=
    for link in "$1"/*; do
        target=$(cd -- "$link" 2>/dev/null && pwd -P) || continue
        case $target in "${here%/*}" | "$real_repo") linked=yes ;; esac
    done
    set -f
    [ -n "$linked" ]
}

# unlink_drive: removes the links that --register made; sets gone, and left for one that stays.
unlink_drive() {
    gone=
    left=
    set +f
    for link in "$installation/sideload-repos"/satchel-drive* "$links_of_all"/satchel-drive*; do
        [ -h "$link" ] || continue
        target=$(cd -- "$link" 2>/dev/null && pwd -P) || continue
        case $target in "${here%/*}" | "$real_repo") ;; *) continue ;; esac
        if [ -z "$dry" ]; then rm -f "$link" 2>/dev/null; fi
        if [ -z "$dry" ] && [ -h "$link" ]; then left=$link; else gone=yes; fi
    done
    set -f
}

if [ -n "$unregister" ]; then
    unlink_drive
    if [ -n "$left" ]; then
        die 1 'The drive is still registered: %s could not be removed.' \
            'Das Laufwerk ist noch angemeldet: %s ließ sich nicht entfernen.' "$left"
    elif [ -n "$gone" ] && [ -n "$dry" ]; then
        t 'The drive would no longer be registered. Nothing was changed.' \
            'Das Laufwerk würde abgemeldet. Es wurde nichts geändert.'
    elif [ -n "$gone" ]; then
        t 'No longer registered. What is installed stays.' \
            'Abgemeldet. Was installiert ist, bleibt.'
    else
        t 'The drive was not registered here.' 'Das Laufwerk war hier nicht angemeldet.'
    fi
    if is_linked "$links_of_all" && [ -z "$dry" ]; then
        t 'flatpak'\''s own service still finds drives that are plugged in. To turn it off: systemctl --user disable --now %s.path' \
            'Der Dienst von flatpak findet angesteckte Laufwerke weiterhin. Ausschalten: systemctl --user disable --now %s.path' "$unit"
    fi
    exit 0
fi

