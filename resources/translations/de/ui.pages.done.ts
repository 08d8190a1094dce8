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
        <source>Choose a drive and apps first.</source>
        <translation>Wählen Sie zuerst ein Laufwerk und Apps.</translation>
    </message>
    <message>
        <source>What was found, by what to do about it</source>
        <translation>Befunde, geordnet danach, was zu tun ist</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
    <message>
        <source>Show what is on it</source>
        <translation>Zeigen, was darauf ist</translation>
    </message>
    <message>
        <source>Make another with the same choice</source>
        <translation>Noch eines mit derselben Auswahl</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Write it again</source>
        <translation>Noch einmal schreiben</translation>
    </message>
    <message numerus="yes">
        <source>%1 is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>%1 ist nicht in Ordnung: %n Problem wurde gefunden.</numerusform>
            <numerusform>%1 ist nicht in Ordnung: %n Probleme wurden gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 is ready. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>%1 ist fertig. Eines sollten Sie wissen.</numerusform>
            <numerusform>%1 ist fertig. %n Dinge sollten Sie wissen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is ready: everything was read back and is right.</source>
        <translation>%1 ist fertig: Alles wurde zurückgelesen und stimmt.</translation>
    </message>
    <message>
        <source>%1 parts (%2) were written in %3.</source>
        <translation>%1 Teile (%2) wurden in %3 geschrieben.</translation>
    </message>
    <message>
        <source>All of it was there already. Seeing to that took %3.</source>
        <translation>Alles war schon da. Das festzustellen dauerte %3.</translation>
    </message>
    <message>
        <source>It is good until %1, when the first key or signature on it ends.</source>
        <translation>Es gilt bis %1; dann endet der erste Schlüssel oder die erste Signatur darauf.</translation>
    </message>
    <message>
        <source>Not signed, so nobody can verify it: %1.</source>
        <translation>Nicht signiert, daher von niemandem prüfbar: %1.</translation>
    </message>
    <message>
        <source>Ejecting…</source>
        <translation>Wird ausgeworfen&#xa0;…</translation>
    </message>
    <message>
        <source>You can pull it out now.</source>
        <translation>Sie können es jetzt abziehen.</translation>
    </message>
    <message>
        <source>Do not pull it out yet.</source>
        <translation>Ziehen Sie es noch nicht ab.</translation>
    </message>
</context>
</TS>
