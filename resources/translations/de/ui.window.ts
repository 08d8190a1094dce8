<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>MainWindow</name>
    <message>
        <source>Satchel, demo</source>
        <translation>Satchel, Demo</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>There is something to know about your settings: see Settings.</source>
        <translation>Zu Ihren Einstellungen gibt es etwas zu wissen: siehe Einstellungen.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>Stop writing?</source>
        <translation>Schreiben abbrechen?</translation>
    </message>
    <message>
        <source>The drive is still being written.</source>
        <translation>Das Laufwerk wird noch beschrieben.</translation>
    </message>
    <message>
        <source>If you stop now, what was on the drive before stays usable, and the next time goes on from here.</source>
        <translation>Wenn Sie jetzt abbrechen, bleibt alles benutzbar, was vorher auf dem Laufwerk war, und beim nächsten Mal geht es von hier aus weiter.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Abbrechen und schließen</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>Weiterschreiben</translation>
    </message>
</context>
</TS>
