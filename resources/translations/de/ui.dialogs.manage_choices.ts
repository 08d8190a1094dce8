<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ManageChoicesDialog</name>
    <message>
        <source>Saved choices</source>
        <translation>Gespeicherte Auswahlen</translation>
    </message>
    <message>
        <source>Choices that cannot be used</source>
        <translation>Auswahlen, die sich nicht verwenden lassen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Weitergeben&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1, cannot be used</source>
        <translation>%1, nicht verwendbar</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n to choose</source>
        <translation>
            <numerusform>%1, %n gewählt</numerusform>
            <numerusform>%1, %n gewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is saved</source>
        <translation>Nichts gespeichert</translation>
    </message>
    <message>
        <source>Choose apps, then save the choice under a name.</source>
        <translation>Wählen Sie Apps und speichern Sie die Auswahl unter einem Namen.</translation>
    </message>
    <message>
        <source>It was written to %1.</source>
        <translation>Sie steht jetzt in %1.</translation>
    </message>
    <message>
        <source>Export the choice</source>
        <translation>Die Auswahl weitergeben</translation>
    </message>
</context>
</TS>
