# ---- What is there as files (bundles)

# copy_bundle FILE: sets copied to a copy of it on this computer's disk, which is what the list says. A
# drive can answer otherwise the second time, so only what was checked is handed to flatpak.
copy_bundle() {
    copied=
    take_scratch || return 1
    if [ ! -f "$here/bundles/$1" ] || ! cp "$here/bundles/$1" "$scratch/$1" 2>/dev/null; then
        rm -f "$scratch/$1"
        t '    It cannot be copied from the drive to this computer: %s' \
            '    Es lässt sich nicht vom Laufwerk auf diesen Computer kopieren: %s' "$1" >&2
        return 1
    fi
    copied=$scratch/$1
    if ! programs sha256sum; then
        t '    Not checked: this computer has no sha256sum.' '    Nicht geprüft: Diesem Computer fehlt sha256sum.'
        return 0
    fi
    lookup "$bundles" "%$1"
    wanted_sum=$found
    found=$(sha256sum <"$copied")
    [ "${found%% *}" = "$wanted_sum" ] && return 0
    rm -f "$copied"
    t '    It is damaged on this drive, so it is not installed.' \
        '    Es ist auf diesem Laufwerk beschädigt und wird daher nicht installiert.' >&2
    return 1
}

# install_bundle FILE REF: without what it needs, which is there already: asked for that, flatpak
# would look for it on the internet.
install_bundle() {
    name_of "$2"
    t '  %s, from a file' '  %s, aus einer Datei' "$found"
    copy_bundle "$1" || return 1
    output=$(flatpak install "$scope" -y --noninteractive --no-deps --no-related --bundle "$copied" </dev/null 2>&1)
    status=$?
    rm -f "$copied"
    if [ "$status" = 0 ]; then return 0; fi
    clean "$output"
    printf '    flatpak: %s\n' "$found"
    return 1
}

# install_bundles KIND: of what is to be installed, runtimes or apps.
install_bundles() {
    for entry in $todo; do
        case $entry in %*:"$1"/*) ;; *) continue ;; esac
        file=${entry%%:*}
        file=${file#%}
        ref=${entry#*:}
        ref=${ref%:*}
        install_bundle "$file" "$ref" || failed="$failed $ref"
    done
}
