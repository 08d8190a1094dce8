<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>DrivePage</name>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Demo drive</source>
        <translation>Demo-Laufwerk</translation>
    </message>
    <message>
        <source>Drive</source>
        <translation>Laufwerk</translation>
    </message>
    <message>
        <source>Where should the apps go?</source>
        <translation>Wohin sollen die Apps?</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps auswählen</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>No drive chosen yet</source>
        <translation>Noch kein Laufwerk ausgewählt</translation>
    </message>
    <message>
        <source>Plug in a USB drive.</source>
        <translation>Stecken Sie ein USB-Laufwerk ein.</translation>
    </message>
</context>
</TS>
