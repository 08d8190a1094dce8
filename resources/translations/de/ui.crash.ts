<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Crash</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Something went wrong that should not.</source>
        <translation>Etwas ist schiefgegangen, das nicht schiefgehen sollte.</translation>
    </message>
    <message>
        <source>This is a bug in Satchel. You can go on; what is on the drive is as before, or can be completed by doing the same again. Please report it.</source>
        <translation>Das ist ein Fehler in Satchel. Sie können weitermachen; was auf dem Laufwerk ist, ist wie zuvor oder wird vollständig, wenn Sie dasselbe noch einmal tun. Bitte melden Sie den Fehler.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
</context>
</TS>
