# ---- Flatpak

if ! command -v flatpak >/dev/null 2>&1; then
    die 3 'This computer has no flatpak, which runs these apps.
Install it with the computer'\''s own software centre (the package is called "flatpak"), then try again.' \
        'Auf diesem Computer fehlt flatpak, mit dem diese Apps laufen.
Bitte mit der Softwareverwaltung des Computers installieren (das Paket heißt "flatpak"), dann noch einmal.'
fi
version=$(LC_ALL=C flatpak --version 2>/dev/null)
install_help=$(LC_ALL=C flatpak install --help 2>/dev/null)
case $install_help in
    *--sideload-repo*) ;;
    *)
        die 3 'This computer has %s; installing from a drive needs flatpak 1.8 or newer.
Please update the computer. (Older versions look for apps on plugged-in drives by themselves:
"flatpak install NAME-OF-SOURCE NAME-OF-APP" may find them.)' \
            'Auf diesem Computer ist %s; vom Laufwerk installieren kann flatpak ab 1.8.
Bitte den Computer aktualisieren. (Ältere Versionen suchen selbst auf angesteckten Laufwerken:
"flatpak install NAME-DER-QUELLE NAME-DER-APP" findet die Apps vielleicht.)' "${version:-flatpak}"
        ;;
esac

# have: its version, as three numbers.
have=${version##* }
have_major=${have%%.*}
have_minor=${have#*.}
have_micro=${have_minor#*.}
have_minor=${have_minor%%.*}
have_micro=${have_micro%%[!0123456789]*}

# refused VERSION...: whether this flatpak refuses what requires these; sets asks to the version
# that it asks for. As flatpak decides: of its own series, that one counts; else it has to be of a
# later series than any.
refused() {
    asks=
    for need in "$@"; do
        need_major=${need%%.*}
        need_minor=${need#*.}
        need_micro=${need_minor#*.}
        need_minor=${need_minor%%.*}
        # Unless all are numbers nobody can tell; flatpak will.
        case $need_major.$need_minor.$need_micro.$have_major.$have_minor.$have_micro in
            .* | *..* | *. | *[!0123456789.]*) return 1 ;;
        esac
        if [ "$need_major" -eq "$have_major" ] && [ "$need_minor" -eq "$have_minor" ]; then
            asks=$need
            [ "$need_micro" -gt "$have_micro" ]
            return
        fi
        if [ -z "$asks" ] || [ "$need_major" -gt "$asks_major" ] || {
            [ "$need_major" -eq "$asks_major" ] && [ "$need_minor" -gt "$asks_minor" ]
        }; then
            asks=$need
            asks_major=$need_major
            asks_minor=$need_minor
        fi
    done
    [ -n "$asks" ] || return 1
    [ "$asks_major" -gt "$have_major" ] || {
        [ "$asks_major" -eq "$have_major" ] && [ "$asks_minor" -gt "$have_minor" ]
    }
}

# What merely came along must not stay forever once nothing uses it any more.
case $install_help in
    *--no-auto-pin*) unpinned=--no-auto-pin ;;
    *) unpinned= ;;
esac

if [ ! -r "$repo/config" ] || [ ! -d "$repo/objects" ]; then
    die 1 'The apps are not where they should be on this drive: %s
If you copied the satchel folder elsewhere: run install.sh from the drive itself.' \
        'Die Apps sind auf diesem Laufwerk nicht da, wo sie sein sollten: %s
Wurde nur der Ordner satchel kopiert? Bitte install.sh vom Laufwerk selbst starten.' "$repo"
fi

root=
user_id=
while read -r kind one two three; do
    if [ "$kind" != Uid: ]; then continue; fi
    user_id=$two
    if [ "$two" = 0 ]; then root=yes; fi
done </proc/self/status

# Where nothing says where home is, as where services start something, flatpak goes by the list of users.
if [ -z "${HOME:-}" ] && [ -n "$user_id" ]; then
    HOME=
    if programs getent; then
        line=$(getent passwd "$user_id")
        line=${line%:*}
        HOME=${line##*:}
    elif [ -r /etc/passwd ]; then
        while IFS=: read -r _ _ one _ _ line _; do
            if [ -z "$HOME" ] && [ "$one" = "$user_id" ]; then HOME=$line; fi
        done </etc/passwd
    fi
    if [ -n "$HOME" ]; then export HOME; else unset HOME; fi
fi

if [ -z "$scope" ]; then
    if [ -n "$root" ]; then scope=--system; else scope=--user; fi
elif [ "$scope" = --system ] && [ -z "$root" ]; then
    # flatpak would ask for a password here, in the middle of things or not at all.
    die 2 'Installing for everyone needs an administrator: sudo sh "%s" --system
Without --system the apps are installed for your account only.' \
        'Für alle installieren darf nur die Verwaltung: sudo sh "%s" --system
Ohne --system werden die Apps nur für das eigene Konto installiert.' "$here/install.sh"
fi

