# ---- Installing

# What was there, as words ID/ARCH/BRANCH, with the translations that our own list lacks. Asked now:
# by the time flatpak's line about a small one is read, it is installed.
had=' '
for one in $(flatpak list "$scope" --all --columns=ref </dev/null 2>/dev/null); do
    had="$had$one "
done

# total: bytes of all that is to be installed, when installed; what of it is done stands in a file,
# since each call of flatpak is followed by another process.
total=0
for entry in $todo; do
    ref=${entry#*:}
    final_of "${ref%:*}"
    if lookup "$sizes" "$found"; then total=$((total + found)); fi
done

# percent REF: at a terminal, sets found to how far all of it is before this ref.
percent() {
    size=0
    if lookup "$sizes" "$1"; then size=$found; fi
    found=
    [ -n "$terminal" ] && [ -n "$scratched" ] && [ "$total" -gt 0 ] || return 0
    past=0
    { read -r past <"$scratch/done"; } 2>/dev/null
    case " $todo" in *":$1:"*) printf '%s\n' $((past + size)) >"$scratch/done" ;; esac
    [ "$past" -lt "$total" ] || past=$total
    found=$(printf '[%3d %%] ' $((past * 100 / total)))
}

# progress LINE: tells people that something is being installed, if that is what the line says. It
# does when one of its words is what is on this drive, and no other word means any of it:
# "Installing app/org.gnome.Maps/x86_64/stable", in whatever language and order, but not
# "org.example.Old is end-of-life, in favor of app/org.example.New/x86_64/stable".
progress() {
    told=
    for word in $1; do
        # Some languages put it in quotation marks or add an ending.
        word=${word#"${word%%["$name_chars"]*}"}
        word=${word%%[!"$name_chars"/]*}
        word=${word%[-.]}
        [ -n "$word" ] || continue
        case " $refs" in
            *":$word:"*) ref=$word ;;
            # Some versions leave out what kind it is.
            *":app/$word:"*) ref=app/$word ;;
            *":runtime/$word:"*) ref=runtime/$word ;;
            *":app/$word/"* | *":runtime/$word/"*) return 1 ;;
            *) continue ;;
        esac
        [ -z "$told" ] || return 1
        told=$ref
    done
    [ -n "$told" ] || return 1
    # Of what was replaced it can only be said that it goes.
    if lookup "$replaced" "$told"; then return 0; fi
    percent "$told"
    place=$found
    name_of "$told"
    case $had in
        *" ${told#*/} "*) t '  %supdating %s' '  %saktualisiere %s' "$place" "$found" ;;
        *) t '  %sinstalling %s' '  %sinstalliere %s' "$place" "$found" ;;
    esac
}

# not_here LINE: whether it complains about something that is not on this drive, such as an extension
# for which flatpak looks by itself; says why, once.
not_here() {
    for word in $1; do
        word=${word#"${word%%["$name_chars"]*}"}
        word=${word%%[!"$name_chars"/]*}
        word=${word%[-.]}
        case $word in
            app/*/*/* | runtime/*/*/*) split_ref "$word" || continue ;;
            */*) continue ;;
            *.*.*) ref_id=$word ;;
            *) continue ;;
        esac
        case $refs in *"/$ref_id/"*) continue ;; esac
        has "$told_absent" "$ref_id" && return 0
        told_absent="$told_absent $ref_id"
        for pair in $absent; do
            case $pair in
                */"$ref_id"/*)
                    printf '    '
                    tell_absent "$ref_id" "${pair#*=}"
                    return 0
                    ;;
            esac
        done
        t '    %s is not on this drive.' '    %s ist nicht auf diesem Laufwerk.' "$ref_id"
        return 0
    done
    return 1
}

# marked WORD: puts the word before every line.
marked() {
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s %s\n' "$1" "$line"
    done
}

# follow yes|no: turns what flatpak says into lines for people, and returns its exit status. Only
# what it does not complain about can be progress. "yes" shows everything else at once; "no" only
# when it went well all the same.
follow() {
    status=1
    rest=
    told_absent=
    while IFS= read -r line; do
        from=${line%% *}
        line=${line#* }
        if [ "$from" = status ]; then
            status=$line
            continue
        fi
        case $line in
            *[!\ ]*) ;;
            *) continue ;;
        esac
        if in_part "$line"; then continue; fi
        if [ "$from" = out ] && progress "$line"; then continue; fi
        if [ "$1" = no ] && [ "$from" = err ] && not_here "$line"; then continue; fi
        clean "$line"
        if [ "$1" = yes ]; then
            printf '    flatpak: %s\n' "$found"
        else
            rest="$rest    flatpak: $found$newline"
        fi
    done
    if [ "$status" = 0 ]; then printf '%s' "$rest"; fi
    return "$status"
}

# run_flatpak yes|no OPTION REMOTE REF...
run_flatpak() {
    loud=$1
    option=$2
    shift 2
    {
        {
            {
                # Not with LC_ALL=C: the languages to install are this computer's.
                # shellcheck disable=SC2086 # An option or nothing.
                flatpak install "$scope" -y --noninteractive --or-update $option \
                    ${from_drive:+"--sideload-repo=$from_drive"} "$@" </dev/null 2>&3 3>&- 4>&- 9<&-
                printf 'status %s\n' "$?" >&4
            } | marked out >&4
        } 3>&1 | marked err >&4
    } 4>&1 | follow "$loud"
}

# install_all OPTION REMOTE REF...: all at once; when that fails one by one, so that one that
# cannot be installed does not keep the others away.
install_all() {
    if [ $# -gt 3 ]; then
        if run_flatpak no "$@"; then return; fi
        require_drive
    fi
    all_option=$1
    all_remote=$2
    shift 2
    for ref in "$@"; do
        if run_flatpak yes "$all_option" "$all_remote" "$ref"; then continue; fi
        require_drive
        final_of "$ref"
        failed="$failed $found"
        if damaged_need "$found"; then
            name_of "$found"
            t '    It needs %s, which is damaged on this drive.' \
                '    Es braucht %s, und das ist auf diesem Laufwerk beschädigt.' "$found"
        fi
    done
}

# runs_on_older REF: whether a runtime that it needs is installed by now which the list of its source
# does not name as it is on the drive, as one that has got another name since.
runs_on_older() {
    case $unlisted in *" runtime/"*) ;; *) return 1 ;; esac
    while IFS=$tab read -r kind one two three four five; do
        if [ "$kind" = needs ] && [ "$one" = "$1" ]; then
            case $three in
                runtime/*) if has "$unlisted" "$three" && installed "$scope" "$three"; then return 0; fi ;;
            esac
        fi
    done <"$contents"
    return 1
}

# install_phase ROLE:KIND yes|alone|no: of one kind, from every source; what the views have, what they
# have without what it runs on, which flatpak would replace by what the list names; or the rest.
install_phase() {
    done_sources=
    for entry in $todo; do
        source=${entry%%:*}
        case $source in %*) continue ;; esac
        if has "$done_sources" "$source"; then continue; fi
        done_sources="$done_sources $source"
        set -- "$1" "$2"
        for other in $todo; do
            role=${other##*:}
            ref=${other#*:}
            ref=${ref%:*}
            in_view=no
            if viewed "$source" "$ref"; then
                in_view=yes
                case $ref in app/*) if runs_on_older "$ref"; then in_view=alone; fi ;; esac
            fi
            [ "$in_view" = "$2" ] || continue
            case $source:${ref%%/*}:$1 in
                "${other%%:*}":app:any:app) set -- "$@" "$ref" ;;
                "${other%%:*}:runtime:$role":runtime) set -- "$@" "$ref" ;;
            esac
        done
        [ $# -gt 2 ] || continue
        option=
        case $1:$2 in
            needed:*) option=$unpinned ;;
            *:alone) option=--no-deps ;;
        esac
        phase=$1
        view=$2
        shift 2
        install_all "$option" "$source" "$@"
        set -- "$phase" "$view"
    done
}

# What makers hand out themselves lies ready for all of it.
if [ -z "$dry" ]; then
    coming=
    for entry in $todo; do
        ref=${entry#*:}
        final_of "${ref%:*}"
        coming="$coming $found"
    done
    # shellcheck disable=SC2086 # Words.
    lend_payloads $coming
fi

# What is needed goes first, from whatever source; then runtimes that were chosen; then apps. An old
# runtime is sideloaded before an app asks for it, for which the view would not have it.
if [ -z "$dry" ]; then
    # Apps may run on what comes as a file, from wherever they are.
    install_bundles runtime
    from_drive=$sideload
    lead_nowhere
    install_phase needed:runtime no
    install_phase chosen:runtime no
    from_drive=
    if lead; then
        install_phase needed:runtime yes
        install_phase chosen:runtime yes
        install_phase any:app yes
        install_phase any:app alone
        install_languages yes
    else
        from_drive=$sideload
        install_phase needed:runtime no
        install_phase chosen:runtime no
    fi
fi

