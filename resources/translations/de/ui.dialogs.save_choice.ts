<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SaveChoiceDialog</name>
    <message>
        <source>Save this choice</source>
        <translation>Diese Auswahl speichern</translation>
    </message>
    <message>
        <source>Name of the choice:</source>
        <translation>Name der Auswahl:</translation>
    </message>
    <message>
        <source>Name of the choice</source>
        <translation>Name der Auswahl</translation>
    </message>
    <message>
        <source>Class 5b</source>
        <translation>Klasse 5b</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>The saved choice of this name will be replaced.</source>
        <translation>Die gespeicherte Auswahl dieses Namens wird ersetzt.</translation>
    </message>
    <message>
        <source>It cannot be called so. Use letters, digits and spaces, not too many.</source>
        <translation>So kann sie nicht heißen. Nehmen Sie Buchstaben, Ziffern und Leerzeichen, nicht zu viele.</translation>
    </message>
</context>
</TS>
