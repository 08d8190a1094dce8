<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>DrivePage</name>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Demo drive</source>
        <translation>Demo-Laufwerk</translation>
    </message>
    <message>
        <source>Drive</source>
        <translation>Laufwerk</translation>
    </message>
    <message>
        <source>Drives and folders</source>
        <translation>Laufwerke und Ordner</translation>
    </message>
    <message>
        <source>Where should the apps go?</source>
        <translation>Wohin sollen die Apps?</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
    <message>
        <source>Looking for drives…</source>
        <translation>Laufwerke werden gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>Drives cannot be found, but you can choose a folder.</source>
        <translation>Laufwerke lassen sich nicht finden, aber Sie können einen Ordner wählen.</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>Choose a drive.</source>
        <translation>Wählen Sie ein Laufwerk.</translation>
    </message>
    <message>
        <source>Plug in a USB drive</source>
        <translation>Stecken Sie ein USB-Laufwerk ein</translation>
    </message>
    <message>
        <source>It shows up here by itself. To look around first, try the demo.</source>
        <translation>Es erscheint hier von selbst. Zum Umsehen gibt es die Demo.</translation>
    </message>
    <message>
        <source>%1 was unmounted. Mount it again, or choose another drive.</source>
        <translation>%1 wurde ausgehängt. Hängen Sie es wieder ein oder wählen Sie ein anderes Laufwerk.</translation>
    </message>
    <message>
        <source>%1 was unplugged. Plug it in again, or choose another drive.</source>
        <translation>%1 wurde abgezogen. Stecken Sie es wieder ein oder wählen Sie ein anderes Laufwerk.</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Mounting…</source>
        <translation>Wird eingehängt&#xa0;…</translation>
    </message>
    <message>
        <source>Writing everything out and ejecting…</source>
        <translation>Alles wird geschrieben und das Laufwerk ausgeworfen&#xa0;…</translation>
    </message>
    <message>
        <source>%1 is switched off and can be pulled out.</source>
        <translation>%1 ist abgeschaltet und kann abgezogen werden.</translation>
    </message>
    <message>
        <source>%1 is ejected and can be taken out.</source>
        <translation>%1 ist ausgeworfen und kann entnommen werden.</translation>
    </message>
    <message>
        <source>%1 can be pulled out now; everything is written.</source>
        <translation>%1 kann jetzt abgezogen werden; alles ist geschrieben.</translation>
    </message>
</context>
</TS>
