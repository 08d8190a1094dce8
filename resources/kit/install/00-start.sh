#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the Flatpak apps on this drive, on a computer that may be offline:
#
#     sh /path/to/the/drive/satchel/install.sh [--user|--system] [APP...]
#
# The same file lies on every drive; what is on this one is said by contents.tsv beside it. It needs
# a POSIX shell and flatpak >= 1.8, and writes nothing to the drive. With sha256sum it recognises
# damage before flatpak sees it, and with what else every system has (mkdir, ln, cp, mv, rm) it
# lets flatpak check signatures; without them it goes on, and says so. It asks only whether to set
# a clock that is wrong and whether to take what nobody vouches for, and only on a terminal.

# Nothing here is ever meant to be a file name pattern.
set -uf
unset CDPATH
tab=$(printf '\t')
newline='
'
IFS=" $tab$newline"

# Spelled out, since ranges such as A-Z mean something else in some languages.
name_chars=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    de | de[_.@]*) german=yes ;;
    *) german= ;;
esac

# t ENGLISH GERMAN [ARGUMENT...]: a line in the reader's language; both texts are printf formats.
t() {
    if [ -n "$german" ]; then shift; fi
    t_format=$1
    if [ -n "$german" ]; then shift; else shift 2; fi
    # shellcheck disable=SC2059 # The formats are this file's own.
    printf "$t_format\n" "$@"
}

# die STATUS ENGLISH GERMAN [ARGUMENT...]
die() {
    die_status=$1
    shift
    t "$@" >&2
    exit "$die_status"
}

usage() {
    t 'Installs the apps on this drive on this computer. No internet needed.

  sh install.sh                 install every app on the drive
  sh install.sh APP...          install only these, such as: org.gnome.Maps
  sh install.sh --update        only bring up to date what is there already
  sh install.sh --list          show what is on the drive
  sh install.sh --register      let flatpak itself find what is on the drive
  sh install.sh --unregister    let it find that no longer

  --user       for your account only (the default)
  --system     for everyone on this computer (the default for root)
  --dry-run    say what would be done, and do nothing
  --no-check   do not look for damage on the drive first
  --set-clock  as root: set a clock that is behind to the day the drive was made
  --arch=ARCH  what is for computers of another architecture, for whoever makes
               a system for them
  --allow-unsigned
               also install apps for which nobody vouches
  --help       show this

Exit status: 0 everything asked for is installed; 1 something is not;
2 wrong usage; 3 flatpak is missing or too old.' \
        'Installiert die Apps von diesem Laufwerk auf diesem Computer. Ohne Internet.

  sh install.sh                 alle Apps auf dem Laufwerk installieren
  sh install.sh APP...          nur diese installieren, etwa: org.gnome.Maps
  sh install.sh --update        nur auf den neuesten Stand bringen, was schon da ist
  sh install.sh --list          zeigen, was auf dem Laufwerk ist
  sh install.sh --register      flatpak selbst finden lassen, was auf dem Laufwerk ist
  sh install.sh --unregister    es das nicht mehr finden lassen

  --user       nur für das eigene Konto (Vorgabe)
  --system     für alle an diesem Computer (Vorgabe für root)
  --dry-run    sagen, was geschehen würde, und nichts tun
  --no-check   das Laufwerk nicht erst auf Schäden prüfen
  --set-clock  als root: eine Uhr, die nachgeht, auf den Tag des Laufwerks stellen
  --arch=ARCH  was für Computer anderer Architektur ist, wenn ein System für sie
               gemacht wird
  --allow-unsigned
               auch Apps installieren, für die niemand bürgt
  --help       dies zeigen

Rückgabewert: 0 alles Gewünschte ist installiert; 1 etwas fehlt;
2 falsche Benutzung; 3 flatpak fehlt oder ist zu alt.'
}

