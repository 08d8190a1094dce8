<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CheckView</name>
    <message numerus="yes">
        <source>It is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>It is not sound: %n problem was found.</numerusform>
            <numerusform>It is not sound: %n problems were found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is sound. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>It is sound. There is %n thing to know.</numerusform>
            <numerusform>It is sound. There are %n things to know.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>And %n more.</numerusform>
            <numerusform>And %n more.</numerusform>
        </translation>
    </message>
</context>
</TS>
