<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>FormatDialog</name>
    <message>
        <source>Format a drive</source>
        <translation>Laufwerk formatieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Erase and format</source>
        <translation>Löschen und formatieren</translation>
    </message>
    <message>
        <source>Format %1?</source>
        <translation>%1 formatieren?</translation>
    </message>
    <message>
        <source>ext4, for computers with Linux</source>
        <translation>ext4, für Computer mit Linux</translation>
    </message>
    <message>
        <source>exFAT, also for Windows and macOS</source>
        <translation>exFAT, auch für Windows und macOS</translation>
    </message>
    <message>
        <source>Its new name:</source>
        <translation>Neuer Name:</translation>
    </message>
    <message>
        <source>To go on, type %1:</source>
        <translation>Zum Fortfahren %1 eintippen:</translation>
    </message>
    <message>
        <source>Everything on it will be lost:</source>
        <translation>Alles darauf geht verloren:</translation>
    </message>
    <message>
        <source>The best choice: small files take little room, and it bears being unplugged.</source>
        <translation>Die beste Wahl: Kleine Dateien brauchen wenig Platz, und es verträgt auch einmal das Abziehen.</translation>
    </message>
    <message>
        <source>If other files are to travel on it as well; apps take a little more room.</source>
        <translation>Wenn auch andere Dateien mitreisen sollen; Apps brauchen etwas mehr Platz.</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1, %2, serial number %3</source>
        <translation>%1, %2, Seriennummer %3</translation>
    </message>
    <message>
        <source>what this computer cannot read, if there is anything</source>
        <translation>was dieser Computer nicht lesen kann, falls etwas da ist</translation>
    </message>
    <message>
        <source>unknown content</source>
        <translation>unbekannter Inhalt</translation>
    </message>
    <message>
        <source>Formatting…</source>
        <translation>Wird formatiert&#xa0;…</translation>
    </message>
    <message>
        <source>Leave the drive plugged in. This takes a moment.</source>
        <translation>Lassen Sie das Laufwerk eingesteckt. Das dauert einen Moment.</translation>
    </message>
    <message>
        <source>The drive is ready for apps</source>
        <translation>Das Laufwerk ist bereit für Apps</translation>
    </message>
    <message>
        <source>The drive was unplugged</source>
        <translation>Das Laufwerk wurde abgezogen</translation>
    </message>
    <message>
        <source>Nothing was written. Plug it in again to format it.</source>
        <translation>Es wurde nichts geschrieben. Zum Formatieren stecken Sie es wieder ein.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
</TS>
