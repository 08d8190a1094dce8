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
        <message>
            <source>{orphans} objects ({size}) belong to no ref.</source>
            <translation>Parts that nothing needs: {orphans} ({size}).</translation>
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
        <name>ChosenButton</name>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>%n chosen</numerusform>
                <numerusform>%n chosen</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ContentsView</name>
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
</TS>
