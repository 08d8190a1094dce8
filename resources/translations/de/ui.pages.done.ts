<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>DonePage</name>
    <message>
        <source>Nothing has been made yet</source>
        <translation>Es wurde noch nichts geschrieben</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>The drive is ready</source>
        <translation>Das Laufwerk ist fertig</translation>
    </message>
</context>
</TS>
