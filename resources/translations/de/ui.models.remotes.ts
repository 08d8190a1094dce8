<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>RemotesModel</name>
    <message>
        <source>%1, switched off</source>
        <translation>%1, abgeschaltet</translation>
    </message>
    <message>
        <source>Looking at its key…</source>
        <translation>Der Schlüssel wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>No key: nothing from it can be verified, so it is refused</source>
        <translation>Kein Schlüssel: Nichts von dort lässt sich prüfen, darum wird es abgelehnt</translation>
    </message>
    <message>
        <source>Key %1</source>
        <translation>Schlüssel %1</translation>
    </message>
    <message>
        <source>only for now</source>
        <translation>nur für jetzt</translation>
    </message>
    <message>
        <source>added by you</source>
        <translation>von Ihnen hinzugefügt</translation>
    </message>
    <message>
        <source>your flatpak has it</source>
        <translation>aus Ihrem Flatpak</translation>
    </message>
    <message>
        <source>flatpak on this computer has it</source>
        <translation>aus dem Flatpak dieses Computers</translation>
    </message>
    <message>
        <source>predefined on this computer</source>
        <translation>auf diesem Computer vorgegeben</translation>
    </message>
    <message>
        <source>comes with Satchel</source>
        <translation>kommt mit Satchel</translation>
    </message>
    <message>
        <source>flatpak has it in %1</source>
        <translation>aus dem Flatpak „%1“</translation>
    </message>
</context>
</TS>
