<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>This is the demo: what you set here counts until it closes.</source>
        <translation>Das ist die Demo: Was Sie hier einstellen, gilt, bis sie geschlossen wird.</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Gut zu wissen</translation>
    </message>
    <message>
        <source>Remotes</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Where apps come from. What comes from there is judged by these keys.</source>
        <translation>Woher Apps kommen. Was von dort kommt, wird mit diesen Schlüsseln geprüft.</translation>
    </message>
    <message>
        <source>Add a remote…</source>
        <translation>Quelle hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the remote</source>
        <translation>Die Quelle entfernen</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Apps are described in the first of these that there is. The window follows the next time Satchel starts.</source>
        <translation>Apps werden in der ersten dieser Sprachen beschrieben, die es gibt. Das Fenster folgt beim nächsten Start von Satchel.</translation>
    </message>
    <message>
        <source>Computers and network</source>
        <translation>Computer und Netz</translation>
    </message>
    <message>
        <source>Drives are for computers of the kind</source>
        <translation>Laufwerke sind für Computer der Art</translation>
    </message>
    <message>
        <source>Connections at once</source>
        <translation>Verbindungen zugleich</translation>
    </message>
    <message>
        <source>Drives are for computers of the kind:</source>
        <translation>Laufwerke sind für Computer der Art:</translation>
    </message>
    <message>
        <source>Connections at once:</source>
        <translation>Verbindungen zugleich:</translation>
    </message>
    <message>
        <source>Kept on this computer</source>
        <translation>Auf diesem Computer aufbewahrt</translation>
    </message>
    <message>
        <source>Catalogues and lists of remotes, so that little is fetched twice.</source>
        <translation>Kataloge und Listen der Quellen, damit wenig zweimal geholt wird.</translation>
    </message>
    <message>
        <source>This computer&apos;s (%1)</source>
        <translation>Wie dieser Computer (%1)</translation>
    </message>
    <message>
        <source>%1 was not added here, so it cannot be removed here.</source>
        <translation>%1 wurde nicht hier hinzugefügt und kann hier nicht entfernt werden.</translation>
    </message>
    <message>
        <source>Remove the remote?</source>
        <translation>Quelle entfernen?</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>Nothing more can be chosen from it. Drives keep what they have from there.</source>
        <translation>Von dort lässt sich nichts mehr wählen. Laufwerke behalten, was sie von dort haben.</translation>
    </message>
</context>
</TS>
