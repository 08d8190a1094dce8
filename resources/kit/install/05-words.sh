# ---- Words that may be used: what contents.tsv says is checked before use.

# is_name WORD: a collection or remote name.
is_name() {
    case $1 in
        '' | [-.]* | *[!"$name_chars"]*) return 1 ;;
    esac
}

# source_of WORD: sets found to how a source is called in here: a collection by its ID, one without,
# remote:NAME, as @NAME, a file with an app in it, bundle:FILE, as %FILE.
source_of() {
    case $1 in
        remote:*) found=@${1#remote:} ;;
        bundle:*) found=%${1#bundle:} ;;
        registry:*) found="&${1#registry:}" ;;
        [@%\&]*) return 1 ;;
        *) found=$1 ;;
    esac
    is_name "${found#[@%\&]}"
}

# is_list WORD: names separated by commas, or nothing.
is_list() {
    case $1 in
        *[!"$name_chars",@]*) return 1 ;;
    esac
}

# is_checksum WORD: 64 hexadecimal digits.
is_checksum() {
    case $1 in
        *[!0123456789abcdef]*) return 1 ;;
    esac
    [ ${#1} -eq 64 ]
}

# split_ref REF: sets ref_kind, ref_id, ref_arch, ref_branch; fails for anything but a full ref.
split_ref() {
    case $1 in
        *[!"$name_chars"/]* | */*/*/*/* | */.* | *//* | */) return 1 ;;
        app/*/*/* | runtime/*/*/*) ;;
        *) return 1 ;;
    esac
    ref_kind=${1%%/*}
    ref_branch=${1##*/}
    ref_id=${1#*/}
    ref_id=${ref_id%%/*}
    ref_arch=${1%/*}
    ref_arch=${ref_arch##*/}
}

# has LIST WORD: whether the space-separated list has the word.
has() {
    case " $1 " in
        *" $2 "*) return 0 ;;
    esac
    return 1
}

# lookup LIST KEY: sets found to the value of the word KEY=value.
lookup() {
    for found in $1; do
        case $found in
            "$2="*)
                found=${found#*=}
                return 0
                ;;
        esac
    done
    found=
    return 1
}

# What moves a cursor or turns writing around, beside control characters: C1 controls, marks and
# overrides of direction, in UTF-8.
odd=$(printf '\342\200\216 \342\200\217 \342\200\250 \342\200\251 \342\200\252 \342\200\253 \342\200\254 \342\200\255 \342\200\256 \342\201\246 \342\201\247 \342\201\250 \342\201\251')
for digit in 0 1 2 3; do
    # shellcheck disable=SC2059 # A digit of ours.
    odd="$odd "$(printf "\\302\\2${digit}0 \\302\\2${digit}1 \\302\\2${digit}2 \\302\\2${digit}3 \\302\\2${digit}4 \\302\\2${digit}5 \\302\\2${digit}6 \\302\\2${digit}7")
done

# clean TEXT: sets found to it, with nothing in it that a terminal would take for a command. What
# flatpak says may be what somebody wrote into an app.
clean() {
    found=$1
    while :; do
        case $found in
            *[[:cntrl:]]*) found="${found%%[[:cntrl:]]*} ${found#*[[:cntrl:]]}" ;;
            *) break ;;
        esac
    done
    for one_odd in $odd; do
        while :; do
            case $found in
                *"$one_odd"*) found="${found%%"$one_odd"*}?${found#*"$one_odd"}" ;;
                *) break ;;
            esac
        done
    done
}

# programs NAME...: whether all of them are there.
programs() {
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
}

