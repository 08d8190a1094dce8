<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>TreeMap</name>
    <message>
        <source>What takes the space</source>
        <translation>Was den Platz braucht</translation>
    </message>
    <message>
        <source>Point at a part, or go through them with the arrow keys.</source>
        <translation>Zeigen Sie auf einen Teil oder gehen Sie mit den Pfeiltasten hindurch.</translation>
    </message>
</context>
</TS>
