# ---- Damage
#
# What lies on a local path flatpak installs without looking at it. So what it is about to take is
# held against the checksums in the kit first. They come from the drive like everything else: they
# tell damage, not forgeries.

# damaged: paths of objects that are not what they should be, XX/REST.KIND; damaged_refs: words
# REF, those that need any of them.
damaged=
damaged_refs=
unchecked=

# only_files CHECKSUMS: whether all that they are of are files; puts what is not into damaged. Of a
# pipe sha256sum would wait for what never comes, and a device has no end. One by one only where
# find has seen something else or not all, or they name something elsewhere: of 100,000 that takes its time.
all_files=
only_files() {
    if [ -z "$all_files" ]; then
        all_files=no
        if programs find head grep && [ -z "$({ find "$repo/objects" ! -type f ! -type d || echo no; } 2>/dev/null | head -n 1)" ]; then
            all_files=yes
        fi
    fi
    if [ "$all_files" = yes ]; then
        LC_ALL=C grep -qv '^[0-9a-f]*  [0-9a-f][0-9a-f]/[^/]*$' "$1"
        [ $? -ne 1 ] || return 0
    fi
    strange=
    while read -r line path; do
        if [ -f "$repo/objects/$path" ]; then continue; fi
        strange=yes
        case $path in
            *[!"$name_chars"/]*) ;;
            ??/*) has "$damaged" "$path" || damaged="$damaged $path" ;;
        esac
    done <"$1"
    [ -z "$strange" ]
}

# check_commit COMMIT: fails if any of its objects is damaged, and puts those into damaged.
check_commit() {
    only_files "$here/checksums/$1" || return 1
    if (cd -- "$repo/objects" && sha256sum -c "$here/checksums/$1") >/dev/null 2>&1; then return 0; fi
    # Only now it matters which; what sha256sum says of the others is long.
    while IFS= read -r line; do
        case $line in
            ??/*': FAILED'*)
                line=${line%: FAILED*}
                case $line in
                    *[!"$name_chars"/]*) ;;
                    ??/*) has "$damaged" "$line" || damaged="$damaged $line" ;;
                esac
                ;;
        esac
    done <<FAILED
$(cd -- "$repo/objects" && LC_ALL=C sha256sum -c "$here/checksums/$1" 2>/dev/null)
FAILED
    return 1
}

# check_refs REF...: all of them.
check_refs() {
    number=0
    for ref in "$@"; do
        number=$((number + 1))
        lookup "$commits" "$ref" || continue
        sum=$found
        name_of "$ref"
        if [ -n "$terminal" ]; then
            split_ref "$ref"
            t_line=$(t 'Checking %s of %s: %s' 'Prüfe %s von %s: %s' "$number" "$#" "$found")
            printf '\r\033[K%s' "$t_line"
        fi
        if [ ! -f "$here/checksums/$sum" ] || [ ! -r "$here/checksums/$sum" ]; then
            unchecked="$unchecked $ref"
        elif ! check_commit "$sum"; then
            damaged_refs="$damaged_refs $ref"
        fi
    done
    if [ -n "$terminal" ]; then printf '\r\033[K'; fi
}

# At a terminal a line may be written over.
terminal=
if [ -t 1 ]; then terminal=yes; fi

