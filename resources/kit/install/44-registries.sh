# ---- Container registries
#
# What is of them lies on the drive as images, which flatpak takes since 1.17. Nothing of it is signed;
# flatpak finds everything by its digest and checks that, but nobody vouches for the list of them.

images=$here/oci

# registry_row SOURCE: sets needed_flatpak, address and title to what the list says of it.
registry_row() {
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" != registry ] || ! source_of "$one" || [ "$found" != "$1" ]; then continue; fi
        needed_flatpak=$three
        address=$four
        title=$five
        return 0
    done <"$contents"
    return 1
}

# usable_registry SOURCE: whether this flatpak takes images from a drive; says so if not, once.
too_old=
usable_registry() {
    registry_row "$1" || return 1
    if ! refused "$needed_flatpak.0"; then return 0; fi
    if ! has "$too_old" "$1"; then
        called "$1"
        t 'What comes from %s needs flatpak %s or newer; this computer has %s.' \
            'Was von %s kommt, braucht flatpak ab %s; dieser Computer hat %s.' "$found" "$needed_flatpak" "$have" >&2
        too_old="$too_old $1"
    fi
    return 1
}

