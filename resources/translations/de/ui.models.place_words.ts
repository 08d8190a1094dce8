<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Places</name>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Der Inhalt wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>The apps on it are damaged</source>
        <translation>Die Apps darauf sind beschädigt</translation>
    </message>
    <message>
        <source>No apps on it yet</source>
        <translation>Noch keine Apps darauf</translation>
    </message>
    <message>
        <source>made %1</source>
        <translation>bespielt am %1</translation>
    </message>
    <message>
        <source>no updates known</source>
        <translation>keine Aktualisierungen bekannt</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht fertig</translation>
    </message>
    <message>
        <source>built in</source>
        <translation>eingebaut</translation>
    </message>
    <message>
        <source>empty reader</source>
        <translation>leerer Kartenleser</translation>
    </message>
    <message>
        <source>not formatted</source>
        <translation>nicht formatiert</translation>
    </message>
    <message>
        <source>write-protected</source>
        <translation>schreibgeschützt</translation>
    </message>
    <message>
        <source>encrypted</source>
        <translation>verschlüsselt</translation>
    </message>
    <message>
        <source>part of something larger</source>
        <translation>Teil eines Verbunds</translation>
    </message>
    <message>
        <source>swap space</source>
        <translation>Auslagerungsspeicher</translation>
    </message>
    <message>
        <source>not mounted</source>
        <translation>nicht eingehängt</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>nur lesbar</translation>
    </message>
    <message>
        <source>no room</source>
        <translation>kein Platz</translation>
    </message>
    <message>
        <source>no large files</source>
        <translation>keine großen Dateien</translation>
    </message>
    <message>
        <source>It is built into this computer. Take a drive that can be carried away.</source>
        <translation>Es ist in diesen Computer eingebaut. Nehmen Sie eines, das sich abziehen lässt.</translation>
    </message>
    <message>
        <source>There is no card in this reader. Put one in.</source>
        <translation>In diesem Kartenleser steckt keine Karte. Stecken Sie eine ein.</translation>
    </message>
    <message>
        <source>It has no file system that this computer knows. Format it to use it; what is on it will be lost.</source>
        <translation>Es hat kein Dateisystem, das dieser Computer kennt. Formatieren Sie es, um es zu benutzen; was darauf ist, geht verloren.</translation>
    </message>
    <message>
        <source>It is write-protected. Look for a small switch on its side.</source>
        <translation>Es ist schreibgeschützt. Suchen Sie einen kleinen Schalter an der Seite.</translation>
    </message>
    <message>
        <source>It is encrypted. Unlock it in your file manager, or take another drive: classroom computers could not read it either.</source>
        <translation>Es ist verschlüsselt. Entsperren Sie es in der Dateiverwaltung oder nehmen Sie ein anderes: Auch die Computer im Klassenzimmer könnten es nicht lesen.</translation>
    </message>
    <message>
        <source>It belongs together with other drives. Take another drive.</source>
        <translation>Es gehört mit anderen Laufwerken zusammen. Nehmen Sie ein anderes.</translation>
    </message>
    <message>
        <source>It is meant for swapping and holds no files. Take another drive.</source>
        <translation>Es dient zum Auslagern von Speicher und enthält keine Dateien. Nehmen Sie ein anderes.</translation>
    </message>
    <message>
        <source>It is plugged in, but not mounted. Mount it to see what is on it.</source>
        <translation>Es ist eingesteckt, aber nicht eingehängt. Hängen Sie es ein, um zu sehen, was darauf ist.</translation>
    </message>
    <message>
        <source>It can be read, but not written: its file system is damaged, or of a kind that cannot be changed. Take another place, or format the drive.</source>
        <translation>Es lässt sich lesen, aber nicht beschreiben: Das Dateisystem ist beschädigt oder von einer Art, die sich nicht ändern lässt. Nehmen Sie einen anderen Ort oder formatieren Sie das Laufwerk.</translation>
    </message>
    <message>
        <source>There is no room for apps on it. Delete what is no longer needed there.</source>
        <translation>Darauf ist kein Platz für Apps. Löschen Sie, was dort nicht mehr gebraucht wird.</translation>
    </message>
    <message>
        <source>FAT32 holds no file over 4 GB, and some large apps have one. Formatted as ext4 or exFAT it would.</source>
        <translation>FAT32 fasst keine Datei über 4 GB, und manche großen Apps haben eine. Mit ext4 oder exFAT ginge es.</translation>
    </message>
    <message>
        <source>Every file takes at least %1 KiB here, and apps are made of many small files: filled with apps, about %2 of the free %3 would be wasted. Formatted for apps it would not.</source>
        <translation>Jede Datei braucht hier mindestens %1 KiB, und Apps bestehen aus vielen kleinen Dateien: Mit Apps gefüllt, wären etwa %2 von den freien %3 verschwendet. Für Apps formatiert nicht.</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n App</numerusform>
            <numerusform>%n Apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n update(s)</source>
        <translation>
            <numerusform>%n Aktualisierung</numerusform>
            <numerusform>%n Aktualisierungen</numerusform>
        </translation>
    </message>
</context>
</TS>
