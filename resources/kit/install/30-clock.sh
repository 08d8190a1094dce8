# ---- The clock
#
# A computer whose battery is empty starts in 1970 or 2001. No key was made yet then, so flatpak can
# add no source and finds no signature good.

# set_clock_now: sets it to noon of the day the drive was made.
set_clock_now() {
    date -u -s "$made 12:00:00" >/dev/null 2>&1 || return 1
    today=$(date -u +%Y%m%d 2>/dev/null)
    [ "${today:-0}" -ge "$earliest" ]
}

today=$(date -u +%Y%m%d 2>/dev/null)
case $today in
    '' | *[!0123456789]*) ;;
    *)
        if [ -n "$earliest" ] && [ -n "$made" ] && [ "$today" -lt "$earliest" ]; then
            t 'The clock of this computer shows %s, but this drive was made on %s.
With a clock that is so far behind, flatpak takes no key and no signature.' \
                'Die Uhr dieses Computers zeigt %s, aber dieses Laufwerk wurde am %s erstellt.
Mit einer Uhr, die so weit nachgeht, nimmt flatpak weder Schlüssel noch Signatur an.' \
                "$(date 2>/dev/null)" "$made" >&2
            if [ -n "$root" ] && [ -z "$set_clock" ] && [ -z "$dry" ] && [ -t 0 ] && [ -t 2 ]; then
                t 'Set the clock to %s, noon? It is better than what it shows. [y/N]' \
                    'Die Uhr auf %s mittags stellen? Das ist besser als was sie zeigt. [j/N]' "$made" >&2
                read -r answer
                case $answer in [yYjJ]*) set_clock=yes ;; esac
            fi
            if [ -n "$root" ] && [ -n "$set_clock" ] && [ -z "$dry" ] && set_clock_now; then
                t 'The clock was set to %s.' 'Die Uhr wurde auf den %s gestellt.' "$made"
            else
                die 1 'Set it first, if possible to the right time. As root: date -u -s "%s 12:00:00"
(or run this as root with --set-clock). Nothing was changed.' \
                    'Bitte erst stellen, wenn möglich richtig. Als root: date -u -s "%s 12:00:00"
(oder dies als root mit --set-clock starten). Es wurde nichts geändert.' "$made"
            fi
        fi
        ;;
esac

