# ---- Languages
#
# A drive may carry translations into some languages only. flatpak asks for all that this computer
# has, and takes none of an app where one of them is not there: "de" from a drive that has no "fr",
# on a computer with "de;fr". So where one is missing it is told which to take.

# speaks LIST DEFAULT: sets my_languages to what flatpak lists, separated by ";", or to "*" for all.
# It cuts what counts by default before the country, and takes what somebody has set to the letter.
speaks() {
    my_languages=
    rest=$1
    case $rest in
        '' | *'*'*)
            my_languages=' *'
            return
            ;;
    esac
    while [ -n "$rest" ]; do
        one_language=${rest%%;*}
        one_language=${one_language#/}
        [ -z "$2" ] || one_language=${one_language%%[_.@]*}
        case $one_language in
            '' | *[!"$name_chars"]*) ;;
            *) has "$my_languages" "$one_language" || my_languages="$my_languages $one_language" ;;
        esac
        case $rest in
            *';'*) rest=${rest#*;} ;;
            *) rest= ;;
        esac
    done
}

# As in "languages: *unset* (default: de;fr)". What has no default is set.
my_languages=' *'
if [ -n "$partly$brought" ]; then
    while IFS= read -r line; do
        case $line in
            'languages: *unset*'*': '*')')
                line=${line##*: }
                speaks "${line%)}" default
                ;;
            'languages: *unset*'*) ;;
            'languages: '*)
                line=${line#languages: }
                speaks "${line%% *}" ""
                ;;
        esac
    done <<CONFIG
$(flatpak config "$scope" --list </dev/null 2>/dev/null)
CONFIG
fi

# sort_out THERE LEFT: of two lists of languages separated by commas, sets taken to what this computer
# gets, as options, and left_away to what it would have and does not get.
sort_out() {
    taken=
    left_away=
    side=$1
    for side_of in there left; do
        [ "$side_of" = there ] || side=$2
        while [ -n "$side" ]; do
            one_language=${side%%,*}
            case $side in
                *,*) side=${side#*,} ;;
                *) side= ;;
            esac
            case $my_languages in
                ' *') ;;
                *) has "$my_languages" "$one_language" || continue ;;
            esac
            case $side_of in
                there) taken="$taken --subpath=/$one_language" ;;
                left) left_away="$left_away $one_language" ;;
            esac
        done
    done
}

# by_name: the refs of which flatpak is told which languages to take just now.
by_name=

# by_language: words REMOTE:REF=THERE=LEFT, translations of which this computer gets only some;
# without: the languages that it does not get; carried: those that anything of it comes in, between
# commas; lacking: words LANGUAGE=REF, whose own translations lack them.
by_language=
without=
carried=
lacking=
if [ -n "$partly" ]; then
    wanting=
    for entry in $todo; do
        ref=${entry#*:}
        final_of "${ref%:*}"
        wanting="$wanting ${ref%:*} $found"
    done
    while IFS=$tab read -r kind one two three four five; do
        [ "$kind" = needs ] || continue
        if ! has "$wanting" "$one" || ! lookup "$partly" "$three" || ! source_of "$two"; then continue; fi
        lookup "$sources" "$found" || continue
        source=$found
        lookup "$partly" "$three"
        carried="$carried,${found%=*},"
        sort_out "${found%=*}" "${found#*=}"
        [ -n "$left_away" ] || continue
        has "$by_language" "$source:$three=$found" || by_language="$by_language $source:$three=$found"
        for one_language in $left_away; do
            has "$without" "$one_language" || without="$without $one_language"
            split_ref "$one"
            case $three in
                runtime/"$ref_id".Locale/*) lacking="$lacking $one_language=$one" ;;
            esac
        done
    done <"$contents"
fi
# What is not translated is in English.
told_without=
told_partly=
names_partly=
for one_language in $without; do
    [ "$one_language" != en ] || continue
    case $carried in
        *",$one_language,"*) ;;
        *)
            told_without="$told_without, $one_language"
            continue
            ;;
    esac
    told_partly="$told_partly, $one_language"
    for pair in $lacking; do
        [ "${pair%%=*}" = "$one_language" ] || continue
        name_of "${pair#*=}"
        case "$names_partly," in *", $found,"*) ;; *) names_partly="$names_partly, $found" ;; esac
    done
done
if [ -n "$told_without" ]; then
    t 'Translations that are not on this drive: %s. Where there are no others, apps are in English.' \
        'Übersetzungen, die nicht auf diesem Laufwerk sind: %s. Wo es keine anderen gibt, sind Apps auf Englisch.' \
        "${told_without#, }"
fi
if [ -n "$names_partly" ]; then
    t 'Translations into %s are on this drive for some of the apps only, not for: %s.' \
        'Übersetzungen in %s sind nur für manche der Apps auf diesem Laufwerk, nicht für: %s.' \
        "${told_partly#, }" "${names_partly#, }"
fi

# in_part LINE: whether it is about translations of which only some are here, for which flatpak looks
# by itself.
in_part() {
    for entry in $by_language; do
        entry=${entry#*:}
        entry=${entry%%=*}
        if has "$by_name" "$entry" || ! split_ref "$entry"; then continue; fi
        case $1 in *"$ref_id"*) return 0 ;; esac
    done
    return 1
}

# got_them REF: whether what the drive has of it for this computer is installed; after sort_out.
got_them() {
    installed "$scope" "$1" && lookup "$commits" "$1" && [ "$found" = "$commit" ] || return 1
    for one_language in $taken; do
        [ -d "$installation/${1}/active/files/${one_language#--subpath=/}" ] || return 1
    done
}

# install_languages yes|no: those that are here of what this computer has; of what the views have, or
# of the rest. At once what gets the same languages from the same source.
install_languages() {
    waiting=$by_language
    while [ -n "$waiting" ]; do
        now=
        later=
        for pair in $waiting; do
            entry=${pair#*:}
            ref=${entry%%=*}
            entry=${entry#*=}
            in_view=no
            if viewed "${pair%%:*}" "$ref"; then in_view=yes; fi
            [ "$in_view" = "$1" ] || continue
            # What only the view has, and it has it not, is not on this drive.
            if [ "$1" = no ] && has "$only_viewed" "${pair%%:*}"; then continue; fi
            sort_out "${entry%=*}" "${entry#*=}"
            if [ -z "$taken" ] || has "$damaged_refs" "$ref" || got_them "$ref"; then continue; fi
            if [ -z "$now" ]; then
                now_from=${pair%%:*}
                now_taken=$taken
            fi
            if [ "${pair%%:*}$taken" = "$now_from$now_taken" ]; then
                now="$now $ref"
            else
                later="$later $pair"
            fi
        done
        waiting=$later
        [ -n "$now" ] || return 0
        by_name=$now
        # shellcheck disable=SC2086 # Words.
        run_flatpak no "$unpinned$now_taken" "$now_from" $now && continue
        for ref in $now; do
            taken=$now_taken
            if got_them "$ref" || run_flatpak no "$unpinned$taken" "$now_from" "$ref"; then continue; fi
            name_of "$ref"
            t '  %s could not be installed.' '  %s ließ sich nicht installieren.' "$found"
        done
    done
}
