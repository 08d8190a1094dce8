<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CacheSettings</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear what is kept</source>
        <translation>Gespeichertes leeren</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Change where it is kept</source>
        <translation>Ändern, wo es aufbewahrt wird</translation>
    </message>
    <message>
        <source>Usual place</source>
        <translation>Üblicher Ort</translation>
    </message>
    <message>
        <source>Keep it in the usual place</source>
        <translation>Am üblichen Ort speichern</translation>
    </message>
    <message>
        <source>Keep at most</source>
        <translation>Höchstens speichern</translation>
    </message>
    <message>
        <source>Holds now:</source>
        <translation>Enthält jetzt:</translation>
    </message>
    <message>
        <source>At most:</source>
        <translation>Höchstens:</translation>
    </message>
    <message>
        <source>Place:</source>
        <translation>Ort:</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>Where to keep it</source>
        <translation>Wo es aufbewahrt wird</translation>
    </message>
</context>
</TS>
