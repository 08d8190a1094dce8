#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the apps that came with this system, offline and for everyone. satchel-first-boot.service
# runs it at each start until everything is installed; after that neither does anything. They are in
# the system itself or on the medium that it came on: only the very ones that this file was made with.
set -u
state=/var/lib/satchel-media
unit=satchel-first-boot.service
# SHA-256 of what in satchel/ says what is installed, how, and whose keys count for it.
files='@FILES@'

# is FILE SUM
is() {
    sum=$(sha256sum 2>/dev/null <"$1") && [ "${sum%% *}" = "$2" ]
}

# take PLACE: has all of these, and what they lead to, in $medium: a drive may be exchanged, or be
# another one each time that it is read, so what was looked at is what is used.
take() {
    rm -rf "$medium" && mkdir -p "$medium/satchel" || return 1
    while read -r sum_of_file file_name; do
        [ -f "$1/satchel/$file_name" ] || return 1
        head -c 64000000 <"$1/satchel/$file_name" >"$medium/satchel/$file_name" 2>/dev/null || return 1
        is "$medium/satchel/$file_name" "$sum_of_file" || return 1
    done <<END
$files
END
    for name in .ostree satchel/bundles satchel/checksums satchel/extra-data satchel/oci; do
        [ ! -e "$1/$name" ] || ln -s "$1/$name" "$medium/$name" || return 1
    done
}

if [ -e "$state/done" ]; then exit 0; fi
work=$(mktemp -d /run/satchel-first-boot.XXXXXX) || exit
trap 'rm -rf "$work"' EXIT
medium=$work/medium
for place in '' /run/install/repo /run/initramfs/live /run/live/medium /cdrom /media/cdrom /media/* /run/media/*/* /mnt/*; do
    take "$place" || continue
    sh "$medium/satchel/install.sh" --system@OPTIONS@ || exit
    mkdir -p "$state" && : >"$state/done" || exit
    systemctl disable "$unit" >/dev/null 2>&1
    exit 0
done
echo 'The apps for this system are neither in it nor on a medium; looked for again at the next start.'
