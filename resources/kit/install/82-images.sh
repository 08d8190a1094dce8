# ---- Apps from container registries

# install_images ROLE KIND OPTION: of one kind, from every registry.
install_images() {
    done_sources=
    for entry in $of_images; do
        source=${entry%%:*}
        if has "$done_sources" "$source"; then continue; fi
        done_sources="$done_sources $source"
        set -- "$1" "$2" "$3"
        for other in $of_images; do
            ref=${other#*:}
            ref=${ref%:*}
            case $source:${other##*:}:${ref%%/*} in
                "${other%%:*}:$1:$2") set -- "$@" "$ref" ;;
            esac
        done
        [ $# -gt 3 ] || continue
        role=$1
        kind=$2
        option=$3
        shift 3
        install_all "$option" "$source" "$@"
        set -- "$role" "$kind" "$option"
    done
}

if [ -z "$dry" ] && [ -n "$of_images" ]; then
    from_drive=oci:$images
    install_images needed runtime "$unpinned"
    install_images chosen runtime ''
    install_images needed app ''
    install_images chosen app ''
    from_drive=
fi
