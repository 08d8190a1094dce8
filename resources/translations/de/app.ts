<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>app</name>
    <message>
        <source>A .flatpakrepo brings its own key and collection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A container or sandbox shows its own files only: start Satchel outside of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file is too large for the drive&apos;s file system while {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A full name looks like app/org.gnome.Maps/x86_64/stable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A newer program may have made it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of Satchel was stopped from outside, perhaps for lack of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A summary of {0} was tampered with or damaged: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add one with --remote.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the remote that has it, or leave the app out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the runtime: satchel make TARGET RUNTIME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An earlier job was interrupted; clients see the drive as it was before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program is using the repository at {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another user has mounted the drive; it is theirs ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apps can still be named by their IDs. Try again later, or from another network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask its maker for one that says Version=1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask its makers for a .flatpakrepo with one, or give the key with --gpg-key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the people who run it to sign it, or accept the risk with --allow-unsigned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the people who run the repository to set one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask them to eject it, or run it with sudo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most {0} letters fit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most {0} letters fit; those with accents and other scripts take the room of two to four.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check how it is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the address of the remote.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the computer&apos;s clock and its certificates.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network connection and the address, then run the same command again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the spelling: satchel search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the write-protect switch, or mount the drive for writing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another place, or another repository with --destination-repo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose fewer apps, free some space, or take a larger drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clients refuse it until the publisher prolongs the key; make the stick anew then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close it, or wait until it is done, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close what uses it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clusters of 4 KB: most of the many files of an app are small.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clusters of {0} KB instead of the usual 32 to 128 KB: most of the many files of an app are small, and each takes a whole cluster.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Configure the remote on this computer, then check again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect this computer to the network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DRIVE is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the file and add it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not hand this drive on. Make it anew from the original source.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download it again from the people who offer it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drives can only carry apps from OSTree repositories.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drives cannot be mounted or ejected from here: there is no system bus ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enable it (gpg --edit-key) or name another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everybody may write to it: a user has another number on another computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything had been written; it is not checked yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the key again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format the drive as exFAT or ext4, or leave this app out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format the drive with more inodes, or choose fewer apps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Formatted as ext4, the same drive needs only {0} for it. Or choose fewer apps, or take a larger drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space or choose fewer apps, then run the same command again; it goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the public key again from where the remote publishes it (gpg --export makes one).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a path relative to the drive, for example .ostree/repo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it one with flatpak remote-modify.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give its key with --gpg-key, or accept the risk with --allow-unsigned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give one of these instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the new one another name with --name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the public key instead (gpg --export), and keep the secret one to yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If there is too little room, what is on the drive stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In a container, share /run/udev with the computer; elsewhere, install and start udev. Directories and mount points can be named all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install a pinentry program for your desktop.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install a pinentry program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install and start the package udisks2; or mount the drive yourself and name the directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install and start the packages dbus and udisks2; or mount the drive yourself and name the directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install it where there is internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the package gpg (Debian, Ubuntu), gnupg2 (Fedora) or gnupg (Arch, openSUSE).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the package {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It begins with https://, http:// or file://.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It gets no more updates.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It gets no more updates; look for what replaces it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is there for {0}: use --arch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It looks like org.example.Apps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may not fit: this needs up to {0}, but only {1} are free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was on the drive already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It went wrong while {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its file system may be damaged: check it (fsck), or format the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known remotes: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave --gpg-key and --collection-id away, or give the repository&apos;s address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it out, or install it where there is internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock, stop or detach that first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log in at the computer itself rather than over the network, or run it with sudo. Without a running polkit (package polkitd) only root may.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for a switch on its side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make one first: satchel make TARGET REF...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the stick anew once the publisher has prolonged the key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the stick anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the stick first: satchel make TARGET REF...</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than one drive is called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mount it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the directory away and make the stick anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a drive or a directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a key that has a signing part.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps or org.gnome.Maps//stable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps; satchel search finds the name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name another key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name it as flatpak does, for example nvidia-550-54-14.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name its .flatpakrepo file or its address with --remote to use it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name its device, label, serial or model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name one: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the apps by their IDs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the device of one: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the directory of a gpg keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the directory or drive that should carry it, not the repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the key by its fingerprint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name with --remote the one that has everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names, icons and descriptions, so that software centres show the apps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither this computer nor the drive has the key of {0}; its signatures cannot be judged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No drive is plugged in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No remote could be searched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody signed this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is kept back for the administrator: usually that is 5 % of the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of it was kept. Try again later; if it stays, tell whoever runs the server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of it was used. Check the remote&apos;s key, or try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was used. Check the remote&apos;s key, or try again from another network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was used. Tell the people who run the repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was used. Try again later, or from another network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only archive repositories, as web servers have them, can be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only http and https addresses are followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Partition table GPT: the older MBR ends at 2 TB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Partition table MBR: every computer and every device reads it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Permission denied while {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug it in again and run the same command; it goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug it in again and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug the drive in again and run the same command; it goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug the drive in again, wait a moment, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plug the drive in and wait until it is mounted, or check the name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prolong it (gpg --quick-set-expire) or name another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pull the drive out and plug it in again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put one in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Room for one file in every 8 KB, twice the usual: it does not run out of file entries before it runs out of space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run as a user who may write there, or change the owner of the directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run gpg-connect-agent to see why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it with sudo, or with UDisks2 2.10 or newer, to have it made for a stick.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run satchel make again to update.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run satchel make with any app of this collection: it puts this in order.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to: it brings all languages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to: it fetches what is damaged again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the command again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the same command again to go on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the same command again; it goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the same satchel make again: it goes on where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Satchel does not format drives as {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Satchel&apos;s own are used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See gpg --list-secret-keys; a smart card must be in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the known ones with: satchel remotes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See: satchel remotes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed by {0}, whose key expired{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed by {0}, whose key has been revoked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed by {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed with a key that is not trusted here ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody may be holding back updates. If upstream really went back, use --allow-older.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong that should not: {0}: {1}{2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the same command again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped as you asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TARGET is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tell the people who publish it; leave it out meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tell the people who run the repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The .flatpakrepo of {0} for people is not the one beside the copied upstream summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address may be wrong, or somebody serves another repository&apos;s summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address {0} of the remote “{1}” is none Satchel can read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue of {0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of {0} cannot be verified: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The commit of {0} belongs to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The commit of {0} is for {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The commit of {0} is not signed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the system bus was lost ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copied upstream summary is older than {0} on the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copied upstream summary names a newer {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copied {0} is for {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copied {0} of {1} is damaged: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copied {0} of {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copy of the upstream summary of {0} lacks {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive at {0} was unplugged or exchanged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive does not have the key of {0}: computers that do not know it cannot install.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive hands out a key for {0} that is not the one this computer knows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive has gone while {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive is full: no room left while {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive is read-only, it cannot be changed while {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive may be failing or very slow; look again in a while.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive may be failing or was unplugged; try another port or another drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive or a directory on it has gone while {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive reports an input/output error while {0}{1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive service has not answered for {0} seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive service reports: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive was changed by another program since the plan was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive {0} is not mounted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive&apos;s file system ({0}) holds no file over {1}. One may be in {2}; upstream does not tell beforehand. If so, the job stops there and what is on the drive stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive&apos;s file system has no links, so clients would not find {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is now {0}; what can be read of it is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file system will be made as the tools do by default: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {0} is not what it should be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gpg agent does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kernel does not take {0} for a drive that can be carried away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key cannot be used to sign.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key file {0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key file {0} is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of {0} expired on {1}; clients will not install until it is prolonged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of {0} expires on {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key {0} {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label has characters that not every computer shows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label is too long for exFAT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The label is too long for ext4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the package libudev1 (elsewhere systemd-libs). Directories and mount points can be named all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The library libudev is missing, so the names of drives and what is on them may be unknown, and drives may come and go unnoticed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new file system does not show up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The object {0} is too large for the drive&apos;s file system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ostree-metadata of {0} does not fit: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ostree-metadata of {0} has lost its signature.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The passphrase was wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program gpg, which checks signatures, is missing or does not start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The public key is larger than {0} MiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ref file {0} has an unsafe name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ref {0} does not name a commit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ref {0} names the commit {1}, which is not there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The remote {0} has no signing key, so nothing from it can be verified.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The remote “{0}” ({1}) at {2} is left out: “{3}” ({4}) at {5} has the same name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The remote “{0}” has no address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The remote “{0}” is a container registry ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository at {0} has an unknown version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository at {0} has no objects directory: it is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository at {0} has the mode {1}; only archive repositories can be carried on a drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository has no summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository&apos;s config at {0} cannot be read: it is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repository&apos;s {0} is not the one that was copied from upstream.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secret key is not there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is broken or hostile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server is broken; try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service that mounts and ejects drives ({0}) is not running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings cannot be saved in {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in {0} are damaged: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in {0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signature by {0}{1} has expired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signature of {0}&apos;s catalogue is damaged: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The signature{0} does not belong to this data or is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary does not list {0} of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary is damaged: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary is not in order: clients would not find {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary lists the unsafe name {0} of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary lists {0} of {1}, which is not on the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary names another commit for {0} than its ref.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary names another mode than the repository has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The summary of {0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The {0} of {1} is not signed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a remote called {0} already, at {1} ({2}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no Flatpak repository on {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no OSTree repository at {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no copy of the upstream summary of {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no directory and no drive called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no drive called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no graphics driver called {0} for what was chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no medium in {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no remote called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no secret key “{0}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no setting called {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They do no harm.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They stay as they were.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer cannot make {0}: {1} is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer cannot mount {0} ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer swaps to {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is OpenPGP data, but not a public key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a bug in Satchel; please report it with this text. The drive is as before or can be completed by running the command again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a secret key, which only its owner should have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not an OpenPGP public key: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This needs {0} files, but the drive&apos;s file system has room for only {1} more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This needs {0}{1} on the drive, but only {2} of {3} are free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This user is not allowed to do that ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again; if it stays so, the drive or its file system may be damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unmount it there first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upstream lacks the object {0}, though one of its commits refers to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upstream may be publishing right now: try again in a few minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upstream&apos;s summary and the commit of {0} contradict each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --destination-repo {0}/satchel, or none at all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --keep-versions to leave it as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a drive formatted as ext4 or exFAT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a drive that is formatted as ext4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use an address that begins with https://, http:// or file:///.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use letters, digits, - and _; give it with --name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use letters, digits, spaces inside, - and _.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can be read of them is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What clients see on it is as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What comes from {0} is not signed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the summary says about the commit of {0} is not true.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What upstream publishes cannot be read: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What {0} publishes as its catalogue was made for something else: it does not name {1} of {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You cancelled the question for the passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You chose it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>handing the drive over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking at the drive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking at the mounted drive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking at the new partition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking at the sizes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking for drives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking for the repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>making the repository findable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opening the repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading the repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writing everything to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writing the file system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writing the repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} It was refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} answered {1} for {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} at {1} is not the drive any more that was chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} belongs to this computer ({1}); Satchel never formats such drives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} can mean more than one thing: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be carried: {1} of it may only be downloaded by each computer itself, from its maker&apos;s server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be changed: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be fetched: its address or a redirect is not allowed ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be used: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} cannot be {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} comes without a signing key, so nothing from it could be verified.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} contains {1}, but the drive&apos;s file system ({2}) holds none over {3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} could not be mounted: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} could not be reached or broke off: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} denies access to {1} ({2}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not exist upstream ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} downloads a part of itself when it is installed, which needs internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} for {1} exists upstream but is not on the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has a damaged commit {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has a damaged or forged object {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has gone, or the drive service does not know it (yet).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has more than one file system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has no collection ID, so clients cannot install from a copy of it on a drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has no file system that this computer knows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has no ostree-metadata; flatpak before 1.8 finds nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has not the size any more that was shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has too many parts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} has {1} parts where a full name has four.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} holds no files itself: it is of the kind {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is a repository in the mode {1}, which cannot be copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is at its end of life: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is at its end of life; it is replaced by {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is built into this computer; Satchel only formats drives that are made to be carried away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is encrypted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is in use, by a container or another program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is in use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is in use: {1}{2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is in {1} but not in {2}, and both have the collection {3}, which a drive carries from one place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is itself a repository.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is known already: as {1} ({2}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is larger than it can be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is marked as incomplete ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is mounted at {1}, but that cannot be seen from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is no part of {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not a Flatpak repository: it has no summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not a directory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not a valid name: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not an address Satchel can fetch from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not an address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not plugged in any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not the drive any more that was chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not the name of an app or runtime.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is not the name of an app: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is on the drive but no longer in {1}; it stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is part of something else: {1} uses {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is read-only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is still mounted at {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is write-protected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lacks the commit {1} that its summary names.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lacks translations: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} needs the runtime {1}, which is not on the drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} objects ({1}) belong to no ref.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of it may only be downloaded by each computer itself, so it cannot be installed offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of what is on the drive from {1} will be updated, so that everything comes from one snapshot.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} ({2}) would be wasted: {3} on this drive gives every file at least {4} KiB. On ext4 this takes {5}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} offers a list of apps from {1}, older than the one from {2} that was used before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} publishes no catalogue of its apps for {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} publishes the invalid collection ID {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} sent a damaged or forged commit {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} should have the collection {1}, but its summary is for {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was not added to Satchel; it is known from elsewhere ({1}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was not found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}/{1} is larger than it can be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}/{1} was not fetched yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}/{1} was not fetched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1} is not the name of a remote.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” cannot be the name of a remote.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” fits {1} secret keys.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” names no key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” of the remote “{1}” is no collection ID.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
