<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>PlaceBar</name>
    <message>
        <source>Drive or folder to look at</source>
        <translation>Laufwerk oder Ordner zum Ansehen</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Demo drive</source>
        <translation>Demo-Laufwerk</translation>
    </message>
</context>
</TS>
