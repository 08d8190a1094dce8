<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CarriedTable</name>
    <message>
        <source>Everything on the drive</source>
        <translation>Alles auf dem Laufwerk</translation>
    </message>
</context>
</TS>
