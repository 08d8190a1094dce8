<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>Shared by %n</source>
        <translation>
            <numerusform>Shared by %n</numerusform>
            <numerusform>Shared by %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n small thing(s)</source>
        <translation>
            <numerusform>%n small thing</numerusform>
            <numerusform>%n small things</numerusform>
        </translation>
    </message>
</context>
</TS>
