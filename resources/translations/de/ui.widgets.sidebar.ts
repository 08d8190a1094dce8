<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Sidebar</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>Step %1, %2, done</source>
        <translation>Schritt %1, %2, erledigt</translation>
    </message>
    <message>
        <source>Step %1, %2, open now</source>
        <translation>Schritt %1, %2, jetzt offen</translation>
    </message>
    <message>
        <source>Step %1, %2, not yet</source>
        <translation>Schritt %1, %2, noch nicht</translation>
    </message>
    <message>
        <source>%1, open now</source>
        <translation>%1, jetzt offen</translation>
    </message>
</context>
</TS>
