<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>failures</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Choose another drive</source>
        <translation>Anderes Laufwerk wählen</translation>
    </message>
    <message>
        <source>Back to apps</source>
        <translation>Zurück zu den Apps</translation>
    </message>
    <message>
        <source>Show the keys…</source>
        <translation>Schlüssel zeigen&#xa0;…</translation>
    </message>
    <message>
        <source>Use the older state</source>
        <translation>Älteren Stand verwenden</translation>
    </message>
    <message>
        <source>See what is on it</source>
        <translation>Inhalt ansehen</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Nothing was written. The drive is as before.</source>
        <translation>Es wurde nichts geschrieben. Das Laufwerk ist wie zuvor.</translation>
    </message>
    <message>
        <source>What was on the drive before stays usable. The next time goes on from here.</source>
        <translation>Was vorher auf dem Laufwerk war, bleibt benutzbar. Beim nächsten Mal geht es von hier weiter.</translation>
    </message>
    <message>
        <source>Everything has been written, but it is not checked yet.</source>
        <translation>Alles ist geschrieben, aber noch nicht geprüft.</translation>
    </message>
</context>
</TS>
