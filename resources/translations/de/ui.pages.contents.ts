<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ContentsPage</name>
    <message>
        <source>No drive chosen yet</source>
        <translation>Noch kein Laufwerk ausgewählt</translation>
    </message>
    <message>
        <source>Choose a drive first.</source>
        <translation>Wählen Sie zuerst ein Laufwerk.</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>What is on the drive</source>
        <translation>Was auf dem Laufwerk ist</translation>
    </message>
</context>
</TS>
