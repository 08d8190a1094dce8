<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppsPage</name>
    <message>
        <source>What to choose from</source>
        <translation>Woraus gewählt wird</translation>
    </message>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Runtimes and extensions</source>
        <translation>Laufzeitumgebungen und Erweiterungen</translation>
    </message>
    <message>
        <source>Languages and graphics…</source>
        <translation>Sprachen und Grafik&#xa0;…</translation>
    </message>
    <message>
        <source>Add a remote…</source>
        <translation>Quelle hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Show only what is chosen</source>
        <translation>Nur Gewähltes zeigen</translation>
    </message>
    <message>
        <source>Which apps?</source>
        <translation>Welche Apps?</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Choose at least one app.</source>
        <translation>Wählen Sie mindestens eine App.</translation>
    </message>
    <message>
        <source>Fetching the catalogue</source>
        <translation>Der Katalog wird geholt</translation>
    </message>
    <message>
        <source>The first time this takes a while; it is kept on this computer.</source>
        <translation>Beim ersten Mal dauert das etwas; er bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Fetching the catalogues, %1 of %2</source>
        <translation>Die Kataloge werden geholt, %1 von %2</translation>
    </message>
    <message>
        <source>No remote is known</source>
        <translation>Keine Quelle bekannt</translation>
    </message>
    <message>
        <source>Add one to choose from: the address or file its makers publish.</source>
        <translation>Fügen Sie eine hinzu: mit der Adresse oder Datei, die ihre Betreiber veröffentlichen.</translation>
    </message>
    <message>
        <source>The catalogue was not fetched</source>
        <translation>Der Katalog wurde nicht geholt</translation>
    </message>
    <message>
        <source>You stopped it. Nothing on the drive has changed.</source>
        <translation>Sie haben es abgebrochen. Auf dem Laufwerk hat sich nichts geändert.</translation>
    </message>
    <message>
        <source>Fetch it</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Without it no apps can be chosen. The drive is as it was.</source>
        <translation>Ohne ihn kann keine App gewählt werden. Das Laufwerk ist, wie es war.</translation>
    </message>
    <message>
        <source>%1 could not be reached; this is how it was on %2.</source>
        <translation>%1 war nicht zu erreichen; so war der Stand am %2.</translation>
    </message>
    <message>
        <source>Of %1 only names are known: %2</source>
        <translation>Von %1 sind nur Namen bekannt: %2</translation>
    </message>
    <message>
        <source>%1 is missing here: %2</source>
        <translation>%1 fehlt hier: %2</translation>
    </message>
    <message>
        <source>Nothing fits</source>
        <translation>Nichts passt</translation>
    </message>
    <message>
        <source>Try fewer letters, or fewer filters.</source>
        <translation>Versuchen Sie es mit weniger Buchstaben oder weniger Filtern.</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>There is nothing of this kind here.</source>
        <translation>Davon gibt es hier nichts.</translation>
    </message>
    <message>
        <source>end of life</source>
        <translation>eingestellt</translation>
    </message>
    <message>
        <source>on the drive</source>
        <translation>auf dem Laufwerk</translation>
    </message>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n gewählt</numerusform>
            <numerusform>%n gewählt</numerusform>
        </translation>
    </message>
</context>
</TS>
