# ---- Apps that are there as files (bundles)

# install_locale REMOTE REF: its translations, from their own source. flatpak has to be told which: of
# what is named it would take every language.
install_locale() {
    taken=
    if lookup "$partly" "$2"; then
        sort_out "${found%=*}" "${found#*=}"
        [ -n "$taken" ] || return 0
    elif [ "$my_languages" != ' *' ]; then
        for one_language in $my_languages; do taken="$taken --subpath=/$one_language"; done
    fi
    by_name=$2
    from_drive=
    if ! viewed "$1" "$2"; then from_drive=$sideload; fi
    run_flatpak no "$unpinned$taken" "$1" "$2" || {
        split_ref "$2"
        t '    Its translations could not be installed.' '    Die Übersetzungen dazu ließen sich nicht installieren.'
    }
}

# bring_locales ENTRY...: through the views, for which the addresses lead there once more.
bring_locales() {
    [ $# -gt 0 ] || return 0
    lead
    for entry in "$@"; do
        ref=${entry#*:}
        install_locale "${entry%%:*}" "${ref%:*}"
    done
    restore_addresses
}

if [ -z "$dry" ]; then
    # The addresses are the sources' own meanwhile: a file may be large.
    install_bundles app
    to_bring=
    for entry in $brought; do
        ref=${entry#*:}
        ref=${ref%:*}
        # Its app, as far as it is there now.
        split_ref "$ref"
        installed "$scope" "app/${ref_id%.Locale}/$ref_arch/$ref_branch" || continue
        if installed "$scope" "$ref" && lookup "$commits" "$ref" && [ "$found" = "$commit" ]; then continue; fi
        if has "$damaged_refs" "$ref"; then continue; fi
        to_bring="$to_bring $entry"
    done
    # shellcheck disable=SC2086 # Words.
    bring_locales $to_bring
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
# After all else: flatpak drops a list when it first takes from it what the source is called.
if [ -z "$had_views" ]; then bring_all_lists; fi

