# require_drive: ends if it has gone meanwhile, whatever flatpak says of that.
require_drive() {
    if { read -r line <"$contents"; } 2>/dev/null; then return 0; fi
    die 1 'The drive is not there any more: was it pulled out? What was installed stays.
Plug it in and start this again.' \
        'Das Laufwerk ist nicht mehr da: Wurde es abgezogen? Was installiert wurde, bleibt.
Bitte wieder anstecken und dies noch einmal starten.'
}

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

# find_origin REF: sets origin to the remote that flatpak made for the file that it is installed
# from, checked to yes if flatpak checks signatures of it, and key_file to the .flatpakrepo on the
# drive of the source that it has its updates from.
find_origin() {
    checked=yes
    key_file=
    installed "$scope" "$1" && is_name "$origin" || return 1
    read_remotes
    while read -r remote collection url flags; do
        if [ "$remote" = "$origin" ]; then break; fi
    done <<REMOTES
$remotes
REMOTES
    case $remote:",$flags," in "$origin":*,no-enumerate,*) ;; *) return 1 ;; esac
    case ",$flags," in *,no-gpg-verify,*) checked= ;; esac
    while IFS=$tab read -r kind one two three four five; do
        case $kind in collection | remote) ;; *) continue ;; esac
        if ! source_of "$one" || has "$unsigned" "$found"; then continue; fi
        if [ "$one" = "$collection" ] || same_url "$url" "$four"; then key_file=$three; fi
    done <"$contents"
}

# check_updates REF: from now on flatpak checks newer versions by the key of its source. Of a file
# that brings no key along it would check nothing.
check_updates() {
    find_origin "$1" && [ -z "$checked" ] && [ -n "$key_file" ] || return 0
    import_key "$origin" "$here/$key_file" || return 0
    flatpak remote-modify "$scope" --gpg-verify "$origin" </dev/null >/dev/null 2>&1
}

# make_way REF SOURCE: has flatpak take a newer file that it has refused because it has no signature,
# as a person has agreed to. A key is not added: a drive may not say whom a remote is to believe.
make_way() {
    has "$unsigned" "$2" && find_origin "$1" && [ -n "$checked" ] || return 1
    unchecked=$origin
    flatpak remote-modify "$scope" --no-gpg-verify "$origin" </dev/null >/dev/null 2>&1
}

run_bundle() {
    output=$(flatpak install "$scope" -y --noninteractive --no-deps --no-related --bundle "$copied" </dev/null 2>&1)
}

# install_bundle FILE REF: without what it needs, which is there already: asked for that, flatpak
# would look for it on the internet.
install_bundle() {
    name_of "$2"
    t '  %s, from a file' '  %s, aus einer Datei' "$found"
    copy_bundle "$1" || return 1
    run_bundle
    status=$?
    if [ "$status" != 0 ]; then
        refused=$output
        if make_way "$2" "%$1"; then
            run_bundle
            status=$?
            if [ "$status" = 0 ]; then unchecked=; fi
            check_again
        else
            output=$refused
        fi
    fi
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
        if install_bundle "$file" "$ref"; then continue; fi
        require_drive
        failed="$failed $ref"
    done
}
