# ---- What is there already

# installed SCOPE REF: sets origin and commit; fails when it is not installed.
installed() {
    output=$(LC_ALL=C flatpak info "$1" --show-origin --show-commit "$2" </dev/null 2>/dev/null) || return 1
    # Two words; a commit is the one of 64 hexadecimal digits.
    origin=
    commit=
    for word in $output; do
        if [ ${#word} -eq 64 ]; then commit=$word; else origin=$word; fi
    done
    [ -n "$commit" ]
}

# commit_time REPOSITORY COMMIT: sets found to when it was made, in seconds since 1970; fails where
# that cannot be told. At the end of a commit stand its time (8 bytes), two checksums (32 each) and
# six numbers, as large as its length needs.
commit_time() {
    found=
    file=$1/objects/${2%"${2#??}"}/${2#??}.commit
    [ -r "$file" ] && programs od wc || return 1
    length=$(($(wc -c <"$file")))
    width=1
    if [ "$length" -gt 255 ]; then width=2; fi
    if [ "$length" -gt 65535 ]; then width=4; fi
    for digits in $(od -An -v -tu1 -j $((length - 6 * width - 72)) -N 8 "$file" 2>/dev/null); do
        found=$((${found:-0} * 256 + digits))
    done
    [ -n "$found" ]
}

# bundle_of REF: sets found to the bundle that it is in, %FILE.
bundle_of() {
    for found in $bundles; do
        found=${found%%=*}
        case "$refs " in *" $found:$1:"*) return 0 ;; esac
    done
    return 1
}

# newer REF COMMIT: whether this installed commit is not the one on the drive, and not older.
newer() {
    if ! lookup "$commits" "$1" || [ "$found" = "$2" ]; then return 1; fi
    drive_commit=$found
    bundle_of "$1" && lookup "$moments" "$found" || commit_time "$repo" "$drive_commit" || return 1
    drive_time=$found
    commit_time "$installation/repo" "$2" && [ "$found" -ge "$drive_time" ]
}

