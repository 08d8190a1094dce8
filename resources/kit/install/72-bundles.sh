# ---- Apps that are there as files (bundles)

# install_locale REMOTE REF: its translations, from their own source. Of some languages only, flatpak
# has to be told which.
install_locale() {
    taken=
    if lookup "$partly" "$2"; then
        sort_out "${found%=*}" "${found#*=}"
        [ -n "$taken" ] || return 0
    fi
    by_name=$2
    from_drive=
    if ! viewed "$1" "$2"; then from_drive=$sideload; fi
    run_flatpak no "$unpinned$taken" "$1" "$2" || {
        split_ref "$2"
        t '    Its translations could not be installed.' '    Die Übersetzungen dazu ließen sich nicht installieren.'
    }
}

if [ -z "$dry" ]; then
    install_bundles app
    for entry in $brought; do
        ref=${entry#*:}
        ref=${ref%:*}
        # Its app, as far as it is there now.
        split_ref "$ref"
        installed "$scope" "app/${ref_id%.Locale}/$ref_arch/$ref_branch" || continue
        if installed "$scope" "$ref" && lookup "$commits" "$ref" && [ "$found" = "$commit" ]; then continue; fi
        if has "$damaged_refs" "$ref"; then continue; fi
        install_locale "${entry%%:*}" "$ref"
    done
    # Also of those that were there, should the one that installed them have been stopped.
    for entry in $selected; do
        ref=${entry#*:}
        ref=${ref%:*}
        case $entry in %*) ;; *) continue ;; esac
        if has "$unsigned" "${entry%%:*}" || ! lookup "$commits" "$ref"; then continue; fi
        drive_commit=$found
        if installed "$scope" "$ref" && [ "$commit" = "$drive_commit" ]; then check_updates "$ref"; fi
    done
fi

