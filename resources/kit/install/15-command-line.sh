# ---- The command line

scope=
list=
update=
register=
unregister=
dry=
check=yes
set_clock=
for_arch=
allow_unsigned=
wanted=
while [ $# -gt 0 ]; do
    case $1 in
        --user | --system)
            if [ -n "$scope" ] && [ "$scope" != "$1" ]; then
                die 2 'Choose one of --user and --system.' 'Entweder --user oder --system, nicht beides.'
            fi
            scope=$1
            ;;
        --list) list=yes ;;
        --update) update=yes ;;
        --register) register=yes ;;
        --unregister) unregister=yes ;;
        --dry-run) dry=yes ;;
        --no-check) check= ;;
        --set-clock) set_clock=yes ;;
        --arch=*)
            for_arch=${1#*=}
            is_name "$for_arch" || die 2 'Not an architecture: %s' 'Keine Architektur: %s' "$for_arch"
            ;;
        --allow-unsigned) allow_unsigned=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*)
            t 'Unknown option: %s' 'Unbekannte Option: %s' "$1" >&2
            usage >&2
            exit 2
            ;;
        # A word that cannot be a ref stays in the list, as one that matches nothing.
        '' | *[!"$name_chars"/]*)
            t 'Not the name of an app: %s' 'Kein Name einer App: %s' "$1" >&2
            list=unknown
            ;;
        *) wanted="$wanted $1" ;;
    esac
    shift
done

