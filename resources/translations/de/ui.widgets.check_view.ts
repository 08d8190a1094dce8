<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>CheckView</name>
    <message>
        <source>What was found, by what to do about it</source>
        <translation>Befunde, geordnet danach, was zu tun ist</translation>
    </message>
    <message>
        <source>Write it again…</source>
        <translation>Noch einmal schreiben&#xa0;…</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>To the settings</source>
        <translation>Zu den Einstellungen</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Noch nicht geprüft</translation>
    </message>
    <message>
        <source>A check reads everything back and tells whether the drive can be relied on.</source>
        <translation>Eine Prüfung liest alles zurück und sagt, ob auf das Laufwerk Verlass ist.</translation>
    </message>
    <message>
        <source>The check was stopped</source>
        <translation>Die Prüfung wurde abgebrochen</translation>
    </message>
    <message>
        <source>Nothing has been changed. Check again whenever you like.</source>
        <translation>Nichts wurde verändert. Prüfen Sie noch einmal, wann Sie möchten.</translation>
    </message>
    <message>
        <source>So nobody can say whether the drive is sound.</source>
        <translation>So kann niemand sagen, ob das Laufwerk in Ordnung ist.</translation>
    </message>
    <message>
        <source>Reading everything back</source>
        <translation>Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Looking at what there is</source>
        <translation>Es wird nachgesehen, was da ist</translation>
    </message>
    <message>
        <source>%1 parts, %2</source>
        <translation>%1 Teile, %2</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>noch etwa %1</translation>
    </message>
    <message>
        <source>Nothing is damaged, but nobody here knows whose it is.</source>
        <translation>Nichts ist beschädigt, aber hier weiß niemand, von wem es ist.</translation>
    </message>
    <message numerus="yes">
        <source>It is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>Es ist nicht in Ordnung: %n Problem wurde gefunden.</numerusform>
            <numerusform>Es ist nicht in Ordnung: %n Probleme wurden gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is sound. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>Es ist in Ordnung. Eines sollten Sie wissen.</numerusform>
            <numerusform>Es ist in Ordnung. %n Dinge sollten Sie wissen.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is sound: everything on it is as its makers signed it.</source>
        <translation>Es ist in Ordnung: Alles darauf ist so, wie die Hersteller es signiert haben.</translation>
    </message>
    <message>
        <source>%1 parts, %2, read in %3</source>
        <translation>%1 Teile, %2, gelesen in %3</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und noch %n.</numerusform>
            <numerusform>Und noch %n.</numerusform>
        </translation>
    </message>
</context>
</TS>
