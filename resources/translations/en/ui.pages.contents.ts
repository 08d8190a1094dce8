<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ContentsPage</name>
    <message numerus="yes">
        <source>There are %n repositories on it. You are looking at:</source>
        <translation>
            <numerusform>There is %n repository on it. You are looking at:</numerusform>
            <numerusform>There are %n repositories on it. You are looking at:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n app</numerusform>
            <numerusform>%n apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) they need</source>
        <translation>
            <numerusform>%n thing they need</numerusform>
            <numerusform>%n things they need</numerusform>
        </translation>
    </message>
</context>
</TS>
