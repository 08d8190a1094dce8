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
    [ -f "$1" ] && sum=$(sha256sum 2>/dev/null <"$1") && [ "${sum%% *}" = "$2" ]
}

# is_medium PLACE: whether it has all of these.
is_medium() {
    while read -r sum_of_file file_name; do
        is "$1/satchel/$file_name" "$sum_of_file" || return 1
    done <<END
$files
END
}

if [ -e "$state/done" ]; then exit 0; fi
for place in '' /run/install/repo /run/initramfs/live /run/live/medium /cdrom /media/cdrom /media/* /run/media/*/* /mnt/*; do
    is_medium "$place" || continue
    sh "$place/satchel/install.sh" --system@OPTIONS@ || exit
    mkdir -p "$state" && : >"$state/done" || exit
    systemctl disable "$unit" >/dev/null 2>&1
    exit 0
done
echo 'The apps for this system are neither in it nor on a medium; looked for again at the next start.'
