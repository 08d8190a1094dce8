<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ReviewPage</name>
    <message>
        <source>Choose apps first</source>
        <translation>Wählen Sie zuerst Apps</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>to download</source>
        <translation>herunterzuladen</translation>
    </message>
    <message>
        <source>on the drive</source>
        <translation>auf dem Laufwerk</translation>
    </message>
    <message>
        <source>free afterwards</source>
        <translation>danach frei</translation>
    </message>
    <message>
        <source>What will be written and why</source>
        <translation>Was geschrieben wird und warum</translation>
    </message>
    <message>
        <source>Worth reading</source>
        <translation>Zu beachten</translation>
    </message>
    <message>
        <source>This will be written</source>
        <translation>Das wird geschrieben</translation>
    </message>
    <message>
        <source>Work it out again</source>
        <translation>Neu berechnen</translation>
    </message>
    <message>
        <source>Write to the drive</source>
        <translation>Auf das Laufwerk schreiben</translation>
    </message>
    <message>
        <source>Working out what will be written…</source>
        <translation>Es wird berechnet, was geschrieben wird&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Noch wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>Choose a drive first</source>
        <translation>Wählen Sie zuerst ein Laufwerk</translation>
    </message>
    <message>
        <source>Choose a drive</source>
        <translation>Laufwerk wählen</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
</context>
</TS>
