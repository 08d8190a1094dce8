<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppDetails</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Click an app to see what it is.</source>
        <translation>Klicken Sie auf eine App, um zu sehen, was sie ist.</translation>
    </message>
    <message>
        <source>Details appear here</source>
        <translation>Hier stehen Einzelheiten</translation>
    </message>
    <message>
        <source>End of life</source>
        <translation>Eingestellt</translation>
    </message>
    <message>
        <source>On this drive</source>
        <translation>Auf diesem Laufwerk</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>What it may do</source>
        <translation>Was sie darf</translation>
    </message>
    <message>
        <source>Screenshots show</source>
        <translation>Bildschirmfotos zeigen</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Working out what it adds…</source>
        <translation>Es wird berechnet, was dazukommt&#xa0;…</translation>
    </message>
    <message>
        <source>Take it away</source>
        <translation>Wegnehmen</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Take %1 away</source>
        <translation>%1 wegnehmen</translation>
    </message>
    <message>
        <source>Choose %1</source>
        <translation>%1 wählen</translation>
    </message>
    <message>
        <source>It keeps to its own files.</source>
        <translation>Sie bleibt bei ihren eigenen Dateien.</translation>
    </message>
    <message>
        <source>Adds %1, %2 to download.</source>
        <translation>Belegt %1 zusätzlich; %2 sind herunterzuladen.</translation>
    </message>
    <message>
        <source>Needs and brings along: %1.</source>
        <translation>Braucht und bringt mit: %1.</translation>
    </message>
    <message>
        <source>Shares what is there or chosen: %1.</source>
        <translation>Teilt, was schon da oder gewählt ist: %1.</translation>
    </message>
    <message>
        <source>%1, verified</source>
        <translation>%1, geprüft</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>not known to be free</source>
        <translation>nicht als frei bekannt</translation>
    </message>
    <message>
        <source>Licence: %1 (%2)</source>
        <translation>Lizenz: %1 (%2)</translation>
    </message>
    <message>
        <source>Source: %1</source>
        <translation>Quelle: %1</translation>
    </message>
    <message>
        <source>Version: %1</source>
        <translation>Version: %1</translation>
    </message>
    <message>
        <source>Size: %1 to download, %2 installed</source>
        <translation>Größe: %1 herunterzuladen, %2 installiert</translation>
    </message>
    <message>
        <source>Name: %1</source>
        <translation>Name: %1</translation>
    </message>
    <message>
        <source>Other branches: %1</source>
        <translation>Andere Zweige: %1</translation>
    </message>
    <message>
        <source>Runs on: %1</source>
        <translation>Läuft auf: %1</translation>
    </message>
    <message>
        <source>Also offered for it: %1</source>
        <translation>Auch angeboten dafür: %1</translation>
    </message>
    <message>
        <source>New in %1: %2</source>
        <translation>Neu in %1: %2</translation>
    </message>
    <message>
        <source>Website: %1</source>
        <translation>Webseite: %1</translation>
    </message>
    <message>
        <source>It gets no more updates.</source>
        <translation>Sie bekommt keine Aktualisierungen mehr.</translation>
    </message>
    <message>
        <source>It is replaced by %1.</source>
        <translation>Sie wird ersetzt durch %1.</translation>
    </message>
    <message>
        <source>translations</source>
        <translation>Übersetzungen</translation>
    </message>
    <message>
        <source>It uses the network.</source>
        <translation>Sie nutzt das Netz.</translation>
    </message>
    <message>
        <source>It reads and changes all files.</source>
        <translation>Sie liest und ändert alle Dateien.</translation>
    </message>
    <message>
        <source>It reads and changes all of your own files.</source>
        <translation>Sie liest und ändert alle Ihre Dateien.</translation>
    </message>
    <message>
        <source>It uses these folders: %1.</source>
        <translation>Sie nutzt diese Ordner: %1.</translation>
    </message>
    <message>
        <source>It uses all devices, such as cameras.</source>
        <translation>Sie nutzt alle Geräte, etwa Kameras.</translation>
    </message>
    <message>
        <source>It draws with the graphics card.</source>
        <translation>Sie zeichnet mit der Grafikkarte.</translation>
    </message>
    <message>
        <source>It plays and records sound.</source>
        <translation>Sie spielt Töne ab und nimmt sie auf.</translation>
    </message>
    <message>
        <source>It can watch other windows where X11 is used.</source>
        <translation>Wo X11 genutzt wird, kann sie andere Fenster beobachten.</translation>
    </message>
    <message>
        <source>It prints.</source>
        <translation>Sie druckt.</translation>
    </message>
    <message>
        <source>It talks to all of your programs.</source>
        <translation>Sie spricht mit allen Ihren Programmen.</translation>
    </message>
    <message>
        <source>It talks to all services of the computer.</source>
        <translation>Sie spricht mit allen Diensten des Computers.</translation>
    </message>
    <message>
        <source>It can start programs outside of its walls.</source>
        <translation>Sie kann Programme starten, für die ihre Grenzen nicht gelten.</translation>
    </message>
    <message>
        <source>It can look into other programs.</source>
        <translation>Sie kann in andere Programme hineinsehen.</translation>
    </message>
    <message>
        <source>Far-reaching: %1</source>
        <translation>Weitreichend: %1</translation>
    </message>
</context>
</TS>
