<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CollectionsDialog</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Place of the repository</source>
        <translation>Ort des Repositorys</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>More repositories on this drive</source>
        <translation>Weitere Repositorys auf diesem Laufwerk</translation>
    </message>
    <message>
        <source>Collections and their lists</source>
        <translation>Sammlungen und ihre Listen</translation>
    </message>
    <message>
        <source>Everything agrees.</source>
        <translation>Alles stimmt überein.</translation>
    </message>
    <message>
        <source>Do they agree?</source>
        <translation>Stimmt alles überein?</translation>
    </message>
</context>
</TS>
