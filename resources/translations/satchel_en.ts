<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name />
        <message>
            <source>DRIVE is empty.</source>
            <translation>No drive is named.</translation>
        </message>
        <message>
            <source>TARGET is empty.</source>
            <translation>No target is named.</translation>
        </message>
        <message>
            <source>The ostree-metadata of {collection} does not fit: {problem}.</source>
            <translation>The list for old computers (ostree-metadata) of {collection} does not fit what is on the drive.</translation>
        </message>
        <message>
            <source>The copied {path} of {collection} is damaged: {reason}.</source>
            <translation>The copy of the list of {collection} is damaged.</translation>
        </message>
        <message>
            <source>The copied {path} of {collection} is damaged: {problem}.</source>
            <translation>The copy of the list of {collection} is damaged.</translation>
        </message>
        <message>
            <source>The repository's {name} is not the one that was copied from upstream.</source>
            <translation>A list of the repository is not the one that was copied from its publisher.</translation>
        </message>
        <message>
            <source>As the owner of the files: chmod -R a+rX on the drive.</source>
            <translation>As the owner of the files, let everybody read them.</translation>
        </message>
        <message>
            <source>The object {subject} is damaged: {reason}.</source>
            <translation>A part is damaged ({subject}).</translation>
        </message>
        <message>
            <source>The object {subject}, needed by {users}, is damaged: {reason}.</source>
            <translation>A part of {users} is damaged.</translation>
        </message>
        <message>
            <source>The commit {checksum} is missing.</source>
            <translation>A table of parts is missing ({checksum}).</translation>
        </message>
        <message>
            <source>The commit {checksum}, needed by {users}, is missing.</source>
            <translation>The table of parts of {users} is missing.</translation>
        </message>
        <message>
            <source>The object {subject} is missing.</source>
            <translation>A part is missing ({subject}).</translation>
        </message>
        <message>
            <source>The object {subject}, needed by {users}, is missing.</source>
            <translation>A part of “{users}” is missing.</translation>
        </message>
        <message>
            <source>The summary is damaged: {error}.</source>
            <translation>The summary is damaged.</translation>
        </message>
        <message>
            <source>The ref {ref} names the commit {checksum}, which is not there.</source>
            <translation>The entry {ref} names a state that is not there.</translation>
        </message>
        <message>
            <source>{ref} is marked as incomplete ({commit}).</source>
            <translation>{ref} is marked as incomplete.</translation>
        </message>
    </context>
    <context>
        <name>Beginning</name>
        <message numerus="yes">
            <source>%1: %n app(s) added</source>
            <translation>
                <numerusform>%1: %n app added</numerusform>
                <numerusform>%1: %n apps added</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CheckDetails</name>
        <message numerus="yes">
            <source>And %n more.</source>
            <translation>
                <numerusform>And %n more.</numerusform>
                <numerusform>And %n more.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ChoiceFoot</name>
        <message numerus="yes">
            <source>%n app(s) removed from your choice</source>
            <translation>
                <numerusform>%n app removed from your choice</numerusform>
                <numerusform>%n apps removed from your choice</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ComputersDialog</name>
        <message numerus="yes">
            <source>For %n computer(s)</source>
            <translation>
                <numerusform>For %n computer</numerusform>
                <numerusform>For %n computers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CopyDialog</name>
        <message numerus="yes">
            <source>Copy to %n drive(s)</source>
            <translation>
                <numerusform>Copy to %n drive</numerusform>
                <numerusform>Copy to %n drives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Counts</name>
        <message numerus="yes">
            <source>%n app(s), every one read back and right</source>
            <translation>
                <numerusform>%n app, read back and right</numerusform>
                <numerusform>%n apps, every one read back and right</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n operating system(s)</source>
            <translation>
                <numerusform>%n operating system</numerusform>
                <numerusform>%n operating systems</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) and %1, all read back and right</source>
            <translation>
                <numerusform>%n app and %1, all read back and right</numerusform>
                <numerusform>%n apps and %1, all read back and right</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>For %n computer(s)</source>
            <translation>
                <numerusform>For %n computer</numerusform>
                <numerusform>For %n computers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hint(s)</source>
            <translation>
                <numerusform>%n hint</numerusform>
                <numerusform>%n hints</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n problem(s) were found</source>
            <translation>
                <numerusform>%n problem was found</numerusform>
                <numerusform>%n problems were found</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DrivePage</name>
        <message numerus="yes">
            <source>%n drive(s)</source>
            <translation>
                <numerusform>%n drive</numerusform>
                <numerusform>%n drives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>EraseDialog</name>
        <message numerus="yes">
            <source>%n folder(s)</source>
            <translation>
                <numerusform>%n folder</numerusform>
                <numerusform>%n folders</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n file(s)</source>
            <translation>
                <numerusform>%n file</numerusform>
                <numerusform>%n files</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FindingWords</name>
        <message numerus="yes">
            <source>%n file(s) cannot be read: the drive returns something else than was written.</source>
            <translation>
                <numerusform>%n file cannot be read: the drive returns something else than was written.</numerusform>
                <numerusform>%n files cannot be read: the drive returns something else than was written.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) missing.</source>
            <translation>
                <numerusform>%n file is missing.</numerusform>
                <numerusform>%n files are missing.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ManageSetsDialog</name>
        <message numerus="yes">
            <source>%1, %n app(s)</source>
            <translation>
                <numerusform>%1, %n app</numerusform>
                <numerusform>%1, %n apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ManyCounts</name>
        <message numerus="yes">
            <source>%n drive(s)</source>
            <translation>
                <numerusform>%n drive</numerusform>
                <numerusform>%n drives</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The same %n app(s) %1</source>
            <translation>
                <numerusform>The same app %1</numerusform>
                <numerusform>The same %n apps %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>on %n drive(s)</source>
            <translation>
                <numerusform>on %n drive</numerusform>
                <numerusform>on %n drives</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) on each drive</source>
            <translation>
                <numerusform>%n app on each drive</numerusform>
                <numerusform>%n apps on each drive</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) on each drive, downloaded once</source>
            <translation>
                <numerusform>%n app on each drive, downloaded once</numerusform>
                <numerusform>%n apps on each drive, downloaded once</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Copying %1 to %n drive(s)</source>
            <translation>
                <numerusform>Copying %1 to %n drive</numerusform>
                <numerusform>Copying %1 to %n drives</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 copied to %n drive(s)</source>
            <translation>
                <numerusform>%1 copied to %n drive</numerusform>
                <numerusform>%1 copied to %n drives</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n are ready</source>
            <translation>
                <numerusform>%n is ready</numerusform>
                <numerusform>%n are ready</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n under way</source>
            <translation>
                <numerusform>%n under way</numerusform>
                <numerusform>%n under way</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n failed</source>
            <translation>
                <numerusform>%n failed</numerusform>
                <numerusform>%n failed</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n stopped</source>
            <translation>
                <numerusform>%n stopped</numerusform>
                <numerusform>%n stopped</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n pulled out</source>
            <translation>
                <numerusform>%n pulled out</numerusform>
                <numerusform>%n pulled out</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left alone</source>
            <translation>
                <numerusform>%n left alone</numerusform>
                <numerusform>%n left alone</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n to be asked about</source>
            <translation>
                <numerusform>%n to be asked about</numerusform>
                <numerusform>%n to be asked about</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n folder(s)</source>
            <translation>
                <numerusform>%n folder</numerusform>
                <numerusform>%n folders</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n file(s)</source>
            <translation>
                <numerusform>%n file</numerusform>
                <numerusform>%n files</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 has %n folder(s) on it. They stay.</source>
            <translation>
                <numerusform>%1 has %n folder on it. It stays.</numerusform>
                <numerusform>%1 has %n folders on it. They stay.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 has %n file(s) on it. They stay.</source>
            <translation>
                <numerusform>%1 has %n file on it. It stays.</numerusform>
                <numerusform>%1 has %n files on it. They stay.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n problem(s) were found</source>
            <translation>
                <numerusform>%n problem was found</numerusform>
                <numerusform>%n problems were found</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Without %n app(s) that could not be had</source>
            <translation>
                <numerusform>Without %n app that could not be had</numerusform>
                <numerusform>Without %n apps that could not be had</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Opening</name>
        <message numerus="yes">
            <source>For %n computer(s)</source>
            <translation>
                <numerusform>For %n computer</numerusform>
                <numerusform>For %n computers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PlanView</name>
        <message numerus="yes">
            <source>For %n computer(s)</source>
            <translation>
                <numerusform>For %n computer</numerusform>
                <numerusform>For %n computers</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReceivingWords</name>
        <message numerus="yes">
            <source>%n newer than on this computer</source>
            <translation>
                <numerusform>%n newer than on this computer</numerusform>
                <numerusform>%n newer than on this computer</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n new</source>
            <translation>
                <numerusform>%n new</numerusform>
                <numerusform>%n new</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more here already.</source>
            <translation>
                <numerusform>%n more here already.</numerusform>
                <numerusform>%n more here already.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 and %n more</source>
            <translation>
                <numerusform>%1 and %n more</numerusform>
                <numerusform>%1 and %n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 of %n app(s) are installed</source>
            <translation>
                <numerusform>%1 of %n app is installed</numerusform>
                <numerusform>%1 of %n apps are installed</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) installed</source>
            <translation>
                <numerusform>%n app installed</numerusform>
                <numerusform>%n apps installed</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Install %n app(s)</source>
            <translation>
                <numerusform>Install %n app</numerusform>
                <numerusform>Install %n apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RemovalWords</name>
        <message numerus="yes">
            <source>with %n part(s) that nothing else needs</source>
            <translation>
                <numerusform>with %n part that nothing else needs</numerusform>
                <numerusform>with %n parts that nothing else needs</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RepositoryChoice</name>
        <message numerus="yes">
            <source>There are %n repositories on it. You are looking at:</source>
            <translation>
                <numerusform>There is %n repository on it. You are looking at:</numerusform>
                <numerusform>There are %n repositories on it. You are looking at:</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ResultList</name>
        <message numerus="yes">
            <source>%n technical part(s)</source>
            <translation>
                <numerusform>%n technical part</numerusform>
                <numerusform>%n technical parts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) for “%1”</source>
            <translation>
                <numerusform>%n app for “%1”</numerusform>
                <numerusform>%n apps for “%1”</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) in %1</source>
            <translation>
                <numerusform>%n app in %1</numerusform>
                <numerusform>%n apps in %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s)</source>
            <translation>
                <numerusform>%n app</numerusform>
                <numerusform>%n apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReviewPage</name>
        <message numerus="yes">
            <source>Write to %n drive(s)</source>
            <translation>
                <numerusform>Write to %n drive</numerusform>
                <numerusform>Write to %n drives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SavedSets</name>
        <message numerus="yes">
            <source>%1: %n app(s) added</source>
            <translation>
                <numerusform>%1: %n app added</numerusform>
                <numerusform>%1: %n apps added</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SearchHead</name>
        <message numerus="yes">
            <source>Search %n app(s)</source>
            <translation>
                <numerusform>Search %n app</numerusform>
                <numerusform>Search %n apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SetDetails</name>
        <message numerus="yes">
            <source>%n more cannot be had</source>
            <translation>
                <numerusform>%n more cannot be had</numerusform>
                <numerusform>%n more cannot be had</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SetWords</name>
        <message numerus="yes">
            <source>%n app(s), %1</source>
            <translation>
                <numerusform>%n app, %1</numerusform>
                <numerusform>%n apps, %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Add %n</source>
            <translation>
                <numerusform>Add %n</numerusform>
                <numerusform>Add %n</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SeveralWords</name>
        <message numerus="yes">
            <source>%n drive(s)</source>
            <translation>
                <numerusform>%n drive</numerusform>
                <numerusform>%n drives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SharingWords</name>
        <message numerus="yes">
            <source>%n computer(s)</source>
            <translation>
                <numerusform>%n computer</numerusform>
                <numerusform>%n computers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Computers in this room can install the %n app(s) from here, without the drive and without internet.</source>
            <translation>
                <numerusform>Computers in this room can install the app from here, without the drive and without internet.</numerusform>
                <numerusform>Computers in this room can install the %n apps from here, without the drive and without internet.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n computer(s) took %1.</source>
            <translation>
                <numerusform>%n computer took %1.</numerusform>
                <numerusform>%n computers took %1.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n computer(s) are here now; what they have not taken whole they cannot install.</source>
            <translation>
                <numerusform>%n computer is here now; what it has not taken whole it cannot install.</numerusform>
                <numerusform>%n computers are here now; what they have not taken whole they cannot install.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 and %n more</source>
            <translation>
                <numerusform>%1 and %n more</numerusform>
                <numerusform>%1 and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StartView</name>
        <message numerus="yes">
            <source>All %n set(s)</source>
            <translation>
                <numerusform>The only set</numerusform>
                <numerusform>All %n sets</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>UpkeepWords</name>
        <message numerus="yes">
            <source>Update %n app(s)</source>
            <translation>
                <numerusform>Update %n app</numerusform>
                <numerusform>Update %n apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Apply %n change(s)</source>
            <translation>
                <numerusform>Apply %n change</numerusform>
                <numerusform>Apply %n changes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n thing(s) that the apps need are newer.</source>
            <translation>
                <numerusform>%n thing that the apps need is newer.</numerusform>
                <numerusform>%n things that the apps need are newer.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Nobody could be asked about %n app(s).</source>
            <translation>
                <numerusform>Nobody could be asked about %n app.</numerusform>
                <numerusform>Nobody could be asked about %n apps.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>YourChoice</name>
        <message numerus="yes">
            <source>For %n computer(s)</source>
            <translation>
                <numerusform>For %n computer</numerusform>
                <numerusform>For %n computers</numerusform>
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
            <source>%n operating system(s)</source>
            <translation>
                <numerusform>%n operating system</numerusform>
                <numerusform>%n operating systems</numerusform>
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
            <source>%n app(s) are on it.</source>
            <translation>
                <numerusform>%n app is on it.</numerusform>
                <numerusform>%n apps are on it.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) were being written.</source>
            <translation>
                <numerusform>%n app was being written.</numerusform>
                <numerusform>%n apps were being written.</numerusform>
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
            <source>%n small one(s)</source>
            <translation>
                <numerusform>%n small one</numerusform>
                <numerusform>%n small ones</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s), %1</source>
            <translation>
                <numerusform>%n app, %1</numerusform>
                <numerusform>%n apps, %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s), %1 new</source>
            <translation>
                <numerusform>%n app, %1 new</numerusform>
                <numerusform>%n apps, %1 new</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>all %n drives</source>
            <translation>
                <numerusform>the one drive</numerusform>
                <numerusform>all %n drives</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n stay</source>
            <translation>
                <numerusform>%n stays</numerusform>
                <numerusform>%n stay</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n new</source>
            <translation>
                <numerusform>%n new</numerusform>
                <numerusform>%n new</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n come(s) off</source>
            <translation>
                <numerusform>%n comes off</numerusform>
                <numerusform>%n come off</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n second(s) left</source>
            <translation>
                <numerusform>about %n second left</numerusform>
                <numerusform>about %n seconds left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n minute(s) left</source>
            <translation>
                <numerusform>about %n minute left</numerusform>
                <numerusform>about %n minutes left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n hour(s) left</source>
            <translation>
                <numerusform>about %n hour left</numerusform>
                <numerusform>about %n hours left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Trying again in %n second(s)</source>
            <translation>
                <numerusform>Trying again in %n second</numerusform>
                <numerusform>Trying again in %n seconds</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All %n app(s) install</source>
            <translation>
                <numerusform>%n app installs</numerusform>
                <numerusform>All %n apps install</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 of %n app(s) install</source>
            <translation>
                <numerusform>%1 of %n app installs</numerusform>
                <numerusform>%1 of %n apps install</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n drive(s), each with %1 free or more.</source>
            <translation>
                <numerusform>%n drive with %1 free.</numerusform>
                <numerusform>%n drives, each with %1 free or more.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Comes off %n drive(s)</source>
            <translation>
                <numerusform>Comes off %n drive</numerusform>
                <numerusform>Comes off %n drives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_Sentences</name>
        <message numerus="yes">
            <source>%n app(s) come(s) off</source>
            <translation>
                <numerusform>%n app comes off</numerusform>
                <numerusform>%n apps come off</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) come(s) off: %1.</source>
            <translation>
                <numerusform>%n app comes off: %1.</numerusform>
                <numerusform>%n apps come off: %1.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) came off: %1.</source>
            <translation>
                <numerusform>%n app came off: %1.</numerusform>
                <numerusform>%n apps came off: %1.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) updated: %1.</source>
            <translation>
                <numerusform>%n app updated: %1.</numerusform>
                <numerusform>%n apps updated: %1.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 and %n more</source>
            <translation>
                <numerusform>%1 and %n more</numerusform>
                <numerusform>%1 and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_Sums</name>
        <message numerus="yes">
            <source>%n app(s) cannot go on a drive.</source>
            <translation>
                <numerusform>%n app cannot go on a drive.</numerusform>
                <numerusform>%n apps cannot go on a drive.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) are too large for this kind of drive.</source>
            <translation>
                <numerusform>%n app is too large for this kind of drive.</numerusform>
                <numerusform>%n apps are too large for this kind of drive.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) may be too large for this kind of drive.</source>
            <translation>
                <numerusform>%n app may be too large for this kind of drive.</numerusform>
                <numerusform>%n apps may be too large for this kind of drive.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) get no more updates.</source>
            <translation>
                <numerusform>%n app gets no more updates.</numerusform>
                <numerusform>%n apps get no more updates.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) run on parts that get no more updates.</source>
            <translation>
                <numerusform>%n app runs on parts that get no more updates.</numerusform>
                <numerusform>%n apps run on parts that get no more updates.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n app(s) have a new name.</source>
            <translation>
                <numerusform>%n app has a new name.</numerusform>
                <numerusform>%n apps have a new name.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Nobody vouches for %n app(s).</source>
            <translation>
                <numerusform>Nobody vouches for %n app.</numerusform>
                <numerusform>Nobody vouches for %n apps.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The lists of %n source(s) are not signed.</source>
            <translation>
                <numerusform>The list of %n source is not signed.</numerusform>
                <numerusform>The lists of %n sources are not signed.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The apps of %n source(s) are for newer computers.</source>
            <translation>
                <numerusform>The apps of %n source are for newer computers.</numerusform>
                <numerusform>The apps of %n sources are for newer computers.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n drive(s) cannot be used.</source>
            <translation>
                <numerusform>%n drive cannot be used.</numerusform>
                <numerusform>%n drives cannot be used.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Nobody vouches for %n source(s).</source>
            <translation>
                <numerusform>Nobody vouches for %n source.</numerusform>
                <numerusform>Nobody vouches for %n sources.</numerusform>
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
            <source>%n app(s) onto %1</source>
            <translation>
                <numerusform>%n app onto %1</numerusform>
                <numerusform>%n apps onto %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Taking %n app(s) off %1</source>
            <translation>
                <numerusform>Taking %n app off %1</numerusform>
                <numerusform>Taking %n apps off %1</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n part(s)</source>
            <translation>
                <numerusform>%n part</numerusform>
                <numerusform>%n parts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n part(s), most shared by all apps</source>
            <translation>
                <numerusform>%n part, shared by all apps</numerusform>
                <numerusform>%n parts, most shared by all apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n part(s), most shared by several apps</source>
            <translation>
                <numerusform>%n part, shared by several apps</numerusform>
                <numerusform>%n parts, most shared by several apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_View</name>
        <message numerus="yes">
            <source>Update all %n app(s)</source>
            <translation>
                <numerusform>Update %n app</numerusform>
                <numerusform>Update all %n apps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>_Words</name>
        <message numerus="yes">
            <source>%n of %1 app(s) damaged, and cannot be installed from this drive</source>
            <translation>
                <numerusform>%n of %1 apps is damaged and cannot be installed from this drive</numerusform>
                <numerusform>%n of %1 apps are damaged and cannot be installed from this drive</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The other %n are sound.</source>
            <translation>
                <numerusform>The other one is sound.</numerusform>
                <numerusform>The other %n are sound.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All %n app(s) are sound</source>
            <translation>
                <numerusform>Its %n app is sound</numerusform>
                <numerusform>All %n apps are sound</numerusform>
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
            <source>%n newer than on this computer</source>
            <translation>
                <numerusform>%n newer than on this computer</numerusform>
                <numerusform>%n newer than on this computer</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 ✓ in %2 of %n app(s)</source>
            <translation>
                <numerusform>%1 ✓ in %2 of %n app</numerusform>
                <numerusform>%1 ✓ in %2 of %n apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Show the %n</source>
            <translation>
                <numerusform>Show the %n</numerusform>
                <numerusform>Show the %n</numerusform>
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
            <source>%n new app(s)</source>
            <translation>
                <numerusform>%n new app</numerusform>
                <numerusform>%n new apps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 and %n more</source>
            <translation>
                <numerusform>%1 and %n more</numerusform>
                <numerusform>%1 and %n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n part(s) that apps need differ(s).</source>
            <translation>
                <numerusform>%n part that apps need differs.</numerusform>
                <numerusform>%n parts that apps need differ.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of %1 app(s) differ(s)</source>
            <translation>
                <numerusform>%n of %1 apps differs</numerusform>
                <numerusform>%n of %1 apps differ</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Of %1 only a newer version is to be had, so that comes.</source>
            <translation>
                <numerusform>Of %1 only a newer version is to be had, so that comes.</numerusform>
                <numerusform>Of %1 only newer versions are to be had, so these come.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 gets a newer version with it.</source>
            <translation>
                <numerusform>%1 gets a newer version with it.</numerusform>
                <numerusform>%1 get newer versions with it.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%1 is not to be had any more, and comes off.</source>
            <translation>
                <numerusform>%1 is not to be had any more, and comes off.</numerusform>
                <numerusform>%1 are not to be had any more, and come off.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) that do not belong there are moved aside, not deleted.</source>
            <translation>
                <numerusform>%n file that does not belong there is moved aside, not deleted.</numerusform>
                <numerusform>%n files that do not belong there are moved aside, not deleted.</numerusform>
            </translation>
        </message>
    </context>
</TS>
