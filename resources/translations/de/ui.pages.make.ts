<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>MakePage</name>
    <message>
        <source>Nothing is being written</source>
        <translation>Es wird nichts geschrieben</translation>
    </message>
    <message>
        <source>Review what will be written first.</source>
        <translation>Sehen Sie zuerst durch, was geschrieben wird.</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Signaturen</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Writing to the drive</source>
        <translation>Das Laufwerk wird beschrieben</translation>
    </message>
    <message>
        <source>See the result</source>
        <translation>Ergebnis ansehen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>The drive is ready</source>
        <translation>Das Laufwerk ist fertig</translation>
    </message>
    <message>
        <source>The drive is not sound</source>
        <translation>Das Laufwerk ist nicht in Ordnung</translation>
    </message>
    <message>
        <source>You can go on in Satchel.</source>
        <translation>Sie können in Satchel weitermachen.</translation>
    </message>
    <message>
        <source>The drive is not finished</source>
        <translation>Das Laufwerk ist nicht fertig</translation>
    </message>
    <message>
        <source>The drive is written</source>
        <translation>Das Laufwerk ist bespielt</translation>
    </message>
    <message>
        <source>%1 of %2 parts, %3</source>
        <translation>%1 von %2 Teilen, %3</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 pro Sekunde</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>noch etwa %1</translation>
    </message>
    <message>
        <source>Waiting: nothing has moved for %1</source>
        <translation>Wartet: Seit %1 bewegt sich nichts</translation>
    </message>
    <message>
        <source>Checking signatures</source>
        <translation>Signaturen werden geprüft</translation>
    </message>
    <message>
        <source>Downloading and checking</source>
        <translation>Wird heruntergeladen und geprüft</translation>
    </message>
    <message>
        <source>Writing to the drive. Do not unplug it.</source>
        <translation>Wird auf das Laufwerk geschrieben. Nicht abziehen.</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Wird abgeschlossen</translation>
    </message>
    <message>
        <source>Reading everything back</source>
        <translation>Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Going on</source>
        <translation>Es geht weiter</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
</context>
</TS>
