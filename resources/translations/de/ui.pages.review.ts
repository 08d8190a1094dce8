<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ReviewPage</name>
    <message>
        <source>Choose apps first</source>
        <translation>Wählen Sie zuerst Apps aus</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>This will be written</source>
        <translation>Das wird geschrieben</translation>
    </message>
    <message>
        <source>Write to the drive</source>
        <translation>Auf das Laufwerk schreiben</translation>
    </message>
</context>
</TS>
