# ---- Where this file is, and what lies beside it

self=$0
case $self in
    */*) ;;
    *) if [ ! -e "./$self" ]; then self=$(command -v -- "$self") || self=$0; fi ;;
esac
# Followed only as far as needed: most systems have readlink, but nothing else here needs it.
while [ -h "$self" ] && command -v readlink >/dev/null 2>&1; do
    target=$(readlink "$self") || break
    case $target in
        /*) self=$target ;;
        *)
            case $self in
                */*) self=${self%/*}/$target ;;
                *) self=$target ;;
            esac
            ;;
    esac
done
case $self in
    */*) here=${self%/*}/ ;;
    *) here=./ ;;
esac
here=$(cd -- "$here" 2>/dev/null && pwd -P) || here=
contents=$here/contents.tsv
if [ -z "$here" ] || [ ! -f "$contents" ] || [ ! -r "$contents" ]; then
    die 1 'The list of what is on this drive (contents.tsv) is missing beside install.sh.
Run it from the drive: sh "/media/.../satchel/install.sh"' \
        'Neben install.sh fehlt die Liste dessen, was auf diesem Laufwerk ist (contents.tsv).
Bitte vom Laufwerk starten: sh "/media/.../satchel/install.sh"'
fi


# not_above FILE KILOBYTES: how large it is, without reading it. A stranger's may have no end; without
# find nobody can tell.
not_above() {
    # Of a pipe whoever reads it would wait for what never comes.
    [ -f "$1" ] || return 1
    programs find || return 0
    [ -n "$(find -L "$1" -prune -size "-$(($2 * 2 + 1))" 2>/dev/null)" ]
}

if ! not_above "$contents" 32768; then
    die 1 'The list of what is on this drive (contents.tsv) is not one of Satchel'"'"'s: it is far too large.' \
        'Die Liste dessen, was auf diesem Laufwerk ist (contents.tsv), ist keine von Satchel: Sie ist viel zu groß.'
fi
