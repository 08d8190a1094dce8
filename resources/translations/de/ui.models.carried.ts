<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Carried</name>
    <message>
        <source>Only for it: %1. Shared with others: %2.</source>
        <translation>Nur dafür: %1. Mit anderen gemeinsam: %2.</translation>
    </message>
</context>
</TS>
