<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppView</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
</context>
</TS>
