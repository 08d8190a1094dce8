<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>DriverList</name>
    <message>
        <source>Search drivers</source>
        <translation>Treiber suchen</translation>
    </message>
    <message>
        <source>Graphics drivers</source>
        <translation>Grafiktreiber</translation>
    </message>
</context>
</TS>
