<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>FailurePanel</name>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
</context>
</TS>
