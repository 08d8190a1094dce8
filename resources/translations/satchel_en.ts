<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>AppsPage</name>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>%n chosen</numerusform>
                <numerusform>%n chosen</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CheckView</name>
        <message numerus="yes">
            <source>It is not sound: %n problem(s) were found.</source>
            <translation>
                <numerusform>It is not sound: %n problem was found.</numerusform>
                <numerusform>It is not sound: %n problems were found.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>It is sound. There are %n thing(s) to know.</source>
            <translation>
                <numerusform>It is sound. There is %n thing to know.</numerusform>
                <numerusform>It is sound. There are %n things to know.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>And %n more.</source>
            <translation>
                <numerusform>And %n more.</numerusform>
                <numerusform>And %n more.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ContentsPage</name>
        <message numerus="yes">
            <source>There are %n repositories on it. You are looking at:</source>
            <translation>
                <numerusform>There is %n repository on it. You are looking at:</numerusform>
                <numerusform>There are %n repositories on it. You are looking at:</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s)</source>
            <translation>
                <numerusform>%n app</numerusform>
                <numerusform>%n apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n thing(s) they need</source>
            <translation>
                <numerusform>%n thing they need</numerusform>
                <numerusform>%n things they need</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CostMeter</name>
        <message numerus="yes">
            <source>%n part(s) that it needs come along, each only once.</source>
            <translation>
                <numerusform>%n part that it needs comes along.</numerusform>
                <numerusform>%n parts that it needs come along, each only once.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DonePage</name>
        <message numerus="yes">
            <source>%1 is not sound: %n problem(s) were found.</source>
            <translation>
                <numerusform>%1 is not sound: %n problem was found.</numerusform>
                <numerusform>%1 is not sound: %n problems were found.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 is ready. There are %n thing(s) to know.</source>
            <translation>
                <numerusform>%1 is ready. There is one thing to know.</numerusform>
                <numerusform>%1 is ready. There are %n things to know.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ManageChoicesDialog</name>
        <message numerus="yes">
            <source>%1, %n to choose</source>
            <translation>
                <numerusform>%1, %n chosen</numerusform>
                <numerusform>%1, %n chosen</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SavedChoicesButton</name>
        <message numerus="yes">
            <source>%n are chosen already.</source>
            <translation>
                <numerusform>Something is chosen already.</numerusform>
                <numerusform>%n are chosen already.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1: %n chosen.</source>
            <translation>
                <numerusform>%1: %n chosen.</numerusform>
                <numerusform>%1: %n chosen.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1: %n chosen, %2 not found.</source>
            <translation>
                <numerusform>%1: %n chosen, %2 not found.</numerusform>
                <numerusform>%1: %n chosen, %2 not found.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_Counts</name>
        <message numerus="yes">
            <source>%n app(s)</source>
            <translation>
                <numerusform>%n app</numerusform>
                <numerusform>%n apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n update(s)</source>
            <translation>
                <numerusform>%n update</numerusform>
                <numerusform>%n updates</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Shared by %n</source>
            <translation>
                <numerusform>Shared by %n</numerusform>
                <numerusform>Shared by %n</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more</source>
            <translation>
                <numerusform>%n more</numerusform>
                <numerusform>%n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n small thing(s)</source>
            <translation>
                <numerusform>%n small thing</numerusform>
                <numerusform>%n small things</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>app</name>
        <message>
            <source>Add one with --remote.</source>
            <translation>Add a remote in the settings.</translation>
        </message>
        <message>
            <source>Add the runtime: satchel make TARGET RUNTIME.</source>
            <translation>Add the runtime.</translation>
        </message>
        <message>
            <source>Ask its makers for a .flatpakrepo with one, or give the key with --gpg-key.</source>
            <translation>Ask its makers for a .flatpakrepo with one, or give the key yourself.</translation>
        </message>
        <message>
            <source>Ask the people who run it to sign it, or accept the risk with --allow-unsigned.</source>
            <translation>Ask the people who run it to sign it, or accept the risk explicitly.</translation>
        </message>
        <message>
            <source>Ask them to eject it, or run it with sudo.</source>
            <translation>Ask them to eject it, or have an administrator do it.</translation>
        </message>
        <message>
            <source>Check the network connection and the address, then run the same command again.</source>
            <translation>Check the network connection and the address, then try again.</translation>
        </message>
        <message>
            <source>Check the spelling: satchel search.</source>
            <translation>Check the spelling.</translation>
        </message>
        <message>
            <source>Choose another place, or another repository with --destination-repo.</source>
            <translation>Choose another place.</translation>
        </message>
        <message>
            <source>DRIVE is empty.</source>
            <translation>No drive is named.</translation>
        </message>
        <message>
            <source>Free some space or choose fewer apps, then run the same command again; it goes on from here.</source>
            <translation>Free some space or choose fewer apps, then try again; it goes on from here.</translation>
        </message>
        <message>
            <source>Give the new one another name with --name.</source>
            <translation>Give the new one another name.</translation>
        </message>
        <message>
            <source>It is there for {0}: use --arch.</source>
            <translation>It is there for {0}: choose that architecture.</translation>
        </message>
        <message>
            <source>Leave --gpg-key and --collection-id away, or give the repository's address.</source>
            <translation>Leave key and collection away, or give the repository's address.</translation>
        </message>
        <message>
            <source>Log in at the computer itself rather than over the network, or run it with sudo. Without a running polkit (package polkitd) only root may.</source>
            <translation>Log in at the computer itself rather than over the network. Without a running polkit (package polkitd) only an administrator may.</translation>
        </message>
        <message>
            <source>Make one first: satchel make TARGET REF...</source>
            <translation>Write apps to it first.</translation>
        </message>
        <message>
            <source>Make the stick first: satchel make TARGET REF...</source>
            <translation>Write apps to it first.</translation>
        </message>
        <message>
            <source>Name an app like org.gnome.Maps; satchel search finds the name.</source>
            <translation>Name an app like org.gnome.Maps; the search finds the name.</translation>
        </message>
        <message>
            <source>Name its .flatpakrepo file or its address with --remote to use it.</source>
            <translation>Add it with its .flatpakrepo file or its address to use it.</translation>
        </message>
        <message>
            <source>Name with --remote the one that has everything.</source>
            <translation>Choose the remote that has everything.</translation>
        </message>
        <message>
            <source>Plug it in again and run the same command; it goes on from here.</source>
            <translation>Plug it in again and try again; it goes on from here.</translation>
        </message>
        <message>
            <source>Plug the drive in again and run the same command; it goes on from here.</source>
            <translation>Plug the drive in again and try again; it goes on from here.</translation>
        </message>
        <message>
            <source>Run as a user who may write there, or change the owner of the directory.</source>
            <translation>Have it done by someone who may write there, or change the owner of the directory.</translation>
        </message>
        <message>
            <source>Run it with sudo, or with UDisks2 2.10 or newer, to have it made for a stick.</source>
            <translation>With UDisks2 2.10 or newer it is made as is best for a drive with apps.</translation>
        </message>
        <message>
            <source>Run satchel make again to update.</source>
            <translation>Write to the drive again to update.</translation>
        </message>
        <message>
            <source>Run satchel make with any app of this collection: it puts this in order.</source>
            <translation>Write any app of this collection to the drive again: it puts this in order.</translation>
        </message>
        <message>
            <source>Run satchel make with the app it belongs to.</source>
            <translation>Put the app it belongs to on the drive again.</translation>
        </message>
        <message>
            <source>Run satchel make with the app it belongs to: it brings all languages.</source>
            <translation>Put the app it belongs to on the drive again: it brings all languages.</translation>
        </message>
        <message>
            <source>Run satchel make with the app it belongs to: it fetches what is damaged again.</source>
            <translation>Put the app it belongs to on the drive again: it fetches what is damaged again.</translation>
        </message>
        <message>
            <source>Run the command again.</source>
            <translation>Try again.</translation>
        </message>
        <message>
            <source>Run the same command again to go on from here.</source>
            <translation>Try again; it goes on from here.</translation>
        </message>
        <message>
            <source>Run the same command again; it goes on from here.</source>
            <translation>Try again; it goes on from here.</translation>
        </message>
        <message>
            <source>Run the same satchel make again: it goes on where it stopped.</source>
            <translation>Write the same choice again: it goes on where it stopped.</translation>
        </message>
        <message>
            <source>See the known ones with: satchel remotes.</source>
            <translation>The known ones are in the settings.</translation>
        </message>
        <message>
            <source>See: satchel remotes.</source>
            <translation>They are in the settings.</translation>
        </message>
        <message>
            <source>Somebody may be holding back updates. If upstream really went back, use --allow-older.</source>
            <translation>Somebody may be holding back updates. If upstream really went back, accept the older state explicitly.</translation>
        </message>
        <message>
            <source>Start the same command again.</source>
            <translation>Try again.</translation>
        </message>
        <message>
            <source>TARGET is empty.</source>
            <translation>No target is named.</translation>
        </message>
        <message>
            <source>This is a bug in Satchel; please report it with this text. The drive is as before or can be completed by running the command again.</source>
            <translation>This is a bug in Satchel; please report it with this text. The drive is as before or can be completed by doing the same again.</translation>
        </message>
        <message>
            <source>Use --destination-repo {0}/satchel, or none at all.</source>
            <translation>Use {0}/satchel, or leave the path away.</translation>
        </message>
        <message>
            <source>Use --keep-versions to leave it as it is.</source>
            <translation>You can leave everything at its version instead.</translation>
        </message>
        <message>
            <source>Use letters, digits, - and _; give it with --name.</source>
            <translation>Use letters, digits, - and _.</translation>
        </message>
        <message>
            <source>Nothing was written. Look again with: satchel drives.</source>
            <translation>Nothing was written. Choose the drive again.</translation>
        </message>
        <message>
            <source>Name another drive, or format it: satchel format --help.</source>
            <translation>Choose another drive, or format it.</translation>
        </message>
        <message>
            <source>Format it with: satchel format --help.</source>
            <translation>Format it.</translation>
        </message>
        <message>
            <source>Use another drive that is formatted as ext4, or format this one, which erases it: satchel format {0} --fs ext4.</source>
            <translation>Use another drive that is formatted as ext4, or format this one ({0}), which erases it.</translation>
        </message>
        <message>
            <source>Format it, which erases it: satchel format {0}.</source>
            <translation>Format it, which erases it.</translation>
        </message>
        <message>
            <source>The object {0}, needed by {1}, is damaged: {2}.</source>
            <translation>A part of {1} is damaged.</translation>
        </message>
        <message>
            <source>The object {0} is damaged: {1}.</source>
            <translation>A part is damaged ({0}).</translation>
        </message>
        <message>
            <source>The commit {0} is missing.</source>
            <translation>A table of parts is missing ({0}).</translation>
        </message>
        <message>
            <source>The commit {0}, needed by {1}, is missing.</source>
            <translation>The table of parts of {1} is missing.</translation>
        </message>
        <message>
            <source>The object {0} is missing.</source>
            <translation>A part is missing ({0}).</translation>
        </message>
        <message>
            <source>The object {0}, needed by {1}, is missing.</source>
            <translation>A part of “{1}” is missing.</translation>
        </message>
        <message>
            <source>The copied {0} of {1} is damaged: {2}.</source>
            <translation>The copy of the list of {1} is damaged.</translation>
        </message>
        <message>
            <source>The repository's {0} is not the one that was copied from upstream.</source>
            <translation>A list of the repository is not the one that was copied from its publisher.</translation>
        </message>
        <message>
            <source>The ostree-metadata of {0} does not fit: {1}.</source>
            <translation>The list for old computers (ostree-metadata) of {0} does not fit what is on the drive.</translation>
        </message>
        <message>
            <source>The ref {0} names the commit {1}, which is not there.</source>
            <translation>The entry {0} names a state that is not there.</translation>
        </message>
        <message>
            <source>{0} is marked as incomplete ({1}).</source>
            <translation>{0} is marked as incomplete.</translation>
        </message>
        <message>
            <source>{0} objects ({1}) belong to no ref.</source>
            <translation>Parts that nothing needs: {0} ({1}).</translation>
        </message>
        <message>
            <source>The summary is damaged: {0}.</source>
            <translation>The summary is damaged.</translation>
        </message>
        <message>
            <source>Add the remote that has it, leave the app out, or use --no-runtime for computers that have it.</source>
            <translation>Add the remote that has it, or leave the app out.</translation>
        </message>
        <message>
            <source>As the owner of the files: chmod -R a+rX on the drive.</source>
            <translation>As the owner of the files, let everybody read them.</translation>
        </message>
        <message>
            <source>Check it too: without --destination-repo all are judged.</source>
            <translation>Check it too.</translation>
        </message>
        <message>
            <source>Compare the fingerprint with what the publisher says and add the remote, or name its key with --gpg-key. Only if you trust whoever made the drive: --trust-drive-keys.</source>
            <translation>Compare the fingerprint with what the publisher says, and add the remote.</translation>
        </message>
        <message>
            <source>Do not trust this drive; satchel make moves aside what is in its way.</source>
            <translation>Do not trust this drive. Writing to it moves aside what is in the way.</translation>
        </message>
        <message>
            <source>Give the .flatpakrepo that its makers publish with --remote, or its key with --gpg-key.</source>
            <translation>Add the remote with the .flatpakrepo that its makers publish.</translation>
        </message>
        <message>
            <source>If you know whose it is: satchel verify TARGET --maker-key {0}.</source>
            <translation>If you know whose it is, check the drive on the command line with --maker-key {0}.</translation>
        </message>
        <message>
            <source>Look at it: Satchel does not put links there. satchel make moves it aside.</source>
            <translation>Look at it: Satchel does not put links there. Writing to the drive moves it aside.</translation>
        </message>
        <message>
            <source>Name the publisher's key with satchel verify TARGET --gpg-key FILE, or configure the remote on this computer.</source>
            <translation>Add the remote on this computer.</translation>
        </message>
        <message>
            <source>Run satchel make again: it takes what upstream has now.</source>
            <translation>Write to the drive again: it takes what upstream has now.</translation>
        </message>
        <message>
            <source>Run satchel make with any app: it writes what people install from anew.</source>
            <translation>Write any app to the drive again: it renews what people install from.</translation>
        </message>
        <message>
            <source>Run satchel make with it again, once upstream has it.</source>
            <translation>Write it to the drive again, once upstream has it.</translation>
        </message>
        <message>
            <source>Run satchel make with the app: it brings what replaces it.</source>
            <translation>Write the app to the drive again: it brings what replaces it.</translation>
        </message>
        <message>
            <source>Run the same command again then; it goes on from here.</source>
            <translation>Try again then; it goes on from here.</translation>
        </message>
        <message>
            <source>Servers that share an address and are not all up to date do that for some hours: try again later. If it stays so, somebody holds back updates; --allow-older accepts it.</source>
            <translation>Servers that share an address and are not all up to date do that for some hours: try again later. If it stays so, somebody holds back updates; you can accept the older state explicitly.</translation>
        </message>
        <message>
            <source>Use {0}, or wait until the mirror has caught up; --allow-older takes the older versions.</source>
            <translation>Use {0}, or wait until the mirror has caught up; you can accept the older versions explicitly.</translation>
        </message>
        <message>
            <source>Run satchel make: it moves it aside, and tells where to.</source>
            <translation>Write to the drive: that moves it aside, and tells where to.</translation>
        </message>
    </context>
</TS>
