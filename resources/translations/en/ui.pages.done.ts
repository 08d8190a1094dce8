<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>DonePage</name>
    <message numerus="yes">
        <source>%1 is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>%1 is not sound: %n problem was found.</numerusform>
            <numerusform>%1 is not sound: %n problems were found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 is ready. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>%1 is ready. There is one thing to know.</numerusform>
            <numerusform>%1 is ready. There are %n things to know.</numerusform>
        </translation>
    </message>
</context>
</TS>
