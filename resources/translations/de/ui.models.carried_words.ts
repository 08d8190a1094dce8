<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Carried</name>
    <message>
        <source>List for old computers</source>
        <translation>Liste für alte Computer</translation>
    </message>
    <message>
        <source>Names and pictures of apps</source>
        <translation>Namen und Bilder der Apps</translation>
    </message>
    <message>
        <source>%1, translations</source>
        <translation>%1, Übersetzungen</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Report about a drive</source>
        <translation>Bericht über ein Laufwerk</translation>
    </message>
    <message>
        <source>What is on it</source>
        <translation>Was darauf ist</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>Signiert von</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Gemeinsam</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>All together</source>
        <translation>Alles zusammen</translation>
    </message>
    <message>
        <source>Lists, keys and directories</source>
        <translation>Listen, Schlüssel und Ordner</translation>
    </message>
    <message>
        <source>Needed by nothing</source>
        <translation>Von nichts gebraucht</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Size of the drive</source>
        <translation>Größe des Laufwerks</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Bespielt von</translation>
    </message>
    <message>
        <source>en</source>
        <translation>de</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>Fits the refs</source>
        <translation>Passt zu den Refs</translation>
    </message>
    <message>
        <source>Copy of the upstream summary</source>
        <translation>Kopie der Übersicht der Quelle</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Aktuell</translation>
    </message>
    <message>
        <source>There is a newer one</source>
        <translation>Es gibt eine neuere</translation>
    </message>
    <message>
        <source>Newer than the copied list</source>
        <translation>Neuer als die kopierte Liste</translation>
    </message>
    <message>
        <source>Not in the publisher&apos;s list</source>
        <translation>Nicht in der Liste des Herausgebers</translation>
    </message>
    <message>
        <source>No list to compare with</source>
        <translation>Keine Liste zum Vergleichen</translation>
    </message>
    <message>
        <source>Not complete</source>
        <translation>Nicht vollständig</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Not signed</source>
        <translation>Nicht signiert</translation>
    </message>
    <message>
        <source>Damaged signature</source>
        <translation>Beschädigte Signatur</translation>
    </message>
    <message>
        <source>Signed, key not known here</source>
        <translation>Signiert, Schlüssel hier nicht bekannt</translation>
    </message>
    <message>
        <source>Key has expired</source>
        <translation>Schlüssel ist abgelaufen</translation>
    </message>
    <message>
        <source>Signature has expired</source>
        <translation>Signatur ist abgelaufen</translation>
    </message>
    <message>
        <source>Key was revoked</source>
        <translation>Schlüssel wurde widerrufen</translation>
    </message>
</context>
</TS>
