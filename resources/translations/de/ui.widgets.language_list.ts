<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>LanguageList</name>
    <message>
        <source>Languages, best first</source>
        <translation>Sprachen, die beste zuerst</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Add a language</source>
        <translation>Sprache hinzufügen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the language</source>
        <translation>Die Sprache entfernen</translation>
    </message>
    <message>
        <source>Make it the first</source>
        <translation>An die erste Stelle</translation>
    </message>
    <message>
        <source>As on this computer</source>
        <translation>Wie auf diesem Computer</translation>
    </message>
    <message>
        <source>Languages as on this computer</source>
        <translation>Sprachen wie auf diesem Computer</translation>
    </message>
</context>
</TS>
