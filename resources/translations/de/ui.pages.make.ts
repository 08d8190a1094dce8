<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>MakePage</name>
    <message>
        <source>Nothing is being written</source>
        <translation>Es wird nichts geschrieben</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Writing to the drive</source>
        <translation>Das Laufwerk wird beschrieben</translation>
    </message>
</context>
</TS>
