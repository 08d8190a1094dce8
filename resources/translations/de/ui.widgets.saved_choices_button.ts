<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SavedChoicesButton</name>
    <message>
        <source>Saved choices</source>
        <translation>Gespeicherte Auswahlen</translation>
    </message>
    <message>
        <source>Save this choice…</source>
        <translation>Diese Auswahl speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Einlesen&#xa0;…</translation>
    </message>
    <message>
        <source>The output of flatpak list, a .preinstall file, or an exported choice</source>
        <translation>Die Ausgabe von flatpak list, eine .preinstall-Datei oder eine weitergegebene Auswahl</translation>
    </message>
    <message>
        <source>Export this choice…</source>
        <translation>Diese Auswahl weitergeben&#xa0;…</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing saved yet</source>
        <translation>Noch nichts gespeichert</translation>
    </message>
    <message>
        <source>choice</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Export this choice</source>
        <translation>Diese Auswahl weitergeben</translation>
    </message>
    <message>
        <source>The choice was saved as %1.</source>
        <translation>Die Auswahl wurde als %1 gespeichert.</translation>
    </message>
    <message>
        <source>Import a choice</source>
        <translation>Eine Auswahl einlesen</translation>
    </message>
    <message>
        <source>Replace the choice?</source>
        <translation>Auswahl ersetzen?</translation>
    </message>
    <message numerus="yes">
        <source>%n are chosen already.</source>
        <translation>
            <numerusform>Etwas ist schon gewählt.</numerusform>
            <numerusform>%n sind schon gewählt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Shall %1 take their place, or be added to them?</source>
        <translation>Soll %1 an ihre Stelle treten oder dazukommen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen.</source>
        <translation>
            <numerusform>%1: %n gewählt.</numerusform>
            <numerusform>%1: %n gewählt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen, %2 not found.</source>
        <translation>
            <numerusform>%1: %n gewählt, %2 nicht gefunden.</numerusform>
            <numerusform>%1: %n gewählt, %2 nicht gefunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das ging nicht</translation>
    </message>
</context>
</TS>
