<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Nothing was written.</source>
        <translation>Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>What is at {root} was unplugged or exchanged.</source>
        <translation>Was bei {root} war, wurde abgezogen oder ausgetauscht.</translation>
    </message>
    <message>
        <source>reading the repository</source>
        <translation>beim Lesen des Repositorys</translation>
    </message>
    <message>
        <source>Stopped as you asked.</source>
        <translation>Auf Ihren Wunsch angehalten.</translation>
    </message>
    <message>
        <source>Known remotes: {names}.</source>
        <translation>Bekannte Quellen: {names}.</translation>
    </message>
    <message>
        <source>Ask the people who run the repository to set one.</source>
        <translation>Bitten Sie die Betreiber der Quelle, eine festzulegen.</translation>
    </message>
    <message>
        <source>Check the name of the file.</source>
        <translation>Prüfen Sie den Namen der Datei.</translation>
    </message>
    <message>
        <source>{root} is damaged: no app on it can be read, so none installs.</source>
        <translation>{root} ist beschädigt: Keine App darauf lässt sich lesen, also lässt sich auch keine installieren.</translation>
    </message>
    <message>
        <source>{name} does not install from this drive: it is damaged.</source>
        <translation>{name} lässt sich von diesem Laufwerk nicht installieren: Die App ist beschädigt.</translation>
    </message>
    <message>
        <source>This computer has no flatpak, so nothing can be tried.</source>
        <translation>Auf diesem Computer fehlt flatpak, also lässt sich nichts ausprobieren.</translation>
    </message>
    <message>
        <source>Install flatpak first.</source>
        <translation>Bitte zuerst flatpak installieren.</translation>
    </message>
    <message>
        <source>There is no system bus here, and without one flatpak installs nothing for an ordinary user, so nothing can be tried.</source>
        <translation>Hier läuft kein Systembus, und ohne ihn installiert flatpak für gewöhnliche Konten nichts. Also lässt sich nichts ausprobieren.</translation>
    </message>
    <message>
        <source>Try it on a computer with a desktop, or as root.</source>
        <translation>Versuchen Sie es auf einem Computer mit Arbeitsoberfläche oder als root.</translation>
    </message>
    <message>
        <source>looking for the repository</source>
        <translation>beim Suchen nach dem Repository</translation>
    </message>
    <message>
        <source>No source on it has a collection ID, so flatpak finds nothing there.</source>
        <translation>Keine Quelle darauf hat eine Collection-ID, deshalb findet flatpak dort nichts.</translation>
    </message>
    <message>
        <source>What its apps run on is a file, where flatpak alone finds nothing.</source>
        <translation>Worauf die Apps laufen, ist eine Datei; darin findet flatpak allein nichts.</translation>
    </message>
    <message>
        <source>What its apps run on is of a source without a collection ID, where flatpak alone finds nothing.</source>
        <translation>Worauf seine Apps laufen, ist aus einer Quelle ohne Sammlungs-ID, und dort findet flatpak allein nichts.</translation>
    </message>
    <message>
        <source>Trying it takes {need} on this computer&apos;s disk for a while; {free} are free.</source>
        <translation>Zum Ausprobieren werden vorübergehend {need} auf diesem Computer gebraucht; {free} sind frei.</translation>
    </message>
    <message>
        <source>Name fewer apps, or set another cache directory.</source>
        <translation>Nennen Sie weniger Apps oder wählen Sie ein anderes Verzeichnis für den Zwischenspeicher.</translation>
    </message>
    <message>
        <source>That computer has flatpak {theirs}; it was tried with {ours}, which can do more.</source>
        <translation>Jener Computer hat flatpak {theirs}; ausprobiert wurde mit {ours}, das mehr kann.</translation>
    </message>
    <message>
        <source>That computer is of another kind ({arch}): nothing was started.</source>
        <translation>Jener Computer ist von anderer Bauart ({arch}): gestartet wurde nichts.</translation>
    </message>
    <message>
        <source>The network could not be shut out; it was only led astray.</source>
        <translation>Das Netz ließ sich nicht abschalten, es wurde nur in die Irre geführt.</translation>
    </message>
    <message>
        <source>Nobody vouches for {names}: computers get them only with install.sh --allow-unsigned, and so they were tried.</source>
        <translation>Für {names} bürgt niemand: Computer bekommen das nur mit install.sh --allow-unsigned, und so wurde es probiert.</translation>
    </message>
    <message>
        <source>Nobody vouches for {names}: computers get them only with install.sh --allow-unsigned.</source>
        <translation>Für {names} bürgt niemand: Computer bekommen das nur mit install.sh --allow-unsigned.</translation>
    </message>
    <message>
        <source>{name} is on the drive from several sources, and a computer has it once: install.sh installs that of {taken}, not that of {others}.</source>
        <translation>{name} ist aus mehreren Quellen auf dem Laufwerk, und ein Computer hat es nur einmal: install.sh installiert das von {taken}, nicht das von {others}.</translation>
    </message>
    <message>
        <source>{name} does not install from this drive: {reason}</source>
        <translation>{name} lässt sich von diesem Laufwerk nicht installieren: {reason}</translation>
    </message>
    <message>
        <source>DRIVE is empty.</source>
        <translation>Es ist kein Laufwerk angegeben.</translation>
    </message>
    <message>
        <source>Name its device, label, serial or model.</source>
        <translation>Nennen Sie Gerät, Bezeichnung, Seriennummer oder Modell.</translation>
    </message>
    <message>
        <source>More than one drive is called {name}.</source>
        <translation>Mehr als ein Laufwerk heißt {name}.</translation>
    </message>
    <message>
        <source>Name the device of one: {devices}.</source>
        <translation>Nennen Sie das Gerät: {devices}.</translation>
    </message>
    <message>
        <source>There is no drive called {name}.</source>
        <translation>Es gibt kein Laufwerk namens {name}.</translation>
    </message>
    <message>
        <source>There are: {drives}.</source>
        <translation>Es gibt: {drives}.</translation>
    </message>
    <message>
        <source>No drive is plugged in.</source>
        <translation>Es ist kein Laufwerk eingesteckt.</translation>
    </message>
    <message>
        <source>{drive} has no file system that this computer knows.</source>
        <translation>{drive} hat kein Dateisystem, das dieser Computer kennt.</translation>
    </message>
    <message>
        <source>{drive} has more than one file system.</source>
        <translation>{drive} hat mehr als ein Dateisystem.</translation>
    </message>
    <message>
        <source>Name one: {volumes}.</source>
        <translation>Wählen Sie eines: {volumes}.</translation>
    </message>
    <message>
        <source>looking for drives</source>
        <translation>beim Suchen nach Laufwerken</translation>
    </message>
    <message>
        <source>The library libudev is missing, so the names of drives and what is on them may be unknown, and drives may come and go unnoticed.</source>
        <translation>Die Bibliothek libudev fehlt; darum sind Namen und Inhalte von Laufwerken vielleicht unbekannt, und Laufwerke kommen und gehen vielleicht unbemerkt.</translation>
    </message>
    <message>
        <source>Install the package libudev1 (elsewhere systemd-libs). Directories and mount points can be named all the same.</source>
        <translation>Installieren Sie das Paket libudev1 (anderswo systemd-libs). Ordner lassen sich trotzdem angeben.</translation>
    </message>
    <message>
        <source>The list may be incomplete: udev does not run here, so the names of drives and what is on them may be unknown, and drives may come and go unnoticed.</source>
        <translation>Die Liste ist vielleicht unvollständig: udev läuft hier nicht; Namen und Inhalt von Laufwerken sind womöglich unbekannt, und sie kommen und gehen unbemerkt.</translation>
    </message>
    <message>
        <source>In a container, share /run/udev with the computer; elsewhere, install and start udev. Directories and mount points can be named all the same.</source>
        <translation>In einem Container: Geben Sie /run/udev des Computers hinein; sonst: Installieren und starten Sie udev. Ordner lassen sich trotzdem angeben.</translation>
    </message>
    <message>
        <source>{wasted} of {needed} ({share}) would be wasted: {file_system} on this drive gives every file at least {cluster} KiB. On ext4 this takes {on_ext4}.</source>
        <translation>{wasted} von {needed} ({share}) wären verschwendet: {file_system} auf diesem Laufwerk gibt jeder Datei mindestens {cluster} KiB. Auf ext4 braucht dies {on_ext4}.</translation>
    </message>
    <message>
        <source>Use a drive that is formatted as ext4.</source>
        <translation>Nehmen Sie ein Laufwerk, das als ext4 formatiert ist.</translation>
    </message>
    <message>
        <source>{refs} and {count} more</source>
        <translation>{refs} und {count} weitere</translation>
    </message>
    <message>
        <source>The drive&apos;s file system ({file_system}) holds no file over {limit}. One may be in {refs}; upstream does not tell beforehand. If so, the job stops there and what is on the drive stays as it is.</source>
        <translation>Das Dateisystem des Laufwerks ({file_system}) fasst keine Datei über {limit}. In {refs} könnte eine sein; die Quelle sagt es nicht vorher. Dann bricht der Vorgang dort ab, und was auf dem Laufwerk ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>looking at the drive</source>
        <translation>beim Ansehen des Laufwerks</translation>
    </message>
    <message>
        <source>{device} is not the drive any more that was chosen.</source>
        <translation>{device} ist nicht mehr das Laufwerk, das gewählt wurde.</translation>
    </message>
    <message>
        <source>{drive} is not plugged in any more.</source>
        <translation>{drive} ist nicht mehr eingesteckt.</translation>
    </message>
    <message>
        <source>{drive} is part of something else: {holder} uses {device}.</source>
        <translation>{drive} ist Teil von etwas anderem: {holder} benutzt {device}.</translation>
    </message>
    <message>
        <source>Lock, stop or detach that first.</source>
        <translation>Sperren, beenden oder lösen Sie das zuerst.</translation>
    </message>
    <message>
        <source>{drive} is still mounted at {mount_point}.</source>
        <translation>{drive} ist noch bei {mount_point} eingehängt.</translation>
    </message>
    <message>
        <source>Unmount it there first.</source>
        <translation>Hängen Sie es dort zuerst aus.</translation>
    </message>
    <message>
        <source>This computer swaps to {drive}.</source>
        <translation>Dieser Computer lagert Arbeitsspeicher auf {drive} aus.</translation>
    </message>
    <message>
        <source>{drive} is in use, by a container or another program.</source>
        <translation>{drive} wird gerade benutzt, von einem Container oder einem anderen Programm.</translation>
    </message>
    <message>
        <source>Close what uses it, then try again.</source>
        <translation>Schließen Sie, was es benutzt, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>No drive is plugged in; wait a moment if it was just now, or check the name.</source>
        <translation>Es ist kein Laufwerk eingesteckt; warten Sie einen Moment, wenn es eben erst war, oder prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>TARGET is empty.</source>
        <translation>Es ist kein Ziel angegeben.</translation>
    </message>
    <message>
        <source>Name a drive or a directory.</source>
        <translation>Wählen Sie ein Laufwerk oder einen Ordner.</translation>
    </message>
    <message>
        <source>More than one drive is plugged in.</source>
        <translation>Es ist mehr als ein Laufwerk eingesteckt.</translation>
    </message>
    <message>
        <source>Name one by its device or label: {devices}.</source>
        <translation>Nennen Sie eines mit Gerät oder Namen: {devices}.</translation>
    </message>
    <message>
        <source>No drive is plugged in that could be carried away.</source>
        <translation>Es ist kein Laufwerk angesteckt, das man mitnehmen könnte.</translation>
    </message>
    <message>
        <source>Plug it in and wait a moment, or name a directory.</source>
        <translation>Stecken Sie es ein und warten Sie einen Moment, oder nennen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>{device} belongs to this computer: {system}.</source>
        <translation>{device} gehört zu diesem Computer: {system}.</translation>
    </message>
    <message>
        <source>{about} on {drive} is now mounted at {path}.</source>
        <translation>{about} auf {drive} ist jetzt unter {path} eingehängt.</translation>
    </message>
    <message>
        <source>What is on {drive} is not known.</source>
        <translation>Was auf {drive} ist, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>{missing} Mount it, then name where it is mounted.</source>
        <translation>{missing} Hängen Sie es ein und nennen Sie dann den Ort.</translation>
    </message>
    <message>
        <source>{drive} has more than one volume.</source>
        <translation>{drive} hat mehr als ein Dateisystem.</translation>
    </message>
    <message>
        <source>Name one by its device: {devices}.</source>
        <translation>Nennen Sie eines mit seinem Gerät: {devices}.</translation>
    </message>
    <message>
        <source>{name} is neither a directory nor an image.</source>
        <translation>{name} ist weder ein Ordner noch ein Abbild.</translation>
    </message>
    <message>
        <source>There is no directory and no drive called {name}.</source>
        <translation>Es gibt keinen Ordner und kein Laufwerk namens {name}.</translation>
    </message>
    <message>
        <source>The drive {name} is not mounted.</source>
        <translation>Das Laufwerk {name} ist nicht eingehängt.</translation>
    </message>
    <message>
        <source>Mount it, then try again.</source>
        <translation>Hängen Sie es ein und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>The drive service reports: {words}.</source>
        <translation>Der Dienst für Laufwerke meldet: {words}.</translation>
    </message>
    <message>
        <source>Drives cannot be mounted or ejected from here: there is no system bus ({error}).</source>
        <translation>Laufwerke können von hier aus nicht eingehängt oder ausgeworfen werden: Es gibt keinen Systembus ({error}).</translation>
    </message>
    <message>
        <source>Install and start the packages dbus and udisks2; or mount the drive yourself and name the directory.</source>
        <translation>Installieren und starten Sie die Pakete dbus und udisks2; oder hängen Sie das Laufwerk selbst ein und wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>The drive service has not answered for {timeout} seconds.</source>
        <translation>Der Laufwerksdienst hat seit {timeout} Sekunden nicht geantwortet.</translation>
    </message>
    <message>
        <source>The drive may be failing or very slow; look again in a while.</source>
        <translation>Vielleicht ist das Laufwerk defekt oder sehr langsam; sehen Sie später noch einmal nach.</translation>
    </message>
    <message>
        <source>The service that mounts and ejects drives ({service}) is not running.</source>
        <translation>Der Dienst, der Laufwerke einhängt und auswirft ({service}), läuft nicht.</translation>
    </message>
    <message>
        <source>Install and start the package udisks2; or mount the drive yourself and name the directory.</source>
        <translation>Installieren und starten Sie das Paket udisks2; oder hängen Sie das Laufwerk selbst ein und wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>The connection to the system bus was lost ({error}).</source>
        <translation>Die Verbindung zum Systembus ist abgerissen ({error}).</translation>
    </message>
    <message>
        <source>ejecting {drive}</source>
        <translation>beim Auswerfen von {drive}</translation>
    </message>
    <message>
        <source>The file system will be made as the tools do by default: {tuning}.</source>
        <translation>Das Dateisystem wird so gemacht, wie die Werkzeuge es von sich aus tun: {tuning}.</translation>
    </message>
    <message>
        <source>wiping it</source>
        <translation>beim Löschen</translation>
    </message>
    <message>
        <source>looking at it again</source>
        <translation>beim erneuten Nachsehen</translation>
    </message>
    <message>
        <source>The drive was wiped, but formatting it went wrong: {error}</source>
        <translation>Das Laufwerk wurde gelöscht, aber das Formatieren schlug fehl: {error}</translation>
    </message>
    <message>
        <source>What was on it is gone. Format it again.</source>
        <translation>Was darauf war, ist weg. Formatieren Sie es noch einmal.</translation>
    </message>
    <message>
        <source>opening the drive</source>
        <translation>beim Öffnen des Laufwerks</translation>
    </message>
    <message>
        <source>{drive} belongs to this computer ({system}); Satchel never formats such drives.</source>
        <translation>{drive} gehört zu diesem Computer ({system}); solche Laufwerke formatiert Satchel nie.</translation>
    </message>
    <message>
        <source>{drive} is built into this computer; Satchel only formats drives that are made to be carried away.</source>
        <translation>{drive} ist in diesen Computer eingebaut; Satchel formatiert nur Laufwerke, die zum Mitnehmen gemacht sind.</translation>
    </message>
    <message>
        <source>There is no medium in {drive}.</source>
        <translation>In {drive} liegt kein Medium.</translation>
    </message>
    <message>
        <source>Put one in.</source>
        <translation>Legen Sie eine ein.</translation>
    </message>
    <message>
        <source>{drive} is write-protected.</source>
        <translation>{drive} ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>Look for a switch on its side.</source>
        <translation>Suchen Sie einen Schalter an der Seite.</translation>
    </message>
    <message>
        <source>{drive} has not the size any more that was shown.</source>
        <translation>{drive} hat nicht mehr die Größe, die gezeigt wurde.</translation>
    </message>
    <message>
        <source>The kernel does not take {drive} for a drive that can be carried away.</source>
        <translation>Der Kernel hält {drive} nicht für ein Laufwerk, das man mitnehmen kann.</translation>
    </message>
    <message>
        <source>{drive} at {device} is not the drive any more that was chosen.</source>
        <translation>{drive} bei {device} ist nicht mehr das Laufwerk, das gewählt wurde.</translation>
    </message>
    <message>
        <source>This computer cannot make {file_system}: {missing} is missing.</source>
        <translation>Dieser Computer kann {file_system} nicht erstellen: {missing} fehlt.</translation>
    </message>
    <message>
        <source>Install the package {packages}.</source>
        <translation>Installieren Sie das Paket {packages}.</translation>
    </message>
    <message>
        <source>partitioning it</source>
        <translation>beim Partitionieren</translation>
    </message>
    <message>
        <source>making the file system</source>
        <translation>beim Anlegen des Dateisystems</translation>
    </message>
    <message>
        <source>looking at the new partition</source>
        <translation>beim Ansehen der neuen Partition</translation>
    </message>
    <message>
        <source>{node} is no part of {drive}.</source>
        <translation>{node} gehört nicht zu {drive}.</translation>
    </message>
    <message>
        <source>mkfs.{file_system} has gone.</source>
        <translation>mkfs.{file_system} ist verschwunden.</translation>
    </message>
    <message>
        <source>Install it again.</source>
        <translation>Installieren Sie es noch einmal.</translation>
    </message>
    <message>
        <source>mkfs.{file_system} failed: {reason}.</source>
        <translation>mkfs.{file_system} ist fehlgeschlagen: {reason}.</translation>
    </message>
    <message>
        <source>it gives no reason</source>
        <translation>es nennt keinen Grund</translation>
    </message>
    <message>
        <source>The new file system does not show up.</source>
        <translation>Das neue Dateisystem erscheint nicht.</translation>
    </message>
    <message>
        <source>Pull the drive out and plug it in again.</source>
        <translation>Ziehen Sie das Laufwerk ab und stecken Sie es wieder ein.</translation>
    </message>
    <message>
        <source>handing the drive over</source>
        <translation>bei der Übergabe des Laufwerks</translation>
    </message>
    <message>
        <source>writing the file system</source>
        <translation>beim Schreiben des Dateisystems</translation>
    </message>
    <message>
        <source>Close what uses files on it, then try again.</source>
        <translation>Schließen Sie, was Dateien darauf benutzt, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Another user&apos;s processes are seen by root only.</source>
        <translation>Prozesse anderer Benutzer sieht nur der Administrator.</translation>
    </message>
    <message>
        <source>{device} is in use.</source>
        <translation>{device} wird gerade benutzt.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>satchel serve hands out what is on it: end that first, with Ctrl-C.</source>
        <translation>satchel serve gibt weiter, was darauf ist: Beenden Sie das zuerst mit Strg-C.</translation>
    </message>
    <message>
        <source>{device} is in use: {holders}.</source>
        <translation>{device} wird benutzt: {holders}.</translation>
    </message>
    <message>
        <source>{program} {usage}</source>
        <translation>{program} {usage}</translation>
    </message>
    <message>
        <source>{program} (process {pid}) {usage}</source>
        <translation>{program} (Prozess {pid}) {usage}</translation>
    </message>
    <message>
        <source>has {path} open</source>
        <translation>hat {path} geöffnet</translation>
    </message>
    <message>
        <source>works in {path}</source>
        <translation>arbeitet in {path}</translation>
    </message>
    <message>
        <source>runs from {path}</source>
        <translation>läuft von {path}</translation>
    </message>
    <message>
        <source>uses {path}</source>
        <translation>benutzt {path}</translation>
    </message>
    <message>
        <source>is mounted on {mount_point}</source>
        <translation>ist auf {mount_point} eingehängt</translation>
    </message>
    <message>
        <source>is a drive made of {path}</source>
        <translation>ist ein Laufwerk aus {path}</translation>
    </message>
    <message>
        <source>Close it, or wait until it is done, then try again.</source>
        <translation>Schließen Sie es, oder warten Sie, bis es fertig ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Clusters of 4 KB: most of the many files of an app are small.</source>
        <translation>Cluster von 4 KB: Die meisten der vielen Dateien einer App sind klein.</translation>
    </message>
    <message>
        <source>Room for one file in every 8 KB, twice the usual: it does not run out of file entries before it runs out of space.</source>
        <translation>Platz für eine Datei je 8 KB, doppelt so viel wie üblich: So gehen die Dateieinträge nicht vor dem Platz aus.</translation>
    </message>
    <message>
        <source>Nothing is kept back for the administrator: usually that is 5 % of the drive.</source>
        <translation>Nichts wird für den Administrator zurückgehalten: Üblich sind 5 % des Laufwerks.</translation>
    </message>
    <message>
        <source>Everybody may write to it: a user has another number on another computer.</source>
        <translation>Alle dürfen darauf schreiben: Ein Benutzer hat auf einem anderen Computer eine andere Nummer.</translation>
    </message>
    <message>
        <source>5 % of it is kept back for the administrator, and it has half the file entries that would be best</source>
        <translation>5 % davon werden für den Administrator zurückgehalten, und es hat halb so viele Dateieinträge, wie am besten wären</translation>
    </message>
    <message>
        <source>Clusters of {size} KB instead of the usual 32 to 128 KB: most of the many files of an app are small, and each takes a whole cluster.</source>
        <translation>Cluster von {size} KB statt der üblichen 32 bis 128 KB: Die meisten der vielen Dateien einer App sind klein, und jede braucht einen ganzen Cluster.</translation>
    </message>
    <message>
        <source>exFAT is read by Windows, macOS and Linux, and knows no owners: everybody may write.</source>
        <translation>exFAT lesen Windows, macOS und Linux, und es kennt keine Besitzer: Alle dürfen schreiben.</translation>
    </message>
    <message>
        <source>its clusters are 32 to 128 KB, of which small files waste most</source>
        <translation>seine Cluster haben 32 bis 128 KB, wovon kleine Dateien das meiste verschwenden</translation>
    </message>
    <message>
        <source>Satchel does not format drives as {file_system}.</source>
        <translation>Satchel formatiert Laufwerke nicht als {file_system}.</translation>
    </message>
    <message>
        <source>Choose one of: {file_systems}.</source>
        <translation>Wählen Sie eines davon: {file_systems}.</translation>
    </message>
    <message>
        <source>The label has characters that not every computer shows.</source>
        <translation>Die Bezeichnung hat Zeichen, die nicht jeder Computer zeigt.</translation>
    </message>
    <message>
        <source>Use letters, digits, spaces inside, - and _.</source>
        <translation>Nehmen Sie Buchstaben, Ziffern, Leerzeichen in der Mitte, - und _.</translation>
    </message>
    <message>
        <source>The label is too long for ext4.</source>
        <translation>Die Bezeichnung ist zu lang für ext4.</translation>
    </message>
    <message>
        <source>At most {limit} letters fit; those with accents and other scripts take the room of two to four.</source>
        <translation>Höchstens {limit} Buchstaben passen; solche mit Akzenten und aus anderen Schriften brauchen so viel Platz wie zwei bis vier.</translation>
    </message>
    <message>
        <source>At most {limit} letters fit.</source>
        <translation>Höchstens {limit} Buchstaben passen.</translation>
    </message>
    <message>
        <source>Partition table MBR: every computer and every device reads it.</source>
        <translation>Partitionstabelle MBR: Jeder Computer und jedes Gerät liest sie.</translation>
    </message>
    <message>
        <source>Partition table GPT: the older MBR ends at 2 TB.</source>
        <translation>Partitionstabelle GPT: Das ältere MBR endet bei 2 TB.</translation>
    </message>
    <message>
        <source>The label is too long for exFAT.</source>
        <translation>Die Bezeichnung ist zu lang für exFAT.</translation>
    </message>
    <message>
        <source>mounting {device}</source>
        <translation>beim Einhängen von {device}</translation>
    </message>
    <message>
        <source>{device} is encrypted.</source>
        <translation>{device} ist verschlüsselt.</translation>
    </message>
    <message>
        <source>{device} holds no files itself: it is of the kind {file_system}.</source>
        <translation>{device} hat selbst keine Dateien: Es ist von der Art {file_system}.</translation>
    </message>
    <message>
        <source>{device} has no file system that this computer knows.</source>
        <translation>{device} hat kein Dateisystem, das dieser Computer kennt.</translation>
    </message>
    <message>
        <source>It needs {needs}.</source>
        <translation>Es braucht {needs}.</translation>
    </message>
    <message>
        <source>This computer cannot mount {file_system} ({device}).</source>
        <translation>Dieser Computer kann {file_system} nicht einhängen ({device}).</translation>
    </message>
    <message>
        <source>a kernel with exFAT (5.7 or newer), or the package exfat-fuse</source>
        <translation>einen Kernel mit exFAT (5.7 oder neuer) oder das Paket exfat-fuse</translation>
    </message>
    <message>
        <source>a kernel with ntfs3 (5.15 or newer), or the package ntfs-3g</source>
        <translation>einen Kernel mit ntfs3 (5.15 oder neuer) oder das Paket ntfs-3g</translation>
    </message>
    <message>
        <source>a kernel module or a package for {file_system}</source>
        <translation>ein Kernelmodul oder ein Paket für {file_system}</translation>
    </message>
    <message>
        <source>that file system</source>
        <translation>dieses Dateisystem</translation>
    </message>
    <message>
        <source>{device} could not be mounted: {reason}.</source>
        <translation>{device} konnte nicht eingehängt werden: {reason}.</translation>
    </message>
    <message>
        <source>Its file system may be damaged: check it (fsck), or format the drive.</source>
        <translation>Vielleicht ist das Dateisystem beschädigt: Prüfen Sie es (fsck), oder formatieren Sie das Laufwerk.</translation>
    </message>
    <message>
        <source>{device} is mounted at {path}, but that cannot be seen from here.</source>
        <translation>{device} ist bei {path} eingehängt, aber das ist von hier aus nicht zu sehen.</translation>
    </message>
    <message>
        <source>A container or sandbox shows its own files only: start Satchel outside of it.</source>
        <translation>Ein Container oder eine Sandbox zeigt nur die eigenen Dateien: Starten Sie Satchel außerhalb davon.</translation>
    </message>
    <message>
        <source>looking at the mounted drive</source>
        <translation>beim Ansehen des eingehängten Laufwerks</translation>
    </message>
    <message>
        <source>locking what is on {device}</source>
        <translation>beim Sperren von {device}</translation>
    </message>
    <message>
        <source>unmounting {device}</source>
        <translation>beim Aushängen von {device}</translation>
    </message>
    <message>
        <source>writing everything to {mount_point}</source>
        <translation>beim Schreiben von allem auf {mount_point}</translation>
    </message>
    <message>
        <source>It went wrong while {doing}: {words}.</source>
        <translation>Etwas ging schief, {doing}: {words}.</translation>
    </message>
    <message>
        <source>Try again; if it stays so, the drive or its file system may be damaged.</source>
        <translation>Versuchen Sie es noch einmal; bleibt es so, ist vielleicht das Laufwerk oder sein Dateisystem beschädigt.</translation>
    </message>
    <message>
        <source>{device} has gone, or the drive service does not know it (yet).</source>
        <translation>{device} ist verschwunden, oder der Laufwerksdienst kennt es (noch) nicht.</translation>
    </message>
    <message>
        <source>Plug the drive in again, wait a moment, and try again.</source>
        <translation>Stecken Sie das Laufwerk wieder ein, warten Sie einen Moment und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>asking for tools</source>
        <translation>beim Fragen nach Werkzeugen</translation>
    </message>
    <message>
        <source>This user is not allowed to do that ({doing}).</source>
        <translation>Das darf hier nicht jeder ({doing}).</translation>
    </message>
    <message>
        <source>Another user has mounted the drive; it is theirs ({doing}).</source>
        <translation>Jemand anderes hat das Laufwerk eingehängt; es gehört dieser Person ({doing}).</translation>
    </message>
    <message>
        <source>The drive has gone while {doing}.</source>
        <translation>Das Laufwerk ist verschwunden, {doing}.</translation>
    </message>
    <message>
        <source>Plug it in again and try again.</source>
        <translation>Stecken Sie es wieder ein und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There is no directory in which temporary files can be made.</source>
        <translation>Es gibt kein Verzeichnis, in dem sich vorübergehende Dateien anlegen lassen.</translation>
    </message>
    <message>
        <source>Name one in the variable TMPDIR, or make /tmp writable.</source>
        <translation>Nennen Sie eines in der Variablen TMPDIR, oder machen Sie /tmp beschreibbar.</translation>
    </message>
    <message>
        <source>This computer lets Satchel start no further process or thread.</source>
        <translation>Dieser Computer lässt Satchel keinen weiteren Prozess oder Thread starten.</translation>
    </message>
    <message>
        <source>Close other programs or raise the limit (ulimit -u), then try again.</source>
        <translation>Schließen Sie andere Programme oder erhöhen Sie die Grenze (ulimit -u), und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>This computer lets Satchel open no further file.</source>
        <translation>Dieser Computer lässt Satchel keine weitere Datei öffnen.</translation>
    </message>
    <message>
        <source>Close other programs or raise the limit (ulimit -n), then try again.</source>
        <translation>Schließen Sie andere Programme oder erhöhen Sie die Grenze (ulimit -n), und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>This computer has too little memory left.</source>
        <translation>Dieser Computer hat zu wenig Arbeitsspeicher frei.</translation>
    </message>
    <message>
        <source>Close other programs, then try again.</source>
        <translation>Schließen Sie andere Programme, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Something went wrong that should not: {error_type}: {error} at {location}.</source>
        <translation>Etwas ist schiefgegangen, das nicht schiefgehen sollte: {error_type}: {error} in {location}.</translation>
    </message>
    <message>
        <source>the catalogue is larger than it can be</source>
        <translation>der Katalog ist größer, als er sein kann</translation>
    </message>
    <message>
        <source>there are bytes after the end of the compressed catalogue</source>
        <translation>nach dem Ende des gepackten Katalogs folgen noch Bytes</translation>
    </message>
    <message>
        <source>the compressed catalogue is damaged</source>
        <translation>der gepackte Katalog ist beschädigt</translation>
    </message>
    <message>
        <source>the compressed catalogue is cut off</source>
        <translation>der gepackte Katalog ist abgeschnitten</translation>
    </message>
    <message>
        <source>the catalogue is not well-formed XML ({place})</source>
        <translation>der Katalog ist kein wohlgeformtes XML ({place})</translation>
    </message>
    <message>
        <source>the catalogue has a tag longer than it can be</source>
        <translation>der Katalog hat ein Element, das länger ist, als es sein kann</translation>
    </message>
    <message>
        <source>the catalogue has more components than it can have</source>
        <translation>der Katalog hat mehr Einträge, als er haben kann</translation>
    </message>
    <message>
        <source>this is not a catalogue of components</source>
        <translation>das ist kein Katalog von Apps</translation>
    </message>
    <message>
        <source>the catalogue is nested deeper than it can be</source>
        <translation>der Katalog ist tiefer verschachtelt, als er sein kann</translation>
    </message>
    <message>
        <source>the catalogue has a component larger than it can be</source>
        <translation>der Katalog hat einen Eintrag, der größer ist, als er sein kann</translation>
    </message>
    <message>
        <source>the catalogue declares a document type, which no catalogue has</source>
        <translation>der Katalog gibt einen Dokumenttyp an, was kein Katalog tut</translation>
    </message>
    <message>
        <source>The catalogue of {remote} cannot be read: {error}.</source>
        <translation>Der Katalog von {remote} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>Apps can still be named by their IDs. Try again later, or from another network.</source>
        <translation>Apps lassen sich weiterhin mit ihrer ID angeben. Versuchen Sie es später noch einmal oder in einem anderen Netz.</translation>
    </message>
    <message>
        <source>{remote} publishes no catalogue of its apps for {arch}.</source>
        <translation>{remote} veröffentlicht keinen Katalog der Apps für {arch}.</translation>
    </message>
    <message>
        <source>Name the apps by their IDs.</source>
        <translation>Geben Sie die Apps mit ihrer ID an.</translation>
    </message>
    <message>
        <source>Nothing was used. Check the remote&apos;s key, or try again from another network.</source>
        <translation>Nichts wurde benutzt. Prüfen Sie den Schlüssel der Quelle, oder versuchen Sie es in einem anderen Netz noch einmal.</translation>
    </message>
    <message>
        <source>The signature of {label}&apos;s catalogue is damaged: {error}.</source>
        <translation>Die Signatur des Katalogs von {label} ist beschädigt: {error}.</translation>
    </message>
    <message>
        <source>The catalogue of {label} cannot be trusted: {judgement}</source>
        <translation>Dem Katalog von {label} ist nicht zu trauen: {judgement}</translation>
    </message>
    <message>
        <source>What {label} publishes as its catalogue was made for something else: it does not name {ref} of {collection}.</source>
        <translation>Was {label} als Katalog veröffentlicht, wurde für etwas anderes gemacht: Es nennt {ref} von {collection} nicht.</translation>
    </message>
    <message>
        <source>its commit holds no catalogue</source>
        <translation>sein Commit enthält keinen Katalog</translation>
    </message>
    <message>
        <source>the catalogue is a symbolic link</source>
        <translation>der Katalog ist eine Verknüpfung</translation>
    </message>
    <message>
        <source>What is said to replace it, {said}, is no app or runtime.</source>
        <translation>Was es ersetzen soll, {said}, ist keine App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>What is said to replace it, {new}, is of another kind.</source>
        <translation>Was es ersetzen soll, {new}, ist von anderer Art.</translation>
    </message>
    <message>
        <source>It is said to be replaced by {new}, and that by itself.</source>
        <translation>Es soll durch {new} ersetzt sein, und das durch sich selbst.</translation>
    </message>
    <message>
        <source>It is said to have been renamed more than {most} times.</source>
        <translation>Es soll mehr als {most}-mal umbenannt worden sein.</translation>
    </message>
    <message>
        <source>{new}, which replaces it, is not there.</source>
        <translation>{new}, das es ersetzt, ist nicht da.</translation>
    </message>
    <message>
        <source>neither an [Application] nor a [Runtime] group</source>
        <translation>weder eine Gruppe [Application] noch eine Gruppe [Runtime]</translation>
    </message>
    <message>
        <source>no name in [{group}]</source>
        <translation>kein Name in [{group}]</translation>
    </message>
    <message>
        <source>{key} in [{group}]: {problem}</source>
        <translation>{key} in [{group}]: {problem}</translation>
    </message>
    <message>
        <source>{given} is not the name of an app or runtime.</source>
        <translation>{given} ist nicht der Name einer App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>A full name looks like app/org.gnome.Maps/x86_64/stable.</source>
        <translation>Ein voller Name sieht so aus: app/org.gnome.Maps/x86_64/stable.</translation>
    </message>
    <message>
        <source>{given} has {parts} parts where a full name has four.</source>
        <translation>{given} hat {parts} Teile; ein voller Name hat vier.</translation>
    </message>
    <message>
        <source>{given} is not a valid name: {problem}.</source>
        <translation>{given} ist kein gültiger Name: {problem}.</translation>
    </message>
    <message>
        <source>{given}: {remote} is not the name of a remote.</source>
        <translation>{given}: {remote} ist nicht der Name einer Quelle.</translation>
    </message>
    <message>
        <source>{given} has too many parts.</source>
        <translation>{given} hat zu viele Teile.</translation>
    </message>
    <message>
        <source>{given} is not the name of an app: {problem}.</source>
        <translation>{given} ist nicht der Name einer App: {problem}.</translation>
    </message>
    <message>
        <source>{given} is a container image, not the name of an app.</source>
        <translation>{given} ist ein Container-Abbild, nicht der Name einer App.</translation>
    </message>
    <message>
        <source>Satchel takes them from registries: add the one that has it, and name the app.</source>
        <translation>Satchel nimmt sie von Registrys: Fügen Sie die hinzu, die es hat, und nennen Sie die App.</translation>
    </message>
    <message>
        <source>{given} is an address, not the name of an app.</source>
        <translation>{given} ist eine Adresse, nicht der Name einer App.</translation>
    </message>
    <message>
        <source>{given} is a path, not the name of an app.</source>
        <translation>{given} ist ein Pfad, nicht der Name einer App.</translation>
    </message>
    <message>
        <source>the name is empty</source>
        <translation>der Name ist leer</translation>
    </message>
    <message>
        <source>the name is longer than {most} characters</source>
        <translation>der Name ist länger als {most} Zeichen</translation>
    </message>
    <message>
        <source>the name contains {strange}</source>
        <translation>der Name enthält {strange}</translation>
    </message>
    <message>
        <source>the name has a period at its start, its end or next to another</source>
        <translation>der Name hat einen Punkt am Anfang, am Ende oder neben einem anderen</translation>
    </message>
    <message>
        <source>the name has fewer than three parts with periods between them</source>
        <translation>der Name hat weniger als drei Teile mit Punkten dazwischen</translation>
    </message>
    <message>
        <source>only the last part of the name may contain a hyphen</source>
        <translation>nur der letzte Teil des Namens darf einen Bindestrich enthalten</translation>
    </message>
    <message>
        <source>a part of the name starts with a digit</source>
        <translation>ein Teil des Namens beginnt mit einer Ziffer</translation>
    </message>
    <message>
        <source>the architecture is empty</source>
        <translation>die Architektur ist leer</translation>
    </message>
    <message>
        <source>the architecture is longer than {most} characters</source>
        <translation>die Architektur ist länger als {most} Zeichen</translation>
    </message>
    <message>
        <source>the architecture contains {strange}</source>
        <translation>die Architektur enthält {strange}</translation>
    </message>
    <message>
        <source>the branch is empty</source>
        <translation>der Zweig ist leer</translation>
    </message>
    <message>
        <source>the branch is longer than {most} characters</source>
        <translation>der Zweig ist länger als {most} Zeichen</translation>
    </message>
    <message>
        <source>the branch contains {strange}</source>
        <translation>der Zweig enthält {strange}</translation>
    </message>
    <message>
        <source>the branch starts with a period</source>
        <translation>der Zweig beginnt mit einem Punkt</translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps or org.gnome.Maps//stable.</source>
        <translation>Geben Sie eine App so an: org.gnome.Maps oder org.gnome.Maps//stable.</translation>
    </message>
    <message>
        <source>Asked for by name, an extension of {ref}.</source>
        <translation>Eigens verlangt, eine Erweiterung von {ref}.</translation>
    </message>
    <message>
        <source>For finding faults in {ref}; carried when named.</source>
        <translation>Zur Fehlersuche in {ref}; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>An optional extension of {ref}; carried when named.</source>
        <translation>Eine optionale Erweiterung von {ref}; kommt mit, wenn sie eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Translations for {ref}.</source>
        <translation>Übersetzungen für {ref}.</translation>
    </message>
    <message>
        <source>An extension of {ref}.</source>
        <translation>Eine Erweiterung von {ref}.</translation>
    </message>
    <message>
        <source>{id} never asks for it; carried when named.</source>
        <translation>{id} verlangt nie danach; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Graphics driver ({driver}) for {ref}.</source>
        <translation>Grafiktreiber ({driver}) für {ref}.</translation>
    </message>
    <message>
        <source>Graphics driver for particular hardware ({driver}); carried when named.</source>
        <translation>Grafiktreiber für bestimmte Geräte ({driver}); kommt mit, wenn er eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Looks for computers that use the theme {driver}; carried when named.</source>
        <translation>Aussehen für Computer mit dem Thema {driver}; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>For computers with Intel graphics, used by {ref}.</source>
        <translation>Für Computer mit Intel-Grafik, verwendet von {ref}.</translation>
    </message>
    <message>
        <source>For the {desktop} desktop, used by {ref}.</source>
        <translation>Für die Arbeitsumgebung {desktop}, verwendet von {ref}.</translation>
    </message>
    <message>
        <source>Depends on “{condition}”, which is not known; carried when named.</source>
        <translation>Hängt von „{condition}“ ab, was nicht bekannt ist; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>For computers with the driver {module}, used by {ref}.</source>
        <translation>Für Computer mit dem Treiber {module}, verwendet von {ref}.</translation>
    </message>
    <message>
        <source>For computers with NVIDIA&apos;s own driver; carried with such a driver.</source>
        <translation>Für Computer mit NVIDIAs eigenem Treiber; kommt mit einem solchen Treiber mit.</translation>
    </message>
    <message>
        <source>it is not set up</source>
        <translation>sie ist nicht eingerichtet</translation>
    </message>
    <message>
        <source>it has to be fetched by another program</source>
        <translation>ein anderes Programm muss sie holen</translation>
    </message>
    <message>
        <source>it is reached by a metalink</source>
        <translation>sie wird über einen Metalink erreicht</translation>
    </message>
    <message>
        <source>{meaning} ({key}: {value})</source>
        <translation>{meaning} ({key}: {value})</translation>
    </message>
    <message>
        <source>of tls-client-cert-path and tls-client-key-path it has only one</source>
        <translation>von tls-client-cert-path und tls-client-key-path hat sie nur eines</translation>
    </message>
    <message>
        <source>its certificate is on a security token (PKCS #11)</source>
        <translation>ihr Zertifikat liegt auf einem Sicherheitsschlüssel (PKCS #11)</translation>
    </message>
    <message>
        <source>its objects are at an address that Satchel cannot read (contenturl: {content})</source>
        <translation>ihre Objekte liegen unter einer Adresse, die Satchel nicht lesen kann (contenturl: {content})</translation>
    </message>
    <message>
        <source>Its key expired on {day}: unless its makers have prolonged it, nothing of it is accepted, neither here nor by flatpak.</source>
        <translation>Der Schlüssel ist am {day} abgelaufen: Wenn er nicht verlängert wurde, wird nichts daraus angenommen, weder hier noch von flatpak.</translation>
    </message>
    <message>
        <source>“{remote}” cannot be the name of a remote.</source>
        <translation>„{remote}“ kann nicht der Name einer Quelle sein.</translation>
    </message>
    <message>
        <source>{remote} comes without a signing key, so nothing from it could be verified.</source>
        <translation>{remote} kommt ohne Signaturschlüssel; nichts davon ließe sich prüfen.</translation>
    </message>
    <message>
        <source>{address} is known already: as {other}.</source>
        <translation>{address} ist schon bekannt: als {other}.</translation>
    </message>
    <message>
        <source>There is a remote called {remote} already, at {address}.</source>
        <translation>Es gibt schon eine Quelle namens {remote}, bei {address}.</translation>
    </message>
    <message>
        <source>{remote} was not added to Satchel; it is known from elsewhere ({source}).</source>
        <translation>{remote} wurde nicht in Satchel hinzugefügt; die Quelle ist von anderswo bekannt ({source}).</translation>
    </message>
    <message>
        <source>There is no remote called {remote}.</source>
        <translation>Es gibt keine Quelle namens {remote}.</translation>
    </message>
    <message>
        <source>flatpak remote-delete removes what is configured for flatpak.</source>
        <translation>flatpak remote-delete entfernt, was für flatpak eingerichtet ist.</translation>
    </message>
    <message>
        <source>There is no remote called {name}.</source>
        <translation>Es gibt keine Quelle namens {name}.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {reason}.</source>
        <translation>{path} kann nicht geändert werden: {reason}.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>installation {name}</source>
        <translation>die Installation {name}</translation>
    </message>
    <message>
        <source>{path} is unclear</source>
        <translation>{path} ist unklar</translation>
    </message>
    <message>
        <source>the remotes of {path}</source>
        <translation>die Quellen von {path}</translation>
    </message>
    <message>
        <source>the remote {name}</source>
        <translation>die Quelle {name}</translation>
    </message>
    <message>
        <source>Line {number} of the filter is neither “allow” nor “deny”.</source>
        <translation>Zeile {number} des Filters ist weder „allow“ noch „deny“.</translation>
    </message>
    <message>
        <source>Line {number} of the filter has no ref that could be meant.</source>
        <translation>Zeile {number} des Filters nennt nichts, was gemeint sein könnte.</translation>
    </message>
    <message>
        <source>It names an app: give it in the place of the app&apos;s name, as a .flatpakref.</source>
        <translation>Sie nennt eine App: Geben Sie sie als .flatpakref anstelle des Namens der App an.</translation>
    </message>
    <message>
        <source>{name} cannot be used: {problem}.</source>
        <translation>{name} kann nicht benutzt werden: {problem}.</translation>
    </message>
    <message>
        <source>Get it again from the people who offer it.</source>
        <translation>Holen Sie sie noch einmal bei denen, die sie anbieten.</translation>
    </message>
    <message>
        <source>it does not say which app it is</source>
        <translation>sie sagt nicht, welche App sie ist</translation>
    </message>
    <message>
        <source>it lacks flatpak&apos;s metadata</source>
        <translation>ihr fehlen die Angaben für Flatpak</translation>
    </message>
    <message>
        <source>it contradicts its own commit about its collection</source>
        <translation>sie widerspricht ihrem eigenen Commit über ihre Sammlung</translation>
    </message>
    <message>
        <source>it calls itself {ref}, and its metadata {other}</source>
        <translation>sie nennt sich {ref}, ihre Angaben sagen {other}</translation>
    </message>
    <message>
        <source>it contradicts its own commit about what it needs</source>
        <translation>sie widerspricht ihrem eigenen Commit darüber, was sie braucht</translation>
    </message>
    <message>
        <source>it calls itself {ref}, and its commit {other}</source>
        <translation>sie nennt sich {ref}, ihr Commit sagt {other}</translation>
    </message>
    <message>
        <source>it is an archive, perhaps an app as a container image (OCI)</source>
        <translation>sie ist ein Archiv, vielleicht eine App als Container-Abbild (OCI)</translation>
    </message>
    <message>
        <source>Satchel takes those that flatpak build-bundle makes without --oci.</source>
        <translation>Satchel nimmt solche, die „flatpak build-bundle“ ohne --oci macht.</translation>
    </message>
    <message>
        <source>it is a web page</source>
        <translation>sie ist eine Webseite</translation>
    </message>
    <message>
        <source>Copy the address of the file itself, not of the page that offers it.</source>
        <translation>Nehmen Sie die Adresse der Datei selbst, nicht die der Seite, die sie anbietet.</translation>
    </message>
    <message>
        <source>it names an app or a remote, and holds none</source>
        <translation>sie nennt eine App oder eine Quelle und enthält keine</translation>
    </message>
    <message>
        <source>Give it a name that ends in .flatpakref or .flatpakrepo.</source>
        <translation>Geben Sie ihr einen Namen, der auf .flatpakref oder .flatpakrepo endet.</translation>
    </message>
    <message>
        <source>it is no bundle, or damaged: {why}</source>
        <translation>sie ist keine App als Datei (Bundle) oder beschädigt: {why}</translation>
    </message>
    <message>
        <source>Download it again from the people who offer it.</source>
        <translation>Laden Sie es noch einmal herunter, von denen, die es anbieten.</translation>
    </message>
    <message>
        <source>it does not say which app it is for (no Name)</source>
        <translation>sie sagt nicht, für welche App sie ist (kein Name)</translation>
    </message>
    <message>
        <source>A key of the remote</source>
        <translation>Ein Schlüssel der Quelle</translation>
    </message>
    <message>
        <source>it is {error}</source>
        <translation>er ist {error}</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>sie kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>it is no {what} file ({error})</source>
        <translation>sie ist keine {what}-Datei ({error})</translation>
    </message>
    <message>
        <source>it is no {what} file (no [{group}])</source>
        <translation>sie ist keine {what}-Datei (kein [{group}])</translation>
    </message>
    <message>
        <source>it is made for a later version of flatpak</source>
        <translation>sie ist für eine spätere Version von flatpak gemacht</translation>
    </message>
    <message>
        <source>Ask its maker for one that says Version=1.</source>
        <translation>Bitten Sie den Hersteller um eine, in der Version=1 steht.</translation>
    </message>
    <message>
        <source>it has no address (no Url)</source>
        <translation>sie hat keine Adresse (kein Url)</translation>
    </message>
    <message>
        <source>its address is longer than any can be</source>
        <translation>ihre Adresse ist länger, als eine sein kann</translation>
    </message>
    <message>
        <source>it names a branch without a name (Branch=)</source>
        <translation>sie nennt einen Zweig ohne Namen (Branch=)</translation>
    </message>
    <message>
        <source>its key (GPGKey) is not one</source>
        <translation>ihr Schlüssel (GPGKey) ist keiner</translation>
    </message>
    <message>
        <source>its collection ID is not a valid one</source>
        <translation>ihre Sammlungskennung ist nicht gültig</translation>
    </message>
    <message>
        <source>Give it in the place of the app&apos;s name.</source>
        <translation>Geben Sie sie anstelle des Namens der App an.</translation>
    </message>
    <message>
        <source>{given} names an app, not a remote.</source>
        <translation>{given} nennt eine App, keine Quelle.</translation>
    </message>
    <message>
        <source>{given} names a remote, not an app.</source>
        <translation>{given} nennt eine Quelle, keine App.</translation>
    </message>
    <message>
        <source>Give it with --remote, and name an app of it.</source>
        <translation>Geben Sie sie mit --remote an, und nennen Sie eine App daraus.</translation>
    </message>
    <message>
        <source>{given} brings its own key or collection.</source>
        <translation>{given} bringt Schlüssel oder Sammlung selbst mit.</translation>
    </message>
    <message>
        <source>it is a directory, perhaps an app as a container image (OCI)</source>
        <translation>sie ist ein Ordner, vielleicht eine App als Container-Abbild (OCI)</translation>
    </message>
    <message>
        <source>it is damaged: its content is not what it says</source>
        <translation>sie ist beschädigt: Ihr Inhalt ist nicht, was sie angibt</translation>
    </message>
    <message>
        <source>{url} is not kept on this computer.</source>
        <translation>{url} ist auf diesem Computer nicht aufbewahrt.</translation>
    </message>
    <message>
        <source>{url} cannot be kept on this computer: {reason}.</source>
        <translation>{url} lässt sich auf diesem Computer nicht aufbewahren: {reason}.</translation>
    </message>
    <message>
        <source>Download it, and name the file.</source>
        <translation>Laden Sie sie herunter, und nennen Sie die Datei.</translation>
    </message>
    <message>
        <source>{given} came without encryption: anybody on the way could have exchanged it.</source>
        <translation>{given} kam unverschlüsselt: Jeder auf dem Weg konnte die Datei austauschen.</translation>
    </message>
    <message>
        <source>Use its https address, or compare its checksum with one from elsewhere.</source>
        <translation>Nehmen Sie die https-Adresse, oder vergleichen Sie die Prüfsumme mit einer von anderswo.</translation>
    </message>
    <message>
        <source>{given} names {remote} ({url}) for its runtime, a source that this computer does not know.</source>
        <translation>{given} nennt für das, worauf sie läuft, {remote} ({url}), eine Quelle, die dieser Computer nicht kennt.</translation>
    </message>
    <message>
        <source>What comes from there is whatever the people who run it have signed.</source>
        <translation>Was von dort kommt, ist, was deren Betreiber signiert haben.</translation>
    </message>
    <message>
        <source>The remote that {given} names for the runtime was not added: {error}</source>
        <translation>Die Quelle, die {given} für die Laufzeitumgebung nennt, wurde nicht hinzugefügt: {error}</translation>
    </message>
    <message>
        <source>The runtime is looked for in the remotes that are known.</source>
        <translation>Die Laufzeitumgebung wird in den bekannten Quellen gesucht.</translation>
    </message>
    <message>
        <source>{url} is not an address.</source>
        <translation>{url} ist keine Adresse.</translation>
    </message>
    <message>
        <source>Check how it is written.</source>
        <translation>Prüfen Sie, wie es geschrieben wird.</translation>
    </message>
    <message>
        <source>{given} would come without encryption: anybody on the way could put another key in.</source>
        <translation>{given} käme unverschlüsselt: Jeder unterwegs könnte einen anderen Schlüssel hineinsetzen.</translation>
    </message>
    <message>
        <source>{given} is not an address.</source>
        <translation>{given} ist keine Adresse.</translation>
    </message>
    <message>
        <source>Use its https address; or download it, and compare the key&apos;s fingerprint with one from elsewhere.</source>
        <translation>Nehmen Sie seine https-Adresse; oder laden Sie es herunter, und vergleichen Sie den Fingerabdruck des Schlüssels mit einem von anderswo.</translation>
    </message>
    <message>
        <source>The key file {path} cannot be read: {error}.</source>
        <translation>Die Schlüsseldatei {path} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>The key file {path} is empty.</source>
        <translation>Die Schlüsseldatei {path} ist leer.</translation>
    </message>
    <message>
        <source>Export the key again.</source>
        <translation>Exportieren Sie den Schlüssel noch einmal.</translation>
    </message>
    <message>
        <source>The remote “{remote}” ({source}) at {address} is left out: “{remote}” ({other_source}) at {other_address} has the same name.</source>
        <translation>Die Quelle „{remote}“ ({source}) bei {address} wird weggelassen: „{remote}“ ({other_source}) bei {other_address} heißt ebenso.</translation>
    </message>
    <message>
        <source>The remote “{registry}” is a container registry ({address}).</source>
        <translation>Die Quelle „{registry}“ ist ein Container-Verzeichnis ({address}).</translation>
    </message>
    <message>
        <source>It cannot be used for this. To put an app of it on a drive: satchel make TARGET APP --remote {address}</source>
        <translation>Dafür lässt sie sich nicht verwenden. Um eine App daraus auf ein Laufwerk zu bringen: satchel make ZIEL APP --remote {address}</translation>
    </message>
    <message>
        <source>Rename the file.</source>
        <translation>Benennen Sie die Datei um.</translation>
    </message>
    <message>
        <source>The remote “{remote}” has no address.</source>
        <translation>Die Quelle „{remote}“ hat keine Adresse.</translation>
    </message>
    <message>
        <source>Give it one with flatpak remote-modify.</source>
        <translation>Geben Sie ihr eine mit flatpak remote-modify.</translation>
    </message>
    <message>
        <source>The address {address} of the remote “{remote}” is none Satchel can read.</source>
        <translation>Die Adresse {address} der Quelle „{remote}“ kann Satchel nicht lesen.</translation>
    </message>
    <message>
        <source>It begins with https://, http:// or file://.</source>
        <translation>Sie beginnt mit https://, http:// oder file://.</translation>
    </message>
    <message>
        <source>“{collection_id}” of the remote “{remote}” is no collection ID.</source>
        <translation>„{collection_id}“ der Quelle „{remote}“ ist keine Sammlungs-ID.</translation>
    </message>
    <message>
        <source>It looks like org.example.Apps.</source>
        <translation>Sie sieht so aus: org.example.Apps.</translation>
    </message>
    <message>
        <source>Left out {what}: {why}.</source>
        <translation>{what} wurde weggelassen: {why}.</translation>
    </message>
    <message>
        <source>A summary of {remote} was tampered with or damaged: {error}.</source>
        <translation>Eine Übersicht von {remote} wurde verfälscht oder beschädigt: {error}.</translation>
    </message>
    <message>
        <source>{lacking} of its {files} files are not kept on this computer.</source>
        <translation>{lacking} von {files} Dateien sind auf diesem Computer nicht aufgehoben.</translation>
    </message>
    <message>
        <source>{label} lacks the commit {checksum} that its summary names.</source>
        <translation>{label} fehlt der Stand {checksum}, den die eigene Übersicht nennt.</translation>
    </message>
    <message>
        <source>It was never fetched on this computer.</source>
        <translation>Es wurde auf diesem Computer noch nie geholt.</translation>
    </message>
    <message>
        <source>{label} sent a damaged or forged commit {checksum}: {error}.</source>
        <translation>{label} hat einen beschädigten oder gefälschten Stand {checksum} geschickt: {error}.</translation>
    </message>
    <message>
        <source>Nothing was used. Try again later, or from another network.</source>
        <translation>Nichts wurde benutzt. Versuchen Sie es später noch einmal oder in einem anderen Netz.</translation>
    </message>
    <message>
        <source>Upstream may be publishing right now: try again in a few minutes.</source>
        <translation>Vielleicht veröffentlicht die Quelle gerade: Versuchen Sie es in ein paar Minuten noch einmal.</translation>
    </message>
    <message>
        <source>The remote {remote} has no signing key, so nothing from it can be verified.</source>
        <translation>Die Quelle {remote} hat keinen Signaturschlüssel; nichts von ihr lässt sich prüfen.</translation>
    </message>
    <message>
        <source>{url} is not a Flatpak repository: it has no summary.</source>
        <translation>{url} ist kein Flatpak-Repository: Es hat keine Übersicht.</translation>
    </message>
    <message>
        <source>Check the address of the remote.</source>
        <translation>Prüfen Sie die Adresse der Quelle.</translation>
    </message>
    <message>
        <source>{url} is a repository in the mode {mode}, which cannot be copied.</source>
        <translation>{url} ist ein Repository der Art {mode}, das sich nicht kopieren lässt.</translation>
    </message>
    <message>
        <source>Only archive repositories, as web servers have them, can be used.</source>
        <translation>Nur Archiv-Repositorys, wie Webserver sie haben, lassen sich benutzen.</translation>
    </message>
    <message>
        <source>{remote} publishes the invalid collection ID {published}.</source>
        <translation>{remote} veröffentlicht die ungültige Sammlungs-ID {published}.</translation>
    </message>
    <message>
        <source>{remote} should have the collection {configured}, but its summary is for {published}.</source>
        <translation>{remote} sollte die Sammlung {configured} haben, aber die Übersicht ist für {published}.</translation>
    </message>
    <message>
        <source>The address may be wrong, or somebody serves another repository&apos;s summary.</source>
        <translation>Vielleicht ist die Adresse falsch, oder jemand liefert die Übersicht einer anderen Quelle aus.</translation>
    </message>
    <message>
        <source>Ask the people who run it to sign it, or try again from another network.</source>
        <translation>Bitten Sie die Betreiber, sie zu signieren, oder versuchen Sie es in einem anderen Netz noch einmal.</translation>
    </message>
    <message>
        <source>The {what} of {remote} is not signed.</source>
        <translation>Die Datei {what} von {remote} ist nicht signiert.</translation>
    </message>
    <message>
        <source>The {what} of {remote} cannot be trusted: {judgement}</source>
        <translation>Der Datei {what} von {remote} ist nicht zu trauen: {judgement}</translation>
    </message>
    <message>
        <source>No list of the apps of {remote} is kept on this computer.</source>
        <translation>Auf diesem Computer ist keine Liste der Apps von {remote} aufgehoben.</translation>
    </message>
    <message>
        <source>The summary of {label} cannot be read: {error}.</source>
        <translation>Die Übersicht von {label} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>The server is broken; try again later.</source>
        <translation>Der Server ist gestört; versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>{url}/{path} was not fetched.</source>
        <translation>{url}/{path} wurde nicht geholt.</translation>
    </message>
    <message>
        <source>{url}/{path} was not fetched yet.</source>
        <translation>{url}/{path} wurde noch nicht geholt.</translation>
    </message>
    <message>
        <source>Connect this computer to the network.</source>
        <translation>Verbinden Sie diesen Computer mit dem Netz.</translation>
    </message>
    <message>
        <source>{url}/{path} is larger than it can be.</source>
        <translation>{url}/{path} ist größer, als es sein kann.</translation>
    </message>
    <message>
        <source>larger than {limit} MiB</source>
        <translation>größer als {limit} MiB</translation>
    </message>
    <message>
        <source>contains a NUL byte</source>
        <translation>enthält ein NUL-Byte</translation>
    </message>
    <message>
        <source>line {line}: not a valid group name</source>
        <translation>Zeile {line}: kein gültiger Gruppenname</translation>
    </message>
    <message>
        <source>line {line}: neither a group, nor a key, nor a comment</source>
        <translation>Zeile {line}: weder Gruppe noch Schlüssel noch Kommentar</translation>
    </message>
    <message>
        <source>line {line}: a key before the first group</source>
        <translation>Zeile {line}: ein Schlüssel vor der ersten Gruppe</translation>
    </message>
    <message>
        <source>line {line}: not a valid key</source>
        <translation>Zeile {line}: kein gültiger Schlüssel</translation>
    </message>
    <message>
        <source>line {line}: an encoding other than UTF-8</source>
        <translation>Zeile {line}: eine andere Kodierung als UTF-8</translation>
    </message>
    <message>
        <source>{key} in [{group}] is not UTF-8</source>
        <translation>{key} in [{group}] ist nicht UTF-8</translation>
    </message>
    <message>
        <source>not a valid group name: {group}</source>
        <translation>kein gültiger Gruppenname: {group}</translation>
    </message>
    <message>
        <source>not a valid key: {key}</source>
        <translation>kein gültiger Schlüssel: {key}</translation>
    </message>
    <message>
        <source>a NUL byte cannot be written</source>
        <translation>ein NUL-Byte kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>a form feed at the start of a value cannot be written</source>
        <translation>ein Seitenvorschub am Anfang eines Werts kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>{entry} has an invalid escape sequence</source>
        <translation>{entry} hat eine ungültige Escape-Folge</translation>
    </message>
    <message>
        <source>The disk is full: no room is left while {doing}.</source>
        <translation>Der Datenträger ist voll: Kein Platz mehr {doing}.</translation>
    </message>
    <message>
        <source>A drive, or something that was there, has gone while {doing}.</source>
        <translation>Ein Laufwerk oder etwas, das da war, ist verschwunden, {doing}.</translation>
    </message>
    <message>
        <source>Something there leads elsewhere, and is not followed, while {doing}.</source>
        <translation>Etwas dort führt anderswohin, dem wird nicht gefolgt, {doing}.</translation>
    </message>
    <message>
        <source>Something there is not of the kind it should be, while {doing}.</source>
        <translation>Etwas dort ist nicht von der Art, die es sein müsste, {doing}.</translation>
    </message>
    <message>
        <source>The disk is read-only, it cannot be changed while {doing}.</source>
        <translation>Der Datenträger ist schreibgeschützt und kann nicht geändert werden, {doing}.</translation>
    </message>
    <message>
        <source>Mount it for writing; a drive may have a write-protect switch. If it could be written just now, its file system is damaged: let the program for disks, or fsck, repair that first.</source>
        <translation>Hängen Sie es zum Schreiben ein; ein Laufwerk kann einen Schreibschutzschalter haben. Wenn eben noch darauf geschrieben werden konnte, ist sein Dateisystem beschädigt: Lassen Sie es zuerst vom Programm für Laufwerke oder von fsck reparieren.</translation>
    </message>
    <message>
        <source>The disk reports an input/output error while {doing}.</source>
        <translation>Der Datenträger meldet einen Ein-/Ausgabefehler, {doing}.</translation>
    </message>
    <message>
        <source>It may be failing, or its file system is damaged: let the program for disks, or fsck, repair that. A drive may have been unplugged: try another port or another drive.</source>
        <translation>Vielleicht ist er defekt oder sein Dateisystem beschädigt: Lassen Sie es vom Programm für Laufwerke oder von fsck reparieren. Vielleicht wurde ein Laufwerk abgezogen: Versuchen Sie einen anderen Anschluss oder ein anderes Laufwerk.</translation>
    </message>
    <message>
        <source>A file is too large for the file system while {doing}.</source>
        <translation>Eine Datei ist zu groß für das Dateisystem, {doing}.</translation>
    </message>
    <message>
        <source>Use a file system that holds large files, like ext4 or exFAT.</source>
        <translation>Nehmen Sie ein Dateisystem für große Dateien wie ext4 oder exFAT.</translation>
    </message>
    <message>
        <source>{doing} ({path})</source>
        <translation>{doing} ({path})</translation>
    </message>
    <message>
        <source>Permission denied while {doing}.</source>
        <translation>Keine Berechtigung, {doing}.</translation>
    </message>
    <message>
        <source>{reason} while {doing}.</source>
        <translation>{reason}, {doing}.</translation>
    </message>
    <message>
        <source>{structure} is not well-formed</source>
        <translation>{structure} ist nicht wohlgeformt</translation>
    </message>
    <message>
        <source>{structure} has more entries than it can have</source>
        <translation>{structure} hat mehr Einträge, als es haben kann</translation>
    </message>
    <message>
        <source>{structure} is not in order at {key}</source>
        <translation>{structure} ist bei {key} nicht geordnet</translation>
    </message>
    <message>
        <source>{structure} has {key} twice</source>
        <translation>{structure} hat {key} zweimal</translation>
    </message>
    <message>
        <source>{structure} has an entry without a name</source>
        <translation>{structure} hat einen Eintrag ohne Namen</translation>
    </message>
    <message>
        <source>{key} cannot be {value}</source>
        <translation>{key} kann nicht {value} sein</translation>
    </message>
    <message>
        <source>the file header is not well-formed</source>
        <translation>der Dateikopf ist nicht wohlgeformt</translation>
    </message>
    <message>
        <source>a symbolic link without a target, or a target without a link</source>
        <translation>eine Verknüpfung ohne Ziel oder ein Ziel ohne Verknüpfung</translation>
    </message>
    <message>
        <source>a symbolic link has a target of over {limit} bytes</source>
        <translation>eine Verknüpfung hat ein Ziel von über {limit} Bytes</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>eine Datei</translation>
    </message>
    <message>
        <source>the padding before the file header is not zero</source>
        <translation>die Füllbytes vor dem Dateikopf sind nicht null</translation>
    </message>
    <message>
        <source>the length of the file header is impossible</source>
        <translation>die Länge des Dateikopfs ist unmöglich</translation>
    </message>
    <message>
        <source>a symbolic link claims to have content</source>
        <translation>eine Verknüpfung gibt an, einen Inhalt zu haben</translation>
    </message>
    <message>
        <source>there are bytes after the end of the file</source>
        <translation>nach dem Ende der Datei folgen noch Bytes</translation>
    </message>
    <message>
        <source>the compressed content is damaged</source>
        <translation>der gepackte Inhalt ist beschädigt</translation>
    </message>
    <message>
        <source>the content is longer than the file header says</source>
        <translation>der Inhalt ist länger, als der Dateikopf sagt</translation>
    </message>
    <message>
        <source>the object ends inside its header</source>
        <translation>das Objekt endet in seinem Kopf</translation>
    </message>
    <message>
        <source>the compressed content is cut off</source>
        <translation>der gepackte Inhalt ist abgeschnitten</translation>
    </message>
    <message>
        <source>the content is shorter than the file header says</source>
        <translation>der Inhalt ist kürzer, als der Dateikopf sagt</translation>
    </message>
    <message>
        <source>its content does not match its name</source>
        <translation>sein Inhalt passt nicht zu seinem Namen</translation>
    </message>
    <message>
        <source>it has extended attributes, which flatpak leaves out, so that it counts as damaged where it was installed</source>
        <translation>es hat erweiterte Attribute, die flatpak weglässt, sodass es nach dem Installieren als beschädigt gilt</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>es ist keine Datei</translation>
    </message>
    <message>
        <source>it cannot be read: {reason}</source>
        <translation>es kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>es ist leer</translation>
    </message>
    <message>
        <source>its directory cannot be read: {reason}</source>
        <translation>sein Ordner kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>it has the mode {mode}, and flatpak does not install it</source>
        <translation>es hat den Modus {mode}, und flatpak installiert es nicht</translation>
    </message>
    <message>
        <source>a directory tree has the file name {name}, which is not allowed</source>
        <translation>ein Ordner hat den Dateinamen {name}, der nicht erlaubt ist</translation>
    </message>
    <message>
        <source>{structure} is {length} bytes long instead of {expected}</source>
        <translation>{structure} ist {length} Bytes lang statt {expected}</translation>
    </message>
    <message>
        <source>a file&apos;s checksum</source>
        <translation>die Prüfsumme einer Datei</translation>
    </message>
    <message>
        <source>the commit</source>
        <translation>der Commit</translation>
    </message>
    <message>
        <source>the commit&apos;s metadata</source>
        <translation>die Metadaten des Commits</translation>
    </message>
    <message>
        <source>the commit&apos;s parent</source>
        <translation>der Vorgänger des Commits</translation>
    </message>
    <message>
        <source>the commit&apos;s root tree</source>
        <translation>der oberste Ordner des Commits</translation>
    </message>
    <message>
        <source>the commit&apos;s root metadata</source>
        <translation>die Metadaten des obersten Ordners</translation>
    </message>
    <message>
        <source>the directory tree</source>
        <translation>der Ordner</translation>
    </message>
    <message>
        <source>a directory&apos;s checksum</source>
        <translation>die Prüfsumme eines Ordners</translation>
    </message>
    <message>
        <source>a directory&apos;s metadata checksum</source>
        <translation>die Prüfsumme der Metadaten eines Ordners</translation>
    </message>
    <message>
        <source>the directory metadata</source>
        <translation>die Metadaten des Ordners</translation>
    </message>
    <message>
        <source>a directory</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>the detached metadata</source>
        <translation>die abgesetzten Metadaten</translation>
    </message>
    <message>
        <source>a directory tree has a file name of over {limit} bytes</source>
        <translation>ein Ordner hat einen Dateinamen von über {limit} Bytes</translation>
    </message>
    <message>
        <source>{structure} has the invalid mode {mode}</source>
        <translation>{structure} hat die ungültigen Rechte {mode}</translation>
    </message>
    <message>
        <source>an extended attribute has an empty name</source>
        <translation>ein erweitertes Attribut hat einen leeren Namen</translation>
    </message>
    <message>
        <source>extended attributes are not sorted</source>
        <translation>erweiterte Attribute sind nicht sortiert</translation>
    </message>
    <message>
        <source>{structure} is larger than {limit} bytes</source>
        <translation>{structure} ist größer als {limit} Bytes</translation>
    </message>
    <message>
        <source>{structure} is not a well-formed {signature}</source>
        <translation>{structure} ist kein wohlgeformtes {signature}</translation>
    </message>
    <message>
        <source>the names in a directory tree are not sorted</source>
        <translation>die Namen in einem Ordner sind nicht sortiert</translation>
    </message>
    <message>
        <source>a name stands for a file and a directory at once</source>
        <translation>ein Name steht zugleich für eine Datei und einen Ordner</translation>
    </message>
    <message>
        <source>the {object_kind} is larger than {limit} bytes</source>
        <translation>{object_kind} ist größer als {limit} Bytes</translation>
    </message>
    <message>
        <source>{url} is larger than it can be.</source>
        <translation>{url} ist größer, als es sein kann.</translation>
    </message>
    <message>
        <source>The server is broken or hostile.</source>
        <translation>Der Server ist fehlerhaft oder bösartig.</translation>
    </message>
    <message>
        <source>Only http and https addresses are followed, and from https only https.</source>
        <translation>Nur Adressen mit http und https werden verfolgt, und von https aus nur https.</translation>
    </message>
    <message>
        <source>Check the computer&apos;s clock and its certificates. A network that wants a login first does this, too: open any page in a browser.</source>
        <translation>Prüfen Sie die Uhr des Computers und seine Zertifikate. Auch ein Netz, das erst eine Anmeldung verlangt, verhält sich so: Öffnen Sie eine beliebige Seite im Browser.</translation>
    </message>
    <message>
        <source>Check its address.</source>
        <translation>Prüfen Sie seine Adresse.</translation>
    </message>
    <message>
        <source>{host} was not found.</source>
        <translation>{host} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{host} does not answer.</source>
        <translation>{host} antwortet nicht.</translation>
    </message>
    <message>
        <source>{url} cannot be fetched: its address or a redirect is not allowed ({reason}).</source>
        <translation>{url} kann nicht geholt werden: Die Adresse oder eine Umleitung ist nicht erlaubt ({reason}).</translation>
    </message>
    <message>
        <source>There is no internet connection: {host} cannot be reached.</source>
        <translation>Keine Internetverbindung: {host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{url} cannot be fetched: its server leads from one address to the next without end ({reason}).</source>
        <translation>{url} lässt sich nicht holen: Der Server leitet ohne Ende von einer Adresse zur nächsten ({reason}).</translation>
    </message>
    <message>
        <source>Check the address; if it is right, only the people who run the server can help.</source>
        <translation>Prüfen Sie die Adresse; wenn sie stimmt, können nur die Betreiber des Servers helfen.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified: {reason}.</source>
        <translation>Das Zertifikat von {host} lässt sich nicht prüfen: {reason}.</translation>
    </message>
    <message>
        <source>The proxy for {host} was not found ({reason}).</source>
        <translation>Der Proxy für {host} wurde nicht gefunden ({reason}).</translation>
    </message>
    <message>
        <source>{host} could not be reached or broke off: {reason}.</source>
        <translation>{host} war nicht erreichbar, oder die Verbindung brach ab: {reason}.</translation>
    </message>
    <message>
        <source>{url} does not exist upstream ({status}).</source>
        <translation>{url} gibt es bei der Quelle nicht ({status}).</translation>
    </message>
    <message>
        <source>It may have moved or gone: check the address, or ask whoever offers it.</source>
        <translation>Es ist vielleicht umgezogen oder weg: Prüfen Sie die Adresse, oder fragen Sie, wer es anbietet.</translation>
    </message>
    <message>
        <source>{host} denies access to {url} ({status}).</source>
        <translation>{host} verweigert den Zugriff auf {url} ({status}).</translation>
    </message>
    <message>
        <source>It wants a login or a token, which the remote&apos;s address can hold.</source>
        <translation>Er verlangt eine Anmeldung oder einen Zugangsschlüssel; beides kann in der Adresse der Quelle stehen.</translation>
    </message>
    <message>
        <source>Some servers say so of files that they do not have.</source>
        <translation>Manche Server sagen das von Dateien, die sie nicht haben.</translation>
    </message>
    <message>
        <source>{host} answered {status} for {url}: it wants to be asked again in {retry_after} at the earliest.</source>
        <translation>{host} antwortete seit {url} mit {status}: Der Server will frühestens in {retry_after} wieder gefragt werden.</translation>
    </message>
    <message>
        <source>{host} answered {status} for {url}.</source>
        <translation>{host} antwortete {status} auf {url}.</translation>
    </message>
    <message>
        <source>This network may want a login first: open any page in a browser. Or the address is that of a web site, not of what was looked for.</source>
        <translation>Vielleicht verlangt dieses Netz erst eine Anmeldung: Öffnen Sie irgendeine Seite im Browser. Oder die Adresse ist die einer Webseite, nicht die des Gesuchten.</translation>
    </message>
    <message>
        <source>{address} is not the address of a registry.</source>
        <translation>{address} ist keine Adresse eines Container-Verzeichnisses.</translation>
    </message>
    <message>
        <source>It looks like oci+https://registry.example.org.</source>
        <translation>Sie sieht aus wie oci+https://registry.example.org.</translation>
    </message>
    <message>
        <source>{url} leads to no place for images.</source>
        <translation>{url} führt zu keinem Ort für Abbilder.</translation>
    </message>
    <message>
        <source>{url} is no address.</source>
        <translation>{url} ist keine Adresse.</translation>
    </message>
    <message>
        <source>{url} is shorter than it has to be.</source>
        <translation>{url} ist kürzer, als es sein muss.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>{url} is not what it has to be: its digest is another.</source>
        <translation>{url} ist nicht, was es sein muss: Die Prüfsumme ist eine andere.</translation>
    </message>
    <message>
        <source>The server is broken or hostile, or something on the way changes what comes.</source>
        <translation>Der Server ist defekt oder bösartig, oder unterwegs verändert etwas, was kommt.</translation>
    </message>
    <message>
        <source>of this computer</source>
        <translation>dieses Computers</translation>
    </message>
    <message>
        <source>The proxy {peer} wants a name and a password before it lets anything through to {host} ({status}).</source>
        <translation>Der Proxy {peer} verlangt Namen und Passwort, bevor er etwas zu {host} durchlässt ({status}).</translation>
    </message>
    <message>
        <source>Put them into its address: http://NAME:PASSWORD@PROXY:PORT.</source>
        <translation>Schreiben Sie beides in seine Adresse: http://NAME:PASSWORT@PROXY:PORT.</translation>
    </message>
    <message>
        <source>The proxy {peer} does not let anything through to {host} ({status}).</source>
        <translation>Der Proxy {peer} lässt nichts zu {host} durch ({status}).</translation>
    </message>
    <message>
        <source>Ask whoever runs it, or use another network.</source>
        <translation>Fragen Sie, wer ihn betreibt, oder nehmen Sie ein anderes Netz.</translation>
    </message>
    <message>
        <source>{host} answers with a web page instead of {url}.</source>
        <translation>{host} antwortet mit einer Webseite statt mit {url}.</translation>
    </message>
    <message>
        <source>{host} is asked for too much at once ({status}): waiting {seconds}, then going on more slowly.</source>
        <translation>{host} wird zu viel auf einmal gefragt ({status}): {seconds} warten, dann langsamer weiter.</translation>
    </message>
    <message>
        <source>Upstream lacks the object {name}, though one of its commits refers to it.</source>
        <translation>Der Quelle fehlt das Objekt {name}, obwohl einer ihrer Stände darauf verweist.</translation>
    </message>
    <message>
        <source>The object {name} is not kept on this computer.</source>
        <translation>Das Objekt {name} ist auf diesem Computer nicht aufgehoben.</translation>
    </message>
    <message>
        <source>The object {name} cannot be had: {error}</source>
        <translation>Das Objekt {name} ist nicht zu bekommen: {error}</translation>
    </message>
    <message>
        <source>{url} has a damaged or forged object {name}: {error}.</source>
        <translation>{url} hat ein beschädigtes oder gefälschtes Objekt {name}: {error}.</translation>
    </message>
    <message>
        <source>Nothing of it was kept. Try again later; if it stays, tell whoever runs the server.</source>
        <translation>Nichts davon wurde behalten. Versuchen Sie es später noch einmal; bleibt es so, sagen Sie es den Betreibern des Servers.</translation>
    </message>
    <message>
        <source>{path} does not exist.</source>
        <translation>{path} gibt es nicht.</translation>
    </message>
    <message>
        <source>{path} is larger than it can be.</source>
        <translation>{path} ist größer, als es sein kann.</translation>
    </message>
    <message>
        <source>{url}/{path} is not kept on this computer.</source>
        <translation>{url}/{path} ist auf diesem Computer nicht aufgehoben.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>{path} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} has {count} remotes.</source>
        <translation>{path} enthält {count} Quellen.</translation>
    </message>
    <message>
        <source>A file of one remote is needed, as in /etc/ostree/remotes.d.</source>
        <translation>Nötig ist eine Datei mit einer einzigen Quelle, wie in /etc/ostree/remotes.d.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {strerror}.</source>
        <translation>{path} kann nicht gelesen werden: {strerror}.</translation>
    </message>
    <message>
        <source>{url} is not an address Satchel can fetch from.</source>
        <translation>{url} ist keine Adresse, von der Satchel etwas holen kann.</translation>
    </message>
    <message>
        <source>Use an address that begins with https://, http:// or file:///.</source>
        <translation>Nehmen Sie eine Adresse, die mit https://, http:// oder file:/// beginnt.</translation>
    </message>
    <message>
        <source>writing the repository</source>
        <translation>beim Schreiben des Repositorys</translation>
    </message>
    <message>
        <source>There is no OSTree repository at {path}.</source>
        <translation>Bei {path} ist kein OSTree-Repository.</translation>
    </message>
    <message>
        <source>There is no OSTree repository at {path}, but something that Satchel does not follow or read: {reason}.</source>
        <translation>Bei {path} ist kein OSTree-Repository, sondern etwas, dem Satchel nicht folgt oder das es nicht liest: {reason}.</translation>
    </message>
    <message>
        <source>it is too large</source>
        <translation>sie ist zu groß</translation>
    </message>
    <message>
        <source>The repository&apos;s config at {path} is not one that clients open: {reason}.</source>
        <translation>Die Konfiguration des Repositorys bei {path} ist keine, mit der Computer es öffnen: {reason}.</translation>
    </message>
    <message>
        <source>The repository at {path} has the mode {mode}; only archive repositories can be carried on a drive.</source>
        <translation>Das Repository bei {path} hat die Art {mode}; auf einem Laufwerk gehen nur Archiv-Repositorys.</translation>
    </message>
    <message>
        <source>The repository at {path} has an unknown version.</source>
        <translation>Das Repository bei {path} hat eine unbekannte Version.</translation>
    </message>
    <message>
        <source>A newer program may have made it.</source>
        <translation>Vielleicht hat es ein neueres Programm gemacht.</translation>
    </message>
    <message>
        <source>The repository at {path} has no objects directory: it is damaged.</source>
        <translation>Das Repository bei {path} hat keinen Ordner „objects“: Es ist beschädigt.</translation>
    </message>
    <message>
        <source>The repository at {path} has more than {limit} refs.</source>
        <translation>Das Repository bei {path} hat mehr als {limit} Einträge.</translation>
    </message>
    <message>
        <source>Another program is using the repository at {path}.</source>
        <translation>Ein anderes Programm benutzt gerade {path}.</translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation>Warten Sie, bis das fertig ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>the summary</source>
        <translation>die Liste</translation>
    </message>
    <message>
        <source>this is not a summary, or it is damaged</source>
        <translation>das ist keine Liste, oder sie ist beschädigt</translation>
    </message>
    <message>
        <source>the summary&apos;s metadata</source>
        <translation>die Metadaten der Liste</translation>
    </message>
    <message>
        <source>the summary&apos;s {list}</source>
        <translation>{list} der Liste</translation>
    </message>
    <message>
        <source>the summary&apos;s list of collections has another type</source>
        <translation>die Aufzählung der Sammlungen hat einen anderen Typ</translation>
    </message>
    <message>
        <source>the summary&apos;s list of collections</source>
        <translation>die Aufzählung der Sammlungen</translation>
    </message>
    <message>
        <source>the summary lists its own collection among the others</source>
        <translation>die Liste nennt ihre eigene Sammlung unter den anderen</translation>
    </message>
    <message>
        <source>the summary&apos;s list of {name}</source>
        <translation>die Aufzählung von {name}</translation>
    </message>
    <message>
        <source>{structure} about a ref</source>
        <translation>{structure} zu einem Ref</translation>
    </message>
    <message>
        <source>a ref in the summary names no valid commit</source>
        <translation>ein Ref in der Liste nennt keinen gültigen Commit</translation>
    </message>
    <message>
        <source>A part of Satchel was stopped from outside, perhaps for lack of memory.</source>
        <translation>Ein Teil von Satchel wurde von außen beendet, vielleicht aus Mangel an Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>There is no setting called {name}.</source>
        <translation>Es gibt keine Einstellung namens {name}.</translation>
    </message>
    <message>
        <source>There are {checks}.</source>
        <translation>Es gibt {checks}.</translation>
    </message>
    <message>
        <source>“{setting}” cannot be {value}.</source>
        <translation>„{setting}“ kann nicht {value} sein.</translation>
    </message>
    <message>
        <source>The settings in {path} cannot be read: {reason}.</source>
        <translation>Die Einstellungen in {path} können nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Satchel&apos;s own are used.</source>
        <translation>Es gelten die Einstellungen, die Satchel mitbringt.</translation>
    </message>
    <message>
        <source>The settings in {path} are damaged: {problems}</source>
        <translation>Die Einstellungen in {path} sind beschädigt: {problems}</translation>
    </message>
    <message>
        <source>What can be read of them is used.</source>
        <translation>Was davon lesbar ist, wird benutzt.</translation>
    </message>
    <message>
        <source>The file is now {aside}; what can be read of it is used.</source>
        <translation>Die Datei heißt jetzt {aside}; was davon lesbar ist, wird benutzt.</translation>
    </message>
    <message>
        <source>The settings cannot be saved in {directory}: {reason}.</source>
        <translation>Die Einstellungen können in {directory} nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>They stay as they were.</source>
        <translation>Sie bleiben, wie sie waren.</translation>
    </message>
    <message>
        <source>They are not JSON.</source>
        <translation>Sie sind kein JSON.</translation>
    </message>
    <message>
        <source>They are not a JSON object.</source>
        <translation>Sie sind kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>A list of languages is needed.</source>
        <translation>Eine Liste von Sprachen wird gebraucht.</translation>
    </message>
    <message>
        <source>A language is written like de or pt_BR.</source>
        <translation>Eine Sprache schreibt man so: de oder pt_BR.</translation>
    </message>
    <message>
        <source>It is on or off.</source>
        <translation>Es ist „on“ oder „off“.</translation>
    </message>
    <message>
        <source>It is one of {values}.</source>
        <translation>Möglich sind {values}.</translation>
    </message>
    <message>
        <source>A driver is written like nvidia-550-120.</source>
        <translation>Ein Treiber wird geschrieben wie nvidia-550-120.</translation>
    </message>
    <message>
        <source>A list of graphics drivers is needed.</source>
        <translation>Es muss eine Liste von Grafiktreibern sein.</translation>
    </message>
    <message>
        <source>A source is named as in satchel remotes.</source>
        <translation>Eine Quelle heißt wie in satchel remotes.</translation>
    </message>
    <message>
        <source>A list of sources is needed.</source>
        <translation>Es muss eine Liste von Quellen sein.</translation>
    </message>
    <message>
        <source>An address begins with https:// or file:///.</source>
        <translation>Eine Adresse beginnt mit https:// oder file:///.</translation>
    </message>
    <message>
        <source>A list of addresses is needed.</source>
        <translation>Eine Liste von Adressen wird gebraucht.</translation>
    </message>
    <message>
        <source>An architecture is written like x86_64 or aarch64.</source>
        <translation>Eine Architektur schreibt man so: x86_64 oder aarch64.</translation>
    </message>
    <message>
        <source>A directory is named by its whole path, from / on.</source>
        <translation>Ein Ordner wird mit seinem ganzen Pfad angegeben, von / an.</translation>
    </message>
    <message>
        <source>A number from {smallest} to {largest} is needed.</source>
        <translation>Eine Zahl von {smallest} bis {largest} wird gebraucht.</translation>
    </message>
    <message>
        <source>The repository {path} was not judged, though clients that are given the drive look there as well.</source>
        <translation>Das Repository {path} wurde nicht beurteilt, obwohl Computer, die das Laufwerk bekommen, auch dort nachsehen.</translation>
    </message>
    <message>
        <source>An earlier job was interrupted. What is told here is what clients find now.</source>
        <translation>Ein früherer Vorgang wurde unterbrochen. Was hier steht, ist das, was Computer jetzt vorfinden.</translation>
    </message>
    <message>
        <source>The file {path} is not what it should be.</source>
        <translation>Die Datei {path} ist nicht, was sie sein sollte.</translation>
    </message>
    <message>
        <source>The .flatpakrepo of {collection} names a part that upstream has not.</source>
        <translation>Die .flatpakrepo-Datei von {collection} nennt einen Teil, den die Quelle nicht hat.</translation>
    </message>
    <message>
        <source>The commit of {ref} is not signed.</source>
        <translation>Der Stand von {ref} ist nicht signiert.</translation>
    </message>
    <message>
        <source>The signature of {ref} is not good: {verdict}</source>
        <translation>Die Signatur von {ref} ist nicht gut: {verdict}</translation>
    </message>
    <message>
        <source>{collection} has no ostree-metadata; flatpak before 1.8 finds nothing.</source>
        <translation>{collection} hat keine ostree-metadata; flatpak vor 1.8 findet nichts.</translation>
    </message>
    <message>
        <source>The ostree-metadata of {collection} does not fit: {problem}.</source>
        <translation>Die Liste für alte Computer (ostree-metadata) von {collection} passt nicht zu dem, was auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The ostree-metadata of {collection} has lost its signature.</source>
        <translation>Die ostree-metadata von {collection} hat ihre Signatur verloren.</translation>
    </message>
    <message>
        <source>The signature of the ostree-metadata of {collection} is not good: {verdict}</source>
        <translation>Die Signatur der ostree-metadata von {collection} ist nicht gut: {verdict}</translation>
    </message>
    <message>
        <source>There is no copy of the upstream summary of {collection}.</source>
        <translation>Es gibt keine Kopie der Übersicht von {collection}.</translation>
    </message>
    <message>
        <source>The copy of the upstream summary of {collection} lacks {path}.</source>
        <translation>Der Kopie der Übersicht von {collection} fehlt {path}.</translation>
    </message>
    <message>
        <source>The copied {path} of {collection} is damaged: {reason}.</source>
        <translation>Die Kopie der Liste von {collection} ist beschädigt.</translation>
    </message>
    <message>
        <source>The copied {path} is for {other}.</source>
        <translation>Die kopierte Datei {path} ist für {other}.</translation>
    </message>
    <message>
        <source>The signature of the copied {path} of {collection} is not good: {verdict}</source>
        <translation>Die Signatur der kopierten Datei {path} von {collection} ist nicht gut: {verdict}</translation>
    </message>
    <message>
        <source>The copied {path} of {collection} is damaged: {problem}.</source>
        <translation>Die Kopie der Liste von {collection} ist beschädigt.</translation>
    </message>
    <message>
        <source>The copied list of {collection} does not name {ref}, so computers do not find it.</source>
        <translation>Die mitkopierte Liste von {collection} nennt {ref} nicht, deshalb finden Computer es nicht.</translation>
    </message>
    <message>
        <source>The copied list of {collection} names another version of {ref} than the drive has, so it cannot be installed.</source>
        <translation>Die mitkopierte Liste von {collection} nennt eine andere Version von {ref}, als auf dem Laufwerk ist, deshalb lässt es sich nicht installieren.</translation>
    </message>
    <message>
        <source>Its source has renamed it since. It stays as long as apps on the drive look for its old name.</source>
        <translation>Seine Quelle hat es seither umbenannt. Es bleibt, solange Apps auf dem Laufwerk es unter dem alten Namen suchen.</translation>
    </message>
    <message>
        <source>The copied upstream summary is older than {name} on the drive.</source>
        <translation>Die kopierte Übersicht der Quelle ist älter als {name} auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>The copied upstream summary names a newer {name}.</source>
        <translation>Die kopierte Übersicht der Quelle nennt eine neuere Fassung von {name}.</translation>
    </message>
    <message>
        <source>{name} is older than what came with the copied upstream summary.</source>
        <translation>{name} ist älter als das, was mit der kopierten Übersicht kam.</translation>
    </message>
    <message>
        <source>{name} is older than what Satchel put on the drive.</source>
        <translation>{name} ist älter als das, was Satchel auf das Laufwerk geschrieben hat.</translation>
    </message>
    <message>
        <source>The repository&apos;s config says more than a stick needs: {settings}.</source>
        <translation>Die Konfiguration des Repositorys sagt mehr, als ein Laufwerk braucht: {settings}.</translation>
    </message>
    <message>
        <source>The repository&apos;s config says that it is of {collection}, of which it has nothing.</source>
        <translation>Nach seiner Konfiguration gehört das Repository zu {collection}, wovon es nichts hat.</translation>
    </message>
    <message>
        <source>{name} belongs to no list of this drive.</source>
        <translation>{name} gehört zu keiner Liste dieses Laufwerks.</translation>
    </message>
    <message>
        <source>The directory {name} has what was not checked; over a network it is used.</source>
        <translation>Im Ordner {name} liegt, was nicht geprüft wurde; über ein Netz wird es benutzt.</translation>
    </message>
    <message>
        <source>{tombstones} objects say that commits were removed.</source>
        <translation>{tombstones} Objekte besagen, dass Stände entfernt wurden.</translation>
    </message>
    <message>
        <source>{path} names another commit than the same ref below refs/mirrors: clients may take either.</source>
        <translation>{path} nennt einen anderen Stand als derselbe Eintrag unter refs/mirrors: Computer nehmen womöglich den einen oder den anderen.</translation>
    </message>
    <message>
        <source>{top} has refs ({count}) of no collection, such as {first}. Nothing can be installed from them offline, and their signatures were not checked.</source>
        <translation>{top} hat Einträge ({count}) ohne Sammlung, etwa {first}. Ohne Internet lässt sich davon nichts installieren, und ihre Signaturen wurden nicht geprüft.</translation>
    </message>
    <message>
        <source>The repository&apos;s {name} is not the one that was copied from upstream.</source>
        <translation>Eine Liste des Repositorys ist nicht die, die von der Quelle kopiert wurde.</translation>
    </message>
    <message>
        <source>Repair the drive from another that has the same file, make it with the file once more, or take the app off.</source>
        <translation>Reparieren Sie das Laufwerk von einem anderen, das dieselbe Datei hat, stellen Sie es mit der Datei noch einmal her, oder nehmen Sie die App herunter.</translation>
    </message>
    <message>
        <source>{path} is not the app that the drive says it is.</source>
        <translation>{path} ist nicht die App, die das Laufwerk angibt.</translation>
    </message>
    <message>
        <source>{path} cannot be read.</source>
        <translation>{path} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>{path} has another size than it should have.</source>
        <translation>{path} hat eine andere Größe, als es haben sollte.</translation>
    </message>
    <message>
        <source>{path} is not whole.</source>
        <translation>{path} ist nicht vollständig.</translation>
    </message>
    <message>
        <source>The content of {path} is not what was written there.</source>
        <translation>Der Inhalt von {path} ist nicht, was dort geschrieben wurde.</translation>
    </message>
    <message>
        <source>{path}: {verdict}</source>
        <translation>{path}: {verdict}</translation>
    </message>
    <message>
        <source>{ref} is a file. {verdict}</source>
        <translation>{ref} ist eine Datei. {verdict}</translation>
    </message>
    <message>
        <source>Install it only if you trust whoever made the file and the drive.</source>
        <translation>Installieren Sie es nur, wenn Sie denen trauen, die Datei und Laufwerk gemacht haben.</translation>
    </message>
    <message>
        <source>{path} cannot be installed: {problem}.</source>
        <translation>{path} lässt sich nicht installieren: {problem}.</translation>
    </message>
    <message>
        <source>flatpak does not install {ref}: {problem}.</source>
        <translation>flatpak installiert {ref} nicht: {problem}.</translation>
    </message>
    <message>
        <source>{path} is nothing that Satchel put there.</source>
        <translation>{path} hat nicht Satchel dorthin gelegt.</translation>
    </message>
    <message>
        <source>its commit has no xa.metadata</source>
        <translation>sein Commit hat kein xa.metadata</translation>
    </message>
    <message>
        <source>its metadata is no key file, {error}</source>
        <translation>seine Metadaten sind keine Schlüsseldatei, {error}</translation>
    </message>
    <message>
        <source>its commit says that it is {said}</source>
        <translation>sein Commit sagt, es sei {said}</translation>
    </message>
    <message>
        <source>its tree has no directory “files”</source>
        <translation>ihm fehlt der Ordner „files“</translation>
    </message>
    <message>
        <source>its commit and its tree have different metadata</source>
        <translation>sein Commit und seine Dateien haben verschiedene Metadaten</translation>
    </message>
    <message>
        <source>its tree has no file “metadata”</source>
        <translation>ihm fehlt die Datei „metadata“</translation>
    </message>
    <message>
        <source>The metadata of {ref} is not that of an app or runtime: {error}.</source>
        <translation>Die Angaben von {ref} sind nicht die einer App oder Laufzeitumgebung: {error}.</translation>
    </message>
    <message>
        <source>The metadata of {ref} is that of {said}.</source>
        <translation>Die Angaben von {ref} sind die von {said}.</translation>
    </message>
    <message>
        <source>it leads to another address</source>
        <translation>sie führt zu einer anderen Adresse</translation>
    </message>
    <message>
        <source>it has another key</source>
        <translation>sie hat einen anderen Schlüssel</translation>
    </message>
    <message>
        <source>it names another collection</source>
        <translation>sie nennt eine andere Sammlung</translation>
    </message>
    <message>
        <source>The copied upstream summary of {collection} lacks its .flatpakrepo.</source>
        <translation>Der kopierten Übersicht von {collection} fehlt die .flatpakrepo-Datei.</translation>
    </message>
    <message>
        <source>Beside the copied upstream summary of {collection} is more than one .flatpakrepo.</source>
        <translation>Neben der kopierten Übersicht von {collection} liegt mehr als eine .flatpakrepo-Datei.</translation>
    </message>
    <message>
        <source>{name} of {collection} is not as Satchel wrote it: {problem}.</source>
        <translation>{name} von {collection} ist nicht, wie Satchel es geschrieben hat: {problem}.</translation>
    </message>
    <message>
        <source>it is for {other}</source>
        <translation>sie ist für {other}</translation>
    </message>
    <message>
        <source>it is for no collection</source>
        <translation>sie ist für keine Sammlung</translation>
    </message>
    <message>
        <source>it is no .flatpakrepo file ({error})</source>
        <translation>sie ist keine .flatpakrepo-Datei ({error})</translation>
    </message>
    <message>
        <source>it says otherwise about {key} in [{group}]</source>
        <translation>sie sagt etwas anderes über {key} in [{group}]</translation>
    </message>
    <message>
        <source>Nobody vouches for {collection}: neither this computer nor the drive has the key that signed it.</source>
        <translation>Niemand bürgt für {collection}: Weder dieser Computer noch das Laufwerk hat den Schlüssel, mit dem es signiert ist.</translation>
    </message>
    <message>
        <source>Neither this computer nor the drive has the key of {collection}; its signatures cannot be judged.</source>
        <translation>Weder dieser Computer noch das Laufwerk hat den Schlüssel von {collection}; die Signaturen lassen sich nicht beurteilen.</translation>
    </message>
    <message>
        <source>Nobody vouches for {collection}: neither this computer nor the drive has the key that signed it. From it: {apps}.</source>
        <translation>Für {collection} bürgt niemand: Weder dieser Computer noch das Laufwerk hat den Schlüssel, mit dem es signiert ist. Von dort: {apps}.</translation>
    </message>
    <message>
        <source>Nobody vouches for {collection}: it has no key, and nothing of it is signed.</source>
        <translation>Niemand bürgt für {collection}: Es hat keinen Schlüssel, und nichts davon ist signiert.</translation>
    </message>
    <message>
        <source>Nobody vouches for {collection}: it has no key, and nothing of it is signed. From it: {apps}.</source>
        <translation>Für {collection} bürgt niemand: Es gibt keinen Schlüssel, und nichts davon ist signiert. Von dort: {apps}.</translation>
    </message>
    <message>
        <source>{collection} is signed by a key that only this drive knows: {names}.</source>
        <translation>{collection} ist mit einem Schlüssel signiert, den nur dieses Laufwerk kennt: {names}.</translation>
    </message>
    <message>
        <source>Only this drive knows the key of {collection}: {names}.</source>
        <translation>Nur dieses Laufwerk kennt den Schlüssel von {collection}: {names}.</translation>
    </message>
    <message>
        <source>The drive does not have the key of {collection}: computers that do not know it cannot install.</source>
        <translation>Das Laufwerk hat den Schlüssel von {collection} nicht: Computer, die ihn nicht kennen, können nicht installieren.</translation>
    </message>
    <message>
        <source>Beside the publisher&apos;s key the drive hands out one for {collection} that it calls its maker&apos;s, and nobody here knows: {key} ({owner}).</source>
        <translation>Neben dem Schlüssel des Herausgebers gibt das Laufwerk für {collection} einen weiter, den es den seines Erstellers nennt und den hier niemand kennt: {key} ({owner}).</translation>
    </message>
    <message>
        <source>As the drive hands it out, the key of {owner} for {collection} is revoked; here it is not.</source>
        <translation>So, wie das Laufwerk ihn weitergibt, ist der Schlüssel von {owner} für {collection} widerrufen; hier ist er es nicht.</translation>
    </message>
    <message>
        <source>As the drive hands it out, the key of {owner} for {collection} expired on {ended}; here it is known to be valid.</source>
        <translation>So, wie das Laufwerk ihn weitergibt, ist der Schlüssel von {owner} für {collection} am {ended} abgelaufen; hier ist er als gültig bekannt.</translation>
    </message>
    <message>
        <source>The key of {owner} expired on {end}.</source>
        <translation>Der Schlüssel von {owner} ist am {end} abgelaufen.</translation>
    </message>
    <message>
        <source>The key of {owner}, or what it signed, expires on {end}.</source>
        <translation>Der Schlüssel von {owner} oder eine seiner Signaturen läuft am {end} ab.</translation>
    </message>
    <message>
        <source>The drive hands out a key for {collection} that is not the one this computer knows.</source>
        <translation>Das Laufwerk gibt einen Schlüssel für {collection} aus, der nicht der ist, den dieser Computer kennt.</translation>
    </message>
    <message>
        <source>The drive hands out other keys for {collection} than it was made with.</source>
        <translation>Das Laufwerk gibt für {collection} andere Schlüssel weiter als die, mit denen es erstellt wurde.</translation>
    </message>
    <message>
        <source>Computers that install from the drive will look for updates of {collection} at {url}, which is not where its publisher is known to be.</source>
        <translation>Computer, die vom Laufwerk installieren, suchen Aktualisierungen von {collection} bei {url}; dort ist der Herausgeber nach allem, was bekannt ist, nicht.</translation>
    </message>
    <message>
        <source>Use it only if you trust whoever made it: nothing on it can be verified.</source>
        <translation>Benutzen Sie es nur, wenn Sie seinem Ersteller trauen: Nichts darauf lässt sich prüfen.</translation>
    </message>
    <message>
        <source>{name} in the folder satchel cannot be read: {why}.</source>
        <translation>{name} im Ordner satchel ist nicht lesbar: {why}.</translation>
    </message>
    <message>
        <source>No kit can be made for what this drive says about itself: {error}</source>
        <translation>Zu dem, was dieses Laufwerk über sich sagt, lässt sich keine Installationshilfe schreiben: {error}</translation>
    </message>
    <message>
        <source>The folder satchel, from which people install, lacks {names}.</source>
        <translation>Im Ordner satchel, aus dem installiert wird, fehlt {names}.</translation>
    </message>
    <message>
        <source>{name} has been changed: it is not the one that Satchel {claim} writes.</source>
        <translation>{name} wurde verändert: Es ist nicht die Datei, die Satchel {claim} schreibt.</translation>
    </message>
    <message>
        <source>{files} may be from another version of Satchel, which this one does not know. All but that was checked.</source>
        <translation>{files} ist vielleicht von einer anderen Version von Satchel, die diese nicht kennt. Alles andere wurde geprüft.</translation>
    </message>
    <message>
        <source>{files} may be from Satchel {claim}, which this version does not know. All but that was checked.</source>
        <translation>{files} ist vielleicht von Satchel {claim}, das diese Version nicht kennt. Alles andere wurde geprüft.</translation>
    </message>
    <message>
        <source>{name} belongs to no source of this drive.</source>
        <translation>{name} gehört zu keiner Quelle dieses Laufwerks.</translation>
    </message>
    <message>
        <source>{name} is not the one that belongs to this drive: {problems}.</source>
        <translation>{name} gehört nicht zu diesem Laufwerk: {problems}.</translation>
    </message>
    <message>
        <source>The list that install.sh goes by lacks lines ({count}): {line}</source>
        <translation>In der Liste, nach der install.sh vorgeht, fehlen Zeilen ({count}): {line}</translation>
    </message>
    <message>
        <source>The list that install.sh goes by has lines too many ({count}): {line}</source>
        <translation>Die Liste, nach der install.sh vorgeht, hat Zeilen zu viel ({count}): {line}</translation>
    </message>
    <message>
        <source>{page} does not say what is on this drive: {gaps}.</source>
        <translation>{page} sagt nicht, was auf diesem Laufwerk ist: {gaps}.</translation>
    </message>
    <message>
        <source>The folder satchel has what Satchel did not put there: {names}.</source>
        <translation>Im Ordner satchel liegt, was Satchel nicht dorthin gelegt hat: {names}.</translation>
    </message>
    <message>
        <source>The folder satchel has what this version does not know: {names}.</source>
        <translation>Im Ordner satchel liegt, was diese Version nicht kennt: {names}.</translation>
    </message>
    <message>
        <source>As the owner of the files: chmod -R a+rX on the drive.</source>
        <translation>Geben Sie als Eigentümer der Dateien allen das Recht, sie zu lesen.</translation>
    </message>
    <message>
        <source>{hidden} objects, or directories of them, can be read by nobody but their owner.</source>
        <translation>{hidden} Objekte oder Ordner mit solchen kann nur ihr Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{more} more can be read by nobody but their owner.</source>
        <translation>{more} weitere kann nur ihr Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{path} can be read by nobody but its owner.</source>
        <translation>{path} kann nur der Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{ref} runs on {runtime}, in whose place flatpak installs {replaced_by}: it will not start where the old one is not installed already.</source>
        <translation>{ref} läuft auf {runtime}, wofür flatpak {replaced_by} installiert: Es startet nicht, wo die alte nicht schon installiert ist.</translation>
    </message>
    <message>
        <source>Tell its publisher that its runtime was renamed.</source>
        <translation>Sagen Sie dem Herausgeber, dass seine Laufzeitumgebung umbenannt wurde.</translation>
    </message>
    <message>
        <source>{ref} was left out: {reason}</source>
        <translation>{ref} wurde ausgelassen: {reason}</translation>
    </message>
    <message>
        <source>{ref} needs the runtime {runtime}, which was left out on purpose: only computers that have it already can install it.</source>
        <translation>{ref} braucht die Laufzeitumgebung {runtime}, die absichtlich weggelassen wurde: Nur Computer, die sie schon haben, können es installieren.</translation>
    </message>
    <message>
        <source>{ref} needs the runtime {runtime}, which is not on the drive.</source>
        <translation>{ref} braucht die Laufzeitumgebung {runtime}, die nicht auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>{ref} was renamed, and flatpak installs neither name: {error}</source>
        <translation>{ref} wurde umbenannt, und flatpak installiert keinen der beiden Namen: {error}</translation>
    </message>
    <message>
        <source>{ref} says that it needs flatpak {no_version}, which is no version: flatpak refuses to install it.</source>
        <translation>{ref} verlangt flatpak {no_version}, was keine Version ist: flatpak weigert sich, es zu installieren.</translation>
    </message>
    <message>
        <source>Tell its publisher, and leave it out meanwhile.</source>
        <translation>Sagen Sie es dem Herausgeber, und lassen Sie es solange weg.</translation>
    </message>
    <message>
        <source>{ref} needs flatpak {required} or newer.</source>
        <translation>{ref} braucht flatpak {required} oder neuer.</translation>
    </message>
    <message>
        <source>{ref} needs the runtime {runtime}, which its source has no more, and in whose place flatpak installs {replaced_by}: only computers that have the old one already can install it.</source>
        <translation>{ref} braucht die Laufzeitumgebung {runtime}, die ihre Quelle nicht mehr hat und an deren Stelle flatpak {replaced_by} installiert: Nur Computer, die die alte schon haben, können es installieren.</translation>
    </message>
    <message>
        <source>Tell its publisher that its runtime was renamed, and take it off meanwhile.</source>
        <translation>Sagen Sie dem Herausgeber, dass die Laufzeitumgebung umbenannt wurde, und nehmen Sie es solange herunter.</translation>
    </message>
    <message>
        <source>{ref} is at its end of life; it is replaced by {rebase}.</source>
        <translation>{ref} wird nicht mehr gepflegt; der Nachfolger ist {rebase}.</translation>
    </message>
    <message>
        <source>{ref} is at its end of life: {reason}</source>
        <translation>{ref} wird nicht mehr gepflegt: {reason}</translation>
    </message>
    <message>
        <source>{ref} was put on the drive with a part of its maker&apos;s, {name}, which is not there any more: it cannot be installed without internet.</source>
        <translation>{ref} kam mit einem Teil des Herstellers, {name}, auf das Laufwerk, und der ist nicht mehr da: Ohne Internet ist es nicht zu installieren.</translation>
    </message>
    <message>
        <source>{ref} downloads a part of itself when it is installed, which needs internet.</source>
        <translation>{ref} lädt bei der Installation einen Teil selbst herunter und braucht dazu Internet.</translation>
    </message>
    <message>
        <source>{extension} for {ref} exists upstream but is not on the drive.</source>
        <translation>{extension} für {ref} gibt es bei der Quelle, aber nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>{links} names more than {most_places} places where a client looks for repositories: not all were judged.</source>
        <translation>{links} nennt mehr als {most_places} Stellen, an denen ein Computer nach Repositorys sucht: Nicht alle wurden beurteilt.</translation>
    </message>
    <message>
        <source>There are {more} more links, pipes and other things of the wrong kind.</source>
        <translation>Es gibt {more} weitere Verknüpfungen, Pipes und andere Dinge von falscher Art.</translation>
    </message>
    <message>
        <source>The repository lacks {directories}: ostree&apos;s own programs refuse it.</source>
        <translation>Dem Repository fehlt {directories}: ostrees eigene Programme weisen es ab.</translation>
    </message>
    <message>
        <source>The repository lacks {directories}: who may not write to the drive installs nothing from it.</source>
        <translation>Dem Repository fehlt {directories}: Wer nicht auf das Laufwerk schreiben darf, installiert nichts davon.</translation>
    </message>
    <message>
        <source>{path} is a pipe, socket or device, which does not belong on a drive.</source>
        <translation>{path} ist eine Pipe, ein Socket oder ein Gerät und gehört nicht auf ein Laufwerk.</translation>
    </message>
    <message>
        <source>{path} is a directory where a file should be, or the other way round.</source>
        <translation>{path} ist ein Ordner, wo eine Datei sein sollte, oder umgekehrt.</translation>
    </message>
    <message>
        <source>{path} is deeper in directories than anything Satchel puts on a drive.</source>
        <translation>{path} liegt tiefer in Ordnern als alles, was Satchel auf ein Laufwerk schreibt.</translation>
    </message>
    <message>
        <source>{path} is a link, or on another file system: what is there was not looked at, but a client may use it.</source>
        <translation>{path} ist eine Verknüpfung oder liegt auf einem anderen Dateisystem: Was dort ist, wurde nicht angesehen, doch ein Computer benutzt es womöglich.</translation>
    </message>
    <message>
        <source>{path} does not hold what Satchel writes there: nothing in it was believed.</source>
        <translation>In {path} steht nicht, was Satchel dorthin schreibt: Nichts daraus wurde geglaubt.</translation>
    </message>
    <message>
        <source>The ref file {path} has an unsafe name.</source>
        <translation>Die Ref-Datei {path} hat einen unsicheren Namen.</translation>
    </message>
    <message>
        <source>The ref {ref} does not name a commit.</source>
        <translation>Der Eintrag {ref} nennt keinen Stand.</translation>
    </message>
    <message>
        <source>The ref {ref} names the commit {checksum}, which is not there.</source>
        <translation>Der Eintrag {ref} nennt einen Stand, den es nicht gibt.</translation>
    </message>
    <message>
        <source>{ref} is marked as incomplete ({commit}).</source>
        <translation>{ref} ist als unvollständig markiert.</translation>
    </message>
    <message>
        <source>{ref} lacks translations: {languages}.</source>
        <translation>{ref} fehlen Übersetzungen: {languages}.</translation>
    </message>
    <message>
        <source>No app or runtime may have the object {object}, which {users} has: {reason}.</source>
        <translation>Keine App und keine Laufzeitumgebung darf das Objekt {object} haben, das zu {users} gehört: {reason}.</translation>
    </message>
    <message>
        <source>Objects that belong to no ref: {orphans} ({size}).</source>
        <translation>Von nichts gebrauchte Teile: {orphans} ({size}).</translation>
    </message>
    <message>
        <source>The object {subject} is damaged: {reason}.</source>
        <translation>Ein Teil ist beschädigt ({subject}).</translation>
    </message>
    <message>
        <source>The object {subject}, needed by {users}, is damaged: {reason}.</source>
        <translation>Ein Teil von {users} ist beschädigt.</translation>
    </message>
    <message>
        <source>The commit {checksum} is missing.</source>
        <translation>Ein Verzeichnis der Teile fehlt ({checksum}).</translation>
    </message>
    <message>
        <source>The commit {checksum}, needed by {users}, is missing.</source>
        <translation>Das Verzeichnis der Teile von „{users}“ fehlt.</translation>
    </message>
    <message>
        <source>The object {subject} is missing.</source>
        <translation>Ein Teil fehlt ({subject}).</translation>
    </message>
    <message>
        <source>The object {subject}, needed by {users}, is missing.</source>
        <translation>Ein Teil von {users} fehlt.</translation>
    </message>
    <message>
        <source>The repository has no summary.</source>
        <translation>Das Repository hat keine Übersicht.</translation>
    </message>
    <message>
        <source>it lists {summary} refs, and {there} are there</source>
        <translation>sie nennt {summary} Refs, und {there} sind da</translation>
    </message>
    <message>
        <source>The summary is damaged: {error}.</source>
        <translation>Die Übersicht ist beschädigt.</translation>
    </message>
    <message>
        <source>The summary lists {ref} of {collection}, which is not on the drive.</source>
        <translation>Die Übersicht nennt {ref} von {collection}, das nicht auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The summary names another commit for {ref} than its ref.</source>
        <translation>Die Übersicht nennt für {ref} einen anderen Stand als der Eintrag selbst.</translation>
    </message>
    <message>
        <source>The summary lists {ref}, which is not on the drive.</source>
        <translation>Die Übersicht nennt {ref}, das nicht auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The summary lists {collection} where clients without internet do not look for names.</source>
        <translation>Die Zusammenfassung führt {collection} an einer Stelle, an der Computer ohne Internet keine Namen suchen.</translation>
    </message>
    <message>
        <source>The summary lists the unsafe name {ref} of {collection}.</source>
        <translation>Die Übersicht nennt den unsicheren Namen {ref} von {collection}.</translation>
    </message>
    <message>
        <source>What the summary says about the commit of {ref} is not true.</source>
        <translation>Was die Übersicht über den Stand von {ref} sagt, stimmt nicht.</translation>
    </message>
    <message>
        <source>The summary does not list {ref} of {collection}.</source>
        <translation>Die Übersicht nennt {ref} von {collection} nicht.</translation>
    </message>
    <message>
        <source>The summary is not in order: clients would not find {ref}.</source>
        <translation>Die Übersicht ist nicht geordnet: Andere Computer würden {ref} nicht finden.</translation>
    </message>
    <message>
        <source>The summary names its collection in a way that clients do not read.</source>
        <translation>Die Übersicht nennt ihre Sammlung auf eine Weise, die Computer nicht lesen.</translation>
    </message>
    <message>
        <source>The summary names {empty} collections of which it lists nothing.</source>
        <translation>Die Übersicht nennt {empty} Sammlungen, von denen sie nichts aufführt.</translation>
    </message>
    <message>
        <source>The summary names another mode than the repository has.</source>
        <translation>Die Übersicht nennt eine andere Art, als das Repository hat.</translation>
    </message>
    <message>
        <source>{more} more lines name no app and were passed over.</source>
        <translation>{more} weitere Zeilen nennen keine App und wurden übergangen.</translation>
    </message>
    <message>
        <source>{apart} lines of this script are not about flatpak.</source>
        <translation>{apart} Zeilen dieses Skripts haben nichts mit flatpak zu tun.</translation>
    </message>
    <message>
        <source>{app} is to come from {origin}, which no known remote has.</source>
        <translation>{app} soll aus {origin} kommen, das keine bekannte Quelle hat.</translation>
    </message>
    <message>
        <source>Add that remote, or it is looked for in all of them.</source>
        <translation>Fügen Sie diese Quelle hinzu, sonst wird überall gesucht.</translation>
    </message>
    <message>
        <source>Line {number} names no app with this: {shown}.</source>
        <translation>Zeile {number} nennt hiermit keine App: {shown}.</translation>
    </message>
    <message>
        <source>Entry {number} names no app: {said}.</source>
        <translation>Eintrag {number} nennt keine App: {said}.</translation>
    </message>
    <message>
        <source>Line {number} names no app: {said}.</source>
        <translation>Zeile {number} nennt keine App: {said}.</translation>
    </message>
    <message>
        <source>{companions} runtimes and extensions were passed over: {shown}.</source>
        <translation>{companions} Laufzeitumgebungen und Erweiterungen wurden übergangen: {shown}.</translation>
    </message>
    <message>
        <source>What apps need comes along by itself.</source>
        <translation>Was Apps brauchen, kommt von selbst mit.</translation>
    </message>
    <message>
        <source>From container registries: {shown}; passed over.</source>
        <translation>Aus Container-Verzeichnissen: {shown}; übergangen.</translation>
    </message>
    <message>
        <source>An app of the same name elsewhere is another publisher&apos;s: name each with the remote that you want it from, as in flathub:APP.</source>
        <translation>Eine App gleichen Namens anderswo ist von jemand anderem: Nennen Sie jede mit der Quelle, aus der Sie sie wollen, wie in flathub:APP.</translation>
    </message>
    <message>
        <source>Names are cut off in line {shown}; these apps were passed over.</source>
        <translation>In Zeile {shown} sind Namen abgeschnitten; diese Apps wurden übergangen.</translation>
    </message>
    <message>
        <source>Make the list with flatpak list --app --columns=ref,origin &gt; FILE.</source>
        <translation>Machen Sie die Liste mit flatpak list --app --columns=ref,origin &gt; DATEI.</translation>
    </message>
    <message>
        <source>Give it the output of: flatpak list --app --columns=ref,origin.</source>
        <translation>Geben Sie die Ausgabe an von: flatpak list --app --columns=ref,origin.</translation>
    </message>
    <message>
        <source>{source} names no apps.</source>
        <translation>{source} nennt keine Apps.</translation>
    </message>
    <message>
        <source>{source} names more than {most}.</source>
        <translation>{source} nennt mehr als {most}.</translation>
    </message>
    <message>
        <source>{source} names no apps: it is not a text.</source>
        <translation>{source} nennt keine Apps: Es ist kein Text.</translation>
    </message>
    <message>
        <source>{source} cannot be read: {error}.</source>
        <translation>{source} kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>It should be a .preinstall file of flatpak.</source>
        <translation>Es sollte eine .preinstall-Datei von Flatpak sein.</translation>
    </message>
    <message>
        <source>[{group}] was passed over: {reason}</source>
        <translation>[{group}] wurde übergangen: {reason}</translation>
    </message>
    <message>
        <source>it is not text</source>
        <translation>sie ist kein Text</translation>
    </message>
    <message>
        <source>it has keys of too many parts</source>
        <translation>sie hat Schlüssel aus zu vielen Teilen</translation>
    </message>
    <message>
        <source>it says {names}, which is unknown; known are {checks}</source>
        <translation>sie sagt {names}, was unbekannt ist; bekannt sind {checks}</translation>
    </message>
    <message>
        <source>it names no refs</source>
        <translation>sie nennt keine Refs</translation>
    </message>
    <message>
        <source>{key}{place}: {problem}</source>
        <translation>{key}{place}: {problem}</translation>
    </message>
    <message>
        <source>There is no saved choice called {name}.</source>
        <translation>Es gibt keine gespeicherte Auswahl namens {name}.</translation>
    </message>
    <message>
        <source>There are: {known}.</source>
        <translation>Es gibt: {known}.</translation>
    </message>
    <message>
        <source>{name} cannot be the name of a choice: {problem}.</source>
        <translation>{name} kann nicht der Name einer Auswahl sein: {problem}.</translation>
    </message>
    <message>
        <source>it is empty, or begins or ends with a space</source>
        <translation>er ist leer oder beginnt oder endet mit einem Leerzeichen</translation>
    </message>
    <message>
        <source>it is too long</source>
        <translation>er ist zu lang</translation>
    </message>
    <message>
        <source>it begins with “{name}”</source>
        <translation>er beginnt mit „{name}“</translation>
    </message>
    <message>
        <source>it contains a character that file names cannot have</source>
        <translation>er enthält ein Zeichen, das Dateinamen nicht haben können</translation>
    </message>
    <message>
        <source>{source} cannot be used: {reason}.</source>
        <translation>{source} kann nicht benutzt werden: {reason}.</translation>
    </message>
    <message>
        <source>Mend it, or save the choice anew.</source>
        <translation>Berichtigen Sie sie oder speichern Sie die Auswahl neu.</translation>
    </message>
    <message>
        <source>from 1 to {most} are needed</source>
        <translation>1 bis {most} sind nötig</translation>
    </message>
    <message>
        <source>number {number} in the list is not a name</source>
        <translation>Nummer {number} der Liste ist kein Name</translation>
    </message>
    <message>
        <source>{text} is not a language such as de or pt_BR</source>
        <translation>{text} ist keine Sprache wie de oder pt_BR</translation>
    </message>
    <message>
        <source>a name such as x86_64 is needed</source>
        <translation>nötig ist ein Name wie x86_64</translation>
    </message>
    <message>
        <source>a list is needed, such as [&quot;one&quot;, &quot;two&quot;]</source>
        <translation>nötig ist eine Liste in eckigen Klammern, jedes Wort in Anführungszeichen, mit Kommas dazwischen</translation>
    </message>
    <message>
        <source>true or false is needed</source>
        <translation>nötig ist true oder false</translation>
    </message>
    <message>
        <source>The list of apps for old computers (ostree-metadata) is missing.</source>
        <translation>Die Liste der Apps für alte Computer (ostree-metadata) fehlt.</translation>
    </message>
    <message>
        <source>The list of apps for old computers (ostree-metadata) is out of date.</source>
        <translation>Die Liste der Apps für alte Computer (ostree-metadata) ist veraltet.</translation>
    </message>
    <message>
        <source>The publisher&apos;s signed list of apps was not copied along.</source>
        <translation>Die signierte Liste des Herausgebers wurde nicht mitkopiert.</translation>
    </message>
    <message>
        <source>The copy of the publisher&apos;s list of apps has lost its signature.</source>
        <translation>Die Kopie der Liste des Herausgebers hat ihre Signatur verloren.</translation>
    </message>
    <message>
        <source>Something on the drive cannot be read at all.</source>
        <translation>Etwas auf dem Laufwerk lässt sich gar nicht lesen.</translation>
    </message>
    <message>
        <source>The publisher&apos;s list of apps does not name everything on the drive.</source>
        <translation>Die Liste des Herausgebers nennt nicht alles, was auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>Computers take some of it from another repository on the drive.</source>
        <translation>Computer nehmen einiges davon aus einem anderen Repository auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Not everything on the drive has a good signature.</source>
        <translation>Nicht alles auf dem Laufwerk hat eine gute Signatur.</translation>
    </message>
    <message>
        <source>{path} does not tell what kind of report it is to be.</source>
        <translation>{path} sagt nicht, was für ein Bericht es werden soll.</translation>
    </message>
    <message>
        <source>Give it a name that ends in .html or .json.</source>
        <translation>Geben Sie ihm einen Namen, der auf .html oder .json endet.</translation>
    </message>
    <message>
        <source>{collection} is signed by {name}, key {fingerprint}.</source>
        <translation>{collection} ist von {name} signiert, Schlüssel {fingerprint}.</translation>
    </message>
    <message>
        <source>You named it.</source>
        <translation>Sie haben ihn genannt.</translation>
    </message>
    <message>
        <source>This computer knows it as that of {source}.</source>
        <translation>Dieser Computer kennt ihn als den von {source}.</translation>
    </message>
    <message>
        <source>Drives were made with it on this computer.</source>
        <translation>Auf diesem Computer wurden damit Laufwerke erstellt.</translation>
    </message>
    <message>
        <source>Only this drive knows it.</source>
        <translation>Nur dieses Laufwerk kennt ihn.</translation>
    </message>
    <message>
        <source>It is good until {until}.</source>
        <translation>Er gilt bis {until}.</translation>
    </message>
    <message>
        <source>{refs} refs with {objects} objects ({size}) were read in {duration}.</source>
        <translation>{refs} Einträge mit {objects} Teilen ({size}) wurden in {duration} gelesen.</translation>
    </message>
    <message>
        <source>Everything agrees.</source>
        <translation>Alles stimmt überein.</translation>
    </message>
    <message>
        <source>looking at the sizes</source>
        <translation>beim Ansehen der Größen</translation>
    </message>
    <message>
        <source>The path of the repository, {repo}, does not lead into the drive.</source>
        <translation>Der Pfad des Repositorys, {repo}, führt nicht in das Laufwerk hinein.</translation>
    </message>
    <message>
        <source>{remote} is not the name of a remote.</source>
        <translation>{remote} ist kein Name einer Quelle.</translation>
    </message>
    <message>
        <source>{collection} is not a collection ID.</source>
        <translation>{collection} ist keine Sammlungskennung.</translation>
    </message>
    <message>
        <source>The collection {collection} is there twice.</source>
        <translation>Die Sammlung {collection} ist zweimal da.</translation>
    </message>
    <message>
        <source>{ref} is of {collection}, whose source is not known.</source>
        <translation>{ref} gehört zu {collection}, deren Quelle nicht bekannt ist.</translation>
    </message>
    <message>
        <source>{collection_id} is not a collection ID.</source>
        <translation>{collection_id} ist keine Sammlungskennung.</translation>
    </message>
    <message>
        <source>{address} lags behind {copied_from}, from where the drive has its list of apps: that is from {on_stick}, this one from {made}.</source>
        <translation>{address} hinkt hinter {copied_from} her, woher das Laufwerk seine Liste der Apps hat: Die ist von {on_stick}, diese von {made}.</translation>
    </message>
    <message>
        <source>{label} at {address} lags behind {other}, which had a list of apps from {newer}; this one is from {made}.</source>
        <translation>{label} bei {address} hinkt hinter {other} her; dort war die Liste der Apps von {newer}, diese ist von {made}.</translation>
    </message>
    <message>
        <source>A mirror catches up within a day or two; one that does not holds back updates.</source>
        <translation>Ein Spiegelserver holt das in ein, zwei Tagen auf; einer, der es nicht tut, hält Aktualisierungen zurück.</translation>
    </message>
    <message>
        <source>{label} offers a list of apps from {made}, older than the one from {newest} that was used before.</source>
        <translation>{label} bietet eine Liste von Apps vom {made} an, älter als die vom {newest}, die schon benutzt wurde.</translation>
    </message>
    <message>
        <source>{ref} is in {remote} but not in {first}, and both have the collection {collection}, which a drive carries from one place.</source>
        <translation>{ref} gibt es in {remote}, aber nicht in {first}, und beide haben die Sammlung {collection}, die ein Laufwerk nur von einer Stelle trägt.</translation>
    </message>
    <message>
        <source>flatpak installs it in place of {ref}, which was renamed.</source>
        <translation>flatpak installiert es anstelle von {ref}, das umbenannt wurde.</translation>
    </message>
    <message>
        <source>The runtime of {ref}.</source>
        <translation>Die Laufzeitumgebung von {ref}.</translation>
    </message>
    <message>
        <source>It cannot be carried.</source>
        <translation>Es kann nicht mitkommen.</translation>
    </message>
    <message>
        <source>{ref} needs {runtime}. {why}</source>
        <translation>{ref} braucht {runtime}. {why}</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Lassen Sie es weg.</translation>
    </message>
    <message>
        <source>{ref} is there from a source already, or is to come from one, and a drive has one of it only.</source>
        <translation>{ref} ist schon aus einer Quelle da oder soll aus einer kommen, und ein Laufwerk hat nur eines davon.</translation>
    </message>
    <message>
        <source>A source brings updates: leave the file away, or take off the other.</source>
        <translation>Eine Quelle bringt Aktualisierungen: Lassen Sie die Datei weg, oder nehmen Sie das andere herunter.</translation>
    </message>
    <message>
        <source>{ref} comes from its source now; the file {file} is taken off.</source>
        <translation>{ref} kommt jetzt aus seiner Quelle; die Datei {file} wird entfernt.</translation>
    </message>
    <message>
        <source>{first} and {second} are both {ref}, and a drive has one of it only.</source>
        <translation>{first} und {second} sind beide {ref}, und ein Laufwerk hat nur eines davon.</translation>
    </message>
    <message>
        <source>Leave one of them away.</source>
        <translation>Lassen Sie eine davon weg.</translation>
    </message>
    <message>
        <source>What came as a file stays as it is: {names}.</source>
        <translation>Was als Datei kam, bleibt, wie es ist: {names}.</translation>
    </message>
    <message>
        <source>For a newer version make the drive with the newer file.</source>
        <translation>Für eine neuere Version bespielen Sie das Laufwerk mit der neueren Datei.</translation>
    </message>
    <message>
        <source>The translations of {ref} were not looked for: {error}</source>
        <translation>Nach Übersetzungen von {ref} wurde nicht gesucht: {error}</translation>
    </message>
    <message>
        <source>{given} is older than what the drive has of {ref}.</source>
        <translation>{given} ist älter als das, was das Laufwerk von {ref} hat.</translation>
    </message>
    <message>
        <source>It takes its place all the same.</source>
        <translation>Sie kommt trotzdem an dessen Stelle.</translation>
    </message>
    <message>
        <source>{name} comes as a file. {trust} It is whatever the person who gave you the file put into it.</source>
        <translation>{name} kommt als Datei. {trust} Darin ist, was der Mensch hineingetan hat, der sie gemacht hat.</translation>
    </message>
    <message>
        <source>Carry it only if you trust where you got it. Whoever installs it has to agree as well.</source>
        <translation>Nehmen Sie sie nur mit, wenn Sie dem trauen, von dem Sie sie haben. Wer sie installiert, muss ebenfalls zustimmen.</translation>
    </message>
    <message>
        <source>{ref} stays as it is: {why}</source>
        <translation>{ref} bleibt, wie es ist: {why}</translation>
    </message>
    <message>
        <source>{ref} is left out: {why}</source>
        <translation>{ref} wird ausgelassen: {why}</translation>
    </message>
    <message>
        <source>It was left out on purpose; only computers that have it already can install what needs it: {needed_by}.</source>
        <translation>Sie wurde absichtlich weggelassen; nur Computer, die sie schon haben, können installieren, was sie braucht: {needed_by}.</translation>
    </message>
    <message>
        <source>{ref} is missing: {why_not}</source>
        <translation>{ref} fehlt: {why_not}</translation>
    </message>
    <message>
        <source>{ref} contains {what}, but the drive&apos;s file system ({file_system}) holds none over {limit}.</source>
        <translation>{ref} enthält {what}, aber das Dateisystem des Laufwerks ({file_system}) fasst keine Datei über {limit}.</translation>
    </message>
    <message>
        <source>Format the drive as exFAT or ext4, or leave this app out.</source>
        <translation>Formatieren Sie das Laufwerk als exFAT oder ext4, oder lassen Sie diese App weg.</translation>
    </message>
    <message>
        <source>What gets newer makes room only once the rest is there, so that everything stays installable. Take an app off, and put it back afterwards; or take a larger drive.</source>
        <translation>Was neuer wird, macht erst Platz, wenn der Rest da ist, damit alles installierbar bleibt. Nehmen Sie eine App herunter und fügen Sie sie danach wieder hinzu; oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>This needs {about}{write}, but only {free} of {total} are free.</source>
        <translation>Dies braucht {about}{write}, aber nur {free} von {total} sind frei.</translation>
    </message>
    <message>
        <source>This needs {objects} files, but the file system has room for only {free_files} more.</source>
        <translation>Dies braucht {objects} Dateien, aber das Dateisystem hat nur noch Platz für {free_files}.</translation>
    </message>
    <message>
        <source>The copy needs {needed} on {root}, but only {free} of {total} are free.</source>
        <translation>Die Kopie braucht {needed} auf {root}, aber nur {free} von {total} sind frei.</translation>
    </message>
    <message>
        <source>Free some space, or take a larger drive.</source>
        <translation>Schaffen Sie Platz, oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>The copy needs {objects} files on {root}, but its file system has room for only {free_files} more.</source>
        <translation>Die Kopie braucht {objects} Dateien auf {root}, aber das Dateisystem dort hat nur Platz für {free_files} weitere.</translation>
    </message>
    <message>
        <source>Format the drive with more inodes, or take another one.</source>
        <translation>Formatieren Sie das Laufwerk mit mehr Inodes, oder nehmen Sie ein anderes.</translation>
    </message>
    <message>
        <source>{root} is the drive that is to be copied.</source>
        <translation>{root} ist das Laufwerk, das kopiert werden soll.</translation>
    </message>
    <message>
        <source>Name another one to copy it to.</source>
        <translation>Nennen Sie ein anderes, auf das es kopiert wird.</translation>
    </message>
    <message>
        <source>{root} has another stick already ({path}); a copy would replace it.</source>
        <translation>{root} enthält schon etwas anderes ({path}); eine Kopie würde es ersetzen.</translation>
    </message>
    <message>
        <source>Name an empty drive, or one with the same apps; or move that directory away.</source>
        <translation>Nennen Sie ein leeres Laufwerk oder eines mit denselben Apps, oder verschieben Sie jenes Verzeichnis.</translation>
    </message>
    <message>
        <source>a file of {size}</source>
        <translation>eine Datei von {size}</translation>
    </message>
    <message>
        <source>Choose fewer apps, free some space, or take a larger drive.</source>
        <translation>Wählen Sie weniger Apps, schaffen Sie Platz, oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>Formatted as ext4, the same drive needs only {on_ext4} for it. Or choose fewer apps, or take a larger drive.</source>
        <translation>Als ext4 formatiert braucht dasselbe Laufwerk dafür nur {on_ext4}. Oder wählen Sie weniger Apps, oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>Format the drive with more inodes, or choose fewer apps.</source>
        <translation>Formatieren Sie das Laufwerk mit mehr Inodes, oder wählen Sie weniger Apps.</translation>
    </message>
    <message>
        <source>{first} and {second} cannot be on one drive with {file_system}: it takes {name} and {other_name} for one name.</source>
        <translation>{first} und {second} können nicht zusammen auf ein Laufwerk mit {file_system}: Es hält {name} und {other_name} für denselben Namen.</translation>
    </message>
    <message>
        <source>Leave one of them out, or use a drive formatted as ext4.</source>
        <translation>Lassen Sie eines davon weg, oder nehmen Sie ein mit ext4 formatiertes Laufwerk.</translation>
    </message>
    <message>
        <source>You chose it.</source>
        <translation>Sie haben es gewählt.</translation>
    </message>
    <message>
        <source>It was there already.</source>
        <translation>Es war schon da.</translation>
    </message>
    <message>
        <source>{ref} is no longer on the drive&apos;s list of images, and cannot be listed again: {error}</source>
        <translation>{ref} steht nicht mehr auf der Liste der Images des Laufwerks und lässt sich nicht wieder eintragen: {error}</translation>
    </message>
    <message>
        <source>What is from {collection} for {arch} stays as it is: {error}</source>
        <translation>Was von {collection} für {arch} ist, bleibt, wie es ist: {error}</translation>
    </message>
    <message>
        <source>{ref} is no longer in {remote}; it stays as it is.</source>
        <translation>{ref} ist nicht mehr in {remote}; es bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>You left runtimes out; {ref} needs it.</source>
        <translation>Sie haben Laufzeitumgebungen weggelassen; {ref} braucht sie.</translation>
    </message>
    <message>
        <source>{ref} is needed by what stays there: {names}.</source>
        <translation>{ref} wird von dem gebraucht, was dort bleibt: {names}.</translation>
    </message>
    <message>
        <source>{ref} is on the drive from another registry already.</source>
        <translation>{ref} ist schon aus einem anderen Verzeichnis auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Take that off first: a drive can have it from one only.</source>
        <translation>Nehmen Sie das zuerst herunter: Ein Laufwerk kann es nur aus einem haben.</translation>
    </message>
    <message>
        <source>{image} cannot be installed from a drive: {problem}.</source>
        <translation>{image} lässt sich nicht von einem Laufwerk installieren: {problem}.</translation>
    </message>
    <message>
        <source>Leave it out, and tell the people who run the registry.</source>
        <translation>Lassen Sie es weg, und sagen Sie es denen, die das Verzeichnis betreiben.</translation>
    </message>
    <message>
        <source>its manifest does not say that it is one of an image</source>
        <translation>sein Manifest sagt nicht, dass es das eines Abbilds ist</translation>
    </message>
    <message>
        <source>its description tells of other layers than it has</source>
        <translation>seine Beschreibung nennt andere Schichten, als es hat</translation>
    </message>
    <message>
        <source>it has only what another image lacks</source>
        <translation>es enthält nur, was einem anderen Abbild fehlt</translation>
    </message>
    <message>
        <source>its description does not tell which app it is</source>
        <translation>seine Beschreibung sagt nicht, welche App es ist</translation>
    </message>
    <message>
        <source>{image} says something else about itself than the list of its registry.</source>
        <translation>{image} sagt etwas anderes über sich als die Liste seines Verzeichnisses.</translation>
    </message>
    <message>
        <source>Names, icons and descriptions, so that software centres show the apps.</source>
        <translation>Namen, Symbole und Beschreibungen, damit die Softwareverwaltung die Apps zeigt.</translation>
    </message>
    <message>
        <source>{root} is write-protected: it can only be read.</source>
        <translation>{root} ist schreibgeschützt: Es kann nur gelesen werden.</translation>
    </message>
    <message>
        <source>Look for a small switch on its side or on a card&apos;s adapter, then plug it in again. Without a switch it is worn out, or somebody has locked it.</source>
        <translation>Suchen Sie einen kleinen Schalter an der Seite oder am Adapter einer Karte, und stecken Sie es dann neu ein. Ohne Schalter ist es verschlissen, oder jemand hat es gesperrt.</translation>
    </message>
    <message>
        <source>{root} is read-only.</source>
        <translation>{root} ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>Mount it for writing; a drive may have a write-protect switch.</source>
        <translation>Hängen Sie ihn zum Schreiben ein; ein Laufwerk hat vielleicht einen Schreibschutzschalter.</translation>
    </message>
    <message>
        <source>It may not fit: this needs up to {write}, but only {free} are free.</source>
        <translation>Vielleicht reicht der Platz nicht: Dies braucht bis zu {write}, aber nur {free} sind frei.</translation>
    </message>
    <message>
        <source>{ref} is at its end of life; it is replaced by {new}.</source>
        <translation>{ref} wird nicht mehr gepflegt; der Nachfolger ist {new}.</translation>
    </message>
    <message>
        <source>{ref} is at its end of life: {reason}.</source>
        <translation>{ref} wird nicht mehr gepflegt: {reason}.</translation>
    </message>
    <message>
        <source>It gets no more updates.</source>
        <translation>Es gibt dafür keine Aktualisierungen mehr.</translation>
    </message>
    <message>
        <source>If there is too little room, what is there stays as it is.</source>
        <translation>Reicht der Platz nicht, bleibt alles, wie es ist.</translation>
    </message>
    <message>
        <source>{path} is a Flatpak repository that has lost its name {name}, as when a file system is repaired: what is in it comes and takes room once more.</source>
        <translation>{path} ist ein Flatpak-Repository, das seinen Namen {name} verloren hat, wie bei der Reparatur eines Dateisystems: Was darin ist, kommt noch einmal und braucht noch einmal Platz.</translation>
    </message>
    <message>
        <source>{ref} is there but no longer in {remote}; it stays as it is.</source>
        <translation>{ref} ist da, aber nicht mehr in {remote}; es bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>{runtime} stays as it is: {remote} has renamed it to {new}, and apps that are there look for its old name.</source>
        <translation>{runtime} bleibt, wie es ist: {remote} hat es in {new} umbenannt, und Apps, die da sind, suchen es unter dem alten Namen.</translation>
    </message>
    <message>
        <source>How large {ref} is shows only while it comes: its publisher does not tell.</source>
        <translation>Wie groß {ref} ist, zeigt sich erst beim Herunterladen: Der Herausgeber sagt es nicht.</translation>
    </message>
    <message>
        <source>{ref} comes without its publisher&apos;s ostree-metadata, of which none fits.</source>
        <translation>{ref} kommt ohne ostree-metadata des Herausgebers: Keines passt dazu.</translation>
    </message>
    <message>
        <source>Computers whose updater asks for that do not take it from the drive.</source>
        <translation>Computer, deren Aktualisierung danach fragt, nehmen es nicht vom Laufwerk.</translation>
    </message>
    <message>
        <source>flatpak installs that in its place, so it comes along.</source>
        <translation>flatpak installiert das an seiner Stelle, darum kommt es mit.</translation>
    </message>
    <message>
        <source>The publisher asks for a token, as from those who bought it: {tokens}.</source>
        <translation>Der Herausgeber verlangt einen Zugangsschlüssel, etwa von Käufern: {tokens}.</translation>
    </message>
    <message>
        <source>Check that you may hand it on; without the token it may not come at all.</source>
        <translation>Klären Sie, ob Sie es weitergeben dürfen; ohne den Zugangsschlüssel kommt es womöglich gar nicht.</translation>
    </message>
    <message>
        <source>flatpak {version} or newer is needed by: {names}.</source>
        <translation>flatpak {version} oder neuer brauchen: {names}.</translation>
    </message>
    <message>
        <source>Older ones refuse to install it.</source>
        <translation>Ältere weigern sich, es zu installieren.</translation>
    </message>
    <message>
        <source>Tell their publisher that their runtime was renamed.</source>
        <translation>Sagen Sie ihrem Herausgeber, dass ihre Laufzeitumgebung umbenannt wurde.</translation>
    </message>
    <message>
        <source>This comes as it is here, since its source has listed other versions, which are not here: {refs}.</source>
        <translation>Dies kommt so, wie es hier ist, da seine Quelle andere Versionen führt, die nicht hier sind: {refs}.</translation>
    </message>
    <message>
        <source>With the internet it would come as its source has it.</source>
        <translation>Mit Internet käme es so, wie seine Quelle es hat.</translation>
    </message>
    <message>
        <source>{moved} of what is there from {remote} will be updated, since computers take only the versions that {remote} lists now.</source>
        <translation>{moved} von {remote}, die schon da sind, werden aktualisiert, weil Computer nur die Versionen nehmen, die {remote} jetzt nennt.</translation>
    </message>
    <message>
        <source>{moved} of what is there from {collection} will be updated, so that everything comes from one snapshot.</source>
        <translation>{moved} von dem, was aus {collection} schon da ist, wird aktualisiert, damit alles denselben Stand hat.</translation>
    </message>
    <message>
        <source>Somebody on the way could hide apps or offer older versions: the list of {remote} is not signed.</source>
        <translation>Unterwegs könnte jemand Apps verschweigen oder ältere Versionen anbieten: Die Liste von {remote} ist nicht signiert.</translation>
    </message>
    <message>
        <source>Each version has a signature of its own, which is checked. What comes without is named by the check of the drive, and computers ask before they install it.</source>
        <translation>Jede Version hat eine eigene Signatur, die geprüft wird. Was ohne kommt, nennt die Prüfung des Laufwerks, und Computer fragen, bevor sie es installieren.</translation>
    </message>
    <message>
        <source>Nobody vouches for {apps}: there is no key of {remote}, so nobody can tell whether it is what its makers made.</source>
        <translation>Für {apps} bürgt niemand: Von {remote} ist kein Schlüssel da, daher kann niemand sagen, ob es ist, was die Hersteller gemacht haben.</translation>
    </message>
    <message>
        <source>With your signature you do: computers install it without asking.</source>
        <translation>Mit Ihrer Signatur tun Sie es: Computer installieren es, ohne zu fragen.</translation>
    </message>
    <message>
        <source>Each computer asks whether it is to be installed all the same.</source>
        <translation>Jeder Computer fragt, ob es trotzdem installiert werden soll.</translation>
    </message>
    <message>
        <source>{remote} has a collection ID and no key, which flatpak refuses to add. From the drive computers get it as a source without a collection ID, which they find by install.sh or satchel receive only.</source>
        <translation>{remote} hat eine Sammlungs-ID und keinen Schlüssel, was flatpak nicht hinzufügt. Vom Laufwerk bekommen Computer es als Quelle ohne Sammlungs-ID, und zwar nur mit install.sh oder satchel receive.</translation>
    </message>
    <message>
        <source>{ref} will be on the drive from several sources ({sources}), and a computer has it once: install.sh takes the first that is signed.</source>
        <translation>{ref} wird aus mehreren Quellen auf dem Laufwerk sein ({sources}), und ein Computer hat es nur einmal: install.sh nimmt die erste, die signiert ist.</translation>
    </message>
    <message>
        <source>There is no graphics driver called {gpu} for what was chosen.</source>
        <translation>Es gibt für diese Auswahl keinen Grafiktreiber namens {gpu}.</translation>
    </message>
    <message>
        <source>Name it as flatpak does, for example nvidia-550-54-14.</source>
        <translation>Nennen Sie ihn, wie flatpak es tut, zum Beispiel nvidia-550-54-14.</translation>
    </message>
    <message>
        <source>No translation into {code}: {ids}.</source>
        <translation>Keine Übersetzung ({code}): {ids}.</translation>
    </message>
    <message>
        <source>Most apps are in English where they are not translated.</source>
        <translation>Die meisten Apps sind auf Englisch, wo sie nicht übersetzt sind.</translation>
    </message>
    <message>
        <source>A lock file decided what is on the drive; this update goes beyond it.</source>
        <translation>Was auf dem Laufwerk ist, hat eine Lock-Datei bestimmt; diese Aktualisierung geht darüber hinaus.</translation>
    </message>
    <message>
        <source>A lock file decided what is on the drive; with this it is not that any more.</source>
        <translation>Was auf dem Laufwerk ist, hat eine Lock-Datei bestimmt; danach ist es nicht mehr genau das.</translation>
    </message>
    <message>
        <source>No list of the apps of {remote} is kept here, so all of it comes as it is here, and nothing on the drive tells whether there is anything newer.</source>
        <translation>Hier ist keine Liste der Apps von {remote} aufgehoben. Deshalb kommt alles daraus so, wie es hier ist, und nichts auf dem Laufwerk sagt, ob es Neueres gibt.</translation>
    </message>
    <message>
        <source>Nobody was asked what {remote} has now: its list of apps is from {made}.</source>
        <translation>Niemand wurde gefragt, was {remote} jetzt hat: Die Liste der Apps ist von {made}.</translation>
    </message>
    <message>
        <source>Nobody was asked what {remote} has now: its list of apps is the last one that was fetched.</source>
        <translation>Niemand wurde gefragt, was {remote} jetzt hat: Die Liste der Apps ist die, die zuletzt geholt wurde.</translation>
    </message>
    <message>
        <source>It needs {needed}, which cannot be carried: {why}</source>
        <translation>Es braucht {needed}, das nicht mitkommen kann: {why}</translation>
    </message>
    <message>
        <source>a part</source>
        <translation>ein Teil</translation>
    </message>
    <message>
        <source>{part} of it may only be downloaded by each computer itself, so it cannot be installed offline.</source>
        <translation>{part} davon darf jeder Computer nur selbst herunterladen; ohne Internet lässt es sich nicht installieren.</translation>
    </message>
    <message>
        <source>A part</source>
        <translation>Ein Teil</translation>
    </message>
    <message>
        <source>{ref} cannot be carried: {part} of it may only be downloaded by each computer itself, from its maker&apos;s server.</source>
        <translation>{ref} lässt sich nicht mitnehmen: {part} davon darf jeder Computer nur selbst vom Server des Herstellers laden.</translation>
    </message>
    <message>
        <source>Leave it out, or install it where there is internet.</source>
        <translation>Lassen Sie sie weg, oder installieren Sie sie dort, wo es Internet gibt.</translation>
    </message>
    <message>
        <source>{ref} cannot be installed by anybody: {error}</source>
        <translation>{ref} kann niemand installieren: {error}</translation>
    </message>
    <message>
        <source>{ref} cannot be installed by anybody: it says that it needs flatpak {version}, which is no version.</source>
        <translation>{ref} kann niemand installieren: Es verlangt flatpak {version}, was keine Version ist.</translation>
    </message>
    <message>
        <source>Without a network it cannot be had: {error}</source>
        <translation>Ohne Netz ist es nicht zu haben: {error}</translation>
    </message>
    <message>
        <source>{ref} cannot be had without a network: {error}</source>
        <translation>{ref} ist ohne Netz nicht zu haben: {error}</translation>
    </message>
    <message>
        <source>Connect this computer to the network, or leave it out.</source>
        <translation>Verbinden Sie diesen Computer mit dem Netz, oder lassen Sie es weg.</translation>
    </message>
    <message>
        <source>{ref} cannot be had from upstream: {error}</source>
        <translation>{ref} ist von der Quelle nicht zu bekommen: {error}</translation>
    </message>
    <message>
        <source>{ref} cannot be had from upstream, for lack of {path}: {error}</source>
        <translation>{ref} ist von der Quelle nicht zu bekommen, weil {path} fehlt: {error}</translation>
    </message>
    <message>
        <source>Try again later, or leave it out.</source>
        <translation>Versuchen Sie es später noch einmal, oder lassen Sie es weg.</translation>
    </message>
    <message>
        <source>{ref} is handed out only with a token, as to those who bought it, which Satchel does not have: {error}</source>
        <translation>{ref} wird nur mit einem Zugangsschlüssel herausgegeben, etwa an Käufer; Satchel hat keinen: {error}</translation>
    </message>
    <message>
        <source>{ref} was published before its repository had the collection ID {collection}: its commit belongs to no collection, and computers that look at that refuse it from a drive.</source>
        <translation>{ref} wurde veröffentlicht, bevor die Quelle zur Sammlung {collection} gehörte: Sein Stand gehört zu keiner Sammlung, und Computer, die darauf achten, lehnen es von einem Laufwerk ab.</translation>
    </message>
    <message>
        <source>{remote} should have the collection {collection}, but its list names none.</source>
        <translation>{remote} sollte die Collection {collection} haben, aber die Liste nennt keine.</translation>
    </message>
    <message>
        <source>If it has none any more, take the collection ID out of the remote.</source>
        <translation>Wenn sie keine mehr hat, nehmen Sie die Collection-ID aus der Quelle.</translation>
    </message>
    <message>
        <source>{remote} has a key, but its list is not signed: computers that have the key refuse it.</source>
        <translation>{remote} hat einen Schlüssel, aber die Liste ist nicht signiert: Computer, die den Schlüssel haben, lehnen sie ab.</translation>
    </message>
    <message>
        <source>It can be taken without its key, as what nobody vouches for: --remote {address} --allow-unsigned</source>
        <translation>Ohne den Schlüssel lässt sie sich nehmen, als etwas, für das niemand bürgt: --remote {address} --allow-unsigned</translation>
    </message>
    <message>
        <source>{ref} is in {remote} but not in {first}, and both have the address {address}, from which a drive carries one of them.</source>
        <translation>{ref} gibt es bei {remote}, aber nicht bei {first}, und beide haben die Adresse {address}, von der ein Laufwerk nur eine davon trägt.</translation>
    </message>
    <message>
        <source>It was published so long ago that no flatpak of today installs it.</source>
        <translation>Es wurde vor so langer Zeit veröffentlicht, dass kein heutiges flatpak es installiert.</translation>
    </message>
    <message>
        <source>{ref} was published so long ago that no flatpak of today installs it: its commit has no metadata.</source>
        <translation>{ref} wurde vor so langer Zeit veröffentlicht, dass kein heutiges flatpak es installiert: Dem Commit fehlen die Metadaten.</translation>
    </message>
    <message>
        <source>Computers look for operating systems by a collection ID, and it has none.</source>
        <translation>Computer suchen Betriebssysteme nach einer Collection-ID, und es hat keine.</translation>
    </message>
    <message>
        <source>{remote} has no collection ID, by which computers look for {ref} on a drive.</source>
        <translation>{remote} hat keine Collection-ID, nach der Computer {ref} auf einem Laufwerk suchen.</translation>
    </message>
    <message>
        <source>Its commit says that it is {said}.</source>
        <translation>Der Commit nennt sich selbst {said}.</translation>
    </message>
    <message>
        <source>Leave it out, and tell its publisher: an operating system is no app.</source>
        <translation>Lassen Sie es weg und sagen Sie es dem Herausgeber: Ein Betriebssystem ist keine App.</translation>
    </message>
    <message>
        <source>{ref} was published for the collection {bound}, but its repository is {collection}: either its publisher has changed that, or somebody hands out what is another&apos;s.</source>
        <translation>{ref} wurde für die Sammlung {bound} veröffentlicht, doch die Quelle ist {collection}: Entweder hat der Herausgeber das geändert, oder jemand gibt heraus, was einem anderen gehört.</translation>
    </message>
    <message>
        <source>Leave it out; tell its publisher.</source>
        <translation>Lassen Sie es weg, und sagen Sie es dem Herausgeber.</translation>
    </message>
    <message>
        <source>The part of it that its maker hands out cannot be carried: {why}.</source>
        <translation>Der Teil davon, den der Hersteller herausgibt, kann nicht mitkommen: {why}.</translation>
    </message>
    <message>
        <source>{ref} cannot be carried with the part that its maker hands out: {why}.</source>
        <translation>{ref} kann mit dem Teil, den der Hersteller herausgibt, nicht mitkommen: {why}.</translation>
    </message>
    <message>
        <source>The part of it that its maker hands out cannot be had: {error}</source>
        <translation>Der Teil davon, den der Hersteller herausgibt, ist nicht zu bekommen: {error}</translation>
    </message>
    <message>
        <source>{ref} cannot be carried, for lack of the part that its maker hands out: {error}</source>
        <translation>{ref} kann nicht mitkommen, weil der Teil fehlt, den der Hersteller herausgibt: {error}</translation>
    </message>
    <message>
        <source>It needs the runtime {runtime}, which is neither in a known remote nor there already.</source>
        <translation>Es braucht die Laufzeitumgebung {runtime}, die weder eine bekannte Quelle hat noch schon da ist.</translation>
    </message>
    <message>
        <source>{ref} needs the runtime {runtime}, which was found neither in a known remote nor there already.</source>
        <translation>{ref} braucht die Laufzeitumgebung {runtime}, die weder in einer bekannten Quelle gefunden wurde noch schon da ist.</translation>
    </message>
    <message>
        <source>Nobody can install it: {error}</source>
        <translation>Niemand kann es installieren: {error}</translation>
    </message>
    <message>
        <source>It says that it needs flatpak {version}, which is no version, so that flatpak refuses to install it.</source>
        <translation>Es verlangt flatpak {version}, was keine Version ist; darum weigert sich flatpak, es zu installieren.</translation>
    </message>
    <message>
        <source>The metadata of {ref} in {remote} cannot be read: {problem}.</source>
        <translation>Die Metadaten von {ref} in {remote} können nicht gelesen werden: {problem}.</translation>
    </message>
    <message>
        <source>Tell the people who publish it; leave it out meanwhile.</source>
        <translation>Sagen Sie es den Herausgebern; lassen Sie es bis dahin weg.</translation>
    </message>
    <message>
        <source>Its metadata cannot be read: {problem}.</source>
        <translation>Seine Metadaten können nicht gelesen werden: {problem}.</translation>
    </message>
    <message>
        <source>Upstream does not hand it out: {error}</source>
        <translation>Die Quelle gibt es nicht heraus: {error}</translation>
    </message>
    <message>
        <source>Upstream does not hand out {path} of it: {error}</source>
        <translation>Die Quelle gibt {path} davon nicht heraus: {error}</translation>
    </message>
    <message>
        <source>Its publisher hands it out only with a token, as to those who bought it, which Satchel does not have.</source>
        <translation>Der Herausgeber gibt es nur mit einem Zugangsschlüssel heraus, etwa an Käufer; Satchel hat keinen.</translation>
    </message>
    <message>
        <source>It was published before its repository had the collection ID {collection}, so computers that look at that refuse it from a drive.</source>
        <translation>Es wurde veröffentlicht, bevor die Quelle zur Sammlung {collection} gehörte; Computer, die darauf achten, lehnen es von einem Laufwerk ab.</translation>
    </message>
    <message>
        <source>Leave it out until its publisher has made a new version of it.</source>
        <translation>Lassen Sie es weg, bis der Herausgeber eine neue Version davon gemacht hat.</translation>
    </message>
    <message>
        <source>{url} is larger than the {size} that it should be.</source>
        <translation>{url} ist größer als {size}, was es sein sollte.</translation>
    </message>
    <message>
        <source>{url} is smaller than the {size} that it should be.</source>
        <translation>{url} ist kleiner als {size}, was es sein sollte.</translation>
    </message>
    <message>
        <source>What {host} hands out as {url} is not what was published.</source>
        <translation>Was {host} als {url} herausgibt, ist nicht das, was veröffentlicht wurde.</translation>
    </message>
    <message>
        <source>It was published for the collection {bound}, and its repository is now {collection}.</source>
        <translation>Es wurde für die Sammlung {bound} veröffentlicht, und die Quelle ist jetzt {collection}.</translation>
    </message>
    <message>
        <source>{remote} was not searched: {error}</source>
        <translation>{remote} wurde nicht durchsucht: {error}</translation>
    </message>
    <message>
        <source>Nobody here knows {ref} ({arch}).</source>
        <translation>Hier kennt niemand {ref} ({arch}).</translation>
    </message>
    <message>
        <source>{given} can mean more than one thing: {names}.</source>
        <translation>{given} kann mehreres bedeuten: {names}.</translation>
    </message>
    <message>
        <source>Give one of these instead.</source>
        <translation>Geben Sie stattdessen eines davon an.</translation>
    </message>
    <message>
        <source>{ref} is not the name of an app or runtime.</source>
        <translation>{ref} ist nicht der Name einer App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>For the update of an operating system name the remote that has it: REMOTE:{ref}</source>
        <translation>Für die Aktualisierung eines Betriebssystems nennen Sie auch die Quelle: QUELLE:{ref}</translation>
    </message>
    <message>
        <source>Of {remote} only what is here is known, since no list of its apps is.</source>
        <translation>Von {remote} ist nur bekannt, was hier ist, da keine Liste der Apps da ist.</translation>
    </message>
    <message>
        <source>In container registries it is looked for only where they are named, as in {example}.</source>
        <translation>In Container-Registrys wird nur gesucht, wenn sie genannt sind, etwa so: {example}.</translation>
    </message>
    <message>
        <source>{ref} was not found in {remote}.</source>
        <translation>{ref} wurde in {remote} nicht gefunden.</translation>
    </message>
    <message>
        <source>Check how it is written; ostree remote refs lists what a remote has.</source>
        <translation>Prüfen Sie die Schreibweise; ostree remote refs zeigt, was eine Quelle hat.</translation>
    </message>
    <message>
        <source>{ref} is installed here from {origin}, which is no source that can be searched.</source>
        <translation>{ref} ist hier aus {origin} installiert; diese Quelle lässt sich nicht durchsuchen.</translation>
    </message>
    <message>
        <source>Name its file (.flatpak), or its source with --remote.</source>
        <translation>Nennen Sie ihre Datei (.flatpak) oder mit --remote ihre Quelle.</translation>
    </message>
    <message>
        <source>No remote could be searched.</source>
        <translation>Keine Quelle ließ sich durchsuchen.</translation>
    </message>
    <message>
        <source>It is there for {architectures}: name it as {names}.</source>
        <translation>Es gibt es für {architectures}: nennen Sie {names}.</translation>
    </message>
    <message>
        <source>{ref} was not found in {remotes}.</source>
        <translation>{ref} wurde in {remotes} nicht gefunden.</translation>
    </message>
    <message>
        <source>It is installed here from {origin}, which is no source that can be searched. Name its file (.flatpak), or its source with --remote.</source>
        <translation>Hier ist sie aus {origin} installiert; diese Quelle lässt sich nicht durchsuchen. Nennen Sie ihre Datei (.flatpak) oder mit --remote ihre Quelle.</translation>
    </message>
    <message>
        <source>The file is out of date, or the app was taken off there: ask the people who offer it.</source>
        <translation>Die Datei ist veraltet, oder die App gibt es dort nicht mehr: Fragen Sie die, die sie anbieten.</translation>
    </message>
    <message>
        <source>It has {refs}: ask the people who offer the file for one that names that.</source>
        <translation>Dort gibt es {refs}: Bitten Sie die, die die Datei anbieten, um eine, die das nennt.</translation>
    </message>
    <message>
        <source>{given} names {ref}, which {remote} does not have.</source>
        <translation>{given} nennt {ref}; das gibt es bei {remote} nicht.</translation>
    </message>
    <message>
        <source>Did you mean {close}?</source>
        <translation>Meinten Sie {close}?</translation>
    </message>
    <message>
        <source>{ref} is an image, and the drive&apos;s list of images has lost it.</source>
        <translation>{ref} ist ein Abbild, und die Liste der Abbilder auf dem Laufwerk hat es verloren.</translation>
    </message>
    <message>
        <source>{hiding} has it, but this computer hides it: flatpak remote-modify --no-filter {hiding} shows all again.</source>
        <translation>{hiding} hat es, aber dieser Computer blendet es aus: flatpak remote-modify --no-filter {hiding} zeigt wieder alles.</translation>
    </message>
    <message>
        <source>No known remote is the registry {url}.</source>
        <translation>Keine bekannte Quelle ist das Verzeichnis {url}.</translation>
    </message>
    <message>
        <source>Name it with --remote, or add it with flatpak remote-add.</source>
        <translation>Nennen Sie es mit --remote, oder fügen Sie es mit flatpak remote-add hinzu.</translation>
    </message>
    <message>
        <source>Nothing on the drive tells any more where the registry {name} is.</source>
        <translation>Nichts auf dem Laufwerk sagt noch, wo die Registry {name} ist.</translation>
    </message>
    <message>
        <source>Choose its apps again: satchel make TARGET {name}:APP.</source>
        <translation>Wählen Sie ihre Apps noch einmal: satchel make ZIEL {name}:APP.</translation>
    </message>
    <message>
        <source>{registry} sends its apps without encryption: anybody on the way could exchange them.</source>
        <translation>{registry} schickt seine Apps unverschlüsselt: Jeder unterwegs könnte sie austauschen.</translation>
    </message>
    <message>
        <source>Use its https address; --allow-unsigned takes what comes.</source>
        <translation>Verwenden Sie die https-Adresse; --allow-unsigned nimmt, was kommt.</translation>
    </message>
    <message>
        <source>{ref} ({arch}) was not found in {remotes}.</source>
        <translation>{ref} ({arch}) wurde in {remotes} nicht gefunden.</translation>
    </message>
    <message>
        <source>What upstream publishes cannot be read: {error}.</source>
        <translation>Was die Quelle veröffentlicht, kann nicht gelesen werden: {error}.</translation>
    </message>
    <message>
        <source>Nothing was used. Tell the people who run the repository.</source>
        <translation>Nichts wurde benutzt. Sagen Sie es den Betreibern der Quelle.</translation>
    </message>
    <message>
        <source>It has no copy of upstream&apos;s signed lists, without which no computer takes anything over the network; satchel update adds it.</source>
        <translation>Die signierten Listen der Quelle sind nicht darauf, ohne die kein Computer etwas über das Netzwerk nimmt; satchel update ergänzt sie.</translation>
    </message>
    <message>
        <source>A lock file decided what is there, and upstream&apos;s signed lists did not come along, without which no computer takes anything over the network. Serve with --upstream, which fetches them; or make the drive anew with a file of satchel lock --with-lists. satchel update would bring other versions.</source>
        <translation>Eine Lock-Datei hat bestimmt, was hier ist, und die signierten Listen der Quelle sind nicht mitgekommen, ohne die kein Computer etwas über das Netz nimmt. Verteilen Sie mit --upstream, das sie holt; oder erstellen Sie das Laufwerk neu mit einer Datei von satchel lock --with-lists. satchel update würde andere Versionen bringen.</translation>
    </message>
    <message>
        <source>There was no signed list of upstream&apos;s where it was made, and without one no computer takes anything over the network. Serve with --upstream, which fetches it; or let satchel update bring the newest, and its list.</source>
        <translation>Wo es erstellt wurde, gab es keine signierte Liste der Quelle, und ohne sie nimmt kein Computer etwas über das Netz. Verteilen Sie mit --upstream, das sie holt; oder holen Sie mit satchel update das Neueste und die Liste dazu.</translation>
    </message>
    <message>
        <source>A lock file decided what is there, and upstream&apos;s signed lists did not come along: it is served as soon as they are fetched from upstream.</source>
        <translation>Eine Lock-Datei hat bestimmt, was hier ist, und die signierten Listen der Quelle sind nicht mitgekommen: Es wird verteilt, sobald sie von der Quelle geholt sind.</translation>
    </message>
    <message>
        <source>There was no signed list of upstream&apos;s where it was made: it is served as soon as one is fetched from upstream.</source>
        <translation>Wo es erstellt wurde, gab es keine signierte Liste der Quelle: Es wird verteilt, sobald sie von der Quelle geholt ist.</translation>
    </message>
    <message>
        <source>There is no Flatpak repository on {root}.</source>
        <translation>Auf {root} ist kein Flatpak-Repository.</translation>
    </message>
    <message>
        <source>Somebody writes to {root}.</source>
        <translation>Gerade wird auf {root} geschrieben.</translation>
    </message>
    <message>
        <source>It is not sound; satchel verify tells all.</source>
        <translation>Es ist nicht in Ordnung; satchel verify sagt alles.</translation>
    </message>
    <message>
        <source>{file} is damaged; satchel verify tells all.</source>
        <translation>{file} ist beschädigt; satchel verify sagt alles.</translation>
    </message>
    <message>
        <source>Its signature, or that of its runtime, is missing on the drive: from a network flatpak takes nothing without. Run satchel repair: it fetches that again.</source>
        <translation>Seine Signatur oder die seiner Laufzeitumgebung fehlt auf dem Laufwerk: Aus einem Netz nimmt flatpak nichts ohne. satchel repair holt sie wieder.</translation>
    </message>
    <message>
        <source>What comes from container registries is not handed out over the network; install.sh on the drive, and satchel receive, install it: {apps}.</source>
        <translation>Was aus Container-Registrys kommt, wird nicht über das Netzwerk weitergegeben; install.sh auf dem Laufwerk und satchel receive installieren es: {apps}.</translation>
    </message>
    <message>
        <source>Nothing of what was written to the drive is to be found: it is damaged.</source>
        <translation>Von dem, was auf das Laufwerk geschrieben wurde, ist nichts zu finden: Es ist beschädigt.</translation>
    </message>
    <message>
        <source>satchel verify TARGET tells what is wrong.</source>
        <translation>satchel verify TARGET sagt, was nicht stimmt.</translation>
    </message>
    <message>
        <source>There are no apps on the drive.</source>
        <translation>Auf dem Laufwerk sind keine Apps.</translation>
    </message>
    <message>
        <source>satchel inspect TARGET shows what is on it.</source>
        <translation>satchel inspect LAUFWERK zeigt, was darauf ist.</translation>
    </message>
    <message>
        <source>{ref} is not on the drive.</source>
        <translation>{ref} ist nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>satchel receive TARGET --list shows what is.</source>
        <translation>satchel receive ZIEL --list zeigt, was darauf ist.</translation>
    </message>
    <message>
        <source>It is not on the drive.</source>
        <translation>Es ist nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Neither this computer nor the drive knows where its updates come from.</source>
        <translation>Weder dieser Computer noch das Laufwerk weiß, woher Aktualisierungen dafür kommen.</translation>
    </message>
    <message>
        <source>It says of itself that it is {name}.</source>
        <translation>Es sagt von sich selbst, dass es {name} ist.</translation>
    </message>
    <message>
        <source>Its source “{remote}” is limited to a part of it on this computer ({part}), of which the drive has no list.</source>
        <translation>Die Quelle „{remote}“ ist auf diesem Computer auf einen Teil beschränkt ({part}), von dem auf dem Laufwerk keine Liste ist.</translation>
    </message>
    <message>
        <source>The drive has no list of its source that can be trusted and names it.</source>
        <translation>Auf dem Laufwerk ist keine Liste der Quelle, der man trauen kann und die es nennt.</translation>
    </message>
    <message>
        <source>Its source has no collection ID: for everyone only root can install it (sudo), for your own account you can.</source>
        <translation>Die Quelle hat keine Collection-ID: Für alle kann es nur root installieren (sudo), für Ihr eigenes Konto können Sie es.</translation>
    </message>
    <message>
        <source>Its source “{remote}” is switched off on this computer; flatpak remote-modify --enable {remote} switches it on.</source>
        <translation>Die Quelle „{remote}“ ist auf diesem Computer abgeschaltet; flatpak remote-modify --enable {remote} schaltet sie ein.</translation>
    </message>
    <message>
        <source>A filter of the source “{remote}” hides it on this computer; flatpak remote-modify --no-filter {remote} shows everything again.</source>
        <translation>Ein Filter der Quelle „{remote}“ versteckt es auf diesem Computer; flatpak remote-modify --no-filter {remote} zeigt wieder alles.</translation>
    </message>
    <message>
        <source>{name} comes with a part from its maker, which has terms of its own.</source>
        <translation>{name} kommt mit einem Teil des Herstellers, für den eigene Bedingungen gelten.</translation>
    </message>
    <message>
        <source>START-HERE.html on the drive names its licence.</source>
        <translation>START-HERE.html auf dem Laufwerk nennt die Lizenz.</translation>
    </message>
    <message>
        <source>The key that it brings has not signed it.</source>
        <translation>Der Schlüssel, den es mitbringt, hat es nicht signiert.</translation>
    </message>
    <message>
        <source>flatpak does not install it: {problem}.</source>
        <translation>flatpak installiert es nicht: {problem}.</translation>
    </message>
    <message>
        <source>It needs flatpak {wants} or newer; this computer has {have}.</source>
        <translation>Es braucht flatpak ab {wants}; dieser Computer hat {have}.</translation>
    </message>
    <message>
        <source>Its source {name} is switched off on this computer.</source>
        <translation>Seine Quelle {name} ist auf diesem Computer ausgeschaltet.</translation>
    </message>
    <message>
        <source>It needs {runtime}, which is neither on the drive nor on this computer.</source>
        <translation>Es braucht {runtime}, und das ist weder auf dem Laufwerk noch auf diesem Computer.</translation>
    </message>
    <message>
        <source>flatpak installs {new} in its place.</source>
        <translation>flatpak installiert {new} an seiner Stelle.</translation>
    </message>
    <message>
        <source>It cannot be copied: {reason}.</source>
        <translation>Es lässt sich nicht kopieren: {reason}.</translation>
    </message>
    <message>
        <source>What the drive has of it is damaged.</source>
        <translation>Was das Laufwerk davon hat, ist beschädigt.</translation>
    </message>
    <message>
        <source>There is no Flatpak repository on {root}, but several that have lost their names, as when a file system is repaired: {paths}.</source>
        <translation>Auf {root} ist kein Flatpak-Repository, aber mehrere, die ihre Namen verloren haben, wie bei der Reparatur eines Dateisystems: {paths}.</translation>
    </message>
    <message>
        <source>Give the right one the name {name} again.</source>
        <translation>Geben Sie dem richtigen wieder den Namen {name}.</translation>
    </message>
    <message>
        <source>There is no Flatpak repository on {root}, but {path} is one that has lost its name {name}, as when a file system is repaired.</source>
        <translation>Auf {root} ist kein Flatpak-Repository, aber {path} ist eines, das seinen Namen {name} verloren hat, wie bei der Reparatur eines Dateisystems.</translation>
    </message>
    <message>
        <source>--destination-repo {destination} does not lie on the drive.</source>
        <translation>--destination-repo {destination} liegt nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Give a path relative to the drive, for example .ostree/repo.</source>
        <translation>Geben Sie einen Pfad auf dem Laufwerk an, zum Beispiel .ostree/repo.</translation>
    </message>
    <message>
        <source>{root} is itself a repository.</source>
        <translation>{root} ist selbst ein Repository.</translation>
    </message>
    <message>
        <source>Name the directory or drive that should carry it, not the repository.</source>
        <translation>Wählen Sie den Ordner oder das Laufwerk, das es tragen soll, nicht das Repository.</translation>
    </message>
    <message>
        <source>{root} is a part of what is on {drive}.</source>
        <translation>{root} ist ein Teil dessen, was auf {drive} ist.</translation>
    </message>
    <message>
        <source>Name {drive} itself, or another directory.</source>
        <translation>Nennen Sie {drive} selbst oder ein anderes Verzeichnis.</translation>
    </message>
    <message>
        <source>making the repository findable</source>
        <translation>beim Auffindbarmachen des Repositorys</translation>
    </message>
    <message>
        <source>The drive&apos;s file system has no links, so clients would not find {path}.</source>
        <translation>Das Dateisystem des Laufwerks kennt keine Verknüpfungen; andere Computer würden {path} nicht finden.</translation>
    </message>
    <message>
        <source>opening the repository</source>
        <translation>beim Öffnen des Repositorys</translation>
    </message>
    <message>
        <source>it is older than a commit on the drive</source>
        <translation>sie ist älter als ein Commit auf dem Laufwerk</translation>
    </message>
    <message>
        <source>it names another commit for {name}, or none</source>
        <translation>sie nennt einen anderen Commit für {name}, oder keinen</translation>
    </message>
    <message>
        <source>it describes {name} differently than the commit does, or not at all</source>
        <translation>sie beschreibt {name} anders als der Commit, oder gar nicht</translation>
    </message>
    <message>
        <source>its {key} is none that clients read</source>
        <translation>sein {key} ist keiner, den Clients lesen</translation>
    </message>
    <message>
        <source>its {key}</source>
        <translation>ihr {key}</translation>
    </message>
    <message>
        <source>no collection</source>
        <translation>keine Sammlung</translation>
    </message>
    <message>
        <source>The commit of {ref} belongs to {claims}.</source>
        <translation>Der Stand von {ref} gehört zu {claims}.</translation>
    </message>
    <message>
        <source>no ref</source>
        <translation>kein Ref</translation>
    </message>
    <message>
        <source>The commit of {ref} is for {claims}.</source>
        <translation>Der Stand von {ref} ist für {claims}.</translation>
    </message>
    <message>
        <source>{ref} from {collection} cannot be trusted: {verdict}</source>
        <translation>{ref} von {collection} ist nicht zu trauen: {verdict}</translation>
    </message>
    <message>
        <source>{problem} It was refused.</source>
        <translation>{problem} Es wurde abgelehnt.</translation>
    </message>
    <message>
        <source>Tell the people who run the repository.</source>
        <translation>Sagen Sie es den Betreibern der Quelle.</translation>
    </message>
    <message>
        <source>Upstream&apos;s summary and the commit of {ref} contradict each other.</source>
        <translation>Die Übersicht der Quelle und der Stand von {ref} widersprechen sich.</translation>
    </message>
    <message>
        <source>The address of {remote} holds a password or a token: what is made gets it without.</source>
        <translation>Die Adresse von {remote} enthält ein Passwort oder einen Zugangsschlüssel: Was gemacht wird, bekommt sie ohne.</translation>
    </message>
    <message>
        <source>Computers that update from there later need it again.</source>
        <translation>Computer, die später von dort aktualisieren, brauchen es wieder.</translation>
    </message>
    <message>
        <source>Computers will look for updates of {remote} at {address}, which leads nowhere outside of this computer or its network.</source>
        <translation>Computer werden Aktualisierungen von {remote} unter {address} suchen; diese Adresse führt außerhalb dieses Computers oder seines Netzwerks nirgendwohin.</translation>
    </message>
    <message>
        <source>Where they have internet, take it from the public address instead.</source>
        <translation>Wenn sie Internet haben, nehmen Sie stattdessen die öffentliche Adresse.</translation>
    </message>
    <message>
        <source>What comes from {remote} is good until {until}, when the first key or signature ends.</source>
        <translation>Was von {remote} kommt, gilt bis {until}; dann endet der erste Schlüssel oder die erste Signatur.</translation>
    </message>
    <message>
        <source>Make the drive anew by then.</source>
        <translation>Erstellen Sie das Laufwerk bis dahin neu.</translation>
    </message>
    <message>
        <source>the large file {path}</source>
        <translation>die große Datei {path}</translation>
    </message>
    <message>
        <source>Its signature is not there.</source>
        <translation>Seine Signatur ist nicht da.</translation>
    </message>
    <message>
        <source>What clients see on it is as before.</source>
        <translation>Was andere Computer darauf sehen, ist wie zuvor.</translation>
    </message>
    <message>
        <source>Everything had been written; it is not checked yet.</source>
        <translation>Alles war schon geschrieben; geprüft ist es noch nicht.</translation>
    </message>
    <message>
        <source>{root} is damaged, so it is not copied: the object {name}, needed by {ref}, is not what it should be.</source>
        <translation>{root} ist beschädigt und wird darum nicht kopiert: Das Objekt {name}, das {ref} braucht, ist nicht, was es sein sollte.</translation>
    </message>
    <message>
        <source>{what} was not what it has to be; it is now {where}.</source>
        <translation>{what} war nicht, was es sein muss; es liegt jetzt unter {where}.</translation>
    </message>
    <message>
        <source>gpg, which checks signatures, does not start: {why}</source>
        <translation>gpg, das Signaturen prüft, startet nicht: {why}</translation>
    </message>
    <message>
        <source>The program gpg, which checks signatures, is missing or does not start.</source>
        <translation>Das Programm gpg, das Signaturen prüft, fehlt oder startet nicht.</translation>
    </message>
    <message>
        <source>Install the package gpg (Debian, Ubuntu), gnupg2 (Fedora) or gnupg (Arch, openSUSE).</source>
        <translation>Installieren Sie das Paket gpg (Debian, Ubuntu), gnupg2 (Fedora) oder gnupg (Arch, openSUSE).</translation>
    </message>
    <message>
        <source>gpg, which checks signatures, was killed before it was done.</source>
        <translation>gpg, das Signaturen prüft, wurde beendet, bevor es fertig war.</translation>
    </message>
    <message>
        <source>Perhaps this computer is short of memory: end other programs, then run the same command again.</source>
        <translation>Vielleicht hat dieser Computer zu wenig Arbeitsspeicher: Beenden Sie andere Programme, und führen Sie dann denselben Befehl noch einmal aus.</translation>
    </message>
    <message>
        <source>Get the public key again from where the remote publishes it (gpg --export makes one).</source>
        <translation>Holen Sie den öffentlichen Schlüssel noch einmal von dort, wo die Quelle ihn veröffentlicht (gpg --export macht einen).</translation>
    </message>
    <message>
        <source>gpg does not accept the public key.</source>
        <translation>gpg nimmt den öffentlichen Schlüssel nicht an.</translation>
    </message>
    <message>
        <source>The public key is larger than {limit} MiB.</source>
        <translation>Der öffentliche Schlüssel ist größer als {limit} MiB.</translation>
    </message>
    <message>
        <source>This is not an OpenPGP public key: {error}.</source>
        <translation>Das ist kein öffentlicher OpenPGP-Schlüssel: {error}.</translation>
    </message>
    <message>
        <source>This is a secret key, which only its owner should have.</source>
        <translation>Das ist ein geheimer Schlüssel, den nur sein Besitzer haben sollte.</translation>
    </message>
    <message>
        <source>Give the public key instead (gpg --export), and keep the secret one to yourself.</source>
        <translation>Geben Sie stattdessen den öffentlichen Schlüssel an (gpg --export), und behalten Sie den geheimen für sich.</translation>
    </message>
    <message>
        <source>This is OpenPGP data, but not a public key.</source>
        <translation>Das sind OpenPGP-Daten, aber kein öffentlicher Schlüssel.</translation>
    </message>
    <message>
        <source>a packet is cut short</source>
        <translation>ein Paket ist abgeschnitten</translation>
    </message>
    <message>
        <source>not a packet</source>
        <translation>kein Paket</translation>
    </message>
    <message>
        <source>a packet without a length</source>
        <translation>ein Paket ohne Länge</translation>
    </message>
    <message>
        <source>a packet in parts</source>
        <translation>ein Paket in Teilen</translation>
    </message>
    <message>
        <source>neither binary nor ASCII-armoured</source>
        <translation>weder binär noch ASCII-kodiert</translation>
    </message>
    <message>
        <source>damaged ASCII armour</source>
        <translation>eine beschädigte ASCII-Kodierung</translation>
    </message>
    <message>
        <source>The passphrase was wrong.</source>
        <translation>Die Passphrase war falsch.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The secret key is not there.</source>
        <translation>Der geheime Schlüssel ist nicht da.</translation>
    </message>
    <message>
        <source>See gpg --list-secret-keys; a smart card must be in.</source>
        <translation>Sehen Sie mit gpg --list-secret-keys nach; eine Chipkarte muss eingesteckt sein.</translation>
    </message>
    <message>
        <source>The key cannot be used to sign.</source>
        <translation>Mit diesem Schlüssel lässt sich nicht signieren.</translation>
    </message>
    <message>
        <source>Name a key that has a signing part.</source>
        <translation>Nehmen Sie einen Schlüssel, der signieren kann.</translation>
    </message>
    <message>
        <source>gpg found no way to ask for the passphrase.</source>
        <translation>gpg fand keinen Weg, nach dem Kennwort zu fragen.</translation>
    </message>
    <message>
        <source>Install a pinentry program.</source>
        <translation>Installieren Sie ein pinentry-Programm.</translation>
    </message>
    <message>
        <source>gpg could not ask for the passphrase.</source>
        <translation>gpg konnte nicht nach dem Kennwort fragen.</translation>
    </message>
    <message>
        <source>Install a pinentry program for your desktop.</source>
        <translation>Installieren Sie ein pinentry-Programm für Ihren Desktop.</translation>
    </message>
    <message>
        <source>The gpg agent does not answer.</source>
        <translation>Der gpg-Dienst antwortet nicht.</translation>
    </message>
    <message>
        <source>Run gpg-connect-agent to see why.</source>
        <translation>Starten Sie gpg-connect-agent, um zu sehen, warum.</translation>
    </message>
    <message>
        <source>You cancelled the question for the passphrase.</source>
        <translation>Sie haben die Frage nach der Passphrase abgebrochen.</translation>
    </message>
    <message>
        <source>has expired</source>
        <translation>ist abgelaufen</translation>
    </message>
    <message>
        <source>Prolong it (gpg --quick-set-expire) or name another.</source>
        <translation>Verlängern Sie ihn (gpg --quick-set-expire), oder nehmen Sie einen anderen.</translation>
    </message>
    <message>
        <source>has been revoked</source>
        <translation>wurde widerrufen</translation>
    </message>
    <message>
        <source>Name another key.</source>
        <translation>Nehmen Sie einen anderen Schlüssel.</translation>
    </message>
    <message>
        <source>is disabled</source>
        <translation>ist abgeschaltet</translation>
    </message>
    <message>
        <source>Enable it (gpg --edit-key) or name another.</source>
        <translation>Schalten Sie ihn ein (gpg --edit-key), oder nehmen Sie einen anderen.</translation>
    </message>
    <message>
        <source>is not there</source>
        <translation>ist nicht da</translation>
    </message>
    <message>
        <source>has no secret part here</source>
        <translation>hat hier keinen geheimen Teil</translation>
    </message>
    <message>
        <source>The key {key} {reason}.</source>
        <translation>Der Schlüssel {key} {reason}.</translation>
    </message>
    <message>
        <source>gpg does not export the public key {key}.</source>
        <translation>gpg gibt den öffentlichen Schlüssel {key} nicht heraus.</translation>
    </message>
    <message>
        <source>gpg cannot use the directory {homedir}.</source>
        <translation>gpg kann den Ordner {homedir} nicht benutzen.</translation>
    </message>
    <message>
        <source>Name the directory of a gpg keyring.</source>
        <translation>Wählen Sie den Ordner eines gpg-Schlüsselbunds.</translation>
    </message>
    <message>
        <source>“{key}” names no key.</source>
        <translation>„{key}“ bezeichnet keinen Schlüssel.</translation>
    </message>
    <message>
        <source>There is no secret key “{key}”.</source>
        <translation>Es gibt keinen geheimen Schlüssel „{key}“.</translation>
    </message>
    <message>
        <source>“{key}” fits {count} secret keys.</source>
        <translation>„{key}“ passt auf {count} geheime Schlüssel.</translation>
    </message>
    <message>
        <source>Name the key by its fingerprint.</source>
        <translation>Nennen Sie den Schlüssel mit seinem Fingerabdruck.</translation>
    </message>
    <message>
        <source>gpg --list-secret-keys shows the keys that can sign.</source>
        <translation>gpg --list-secret-keys zeigt die Schlüssel, die signieren können.</translation>
    </message>
    <message>
        <source>Signing with {key} failed. {reason}</source>
        <translation>Das Signieren mit {key} ist fehlgeschlagen. {reason}</translation>
    </message>
    <message>
        <source>gpg could not sign with the key {key}.</source>
        <translation>gpg konnte mit dem Schlüssel {key} nicht signieren.</translation>
    </message>
    <message>
        <source>gpg --detach-sign --local-user KEY shows why.</source>
        <translation>gpg --detach-sign --local-user KEY zeigt, warum.</translation>
    </message>
    <message>
        <source>Add the runtime.</source>
        <translation>Fügen Sie die Laufzeitumgebung hinzu.</translation>
    </message>
    <message>
        <source>Ask its makers for a .flatpakrepo with one, or give the key yourself.</source>
        <translation>Bitten Sie die Herausgeber um eine .flatpakrepo-Datei mit Schlüssel, oder geben Sie den Schlüssel selbst an.</translation>
    </message>
    <message>
        <source>Ask the people who run it to sign it, or accept the risk explicitly.</source>
        <translation>Bitten Sie die Betreiber, sie zu signieren, oder nehmen Sie das Risiko ausdrücklich in Kauf.</translation>
    </message>
    <message>
        <source>Ask them to eject it, or have an administrator do it.</source>
        <translation>Bitten Sie diese Person, es auszuwerfen, oder lassen Sie es einen Administrator tun.</translation>
    </message>
    <message>
        <source>What is on it stays on it.</source>
        <translation>Was darauf ist, bleibt darauf.</translation>
    </message>
    <message>
        <source>Leave it out, install it where there is internet, or carry that part as well.</source>
        <translation>Lassen Sie es weg, installieren Sie es, wo es Internet gibt, oder nehmen Sie diesen Teil mit.</translation>
    </message>
    <message>
        <source>Check it too.</source>
        <translation>Prüfen Sie es ebenfalls.</translation>
    </message>
    <message>
        <source>Check the network connection and the address, then try again.</source>
        <translation>Prüfen Sie Netzverbindung und Adresse und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Check the spelling.</source>
        <translation>Prüfen Sie die Schreibweise.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Wählen Sie eine andere Stelle.</translation>
    </message>
    <message>
        <source>Compare it with what its makers publish; you can remove it again in the settings.</source>
        <translation>Vergleichen Sie ihn mit dem, was die Betreiber veröffentlichen; in den Einstellungen können Sie ihn wieder entfernen.</translation>
    </message>
    <message>
        <source>For another one, choose its directory: {name}</source>
        <translation>Für ein anderes wählen Sie dessen Ordner: {name}</translation>
    </message>
    <message>
        <source>Format it.</source>
        <translation>Formatieren Sie es.</translation>
    </message>
    <message>
        <source>Format it, which erases it.</source>
        <translation>Formatieren Sie es; dabei wird alles darauf gelöscht.</translation>
    </message>
    <message>
        <source>Free some space or choose fewer apps, then try again; it goes on from here.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie weniger Apps, und versuchen Sie es dann noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Type a word, or choose a category.</source>
        <translation>Geben Sie ein Wort ein, oder wählen Sie eine Kategorie.</translation>
    </message>
    <message>
        <source>Give the new one another name.</source>
        <translation>Geben Sie der neuen einen anderen Namen.</translation>
    </message>
    <message>
        <source>If you know whose it is, check the drive on the command line with --maker-key {key}.</source>
        <translation>Wenn Sie wissen, wem er gehört, prüfen Sie das Laufwerk auf der Kommandozeile mit --maker-key {key}.</translation>
    </message>
    <message>
        <source>It is there for {architectures}: choose that architecture.</source>
        <translation>Es gibt sie für {architectures}: Wählen Sie diese Architektur.</translation>
    </message>
    <message>
        <source>Leave key and collection away, or give the repository&apos;s address.</source>
        <translation>Lassen Sie Schlüssel und Sammlung weg, oder geben Sie die Adresse des Repositorys an.</translation>
    </message>
    <message>
        <source>Leave out ejecting it.</source>
        <translation>Lassen Sie das Auswerfen weg.</translation>
    </message>
    <message>
        <source>Log in at the computer itself rather than over the network. Without a running polkit (package polkitd) only an administrator may.</source>
        <translation>Melden Sie sich am Computer selbst an statt über das Netz. Ohne laufendes polkit (Paket polkitd) darf es nur der Administrator.</translation>
    </message>
    <message>
        <source>Contents shows what is on it.</source>
        <translation>Unter „Inhalt“ sehen Sie, was darauf ist.</translation>
    </message>
    <message>
        <source>Look whether it is the right drive.</source>
        <translation>Schauen Sie nach, ob es das richtige Laufwerk ist.</translation>
    </message>
    <message>
        <source>Write apps to it first.</source>
        <translation>Schreiben Sie erst Apps darauf.</translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps; the search finds the name.</source>
        <translation>Geben Sie eine App so an: org.gnome.Maps; die Suche findet den Namen.</translation>
    </message>
    <message>
        <source>Choose another drive, or format it.</source>
        <translation>Wählen Sie ein anderes Laufwerk oder formatieren Sie es.</translation>
    </message>
    <message>
        <source>Choose apps, or a saved choice.</source>
        <translation>Wählen Sie Apps oder eine gespeicherte Auswahl.</translation>
    </message>
    <message>
        <source>Add it with its .flatpakrepo file or its address to use it.</source>
        <translation>Fügen Sie die Quelle mit ihrer .flatpakrepo-Datei oder Adresse hinzu, um sie zu benutzen.</translation>
    </message>
    <message>
        <source>Nothing was written. Choose the drive again.</source>
        <translation>Es wurde nichts geschrieben. Wählen Sie das Laufwerk noch einmal.</translation>
    </message>
    <message>
        <source>Plug it in again and try again; it goes on from here.</source>
        <translation>Stecken Sie es wieder ein und versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Plug the drive in again and try again; it goes on from here.</source>
        <translation>Stecken Sie das Laufwerk wieder ein und versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Have it done by someone who may write there, or change the owner of the directory.</source>
        <translation>Lassen Sie es jemanden tun, der dort schreiben darf, oder ändern Sie den Besitzer des Ordners.</translation>
    </message>
    <message>
        <source>Confirm it.</source>
        <translation>Bestätigen Sie es.</translation>
    </message>
    <message>
        <source>With UDisks2 2.10 or newer it is made as is best for a drive with apps.</source>
        <translation>Mit UDisks2 2.10 oder neuer wird es so gemacht, wie es für ein Laufwerk mit Apps am besten ist.</translation>
    </message>
    <message>
        <source>Write it to the drive again, once upstream has it.</source>
        <translation>Schreiben Sie es noch einmal auf das Laufwerk, sobald die Quelle es hat.</translation>
    </message>
    <message>
        <source>Put the app it belongs to on the drive again.</source>
        <translation>Schreiben Sie die App, zu der es gehört, noch einmal auf das Laufwerk.</translation>
    </message>
    <message>
        <source>Put the app it belongs to on the drive again: it brings all languages.</source>
        <translation>Schreiben Sie die App, zu der es gehört, noch einmal auf das Laufwerk: Das bringt alle Sprachen mit.</translation>
    </message>
    <message>
        <source>Do not trust this drive. Repairing it moves aside what is in the way.</source>
        <translation>Vertrauen Sie diesem Laufwerk nicht. Beim Reparieren wird beiseite gelegt, was im Weg ist.</translation>
    </message>
    <message>
        <source>Add a source in the settings.</source>
        <translation>Fügen Sie in den Einstellungen eine Quelle hinzu.</translation>
    </message>
    <message>
        <source>Add the source that has it, or leave the app out.</source>
        <translation>Fügen Sie die Quelle hinzu, die sie hat, oder lassen Sie die App weg.</translation>
    </message>
    <message>
        <source>Add its source in the settings.</source>
        <translation>Fügen Sie die Quelle in den Einstellungen hinzu.</translation>
    </message>
    <message>
        <source>Compare the fingerprint with what the publisher says, and add the source.</source>
        <translation>Vergleichen Sie den Fingerabdruck mit dem, was der Herausgeber angibt, und fügen Sie die Quelle hinzu.</translation>
    </message>
    <message>
        <source>It is freed when the drive is updated the next time.</source>
        <translation>Es wird freigegeben, wenn das Laufwerk das nächste Mal aktualisiert wird.</translation>
    </message>
    <message>
        <source>Add the source with the .flatpakrepo that its makers publish.</source>
        <translation>Fügen Sie die Quelle mit der .flatpakrepo-Datei hinzu, die ihre Betreiber veröffentlichen.</translation>
    </message>
    <message>
        <source>Look at it: Satchel does not put links there. Repairing the drive moves it aside.</source>
        <translation>Sehen Sie es sich an: Satchel legt dort keine Verknüpfungen an. Beim Reparieren des Laufwerks wird es beiseite gelegt.</translation>
    </message>
    <message>
        <source>Add the source on this computer.</source>
        <translation>Fügen Sie die Quelle auf diesem Computer hinzu.</translation>
    </message>
    <message>
        <source>Choose the source that has everything.</source>
        <translation>Wählen Sie die Quelle, die alles hat.</translation>
    </message>
    <message>
        <source>Update what is on the drive.</source>
        <translation>Aktualisieren Sie, was auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>To get what is newer there, take off what it lacks.</source>
        <translation>Nehmen Sie herunter, was dort fehlt, um das Neuere von dort zu bekommen.</translation>
    </message>
    <message>
        <source>Try again later, or take off what cannot come.</source>
        <translation>Versuchen Sie es später noch einmal, oder nehmen Sie herunter, was nicht kommen kann.</translation>
    </message>
    <message>
        <source>Where the other is meant, take this one off the drive.</source>
        <translation>Ist die andere gemeint, nehmen Sie diese vom Laufwerk.</translation>
    </message>
    <message>
        <source>Update what is on the drive: that takes what its source has now.</source>
        <translation>Aktualisieren Sie, was auf dem Laufwerk ist: Dann kommt, was die Quelle jetzt hat.</translation>
    </message>
    <message>
        <source>Repair the drive: that puts this in order.</source>
        <translation>Reparieren Sie das Laufwerk: Das bringt es in Ordnung.</translation>
    </message>
    <message>
        <source>Repair the drive: that gives the folder this name again.</source>
        <translation>Reparieren Sie das Laufwerk: Dann bekommt der Ordner diesen Namen wieder.</translation>
    </message>
    <message>
        <source>Repair the drive: that renews what people install from.</source>
        <translation>Reparieren Sie das Laufwerk: Das erneuert, wovon man installiert.</translation>
    </message>
    <message>
        <source>Repair the drive: that brings what is damaged again.</source>
        <translation>Reparieren Sie das Laufwerk: Das holt das Beschädigte neu.</translation>
    </message>
    <message>
        <source>Update what is on the drive: that brings what replaces it.</source>
        <translation>Aktualisieren Sie, was auf dem Laufwerk ist: Dann kommt, was an ihre Stelle tritt.</translation>
    </message>
    <message>
        <source>Repair the drive: that moves it aside, and tells where to.</source>
        <translation>Reparieren Sie das Laufwerk: Es wird beiseite gelegt, und Sie erfahren, wohin.</translation>
    </message>
    <message>
        <source>Try again then; it goes on from here.</source>
        <translation>Versuchen Sie es dann noch einmal; es geht hier weiter.</translation>
    </message>
    <message>
        <source>Write to it again or repair it, then copy it.</source>
        <translation>Beschreiben Sie es noch einmal oder reparieren Sie es, dann kopieren Sie es.</translation>
    </message>
    <message>
        <source>Repair it first.</source>
        <translation>Reparieren Sie es zuerst.</translation>
    </message>
    <message>
        <source>Try again; it goes on from here.</source>
        <translation>Versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Write the same choice again: it goes on where it stopped.</source>
        <translation>Schreiben Sie dieselbe Auswahl noch einmal: Es geht dort weiter, wo es aufgehört hat.</translation>
    </message>
    <message>
        <source>Satchel does not mount such drives. Choose another one.</source>
        <translation>Solche Laufwerke hängt Satchel nicht ein. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Satchel leaves such drives alone. Choose another one.</source>
        <translation>Solche Laufwerke lässt Satchel in Ruhe. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Save a choice first.</source>
        <translation>Speichern Sie zuerst eine Auswahl.</translation>
    </message>
    <message>
        <source>The known ones are in the settings.</source>
        <translation>Die bekannten stehen in den Einstellungen.</translation>
    </message>
    <message>
        <source>Servers that share an address and are not all up to date do that for some hours: try again later. If it stays so, somebody holds back updates; you can accept the older state explicitly.</source>
        <translation>Server, die sich eine Adresse teilen und nicht alle auf dem neuesten Stand sind, tun das für ein paar Stunden: Versuchen Sie es später noch einmal. Bleibt es so, hält jemand Aktualisierungen zurück; Sie können den älteren Stand ausdrücklich annehmen.</translation>
    </message>
    <message>
        <source>Somebody may be holding back updates. If upstream really went back, accept the older state explicitly.</source>
        <translation>Vielleicht hält jemand Aktualisierungen zurück. Ist die Quelle wirklich zurückgegangen, nehmen Sie den älteren Stand ausdrücklich in Kauf.</translation>
    </message>
    <message>
        <source>Use {copied_from}, or wait until the mirror has caught up; you can accept the older versions explicitly.</source>
        <translation>Nehmen Sie {copied_from}, oder warten Sie, bis der Spiegelserver aufgeholt hat; Sie können den älteren Stand auch ausdrücklich annehmen.</translation>
    </message>
    <message>
        <source>This is a bug in Satchel; please report it with this text. The drive is as before or can be completed by doing the same again.</source>
        <translation>Das ist ein Fehler in Satchel; bitte melden Sie ihn mit diesem Text. Das Laufwerk ist wie zuvor oder wird vollständig, wenn Sie dasselbe noch einmal tun.</translation>
    </message>
    <message>
        <source>Use {links}/satchel, or leave the path away.</source>
        <translation>Nehmen Sie {links}/satchel, oder lassen Sie den Pfad weg.</translation>
    </message>
    <message>
        <source>You can leave everything at its version instead.</source>
        <translation>Sie können stattdessen alles bei seiner Fassung lassen.</translation>
    </message>
    <message>
        <source>Erase the drive ({device}) and set it up again, on the page Drive: then apps take less room.</source>
        <translation>Löschen Sie das Laufwerk ({device}) auf der Seite Laufwerk und richten Sie es neu ein: Dann brauchen Apps weniger Platz.</translation>
    </message>
    <message>
        <source>Use letters, digits, - and _.</source>
        <translation>Nehmen Sie Buchstaben, Ziffern, - und _.</translation>
    </message>
    <message>
        <source>The command line tells more: {command} --help.</source>
        <translation>Mehr sagt die Kommandozeile: {command} --help.</translation>
    </message>
    <message>
        <source>The command line lists them: satchel --help.</source>
        <translation>Die Kommandozeile zählt sie auf: satchel --help.</translation>
    </message>
    <message>
        <source>Not verified. Check the drive: {drive}</source>
        <translation>Nicht geprüft. Prüfen Sie das Laufwerk: {drive}</translation>
    </message>
    <message>
        <source>Do not add it anywhere. Repair the drive: that puts this in order.</source>
        <translation>Fügen Sie es nirgends hinzu. Reparieren Sie das Laufwerk: Das bringt es in Ordnung.</translation>
    </message>
    <message>
        <source>Flatpak would install it from the drive all the same. Repair the drive: that puts this in order.</source>
        <translation>Flatpak würde es trotzdem vom Laufwerk installieren. Reparieren Sie das Laufwerk: Das bringt es in Ordnung.</translation>
    </message>
    <message>
        <source>Its source signs and has no collection ID, so flatpak installs it from no drive without its signature. Repair the drive: that fetches it again.</source>
        <translation>Seine Quelle signiert und hat keine Sammlungs-ID, daher installiert flatpak es ohne Signatur von keinem Laufwerk. Reparieren Sie das Laufwerk: Das holt sie wieder.</translation>
    </message>
    <message>
        <source>Do not use it as it is. Repair the drive: that renews what people install from.</source>
        <translation>Benutzen Sie es nicht, wie es ist. Reparieren Sie das Laufwerk: Das erneuert, wovon man installiert.</translation>
    </message>
    <message>
        <source>Repair the drive where its source can be reached and is known (the settings add it), or with another drive plugged in that has it.</source>
        <translation>Reparieren Sie das Laufwerk dort, wo seine Quelle bekannt (in den Einstellungen) und erreichbar ist, oder während ein anderes eingesteckt ist, das es hat.</translation>
    </message>
    <message>
        <source>Do not use it as it is. Repair the drive where its source can be reached and is known (the settings add it).</source>
        <translation>Benutzen Sie es nicht so. Reparieren Sie das Laufwerk dort, wo seine Quelle bekannt (in den Einstellungen) und erreichbar ist.</translation>
    </message>
    <message>
        <source>Flatpak would install it from the drive all the same. Repair the drive where its source can be reached and is known (the settings add it), or with another drive plugged in that has it.</source>
        <translation>Flatpak würde es trotzdem vom Laufwerk installieren. Reparieren Sie das Laufwerk dort, wo seine Quelle bekannt (in den Einstellungen) und erreichbar ist, oder während ein anderes eingesteckt ist, das es hat.</translation>
    </message>
    <message>
        <source>Nobody who was asked has it. If another drive does, plug that in and repair this one again. Else take off what it belongs to, or write the drive anew.</source>
        <translation>Niemand, der gefragt wurde, hat es. Wenn ein anderes Laufwerk es hat, stecken Sie das ein, und reparieren Sie dieses noch einmal. Sonst nehmen Sie herunter, wozu es gehört, oder schreiben Sie das Laufwerk neu.</translation>
    </message>
    <message>
        <source>Add its source in the settings, then check again.</source>
        <translation>Fügen Sie die Quelle in den Einstellungen hinzu und prüfen Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>The drive does not tell any more where that is: a repair on the command line that names it writes it down.</source>
        <translation>Das Laufwerk sagt nicht mehr, wo das ist: Eine Reparatur auf der Befehlszeile, die es nennt, schreibt es auf.</translation>
    </message>
    <message>
        <source>Whoever knows where it is from can give it back to its source, or free its room, on the command line: a repair that names the source does the one, pruning what is forgotten the other.</source>
        <translation>Wer weiß, woher es ist, kann es auf der Befehlszeile seiner Quelle zurückgeben oder seinen Platz freigeben: das eine tut eine Reparatur, die die Quelle nennt, das andere das Aufräumen von Vergessenem.</translation>
    </message>
    <message>
        <source>Put these apps on the drive again. Pruning what is forgotten, on the command line, frees what it takes.</source>
        <translation>Nehmen Sie diese Apps noch einmal auf das Laufwerk. Das Aufräumen von Vergessenem, auf der Befehlszeile, gibt den Platz frei.</translation>
    </message>
    <message>
        <source>Unlock it first, in the file manager: {device}</source>
        <translation>Entsperren Sie es zuerst, in der Dateiverwaltung: {device}</translation>
    </message>
    <message>
        <source>Add its source in the settings; the drive&apos;s own file is in its folder satchel: compare its key with what its makers publish.</source>
        <translation>Fügen Sie seine Quelle in den Einstellungen hinzu; die Datei des Laufwerks selbst liegt in dessen Ordner satchel: Vergleichen Sie den Schlüssel mit dem, den die Hersteller veröffentlichen.</translation>
    </message>
    <message>
        <source>The drive says, and nobody has signed it, that it was made with {url}. If its makers publish that address, add it in the settings with their key.</source>
        <translation>Das Laufwerk sagt, und niemand hat das signiert, dass es mit {url} gemacht wurde. Wenn die Hersteller diese Adresse veröffentlichen, fügen Sie sie in den Einstellungen mit deren Schlüssel hinzu.</translation>
    </message>
    <message>
        <source>Start Satchel as its makers describe: that installs what it needs.</source>
        <translation>Starten Sie Satchel so, wie es beschrieben ist: Das installiert, was es braucht.</translation>
    </message>
    <message>
        <source>Write the drive anew.</source>
        <translation>Bespielen Sie das Laufwerk neu.</translation>
    </message>
    <message>
        <source>Do not hand this drive on. Make it anew from the original source.</source>
        <translation>Geben Sie dieses Laufwerk nicht weiter. Bespielen Sie es neu aus der ursprünglichen Quelle.</translation>
    </message>
    <message>
        <source>Flatpak would install it from the drive all the same. Do not hand this drive on. Make it anew from the original source.</source>
        <translation>Flatpak würde es trotzdem vom Laufwerk installieren. Geben Sie dieses Laufwerk nicht weiter. Bespielen Sie es neu aus der ursprünglichen Quelle.</translation>
    </message>
    <message>
        <source>Do not run or open it. Delete it, unless you know what it is.</source>
        <translation>Führen Sie es nicht aus und öffnen Sie es nicht. Löschen Sie es, wenn Sie nicht wissen, was es ist.</translation>
    </message>
    <message>
        <source>Delete the file and add it again.</source>
        <translation>Löschen Sie die Datei und fügen Sie sie noch einmal hinzu.</translation>
    </message>
    <message>
        <source>It is as its publisher made it: leave it out, and tell them.</source>
        <translation>So hat es der Herausgeber gemacht: Lassen Sie es weg, und sagen Sie es ihm.</translation>
    </message>
    <message>
        <source>Install it where there is internet.</source>
        <translation>Installieren Sie es dort, wo es Internet gibt.</translation>
    </message>
    <message>
        <source>Where flatpak looks at signatures it refuses these until the publisher prolongs the key; write the drive anew then.</source>
        <translation>Wo flatpak auf Signaturen achtet, lehnt es diese ab, bis der Herausgeber den Schlüssel verlängert; bespielen Sie das Laufwerk dann neu.</translation>
    </message>
    <message>
        <source>Write the drive anew once the publisher has prolonged the key.</source>
        <translation>Bespielen Sie das Laufwerk neu, sobald der Herausgeber den Schlüssel verlängert hat.</translation>
    </message>
    <message>
        <source>It gets no more updates; look for what replaces it.</source>
        <translation>Es gibt dafür keine Aktualisierungen mehr; suchen Sie nach einem Nachfolger.</translation>
    </message>
    <message>
        <source>Look at what it is: Satchel did not put it there.</source>
        <translation>Sehen Sie nach, was es ist: Satchel hat es nicht dorthin gelegt.</translation>
    </message>
    <message>
        <source>Update flatpak on the computers where it is to be installed.</source>
        <translation>Aktualisieren Sie flatpak auf den Computern, auf denen es installiert werden soll.</translation>
    </message>
    <message>
        <source>They do no harm.</source>
        <translation>Sie schaden nicht.</translation>
    </message>
    <message>
        <source>{name} cannot be fetched from where it lies.</source>
        <translation>{name} lässt sich von dort, wo es liegt, nicht holen.</translation>
    </message>
    <message>
        <source>Copy it to this computer first.</source>
        <translation>Kopieren Sie es zuerst auf diesen Computer.</translation>
    </message>
    <message>
        <source>{name} is an image: a whole drive in one file.</source>
        <translation>{name} ist ein Abbild: ein ganzes Laufwerk in einer Datei.</translation>
    </message>
    <message>
        <source>Put it on a drive first, then look at that.</source>
        <translation>Übertragen Sie es zuerst auf ein Laufwerk und sehen Sie sich dann dieses an.</translation>
    </message>
    <message>
        <source>{name} names no apps.</source>
        <translation>{name} nennt keine Apps.</translation>
    </message>
    <message>
        <source>Satchel takes apps, sources, lists of apps and sets.</source>
        <translation>Satchel nimmt Apps, Quellen, Listen von Apps und Zusammenstellungen.</translation>
    </message>
    <message>
        <source>{name} is a list of sets.</source>
        <translation>{name} ist eine Liste von Zusammenstellungen.</translation>
    </message>
    <message>
        <source>Its address belongs into the settings.</source>
        <translation>Ihre Adresse gehört in die Einstellungen.</translation>
    </message>
    <message>
        <source>{name} would come without encryption.</source>
        <translation>{name} käme ohne Verschlüsselung.</translation>
    </message>
    <message>
        <source>Use its https address.</source>
        <translation>Verwenden Sie die https-Adresse.</translation>
    </message>
    <message>
        <source>{name} is for computers of the kind {arch}.</source>
        <translation>{name} ist für Computer der Art {arch}.</translation>
    </message>
    <message>
        <source>Say in the settings which computers the drive is for.</source>
        <translation>Sagen Sie in den Einstellungen, für welche Computer das Laufwerk ist.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>{type} is not a GVariant type</source>
        <translation>{type} ist kein GVariant-Typ</translation>
    </message>
    <message>
        <source>the compressed summary is damaged</source>
        <translation>die gepackte Liste ist beschädigt</translation>
    </message>
    <message>
        <source>the compressed summary is larger than it can be</source>
        <translation>die gepackte Liste ist größer, als sie sein kann</translation>
    </message>
    <message>
        <source>the compressed summary is cut off</source>
        <translation>die gepackte Liste ist abgeschnitten</translation>
    </message>
    <message>
        <source>the summary is not the one the index names</source>
        <translation>die Liste ist nicht die, die das Verzeichnis nennt</translation>
    </message>
    <message>
        <source>the summary index is larger than it can be</source>
        <translation>das Verzeichnis der Listen ist größer, als es sein kann</translation>
    </message>
    <message>
        <source>the summary index</source>
        <translation>das Verzeichnis der Listen</translation>
    </message>
    <message>
        <source>the summary index&apos;s metadata</source>
        <translation>die Metadaten des Verzeichnisses der Listen</translation>
    </message>
    <message>
        <source>the summary index has an invalid digest</source>
        <translation>das Verzeichnis der Listen hat eine ungültige Prüfsumme</translation>
    </message>
    <message>
        <source>this is not a summary index, or it is damaged</source>
        <translation>das ist kein Verzeichnis von Listen, oder es ist beschädigt</translation>
    </message>
    <message>
        <source>it is larger than a metadata object may be</source>
        <translation>es ist größer, als ein Metadatenobjekt sein darf</translation>
    </message>
    <message>
        <source>it is this computer&apos;s swap space</source>
        <translation>es ist der Auslagerungsspeicher dieses Computers</translation>
    </message>
    <message>
        <source>this computer starts from it</source>
        <translation>dieser Computer startet davon</translation>
    </message>
    <message>
        <source>this computer runs from it</source>
        <translation>dieser Computer läuft davon</translation>
    </message>
    <message>
        <source>it is mounted at {mount_point}, as this computer&apos;s own drives are</source>
        <translation>es ist unter {mount_point} eingehängt, wie die eigenen Laufwerke dieses Computers</translation>
    </message>
    <message>
        <source>its metadata has {key} for a name on the bus</source>
        <translation>seine Metadaten haben {key} als Namen am Bus</translation>
    </message>
    <message>
        <source>its metadata has {path} for a path</source>
        <translation>seine Metadaten haben {path} als Pfad</translation>
    </message>
    <message>
        <source>its metadata cannot be read, {error}</source>
        <translation>seine Metadaten können nicht gelesen werden, {error}</translation>
    </message>
    <message>
        <source>it exports {name}, which is not its own</source>
        <translation>es gibt {name} heraus, was nicht ihm gehört</translation>
    </message>
    <message>
        <source>it exports {name}, which is no key file, {error}</source>
        <translation>es gibt {name} heraus, was keine Schlüsseldatei ist, {error}</translation>
    </message>
    <message>
        <source>it exports {name}, which is for another name on the bus</source>
        <translation>es gibt {name} heraus, was für einen anderen Namen am Bus ist</translation>
    </message>
    <message>
        <source>It is not a regular file</source>
        <translation>Es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>A link, which is not followed</source>
        <translation>Eine Verknüpfung, der nicht gefolgt wird</translation>
    </message>
    <message>
        <source>It is on another file system</source>
        <translation>Es liegt auf einem anderen Dateisystem</translation>
    </message>
    <message>
        <source>it is a link</source>
        <translation>sie ist eine Verknüpfung</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>sie ist keine Datei</translation>
    </message>
    <message>
        <source>an unknown key</source>
        <translation>einem unbekannten Schlüssel</translation>
    </message>
    <message>
        <source>Signed by {signer}.</source>
        <translation>Signiert von {signer}.</translation>
    </message>
    <message>
        <source>Signed by {signer} on {day}.</source>
        <translation>Signiert von {signer} am {day}.</translation>
    </message>
    <message>
        <source>Nobody signed this.</source>
        <translation>Niemand hat das signiert.</translation>
    </message>
    <message>
        <source>Signed with a key that is not trusted here ({signer}).</source>
        <translation>Signiert mit einem Schlüssel, dem hier nicht vertraut wird ({signer}).</translation>
    </message>
    <message>
        <source>Signed by {signer}, whose key expired.</source>
        <translation>Signiert von {signer}, deren Schlüssel abgelaufen ist.</translation>
    </message>
    <message>
        <source>Signed by {signer}, whose key expired on {day}.</source>
        <translation>Signiert von {signer}, deren Schlüssel am {day} abgelaufen ist.</translation>
    </message>
    <message>
        <source>The signature by {signer} has expired.</source>
        <translation>Die Signatur von {signer} ist abgelaufen.</translation>
    </message>
    <message>
        <source>The signature by {signer} on {day} has expired.</source>
        <translation>Die Signatur von {signer} vom {day} ist abgelaufen.</translation>
    </message>
    <message>
        <source>Signed by {signer}, whose key has been revoked.</source>
        <translation>Signiert von {signer}, deren Schlüssel widerrufen wurde.</translation>
    </message>
    <message>
        <source>The signature, said to be by {signer}, does not belong to this data or is damaged.</source>
        <translation>Die Signatur, angeblich von {signer}, gehört nicht zu diesen Daten oder ist beschädigt.</translation>
    </message>
    <message>
        <source>The signature does not belong to this data or is damaged.</source>
        <translation>Die Signatur gehört nicht zu diesen Daten oder ist beschädigt.</translation>
    </message>
    <message>
        <source>Nothing was used, and computers would refuse it as well. Only the people who run it can help: by a key or a signature that is good; then add the source again.</source>
        <translation>Nichts davon wurde benutzt, und auch Computer würden es ablehnen. Helfen kann nur, wer sie betreibt: mit einem gültigen Schlüssel oder einer gültigen Signatur; fügen Sie die Quelle dann neu hinzu.</translation>
    </message>
    <message>
        <source>Report about a drive</source>
        <translation>Bericht über ein Laufwerk</translation>
    </message>
    <message>
        <source>What is on it</source>
        <translation>Was darauf ist</translation>
    </message>
    <message>
        <source>A file: {file}</source>
        <translation>Eine Datei: {file}</translation>
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
        <source>Carried as files</source>
        <translation>Als Dateien dabei</translation>
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
        <source>Remote</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Vouched for</source>
        <translation>Verbürgt</translation>
    </message>
    <message>
        <source>By nobody</source>
        <translation>Von niemandem</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>None: a lock file decided what is there</source>
        <translation>Keine: Eine Lock-Datei hat bestimmt, was da ist</translation>
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
        <source>Sound</source>
        <translation>In Ordnung</translation>
    </message>
    <message>
        <source>Sound, 1 hint</source>
        <translation>In Ordnung, 1 Hinweis</translation>
    </message>
    <message>
        <source>Sound, {hints} hints</source>
        <translation>In Ordnung, {hints} Hinweise</translation>
    </message>
    <message>
        <source>Nobody vouches for it</source>
        <translation>Niemand bürgt dafür</translation>
    </message>
    <message>
        <source>1 app damaged</source>
        <translation>1 App beschädigt</translation>
    </message>
    <message>
        <source>{apps} apps damaged</source>
        <translation>{apps} Apps beschädigt</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Checking, {percent} %</source>
        <translation>Wird geprüft, {percent} %</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Noch nicht geprüft</translation>
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
    <message>
        <source>Can be installed until</source>
        <translation>Installierbar bis</translation>
    </message>
    <message>
        <source>the set has no name</source>
        <translation>die Zusammenstellung hat keinen Namen</translation>
    </message>
    <message>
        <source>the date has to be written like 2026-11-28</source>
        <translation>das Datum wird geschrieben wie 2026-11-28</translation>
    </message>
    <message>
        <source>a table is needed</source>
        <translation>hier gehört eine Tabelle hin</translation>
    </message>
    <message>
        <source>{name} cannot be the name of a source</source>
        <translation>{name} kann nicht der Name einer Quelle sein</translation>
    </message>
    <message>
        <source>the source {name} has neither address nor collection</source>
        <translation>die Quelle {name} hat weder Adresse noch Sammlung</translation>
    </message>
    <message>
        <source>a collection is written like org.flathub.Stable</source>
        <translation>eine Sammlung wird geschrieben wie org.flathub.Stable</translation>
    </message>
    <message>
        <source>{name} in the list of sets leads elsewhere.</source>
        <translation>{name} in der Liste der Zusammenstellungen führt anderswohin.</translation>
    </message>
    <message>
        <source>A list names files beside it, or below.</source>
        <translation>Eine Liste nennt Dateien, die neben ihr oder darunter liegen.</translation>
    </message>
    <message>
        <source>Check where the file is.</source>
        <translation>Prüfen Sie, wo die Datei liegt.</translation>
    </message>
    <message>
        <source>The sets at {place} would come without encryption: anybody on the way could change them.</source>
        <translation>Die Zusammenstellungen von {place} kämen unverschlüsselt: Unterwegs könnte jeder sie verändern.</translation>
    </message>
    <message>
        <source>Use an https address.</source>
        <translation>Nehmen Sie eine https-Adresse.</translation>
    </message>
    <message>
        <source>{app} comes from {source}, which is not among the sources here.</source>
        <translation>{app} kommt aus {source}; diese Quelle ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>Add that source first, if you trust the people who keep it.</source>
        <translation>Fügen Sie diese Quelle zuerst hinzu, wenn Sie denen vertrauen, die sie pflegen.</translation>
    </message>
    <message>
        <source>a few minutes</source>
        <translation>einige Minuten</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>weniger als eine Minute</translation>
    </message>
    <message>
        <source>one to two hours</source>
        <translation>ein bis zwei Stunden</translation>
    </message>
    <message>
        <source>about 1 minute</source>
        <translation>etwa 1 Minute</translation>
    </message>
    <message>
        <source>about {minutes} minutes</source>
        <translation>etwa {minutes} Minuten</translation>
    </message>
    <message>
        <source>{least} to {most} minutes</source>
        <translation>{least} bis {most} Minuten</translation>
    </message>
    <message>
        <source>about {hours} hours</source>
        <translation>etwa {hours} Stunden</translation>
    </message>
    <message>
        <source>{least} to {most} hours</source>
        <translation>{least} bis {most} Stunden</translation>
    </message>
    <message>
        <source>1 file fetched again ({size})</source>
        <translation>1 Datei neu geholt ({size})</translation>
    </message>
    <message>
        <source>{files} files fetched again ({size})</source>
        <translation>{files} Dateien neu geholt ({size})</translation>
    </message>
    <message>
        <source>Repaired: {files}.</source>
        <translation>Repariert: {files}.</translation>
    </message>
    <message>
        <source>1 app repaired: {files}.</source>
        <translation>1 App repariert: {files}.</translation>
    </message>
    <message>
        <source>{apps} apps repaired: {files}.</source>
        <translation>{apps} Apps repariert: {files}.</translation>
    </message>
    <message>
        <source>Satchel takes {most} files at a time.</source>
        <translation>Satchel nimmt {most} Dateien auf einmal.</translation>
    </message>
    <message>
        <source>Add the others afterwards.</source>
        <translation>Fügen Sie die übrigen danach hinzu.</translation>
    </message>
    <message>
        <source>{name} comes from {source}, which was not added.</source>
        <translation>{name} kommt aus der Quelle {source}, die nicht hinzugefügt wurde.</translation>
    </message>
    <message>
        <source>{name} is a folder.</source>
        <translation>{name} ist ein Ordner.</translation>
    </message>
    <message>
        <source>Drop it alone to see what is on it.</source>
        <translation>Ziehen Sie ihn allein hierher, um zu sehen, was darauf ist.</translation>
    </message>
    <message>
        <source>A drive is being written, so {name} was not added.</source>
        <translation>Gerade wird ein Laufwerk geschrieben, deshalb wurde {name} nicht hinzugefügt.</translation>
    </message>
    <message>
        <source>Add it when the drive is ready.</source>
        <translation>Fügen Sie es hinzu, wenn das Laufwerk fertig ist.</translation>
    </message>
    <message>
        <source>renaming {device}</source>
        <translation>beim Umbenennen von {device}</translation>
    </message>
    <message>
        <source>This computer has no flatpak, which runs these apps.</source>
        <translation>Auf diesem Computer fehlt flatpak, mit dem diese Apps laufen.</translation>
    </message>
    <message>
        <source>Install it with the computer&apos;s own software centre (the package is called “flatpak”), then try again.</source>
        <translation>Installieren Sie es mit der Softwareverwaltung des Computers (das Paket heißt „flatpak“) und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>writing what this computer needs</source>
        <translation>beim Schreiben dessen, was dieser Computer braucht</translation>
    </message>
    <message>
        <source>This computer&apos;s clock says {today}, but the drive was made on {made}. With a clock that is wrong no key is valid, and nothing can be checked.</source>
        <translation>Die Uhr dieses Computers steht auf {today}, das Laufwerk ist aber vom {made}. Geht die Uhr falsch, ist kein Schlüssel gültig, und nichts lässt sich prüfen.</translation>
    </message>
    <message>
        <source>Set the clock, for example with: sudo date -s @{seconds}</source>
        <translation>Stellen Sie die Uhr, zum Beispiel mit: sudo date -s @{seconds}</translation>
    </message>
    <message>
        <source>The clock cannot be set: {reason}.</source>
        <translation>Die Uhr lässt sich nicht stellen: {reason}.</translation>
    </message>
    <message>
        <source>Set it in the computer&apos;s own settings, then try again.</source>
        <translation>Stellen Sie sie in den Einstellungen des Computers, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>flatpak did not say why.</source>
        <translation>flatpak hat nicht gesagt, warum.</translation>
    </message>
    <message>
        <source>flatpak: {reason}</source>
        <translation>flatpak: {reason}</translation>
    </message>
    <message>
        <source>None of this computer&apos;s languages are on the drive.</source>
        <translation>Keine der Sprachen dieses Computers ist auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Translations that are not on the drive: {languages}. Where there are no others, apps are in English.</source>
        <translation>Übersetzungen, die nicht auf dem Laufwerk sind: {languages}. Wo es keine anderen gibt, sind Apps auf Englisch.</translation>
    </message>
    <message>
        <source>Its runtime {runtime} cannot be installed: {reason}</source>
        <translation>Seine Laufzeitumgebung {runtime} lässt sich nicht installieren: {reason}</translation>
    </message>
    <message>
        <source>It cannot be installed together with {ref}, of which the drive has another version than its source&apos;s list names.</source>
        <translation>Es lässt sich nicht zusammen mit {ref} installieren, wovon das Laufwerk eine andere Version hat, als die Liste der Quelle nennt.</translation>
    </message>
    <message>
        <source>A part of it that its maker hands out is not on the drive, or damaged: {name}.</source>
        <translation>Ein Teil davon, den der Hersteller herausgibt, ist nicht auf dem Laufwerk oder beschädigt: {name}.</translation>
    </message>
    <message>
        <source>There is no room for a checked copy of it on this computer: it takes {size}.</source>
        <translation>Auf diesem Computer ist kein Platz für eine geprüfte Kopie davon: Sie braucht {size}.</translation>
    </message>
    <message>
        <source>Software centres will not show the newest list of {remote}: it could not be taken from the drive.</source>
        <translation>Die Softwareverwaltung zeigt nicht die neueste Liste von {remote}: Sie ließ sich nicht vom Laufwerk übernehmen.</translation>
    </message>
    <message>
        <source>What is installed now ({commit}) is not what was checked.</source>
        <translation>Was jetzt installiert ist ({commit}), ist nicht das, was geprüft wurde.</translation>
    </message>
    <message>
        <source>flatpak did not install it.</source>
        <translation>flatpak hat es nicht installiert.</translation>
    </message>
    <message>
        <source>changing the addresses of sources</source>
        <translation>beim Ändern der Adressen von Quellen</translation>
    </message>
    <message>
        <source>Satchel is already installing on this computer.</source>
        <translation>Satchel installiert auf diesem Computer gerade schon etwas.</translation>
    </message>
    <message>
        <source>Wait until it is done, then run the same command again.</source>
        <translation>Warten Sie, bis das fertig ist, und starten Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>The install.sh of a drive is at work on this computer.</source>
        <translation>Auf diesem Computer läuft gerade die install.sh eines Laufwerks.</translation>
    </message>
    <message>
        <source>making room for what is checked</source>
        <translation>beim Platzschaffen für das Geprüfte</translation>
    </message>
    <message>
        <source>putting the addresses of sources back</source>
        <translation>beim Zurücksetzen der Adressen von Quellen</translation>
    </message>
    <message>
        <source>What the drive has of it cannot be read: it is damaged.</source>
        <translation>Was das Laufwerk davon hat, lässt sich nicht lesen: Es ist beschädigt.</translation>
    </message>
    <message>
        <source>The drive contradicts itself: {reason}.</source>
        <translation>Das Laufwerk widerspricht sich: {reason}.</translation>
    </message>
    <message>
        <source>“{remote}” looks at no signatures on this computer, and only the drive knows the key of {source}: nobody vouches for what would come from the drive.</source>
        <translation>„{remote}“ prüft auf diesem Computer keine Signaturen, und den Schlüssel von {source} kennt nur das Laufwerk: Niemand bürgt für das, was vom Laufwerk käme.</translation>
    </message>
    <message>
        <source>Only the drive knows the key of {collection}.</source>
        <translation>Nur das Laufwerk kennt den Schlüssel von {collection}.</translation>
    </message>
    <message>
        <source>Nobody vouches for what comes from {source}: it is not signed.</source>
        <translation>Für das, was von {source} kommt, bürgt niemand: Es ist nicht signiert.</translation>
    </message>
    <message>
        <source>It is not signed, and the drive names no address of its source, only “{said}”: nobody could agree to that.</source>
        <translation>Es ist nicht signiert, und das Laufwerk nennt keine Adresse seiner Quelle, nur „{said}“: Dem könnte niemand zustimmen.</translation>
    </message>
    <message>
        <source>Neither this computer nor the drive has a key of {collection}.</source>
        <translation>Weder dieser Computer noch das Laufwerk hat einen Schlüssel von {collection}.</translation>
    </message>
    <message>
        <source>Nobody vouches for it: its signature is missing on the drive.</source>
        <translation>Niemand bürgt dafür: Seine Signatur fehlt auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Its signature is missing on the drive, and of a source without a collection ID that signs flatpak takes nothing without.</source>
        <translation>Seine Signatur fehlt auf dem Laufwerk, und von einer Quelle, die signiert und keine Sammlungs-ID hat, nimmt flatpak nichts ohne.</translation>
    </message>
    <message>
        <source>It is signed by another key than the one that this computer knows for {collection}.</source>
        <translation>Es ist mit einem anderen Schlüssel signiert als dem, den dieser Computer von {collection} kennt.</translation>
    </message>
    <message>
        <source>keeping what was checked</source>
        <translation>Aufbewahren des Geprüften</translation>
    </message>
    <message>
        <source>It is damaged on the drive: {error}</source>
        <translation>Es ist auf dem Laufwerk beschädigt: {error}</translation>
    </message>
    <message>
        <source>Only part of it is on the drive.</source>
        <translation>Nur ein Teil davon ist auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>The drive has gone while it was read: {path}.</source>
        <translation>Das Laufwerk ist beim Lesen verschwunden: {path}.</translation>
    </message>
    <message>
        <source>adding a source</source>
        <translation>beim Hinzufügen einer Quelle</translation>
    </message>
    <message>
        <source>The source {remote} could not be added: {reason}</source>
        <translation>Die Quelle {remote} ließ sich nicht hinzufügen: {reason}</translation>
    </message>
    <message>
        <source>Nothing was changed. Look whether the computer&apos;s clock is right.</source>
        <translation>Nichts wurde geändert. Sehen Sie nach, ob die Uhr des Computers richtig geht.</translation>
    </message>
    <message>
        <source>adding a key</source>
        <translation>beim Hinzufügen eines Schlüssels</translation>
    </message>
    <message>
        <source>The key of the source {remote}, which it lacks, could not be added: {reason}</source>
        <translation>Der Schlüssel, der der Quelle {remote} fehlt, ließ sich nicht hinzufügen: {reason}</translation>
    </message>
    <message>
        <source>Look whether the computer&apos;s clock is right.</source>
        <translation>Sehen Sie nach, ob die Uhr des Computers richtig geht.</translation>
    </message>
    <message>
        <source>changing a source</source>
        <translation>beim Ändern einer Quelle</translation>
    </message>
    <message>
        <source>Satchel watches drives already, for {links}.</source>
        <translation>Satchel beobachtet die Laufwerke bereits, für {links}.</translation>
    </message>
    <message>
        <source>satchel watch --status tells more.</source>
        <translation>satchel watch --status sagt mehr.</translation>
    </message>
    <message>
        <source>Run it as root, or for yourself with --user.</source>
        <translation>Starten Sie es als root, oder mit --user nur für sich.</translation>
    </message>
    <message>
        <source>Look at whose the directory is.</source>
        <translation>Sehen Sie nach, wem der Ordner gehört.</translation>
    </message>
    <message>
        <source>Drives cannot be registered in {links}: {error}.</source>
        <translation>In {links} lassen sich keine Laufwerke anmelden: {error}.</translation>
    </message>
    <message>
        <source>This computer does not run services with systemd, or not in this sandbox.</source>
        <translation>Dieser Computer betreibt keine Dienste mit systemd, oder nicht in dieser Sandbox.</translation>
    </message>
    <message>
        <source>Have “satchel watch --system” started by root when the computer starts.</source>
        <translation>Lassen Sie „satchel watch --system“ beim Start des Computers von root starten.</translation>
    </message>
    <message>
        <source>Have “satchel watch” started when you log in: most desktops have a list of such programs.</source>
        <translation>Lassen Sie „satchel watch“ bei der Anmeldung starten: Die meisten Arbeitsumgebungen haben eine Liste solcher Programme.</translation>
    </message>
    <message>
        <source>systemd does not know {unit} here.</source>
        <translation>systemd kennt {unit} hier nicht.</translation>
    </message>
    <message>
        <source>It comes with Satchel&apos;s package for Debian. Elsewhere copy it from packaging/units in the sources, or have “satchel watch” started when you log in.</source>
        <translation>Der Dienst kommt mit Satchels Paket für Debian. Kopieren Sie ihn sonst aus packaging/units in den Quellen, oder lassen Sie „satchel watch“ bei der Anmeldung starten.</translation>
    </message>
    <message>
        <source>systemd did not do it: {said}.</source>
        <translation>systemd hat es nicht getan: {said}.</translation>
    </message>
    <message>
        <source>Log in at the computer itself, then try again.</source>
        <translation>Melden Sie sich am Computer selbst an und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There is no install.sh on {drive}.</source>
        <translation>Auf {drive} ist kein install.sh.</translation>
    </message>
    <message>
        <source>The install.sh on {drive} is none of Satchel&apos;s, so it was not run.</source>
        <translation>Das install.sh auf {drive} stammt nicht von Satchel und wurde deshalb nicht ausgeführt.</translation>
    </message>
    <message>
        <source>{ref} is no app on the drive for such a computer.</source>
        <translation>{ref} ist keine App auf dem Laufwerk, die für einen solchen Computer ist.</translation>
    </message>
    <message>
        <source>satchel inspect shows what is on it.</source>
        <translation>satchel inspect zeigt, was darauf ist.</translation>
    </message>
    <message>
        <source>What it runs on is not on the drive: {runtime}.</source>
        <translation>Worauf sie läuft, ist nicht auf dem Laufwerk: {runtime}.</translation>
    </message>
    <message>
        <source>It needs flatpak {needed} or newer; here is {have}.</source>
        <translation>Sie braucht flatpak {needed} oder neuer; hier ist {have}.</translation>
    </message>
    <message>
        <source>The signature of {ref} is missing, and flatpak takes nothing of its source without.</source>
        <translation>Die Signatur von {ref} fehlt, und von dessen Quelle nimmt flatpak nichts ohne.</translation>
    </message>
    <message>
        <source>Another version of it was installed than the drive has.</source>
        <translation>Installiert wurde eine andere Version, als das Laufwerk hat.</translation>
    </message>
    <message>
        <source>Installing it did not come to its end.</source>
        <translation>Das Installieren kam zu keinem Ende.</translation>
    </message>
    <message>
        <source>flatpak says: {text}</source>
        <translation>flatpak sagt: {text}</translation>
    </message>
    <message>
        <source>What it runs on has no shell to look for its program with.</source>
        <translation>Worauf sie läuft, hat keine Shell, mit der sich nach ihrem Programm suchen ließe.</translation>
    </message>
    <message>
        <source>Its program {command} is not in it.</source>
        <translation>Ihr Programm {command} ist nicht darin.</translation>
    </message>
    <message>
        <source>No place to try it in {directory}: {reason}</source>
        <translation>In {directory} lässt es sich nicht ausprobieren: {reason}</translation>
    </message>
    <message>
        <source>{program} cannot be started: {reason}</source>
        <translation>{program} lässt sich nicht starten: {reason}</translation>
    </message>
    <message>
        <source>{remote} was not asked: {error}</source>
        <translation>{remote} wurde nicht gefragt: {error}</translation>
    </message>
    <message>
        <source>flatpak has no source for it here.</source>
        <translation>flatpak hat hier keine Quelle dafür.</translation>
    </message>
    <message>
        <source>flatpak looks at no drive for it, since its source has no collection ID here.</source>
        <translation>flatpak sucht dafür auf keinem Laufwerk, weil die Quelle hier keine Sammlungs-ID hat.</translation>
    </message>
    <message>
        <source>flatpak finds no names in the main list of a drive.</source>
        <translation>flatpak findet keine Namen in der Hauptliste eines Laufwerks.</translation>
    </message>
    <message>
        <source>flatpak takes {stick}, the newest by its list, and fails: {reason}.</source>
        <translation>flatpak nimmt {stick}, laut Liste das neueste, und scheitert: {reason}.</translation>
    </message>
    <message>
        <source>its list names a commit that is not on it</source>
        <translation>die Liste nennt einen Stand, der nicht darauf ist</translation>
    </message>
    <message>
        <source>only a part of it is there</source>
        <translation>nur ein Teil davon ist da</translation>
    </message>
    <message>
        <source>its commit has no metadata</source>
        <translation>der Stand hat keine Metadaten</translation>
    </message>
    <message>
        <source>{stick} is not used: {reason}.</source>
        <translation>{stick} wird nicht benutzt: {reason}.</translation>
    </message>
    <message>
        <source>This computer hides it, by a filter of its source.</source>
        <translation>Dieser Computer blendet es aus, durch einen Filter der Quelle.</translation>
    </message>
    <message>
        <source>Nothing here could install it.</source>
        <translation>Nichts hier könnte es installieren.</translation>
    </message>
    <message>
        <source>What is installed is just that.</source>
        <translation>Genau das ist installiert.</translation>
    </message>
    <message>
        <source>What is installed is newer than what there is to install.</source>
        <translation>Installiert ist etwas Neueres, als es zu installieren gibt.</translation>
    </message>
    <message>
        <source>Nobody knows here what upstream offers.</source>
        <translation>Was die Quelle anbietet, weiß hier niemand.</translation>
    </message>
    <message>
        <source>Upstream does not list it.</source>
        <translation>Die Quelle führt es nicht.</translation>
    </message>
    <message>
        <source>Upstream cannot be asked; its list of {made} was kept here.</source>
        <translation>Die Quelle kann nicht gefragt werden; ihre Liste vom {made} ist hier noch da.</translation>
    </message>
    <message>
        <source>Upstream cannot be asked; {stick} carries its list of {made}.</source>
        <translation>Die Quelle kann nicht gefragt werden; {stick} trägt ihre Liste vom {made}.</translation>
    </message>
    <message>
        <source>That list does not have it.</source>
        <translation>In dieser Liste steht es nicht.</translation>
    </message>
    <message>
        <source>Upstream has the newest.</source>
        <translation>Das Neueste hat die Quelle.</translation>
    </message>
    <message>
        <source>{stick} has the newest that can be had.</source>
        <translation>{stick} hat das Neueste, das zu haben ist.</translation>
    </message>
    <message>
        <source>Upstream names one of {day}, which cannot be had here.</source>
        <translation>Die Quelle nennt einen Stand vom {day}, der hier nicht zu haben ist.</translation>
    </message>
    <message>
        <source>The commit of {ref} says that it is {said}.</source>
        <translation>Der Commit von {ref} nennt sich selbst {said}.</translation>
    </message>
    <message>
        <source>Nothing of what these computers have can be updated from here.</source>
        <translation>Von dem, was diese Computer haben, lässt sich von hier aus nichts aktualisieren.</translation>
    </message>
    <message>
        <source>Name further apps, or add the sources that those have come from.</source>
        <translation>Wählen Sie weitere Apps, oder fügen Sie die Quellen hinzu, aus denen jene stammen.</translation>
    </message>
    <message>
        <source>Needed by {count} computers.</source>
        <translation>Für {count} Computer.</translation>
    </message>
    <message>
        <source>Needed by the computers {hosts}.</source>
        <translation>Für die Computer {hosts}.</translation>
    </message>
    <message>
        <source>Nobody offers it any more, so it stays as it is: {refs}.</source>
        <translation>Niemand bietet es mehr an, darum bleibt es, wie es ist: {refs}.</translation>
    </message>
    <message>
        <source>There is a newer one, which may only be downloaded by each computer itself: {refs}.</source>
        <translation>Davon gibt es Neueres, das nur jeder Computer selbst herunterladen darf: {refs}.</translation>
    </message>
    <message>
        <source>It has no flatpak: that has to be installed first, with its own software.</source>
        <translation>Dort fehlt flatpak: Das muss zuerst mit der Softwareverwaltung jenes Computers installiert werden.</translation>
    </message>
    <message>
        <source>What it has from {source} ({count}) stays as it is: that source is not known here, or does not answer.</source>
        <translation>Was dort aus {source} stammt ({count}), bleibt, wie es ist: Diese Quelle ist hier nicht bekannt oder antwortet nicht.</translation>
    </message>
    <message>
        <source>{ref} needs flatpak {asks} or newer; it has {have}.</source>
        <translation>{ref} braucht flatpak ab {asks}; dort ist {have}.</translation>
    </message>
    <message>
        <source>{collection} is new to it; install.sh adds it.</source>
        <translation>{collection} kennt der Computer noch nicht; install.sh fügt die Quelle hinzu.</translation>
    </message>
    <message>
        <source>It lacks the key that {collection} is signed with now: {fingerprint}.</source>
        <translation>Dort fehlt der Schlüssel, mit dem {collection} jetzt signiert ist: {fingerprint}.</translation>
    </message>
    <message>
        <source>It has {free} free, and what is new takes {size}.</source>
        <translation>Dort sind {free} frei, und das Neue belegt {size}.</translation>
    </message>
    <message>
        <source>{source} does not say what a computer needs.</source>
        <translation>{source} sagt nicht, was ein Computer braucht.</translation>
    </message>
    <message>
        <source>Such files are written by needs.sh, which lies on every drive.</source>
        <translation>Solche Dateien schreibt needs.sh, das auf jedem Laufwerk liegt.</translation>
    </message>
    <message>
        <source>{source} is damaged, or of a newer version of Satchel.</source>
        <translation>{source} ist beschädigt oder von einer neueren Version von Satchel.</translation>
    </message>
    <message>
        <source>Have it written again on that computer.</source>
        <translation>Lassen Sie die Datei auf jenem Computer noch einmal schreiben.</translation>
    </message>
    <message>
        <source>it has no ostree-metadata</source>
        <translation>es hat kein ostree-metadata</translation>
    </message>
    <message>
        <source>its ostree-metadata does not fit: {problem}</source>
        <translation>sein ostree-metadata passt nicht: {problem}</translation>
    </message>
    <message>
        <source>This computer has no room left: {doing} failed.</source>
        <translation>Auf diesem Computer ist kein Platz mehr: {doing} ist gescheitert.</translation>
    </message>
    <message>
        <source>Make room on this computer, then run the same command again.</source>
        <translation>Schaffen Sie auf diesem Computer Platz und starten Sie dann denselben Befehl noch einmal.</translation>
    </message>
    <message>
        <source>On this computer {doing} failed: {reason} ({place}).</source>
        <translation>Auf diesem Computer ist dies gescheitert: {doing}: {reason} ({place}).</translation>
    </message>
    <message>
        <source>Look at that file or directory, then run the same command again.</source>
        <translation>Sehen Sie sich diese Datei oder diesen Ordner an und starten Sie dann denselben Befehl noch einmal.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>{path} lässt sich nicht schreiben: {reason}.</translation>
    </message>
    <message>
        <source>Name a file in a directory that is there, and in which you may write.</source>
        <translation>Nennen Sie eine Datei in einem Ordner, den es gibt und in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>The checksums by which install.sh recognises damage are not those of {ref}.</source>
        <translation>Die Prüfsummen, an denen install.sh Schäden erkennt, sind nicht die von {ref}.</translation>
    </message>
    <message>
        <source>The folder satchel lacks checksums ({count}), by which install.sh recognises damage: {ref} has none.</source>
        <translation>Im Ordner satchel fehlen Prüfsummen ({count}), an denen install.sh Schäden erkennt: {ref} hat keine.</translation>
    </message>
    <message>
        <source>Computers cannot install {ref}: {why}</source>
        <translation>Computer können {ref} nicht installieren: {why}</translation>
    </message>
    <message>
        <source>Computers that are given the whole drive take {ref} of {day} from {repository} instead.</source>
        <translation>Computer, die das ganze Laufwerk bekommen, nehmen stattdessen {ref} vom {day} aus {repository}.</translation>
    </message>
    <message>
        <source>Computers take the newest of all repositories: update this one, or remove the other.</source>
        <translation>Computer nehmen das Neueste aus allen Repositorys: Aktualisieren Sie dieses, oder entfernen Sie das andere.</translation>
    </message>
    <message>
        <source>{root} is not finished: a job on it was interrupted.</source>
        <translation>{root} ist nicht fertig: Ein Vorgang darauf wurde unterbrochen.</translation>
    </message>
    <message>
        <source>{root} is damaged, so it is not copied: {told}</source>
        <translation>{root} ist beschädigt und wird darum nicht kopiert: {told}</translation>
    </message>
    <message>
        <source>Nothing on it is worse than before.</source>
        <translation>Nichts darauf ist schlechter als vorher.</translation>
    </message>
    <message>
        <source>Computers will not be able to install {ref}: {why}</source>
        <translation>Computer werden {ref} nicht installieren können: {why}</translation>
    </message>
    <message>
        <source>Computers that are given the whole drive take from {place}, where it is newer: {refs}.</source>
        <translation>Computer, die das ganze Laufwerk bekommen, nehmen aus {place}, wo es neuer ist: {refs}.</translation>
    </message>
    <message>
        <source>Update that as well, or remove it.</source>
        <translation>Aktualisieren Sie auch das, oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>Not every computer will take {refs}: {why}.</source>
        <translation>Nicht jeder Computer wird {refs} nehmen: {why}.</translation>
    </message>
    <message>
        <source>Once it is made or updated again, all of them take it.</source>
        <translation>Ist es wieder geschrieben oder aktualisiert, nehmen es alle.</translation>
    </message>
    <message>
        <source>This computer has something newer and will not take: {refs}.</source>
        <translation>Dieser Computer hat Neueres und wird das nicht nehmen: {refs}.</translation>
    </message>
    <message>
        <source>The list that goes along names something newer; without internet computers get an older one of: {refs}.</source>
        <translation>Die Liste, die mitkommt, nennt Neueres; ohne Internet bekommen Computer eine ältere Version von: {refs}.</translation>
    </message>
    <message>
        <source>You take it off.</source>
        <translation>Sie nehmen es herunter.</translation>
    </message>
    <message>
        <source>Nothing else there needs it.</source>
        <translation>Nichts anderes dort braucht es.</translation>
    </message>
    <message>
        <source>It is damaged, and its source does not have it any more.</source>
        <translation>Es ist beschädigt, und seine Quelle hat es nicht mehr.</translation>
    </message>
    <message>
        <source>Its source does not list it any more, or it cannot be had, and of this source computers take only what it lists now.</source>
        <translation>Die Quelle nennt es nicht mehr, oder es ist nicht zu bekommen, und von dieser Quelle nehmen Computer nur, was sie jetzt nennt.</translation>
    </message>
    <message>
        <source>It lies where only what is of another source may lie.</source>
        <translation>Es liegt da, wo nur etwas aus einer anderen Quelle liegen darf.</translation>
    </message>
    <message>
        <source>Nothing else of its source stays there.</source>
        <translation>Sonst bleibt dort nichts von seiner Quelle.</translation>
    </message>
    <message>
        <source>Take these off as well, or leave it there.</source>
        <translation>Nehmen Sie auch diese herunter, oder lassen Sie es dort.</translation>
    </message>
    <message>
        <source>{ref} is taken off the drive. {why}</source>
        <translation>{ref} wird vom Laufwerk genommen. {why}</translation>
    </message>
    <message>
        <source>Computers take from there only what it lists.</source>
        <translation>Computer nehmen von dort nur, was auf ihrer Liste steht.</translation>
    </message>
    <message>
        <source>Its list on the drive is lost or damaged, so that now they take nothing.</source>
        <translation>Ihre Liste auf dem Laufwerk fehlt oder ist beschädigt; so nehmen sie nichts davon.</translation>
    </message>
    <message>
        <source>{ref} cannot come as {remote} lists it: {why}</source>
        <translation>{ref} kann nicht so kommen, wie {remote} es jetzt anbietet: {why}</translation>
    </message>
    <message>
        <source>{remote} does not list {refs} any more.</source>
        <translation>{remote} bietet {refs} nicht mehr an.</translation>
    </message>
    <message>
        <source>What is from {collection} stays as it is: {error}</source>
        <translation>Was von {collection} ist, bleibt, wie es ist: {error}</translation>
    </message>
    <message>
        <source>No known remote has {collection}, and where it is or was, at {url}, nobody can be asked: {error}</source>
        <translation>Keine bekannte Quelle hat {collection}, und wo sie ist oder war, unter {url}, lässt sich niemand fragen: {error}</translation>
    </message>
    <message>
        <source>No known remote has {collection}.</source>
        <translation>Keine bekannte Quelle hat {collection}.</translation>
    </message>
    <message>
        <source>No computer finds anything on {root}: {reason}</source>
        <translation>Kein Computer findet etwas auf {root}: {reason}</translation>
    </message>
    <message>
        <source>Stopped, since it would come to nothing.</source>
        <translation>Angehalten, weil nichts daraus geworden wäre.</translation>
    </message>
    <message>
        <source>No app of a container registry can be installed from this drive.</source>
        <translation>Von diesem Stick lässt sich keine App aus einem Container-Verzeichnis installieren.</translation>
    </message>
    <message>
        <source>Nobody can tell whether it is what its publisher made.</source>
        <translation>Niemand kann sagen, ob es das ist, was sein Herausgeber gemacht hat.</translation>
    </message>
    <message>
        <source>Computers without internet do not learn from it what its source has.</source>
        <translation>Computer ohne Internet erfahren daraus nicht, was die Quelle hat.</translation>
    </message>
    <message>
        <source>Computers with flatpak before 1.8 install nothing of it.</source>
        <translation>Computer mit flatpak vor 1.8 installieren nichts daraus.</translation>
    </message>
    <message>
        <source>It stays as it is.</source>
        <translation>Es bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>{apps} and {count} more cannot be installed from this drive.</source>
        <translation>{apps} und {count} weitere lassen sich von diesem Laufwerk nicht installieren.</translation>
    </message>
    <message>
        <source>{apps} cannot be installed from this drive.</source>
        <translation>{apps} lässt sich von diesem Laufwerk nicht installieren.</translation>
    </message>
    <message>
        <source>{root} does not have the {ref} that it was to get.</source>
        <translation>{root} hat nicht das {ref}, das es bekommen sollte.</translation>
    </message>
    <message>
        <source>Everything was written, but the drive could not be ejected: {message}</source>
        <translation>Alles ist geschrieben, aber das Laufwerk ließ sich nicht auswerfen: {message}</translation>
    </message>
    <message>
        <source>the name {name} cannot be used on a drive</source>
        <translation>der Name {name} ist auf einem Laufwerk nicht zu gebrauchen</translation>
    </message>
    <message>
        <source>its checksum is none</source>
        <translation>seine Prüfsumme ist keine</translation>
    </message>
    <message>
        <source>its size cannot be right</source>
        <translation>seine Größe kann nicht stimmen</translation>
    </message>
    <message>
        <source>it is not at an address of the web</source>
        <translation>es liegt nicht an einer Adresse im Web</translation>
    </message>
    <message>
        <source>it has more parts than any app needs</source>
        <translation>es hat mehr Teile, als eine App braucht</translation>
    </message>
    <message>
        <source>What {url} lists cannot be read.</source>
        <translation>Die Liste von {url} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>It is perhaps no registry of apps. Check its address.</source>
        <translation>Vielleicht ist es kein Verzeichnis von Apps. Prüfen Sie die Adresse.</translation>
    </message>
    <message>
        <source>{image} cannot be read.</source>
        <translation>{image} ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Nothing was used. Tell the people who run the registry.</source>
        <translation>Nichts davon wurde verwendet. Sagen Sie es denen, die das Verzeichnis betreiben.</translation>
    </message>
    <message>
        <source>What {registry} has is not kept on this computer.</source>
        <translation>Was {registry} hat, ist auf diesem Computer nicht aufgehoben.</translation>
    </message>
    <message>
        <source>it is larger than it can be</source>
        <translation>es ist größer, als es sein kann</translation>
    </message>
    <message>
        <source>what it says of its owner is not well-formed</source>
        <translation>was es über seinen Besitzer sagt, ist nicht wohlgeformt</translation>
    </message>
    <message>
        <source>it is too short</source>
        <translation>sie ist zu kurz</translation>
    </message>
    <message>
        <source>its parts lie outside of it</source>
        <translation>ihre Teile liegen außerhalb von ihr</translation>
    </message>
    <message>
        <source>it names no commit</source>
        <translation>sie nennt keinen Commit</translation>
    </message>
    <message>
        <source>it changes one version into another, and has none whole</source>
        <translation>sie ändert eine Version in eine andere und hat keine ganz</translation>
    </message>
    <message>
        <source>its commit is not the one that it names</source>
        <translation>ihr Commit ist nicht der, den sie nennt</translation>
    </message>
    <message>
        <source>some of it would have to be downloaded</source>
        <translation>ein Teil davon müsste heruntergeladen werden</translation>
    </message>
    <message>
        <source>its signatures cannot be read</source>
        <translation>ihre Signaturen sind nicht lesbar</translation>
    </message>
    <message>
        <source>its list of values is damaged</source>
        <translation>ihre Liste der Angaben ist beschädigt</translation>
    </message>
    <message>
        <source>it has more values than there can be</source>
        <translation>sie hat mehr Angaben, als es geben kann</translation>
    </message>
    <message>
        <source>{key} stands in it twice</source>
        <translation>{key} steht zweimal darin</translation>
    </message>
    <message>
        <source>{key} in it is damaged</source>
        <translation>{key} darin ist beschädigt</translation>
    </message>
    <message>
        <source>its list of parts is damaged</source>
        <translation>ihre Liste der Teile ist beschädigt</translation>
    </message>
    <message>
        <source>a part of it is missing</source>
        <translation>ein Teil von ihr fehlt</translation>
    </message>
    <message>
        <source>it ends too early</source>
        <translation>sie endet zu früh</translation>
    </message>
    <message>
        <source>{ref} is damaged: its description cannot be read.</source>
        <translation>{ref} ist beschädigt: Seine Beschreibung ist nicht lesbar.</translation>
    </message>
    <message>
        <source>{ref} is listed, but it is not on the drive.</source>
        <translation>{ref} steht auf der Liste, ist aber nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>What the drive lists as {ref} says that it is {said}.</source>
        <translation>Was auf dem Laufwerk als {ref} steht, sagt selbst, dass es {said} ist.</translation>
    </message>
    <message>
        <source>{ref} cannot be installed from a drive.</source>
        <translation>{ref} lässt sich von keinem Laufwerk installieren.</translation>
    </message>
    <message>
        <source>{ref} does not say what it needs.</source>
        <translation>{ref} sagt nicht, was es braucht.</translation>
    </message>
    <message>
        <source>A part of {ref} has to be downloaded by each computer itself.</source>
        <translation>Einen Teil von {ref} muss jeder Computer selbst herunterladen.</translation>
    </message>
    <message>
        <source>{ref} is not whole: of its files {count} are missing.</source>
        <translation>{ref} ist nicht vollständig: Von seinen Dateien fehlen {count}.</translation>
    </message>
    <message>
        <source>{ref} is damaged: of its files {count} are not as published.</source>
        <translation>{ref} ist beschädigt: Von seinen Dateien sind {count} nicht wie veröffentlicht.</translation>
    </message>
    <message>
        <source>{ref} was put on the drive, and is no longer on its list.</source>
        <translation>{ref} kam auf das Laufwerk und steht nicht mehr auf seiner Liste.</translation>
    </message>
    <message>
        <source>{ref} is not the one that Satchel put on the drive.</source>
        <translation>{ref} ist nicht das, was Satchel auf das Laufwerk gebracht hat.</translation>
    </message>
    <message>
        <source>{ref} is not signed, as nothing from {registry} is, and this computer did not fetch it: only whoever made the drive can know whether it is what was published.</source>
        <translation>{ref} ist nicht signiert, wie alles von {registry}, und dieser Computer hat es nicht geholt: Ob es das Veröffentlichte ist, kann nur wissen, wer das Laufwerk gemacht hat.</translation>
    </message>
    <message>
        <source>Check it on the computer that made the drive, or ask whoever made it.</source>
        <translation>Prüfen Sie es auf dem Computer, der das Laufwerk gemacht hat, oder fragen Sie, wer es gemacht hat.</translation>
    </message>
    <message>
        <source>Files of images that nothing needs: {count}.</source>
        <translation>Dateien von Abbildern, die nichts braucht: {count}.</translation>
    </message>
    <message>
        <source>Without the file {name} no computer finds the images.</source>
        <translation>Ohne die Datei {name} findet kein Computer die Abbilder.</translation>
    </message>
    <message>
        <source>The list of images cannot be read.</source>
        <translation>Die Liste der Abbilder ist nicht lesbar.</translation>
    </message>
    <message>
        <source>With such a file {name} no computer takes the images.</source>
        <translation>Mit einer solchen Datei {name} nimmt kein Computer die Abbilder.</translation>
    </message>
    <message>
        <source>The list of images is not as Satchel writes it: computers may take something else from it than the drive says.</source>
        <translation>Die Liste der Abbilder ist nicht so, wie Satchel sie schreibt: Computer entnehmen ihr vielleicht etwas anderes, als das Laufwerk angibt.</translation>
    </message>
    <message>
        <source>What comes from container registries needs flatpak {version} or newer: {apps}.</source>
        <translation>Was aus Container-Verzeichnissen kommt, braucht flatpak ab {version}: {apps}.</translation>
    </message>
    <message>
        <source>{root} is damaged, so it is not copied: the file {path} is not what it should be.</source>
        <translation>{root} ist beschädigt und wird daher nicht kopiert: Die Datei {path} ist nicht, was sie sein soll.</translation>
    </message>
    <message>
        <source>There is no repository in {path}.</source>
        <translation>In {path} ist kein Repository.</translation>
    </message>
    <message>
        <source>Name a drive that Satchel or flatpak has made, a repository&apos;s directory, or where an image is mounted.</source>
        <translation>Nennen Sie ein Laufwerk, das Satchel oder flatpak erstellt hat, das Verzeichnis eines Repositorys, oder wo ein Abbild eingehängt ist.</translation>
    </message>
    <message>
        <source>Only a part of what {path} offers may be in it; the rest is in {parent}, where nobody looks unasked.</source>
        <translation>Von dem, was {path} anbietet, ist vielleicht nur ein Teil darin; der Rest ist in {parent}, wo ungefragt nicht nachgesehen wird.</translation>
    </message>
    <message>
        <source>Name that as well if you know it.</source>
        <translation>Nennen Sie auch das, wenn Sie es kennen.</translation>
    </message>
    <message>
        <source>The repository in {path} is of the mode {mode}, from which nothing can be taken.</source>
        <translation>Das Repository in {path} hat den Modus {mode}, aus dem sich nichts nehmen lässt.</translation>
    </message>
    <message>
        <source>These can be read: {modes}.</source>
        <translation>Lesbar sind: {modes}.</translation>
    </message>
    <message>
        <source>There is no installation called {name}.</source>
        <translation>Es gibt keine Installation namens {name}.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Es gibt: {names}.</translation>
    </message>
    <message>
        <source>The drive carries all languages, so what is new comes in all of them.</source>
        <translation>Auf dem Laufwerk sind alle Sprachen, deshalb kommt auch Neues in allen.</translation>
    </message>
    <message>
        <source>Where a computer has further languages, flatpak by itself takes no translations: install.sh brings those that are on the drive.</source>
        <translation>Hat ein Computer noch andere Sprachen, nimmt flatpak allein gar keine Übersetzungen: install.sh bringt die, die auf dem Laufwerk sind.</translation>
    </message>
    <message>
        <source>Computers take these translations only as a whole, so they come in all languages: {refs}.</source>
        <translation>Diese Übersetzungen nehmen Computer nur als Ganzes, deshalb kommen sie in allen Sprachen: {refs}.</translation>
    </message>
    <message>
        <source>{ref} has a part that its maker hands out itself, and its publisher does not tell its licence: passing it on may not be allowed.</source>
        <translation>{ref} hat einen Teil, den der Hersteller selbst herausgibt, und der Herausgeber nennt die Lizenz nicht: Weitergeben ist vielleicht nicht erlaubt.</translation>
    </message>
    <message>
        <source>{ref} has a part that its maker hands out itself; its licence is {licence}: passing it on may not be allowed.</source>
        <translation>{ref} hat einen Teil, den der Hersteller selbst herausgibt; die Lizenz ist {licence}: Weitergeben ist vielleicht nicht erlaubt.</translation>
    </message>
    <message>
        <source>Read its terms first. Whoever installs it accepts them as well.</source>
        <translation>Lesen Sie erst die Bedingungen. Wer es installiert, stimmt ihnen ebenfalls zu.</translation>
    </message>
    <message>
        <source>{path} is not there.</source>
        <translation>{path} ist nicht da.</translation>
    </message>
    <message>
        <source>flatpak finds nothing by itself of a source without a collection ID; install.sh and satchel receive install it from there</source>
        <translation>Von einer Quelle ohne Collection-ID findet flatpak von selbst nichts; install.sh und satchel receive installieren es von dort</translation>
    </message>
    <message>
        <source>Nobody vouches for it: it is not signed.</source>
        <translation>Für diese Datei bürgt niemand: Sie ist nicht signiert.</translation>
    </message>
    <message>
        <source>Signed with the key of its source, {source} ({address}).</source>
        <translation>Signiert mit dem Schlüssel ihrer Quelle, {source} ({address}).</translation>
    </message>
    <message>
        <source>Signed with the key of its source, {source}.</source>
        <translation>Signiert mit dem Schlüssel ihrer Quelle, {source}.</translation>
    </message>
    <message>
        <source>Nobody vouches for it: its key is not known here.</source>
        <translation>Für diese Datei bürgt niemand: Ihr Schlüssel ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>it brings a key along, and that has not signed it: flatpak refuses it</source>
        <translation>sie bringt einen Schlüssel mit, und der hat sie nicht signiert: Flatpak lehnt sie ab</translation>
    </message>
    <message>
        <source>a part of it comes from its maker, which flatpak does not fetch for an app in a file</source>
        <translation>einen Teil davon gibt der Hersteller heraus, und den holt flatpak bei einer App aus einer Datei nicht</translation>
    </message>
    <message>
        <source>{name} cannot be trusted: {verdict}</source>
        <translation>{name} ist nicht zu trauen: {verdict}</translation>
    </message>
    <message>
        <source>It was not used. Get it again from the people who offer it.</source>
        <translation>Sie wurde nicht verwendet. Holen Sie sie noch einmal bei denen, die sie anbieten.</translation>
    </message>
    <message>
        <source>{path} cannot be read any more: {reason}.</source>
        <translation>{path} ist nicht mehr lesbar: {reason}.</translation>
    </message>
    <message>
        <source>{path} was changed since the plan was made.</source>
        <translation>{path} wurde verändert, seit der Plan gemacht wurde.</translation>
    </message>
    <message>
        <source>{name} is not kept on this computer.</source>
        <translation>{name} ist auf diesem Computer nicht aufbewahrt.</translation>
    </message>
    <message>
        <source>The terms of the maker of {name} have not been accepted.</source>
        <translation>Den Bedingungen des Herstellers von {name} hat noch niemand zugestimmt.</translation>
    </message>
    <message>
        <source>Choose this drive on the page Drive, and look over what it gets.</source>
        <translation>Wählen Sie dieses Laufwerk auf der Seite „Laufwerk“, und sehen Sie durch, was darauf kommt.</translation>
    </message>
    <message>
        <source>exFAT has no links, and {path} is one.</source>
        <translation>exFAT kennt keine Verknüpfungen, und {path} ist eine.</translation>
    </message>
    <message>
        <source>Choose --fs ext4 or squashfs.</source>
        <translation>Wählen Sie --fs ext4 oder squashfs.</translation>
    </message>
    <message>
        <source>exFAT takes {first} and {second} for one name.</source>
        <translation>Für exFAT sind {first} und {second} derselbe Name.</translation>
    </message>
    <message>
        <source>exFAT cannot have the name {name}.</source>
        <translation>exFAT kann den Namen {name} nicht haben.</translation>
    </message>
    <message>
        <source>{path} has more names than exFAT can hold.</source>
        <translation>{path} hat mehr Einträge, als exFAT fassen kann.</translation>
    </message>
    <message>
        <source>writing the image</source>
        <translation>beim Schreiben des Abbilds</translation>
    </message>
    <message>
        <source>exFAT has no links, which this layout needs.</source>
        <translation>exFAT kennt keine Verknüpfungen, die hierfür gebraucht werden.</translation>
    </message>
    <message>
        <source>There is no directory {path}.</source>
        <translation>Einen Ordner {path} gibt es nicht.</translation>
    </message>
    <message>
        <source>Make it first, or name another place.</source>
        <translation>Legen Sie ihn zuerst an, oder nennen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{path} is not a file that an image could replace.</source>
        <translation>{path} ist keine Datei, die ein Abbild ersetzen könnte.</translation>
    </message>
    <message>
        <source>Name another one; an image is written to a drive by what writes images.</source>
        <translation>Nennen Sie eine andere; auf ein Laufwerk kommt ein Abbild mit einem Programm, das Abbilder schreibt.</translation>
    </message>
    <message>
        <source>There is no room for the image: {needed} are needed, {free} are free.</source>
        <translation>Für das Abbild ist kein Platz: {needed} werden gebraucht, {free} sind frei.</translation>
    </message>
    <message>
        <source>An image of {size} is too small: {needed} are needed.</source>
        <translation>Ein Abbild von {size} ist zu klein: {needed} werden gebraucht.</translation>
    </message>
    <message>
        <source>An image of {size} is too small: more than {needed} are needed.</source>
        <translation>Ein Abbild von {size} ist zu klein: Mehr als {needed} werden gebraucht.</translation>
    </message>
    <message>
        <source>Make it larger with --size, leave --size out, or choose fewer apps.</source>
        <translation>Machen Sie es mit --size größer, lassen Sie --size weg, oder wählen Sie weniger Apps.</translation>
    </message>
    <message>
        <source>This computer has no {program}, which makes such images.</source>
        <translation>Auf diesem Computer fehlt {program}, das solche Abbilder erstellt.</translation>
    </message>
    <message>
        <source>{program} could not make the image: {reason}.</source>
        <translation>{program} konnte das Abbild nicht erstellen: {reason}.</translation>
    </message>
    <message>
        <source>reading what goes into the image</source>
        <translation>beim Lesen dessen, was in das Abbild kommt</translation>
    </message>
    <message>
        <source>{path} is a name that no image has.</source>
        <translation>{path} ist ein Name, den es in keinem Abbild gibt.</translation>
    </message>
    <message>
        <source>Take it away: Satchel has not put it there.</source>
        <translation>Bitte entfernen: Satchel hat das nicht dorthin gelegt.</translation>
    </message>
    <message>
        <source>{path} is neither a file nor a directory nor a link.</source>
        <translation>{path} ist weder Datei noch Ordner noch Verknüpfung.</translation>
    </message>
    <message>
        <source>Take it away: no image has such things.</source>
        <translation>Nehmen Sie es weg: Kein Abbild enthält so etwas.</translation>
    </message>
    <message>
        <source>{path} changed while the image was made.</source>
        <translation>{path} hat sich geändert, während das Abbild erstellt wurde.</translation>
    </message>
    <message>
        <source>Let nothing write there, then run it again.</source>
        <translation>Lassen Sie nichts dorthin schreiben, und starten Sie es noch einmal.</translation>
    </message>
    <message>
        <source>what is compressed in it makes no sense</source>
        <translation>was darin gepackt ist, ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>it ends before what it should hold</source>
        <translation>es endet vor dem, was es enthalten sollte</translation>
    </message>
    <message>
        <source>The image is damaged: {reason}.</source>
        <translation>Das Abbild ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>Copy it or make it again; what is still readable, a program for rescuing may find.</source>
        <translation>Kopieren oder erstellen Sie es noch einmal; was noch lesbar ist, findet vielleicht ein Programm zur Datenrettung.</translation>
    </message>
    <message>
        <source>a directory is in itself</source>
        <translation>ein Ordner liegt in sich selbst</translation>
    </message>
    <message>
        <source>it has more directories than any drive</source>
        <translation>es hat mehr Verzeichnisse als jedes Laufwerk</translation>
    </message>
    <message>
        <source>a directory makes no sense</source>
        <translation>ein Ordner ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>a directory is too large</source>
        <translation>ein Ordner ist zu groß</translation>
    </message>
    <message>
        <source>a file ends before it should</source>
        <translation>eine Datei endet zu früh</translation>
    </message>
    <message>
        <source>where a file is makes no sense</source>
        <translation>wo eine Datei liegt, ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>the file system makes no sense</source>
        <translation>das Dateisystem ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>a name leads nowhere</source>
        <translation>ein Name führt nirgendwohin</translation>
    </message>
    <message>
        <source>a link is too long</source>
        <translation>eine Verknüpfung ist zu lang</translation>
    </message>
    <message>
        <source>parts of a file overlap</source>
        <translation>Teile einer Datei überschneiden sich</translation>
    </message>
    <message>
        <source>The image is of a drive that was not unmounted: not all of it is in place.</source>
        <translation>Das Abbild stammt von einem Laufwerk, das nicht ausgehängt war: Nicht alles ist an seinem Platz.</translation>
    </message>
    <message>
        <source>Mend a copy of it first: e2fsck -f FILE.</source>
        <translation>Bringen Sie zuerst eine Kopie in Ordnung: e2fsck -f DATEI.</translation>
    </message>
    <message>
        <source>The image&apos;s file system has something that Satchel does not read.</source>
        <translation>Das Dateisystem des Abbilds hat etwas, das Satchel nicht liest.</translation>
    </message>
    <message>
        <source>Mount it, and name where it is mounted.</source>
        <translation>Hängen Sie es ein, und nennen Sie den Ort.</translation>
    </message>
    <message>
        <source>a name is too long</source>
        <translation>ein Name ist zu lang</translation>
    </message>
    <message>
        <source>The image has short names only: it was made without Rock Ridge.</source>
        <translation>Das Abbild hat nur kurze Namen: Es wurde ohne Rock Ridge erstellt.</translation>
    </message>
    <message>
        <source>Make it again with Rock Ridge: satchel media --image FILE.iso does.</source>
        <translation>Erstellen Sie es mit Rock Ridge noch einmal: satchel media --image DATEI.iso tut das.</translation>
    </message>
    <message>
        <source>reading the image</source>
        <translation>beim Lesen des Abbilds</translation>
    </message>
    <message>
        <source>{path}: {message}</source>
        <translation>{path}: {message}</translation>
    </message>
    <message>
        <source>It is no image that Satchel reads.</source>
        <translation>Das ist kein Abbild, das Satchel liest.</translation>
    </message>
    <message>
        <source>It reads ext4, exFAT, FAT, squashfs, ISO 9660 and tar.</source>
        <translation>Es liest ext4, exFAT, FAT, squashfs, ISO 9660 und tar.</translation>
    </message>
    <message>
        <source>it has more files than any drive</source>
        <translation>es hat mehr Dateien als jedes Laufwerk</translation>
    </message>
    <message>
        <source>There is no room to unpack the image: {needed} are needed, {free} are free.</source>
        <translation>Zum Entpacken des Abbilds ist kein Platz: {needed} werden gebraucht, {free} sind frei.</translation>
    </message>
    <message>
        <source>Left out are devices and the like, which no drive for apps has: {paths}.</source>
        <translation>Weggelassen sind Geräte und dergleichen, die kein Laufwerk für Apps hat: {paths}.</translation>
    </message>
    <message>
        <source>No partition of the image has a file system that Satchel reads.</source>
        <translation>Keine Partition des Abbilds hat ein Dateisystem, das Satchel liest.</translation>
    </message>
    <message>
        <source>Those are ext4, exFAT, FAT and squashfs. Mount it, and name where it is mounted.</source>
        <translation>Das sind ext4, exFAT, FAT und squashfs. Hängen Sie es ein, und nennen Sie den Ort.</translation>
    </message>
    <message>
        <source>The image is compressed by {name}, which Satchel does not read.</source>
        <translation>Das Abbild ist mit {name} gepackt, was Satchel nicht liest.</translation>
    </message>
    <message>
        <source>Mount it, or unpack it with unsquashfs, and name the directory.</source>
        <translation>Hängen Sie es ein, oder entpacken Sie es mit unsquashfs, und nennen Sie den Ordner.</translation>
    </message>
    <message>
        <source>The archive has files with holes, which Satchel does not read.</source>
        <translation>Das Archiv hat Dateien mit Lücken, die Satchel nicht liest.</translation>
    </message>
    <message>
        <source>Unpack it, and name the directory.</source>
        <translation>Entpacken Sie es, und nennen Sie den Ordner.</translation>
    </message>
    <message>
        <source>the archive makes no sense</source>
        <translation>das Archiv ergibt keinen Sinn</translation>
    </message>
    <message>
        <source>unpacking the image</source>
        <translation>beim Entpacken des Abbilds</translation>
    </message>
    <message>
        <source>{path} is there twice</source>
        <translation>{path} ist zweimal da</translation>
    </message>
    <message>
        <source>{path} leads nowhere</source>
        <translation>{path} führt nirgendwohin</translation>
    </message>
    <message>
        <source>{path} is in what is no directory</source>
        <translation>{path} liegt in etwas, das kein Ordner ist</translation>
    </message>
    <message>
        <source>it has the impossible path {path}</source>
        <translation>es hat den unmöglichen Pfad {path}</translation>
    </message>
    <message>
        <source>--size does not go with {form}, which is as large as what is in it.</source>
        <translation>--size passt nicht zu {form}: Das ist so groß wie das, was darin ist.</translation>
    </message>
    <message>
        <source>Leave it out, or choose --fs ext4 or exfat.</source>
        <translation>Lassen Sie es weg, oder wählen Sie --fs ext4 oder exfat.</translation>
    </message>
    <message>
        <source>Satchel makes no images with {file_system}.</source>
        <translation>Satchel erstellt keine Abbilder mit {file_system}.</translation>
    </message>
    <message>
        <source>--fs goes only with .img: {path} has a form of its own.</source>
        <translation>--fs passt nur zu .img: {path} hat eine eigene Form.</translation>
    </message>
    <message>
        <source>Leave it out, or name a FILE.img.</source>
        <translation>Lassen Sie es weg, oder nennen Sie eine DATEI.img.</translation>
    </message>
    <message>
        <source>What {path} should become is not clear from its name.</source>
        <translation>Was {path} werden soll, sagt der Name nicht.</translation>
    </message>
    <message>
        <source>Name a FILE.img, FILE.iso or FILE.tar, which may end in .gz, .xz or .zst as well.</source>
        <translation>Nennen Sie eine DATEI.img, DATEI.iso oder DATEI.tar, die auch auf .gz, .xz oder .zst enden darf.</translation>
    </message>
    <message>
        <source>{text} is not a size for an image.</source>
        <translation>{text} ist keine Größe für ein Abbild.</translation>
    </message>
    <message>
        <source>Write for example 8G or 7.5GB (as drives are sold), or 8GiB.</source>
        <translation>Schreiben Sie zum Beispiel 8G oder 7.5GB (wie Laufwerke verkauft werden) oder 8GiB.</translation>
    </message>
    <message>
        <source>{place} is not the file any more that the lock file names.</source>
        <translation>{place} ist nicht mehr die Datei, die die Lock-Datei nennt.</translation>
    </message>
    <message>
        <source>Put that back, or lock what there is now: satchel lock --update.</source>
        <translation>Legen Sie diese zurück, oder halten Sie fest, was es jetzt gibt: satchel lock --update.</translation>
    </message>
    <message>
        <source>This computer knows no key of {source}, whose the lock file says {ref} is.</source>
        <translation>Dieser Computer kennt keinen Schlüssel von {source}, von dem {ref} laut Lock-Datei ist.</translation>
    </message>
    <message>
        <source>Add the source first: satchel remotes add.</source>
        <translation>Fügen Sie die Quelle zuerst hinzu: satchel remotes add.</translation>
    </message>
    <message>
        <source>{remote} no longer has {count} of the versions that the lock file names: {refs}.</source>
        <translation>{remote} hat {count} der Versionen nicht mehr, die die Lock-Datei nennt: {refs}.</translation>
    </message>
    <message>
        <source>Where a drive or this computer still has them, name it with --from; or lock what there is now: satchel lock --update.</source>
        <translation>Wenn ein Laufwerk oder dieser Computer sie noch hat, nennen Sie es mit --from; oder halten Sie fest, was es jetzt gibt: satchel lock --update.</translation>
    </message>
    <message>
        <source>{remote} does not hand out the directories of {commit}, so its languages cannot be told apart.</source>
        <translation>{remote} gibt die Verzeichnisse von {commit} nicht heraus; die Sprachen lassen sich deshalb nicht trennen.</translation>
    </message>
    <message>
        <source>{registry} no longer has {ref} ({digest}), which the lock file names.</source>
        <translation>{registry} hat {ref} ({digest}) nicht mehr, das die Lock-Datei nennt.</translation>
    </message>
    <message>
        <source>Lock what there is now: satchel lock --update.</source>
        <translation>Halten Sie fest, was es jetzt gibt: satchel lock --update.</translation>
    </message>
    <message>
        <source>This computer does not know the registry {url}, of which the lock file names {ref}.</source>
        <translation>Dieser Computer kennt die Registry {url} nicht, von der die Lock-Datei {ref} nennt.</translation>
    </message>
    <message>
        <source>Name it: --remote {url}.</source>
        <translation>Nennen Sie sie: --remote {url}.</translation>
    </message>
    <message>
        <source>The list of {collection} in the lock file does not fit the rest: {error}.</source>
        <translation>Die Liste von {collection} in der Lock-Datei passt nicht zum Rest: {error}.</translation>
    </message>
    <message>
        <source>Make it again: satchel lock --update.</source>
        <translation>Erstellen Sie sie neu: satchel lock --update.</translation>
    </message>
    <message>
        <source>The {path} of {remote} in the lock file is not signed as it has to be: {verdict}</source>
        <translation>{path} von {remote} in der Lock-Datei ist nicht so signiert, wie es sein muss: {verdict}</translation>
    </message>
    <message>
        <source>Nothing was used. Lock it again: satchel lock --update.</source>
        <translation>Nichts davon wurde verwendet. Erstellen Sie die Lock-Datei neu: satchel lock --update.</translation>
    </message>
    <message>
        <source>{name} is larger than any lock file can be.</source>
        <translation>{name} ist größer, als eine Lock-Datei sein kann.</translation>
    </message>
    <message>
        <source>{name} was made by a later version of Satchel.</source>
        <translation>{name} stammt von einer neueren Version von Satchel.</translation>
    </message>
    <message>
        <source>Update Satchel.</source>
        <translation>Aktualisieren Sie Satchel.</translation>
    </message>
    <message>
        <source>{name} is no lock file of Satchel&apos;s, or it was damaged.</source>
        <translation>{name} ist keine Lock-Datei von Satchel oder wurde beschädigt.</translation>
    </message>
    <message>
        <source>Make it again: satchel lock -o FILE APP…</source>
        <translation>Erstellen Sie sie neu: satchel lock -o DATEI APP&#xa0;…</translation>
    </message>
    <message>
        <source>The lock file does not name it.</source>
        <translation>Die Lock-Datei nennt es nicht.</translation>
    </message>
    <message>
        <source>The drive has what the lock file does not name: {refs}.</source>
        <translation>Auf dem Laufwerk ist etwas, das die Lock-Datei nicht nennt: {refs}.</translation>
    </message>
    <message>
        <source>Take an empty drive, or take it off first: satchel remove.</source>
        <translation>Nehmen Sie ein leeres Laufwerk, oder entfernen Sie es zuerst: satchel remove.</translation>
    </message>
    <message>
        <source>The drive has apps of another source that is called {name} as well.</source>
        <translation>Auf dem Laufwerk sind Apps einer anderen Quelle, die ebenfalls {name} heißt.</translation>
    </message>
    <message>
        <source>Take an empty drive.</source>
        <translation>Nehmen Sie ein leeres Laufwerk.</translation>
    </message>
    <message>
        <source>The lock file names the address {url} for {remote}; this computer knows it at {known}.</source>
        <translation>Die Lock-Datei nennt für {remote} die Adresse {url}; dieser Computer kennt die Quelle unter {known}.</translation>
    </message>
    <message>
        <source>Computers that get the drive may look for updates there: take lock files of people you know.</source>
        <translation>Computer, die das Laufwerk bekommen, suchen Updates vielleicht dort: Nehmen Sie nur Lock-Dateien von Leuten, die Sie kennen.</translation>
    </message>
    <message>
        <source>The key or a signature of {remote} in the lock file has ended: computers that get only this drive refuse it.</source>
        <translation>Der Schlüssel oder eine Signatur von {remote} in der Lock-Datei ist abgelaufen: Computer, die nur dieses Laufwerk bekommen, lehnen es ab.</translation>
    </message>
    <message>
        <source>Lock it again: satchel lock --update.</source>
        <translation>Erstellen Sie die Lock-Datei neu: satchel lock --update.</translation>
    </message>
    <message>
        <source>The lock file does not say when {ref} was made.</source>
        <translation>Die Lock-Datei sagt nicht, wann {ref} erstellt wurde.</translation>
    </message>
    <message>
        <source>The lock file names files of extra data that {ref} does not name.</source>
        <translation>Die Lock-Datei nennt Zusatzdateien, die {ref} nicht nennt.</translation>
    </message>
    <message>
        <source>Nobody has signed what the lock file has of {remote}.</source>
        <translation>Was die Lock-Datei von {remote} nennt, hat niemand signiert.</translation>
    </message>
    <message>
        <source>--allow-unsigned takes it all the same.</source>
        <translation>--allow-unsigned nimmt es trotzdem.</translation>
    </message>
    <message>
        <source>The lock file names a directory of this computer that is none of its sources: {url}.</source>
        <translation>Die Lock-Datei nennt einen Ordner dieses Computers, der keine seiner Quellen ist: {url}.</translation>
    </message>
    <message>
        <source>Add it first: satchel remotes add.</source>
        <translation>Fügen Sie ihn zuerst hinzu: satchel remotes add.</translation>
    </message>
    <message>
        <source>What the lock file says of {collection} contradicts itself.</source>
        <translation>Was die Lock-Datei über {collection} sagt, widerspricht sich.</translation>
    </message>
    <message>
        <source>The lock file leads computers to {url} for {remote}, which is not where its publisher is known to be.</source>
        <translation>Die Lock-Datei führt Computer für {remote} zu {url}; dort ist der Anbieter, soweit bekannt, nicht.</translation>
    </message>
    <message>
        <source>If it has moved there, name the source: --remote FILE.flatpakrepo.</source>
        <translation>Ist er dorthin umgezogen, nennen Sie die Quelle: --remote DATEI.flatpakrepo.</translation>
    </message>
    <message>
        <source>This computer knows no key of {remote}, so nobody vouches for what the lock file names. Its key is said to be {keys}.</source>
        <translation>Dieser Computer kennt keinen Schlüssel von {remote}; für das, was die Lock-Datei nennt, bürgt also niemand. Der Schlüssel soll {keys} sein.</translation>
    </message>
    <message>
        <source>Compare it, and name the source: --remote FILE.flatpakrepo.</source>
        <translation>Vergleichen Sie ihn und nennen Sie die Quelle: --remote DATEI.flatpakrepo.</translation>
    </message>
    <message>
        <source>What the lock file has of {remote} is signed by {keys}, and this computer knows other keys for it.</source>
        <translation>Was die Lock-Datei von {remote} nennt, ist mit {keys} signiert; dieser Computer kennt dafür andere Schlüssel.</translation>
    </message>
    <message>
        <source>If the source has changed its key, lock it again: satchel lock --update.</source>
        <translation>Hat die Quelle ihren Schlüssel gewechselt, erstellen Sie die Lock-Datei neu: satchel lock --update.</translation>
    </message>
    <message>
        <source>The lock file hands out a key for {remote} that this computer does not know: {keys}.</source>
        <translation>Die Lock-Datei gibt für {remote} einen Schlüssel weiter, den dieser Computer nicht kennt: {keys}.</translation>
    </message>
    <message>
        <source>the catalogue is damaged</source>
        <translation>das Verzeichnis der Apps ist beschädigt</translation>
    </message>
    <message>
        <source>it is not there</source>
        <translation>es ist nicht da</translation>
    </message>
    <message>
        <source>{object_name}: {reason}.</source>
        <translation>{object_name}: {reason}.</translation>
    </message>
    <message>
        <source>satchel publish {path} makes anew what is damaged.</source>
        <translation>satchel publish {path} macht neu, was beschädigt ist.</translation>
    </message>
    <message>
        <source>The lists of {collection} cannot be read: {reason}.</source>
        <translation>Die Listen von {collection} lassen sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{subject}: {judgement}</source>
        <translation>{subject}: {judgement}</translation>
    </message>
    <message>
        <source>the difference of two lists is damaged</source>
        <translation>der Unterschied zweier Listen ist beschädigt</translation>
    </message>
    <message>
        <source>The list {digest}: {reason}.</source>
        <translation>Die Liste {digest}: {reason}.</translation>
    </message>
    <message>
        <source>{ref} is another one in {name} than the repository has.</source>
        <translation>{ref} ist in {name} ein anderes, als das Repository hat.</translation>
    </message>
    <message>
        <source>The commit of {ref} was made for something else.</source>
        <translation>Die Version von {ref} wurde für etwas anderes gemacht.</translation>
    </message>
    <message>
        <source>the catalogue is not well-formed XML</source>
        <translation>das Verzeichnis der Apps ist kein wohlgeformtes XML</translation>
    </message>
    <message>
        <source>the catalogue has a document type</source>
        <translation>das Verzeichnis der Apps hat einen Dokumenttyp</translation>
    </message>
    <message>
        <source>the catalogue has more elements than any app</source>
        <translation>der Katalog hat mehr Elemente als jede App</translation>
    </message>
    <message>
        <source>{path} is damaged.</source>
        <translation>{path} ist beschädigt.</translation>
    </message>
    <message>
        <source>Put it back from a copy, or publish into another directory.</source>
        <translation>Stellen Sie es aus einer Sicherung wieder her, oder veröffentlichen Sie in ein anderes Verzeichnis.</translation>
    </message>
    <message>
        <source>looking at what is published</source>
        <translation>beim Ansehen dessen, was veröffentlicht ist</translation>
    </message>
    <message>
        <source>publishing</source>
        <translation>beim Veröffentlichen</translation>
    </message>
    <message>
        <source>{ref} is not published; it cannot be in the subset {subset}.</source>
        <translation>{ref} ist nicht veröffentlicht; es kann nicht zur Teilmenge {subset} gehören.</translation>
    </message>
    <message>
        <source>Something of what is to be published is missing in {path}.</source>
        <translation>In {path} fehlt etwas von dem, was veröffentlicht werden soll.</translation>
    </message>
    <message>
        <source>satchel repair {path} brings it back.</source>
        <translation>satchel repair {path} bringt es zurück.</translation>
    </message>
    <message>
        <source>{directory} is not empty.</source>
        <translation>{directory} ist nicht leer.</translation>
    </message>
    <message>
        <source>Name a new directory; what is published there is kept up by publish alone.</source>
        <translation>Nennen Sie ein neues Verzeichnis; was dort veröffentlicht ist, pflegt allein publish.</translation>
    </message>
    <message>
        <source>{directory} was published by another user of this computer.</source>
        <translation>{directory} wurde von einem anderen Benutzer dieses Computers veröffentlicht.</translation>
    </message>
    <message>
        <source>Publish as that user, or into another directory.</source>
        <translation>Veröffentlichen Sie als dieser Benutzer, oder in ein anderes Verzeichnis.</translation>
    </message>
    <message>
        <source>{ref} comes as a file, a bundle, of which no repository is made.</source>
        <translation>{ref} kommt als Datei (Bundle), aus der kein Repository gemacht wird.</translation>
    </message>
    <message>
        <source>Name the source that has it, or hand on the file as it is.</source>
        <translation>Nennen Sie die Quelle, die es hat, oder geben Sie die Datei weiter, wie sie ist.</translation>
    </message>
    <message>
        <source>{ref} comes from a container registry, and a repository has no images.</source>
        <translation>{ref} kommt aus einer Container-Registry, und ein Repository hat keine Images.</translation>
    </message>
    <message>
        <source>Name another source that has it, or put it on a drive with satchel make.</source>
        <translation>Nennen Sie eine andere Quelle, die es hat, oder bringen Sie es mit satchel make auf ein Laufwerk.</translation>
    </message>
    <message>
        <source>{ref} was locked in some languages only, and who adds a repository chooses among all.</source>
        <translation>{ref} wurde nur in manchen Sprachen festgehalten, und wer ein Repository hinzufügt, wählt unter allen.</translation>
    </message>
    <message>
        <source>Lock it for that with --language all.</source>
        <translation>Halten Sie es dafür mit --language all fest.</translation>
    </message>
    <message>
        <source>{ref} is not complete in {path}.</source>
        <translation>{ref} ist in {path} nicht vollständig.</translation>
    </message>
    <message>
        <source>Publish it again: what is missing is fetched then.</source>
        <translation>Veröffentlichen Sie es noch einmal: Dann wird geholt, was fehlt.</translation>
    </message>
    <message>
        <source>{ref} comes from {first} and from {second}; a repository has it once.</source>
        <translation>{ref} kommt von {first} und von {second}; ein Repository hat es nur einmal.</translation>
    </message>
    <message>
        <source>Take it off with --without, and name it with its remote.</source>
        <translation>Nehmen Sie es mit --without heraus, und nennen Sie es mit seiner Quelle.</translation>
    </message>
    <message>
        <source>To install {ref}, which comes from a container registry, flatpak {needed} is needed; here is {version}.</source>
        <translation>Um {ref} zu installieren, das aus einer Container-Registry kommt, wird flatpak {needed} gebraucht; hier ist {version}.</translation>
    </message>
    <message>
        <source>Leave it out, or choose --layout stick or iso-root.</source>
        <translation>Lassen Sie es weg, oder wählen Sie --layout stick oder iso-root.</translation>
    </message>
    <message>
        <source>making the installation</source>
        <translation>beim Installieren in das System</translation>
    </message>
    <message>
        <source>flatpak has not installed everything.</source>
        <translation>flatpak hat nicht alles installiert.</translation>
    </message>
    <message>
        <source>It said: {said}</source>
        <translation>Es sagte: {said}</translation>
    </message>
    <message>
        <source>{ref} was not installed.</source>
        <translation>{ref} wurde nicht installiert.</translation>
    </message>
    <message>
        <source>The lists by which desktops find icons and file types could not be made here, as in containers where nothing can be sandboxed.</source>
        <translation>Die Listen, mit denen Desktops Symbole und Dateitypen finden, ließen sich hier nicht erstellen, wie in Containern, in denen nichts abgeschottet werden kann.</translation>
    </message>
    <message>
        <source>flatpak makes them with the next app that is installed or updated. To have them at once, run in the finished system, as root: {command}</source>
        <translation>flatpak erstellt sie mit der nächsten App, die installiert oder aktualisiert wird. Damit sie sofort da sind, führen Sie im fertigen System als root aus: {command}</translation>
    </message>
    <message>
        <source>Nobody vouches for {refs}, and with this layout nobody is asked who installs it.</source>
        <translation>Niemand bürgt für {refs}, und bei diesem Aufbau wird niemand gefragt, der es installiert.</translation>
    </message>
    <message>
        <source>If you trust where it comes from, agree for them with --allow-unsigned.</source>
        <translation>Wenn Sie der Herkunft vertrauen, stimmen Sie mit --allow-unsigned für sie zu.</translation>
    </message>
    <message>
        <source>writing the files for the system</source>
        <translation>beim Schreiben der Dateien für das System</translation>
    </message>
    <message>
        <source>putting the files in their places</source>
        <translation>beim Einsetzen der Dateien an ihre Plätze</translation>
    </message>
    <message>
        <source>making the directory</source>
        <translation>beim Anlegen des Verzeichnisses</translation>
    </message>
    <message>
        <source>looking into the directory</source>
        <translation>beim Ansehen des Verzeichnisses</translation>
    </message>
    <message>
        <source>making room for what is made</source>
        <translation>beim Vorbereiten des Platzes dafür</translation>
    </message>
    <message>
        <source>{out} is this computer&apos;s own system.</source>
        <translation>{out} ist das System dieses Computers selbst.</translation>
    </message>
    <message>
        <source>To install apps here use flatpak, or satchel receive with a drive.</source>
        <translation>Um Apps hier zu installieren, nehmen Sie flatpak, oder satchel receive mit einem Laufwerk.</translation>
    </message>
    <message>
        <source>{path} leads out of {out}.</source>
        <translation>{path} führt aus {out} hinaus.</translation>
    </message>
    <message>
        <source>Make it a directory, or a relative link.</source>
        <translation>Machen Sie daraus ein Verzeichnis oder einen relativen Verweis.</translation>
    </message>
    <message>
        <source>locking the directory</source>
        <translation>beim Sperren des Verzeichnisses</translation>
    </message>
    <message>
        <source>Something else is being made in {out} just now.</source>
        <translation>In {out} wird gerade etwas anderes gemacht.</translation>
    </message>
    <message>
        <source>Wait for it, or name another directory.</source>
        <translation>Warten Sie, bis es fertig ist, oder nennen Sie ein anderes Verzeichnis.</translation>
    </message>
    <message>
        <source>There are other things in {out}: {names}.</source>
        <translation>In {out} sind andere Dinge: {names}.</translation>
    </message>
    <message>
        <source>Name a directory that is empty or not there, or one that satchel media has made.</source>
        <translation>Nennen Sie ein Verzeichnis, das leer ist oder noch nicht existiert, oder eines, das satchel media gemacht hat.</translation>
    </message>
    <message>
        <source>{path} is not of satchel media.</source>
        <translation>{path} ist nicht von satchel media.</translation>
    </message>
    <message>
        <source>Remove it, or name another directory.</source>
        <translation>Entfernen Sie es, oder nennen Sie ein anderes Verzeichnis.</translation>
    </message>
    <message>
        <source>Avahi, which does that, does not answer.</source>
        <translation>Avahi, das dafür da ist, antwortet nicht.</translation>
    </message>
    <message>
        <source>Avahi, which does that, refuses ({reason}).</source>
        <translation>Avahi, das dafür da ist, lehnt ab ({reason}).</translation>
    </message>
    <message>
        <source>Other computers on the network find this by themselves: {ids}.</source>
        <translation>Andere Computer im Netzwerk finden dies von selbst: {ids}.</translation>
    </message>
    <message>
        <source>Not {names}: without a collection ID nobody can look for it.</source>
        <translation>Nicht {names}: ohne Sammlungskennung kann niemand danach suchen.</translation>
    </message>
    <message>
        <source>Other computers do not find this by themselves: {reason}</source>
        <translation>Andere Computer finden dies nicht von selbst: {reason}</translation>
    </message>
    <message>
        <source>Avahi, which does that, is not running.</source>
        <translation>Avahi, das dafür da ist, läuft nicht.</translation>
    </message>
    <message>
        <source>Install and start the package avahi-daemon.</source>
        <translation>Installieren und starten Sie das Paket avahi-daemon.</translation>
    </message>
    <message>
        <source>there is no system bus here.</source>
        <translation>hier gibt es keinen Systembus.</translation>
    </message>
    <message>
        <source>Install and start the packages dbus and avahi-daemon.</source>
        <translation>Installieren und starten Sie die Pakete dbus und avahi-daemon.</translation>
    </message>
    <message>
        <source>none of its sources has a name by which others could look for it.</source>
        <translation>keine seiner Quellen hat einen Namen, unter dem andere danach suchen könnten.</translation>
    </message>
    <message>
        <source>That takes a collection ID; use the command on the page that is served instead.</source>
        <translation>Dafür braucht es eine Sammlungskennung; benutzen Sie stattdessen den Befehl auf der Seite, die angeboten wird.</translation>
    </message>
    <message>
        <source>nothing of it is whole on the drives that are here.</source>
        <translation>auf den Laufwerken, die da sind, ist nichts davon vollständig.</translation>
    </message>
    <message>
        <source>What upstream would have to be asked for is never announced.</source>
        <translation>Was erst aus dem Internet geholt werden müsste, wird nie angekündigt.</translation>
    </message>
    <message>
        <source>it is served to this computer only.</source>
        <translation>es wird nur diesem Computer angeboten.</translation>
    </message>
    <message>
        <source>Leave out the address behind --listen, or name one of the network&apos;s.</source>
        <translation>Lassen Sie die Adresse hinter --listen weg, oder nennen Sie eine im Netzwerk.</translation>
    </message>
    <message>
        <source>what looks for it does so without encryption, and here is TLS only.</source>
        <translation>gesucht wird danach ohne Verschlüsselung, und hier gibt es nur TLS.</translation>
    </message>
    <message>
        <source>Leave out --tls-certificate; what is installed is signed by its publisher anyway.</source>
        <translation>Lassen Sie --tls-certificate weg; was installiert wird, hat sein Herausgeber ohnehin signiert.</translation>
    </message>
    <message>
        <source>the network does not take its name.</source>
        <translation>im Netzwerk ist sein Name schon vergeben.</translation>
    </message>
    <message>
        <source>Nothing on {root} can be served.</source>
        <translation>Nichts auf {root} lässt sich im Netzwerk anbieten.</translation>
    </message>
    <message>
        <source>Somebody writes to {root}: what is new on it is handed out when that is done, and what it replaces may not be had any more.</source>
        <translation>Auf {root} wird gerade geschrieben: Was neu ist, wird weitergegeben, sobald das beendet ist; was dadurch ersetzt wird, ist vielleicht nicht mehr zu haben.</translation>
    </message>
    <message>
        <source>The web server nginx is not installed.</source>
        <translation>Der Webserver nginx ist nicht installiert.</translation>
    </message>
    <message>
        <source>Install the package nginx-light (Debian, Ubuntu) or nginx-core (Fedora), or nginx.</source>
        <translation>Installieren Sie das Paket nginx-light (Debian, Ubuntu) oder nginx-core (Fedora), sonst nginx.</translation>
    </message>
    <message>
        <source>Another program listens on port {port} already.</source>
        <translation>Auf Port {port} lauscht schon ein anderes Programm.</translation>
    </message>
    <message>
        <source>Choose another one: --listen 0.0.0.0:8081, or :0 for any that is free.</source>
        <translation>Wählen Sie einen anderen: --listen 0.0.0.0:8081; Port 0 ist irgendein freier.</translation>
    </message>
    <message>
        <source>You may not listen on port {port}.</source>
        <translation>Auf Port {port} dürfen Sie nicht lauschen.</translation>
    </message>
    <message>
        <source>Ports below 1024 are for root: choose a higher one.</source>
        <translation>Ports unter 1024 sind root vorbehalten: Wählen Sie einen höheren.</translation>
    </message>
    <message>
        <source>The web server does not run: {said}.</source>
        <translation>Der Webserver läuft nicht: {said}.</translation>
    </message>
    <message>
        <source>{text} is not where one can listen.</source>
        <translation>{text} ist nichts, wo man lauschen könnte.</translation>
    </message>
    <message>
        <source>Give address and port, for example 192.168.1.5:8080, [::1]:8080 or :8080.</source>
        <translation>Geben Sie Adresse und Port an, zum Beispiel 192.168.1.5:8080 oder [::1]:8080.</translation>
    </message>
    <message>
        <source>This computer does not have the address {address}: {reason}.</source>
        <translation>Dieser Computer hat die Adresse {address} nicht: {reason}.</translation>
    </message>
    <message>
        <source>Root starts the web server, which reads as another user, and no other can read it: start satchel serve as yourself.</source>
        <translation>Root startet den Webserver, der als jemand anderes liest, und niemand sonst kann es lesen: Starten Sie satchel serve als Sie selbst.</translation>
    </message>
    <message>
        <source>{certificate} is not valid: {reason}.</source>
        <translation>{certificate} ist nicht gültig: {reason}.</translation>
    </message>
    <message>
        <source>{certificate} and {key} cannot be used: {reason}.</source>
        <translation>{certificate} und {key} lassen sich nicht benutzen: {reason}.</translation>
    </message>
    <message>
        <source>Give a certificate and its key as PEM, without a password.</source>
        <translation>Geben Sie ein Zertifikat und seinen Schlüssel als PEM an, ohne Passwort.</translation>
    </message>
    <message>
        <source>{certificate} or {key} cannot be read: {reason}.</source>
        <translation>{certificate} oder {key} lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{label}: its list of {made} is served now.</source>
        <translation>{label}: Jetzt wird die Liste vom {made} weitergegeben.</translation>
    </message>
    <message>
        <source>{label}: another list of it is served now.</source>
        <translation>{label}: Jetzt wird eine andere Liste weitergegeben.</translation>
    </message>
    <message>
        <source>{label} cannot be reached: what is here goes on being served. {reason}</source>
        <translation>{label} ist nicht erreichbar: Was hier ist, wird weiter verteilt. {reason}</translation>
    </message>
    <message>
        <source>{label} answers again.</source>
        <translation>{label} antwortet wieder.</translation>
    </message>
    <message>
        <source>{objects} of {total} objects were fetched, {size}.</source>
        <translation>{objects} von {total} Objekten sind geladen, {size}.</translation>
    </message>
    <message>
        <source>What was wanted beforehand is here: {refs} refs, {size} fetched.</source>
        <translation>Was vorab gewünscht war, ist da: {refs} Teile, {size} geladen.</translation>
    </message>
    <message>
        <source>Of what was wanted beforehand {missing} objects did not come.</source>
        <translation>Von dem, was vorab gewünscht war, sind {missing} Objekte nicht angekommen.</translation>
    </message>
    <message>
        <source>{address} is no upstream of {collection}.</source>
        <translation>{address} ist keine Quelle von {collection}.</translation>
    </message>
    <message>
        <source>{label} sent signatures of {ref} that cannot be trusted: nobody gets them.</source>
        <translation>{label} hat zu {ref} Signaturen geschickt, denen nicht zu trauen ist: Niemand bekommt sie.</translation>
    </message>
    <message>
        <source>It took too long.</source>
        <translation>Es hat zu lange gedauert.</translation>
    </message>
    <message>
        <source>This computer does not know the source that {label} comes from, so nothing more of it can be fetched.</source>
        <translation>Dieser Rechner kennt die Quelle nicht, aus der {label} kommt; deshalb lässt sich nichts weiter daraus laden.</translation>
    </message>
    <message>
        <source>Add it with flatpak remote-add.</source>
        <translation>Fügen Sie sie mit flatpak remote-add hinzu.</translation>
    </message>
    <message>
        <source>{label} wants a password or a certificate: nothing more of it is fetched for others.</source>
        <translation>{label} verlangt ein Passwort oder ein Zertifikat: Für andere wird nichts weiter daraus geladen.</translation>
    </message>
    <message>
        <source>{label}: {error}</source>
        <translation>{label}: {error}</translation>
    </message>
    <message>
        <source>{place} cannot be written to ({reason}): what comes from upstream is handed on and not kept, until there is room again.</source>
        <translation>In {place} kann nicht geschrieben werden ({reason}): Was aus der Quelle kommt, wird weitergegeben und nicht behalten, bis wieder Platz ist.</translation>
    </message>
    <message>
        <source>{place}: what comes from upstream is kept again.</source>
        <translation>{place}: Was aus der Quelle kommt, wird wieder behalten.</translation>
    </message>
    <message>
        <source>Whoever made the drive had no list of {collection}: nothing on it tells whether there is anything newer.</source>
        <translation>Wer das Laufwerk erstellt hat, hatte keine Liste von {collection}: Nichts darauf sagt, ob es Neueres gibt.</translation>
    </message>
    <message>
        <source>A lock file decided what is there of {collection}: nothing on the drive tells whether there is anything newer.</source>
        <translation>Was von {collection} da ist, hat eine Lock-Datei bestimmt: Das Laufwerk sagt nicht, ob es Neueres gibt.</translation>
    </message>
    <message>
        <source>satchel update brings the newest, and its list.</source>
        <translation>satchel update bringt das Neueste samt Liste.</translation>
    </message>
    <message>
        <source>The program openssl, which signs with Ed25519 keys, is missing.</source>
        <translation>Das Programm openssl, das mit Ed25519-Schlüsseln signiert, fehlt.</translation>
    </message>
    <message>
        <source>Install the package openssl.</source>
        <translation>Installieren Sie das Paket openssl.</translation>
    </message>
    <message>
        <source>{key} is no Ed25519 key that openssl can sign with.</source>
        <translation>{key} ist kein Ed25519-Schlüssel, mit dem openssl signieren kann.</translation>
    </message>
    <message>
        <source>openssl genpkey -algorithm ed25519 -out FILE makes one; without a passphrase.</source>
        <translation>openssl genpkey -algorithm ed25519 -out DATEI macht einen, ohne Passwort.</translation>
    </message>
    <message>
        <source>{root} is damaged: {object} is not what it should be ({reason}). It is not handed out from there any more.</source>
        <translation>{root} ist beschädigt: {object} ist nicht, was es sein soll ({reason}). Es wird von dort nicht mehr weitergegeben.</translation>
    </message>
    <message>
        <source>All that is stored on {root} was read: damaged are {count} objects.</source>
        <translation>Alles, was auf {root} gespeichert ist, wurde gelesen: beschädigt sind {count} Objekte.</translation>
    </message>
    <message>
        <source>{place} has no room for what is new ({reason}): what was served before goes on being served until there is.</source>
        <translation>In {place} ist kein Platz für Neues ({reason}): Bis welcher da ist, wird weiter verteilt, was vorher verteilt wurde.</translation>
    </message>
    <message>
        <source>{computer} may see only a part of {remote} ({subset}), and no drive has its list.</source>
        <translation>{computer} darf nur einen Teil von {remote} sehen ({subset}), und kein Laufwerk hat dessen Liste.</translation>
    </message>
    <message>
        <source>There: flatpak remote-modify --subset= NAME. Or serve with --upstream.</source>
        <translation>Dort: flatpak remote-modify --subset= NAME. Oder mit --upstream weitergeben.</translation>
    </message>
    <message>
        <source>{computer} wants apps of {remote} for {arch}, and no drive has any.</source>
        <translation>{computer} möchte Apps von {remote} für {arch}, und kein Laufwerk hat welche.</translation>
    </message>
    <message>
        <source>Make a drive with --arch {arch}, or serve with --upstream.</source>
        <translation>Machen Sie ein Laufwerk mit --arch {arch}, oder geben Sie mit --upstream weiter.</translation>
    </message>
    <message>
        <source>install.sh on the drive, and satchel receive, install it.</source>
        <translation>install.sh auf dem Laufwerk und satchel receive installieren es.</translation>
    </message>
    <message>
        <source>{ref} is on {stick} as an image of the container registry {registry}, which flatpak by itself does not look at.</source>
        <translation>{ref} ist auf {stick} als Abbild der Container-Registry {registry}, wonach flatpak von sich aus nicht sieht.</translation>
    </message>
    <message>
        <source>{stick} has {ref} as a file, which flatpak by itself does not look at: what runs on it is installed by install.sh on the drive, or by satchel receive.</source>
        <translation>{stick} hat {ref} als Datei, nach der flatpak von selbst nicht sieht: Was darauf läuft, installiert install.sh auf dem Laufwerk oder satchel receive.</translation>
    </message>
    <message>
        <source>{registry} is a container registry: of its images nothing is resolved.</source>
        <translation>{registry} ist eine Container-Registry: Für ihre Abbilder wird nichts ermittelt.</translation>
    </message>
    <message>
        <source>satchel info {ref} tells what it offers.</source>
        <translation>satchel info {ref} sagt, was sie anbietet.</translation>
    </message>
    <message>
        <source>{ref} is on {stick} as a file, which flatpak by itself does not look at.</source>
        <translation>{ref} ist auf {stick} als Datei, nach der flatpak von selbst nicht sieht.</translation>
    </message>
    <message>
        <source>This computer has no library for {kind}: {file}.</source>
        <translation>Auf diesem Computer fehlt eine Bibliothek für {kind}: {file}.</translation>
    </message>
    <message>
        <source>Install it (on Debian the package {packages}), or unpack the image yourself and name the directory.</source>
        <translation>Installieren Sie sie (bei Debian das Paket {packages}), oder entpacken Sie das Abbild selbst und nennen Sie das Verzeichnis.</translation>
    </message>
    <message>
        <source>The object {name} is too large for the file system.</source>
        <translation>Das Objekt {name} ist zu groß für das Dateisystem.</translation>
    </message>
    <message>
        <source>{computer} holds {count} connections open: it gets no more of them until it has ended some, so that there is room for the others.</source>
        <translation>{computer} hält {count} Verbindungen offen: Er bekommt keine weiteren, bis er einige beendet hat, damit Platz für die anderen bleibt.</translation>
    </message>
    <message>
        <source>There is no room for both: what comes off the drive goes before anything is written, which makes {size} free.</source>
        <translation>Für beides ist kein Platz: Was vom Laufwerk kommt, geht, bevor etwas geschrieben wird; dadurch werden {size} frei.</translation>
    </message>
    <message>
        <source>Another program has changed what is there since the plan was made.</source>
        <translation>Ein anderes Programm hat geändert, was dort ist, seit der Plan gemacht wurde.</translation>
    </message>
    <message>
        <source>install.sh on the drive, and satchel receive, install what is there.</source>
        <translation>install.sh auf dem Laufwerk und satchel receive installieren, was da ist.</translation>
    </message>
    <message>
        <source>install.sh on the drive, and satchel receive, put it where flatpak looks.</source>
        <translation>install.sh auf dem Laufwerk und satchel receive legen ihn dorthin, wo flatpak nachsieht.</translation>
    </message>
    <message>
        <source>{stick} has only a part of the translations in {ref} ({languages}): a computer that wants another one as well gets none of them by flatpak alone.</source>
        <translation>{stick} hat nur einen Teil der Übersetzungen in {ref} ({languages}): Ein Computer, der noch eine andere will, bekommt durch flatpak allein keine davon.</translation>
    </message>
    <message>
        <source>A part of {ref} is handed out by its maker: flatpak alone asks there for it, also where {stick} has it.</source>
        <translation>Einen Teil von {ref} gibt der Hersteller heraus: flatpak allein fragt dort danach, auch wenn {stick} ihn hat.</translation>
    </message>
    <message>
        <source>another program is installing from the drive</source>
        <translation>ein anderes Programm installiert gerade vom Laufwerk</translation>
    </message>
    <message>
        <source>{program} (process {pid}) is installing from the drive</source>
        <translation>{program} (Prozess {pid}) installiert gerade vom Laufwerk</translation>
    </message>
    <message>
        <source>Of the translations of {apps} there are only those into: {languages}. A computer that is set to another language as well gets none of them.</source>
        <translation>Von den Übersetzungen von {apps} gibt es nur die in: {languages}. Ein Computer, der auf noch eine andere Sprache eingestellt ist, bekommt keine.</translation>
    </message>
    <message>
        <source>Of translations from {remote} there are only those into: {languages}. A computer that is set to another language as well gets none of them.</source>
        <translation>Von den Übersetzungen aus {remote} gibt es nur die in: {languages}. Ein Computer, der auf noch eine andere Sprache eingestellt ist, bekommt keine.</translation>
    </message>
    <message>
        <source>A part of these each computer fetches from their makers, which takes the internet: {apps}.</source>
        <translation>Einen Teil von diesen holt jeder Computer bei ihren Herstellern, dafür braucht er das Internet: {apps}.</translation>
    </message>
    <message>
        <source>Nothing is freed: what the repository {path} on the drive needs of it cannot be told.</source>
        <translation>Es wird nichts freigegeben: Was das Repository {path} auf dem Laufwerk davon braucht, lässt sich nicht feststellen.</translation>
    </message>
    <message>
        <source>Look at this repository, or move it away if nobody needs it.</source>
        <translation>Sehen Sie sich dieses Repository an, oder verschieben Sie es, wenn niemand es braucht.</translation>
    </message>
    <message>
        <source>Waiting a minute at most: {reader}.</source>
        <translation>Es wird höchstens eine Minute gewartet: {reader}.</translation>
    </message>
    <message>
        <source>Nothing is freed yet: {reader}.</source>
        <translation>Es wird noch nichts freigegeben: {reader}.</translation>
    </message>
    <message>
        <source>Nothing was freed: {reader}, and may need what would go.</source>
        <translation>Es wurde nichts freigegeben: {reader} und braucht vielleicht, was wegfiele.</translation>
    </message>
    <message>
        <source>{name} has its name again; it was called {path}.</source>
        <translation>{name} hat seinen Namen wieder; es hieß {path}.</translation>
    </message>
    <message>
        <source>What was damaged was written anew.</source>
        <translation>Was beschädigt war, wurde neu geschrieben.</translation>
    </message>
    <message>
        <source>{name} is on the drive from several sources, and a computer has it once: that of {taken} is installed, not that of {others}.</source>
        <translation>{name} ist aus mehreren Quellen auf dem Laufwerk, und ein Computer hat es einmal: Installiert wird das von {taken}, nicht das von {others}.</translation>
    </message>
    <message>
        <source>What is here of {remote} cannot be trusted: {judgement}</source>
        <translation>Dem, was hier von {remote} ist, ist nicht zu trauen: {judgement}</translation>
    </message>
    <message>
        <source>{ref} is there, but nothing on the drive tells any more where it is from.</source>
        <translation>{ref} ist da, aber nichts auf dem Laufwerk sagt noch, woher es ist.</translation>
    </message>
    <message>
        <source>There is content of apps of a container registry ({count} files), and nothing on the drive tells any more what it is.</source>
        <translation>Es gibt Inhalte von Apps aus einer Container-Registry ({count} Dateien), und nichts auf dem Laufwerk sagt noch, was sie sind.</translation>
    </message>
    <message>
        <source>The names of files on {path} were cut or changed, as in an ISO image without Rock Ridge: nobody finds the apps there.</source>
        <translation>Auf {path} wurden Dateinamen gekürzt oder geändert, wie in einem ISO-Abbild ohne Rock Ridge: Niemand findet dort die Apps.</translation>
    </message>
    <message>
        <source>Make the image anew with Rock Ridge: xorriso -as mkisofs -R</source>
        <translation>Erstellen Sie das Abbild neu, mit Rock Ridge: xorriso -as mkisofs -R</translation>
    </message>
    <message>
        <source>Nobody vouches for {refs}: {remote} signs, and their signatures are missing.</source>
        <translation>Für {refs} bürgt niemand: {remote} signiert, und die Signaturen davon fehlen.</translation>
    </message>
    <message>
        <source>{ref} from {collection} cannot be trusted without a network: its signature is not kept on this computer.</source>
        <translation>{ref} von {collection} ist ohne Netz nicht zu trauen: Die Signatur ist auf diesem Computer nicht aufgehoben.</translation>
    </message>
    <message>
        <source>{ref} from {collection} is not signed.</source>
        <translation>{ref} von {collection} ist nicht signiert.</translation>
    </message>
    <message>
        <source>Its source signs and has no collection ID: flatpak takes nothing of it without a signature, whatever people agree to. Leave it out, or tell the people who run the source.</source>
        <translation>Seine Quelle signiert und hat keine Sammlungs-ID: Ohne Signatur nimmt flatpak nichts davon, auch wenn jemand zustimmt. Lassen Sie es weg, oder sagen Sie es den Betreibern der Quelle.</translation>
    </message>
    <message>
        <source>A drive carries all languages unless some are chosen, and of {refs} only some are installed here. These come along when they are chosen.</source>
        <translation>Ein Laufwerk hat alle Sprachen, wenn keine ausgewählt sind, und von {refs} sind hier nur manche installiert. Diese kommen mit, wenn sie ausgewählt werden.</translation>
    </message>
    <message>
        <source>Run it again with {options}.</source>
        <translation>Starten Sie es noch einmal mit {options}.</translation>
    </message>
    <message>
        <source>install.sh on the drive, and satchel receive, install it only with --allow-unsigned.</source>
        <translation>install.sh auf dem Laufwerk und satchel receive installieren es nur mit --allow-unsigned.</translation>
    </message>
    <message>
        <source>Nobody vouches for {ref} on {stick}: it is not signed, which flatpak alone does not look at there.</source>
        <translation>Für {ref} auf {stick} bürgt niemand: Es ist nicht signiert, worauf flatpak allein dort nicht achtet.</translation>
    </message>
    <message>
        <source>Nobody vouches for {ref} on {stick}: there is no key of its source.</source>
        <translation>Für {ref} auf {stick} bürgt niemand: Es gibt keinen Schlüssel der Quelle.</translation>
    </message>
    <message>
        <source>The signature of {ref} is missing on {stick}, and of a source without a collection ID that signs flatpak takes nothing without.</source>
        <translation>Die Signatur von {ref} fehlt auf {stick}, und von einer Quelle ohne Collection-ID, die signiert, nimmt flatpak nichts ohne.</translation>
    </message>
</context>
<context>
    <name>AboutDialog</name>
    <message>
        <source>Satchel %1</source>
        <translation>Satchel %1</translation>
    </message>
    <message>
        <source>Puts apps on a USB drive, for computers without internet.</source>
        <translation>Bringt Apps auf ein USB-Laufwerk, für Computer ohne Internet.</translation>
    </message>
    <message>
        <source>Free software: you may use it, pass it on and change it, under the GNU Lesser General Public License, version 2.1 or later.</source>
        <translation>Freie Software: Sie dürfen sie verwenden, weitergeben und ändern, nach der GNU Lesser General Public License, Version 2.1 oder neuer.</translation>
    </message>
    <message>
        <source>With Qt %1, which is free software too.</source>
        <translation>Mit Qt %1, das auch freie Software ist.</translation>
    </message>
    <message>
        <source>What Satchel did</source>
        <translation>Was Satchel getan hat</translation>
    </message>
    <message>
        <source>For those you ask for help</source>
        <translation>Für alle, die Ihnen helfen</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>Protokoll kopieren</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>AddLanguageDialog</name>
    <message>
        <source>Add a language</source>
        <translation>Sprache hinzufügen</translation>
    </message>
    <message>
        <source>Search in any language</source>
        <translation>In jeder Sprache suchen</translation>
    </message>
    <message>
        <source>No language is called that.</source>
        <translation>So heißt keine Sprache.</translation>
    </message>
    <message>
        <source>First choose a language.</source>
        <translation>Wählen Sie zuerst eine Sprache.</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Dazu</translation>
    </message>
</context>
<context>
    <name>AddRemoteDialog</name>
    <message>
        <source>https://… or the name of a .flatpakrepo file</source>
        <translation>https://… oder der Name einer .flatpakrepo-Datei</translation>
    </message>
    <message>
        <source>Fingerprint of the key</source>
        <translation>Fingerabdruck des Schlüssels</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen&#xa0;…</translation>
    </message>
    <message>
        <source>Browse for: %1</source>
        <translation>Durchsuchen: %1</translation>
    </message>
    <message>
        <source>Choose a key</source>
        <translation>Schlüssel wählen</translation>
    </message>
    <message>
        <source>First its key is shown; nothing is trusted yet.</source>
        <translation>Zuerst wird ihr Schlüssel gezeigt; noch wird ihr nicht vertraut.</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>Quelle hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Address or file</source>
        <translation>&amp;Adresse oder Datei</translation>
    </message>
    <message>
        <source>An address like this one needs the key of its makers, often an ID too:</source>
        <translation>Zu einer solchen Adresse gehört der Schlüssel ihrer Herausgeber, oft auch eine Kennung:</translation>
    </message>
    <message>
        <source>&amp;Key file</source>
        <translation>&amp;Schlüsseldatei</translation>
    </message>
    <message>
        <source>Its &amp;ID</source>
        <translation>Ihre &amp;Kennung</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Sources of apps</source>
        <translation>Quellen von Apps</translation>
    </message>
    <message>
        <source>Choose a source</source>
        <translation>Quelle wählen</translation>
    </message>
    <message>
        <source>First type an address, or choose a file.</source>
        <translation>Geben Sie zuerst eine Adresse ein, oder wählen Sie eine Datei.</translation>
    </message>
    <message>
        <source>It is at %1. Its key has the fingerprint:</source>
        <translation>Sie liegt bei %1. Ihr Schlüssel hat den Fingerabdruck:</translation>
    </message>
    <message>
        <source>Compare it with what its makers publish. Whoever has this key decides what comes from there.</source>
        <translation>Vergleichen Sie ihn mit dem, was die Betreiber veröffentlichen. Wer diesen Schlüssel hat, bestimmt, was von dort kommt.</translation>
    </message>
    <message>
        <source>It came without encryption: anybody on the way may have put another key in.</source>
        <translation>Er kam unverschlüsselt: Unterwegs kann jemand einen anderen Schlüssel eingesetzt haben.</translation>
    </message>
    <message>
        <source>Trust and add</source>
        <translation>Vertrauen und hinzufügen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>The source is being added.</source>
        <translation>Die Quelle wird gerade hinzugefügt.</translation>
    </message>
    <message>
        <source>Looking at the source…</source>
        <translation>Die Quelle wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>Adding the source…</source>
        <translation>Die Quelle wird hinzugefügt&#xa0;…</translation>
    </message>
</context>
<context>
    <name>AppBrowser</name>
    <message>
        <source>About the app</source>
        <translation>Über die App</translation>
    </message>
</context>
<context>
    <name>AppDetails</name>
    <message>
        <source>Take %1 away</source>
        <translation>%1 wegnehmen</translation>
    </message>
    <message>
        <source>Choose %1</source>
        <translation>%1 wählen</translation>
    </message>
    <message>
        <source>What it may use on the computer</source>
        <translation>Was sie am Computer darf</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>Verified: it comes from its developers</source>
        <translation>Geprüft: Sie kommt von ihren Entwicklern</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>It gets no more updates.</source>
        <translation>Es gibt dafür keine Aktualisierungen mehr.</translation>
    </message>
    <message>
        <source>%1, not verified</source>
        <translation>%1, nicht geprüft</translation>
    </message>
    <message>
        <source>From an unverified developer</source>
        <translation>Entwickler nicht geprüft</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Gewählt</translation>
    </message>
    <message>
        <source>It keeps to its own files.</source>
        <translation>Sie bleibt bei ihren eigenen Dateien.</translation>
    </message>
</context>
<context>
    <name>AppFacts</name>
    <message>
        <source>Not for drives</source>
        <translation>Nichts für Laufwerke</translation>
    </message>
    <message>
        <source>Counting what it adds…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>Adds %1</source>
        <translation>Belegt %1 mehr</translation>
    </message>
    <message>
        <source>The rest is there already</source>
        <translation>Der Rest ist schon da</translation>
    </message>
    <message>
        <source>With all that it needs</source>
        <translation>Mit allem, was sie braucht</translation>
    </message>
    <message>
        <source>It needs nothing else</source>
        <translation>Sie braucht sonst nichts</translation>
    </message>
    <message>
        <source>Only those who log in can have it.</source>
        <translation>Nur wer sich anmeldet, bekommt sie.</translation>
    </message>
    <message>
        <source>Works offline</source>
        <translation>Geht ohne Internet</translation>
    </message>
    <message>
        <source>Nothing is fetched later</source>
        <translation>Nichts wird nachgeladen</translation>
    </message>
    <message>
        <source>A part of it comes from its maker, on the maker&apos;s terms.</source>
        <translation>Ein Teil davon kommt vom Hersteller, zu dessen Bedingungen.</translation>
    </message>
    <message>
        <source>Once its maker&apos;s terms are accepted</source>
        <translation>Sobald den Bedingungen des Herstellers zugestimmt ist</translation>
    </message>
    <message>
        <source>Can use the internet</source>
        <translation>Kann das Internet nutzen</translation>
    </message>
    <message>
        <source>Whether it needs it is not known</source>
        <translation>Ob sie es braucht, ist nicht bekannt</translation>
    </message>
    <message>
        <source>Needs internet</source>
        <translation>Braucht Internet</translation>
    </message>
    <message>
        <source>It is made for it</source>
        <translation>Dafür ist sie gemacht</translation>
    </message>
    <message>
        <source>Works offline?</source>
        <translation>Ohne Internet?</translation>
    </message>
    <message>
        <source>Its source does not say</source>
        <translation>Ihre Quelle sagt es nicht</translation>
    </message>
    <message>
        <source>Other languages are not known</source>
        <translation>Andere Sprachen sind nicht bekannt</translation>
    </message>
    <message>
        <source>Not in %1</source>
        <translation>Nicht auf %1</translation>
    </message>
    <message>
        <source>and one more language</source>
        <translation>und eine weitere Sprache</translation>
    </message>
    <message>
        <source>and %1 more languages</source>
        <translation>und %1 weitere Sprachen</translation>
    </message>
    <message>
        <source>Ages</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Its maker does not say</source>
        <translation>Keine Angabe</translation>
    </message>
    <message>
        <source>From %1 years</source>
        <translation>Ab %1 Jahren</translation>
    </message>
    <message>
        <source>All ages</source>
        <translation>Für jedes Alter</translation>
    </message>
    <message>
        <source>Ads or purchases</source>
        <translation>Werbung oder Käufe</translation>
    </message>
    <message>
        <source>No ads, no purchases</source>
        <translation>Keine Werbung, keine Käufe</translation>
    </message>
</context>
<context>
    <name>AppFactsDialog</name>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Takes alone</source>
        <translation>Braucht allein</translation>
    </message>
    <message>
        <source>Shares with others</source>
        <translation>Teilt sich mit anderen</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>Signiert von</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Why it is here</source>
        <translation>Warum es hier ist</translation>
    </message>
    <message>
        <source>Ref</source>
        <translation>Ref</translation>
    </message>
    <message>
        <source>Commit</source>
        <translation>Commit</translation>
    </message>
</context>
<context>
    <name>AppListModel</name>
    <message>
        <source>Its source does not describe it.</source>
        <translation>Ihre Quelle beschreibt sie nicht.</translation>
    </message>
</context>
<context>
    <name>AppMessages</name>
    <message>
        <source>Show %1</source>
        <translation>%1 anzeigen</translation>
    </message>
</context>
<context>
    <name>AppView</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
</context>
<context>
    <name>AppWords</name>
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
        <source>Source: %1, unsigned</source>
        <translation>Quelle: %1, nicht signiert</translation>
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
        <translation>Es gibt dafür keine Aktualisierungen mehr.</translation>
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
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Your files</source>
        <translation>Ihre Dateien</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>All devices</source>
        <translation>Alle Geräte</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>Andere Programme</translation>
    </message>
    <message>
        <source>The system</source>
        <translation>Das System</translation>
    </message>
    <message>
        <source>Some folders</source>
        <translation>Einige Ordner</translation>
    </message>
    <message>
        <source>The internet</source>
        <translation>Das Internet</translation>
    </message>
    <message>
        <source>Little</source>
        <translation>Wenig</translation>
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
</context>
<context>
    <name>AppsDelegate</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>AppsPage</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Which apps?</source>
        <translation>Welche Apps?</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Choose a drive</source>
        <translation>Laufwerk wählen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>Choose at least one app.</source>
        <translation>Wählen Sie mindestens eine App.</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Eine Datei wählen</translation>
    </message>
    <message>
        <source>What computers need</source>
        <translation>Was Computer brauchen</translation>
    </message>
</context>
<context>
    <name>Asking</name>
    <message>
        <source>%1 removed from your sources</source>
        <translation>%1 ist nicht mehr unter Ihren Quellen</translation>
    </message>
</context>
<context>
    <name>Badges</name>
    <message>
        <source>Needs a login, cannot go on a drive</source>
        <translation>Braucht eine Anmeldung, kann nicht auf ein Laufwerk</translation>
    </message>
    <message>
        <source>Chosen as a file</source>
        <translation>Als Datei gewählt</translation>
    </message>
    <message>
        <source>Comes off the drive</source>
        <translation>Kommt vom Laufwerk herunter</translation>
    </message>
    <message>
        <source>Works offline</source>
        <translation>Geht ohne Internet</translation>
    </message>
    <message>
        <source>Needs internet</source>
        <translation>Braucht Internet</translation>
    </message>
    <message>
        <source>No more updates</source>
        <translation>Keine Updates mehr</translation>
    </message>
    <message>
        <source>On the drive</source>
        <translation>Auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Its maker has terms</source>
        <translation>Der Hersteller stellt Bedingungen</translation>
    </message>
    <message>
        <source>On %1 of %2 drives</source>
        <translation>Auf %1 von %2 Laufwerken</translation>
    </message>
    <message>
        <source>Comes off all drives</source>
        <translation>Kommt von allen Laufwerken herunter</translation>
    </message>
    <message>
        <source>%1, update to %2</source>
        <translation>%1, neu: %2</translation>
    </message>
    <message>
        <source>%1, update</source>
        <translation>%1, neuere da</translation>
    </message>
    <message>
        <source>On all drives</source>
        <translation>Auf allen Laufwerken</translation>
    </message>
    <message>
        <source>From an unverified developer</source>
        <translation>Entwickler nicht geprüft</translation>
    </message>
    <message>
        <source>Not in %1</source>
        <translation>Nicht auf %1</translation>
    </message>
</context>
<context>
    <name>Beginning</name>
    <message>
        <source>About the set</source>
        <translation>Über die Zusammenstellung</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n app(s) added</source>
        <translation>
            <numerusform>%1: %n App hinzugefügt</numerusform>
            <numerusform>%1: %n Apps hinzugefügt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Beside</name>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Repair %1?</source>
        <translation>%1 reparieren?</translation>
    </message>
    <message>
        <source>All of it is checked. What is damaged comes again from this computer, from other drives, or from the internet; what does not belong there is moved aside.</source>
        <translation>Alles wird geprüft. Was beschädigt ist, kommt noch einmal von diesem Computer, von anderen Laufwerken oder aus dem Internet; was nicht dorthin gehört, wird beiseite gelegt.</translation>
    </message>
    <message>
        <source>Give the folder of the apps on %1 its name again?</source>
        <translation>Dem Ordner der Apps auf %1 seinen Namen wiedergeben?</translation>
    </message>
    <message>
        <source>Then all of it is checked, and what is damaged is mended.</source>
        <translation>Danach wird alles geprüft, und was beschädigt ist, wird repariert.</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Report saved: %1</source>
        <translation>Bericht gespeichert: %1</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>BuildersDialog</name>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>Was angesehen wird</translation>
    </message>
    <message>
        <source>Refs</source>
        <translation>Refs</translation>
    </message>
    <message>
        <source>Collections</source>
        <translation>Sammlungen</translation>
    </message>
    <message>
        <source>Collections and their lists</source>
        <translation>Sammlungen und ihre Listen</translation>
    </message>
    <message>
        <source>Save as data…</source>
        <translation>Als Daten speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Everything agrees.</source>
        <translation>Alles stimmt überein.</translation>
    </message>
    <message>
        <source>Do they agree?</source>
        <translation>Stimmt alles überein?</translation>
    </message>
    <message>
        <source>Save as data</source>
        <translation>Als Daten speichern</translation>
    </message>
    <message>
        <source>Data (*.json)</source>
        <translation>Daten (*.json)</translation>
    </message>
</context>
<context>
    <name>CardMenu</name>
    <message>
        <source>Start afresh</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>What&apos;s on it</source>
        <translation>Was darauf ist</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen&#xa0;…</translation>
    </message>
    <message>
        <source>Erase…</source>
        <translation>Löschen&#xa0;…</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
</context>
<context>
    <name>CataloguePanel</name>
    <message>
        <source>There is no source of apps yet</source>
        <translation>Es gibt noch keine Quelle für Apps</translation>
    </message>
    <message>
        <source>Add one: the address or the file that its makers publish.</source>
        <translation>Fügen Sie eine hinzu: mit der Adresse oder der Datei, die ihre Betreiber veröffentlichen.</translation>
    </message>
    <message>
        <source>Add a source…</source>
        <translation>Quelle hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>The list of apps was not fetched</source>
        <translation>Die Liste der Apps wurde nicht geholt</translation>
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
        <source>Fetching the list of apps</source>
        <translation>Die Liste der Apps wird geholt</translation>
    </message>
    <message>
        <source>Fetching the lists of apps, %1 of %2</source>
        <translation>Die Listen der Apps werden geholt, %1 von %2</translation>
    </message>
    <message>
        <source>No internet connection</source>
        <translation>Keine Internetverbindung</translation>
    </message>
    <message>
        <source>Satchel needs it once, to get the list of apps.</source>
        <translation>Satchel braucht sie einmal, um die Liste der Apps zu holen.</translation>
    </message>
    <message>
        <source>Without it no apps can be chosen. The drive is as it was.</source>
        <translation>Ohne sie lassen sich keine Apps auswählen. Das Laufwerk ist, wie es war.</translation>
    </message>
    <message>
        <source>The list of apps cannot be fetched</source>
        <translation>Die Liste der Apps lässt sich nicht holen</translation>
    </message>
    <message>
        <source>The first time this takes a while; it is kept on this computer.</source>
        <translation>Beim ersten Mal dauert das etwas; er bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>Learning</source>
        <translation>Lernen</translation>
    </message>
    <message>
        <source>Office</source>
        <translation>Büro</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Sound and video</source>
        <translation>Ton und Video</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Coding</source>
        <translation>Programmieren</translation>
    </message>
    <message>
        <source>Science</source>
        <translation>Wissenschaft</translation>
    </message>
    <message>
        <source>Games</source>
        <translation>Spiele</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>Internet</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>CategoryChips</name>
    <message>
        <source>Where to begin</source>
        <translation>Womit Sie anfangen</translation>
    </message>
    <message>
        <source>For you</source>
        <translation>Für Sie</translation>
    </message>
</context>
<context>
    <name>CheckBanner</name>
    <message>
        <source>Choose its apps…</source>
        <translation>Apps dafür wählen&#xa0;…</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>To the settings</source>
        <translation>Zu den Einstellungen</translation>
    </message>
</context>
<context>
    <name>CheckDetails</name>
    <message>
        <source>Who signed it</source>
        <translation>Wer es signiert hat</translation>
    </message>
    <message>
        <source>What was found, by what to do about it</source>
        <translation>Befunde, geordnet danach, was zu tun ist</translation>
    </message>
    <message>
        <source>%1 objects, %2, read in %3</source>
        <translation>%1 Objekte, %2, gelesen in %3</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Und noch %n.</numerusform>
            <numerusform>Und noch %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CheckProgress</name>
    <message>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Checking: reading everything back</source>
        <translation>Prüfen: Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Looking at what there is</source>
        <translation>Es wird nachgesehen, was da ist</translation>
    </message>
    <message>
        <source>%1 read</source>
        <translation>%1 gelesen</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>CheckRemarks</name>
    <message>
        <source>%1 gets no more updates</source>
        <translation>%1 bekommt keine Aktualisierungen mehr</translation>
    </message>
</context>
<context>
    <name>CheckView</name>
    <message>
        <source>A check reads everything back and tells whether the drive can be relied on.</source>
        <translation>Eine Prüfung liest alles zurück und sagt, ob auf das Laufwerk Verlass ist.</translation>
    </message>
    <message>
        <source>The check was stopped</source>
        <translation>Die Prüfung wurde abgebrochen</translation>
    </message>
    <message>
        <source>To repair</source>
        <translation>Zu reparieren</translation>
    </message>
    <message>
        <source>Cannot be repaired</source>
        <translation>Lässt sich nicht reparieren</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Gut zu wissen</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>Nothing has been changed. Check again whenever you like.</source>
        <translation>Nichts wurde verändert. Prüfen Sie noch einmal, wann Sie möchten.</translation>
    </message>
    <message>
        <source>So nobody can say whether the drive is sound.</source>
        <translation>So kann niemand sagen, ob das Laufwerk in Ordnung ist.</translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>%1 of %2 drives</source>
        <translation>%1 von %2 Laufwerken</translation>
    </message>
</context>
<context>
    <name>ChoiceFoot</name>
    <message>
        <source>%1 goes to all of the drives</source>
        <translation>%1 kommt auf alle Laufwerke</translation>
    </message>
    <message>
        <source>%1 stays on %2</source>
        <translation>%1 bleibt auf %2</translation>
    </message>
    <message>
        <source>%1 comes off %2</source>
        <translation>%1 kommt von %2 herunter</translation>
    </message>
    <message>
        <source>%1 removed from your choice</source>
        <translation>%1 aus Ihrer Auswahl entfernt</translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) removed from your choice</source>
        <translation>
            <numerusform>%n App aus Ihrer Auswahl entfernt</numerusform>
            <numerusform>%n Apps aus Ihrer Auswahl entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing comes off %1</source>
        <translation>Von %1 kommt nichts herunter</translation>
    </message>
</context>
<context>
    <name>ChoiceNotesDialog</name>
    <message>
        <source>What is missing</source>
        <translation>Was fehlt</translation>
    </message>
</context>
<context>
    <name>ChoiceStrip</name>
    <message>
        <source>Room on the drive</source>
        <translation>Platz auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>Ihre Auswahl</translation>
    </message>
    <message>
        <source>Your choice: %1</source>
        <translation>Ihre Auswahl: %1</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing chosen yet</source>
        <translation>Noch nichts ausgewählt</translation>
    </message>
    <message>
        <source>Needs a drive of %1 or more</source>
        <translation>Braucht ein Laufwerk mit mindestens %1</translation>
    </message>
    <message>
        <source>All of it is on %1 already</source>
        <translation>Alles davon ist schon auf %1</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>%1 zu viel</translation>
    </message>
    <message>
        <source>%1 too much for %2</source>
        <translation>%1 zu viel für %2</translation>
    </message>
    <message>
        <source>Perhaps %1 too much for %2</source>
        <translation>Vielleicht %1 zu viel für %2</translation>
    </message>
    <message>
        <source>%1, %2 stay free</source>
        <translation>%1, %2 bleiben frei</translation>
    </message>
    <message>
        <source>Fits, %1 stay free</source>
        <translation>Passt, %1 bleiben frei</translation>
    </message>
    <message>
        <source>Fits on %1, %2 stay free</source>
        <translation>Passt auf %1, %2 bleiben frei</translation>
    </message>
</context>
<context>
    <name>ClassroomCard</name>
    <message>
        <source>The classroom</source>
        <translation>Das Klassenzimmer</translation>
    </message>
    <message>
        <source>Only these on drives</source>
        <translation>Nur diese auf Laufwerken</translation>
    </message>
    <message>
        <source>Their computers</source>
        <translation>Die Computer dort</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>I don&apos;t know</source>
        <translation>Weiß ich nicht</translation>
    </message>
    <message>
        <source>Ordinary</source>
        <translation>Gewöhnlich</translation>
    </message>
    <message>
        <source>NVIDIA…</source>
        <translation>NVIDIA&#xa0;…</translation>
    </message>
    <message>
        <source>Languages the pupils read</source>
        <translation>Sprachen, die dort gelesen werden</translation>
    </message>
    <message>
        <source>Apps that lack one of them are marked</source>
        <translation>Apps, denen eine davon fehlt, sind markiert</translation>
    </message>
    <message>
        <source>Only matters for games and 3D</source>
        <translation>Nur wichtig für Spiele und 3D</translation>
    </message>
    <message>
        <source>Apps take less room without their other languages</source>
        <translation>Ohne ihre anderen Sprachen brauchen Apps weniger Platz</translation>
    </message>
    <message>
        <source>Which driver do they have?</source>
        <translation>Welchen Treiber haben sie?</translation>
    </message>
    <message>
        <source>Ordinary PCs</source>
        <translation>Gewöhnliche PCs</translation>
    </message>
    <message>
        <source>Most PCs and laptops</source>
        <translation>Die meisten PCs und Laptops</translation>
    </message>
    <message>
        <source>ARM computers</source>
        <translation>ARM-Computer</translation>
    </message>
    <message>
        <source>Raspberry Pi and others</source>
        <translation>Raspberry Pi und andere</translation>
    </message>
    <message>
        <source>Old PCs (32 bit)</source>
        <translation>Alte PCs (32 Bit)</translation>
    </message>
    <message>
        <source>From before about 2005</source>
        <translation>Etwa von vor 2005</translation>
    </message>
    <message>
        <source>Old ARM computers</source>
        <translation>Alte ARM-Computer</translation>
    </message>
    <message>
        <source>With 32 bit</source>
        <translation>Mit 32 Bit</translation>
    </message>
    <message>
        <source>RISC-V computers</source>
        <translation>RISC-V-Computer</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Compare with…</source>
        <translation>Vergleichen mit&#xa0;…</translation>
    </message>
    <message>
        <source>What to compare with</source>
        <translation>Womit verglichen wird</translation>
    </message>
    <message>
        <source>Use a folder</source>
        <translation>Einen Ordner nehmen</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>Compare %1</source>
        <translation>%1 vergleichen</translation>
    </message>
    <message>
        <source>What the internet has now</source>
        <translation>Was es jetzt im Internet gibt</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>That cannot be told now</source>
        <translation>Das lässt sich gerade nicht sagen</translation>
    </message>
    <message>
        <source>Asking its sources…</source>
        <translation>Die Quellen werden gefragt&#xa0;…</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird angesehen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>ComputerCard</name>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Empty what is kept</source>
        <translation>Leeren, was aufgehoben wird</translation>
    </message>
    <message>
        <source>Kept for the next drive</source>
        <translation>Aufgehoben für das nächste Laufwerk</translation>
    </message>
    <message>
        <source>Keep at most</source>
        <translation>Höchstens aufheben</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Connections, folders</source>
        <translation>Verbindungen, Ordner</translation>
    </message>
    <message>
        <source>Connections at once</source>
        <translation>Verbindungen gleichzeitig</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Change the folder of what is kept</source>
        <translation>Ordner für das Aufgehobene ändern</translation>
    </message>
    <message>
        <source>Usual folder</source>
        <translation>Üblicher Ordner</translation>
    </message>
    <message>
        <source>Keep it in the usual folder</source>
        <translation>Im üblichen Ordner aufheben</translation>
    </message>
    <message>
        <source>Folder of what is kept</source>
        <translation>Ordner für das Aufgehobene</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>%1, saves downloading twice</source>
        <translation>%1, spart doppeltes Herunterladen</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>There is nothing to empty.</source>
        <translation>Es gibt nichts zu leeren.</translation>
    </message>
    <message>
        <source>Where to keep it</source>
        <translation>Wo es aufgehoben wird</translation>
    </message>
</context>
<context>
    <name>ComputersDialog</name>
    <message numerus="yes">
        <source>For %n computer(s)</source>
        <translation>
            <numerusform>Für %n Computer</numerusform>
            <numerusform>Für %n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>What each will get from the drive. Their own files said what they have.</source>
        <translation>Was jeder vom Laufwerk bekommt. Was sie haben, sagen ihre eigenen Dateien.</translation>
    </message>
    <message>
        <source>What each computer will get</source>
        <translation>Was jeder Computer bekommt</translation>
    </message>
</context>
<context>
    <name>ContentsPage</name>
    <message>
        <source>Stop checking</source>
        <translation>Prüfung anhalten</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>Was angesehen wird</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>What&apos;s on a drive</source>
        <translation>Was drauf ist</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Repair…</source>
        <translation>Reparieren&#xa0;…</translation>
    </message>
    <message>
        <source>Check for updates</source>
        <translation>Nach Updates suchen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Too little room</source>
        <translation>Zu wenig Platz</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
</context>
<context>
    <name>ContentsView</name>
    <message>
        <source>Measure again</source>
        <translation>Noch einmal messen</translation>
    </message>
    <message>
        <source>Measuring what takes the space…</source>
        <translation>Es wird gemessen, was den Platz braucht&#xa0;…</translation>
    </message>
    <message>
        <source>You can look at the rest meanwhile.</source>
        <translation>Das Übrige können Sie sich schon ansehen.</translation>
    </message>
    <message>
        <source>Writing to it was interrupted.</source>
        <translation>Das Schreiben darauf wurde unterbrochen.</translation>
    </message>
    <message>
        <source>What was on it before can still be installed.</source>
        <translation>Was vorher darauf war, lässt sich weiterhin installieren.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Some of its lists are missing or out of date.</source>
        <translation>Einige seiner Listen fehlen oder sind veraltet.</translation>
    </message>
    <message>
        <source>Not every computer would find all of its apps.</source>
        <translation>Nicht jeder Computer würde alle Apps darauf finden.</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
</context>
<context>
    <name>CopyDialog</name>
    <message>
        <source>Copy to another drive</source>
        <translation>Auf ein anderes Laufwerk kopieren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Erase or set up a drive</source>
        <translation>Ein Laufwerk löschen oder einrichten</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Use a folder</source>
        <translation>Einen Ordner nehmen</translation>
    </message>
    <message>
        <source>Plug in another drive first.</source>
        <translation>Stecken Sie zuerst ein anderes Laufwerk ein.</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>Each drive gets the same apps, every file checked. What else is on it stays.</source>
        <translation>Jedes Laufwerk bekommt dieselben Apps, jede Datei geprüft. Was sonst darauf ist, bleibt.</translation>
    </message>
    <message>
        <source>Copy %1 to another drive</source>
        <translation>%1 auf ein anderes Laufwerk kopieren</translation>
    </message>
    <message>
        <source>Copy to %1</source>
        <translation>Auf %1 kopieren</translation>
    </message>
    <message numerus="yes">
        <source>Copy to %n drive(s)</source>
        <translation>
            <numerusform>Auf %n Laufwerk kopieren</numerusform>
            <numerusform>Auf %n Laufwerke kopieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Tick a drive first.</source>
        <translation>Wählen Sie zuerst ein Laufwerk aus.</translation>
    </message>
    <message>
        <source>Plug in another drive: it shows up here by itself.</source>
        <translation>Stecken Sie ein anderes Laufwerk ein: Es erscheint hier von selbst.</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n app(s), every one read back and right</source>
        <translation>
            <numerusform>%n App, zurückgelesen und in Ordnung</numerusform>
            <numerusform>%n Apps, alle zurückgelesen und in Ordnung</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n operating system(s)</source>
        <translation>
            <numerusform>%n Betriebssystem</numerusform>
            <numerusform>%n Betriebssysteme</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, read back and right</source>
        <translation>%1, zurückgelesen und richtig</translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) and %1, all read back and right</source>
        <translation>
            <numerusform>%n App und %1, alles zurückgelesen und richtig</numerusform>
            <numerusform>%n Apps und %1, alles zurückgelesen und richtig</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>For %n computer(s)</source>
        <translation>
            <numerusform>Für %n Computer</numerusform>
            <numerusform>Für %n Computer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n Hinweis</numerusform>
            <numerusform>%n Hinweise</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s) were found</source>
        <translation>
            <numerusform>%n Problem wurde gefunden</numerusform>
            <numerusform>%n Probleme wurden gefunden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Crash</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Something went wrong that should not.</source>
        <translation>Etwas ist schiefgegangen, das nicht schiefgehen sollte.</translation>
    </message>
    <message>
        <source>This is a bug in Satchel. You can go on; what is on the drive is as before, or can be completed by doing the same again. Please report it.</source>
        <translation>Das ist ein Fehler in Satchel. Sie können weitermachen; was auf dem Laufwerk ist, ist wie zuvor oder wird vollständig, wenn Sie dasselbe noch einmal tun. Bitte melden Sie den Fehler.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
</context>
<context>
    <name>DemoStrip</name>
    <message>
        <source>You are trying Satchel with a made-up drive. Nothing is written anywhere.</source>
        <translation>Sie probieren Satchel mit einem erfundenen Laufwerk aus. Geschrieben wird nichts.</translation>
    </message>
    <message>
        <source>Demo: nothing is written.</source>
        <translation>Demo: Geschrieben wird nichts.</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>File system</source>
        <translation>Dateisystem</translation>
    </message>
    <message>
        <source>Make and model</source>
        <translation>Hersteller und Modell</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Anschluss</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
</context>
<context>
    <name>Dialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>DoneView</name>
    <message>
        <source>Open START-HERE</source>
        <translation>START-HERE öffnen</translation>
    </message>
    <message>
        <source>Print the three steps</source>
        <translation>Die drei Schritte drucken</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Try it as an offline computer would</source>
        <translation>Ausprobieren wie ein Computer ohne Internet</translation>
    </message>
    <message>
        <source>Share on the network</source>
        <translation>Im Netzwerk freigeben</translation>
    </message>
    <message>
        <source>No apps are on it any more</source>
        <translation>Es sind keine Apps mehr darauf</translation>
    </message>
    <message>
        <source>Nobody vouches for %1.</source>
        <translation>Niemand bürgt für %1.</translation>
    </message>
    <message>
        <source>%1 stay free.</source>
        <translation>%1 bleiben frei.</translation>
    </message>
    <message>
        <source>There was nothing to repair.</source>
        <translation>Es gab nichts zu reparieren.</translation>
    </message>
    <message>
        <source>%1 copied in %2. %3 stay free.</source>
        <translation>%1 in %2 kopiert. %3 bleiben frei.</translation>
    </message>
    <message>
        <source>%1 written in %2. %3 stay free.</source>
        <translation>%1 in %2 geschrieben. %3 bleiben frei.</translation>
    </message>
    <message>
        <source>%1 became free, %2 are free now.</source>
        <translation>%1 wurden frei, jetzt sind %2 frei.</translation>
    </message>
    <message>
        <source>Everything you chose was on it already.</source>
        <translation>Alles, was Sie gewählt haben, war schon darauf.</translation>
    </message>
    <message>
        <source>It is good until %1, when the first key or signature on it ends.</source>
        <translation>Es gilt bis %1; dann endet der erste Schlüssel oder die erste Signatur darauf.</translation>
    </message>
    <message>
        <source>Do not pull it out yet.</source>
        <translation>Ziehen Sie es noch nicht heraus.</translation>
    </message>
</context>
<context>
    <name>DriveApps</name>
    <message>
        <source>Comes off</source>
        <translation>Kommt herunter</translation>
    </message>
    <message>
        <source>Comes off, frees %1</source>
        <translation>Kommt herunter, macht %1 frei</translation>
    </message>
    <message>
        <source>Not to be had any more</source>
        <translation>Nicht mehr zu bekommen</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Now called %1</source>
        <translation>Heißt jetzt %1</translation>
    </message>
    <message>
        <source>Update to %1</source>
        <translation>Update auf %1</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Update</translation>
    </message>
    <message>
        <source>No longer offered</source>
        <translation>Nicht mehr angeboten</translation>
    </message>
    <message>
        <source>Cannot be updated</source>
        <translation>Lässt sich nicht aktualisieren</translation>
    </message>
    <message>
        <source>No more updates</source>
        <translation>Keine Updates mehr</translation>
    </message>
    <message>
        <source>Apps of one source are updated together: the drive has one list of that source, which all of them are checked against.</source>
        <translation>Apps aus einer Quelle werden zusammen aktualisiert: Auf dem Laufwerk ist eine Liste dieser Quelle, an der alle geprüft werden.</translation>
    </message>
    <message>
        <source>It is damaged, and its source does not have it any more: an update takes it off.</source>
        <translation>Sie ist beschädigt, und ihre Quelle hat sie nicht mehr: Eine Aktualisierung nimmt sie herunter.</translation>
    </message>
    <message>
        <source>It goes on under another name. An update brings that beside it, and computers that have the old one get the new one.</source>
        <translation>Sie heißt künftig anders. Eine Aktualisierung bringt die neue daneben, und Computer mit der alten bekommen die neue.</translation>
    </message>
    <message>
        <source>Its source does not offer it any more. It stays as it is.</source>
        <translation>Ihre Quelle bietet sie nicht mehr an. Sie bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>What is newer of it cannot come onto this drive. It stays as it is.</source>
        <translation>Das Neuere davon kann nicht auf dieses Laufwerk kommen. Es bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Nobody vouches for it: on each computer somebody has to agree to take it.</source>
        <translation>Niemand bürgt dafür: An jedem Computer muss jemand zustimmen.</translation>
    </message>
    <message>
        <source>None any more. It stays as it is, and can be installed.</source>
        <translation>Keine mehr. Sie bleibt, wie sie ist, und lässt sich installieren.</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
</context>
<context>
    <name>DriveFoot</name>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
    <message>
        <source>Choose apps first</source>
        <translation>Zuerst Apps wählen</translation>
    </message>
    <message>
        <source>Getting ready to go on…</source>
        <translation>Wird vorbereitet&#xa0;…</translation>
    </message>
    <message>
        <source>Getting the drives ready…</source>
        <translation>Die Laufwerke werden vorbereitet&#xa0;…</translation>
    </message>
    <message>
        <source>Getting the drive ready…</source>
        <translation>Das Laufwerk wird bereit gemacht&#xa0;…</translation>
    </message>
    <message>
        <source>Choose a drive.</source>
        <translation>Wählen Sie ein Laufwerk.</translation>
    </message>
    <message>
        <source>Plug in a drive, or use a folder.</source>
        <translation>Stecken Sie ein Laufwerk ein, oder nehmen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>%1 has %2 free.</source>
        <translation>Auf %1 sind %2 frei.</translation>
    </message>
    <message>
        <source>Looking for drives…</source>
        <translation>Laufwerke werden gesucht&#xa0;…</translation>
    </message>
    <message>
        <source>You can also choose the drive later.</source>
        <translation>Das Laufwerk können Sie auch später wählen.</translation>
    </message>
    <message>
        <source>You can also plug it in later.</source>
        <translation>Sie können es auch später einstecken.</translation>
    </message>
    <message>
        <source>Goes on where it stopped.</source>
        <translation>Es geht weiter, wo es aufgehört hat.</translation>
    </message>
    <message>
        <source>Goes on where it stopped: only the check.</source>
        <translation>Es geht weiter, wo es aufgehört hat: Nur die Prüfung fehlt noch.</translation>
    </message>
    <message>
        <source>Goes on where it stopped: %1 to go.</source>
        <translation>Es geht weiter, wo es aufgehört hat: noch %1.</translation>
    </message>
    <message>
        <source>Goes on where it stopped: %1 to go, %2.</source>
        <translation>Es geht weiter, wo es aufgehört hat: noch %1, %2.</translation>
    </message>
</context>
<context>
    <name>DriveNames</name>
    <message>
        <source>%1, port %2</source>
        <translation>%1, Anschluss %2</translation>
    </message>
    <message>
        <source>USB drive</source>
        <translation>USB-Laufwerk</translation>
    </message>
    <message>
        <source>Memory card</source>
        <translation>Speicherkarte</translation>
    </message>
    <message>
        <source>Drive</source>
        <translation>Laufwerk</translation>
    </message>
</context>
<context>
    <name>DrivePage</name>
    <message>
        <source>Drive</source>
        <translation>Laufwerk</translation>
    </message>
    <message>
        <source>Where should the apps go?</source>
        <translation>Wohin sollen die Apps?</translation>
    </message>
    <message>
        <source>Change apps</source>
        <translation>Apps ändern</translation>
    </message>
    <message>
        <source>Not plugged in yet</source>
        <translation>Nicht eingesteckt</translation>
    </message>
    <message numerus="yes">
        <source>%n drive(s)</source>
        <translation>
            <numerusform>%n Laufwerk</numerusform>
            <numerusform>%n Laufwerke</numerusform>
        </translation>
    </message>
    <message>
        <source>Satchel puts apps on a USB drive, so that computers without internet can install them.</source>
        <translation>Satchel bringt Apps auf ein USB-Laufwerk, damit Computer ohne Internet sie installieren können.</translation>
    </message>
    <message>
        <source>%1 is gone. What else you chose stays chosen.</source>
        <translation>%1 ist weg. Was Sie sonst gewählt haben, bleibt gewählt.</translation>
    </message>
    <message>
        <source>Another program has let go of %1. Choose it again to use it.</source>
        <translation>Ein anderes Programm hat %1 ausgehängt. Wählen Sie es noch einmal, um es zu benutzen.</translation>
    </message>
    <message>
        <source>%1 was pulled out. Plug it in again, or choose another drive.</source>
        <translation>%1 wurde herausgezogen. Stecken Sie es wieder ein, oder wählen Sie ein anderes Laufwerk.</translation>
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
    <message>
        <source>%1 does not go on any more.</source>
        <translation>Bei %1 wird nicht mehr weitergemacht.</translation>
    </message>
    <message>
        <source>Use a folder</source>
        <translation>Einen Ordner nehmen</translation>
    </message>
</context>
<context>
    <name>DriverDialog</name>
    <message>
        <source>NVIDIA&apos;s driver</source>
        <translation>Der Treiber von NVIDIA</translation>
    </message>
    <message>
        <source>Carry it</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Apps need exactly the version that is installed there. On one of these computers, the command nvidia-smi shows it.</source>
        <translation>Apps brauchen genau die Version, die dort installiert ist. Auf einem dieser Computer zeigt sie der Befehl nvidia-smi.</translation>
    </message>
    <message>
        <source>Version, or several with commas</source>
        <translation>Version, mehrere mit Kommas getrennt</translation>
    </message>
    <message>
        <source>A version is written like 550.120.</source>
        <translation>Eine Version wird geschrieben wie 550.120.</translation>
    </message>
</context>
<context>
    <name>DriverList</name>
    <message>
        <source>Search drivers</source>
        <translation>Treiber suchen</translation>
    </message>
    <message>
        <source>Graphics drivers</source>
        <translation>Grafiktreiber</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to add</source>
        <translation>Loslassen zum Hinzufügen</translation>
    </message>
</context>
<context>
    <name>Ejecting</name>
    <message>
        <source>Stop sharing and eject?</source>
        <translation>Freigabe beenden und auswerfen?</translation>
    </message>
    <message>
        <source>Stop and eject</source>
        <translation>Beenden und auswerfen</translation>
    </message>
    <message>
        <source>Go on sharing</source>
        <translation>Weiter freigeben</translation>
    </message>
</context>
<context>
    <name>EmptyContents</name>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
    <message>
        <source>%1 cannot be opened</source>
        <translation>%1 lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Choose it on the page Drive to see what can be done.</source>
        <translation>Wählen Sie es auf der Seite Laufwerk, um zu sehen, was sich tun lässt.</translation>
    </message>
    <message>
        <source>As it is, apps cannot be installed from it.</source>
        <translation>So lassen sich davon keine Apps installieren.</translation>
    </message>
    <message>
        <source>More than one folder could be it; Details names them. Move all but one of them off the drive (the largest is usually the right one), then look again.</source>
        <translation>Mehr als ein Ordner könnte es sein; „Details“ nennt sie. Verschieben Sie alle bis auf einen vom Laufwerk weg (der größte ist meist der richtige), und sehen Sie dann noch einmal nach.</translation>
    </message>
    <message>
        <source>Choose some, look them over, and write them to it.</source>
        <translation>Wählen Sie welche, sehen Sie sie durch, und schreiben Sie sie darauf.</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet&#xa0;…</translation>
    </message>
    <message>
        <source>%1 was pulled out</source>
        <translation>%1 wurde herausgezogen</translation>
    </message>
    <message>
        <source>The folder of the apps on %1 has lost its name</source>
        <translation>Der Ordner der Apps auf %1 hat seinen Namen verloren</translation>
    </message>
    <message>
        <source>What is on %1 cannot be read</source>
        <translation>Was auf %1 ist, kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>Plug it in again, choose another drive, or open a folder.</source>
        <translation>Stecken Sie es wieder ein, wählen Sie ein anderes oder öffnen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>No drive chosen yet</source>
        <translation>Noch kein Laufwerk gewählt</translation>
    </message>
    <message>
        <source>Choose one above, or open a folder.</source>
        <translation>Wählen Sie oben eines oder öffnen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>No drive to look at</source>
        <translation>Kein Laufwerk zum Ansehen</translation>
    </message>
    <message>
        <source>Plug in a USB drive with apps, or open a folder.</source>
        <translation>Stecken Sie ein USB-Laufwerk mit Apps ein oder öffnen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>There are no apps on %1 yet</source>
        <translation>Auf %1 sind noch keine Apps</translation>
    </message>
    <message>
        <source>On %1 are no apps that computers would find</source>
        <translation>Auf %1 sind keine Apps, die Computer finden würden</translation>
    </message>
    <message>
        <source>Looking at what is on %1…</source>
        <translation>Es wird nachgesehen, was auf %1 ist&#xa0;…</translation>
    </message>
</context>
<context>
    <name>EraseDialog</name>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Erase %1 (%2)?</source>
        <translation>%1 (%2) löschen?</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Geben Sie zum Fortfahren %1 ein</translation>
    </message>
    <message>
        <source>For computers with Linux (ext4)</source>
        <translation>Für Computer mit Linux (ext4)</translation>
    </message>
    <message>
        <source>The best choice: apps take the least room, and it bears being unplugged.</source>
        <translation>Die beste Wahl: Apps brauchen am wenigsten Platz, und es verträgt das Herausziehen.</translation>
    </message>
    <message>
        <source>Also for Windows and macOS (exFAT)</source>
        <translation>Auch für Windows und macOS (exFAT)</translation>
    </message>
    <message>
        <source>If other files are to travel on it as well. Apps take a little more room.</source>
        <translation>Wenn auch andere Dateien mitreisen sollen. Apps brauchen etwas mehr Platz.</translation>
    </message>
    <message>
        <source>It is not needed: Satchel can use the drive as it is.</source>
        <translation>Nötig ist es nicht: Satchel kann das Laufwerk benutzen, wie es ist.</translation>
    </message>
    <message>
        <source>It is needed: Satchel cannot use the drive as it is.</source>
        <translation>Es ist nötig: Satchel kann das Laufwerk so nicht benutzen.</translation>
    </message>
    <message>
        <source>Everything on this drive gets lost.</source>
        <translation>Alles auf diesem Laufwerk geht verloren.</translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n Ordner</numerusform>
            <numerusform>%n Ordner</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no files on this drive.</source>
        <translation>Auf diesem Laufwerk sind keine Dateien.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>Everything on this drive gets lost: %1 with %2.</source>
        <translation>Alles auf diesem Laufwerk geht verloren: %1 mit %2.</translation>
    </message>
    <message>
        <source>Readable by Linux computers only</source>
        <translation>Nur für Computer mit Linux lesbar</translation>
    </message>
    <message>
        <source>Readable by Windows and macOS too</source>
        <translation>Auch für Windows und macOS lesbar</translation>
    </message>
    <message>
        <source>First type %1.</source>
        <translation>Geben Sie zuerst %1 ein.</translation>
    </message>
    <message>
        <source>The drive is being looked at.</source>
        <translation>Das Laufwerk wird gerade angesehen.</translation>
    </message>
    <message>
        <source>It is being erased.</source>
        <translation>Es wird gerade gelöscht.</translation>
    </message>
    <message>
        <source>Erasing. Leave the drive plugged in, it takes a moment.</source>
        <translation>Es wird gelöscht. Lassen Sie das Laufwerk eingesteckt, es dauert einen Moment.</translation>
    </message>
    <message>
        <source>The drive was not erased to the end.</source>
        <translation>Das Laufwerk wurde nicht bis zum Ende gelöscht.</translation>
    </message>
    <message>
        <source>The drive was pulled out. Nothing was written to it.</source>
        <translation>Das Laufwerk wurde herausgezogen. Es wurde nichts darauf geschrieben.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Explanations</name>
    <message>
        <source>Why %1 cannot be used as it is</source>
        <translation>Warum %1 so nicht benutzt werden kann</translation>
    </message>
    <message>
        <source>A drive needs a few seconds. If it does not show up, pull it out and plug it in again, in another port if there is one.</source>
        <translation>Ein Laufwerk braucht ein paar Sekunden. Erscheint es nicht, ziehen Sie es heraus und stecken Sie es wieder ein, wenn möglich in einen anderen Anschluss.</translation>
    </message>
    <message>
        <source>Disks that are built into this computer are never shown, so that nothing on them can be erased by mistake. Nor are phones and cameras, which hold no apps.</source>
        <translation>Festplatten, die in diesem Computer eingebaut sind, werden nie gezeigt, damit auf ihnen nichts aus Versehen gelöscht wird. Auch Telefone und Kameras nicht, denn sie nehmen keine Apps auf.</translation>
    </message>
    <message>
        <source>A drive is missing?</source>
        <translation>Ein Laufwerk fehlt?</translation>
    </message>
</context>
<context>
    <name>FileDetails</name>
    <message>
        <source>From a file, not from a source</source>
        <translation>Aus einer Datei, nicht von einer Quelle</translation>
    </message>
    <message>
        <source>What it may use on the computer</source>
        <translation>Was sie am Computer darf</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Someone could have changed it. Take it only from people you trust.</source>
        <translation>Jemand könnte sie verändert haben. Nehmen Sie sie nur von Menschen, denen Sie vertrauen.</translation>
    </message>
    <message>
        <source>It keeps to its own files.</source>
        <translation>Sie bleibt bei ihren eigenen Dateien.</translation>
    </message>
    <message>
        <source>Choose %1</source>
        <translation>%1 wählen</translation>
    </message>
    <message>
        <source>Take %1 anyway</source>
        <translation>%1 trotzdem nehmen</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>With the key of %1</source>
        <translation>Mit dem Schlüssel von %1</translation>
    </message>
    <message>
        <source>Unsigned</source>
        <translation>Nicht signiert</translation>
    </message>
    <message>
        <source>Nobody vouches for it</source>
        <translation>Niemand bürgt dafür</translation>
    </message>
    <message>
        <source>Needs nothing else</source>
        <translation>Braucht sonst nichts</translation>
    </message>
    <message>
        <source>It needs this from your sources</source>
        <translation>Braucht das von Ihren Quellen</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>Von %1</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>No updates</source>
        <translation>Keine Updates</translation>
    </message>
    <message>
        <source>The file does not say where</source>
        <translation>Die Datei sagt nicht, woher</translation>
    </message>
    <message>
        <source>The file alone</source>
        <translation>Die Datei allein</translation>
    </message>
    <message>
        <source>File: %1</source>
        <translation>Datei: %1</translation>
    </message>
    <message>
        <source>What it needs is offered at: %1</source>
        <translation>Was sie braucht, gibt es bei: %1</translation>
    </message>
</context>
<context>
    <name>FileWords</name>
    <message>
        <source>Nobody vouches for %1.</source>
        <translation>Niemand bürgt für %1.</translation>
    </message>
    <message>
        <source>Someone could have changed the file. On each computer somebody has to agree to that once more.</source>
        <translation>Jemand könnte die Datei verändert haben. An jedem Computer muss jemand dem noch einmal zustimmen.</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Apps of %1 need flatpak %2 or newer.</source>
        <translation>Apps von %1 brauchen flatpak %2 oder neuer.</translation>
    </message>
    <message>
        <source>Older computers cannot install them from the drive. They are not signed: on each computer somebody has to agree to that.</source>
        <translation>Ältere Computer können sie nicht vom Laufwerk installieren. Sie sind nicht signiert: An jedem Computer muss jemand dem zustimmen.</translation>
    </message>
    <message>
        <source>From a file</source>
        <translation>Aus einer Datei</translation>
    </message>
</context>
<context>
    <name>FillingIcons</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
</context>
<context>
    <name>FillingModel</name>
    <message>
        <source>%1, %2, saved</source>
        <translation>%1, %2, gespeichert</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Works offline</source>
        <translation>Geht ohne Internet</translation>
    </message>
    <message>
        <source>Under 500 MB</source>
        <translation>Unter 500 MB</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Free licence</source>
        <translation>Freie Lizenz</translation>
    </message>
    <message>
        <source>Gets updates</source>
        <translation>Bekommt Updates</translation>
    </message>
    <message>
        <source>On the drive</source>
        <translation>Auf dem Laufwerk</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
</context>
<context>
    <name>FindingWords</name>
    <message numerus="yes">
        <source>%n file(s) cannot be read: the drive returns something else than was written.</source>
        <translation>
            <numerusform>%n Datei ist nicht lesbar: Das Laufwerk gibt etwas anderes zurück, als geschrieben wurde.</numerusform>
            <numerusform>%n Dateien sind nicht lesbar: Das Laufwerk gibt etwas anderes zurück, als geschrieben wurde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) missing.</source>
        <translation>
            <numerusform>%n Datei fehlt.</numerusform>
            <numerusform>%n Dateien fehlen.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not what its maker signed.</source>
        <translation>Es ist nicht das, was die Herausgeber signiert haben.</translation>
    </message>
    <message>
        <source>A list that old computers look for is missing or out of date.</source>
        <translation>Eine Liste, nach der alte Computer suchen, fehlt oder ist veraltet.</translation>
    </message>
    <message>
        <source>The maker&apos;s list of apps is missing, or not as it was signed.</source>
        <translation>Die App-Liste der Herausgeber fehlt oder ist nicht mehr so, wie sie signiert wurde.</translation>
    </message>
    <message>
        <source>Something on it leads away from the drive.</source>
        <translation>Etwas darauf führt vom Laufwerk weg.</translation>
    </message>
    <message>
        <source>It cannot be read at all.</source>
        <translation>Es ist überhaupt nicht lesbar.</translation>
    </message>
    <message>
        <source>It is not there completely.</source>
        <translation>Sie ist nicht vollständig da.</translation>
    </message>
    <message>
        <source>Its maker&apos;s signature is missing.</source>
        <translation>Die Signatur der Herausgeber fehlt.</translation>
    </message>
    <message>
        <source>Something it needs to run is missing.</source>
        <translation>Etwas, das sie zum Laufen braucht, fehlt.</translation>
    </message>
    <message>
        <source>START-HERE, or what belongs to it, was changed by somebody else.</source>
        <translation>START-HERE, oder was dazu gehört, wurde von jemand anderem verändert.</translation>
    </message>
    <message>
        <source>Beside START-HERE is something that does not belong there.</source>
        <translation>Neben START-HERE liegt etwas, das nicht dorthin gehört.</translation>
    </message>
    <message>
        <source>START-HERE, or what belongs to it, is missing.</source>
        <translation>START-HERE, oder was dazu gehört, fehlt.</translation>
    </message>
    <message>
        <source>Its maker&apos;s list says something else about it than it does itself.</source>
        <translation>Die Liste der Herausgeber sagt etwas anderes darüber als sie selbst.</translation>
    </message>
    <message>
        <source>What replaces it is missing.</source>
        <translation>Ihr Nachfolger fehlt.</translation>
    </message>
    <message>
        <source>It does not install from this drive.</source>
        <translation>Sie lässt sich von diesem Laufwerk nicht installieren.</translation>
    </message>
    <message>
        <source>Nobody vouches for it.</source>
        <translation>Niemand bürgt dafür.</translation>
    </message>
    <message>
        <source>Something that belongs to it is missing.</source>
        <translation>Etwas, das dazugehört, fehlt.</translation>
    </message>
    <message>
        <source>Not all of its languages are there.</source>
        <translation>Nicht alle ihre Sprachen sind da.</translation>
    </message>
    <message>
        <source>The part that comes from its maker is damaged.</source>
        <translation>Der Teil, der vom Hersteller kommt, ist beschädigt.</translation>
    </message>
    <message>
        <source>Each computer has to download a part of it by itself.</source>
        <translation>Einen Teil davon muss jeder Computer selbst herunterladen.</translation>
    </message>
    <message>
        <source>Its maker&apos;s key has expired.</source>
        <translation>Der Schlüssel der Herausgeber ist abgelaufen.</translation>
    </message>
    <message>
        <source>Its maker&apos;s key expires soon.</source>
        <translation>Der Schlüssel der Herausgeber läuft bald ab.</translation>
    </message>
    <message>
        <source>It installs and runs. Nobody mends mistakes in it any more.</source>
        <translation>Sie lässt sich installieren und läuft. Fehler darin behebt niemand mehr.</translation>
    </message>
    <message>
        <source>It is newer than its maker&apos;s list on the drive.</source>
        <translation>Sie ist neuer als die Liste der Herausgeber auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>Computers do not get its maker&apos;s key from this drive.</source>
        <translation>Den Schlüssel der Herausgeber bekommen Computer nicht von diesem Laufwerk.</translation>
    </message>
    <message>
        <source>Writing to it was interrupted.</source>
        <translation>Das Schreiben darauf wurde unterbrochen.</translation>
    </message>
    <message>
        <source>There is something on it that Satchel did not put there.</source>
        <translation>Darauf ist etwas, das nicht von Satchel stammt.</translation>
    </message>
    <message>
        <source>It needs a newer Flatpak than some computers have.</source>
        <translation>Sie braucht ein neueres Flatpak, als manche Computer haben.</translation>
    </message>
    <message>
        <source>It is older than what was there before.</source>
        <translation>Sie ist älter als das, was vorher da war.</translation>
    </message>
    <message>
        <source>It is there from several sources; computers get one.</source>
        <translation>Es ist aus mehreren Quellen da; Computer bekommen eine davon.</translation>
    </message>
    <message>
        <source>It is there, but the drive has lost where it is from, so that nobody finds it.</source>
        <translation>Es ist da, aber das Laufwerk weiß nicht mehr, woher es ist, sodass niemand es findet.</translation>
    </message>
    <message>
        <source>There is a newer version of it.</source>
        <translation>Es gibt eine neuere Version.</translation>
    </message>
    <message>
        <source>Something left over from before takes room. It does no harm.</source>
        <translation>Ein Rest von früher braucht Platz. Er schadet nicht.</translation>
    </message>
    <message>
        <source>Something about it is not as it should be.</source>
        <translation>Etwas daran ist nicht, wie es sein soll.</translation>
    </message>
</context>
<context>
    <name>FootButtons</name>
    <message>
        <source>Install here…</source>
        <translation>Hier installieren&#xa0;…</translation>
    </message>
    <message>
        <source>On this computer, after every app was checked</source>
        <translation>Auf diesem Computer, nachdem jede App geprüft ist</translation>
    </message>
    <message>
        <source>Add apps</source>
        <translation>Apps hinzufügen</translation>
    </message>
    <message>
        <source>Copy to another drive</source>
        <translation>Auf ein anderes Laufwerk kopieren</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>Bericht speichern</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>What they do</source>
        <translation>Was sie tun</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
</context>
<context>
    <name>JobView</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>%1 of %2 files</source>
        <translation>%1 von %2 Dateien</translation>
    </message>
</context>
<context>
    <name>KeepGoingCard</name>
    <message>
        <source>Keep going with the next drive</source>
        <translation>Mit dem nächsten Laufwerk weitermachen</translation>
    </message>
    <message>
        <source>Pull a ready one out and plug the next one in: it starts by itself. Drives with other files on them are asked about first.</source>
        <translation>Ziehen Sie ein bereites ab und stecken Sie das nächste ein: Es beginnt von selbst. Bei Laufwerken mit anderen Dateien wird vorher gefragt.</translation>
    </message>
    <message>
        <source>made today</source>
        <translation>heute gemacht</translation>
    </message>
    <message>
        <source>%1 made today</source>
        <translation>%1 heute gemacht</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys of sources</source>
        <translation>Schlüssel der Quellen</translation>
    </message>
    <message>
        <source>Compare these fingerprints with those that the makers publish on their own pages. If they differ, do not use what comes from there.</source>
        <translation>Vergleichen Sie diese Fingerabdrücke mit denen, die die Betreiber auf ihren eigenen Seiten veröffentlichen. Weichen sie ab, verwenden Sie nichts von dort.</translation>
    </message>
    <message>
        <source>Fingerprints of the keys</source>
        <translation>Fingerabdrücke der Schlüssel</translation>
    </message>
    <message>
        <source>It has no key.</source>
        <translation>Es gibt keinen Schlüssel.</translation>
    </message>
</context>
<context>
    <name>LanguageChips</name>
    <message>
        <source>Languages, best first</source>
        <translation>Sprachen, die beste zuerst</translation>
    </message>
    <message>
        <source>This computer names none: texts are English</source>
        <translation>Dieser Computer nennt keine: Texte sind englisch</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Dazu</translation>
    </message>
    <message>
        <source>Add a language</source>
        <translation>Sprache hinzufügen</translation>
    </message>
    <message>
        <source>As on this computer</source>
        <translation>Wie auf diesem Computer</translation>
    </message>
    <message>
        <source>Languages as on this computer</source>
        <translation>Sprachen wie auf diesem Computer</translation>
    </message>
</context>
<context>
    <name>LanguageNames</name>
    <message>
        <source>Albanian</source>
        <translation>Albanisch</translation>
    </message>
    <message>
        <source>Amharic</source>
        <translation>Amharisch</translation>
    </message>
    <message>
        <source>Arabic</source>
        <translation>Arabisch</translation>
    </message>
    <message>
        <source>Armenian</source>
        <translation>Armenisch</translation>
    </message>
    <message>
        <source>Azerbaijani</source>
        <translation>Aserbaidschanisch</translation>
    </message>
    <message>
        <source>Basque</source>
        <translation>Baskisch</translation>
    </message>
    <message>
        <source>Belarusian</source>
        <translation>Belarussisch</translation>
    </message>
    <message>
        <source>Bangla</source>
        <translation>Bengalisch</translation>
    </message>
    <message>
        <source>Bosnian</source>
        <translation>Bosnisch</translation>
    </message>
    <message>
        <source>Bulgarian</source>
        <translation>Bulgarisch</translation>
    </message>
    <message>
        <source>Burmese</source>
        <translation>Birmanisch</translation>
    </message>
    <message>
        <source>Catalan</source>
        <translation>Katalanisch</translation>
    </message>
    <message>
        <source>Central Kurdish</source>
        <translation>Zentralkurdisch</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>Chinesisch</translation>
    </message>
    <message>
        <source>Croatian</source>
        <translation>Kroatisch</translation>
    </message>
    <message>
        <source>Czech</source>
        <translation>Tschechisch</translation>
    </message>
    <message>
        <source>Danish</source>
        <translation>Dänisch</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>Niederländisch</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>Esperanto</source>
        <translation>Esperanto</translation>
    </message>
    <message>
        <source>Estonian</source>
        <translation>Estnisch</translation>
    </message>
    <message>
        <source>Finnish</source>
        <translation>Finnisch</translation>
    </message>
    <message>
        <source>French</source>
        <translation>Französisch</translation>
    </message>
    <message>
        <source>Galician</source>
        <translation>Galicisch</translation>
    </message>
    <message>
        <source>Georgian</source>
        <translation>Georgisch</translation>
    </message>
    <message>
        <source>German</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>Greek</source>
        <translation>Griechisch</translation>
    </message>
    <message>
        <source>Hausa</source>
        <translation>Hausa</translation>
    </message>
    <message>
        <source>Hebrew</source>
        <translation>Hebräisch</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>Hindi</translation>
    </message>
    <message>
        <source>Hungarian</source>
        <translation>Ungarisch</translation>
    </message>
    <message>
        <source>Icelandic</source>
        <translation>Isländisch</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>Indonesisch</translation>
    </message>
    <message>
        <source>Irish</source>
        <translation>Irisch</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>Italienisch</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>Japanisch</translation>
    </message>
    <message>
        <source>Kazakh</source>
        <translation>Kasachisch</translation>
    </message>
    <message>
        <source>Khmer</source>
        <translation>Khmer</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>Koreanisch</translation>
    </message>
    <message>
        <source>Kurdish</source>
        <translation>Kurdisch</translation>
    </message>
    <message>
        <source>Kyrgyz</source>
        <translation>Kirgisisch</translation>
    </message>
    <message>
        <source>Lao</source>
        <translation>Laotisch</translation>
    </message>
    <message>
        <source>Latin</source>
        <translation>Latein</translation>
    </message>
    <message>
        <source>Latvian</source>
        <translation>Lettisch</translation>
    </message>
    <message>
        <source>Lithuanian</source>
        <translation>Litauisch</translation>
    </message>
    <message>
        <source>Low German</source>
        <translation>Niederdeutsch</translation>
    </message>
    <message>
        <source>Luxembourgish</source>
        <translation>Luxemburgisch</translation>
    </message>
    <message>
        <source>Macedonian</source>
        <translation>Mazedonisch</translation>
    </message>
    <message>
        <source>Malay</source>
        <translation>Malaiisch</translation>
    </message>
    <message>
        <source>Maltese</source>
        <translation>Maltesisch</translation>
    </message>
    <message>
        <source>Mongolian</source>
        <translation>Mongolisch</translation>
    </message>
    <message>
        <source>Nepali</source>
        <translation>Nepalesisch</translation>
    </message>
    <message>
        <source>Norwegian Bokmål</source>
        <translation>Norwegisch (Bokmål)</translation>
    </message>
    <message>
        <source>Norwegian Nynorsk</source>
        <translation>Norwegisch (Nynorsk)</translation>
    </message>
    <message>
        <source>Pashto</source>
        <translation>Paschtu</translation>
    </message>
    <message>
        <source>Persian</source>
        <translation>Persisch</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>Polnisch</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>Portugiesisch</translation>
    </message>
    <message>
        <source>Punjabi</source>
        <translation>Panjabi</translation>
    </message>
    <message>
        <source>Romanian</source>
        <translation>Rumänisch</translation>
    </message>
    <message>
        <source>Russian</source>
        <translation>Russisch</translation>
    </message>
    <message>
        <source>Serbian</source>
        <translation>Serbisch</translation>
    </message>
    <message>
        <source>Sinhala</source>
        <translation>Singhalesisch</translation>
    </message>
    <message>
        <source>Slovak</source>
        <translation>Slowakisch</translation>
    </message>
    <message>
        <source>Slovenian</source>
        <translation>Slowenisch</translation>
    </message>
    <message>
        <source>Somali</source>
        <translation>Somali</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>Spanisch</translation>
    </message>
    <message>
        <source>Swahili</source>
        <translation>Swahili</translation>
    </message>
    <message>
        <source>Swedish</source>
        <translation>Schwedisch</translation>
    </message>
    <message>
        <source>Swiss German</source>
        <translation>Schweizerdeutsch</translation>
    </message>
    <message>
        <source>Tajik</source>
        <translation>Tadschikisch</translation>
    </message>
    <message>
        <source>Tamil</source>
        <translation>Tamil</translation>
    </message>
    <message>
        <source>Telugu</source>
        <translation>Telugu</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>Thailändisch</translation>
    </message>
    <message>
        <source>Tibetan</source>
        <translation>Tibetisch</translation>
    </message>
    <message>
        <source>Tigrinya</source>
        <translation>Tigrinya</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>Türkisch</translation>
    </message>
    <message>
        <source>Turkmen</source>
        <translation>Turkmenisch</translation>
    </message>
    <message>
        <source>Ukrainian</source>
        <translation>Ukrainisch</translation>
    </message>
    <message>
        <source>Urdu</source>
        <translation>Urdu</translation>
    </message>
    <message>
        <source>Uzbek</source>
        <translation>Usbekisch</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>Vietnamesisch</translation>
    </message>
    <message>
        <source>Welsh</source>
        <translation>Walisisch</translation>
    </message>
    <message>
        <source>Yoruba</source>
        <translation>Yoruba</translation>
    </message>
    <message>
        <source>Zulu</source>
        <translation>Zulu</translation>
    </message>
</context>
<context>
    <name>LanguageWords</name>
    <message>
        <source>No translations come for %1.</source>
        <translation>Für %1 kommen keine Übersetzungen mit.</translation>
    </message>
    <message>
        <source>Drives get all languages of an app, and this computer has only some of them: %1. To take these along, choose them under “Languages…” above the apps, with “Carry only these”.</source>
        <translation>Laufwerke bekommen alle Sprachen einer App, und dieser Computer hat nur einige davon: %1. Um diese mitzunehmen, wählen Sie sie über den Apps unter „Sprachen&#xa0;…“ mit „Nur diese mitnehmen“.</translation>
    </message>
</context>
<context>
    <name>LanguagesAndGraphicsDialog</name>
    <message>
        <source>Languages and graphics</source>
        <translation>Sprachen und Grafik</translation>
    </message>
    <message>
        <source>Use them</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Which are read where the drive goes? Each computer takes its own of those that the drive has. Before anything is written you are told what lacks one of them.</source>
        <translation>Welche werden dort gelesen, wohin das Laufwerk kommt? Jeder Computer nimmt sich die seinen von denen, die auf dem Laufwerk sind. Bevor etwas geschrieben wird, erfahren Sie, wo eine fehlt.</translation>
    </message>
    <message>
        <source>Carry only these</source>
        <translation>Nur diese mitnehmen</translation>
    </message>
    <message>
        <source>Apps come without their other languages</source>
        <translation>Apps kommen ohne ihre anderen Sprachen</translation>
    </message>
    <message>
        <source>Intel, AMD and the free drivers need nothing more. For computers with NVIDIA&apos;s own driver, choose its exact version, as nvidia-smi shows it there.</source>
        <translation>Intel, AMD und die freien Treiber brauchen nichts weiter. Für Computer mit NVIDIAs eigenem Treiber wählen Sie dessen genaue Version, wie nvidia-smi sie dort zeigt.</translation>
    </message>
    <message>
        <source>No other drivers are offered: what is free comes along by itself.</source>
        <translation>Andere Treiber werden nicht angeboten: Die freien kommen von selbst mit.</translation>
    </message>
    <message>
        <source>Graphics drivers</source>
        <translation>Grafiktreiber</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>What happened so far</source>
        <translation>Was bisher geschah</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Satchel, demo</source>
        <translation>Satchel, Demo</translation>
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
        <source>If you stop now, what was on the drive before stays usable, and the next time goes on from here.</source>
        <translation>Wenn Sie jetzt abbrechen, bleibt alles benutzbar, was vorher auf dem Laufwerk war, und beim nächsten Mal geht es von hier aus weiter.</translation>
    </message>
    <message>
        <source>The drive is still being written.</source>
        <translation>Das Laufwerk wird noch beschrieben.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Abbrechen und schließen</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>Weiter schreiben</translation>
    </message>
</context>
<context>
    <name>Make</name>
    <message>
        <source>Nothing is being written</source>
        <translation>Es wird nichts geschrieben</translation>
    </message>
    <message>
        <source>Writing to %1</source>
        <translation>%1 wird beschrieben</translation>
    </message>
    <message>
        <source>Leave the drive plugged in. You can do other things meanwhile.</source>
        <translation>Lassen Sie das Laufwerk eingesteckt. Sie können inzwischen anderes tun.</translation>
    </message>
    <message>
        <source>You can stop, or pull the drive out: it goes on later where it was.</source>
        <translation>Sie können anhalten oder das Laufwerk abziehen: Später geht es dort weiter.</translation>
    </message>
    <message>
        <source>Updating %1</source>
        <translation>%1 wird aktualisiert</translation>
    </message>
    <message>
        <source>Stop updating %1?</source>
        <translation>Das Aktualisieren von %1 anhalten?</translation>
    </message>
    <message>
        <source>Go on updating</source>
        <translation>Weiter aktualisieren</translation>
    </message>
    <message>
        <source>%1 is up to date</source>
        <translation>%1 ist auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>Taking apps off %1</source>
        <translation>Apps werden von %1 heruntergenommen</translation>
    </message>
    <message>
        <source>Changing what is on %1</source>
        <translation>%1 wird geändert</translation>
    </message>
    <message>
        <source>Stop changing what is on %1?</source>
        <translation>Das Ändern von %1 anhalten?</translation>
    </message>
    <message>
        <source>What has been done stays so, and the apps on it can still be installed.</source>
        <translation>Was getan ist, bleibt so, und die Apps darauf lassen sich weiter installieren.</translation>
    </message>
    <message>
        <source>Repairing %1</source>
        <translation>%1 wird repariert</translation>
    </message>
    <message>
        <source>Stop repairing %1?</source>
        <translation>Das Reparieren von %1 anhalten?</translation>
    </message>
    <message>
        <source>What is repaired stays so, and what was sound can still be installed.</source>
        <translation>Was repariert ist, bleibt so, und was in Ordnung war, lässt sich weiter installieren.</translation>
    </message>
    <message>
        <source>Go on repairing</source>
        <translation>Weiter reparieren</translation>
    </message>
    <message>
        <source>%1 is sound again</source>
        <translation>%1 ist wieder in Ordnung</translation>
    </message>
    <message>
        <source>Copying %1 to %2</source>
        <translation>%1 wird auf %2 kopiert</translation>
    </message>
    <message>
        <source>Leave both drives plugged in. You can do other things meanwhile.</source>
        <translation>Lassen Sie beide Laufwerke stecken. Sie können inzwischen anderes tun.</translation>
    </message>
    <message>
        <source>Stop copying to %1?</source>
        <translation>Das Kopieren auf %1 anhalten?</translation>
    </message>
    <message>
        <source>What is copied stays, and the next time goes on from there.</source>
        <translation>Was kopiert ist, bleibt, und das nächste Mal geht es von dort weiter.</translation>
    </message>
    <message>
        <source>Go on copying</source>
        <translation>Weiter kopieren</translation>
    </message>
    <message>
        <source>%1 is a copy of %2</source>
        <translation>%1 ist eine Kopie von %2</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Nothing is lost: what is written stays.</source>
        <translation>Nichts geht verloren: Was geschrieben ist, bleibt.</translation>
    </message>
    <message>
        <source>In step 1 you can choose another drive.</source>
        <translation>In Schritt 1 können Sie ein anderes Laufwerk wählen.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Waiting at %1 %</source>
        <translation>Wartet bei %1 %</translation>
    </message>
    <message>
        <source>Stopped at %1 %</source>
        <translation>Angehalten, %1 %</translation>
    </message>
    <message>
        <source>Paused at %1 %</source>
        <translation>Pause bei %1 %</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 is not finished</source>
        <translation>%1 ist noch nicht fertig</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Leave apps out</source>
        <translation>Apps weglassen</translation>
    </message>
    <message>
        <source>%1 %, %2</source>
        <translation>%1 %, %2</translation>
    </message>
    <message>
        <source>Next drive, same apps</source>
        <translation>Nächstes Laufwerk, gleiche Apps</translation>
    </message>
    <message>
        <source>%1 is not ready</source>
        <translation>%1 ist nicht fertig</translation>
    </message>
    <message>
        <source>Do not hand it out before it is repaired.</source>
        <translation>Geben Sie es erst aus der Hand, wenn es repariert ist.</translation>
    </message>
    <message>
        <source>%1 can be pulled out</source>
        <translation>%1 kann abgezogen werden</translation>
    </message>
    <message>
        <source>Carry it to the first computer.</source>
        <translation>Bringen Sie es zum ersten Computer.</translation>
    </message>
    <message>
        <source>%1 is ready to hand out</source>
        <translation>%1 kann ausgegeben werden</translation>
    </message>
    <message>
        <source>Eject it, then carry it to the first computer.</source>
        <translation>Werfen Sie es aus, dann bringen Sie es zum ersten Computer.</translation>
    </message>
    <message>
        <source>Safe to pull out after ejecting.</source>
        <translation>Nach dem Auswerfen kann es abgezogen werden.</translation>
    </message>
    <message>
        <source>Ejecting…</source>
        <translation>Wird ausgeworfen&#xa0;…</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
    <message>
        <source>Finished at %1</source>
        <translation>Fertig um %1</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Going on</source>
        <translation>Es geht weiter</translation>
    </message>
    <message>
        <source>Stop writing to %1?</source>
        <translation>Schreiben auf %1 anhalten?</translation>
    </message>
    <message>
        <source>What is written stays, and the apps that were on it can still be installed.</source>
        <translation>Was geschrieben ist, bleibt, und die Apps, die vorher darauf waren, lassen sich weiterhin installieren.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>Weiter schreiben</translation>
    </message>
    <message>
        <source>Checking who vouches for the apps</source>
        <translation>Es wird geprüft, wer für die Apps bürgt</translation>
    </message>
    <message>
        <source>Asking what its source has</source>
        <translation>Die Quelle wird gefragt, was sie hat</translation>
    </message>
    <message>
        <source>Copying</source>
        <translation>Wird kopiert</translation>
    </message>
    <message>
        <source>Getting the apps</source>
        <translation>Die Apps werden geholt</translation>
    </message>
    <message>
        <source>Saving. Leave the drive plugged in.</source>
        <translation>Wird gespeichert. Lassen Sie das Laufwerk eingesteckt.</translation>
    </message>
    <message>
        <source>Checking: reading everything back</source>
        <translation>Prüfen: Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Looking for what is damaged</source>
        <translation>Sucht, was beschädigt ist</translation>
    </message>
    <message>
        <source>Getting again what is damaged</source>
        <translation>Holt neu, was beschädigt ist</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 pro Sekunde</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>No internet connection</source>
        <translation>Keine Internetverbindung</translation>
    </message>
    <message>
        <source>Nothing is lost. It goes on by itself as soon as the internet is back.</source>
        <translation>Nichts geht verloren. Es geht von selbst weiter, sobald das Internet wieder da ist.</translation>
    </message>
    <message>
        <source>%1 was pulled out.</source>
        <translation>%1 wurde abgezogen.</translation>
    </message>
    <message>
        <source>Plug it in again, it goes on by itself.</source>
        <translation>Stecken Sie es wieder ein, dann geht es von selbst weiter.</translation>
    </message>
    <message>
        <source>Stopped as you asked.</source>
        <translation>Auf Ihren Wunsch angehalten.</translation>
    </message>
    <message>
        <source>It goes on from here whenever you like.</source>
        <translation>Es geht von hier aus weiter, wann immer Sie möchten.</translation>
    </message>
    <message>
        <source>The source of the apps does not answer</source>
        <translation>Die Quelle der Apps antwortet nicht</translation>
    </message>
    <message>
        <source>%1 is full.</source>
        <translation>%1 ist voll.</translation>
    </message>
    <message>
        <source>Make room on it, or leave apps out. What is written stays.</source>
        <translation>Schaffen Sie Platz darauf, oder lassen Sie Apps weg. Was geschrieben ist, bleibt.</translation>
    </message>
    <message>
        <source>%1 more are needed: make room on it, or leave apps out.</source>
        <translation>Es fehlen %1: Schaffen Sie Platz darauf, oder lassen Sie Apps weg.</translation>
    </message>
    <message>
        <source>Something else has written %1 to it. %2 more are needed: make room on it, or leave apps out.</source>
        <translation>Etwas anderes hat %1 darauf geschrieben. Es fehlen %2: Schaffen Sie Platz darauf, oder lassen Sie Apps weg.</translation>
    </message>
</context>
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
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>%1 % %2</source>
        <translation>%1 % %2</translation>
    </message>
    <message>
        <source>Stop all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist fertig</translation>
    </message>
    <message>
        <source>%1 is not ready</source>
        <translation>%1 ist nicht fertig</translation>
    </message>
    <message>
        <source>How the apps get onto a computer</source>
        <translation>So kommen die Apps auf einen Computer</translation>
    </message>
    <message>
        <source>You can go on in Satchel.</source>
        <translation>Sie können in Satchel weitermachen.</translation>
    </message>
</context>
<context>
    <name>ManageSetsDialog</name>
    <message>
        <source>Saved sets</source>
        <translation>Eigene Zusammenstellungen</translation>
    </message>
    <message>
        <source>Sets that cannot be used</source>
        <translation>Zusammenstellungen, die nicht verwendbar sind</translation>
    </message>
    <message>
        <source>Save to a file…</source>
        <translation>In einer Datei speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1, cannot be used</source>
        <translation>%1, nicht verwendbar</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n app(s)</source>
        <translation>
            <numerusform>%1, %n App</numerusform>
            <numerusform>%1, %n Apps</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is saved</source>
        <translation>Nichts gespeichert</translation>
    </message>
    <message>
        <source>Choose apps, then save them as a set.</source>
        <translation>Wählen Sie Apps aus, und speichern Sie sie als Zusammenstellung.</translation>
    </message>
    <message>
        <source>Save the set</source>
        <translation>Zusammenstellung speichern</translation>
    </message>
    <message>
        <source>It was written to %1.</source>
        <translation>Gespeichert in %1.</translation>
    </message>
</context>
<context>
    <name>Many</name>
    <message>
        <source>Plug in the next drive.</source>
        <translation>Stecken Sie das nächste Laufwerk ein.</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>%1 of %2 ready</source>
        <translation>%1 von %2 bereit</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle pausieren</translation>
    </message>
    <message>
        <source>Next drives, same apps</source>
        <translation>Nächste Laufwerke, dieselben Apps</translation>
    </message>
    <message>
        <source>What&apos;s on a drive</source>
        <translation>Was drauf ist</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Safe to pull out after ejecting.</source>
        <translation>Nach dem Auswerfen kann es abgezogen werden.</translation>
    </message>
    <message>
        <source>Eject all</source>
        <translation>Alle auswerfen</translation>
    </message>
    <message>
        <source>%1 %, %2</source>
        <translation>%1 %, %2</translation>
    </message>
    <message>
        <source>Stop writing to all drives?</source>
        <translation>Das Schreiben auf alle Laufwerke abbrechen?</translation>
    </message>
    <message>
        <source>What is written stays, and the apps that were on them can still be installed.</source>
        <translation>Was geschrieben ist, bleibt, und die Apps, die darauf waren, lassen sich weiter installieren.</translation>
    </message>
    <message>
        <source>Stop all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>Weiter schreiben</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist fertig</translation>
    </message>
    <message>
        <source>%1 is not ready</source>
        <translation>%1 ist nicht fertig</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 was not copied</source>
        <translation>%1 wurde nicht kopiert</translation>
    </message>
    <message>
        <source>%1 has other apps on it. They stay.</source>
        <translation>Auf %1 sind andere Apps. Sie bleiben.</translation>
    </message>
    <message>
        <source>%1 has %2 and %3 on it. They stay.</source>
        <translation>Auf %1 sind %2 und %3. Sie bleiben.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>Is it meant?</source>
        <translation>Ist es gemeint?</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Wird beschrieben</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Wird gespeichert</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Wird geprüft</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>Nicht bereit</translation>
    </message>
    <message>
        <source>Pulled out</source>
        <translation>Abgezogen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>Nichts zu tun</translation>
    </message>
    <message>
        <source>Left alone</source>
        <translation>Unberührt</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Nicht verwendbar</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>Leave it plugged in</source>
        <translation>Stecken lassen</translation>
    </message>
    <message>
        <source>No internet connection</source>
        <translation>Keine Internetverbindung</translation>
    </message>
    <message>
        <source>Ejecting…</source>
        <translation>Wird ausgeworfen&#xa0;…</translation>
    </message>
    <message>
        <source>Pull it out</source>
        <translation>Ziehen Sie es ab</translation>
    </message>
    <message>
        <source>Plug it in again, it goes on</source>
        <translation>Wieder einstecken, es geht weiter</translation>
    </message>
    <message>
        <source>All of it is on it already</source>
        <translation>Alles ist schon darauf</translation>
    </message>
    <message>
        <source>Nothing was written to it</source>
        <translation>Nichts wurde darauf geschrieben</translation>
    </message>
    <message>
        <source>Do not pull it out yet</source>
        <translation>Noch nicht abziehen</translation>
    </message>
    <message>
        <source>Eject it, then pull it out</source>
        <translation>Auswerfen, dann abziehen</translation>
    </message>
    <message>
        <source>What is written stays</source>
        <translation>Was geschrieben ist, bleibt</translation>
    </message>
    <message>
        <source>There is no room for all of it</source>
        <translation>Es ist nicht für alles Platz</translation>
    </message>
    <message>
        <source>It was pulled out</source>
        <translation>Es wurde abgezogen</translation>
    </message>
    <message>
        <source>The source of the apps does not answer</source>
        <translation>Die Quelle der Apps antwortet nicht</translation>
    </message>
    <message>
        <source>These could not be had: %1.</source>
        <translation>Nicht zu bekommen waren: %1.</translation>
    </message>
    <message>
        <source>Do not hand it out. Trying again writes what is damaged once more.</source>
        <translation>Geben Sie es nicht aus. Ein neuer Versuch schreibt das Beschädigte noch einmal.</translation>
    </message>
    <message>
        <source>Plug it in again, and it goes on by itself.</source>
        <translation>Stecken Sie es wieder ein, dann geht es von selbst weiter.</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>ManyCounts</name>
    <message numerus="yes">
        <source>%n drive(s)</source>
        <translation>
            <numerusform>%n Laufwerk</numerusform>
            <numerusform>%n Laufwerke</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The same %n app(s) %1</source>
        <translation>
            <numerusform>Dieselbe App %1</numerusform>
            <numerusform>Dieselben %n Apps %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>on %n drive(s)</source>
        <translation>
            <numerusform>auf %n Laufwerk</numerusform>
            <numerusform>auf %n Laufwerken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) on each drive</source>
        <translation>
            <numerusform>%n App auf jedes Laufwerk</numerusform>
            <numerusform>%n Apps auf jedes Laufwerk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) on each drive, downloaded once</source>
        <translation>
            <numerusform>%n App auf jedes Laufwerk, einmal heruntergeladen</numerusform>
            <numerusform>%n Apps auf jedes Laufwerk, einmal heruntergeladen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copying %1 to %n drive(s)</source>
        <translation>
            <numerusform>%1 wird auf %n Laufwerk kopiert</numerusform>
            <numerusform>%1 wird auf %n Laufwerke kopiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 copied to %n drive(s)</source>
        <translation>
            <numerusform>%1 ist auf %n Laufwerk kopiert</numerusform>
            <numerusform>%1 ist auf %n Laufwerke kopiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are ready</source>
        <translation>
            <numerusform>%n ist bereit</numerusform>
            <numerusform>%n sind bereit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n under way</source>
        <translation>
            <numerusform>%n in Arbeit</numerusform>
            <numerusform>%n in Arbeit</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n fehlgeschlagen</numerusform>
            <numerusform>%n fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stopped</source>
        <translation>
            <numerusform>%n angehalten</numerusform>
            <numerusform>%n angehalten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pulled out</source>
        <translation>
            <numerusform>%n abgezogen</numerusform>
            <numerusform>%n abgezogen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone</source>
        <translation>
            <numerusform>%n unberührt</numerusform>
            <numerusform>%n unberührt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to be asked about</source>
        <translation>
            <numerusform>%n mit einer Frage</numerusform>
            <numerusform>%n mit einer Frage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n Ordner</numerusform>
            <numerusform>%n Ordner</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 has %n folder(s) on it. They stay.</source>
        <translation>
            <numerusform>Auf %1 ist %n Ordner. Er bleibt.</numerusform>
            <numerusform>Auf %1 sind %n Ordner. Sie bleiben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 has %n file(s) on it. They stay.</source>
        <translation>
            <numerusform>Auf %1 ist %n Datei. Sie bleibt.</numerusform>
            <numerusform>Auf %1 sind %n Dateien. Sie bleiben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s) were found</source>
        <translation>
            <numerusform>%n Problem wurde gefunden</numerusform>
            <numerusform>%n Probleme wurden gefunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Without %n app(s) that could not be had</source>
        <translation>
            <numerusform>Ohne %n App, die nicht zu bekommen war</numerusform>
            <numerusform>Ohne %n Apps, die nicht zu bekommen waren</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ManyRow</name>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Not this one</source>
        <translation>Dieses nicht</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
    <message>
        <source>Drive %1, %2</source>
        <translation>Laufwerk %1, %2</translation>
    </message>
</context>
<context>
    <name>MessageCard</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
</context>
<context>
    <name>MessageSlot</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
</context>
<context>
    <name>MoreMenu</name>
    <message>
        <source>Open START-HERE</source>
        <translation>START-HERE öffnen</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Install here…</source>
        <translation>Hier installieren&#xa0;…</translation>
    </message>
    <message>
        <source>Copy to another drive…</source>
        <translation>Auf ein anderes Laufwerk kopieren&#xa0;…</translation>
    </message>
    <message>
        <source>Compare with…</source>
        <translation>Vergleichen mit&#xa0;…</translation>
    </message>
    <message>
        <source>Share on the network</source>
        <translation>Im Netzwerk freigeben</translation>
    </message>
    <message>
        <source>Try it as an offline computer would</source>
        <translation>Ausprobieren wie ein Computer ohne Internet</translation>
    </message>
    <message>
        <source>Check for updates</source>
        <translation>Nach Updates suchen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
</context>
<context>
    <name>NetworkCard</name>
    <message>
        <source>Share on the network</source>
        <translation>Im Netzwerk freigeben</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Fetch what is missing</source>
        <translation>Fehlendes holen</translation>
    </message>
    <message>
        <source>Announce it nearby</source>
        <translation>Computern in der Nähe melden</translation>
    </message>
    <message>
        <source>The number at the end of the address</source>
        <translation>Die Zahl am Ende der Adresse</translation>
    </message>
    <message>
        <source>From the internet, once for all computers</source>
        <translation>Aus dem Internet, einmal für alle Computer</translation>
    </message>
    <message>
        <source>Computers find it without the address</source>
        <translation>Computer finden es ohne die Adresse</translation>
    </message>
</context>
<context>
    <name>NobodyVouchesDialog</name>
    <message>
        <source>Nobody vouches for %1</source>
        <translation>Niemand bürgt für %1</translation>
    </message>
    <message>
        <source>These apps are not signed. Someone on the way could have changed them. Take them only from people you trust.</source>
        <translation>Diese Apps sind nicht signiert. Jemand könnte sie unterwegs verändert haben. Nehmen Sie sie nur von Menschen, denen Sie vertrauen.</translation>
    </message>
    <message>
        <source>Take them anyway</source>
        <translation>Trotzdem nehmen</translation>
    </message>
</context>
<context>
    <name>OfferedFiles</name>
    <message>
        <source>About the file</source>
        <translation>Über die Datei</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message numerus="yes">
        <source>For %n computer(s)</source>
        <translation>
            <numerusform>Für %n Computer</numerusform>
            <numerusform>Für %n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2 added</source>
        <translation>%1: %2 hinzugefügt</translation>
    </message>
    <message>
        <source>%1 added, %2 not: %3</source>
        <translation>%1 hinzugefügt, %2 nicht: %3</translation>
    </message>
    <message>
        <source>%1 added</source>
        <translation>%1 hinzugefügt</translation>
    </message>
    <message>
        <source>%1 added to your choice</source>
        <translation>%1 ist jetzt in Ihrer Auswahl</translation>
    </message>
    <message>
        <source>%1 added to your sources</source>
        <translation>%1 ist jetzt unter Ihren Quellen</translation>
    </message>
    <message>
        <source>%1 is among your sources already</source>
        <translation>%1 ist schon unter Ihren Quellen</translation>
    </message>
    <message>
        <source>All of it is chosen already</source>
        <translation>Alles davon ist schon in Ihrer Auswahl</translation>
    </message>
    <message>
        <source>%1 is chosen already</source>
        <translation>%1 ist schon in Ihrer Auswahl</translation>
    </message>
</context>
<context>
    <name>PlaceCard</name>
    <message>
        <source>Start afresh</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>See updates</source>
        <translation>Updates ansehen</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
</context>
<context>
    <name>PlaceTitle</name>
    <message>
        <source>%1. Choose another drive or folder</source>
        <translation>%1. Anderes Laufwerk oder anderen Ordner wählen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>Made up, %1</source>
        <translation>Ausgedacht, %1</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>Nur lesbar</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Voll</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Not readable, must be erased</source>
        <translation>Nicht lesbar, muss gelöscht werden</translation>
    </message>
    <message>
        <source>Choose it to see what is on it.</source>
        <translation>Wählen Sie es, um es anzusehen.</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>It could not be renamed.</source>
        <translation>Es ließ sich nicht umbenennen.</translation>
    </message>
    <message>
        <source>It cannot be ejected just now.</source>
        <translation>Es lässt sich gerade nicht auswerfen.</translation>
    </message>
    <message>
        <source>This computer cannot open this drive.</source>
        <translation>Es lässt sich hier nicht öffnen.</translation>
    </message>
    <message>
        <source>What is written is kept.</source>
        <translation>Was geschrieben ist, bleibt.</translation>
    </message>
    <message>
        <source>What is on it was being changed.</source>
        <translation>Es wurde gerade geändert, was darauf ist.</translation>
    </message>
    <message>
        <source>%1 of %2 apps are on it.</source>
        <translation>%1 von %2 Apps sind darauf.</translation>
    </message>
    <message>
        <source>%1 of %2 is written and kept.</source>
        <translation>%1 von %2 sind geschrieben und bleiben.</translation>
    </message>
    <message>
        <source>The apps on it are damaged.</source>
        <translation>Die Apps darauf sind beschädigt.</translation>
    </message>
    <message>
        <source>Writing them again repairs it.</source>
        <translation>Noch einmal geschrieben, sind sie wieder heil.</translation>
    </message>
    <message>
        <source>%1 free.</source>
        <translation>%1 frei.</translation>
    </message>
    <message>
        <source>There is no room for apps.</source>
        <translation>Für Apps ist kein Platz.</translation>
    </message>
    <message>
        <source>No apps on it yet.</source>
        <translation>Noch keine Apps darauf.</translation>
    </message>
    <message>
        <source>Written on %1.</source>
        <translation>Geschrieben am %1.</translation>
    </message>
    <message>
        <source>It is built into this computer.</source>
        <translation>Es ist in diesem Computer eingebaut.</translation>
    </message>
    <message>
        <source>There is no card in this reader.</source>
        <translation>In diesem Lesegerät ist keine Karte.</translation>
    </message>
    <message>
        <source>It is write-protected.</source>
        <translation>Es ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>It asks for a password.</source>
        <translation>Es verlangt ein Passwort.</translation>
    </message>
    <message>
        <source>It belongs together with other drives.</source>
        <translation>Es gehört mit anderen Laufwerken zusammen.</translation>
    </message>
    <message>
        <source>This computer can read it, but not write to it.</source>
        <translation>Dieser Computer kann es lesen, aber nicht darauf schreiben.</translation>
    </message>
    <message>
        <source>This computer cannot read this kind of drive.</source>
        <translation>Diese Art von Laufwerk kann dieser Computer nicht lesen.</translation>
    </message>
    <message>
        <source>Take a drive that can be carried away.</source>
        <translation>Nehmen Sie ein Laufwerk, das sich mitnehmen lässt.</translation>
    </message>
    <message>
        <source>Put one in.</source>
        <translation>Legen Sie eine ein.</translation>
    </message>
    <message>
        <source>Look for a small switch on its side.</source>
        <translation>Suchen Sie einen kleinen Schalter an der Seite.</translation>
    </message>
    <message>
        <source>Unlock it in your file manager, or take another drive: classroom computers could not read it either.</source>
        <translation>Entsperren Sie es in Ihrer Dateiverwaltung, oder nehmen Sie ein anderes Laufwerk: Auch die Computer im Klassenzimmer könnten es nicht lesen.</translation>
    </message>
    <message>
        <source>It is damaged, or of a kind that cannot be changed. Take another drive, or erase this one and set it up again.</source>
        <translation>Es ist beschädigt, oder es lässt sich grundsätzlich nicht ändern. Nehmen Sie ein anderes Laufwerk, oder löschen Sie dieses und richten Sie es neu ein.</translation>
    </message>
    <message>
        <source>Delete what is no longer needed there.</source>
        <translation>Löschen Sie, was dort nicht mehr gebraucht wird.</translation>
    </message>
    <message>
        <source>Erased and set up again, it can be used; what is on it would be lost. Or take another drive.</source>
        <translation>Gelöscht und neu eingerichtet, lässt es sich benutzen; was darauf ist, ginge verloren. Oder nehmen Sie ein anderes Laufwerk.</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>gewählt</translation>
    </message>
    <message>
        <source>Demo drive</source>
        <translation>Demo-Laufwerk</translation>
    </message>
</context>
<context>
    <name>PlacesView</name>
    <message>
        <source>Drives and folders</source>
        <translation>Laufwerke und Ordner</translation>
    </message>
    <message>
        <source>Fill both with the same apps</source>
        <translation>Beide mit denselben Apps füllen</translation>
    </message>
    <message>
        <source>Fill all %1 with the same apps</source>
        <translation>Alle %1 mit denselben Apps füllen</translation>
    </message>
    <message>
        <source>Drives cannot be found on this computer</source>
        <translation>Auf diesem Computer lassen sich keine Laufwerke finden</translation>
    </message>
    <message>
        <source>You can use a folder.</source>
        <translation>Sie können einen Ordner nehmen.</translation>
    </message>
    <message>
        <source>Use a folder</source>
        <translation>Einen Ordner nehmen</translation>
    </message>
    <message>
        <source>Try it without a drive</source>
        <translation>Ohne Laufwerk ausprobieren</translation>
    </message>
    <message>
        <source>A drive is missing?</source>
        <translation>Ein Laufwerk fehlt?</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Why a drive may be missing</source>
        <translation>Warum ein Laufwerk fehlen kann</translation>
    </message>
    <message>
        <source>No drive</source>
        <translation>Kein Laufwerk</translation>
    </message>
    <message>
        <source>I have plugged one in, and nothing happens</source>
        <translation>Eingesteckt, aber nichts geschieht</translation>
    </message>
    <message>
        <source>Plug in a USB drive</source>
        <translation>Stecken Sie ein USB-Laufwerk ein</translation>
    </message>
    <message>
        <source>It shows up here by itself. 8 GB is enough for about twenty school apps, 32 GB also for a whole encyclopedia.</source>
        <translation>Es erscheint hier von selbst. 8 GB reichen für etwa zwanzig Apps für die Schule, 32 GB auch für ein ganzes Lexikon.</translation>
    </message>
</context>
<context>
    <name>PlanDetails</name>
    <message>
        <source>What will be written and why</source>
        <translation>Was geschrieben wird und warum</translation>
    </message>
    <message>
        <source>%1 (%2), list of %3, signed by %4</source>
        <translation>%1 (%2), Liste vom %3, signiert von %4</translation>
    </message>
    <message>
        <source>%1 (%2), list of %3, not signed</source>
        <translation>%1 (%2), Liste vom %3, nicht signiert</translation>
    </message>
</context>
<context>
    <name>PlanRow</name>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>PlanTree</name>
    <message>
        <source>Your choice and what it needs</source>
        <translation>Ihre Auswahl und was sie braucht</translation>
    </message>
    <message>
        <source>Comes with it</source>
        <translation>Kommt mit</translation>
    </message>
    <message>
        <source>Stays as it is</source>
        <translation>Bleibt, wie es ist</translation>
    </message>
    <message>
        <source>counted above</source>
        <translation>oben gezählt</translation>
    </message>
    <message>
        <source>The catalogue</source>
        <translation>Der Katalog</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>updated</source>
        <translation>aktualisiert</translation>
    </message>
    <message>
        <source>on the drive</source>
        <translation>auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>Room on the drive</source>
        <translation>Platz auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Change apps</source>
        <translation>Apps ändern</translation>
    </message>
    <message>
        <source>What they need to run</source>
        <translation>Was sie zum Laufen brauchen</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message numerus="yes">
        <source>For %n computer(s)</source>
        <translation>
            <numerusform>Für %n Computer</numerusform>
            <numerusform>Für %n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>What each will get</source>
        <translation>Was jeder bekommt</translation>
    </message>
</context>
<context>
    <name>PlanWords</name>
    <message>
        <source>%1 onto %2</source>
        <translation>%1 auf %2</translation>
    </message>
    <message>
        <source>Everything you chose is on it already.</source>
        <translation>Alles, was Sie gewählt haben, ist schon darauf.</translation>
    </message>
    <message>
        <source>Look it over once. Nothing that is on the drive now gets lost.</source>
        <translation>Einmal durchsehen, bitte. Nichts, was jetzt auf dem Laufwerk ist, geht verloren.</translation>
    </message>
    <message>
        <source>at %1 a second</source>
        <translation>bei %1 je Sekunde</translation>
    </message>
    <message>
        <source>To download</source>
        <translation>Zu laden</translation>
    </message>
    <message>
        <source>Takes on the drive</source>
        <translation>Belegt auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Takes about</source>
        <translation>Dauert etwa</translation>
    </message>
    <message>
        <source>up to %1</source>
        <translation>bis zu %1</translation>
    </message>
    <message>
        <source>%1 is here already</source>
        <translation>%1 sind schon hier</translation>
    </message>
    <message>
        <source>too many files for this drive</source>
        <translation>zu viele Dateien für dieses Laufwerk</translation>
    </message>
    <message>
        <source>%1 stay free</source>
        <translation>%1 bleiben frei</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>%1 zu viel</translation>
    </message>
    <message>
        <source>Becomes free</source>
        <translation>Wird frei</translation>
    </message>
    <message>
        <source>may be %1 too much</source>
        <translation>vielleicht %1 zu viel</translation>
    </message>
    <message>
        <source>a few minutes</source>
        <translation>einige Minuten</translation>
    </message>
    <message>
        <source>under 1 min</source>
        <translation>unter 1 min</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>On the drive already</source>
        <translation>Schon auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Update from %1 to %2</source>
        <translation>Update von %1 auf %2</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Update</translation>
    </message>
    <message>
        <source>Not in %1</source>
        <translation>Nicht auf %1</translation>
    </message>
    <message>
        <source>No more updates</source>
        <translation>Keine Updates mehr</translation>
    </message>
    <message>
        <source>Now called %1</source>
        <translation>Heißt jetzt %1</translation>
    </message>
    <message>
        <source>Nobody vouches for %1.</source>
        <translation>Niemand bürgt für %1.</translation>
    </message>
    <message>
        <source>Someone on the way could have changed its apps. On each computer somebody has to agree to that once more.</source>
        <translation>Jemand könnte ihre Apps unterwegs verändert haben. An jedem Computer muss jemand dem noch einmal zustimmen.</translation>
    </message>
    <message>
        <source>They are installed by the line that START-HERE shows, and by nothing else from this drive.</source>
        <translation>Installiert werden sie mit der Zeile, die START-HERE zeigt, und auf keinem anderen Weg von diesem Laufwerk.</translation>
    </message>
    <message>
        <source>The list of %1 is not signed.</source>
        <translation>Die Liste von %1 ist nicht signiert.</translation>
    </message>
    <message>
        <source>Someone on the way could hide apps, or offer older ones. The apps themselves are checked.</source>
        <translation>Unterwegs könnte jemand Apps verschweigen oder ältere anbieten. Die Apps selbst werden geprüft.</translation>
    </message>
    <message>
        <source>The part of it that comes from its maker cannot be carried.</source>
        <translation>Der Teil davon, der vom Hersteller kommt, kann nicht mitgenommen werden.</translation>
    </message>
    <message>
        <source>Something that it needs to run cannot be had.</source>
        <translation>Etwas, das sie zum Laufen braucht, ist nicht zu bekommen.</translation>
    </message>
    <message>
        <source>What it is made of cannot be had in a form that a drive can carry.</source>
        <translation>Sie ist nicht in einer Form zu bekommen, die ein Laufwerk tragen kann.</translation>
    </message>
    <message>
        <source>%1 cannot go on a drive.</source>
        <translation>%1 kann nicht auf ein Laufwerk.</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>No file on it can be larger than %1.</source>
        <translation>Keine Datei darauf kann größer sein als %1.</translation>
    </message>
    <message>
        <source>%1 is too large for this kind of drive.</source>
        <translation>%1 ist zu groß für diese Art von Laufwerk.</translation>
    </message>
    <message>
        <source>%1 may be too large for this kind of drive.</source>
        <translation>%1 ist für diese Art Laufwerk vielleicht zu groß.</translation>
    </message>
    <message>
        <source>Erase and set up again…</source>
        <translation>Löschen und neu einrichten&#xa0;…</translation>
    </message>
    <message>
        <source>Set up again, %1 takes files of any size.</source>
        <translation>Neu eingerichtet nimmt %1 Dateien jeder Größe.</translation>
    </message>
    <message>
        <source>What is on it now gets lost by that.</source>
        <translation>Was jetzt darauf ist, geht dabei verloren.</translation>
    </message>
    <message>
        <source>Set up again, %1 has room for all of it.</source>
        <translation>Neu eingerichtet hat %1 Platz für alles.</translation>
    </message>
    <message>
        <source>As it is now, it wastes room on small files. What is on it gets lost.</source>
        <translation>So, wie es jetzt ist, verschenkt es Platz an kleine Dateien. Was darauf ist, geht dabei verloren.</translation>
    </message>
    <message>
        <source>It works as it is. Nobody mends mistakes in it any more.</source>
        <translation>Es läuft weiter, aber Fehler behebt niemand mehr.</translation>
    </message>
    <message>
        <source>%1 is now called %2.</source>
        <translation>%1 heißt jetzt %2.</translation>
    </message>
    <message>
        <source>Computers install it under its new name.</source>
        <translation>Computer installieren es unter dem neuen Namen.</translation>
    </message>
    <message>
        <source>%1 runs on parts that get no more updates.</source>
        <translation>%1 läuft auf Teilen, die keine Updates mehr bekommen.</translation>
    </message>
    <message>
        <source>%1 gets no more updates.</source>
        <translation>%1 bekommt keine Updates mehr.</translation>
    </message>
</context>
<context>
    <name>ProgressCard</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Reading everything back</source>
        <translation>Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Now %1, app %2 of %3</source>
        <translation>Jetzt %1, App %2 von %3</translation>
    </message>
</context>
<context>
    <name>QrView</name>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
</context>
<context>
    <name>ReceivingDialog</name>
    <message>
        <source>Only for me</source>
        <translation>Nur für mich</translation>
    </message>
    <message>
        <source>For everybody on this computer</source>
        <translation>Für alle an diesem Computer</translation>
    </message>
    <message>
        <source>Whom to install for</source>
        <translation>Für wen installiert wird</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
</context>
<context>
    <name>ReceivingWords</name>
    <message>
        <source>Whose apps are these?</source>
        <translation>Von wem sind diese Apps?</translation>
    </message>
    <message>
        <source>Install on this computer</source>
        <translation>Auf diesem Computer installieren</translation>
    </message>
    <message>
        <source>Looking at what is on the drive…</source>
        <translation>Sieht nach, was auf dem Laufwerk ist&#xa0;…</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is wrong: it stands before %1, when the drive was made. Nothing can be checked until it is set.</source>
        <translation>Die Uhr dieses Computers geht falsch: Sie steht vor dem %1, an dem das Laufwerk beschrieben wurde. Bis sie gestellt ist, lässt sich nichts prüfen.</translation>
    </message>
    <message>
        <source>This computer does not know who made these apps. The drive says who, and that this is their key. Compare it with what the makers publish, or ask whoever gave you the drive. Whoever has this key can put anything on this computer.</source>
        <translation>Dieser Computer weiß nicht, von wem diese Apps sind. Das Laufwerk sagt, von wem, und dass dies deren Schlüssel ist. Vergleichen Sie ihn mit dem, den die Hersteller veröffentlichen, oder fragen Sie, wer Ihnen das Laufwerk gegeben hat. Wer diesen Schlüssel hat, kann alles auf diesen Computer bringen.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen&#xa0;…</translation>
    </message>
    <message>
        <source>Stopped. What is ticked is installed and stays; of the rest nothing is left on this computer.</source>
        <translation>Angehalten. Was abgehakt ist, ist installiert und bleibt; vom Rest bleibt nichts auf diesem Computer.</translation>
    </message>
    <message>
        <source>Nothing on this drive can be installed on this computer.</source>
        <translation>Von diesem Laufwerk lässt sich auf diesem Computer nichts installieren.</translation>
    </message>
    <message>
        <source>Everything on this drive is on this computer already.</source>
        <translation>Alles von diesem Laufwerk ist schon auf diesem Computer.</translation>
    </message>
    <message numerus="yes">
        <source>%n newer than on this computer</source>
        <translation>
            <numerusform>%n neuere als auf diesem Computer</numerusform>
            <numerusform>%n neuere als auf diesem Computer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message>
        <source>On the drive: %1.</source>
        <translation>Auf dem Laufwerk: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n more here already.</source>
        <translation>
            <numerusform>%n weitere ist schon hier.</numerusform>
            <numerusform>%n weitere sind schon hier.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weitere</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>They come from %1.</source>
        <translation>Sie kommen von %1.</translation>
    </message>
    <message>
        <source>They come from %1, which signs: the signatures are missing here.</source>
        <translation>Sie kommen von %1. Diese Quelle signiert; hier fehlen die Signaturen.</translation>
    </message>
    <message>
        <source>They come from %1, of which this computer looks at no signatures.</source>
        <translation>Sie kommen von %1; deren Signaturen prüft dieser Computer nicht.</translation>
    </message>
    <message>
        <source>The drive calls this source “%1”.</source>
        <translation>Auf dem Laufwerk heißt diese Quelle „%1“.</translation>
    </message>
    <message>
        <source>Installing %1</source>
        <translation>%1 wird installiert</translation>
    </message>
    <message>
        <source>Bringing this computer&apos;s list of apps up to date…</source>
        <translation>Die App-Liste dieses Computers wird aufgefrischt&#xa0;…</translation>
    </message>
    <message>
        <source>Checking and copying from the drive: %1</source>
        <translation>Wird geprüft und vom Laufwerk kopiert: %1</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet&#xa0;…</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n app(s) are installed</source>
        <translation>
            <numerusform>%1 von %n App ist installiert</numerusform>
            <numerusform>%1 von %n Apps sind installiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) installed</source>
        <translation>
            <numerusform>%n App installiert</numerusform>
            <numerusform>%n Apps installiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Takes %1 with what is needed; %2 are free on this computer.</source>
        <translation>Braucht %1 mit allem, was dazugehört; %2 sind auf diesem Computer frei.</translation>
    </message>
    <message>
        <source>This is a trial: it is installed into an empty place that goes.</source>
        <translation>Dies ist ein Versuch: Installiert wird an einen leeren Ort, der danach verschwindet.</translation>
    </message>
    <message>
        <source>Set it in the computer&apos;s own settings, then look again.</source>
        <translation>Stellen Sie sie in den Einstellungen des Computers, dann sehen Sie noch einmal nach.</translation>
    </message>
    <message>
        <source>They are in this computer&apos;s menu, perhaps only after a new login.</source>
        <translation>Sie stehen im Menü dieses Computers, vielleicht erst nach neuem Anmelden.</translation>
    </message>
    <message>
        <source>Set the clock to %1</source>
        <translation>Uhr auf %1 stellen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Trust this key</source>
        <translation>Diesem Schlüssel vertrauen</translation>
    </message>
    <message numerus="yes">
        <source>Install %n app(s)</source>
        <translation>
            <numerusform>%n App installieren</numerusform>
            <numerusform>%n Apps installieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Leave those apps out</source>
        <translation>Diese Apps weglassen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Tick at least one app.</source>
        <translation>Haken Sie mindestens eine App an.</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Newer than on this computer</source>
        <translation>Neuer als auf diesem Computer</translation>
    </message>
    <message>
        <source>Here from another source; it stays as it is.</source>
        <translation>Von einer anderen Quelle schon hier; sie bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Aktualisiert</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Installiert</translation>
    </message>
    <message>
        <source>Nobody knows yet whether its key is the right one.</source>
        <translation>Noch weiß niemand, ob ihr Schlüssel der richtige ist.</translation>
    </message>
    <message>
        <source>Its key is not the one that this computer knows for it: somebody else may have made it. It is never installed.</source>
        <translation>Ihr Schlüssel ist nicht der, den dieser Computer für sie kennt: Vielleicht ist sie von jemand anderem. Sie wird nie installiert.</translation>
    </message>
    <message>
        <source>Nobody whom this computer knows vouches for it. Ask for it where you got the drive.</source>
        <translation>Niemand, den dieser Computer kennt, bürgt für sie. Fragen Sie dort nach, wo Sie das Laufwerk bekommen haben.</translation>
    </message>
    <message>
        <source>It is not signed, so nobody vouches for it.</source>
        <translation>Es ist nicht signiert, deshalb bürgt niemand dafür.</translation>
    </message>
    <message>
        <source>It is damaged on the drive. Have the drive repaired.</source>
        <translation>Sie ist auf dem Laufwerk beschädigt. Lassen Sie das Laufwerk reparieren.</translation>
    </message>
    <message>
        <source>Something it needs is missing on the drive. Have it written again.</source>
        <translation>Auf dem Laufwerk fehlt etwas, das sie braucht. Lassen Sie es noch einmal beschreiben.</translation>
    </message>
    <message>
        <source>There is no room for it on this computer.</source>
        <translation>Auf diesem Computer ist kein Platz für sie.</translation>
    </message>
    <message>
        <source>This computer&apos;s Flatpak did not install it.</source>
        <translation>Das Flatpak dieses Computers hat sie nicht installiert.</translation>
    </message>
    <message>
        <source>Not begun yet.</source>
        <translation>Noch nicht begonnen.</translation>
    </message>
    <message>
        <source>Being installed.</source>
        <translation>Wird installiert.</translation>
    </message>
    <message>
        <source>Not installed.</source>
        <translation>Nicht installiert.</translation>
    </message>
    <message>
        <source>Cannot be installed.</source>
        <translation>Kann nicht installiert werden.</translation>
    </message>
</context>
<context>
    <name>RefsModel</name>
    <message>
        <source>Only for it: %1. Shared with others: %2.</source>
        <translation>Nur dafür: %1. Mit anderen gemeinsam: %2.</translation>
    </message>
</context>
<context>
    <name>RefsTable</name>
    <message>
        <source>Everything on the drive</source>
        <translation>Alles auf dem Laufwerk</translation>
    </message>
</context>
<context>
    <name>RehearsalDialog</name>
    <message>
        <source>Try it as an offline computer would</source>
        <translation>Ausprobieren wie ein Computer ohne Internet</translation>
    </message>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Looking at what is on the drive…</source>
        <translation>Sieht nach, was auf dem Laufwerk ist&#xa0;…</translation>
    </message>
    <message>
        <source>Installing %1 into an empty place, without internet</source>
        <translation>Installiert %1 an einem leeren Ort, ohne Internet</translation>
    </message>
    <message>
        <source>Stopped. The drive was not changed.</source>
        <translation>Angehalten. Das Laufwerk wurde nicht verändert.</translation>
    </message>
</context>
<context>
    <name>RemarkRow</name>
    <message>
        <source>Take it off</source>
        <translation>Herunternehmen</translation>
    </message>
    <message>
        <source>Take %1 off</source>
        <translation>%1 herunternehmen</translation>
    </message>
</context>
<context>
    <name>RemovalWords</name>
    <message>
        <source>%1 become free</source>
        <translation>%1 werden frei</translation>
    </message>
    <message numerus="yes">
        <source>with %n part(s) that nothing else needs</source>
        <translation>
            <numerusform>mit %n Teil, den sonst nichts braucht</numerusform>
            <numerusform>mit %n Teilen, die sonst nichts braucht</numerusform>
        </translation>
    </message>
    <message>
        <source>up to %1</source>
        <translation>bis zu %1</translation>
    </message>
</context>
<context>
    <name>RenameDialog</name>
    <message>
        <source>Rename %1</source>
        <translation>%1 umbenennen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
    <message>
        <source>First type another name.</source>
        <translation>Geben Sie zuerst einen anderen Namen ein.</translation>
    </message>
</context>
<context>
    <name>RepositoryChoice</name>
    <message>
        <source>Repository on the drive</source>
        <translation>Repository auf dem Laufwerk</translation>
    </message>
    <message numerus="yes">
        <source>There are %n repositories on it. You are looking at:</source>
        <translation>
            <numerusform>Darauf ist %n Repository. Sie sehen:</numerusform>
            <numerusform>Darauf sind %n Repositorys. Sie sehen:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultList</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Did you mean “%1”?</source>
        <translation>Meinten Sie „%1“?</translation>
    </message>
    <message>
        <source>Nothing found for “%1”</source>
        <translation>Nichts gefunden zu „%1“</translation>
    </message>
    <message>
        <source>Nothing fits</source>
        <translation>Nichts passt</translation>
    </message>
    <message>
        <source>Try fewer filters.</source>
        <translation>Versuchen Sie es mit weniger Filtern.</translation>
    </message>
    <message>
        <source>There is nothing of this kind here</source>
        <translation>Davon gibt es hier nichts</translation>
    </message>
    <message numerus="yes">
        <source>%n technical part(s)</source>
        <translation>
            <numerusform>%n technischer Teil</numerusform>
            <numerusform>%n technische Teile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) for “%1”</source>
        <translation>
            <numerusform>%n App für „%1“</numerusform>
            <numerusform>%n Apps für „%1“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) in %1</source>
        <translation>
            <numerusform>%n App in %1</numerusform>
            <numerusform>%n Apps in %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n App</numerusform>
            <numerusform>%n Apps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>Work it out again</source>
        <translation>Neu ermitteln</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Eject when finished</source>
        <translation>Danach auswerfen</translation>
    </message>
    <message>
        <source>Look it over</source>
        <translation>Durchsehen</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n drive(s)</source>
        <translation>
            <numerusform>Auf %n Laufwerk schreiben</numerusform>
            <numerusform>Auf %n Laufwerke schreiben</numerusform>
        </translation>
    </message>
    <message>
        <source>Write it again</source>
        <translation>Noch einmal schreiben</translation>
    </message>
    <message>
        <source>Write to %1</source>
        <translation>Auf %1 schreiben</translation>
    </message>
    <message>
        <source>Writing it again renews its lists and START-HERE, and checks it all.</source>
        <translation>Noch einmal schreiben erneuert Listen und START-HERE und prüft alles.</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>First leave out the drives that are too small.</source>
        <translation>Lassen Sie zuerst die Laufwerke weg, die zu klein sind.</translation>
    </message>
    <message>
        <source>First leave out what cannot go on a drive.</source>
        <translation>Lassen Sie zuerst weg, was nicht auf ein Laufwerk kann.</translation>
    </message>
    <message>
        <source>First accept the terms of the makers, or leave their apps out.</source>
        <translation>Stimmen Sie zuerst den Bedingungen der Hersteller zu, oder lassen Sie deren Apps weg.</translation>
    </message>
    <message>
        <source>It does not fit: leave something out.</source>
        <translation>Es passt nicht: Lassen Sie etwas weg.</translation>
    </message>
    <message>
        <source>First leave out what is too large for this kind of drive.</source>
        <translation>Lassen Sie zuerst weg, was für diese Art Laufwerk zu groß ist.</translation>
    </message>
    <message>
        <source>%1 removed from your choice.</source>
        <translation>%1 ist nicht mehr in Ihrer Auswahl.</translation>
    </message>
    <message>
        <source>%1 stays on %2.</source>
        <translation>%1 bleibt auf %2.</translation>
    </message>
    <message>
        <source>The part that comes from its maker stays away.</source>
        <translation>Der Teil vom Hersteller bleibt weg.</translation>
    </message>
    <message>
        <source>Sources and apps</source>
        <translation>Quellen und Apps</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>Choose a drive</source>
        <translation>Laufwerk wählen</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
</context>
<context>
    <name>SaveSetDialog</name>
    <message>
        <source>Save as a set</source>
        <translation>Als Zusammenstellung speichern</translation>
    </message>
    <message>
        <source>Name of the set</source>
        <translation>Name der Zusammenstellung</translation>
    </message>
    <message>
        <source>Class 5b</source>
        <translation>Klasse 5b</translation>
    </message>
    <message>
        <source>Whom it is for</source>
        <translation>Für wen sie ist</translation>
    </message>
    <message>
        <source>Ages 10 to 11</source>
        <translation>10 bis 11 Jahre</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>It cannot be called so. Use letters, digits and spaces, not too many.</source>
        <translation>So kann sie nicht heißen. Nehmen Sie Buchstaben, Ziffern und Leerzeichen, nicht zu viele.</translation>
    </message>
    <message>
        <source>First type a name.</source>
        <translation>Geben Sie zuerst einen Namen ein.</translation>
    </message>
    <message>
        <source>The saved set of this name will be replaced.</source>
        <translation>Die gespeicherte Zusammenstellung dieses Namens wird ersetzt.</translation>
    </message>
    <message>
        <source>It is kept on this computer, and can be saved to a file for others.</source>
        <translation>Sie bleibt auf diesem Computer und lässt sich für andere in einer Datei speichern.</translation>
    </message>
</context>
<context>
    <name>SavedSets</name>
    <message>
        <source>Open a list</source>
        <translation>Liste öffnen</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>Save to a file…</source>
        <translation>In einer Datei speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Save the set</source>
        <translation>Zusammenstellung speichern</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n app(s) added</source>
        <translation>
            <numerusform>%1: %n App hinzugefügt</numerusform>
            <numerusform>%1: %n Apps hinzugefügt</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: all of it is chosen already</source>
        <translation>%1: Alles davon ist schon ausgewählt</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das ging nicht</translation>
    </message>
</context>
<context>
    <name>Screenshots</name>
    <message>
        <source>Screenshot %1 of %2</source>
        <translation>Bild %1 von %2</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>SearchHead</name>
    <message>
        <source>Search apps</source>
        <translation>Apps durchsuchen</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>More for the apps</source>
        <translation>Mehr zu den Apps</translation>
    </message>
    <message numerus="yes">
        <source>Search %n app(s)</source>
        <translation>
            <numerusform>%n App durchsuchen</numerusform>
            <numerusform>%n Apps durchsuchen</numerusform>
        </translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>In %1</source>
        <translation>Auf %1</translation>
    </message>
    <message>
        <source>All sources</source>
        <translation>Alle Quellen</translation>
    </message>
    <message>
        <source>Works offline</source>
        <translation>Geht ohne Internet</translation>
    </message>
    <message>
        <source>Under 500 MB</source>
        <translation>Unter 500 MB</translation>
    </message>
    <message>
        <source>Verified developer</source>
        <translation>Geprüfter Entwickler</translation>
    </message>
    <message>
        <source>Free licence</source>
        <translation>Freie Lizenz</translation>
    </message>
    <message>
        <source>Gets updates</source>
        <translation>Bekommt Updates</translation>
    </message>
    <message>
        <source>On the drive</source>
        <translation>Auf dem Laufwerk</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter aufheben</translation>
    </message>
    <message>
        <source>Languages…</source>
        <translation>Sprachen&#xa0;…</translation>
    </message>
    <message>
        <source>Add a source…</source>
        <translation>Quelle hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Add an app from a file…</source>
        <translation>App aus einer Datei hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a list…</source>
        <translation>Liste öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>What computers need…</source>
        <translation>Was Computer brauchen&#xa0;…</translation>
    </message>
    <message>
        <source>Apps on this computer…</source>
        <translation>Apps auf diesem Computer&#xa0;…</translation>
    </message>
    <message>
        <source>Sort by relevance</source>
        <translation>Passendste zuerst</translation>
    </message>
    <message>
        <source>Sort by name</source>
        <translation>Nach Namen sortieren</translation>
    </message>
    <message>
        <source>Sort by size</source>
        <translation>Nach Größe sortieren</translation>
    </message>
    <message>
        <source>Sort by newest</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <source>Technical parts</source>
        <translation>Technische Teile</translation>
    </message>
    <message>
        <source>Operating systems…</source>
        <translation>Betriebssysteme&#xa0;…</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>%1 (least room of %2)</source>
        <translation>%1 (am wenigsten Platz von %2)</translation>
    </message>
</context>
<context>
    <name>SetDetails</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Apps of the set</source>
        <translation>Apps der Zusammenstellung</translation>
    </message>
    <message numerus="yes">
        <source>%n more cannot be had</source>
        <translation>
            <numerusform>%n weitere ist nicht zu haben</numerusform>
            <numerusform>%n weitere sind nicht zu haben</numerusform>
        </translation>
    </message>
    <message>
        <source>Kept by %1, as of %2</source>
        <translation>Gepflegt von %1, Stand %2</translation>
    </message>
    <message>
        <source>Kept by %1</source>
        <translation>Gepflegt von %1</translation>
    </message>
    <message>
        <source>As of %1</source>
        <translation>Stand %1</translation>
    </message>
</context>
<context>
    <name>SetWords</name>
    <message numerus="yes">
        <source>%n app(s), %1</source>
        <translation>
            <numerusform>%n App, %1</numerusform>
            <numerusform>%n Apps, %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Dazu</translation>
    </message>
    <message numerus="yes">
        <source>Add %n</source>
        <translation>
            <numerusform>Noch %n</numerusform>
            <numerusform>Noch %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Dabei</translation>
    </message>
</context>
<context>
    <name>SetsDialog</name>
    <message>
        <source>Ready-made sets</source>
        <translation>Fertige Zusammenstellungen</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Diese Adresse verwenden</translation>
    </message>
    <message>
        <source>A school or a library can host sets of its own. They name apps, and bring no source along.</source>
        <translation>Eine Schule oder Bücherei kann eigene Zusammenstellungen anbieten. Sie nennen Apps und bringen keine Quelle mit.</translation>
    </message>
    <message>
        <source>Address of the list</source>
        <translation>Adresse der Liste</translation>
    </message>
    <message>
        <source>Those of Satchel</source>
        <translation>Die von Satchel</translation>
    </message>
    <message>
        <source>An address begins with https:// or file:///.</source>
        <translation>Eine Adresse beginnt mit https:// oder file:///.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Every change takes effect at once.</source>
        <translation>Jede Änderung gilt sofort.</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Satchel %1, free software</source>
        <translation>Satchel %1, freie Software</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über Satchel</translation>
    </message>
    <message>
        <source>%1 removed from your sources</source>
        <translation>%1 ist nicht mehr unter Ihren Quellen</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Gut zu wissen</translation>
    </message>
</context>
<context>
    <name>SeveralWords</name>
    <message numerus="yes">
        <source>%n drive(s)</source>
        <translation>
            <numerusform>%n Laufwerk</numerusform>
            <numerusform>%n Laufwerke</numerusform>
        </translation>
    </message>
    <message>
        <source>once for all of them</source>
        <translation>einmal für alle</translation>
    </message>
    <message>
        <source>Look it over once. Nothing that is on the drives now gets lost.</source>
        <translation>Einmal durchsehen, bitte. Nichts, was jetzt auf den Laufwerken ist, geht verloren.</translation>
    </message>
    <message>
        <source>Of each drive what it has of them</source>
        <translation>Von jedem Laufwerk, was es davon hat</translation>
    </message>
    <message>
        <source>for each anew: no room to keep it</source>
        <translation>für jedes neu: kein Platz zum Aufheben</translation>
    </message>
    <message>
        <source>at least %1 stay free</source>
        <translation>mindestens %1 bleiben frei</translation>
    </message>
    <message>
        <source>too much for some</source>
        <translation>zu viel für manche</translation>
    </message>
    <message>
        <source>Takes on each drive</source>
        <translation>Belegt auf jedem Laufwerk</translation>
    </message>
    <message>
        <source>%1 is too small.</source>
        <translation>%1 ist zu klein.</translation>
    </message>
    <message>
        <source>%1 cannot be used.</source>
        <translation>%1 kann nicht verwendet werden.</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>There are files too large for this kind of drive.</source>
        <translation>Es sind Dateien dabei, die für diese Art Laufwerk zu groß sind.</translation>
    </message>
    <message>
        <source>There are too many files for this drive.</source>
        <translation>Es sind zu viele Dateien für dieses Laufwerk.</translation>
    </message>
    <message>
        <source>It has %1 free, and %2 are needed.</source>
        <translation>Es hat %1 frei, und %2 werden gebraucht.</translation>
    </message>
    <message>
        <source>%1 to write</source>
        <translation>%1 zu schreiben</translation>
    </message>
    <message>
        <source>Nothing to write</source>
        <translation>Nichts zu schreiben</translation>
    </message>
    <message>
        <source>All of it is on it already</source>
        <translation>Alles ist schon darauf</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>zu klein</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>%1 zu viel</translation>
    </message>
    <message>
        <source>Nothing comes off.</source>
        <translation>Nichts kommt herunter.</translation>
    </message>
    <message>
        <source>%1 stay free</source>
        <translation>%1 bleiben frei</translation>
    </message>
</context>
<context>
    <name>SharingDialog</name>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>What an administrator runs</source>
        <translation>Was jemand mit Verwaltungsrechten ausführt</translation>
    </message>
    <message>
        <source>Who took what</source>
        <translation>Wer was geholt hat</translation>
    </message>
    <message>
        <source>Stop sharing</source>
        <translation>Freigabe beenden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Drucken</translation>
    </message>
    <message>
        <source>Open this address there</source>
        <translation>Dort diese Adresse öffnen</translation>
    </message>
    <message>
        <source>Computers here now</source>
        <translation>Computer gerade hier</translation>
    </message>
    <message>
        <source>Handed out</source>
        <translation>Ausgegeben</translation>
    </message>
    <message>
        <source>Only this network sees it. Nobody can change the drive from there.</source>
        <translation>Nur dieses Netzwerk sieht es. Niemand kann das Laufwerk von dort aus ändern.</translation>
    </message>
    <message>
        <source>It has no address yet.</source>
        <translation>Es hat noch keine Adresse.</translation>
    </message>
    <message>
        <source>Share again</source>
        <translation>Wieder freigeben</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>It is being stopped.</source>
        <translation>Es wird gerade beendet.</translation>
    </message>
    <message>
        <source>Stop sharing?</source>
        <translation>Freigabe beenden?</translation>
    </message>
    <message>
        <source>Go on sharing</source>
        <translation>Weiter freigeben</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>SharingPart</name>
    <message>
        <source>Stop sharing?</source>
        <translation>Freigabe beenden?</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Beenden und schließen</translation>
    </message>
    <message>
        <source>Go on sharing</source>
        <translation>Weiter freigeben</translation>
    </message>
    <message>
        <source>Share again</source>
        <translation>Wieder freigeben</translation>
    </message>
</context>
<context>
    <name>SharingWords</name>
    <message>
        <source>Shared</source>
        <translation>Freigegeben</translation>
    </message>
    <message>
        <source>Begins…</source>
        <translation>Beginnt&#xa0;…</translation>
    </message>
    <message>
        <source>Waits for %1</source>
        <translation>Wartet auf %1</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird beendet&#xa0;…</translation>
    </message>
    <message>
        <source>Not shared</source>
        <translation>Nicht freigegeben</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Kein Netzwerk</translation>
    </message>
    <message numerus="yes">
        <source>%n computer(s)</source>
        <translation>
            <numerusform>%n Computer</numerusform>
            <numerusform>%n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>Shared on the network</source>
        <translation>Im Netzwerk freigegeben</translation>
    </message>
    <message>
        <source>Share on the network</source>
        <translation>Im Netzwerk freigeben</translation>
    </message>
    <message>
        <source>Looking at what is on %1…</source>
        <translation>%1 wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>%1 is not shared.</source>
        <translation>%1 ist nicht freigegeben.</translation>
    </message>
    <message>
        <source>Computers get nothing from here just now.</source>
        <translation>Computer bekommen von hier gerade nichts.</translation>
    </message>
    <message numerus="yes">
        <source>Computers in this room can install the %n app(s) from here, without the drive and without internet.</source>
        <translation>
            <numerusform>Computer in diesem Raum können die App von hier installieren, ohne das Laufwerk und ohne Internet.</numerusform>
            <numerusform>Computer in diesem Raum können die %n Apps von hier installieren, ohne das Laufwerk und ohne Internet.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 was pulled out</source>
        <translation>%1 wurde herausgezogen</translation>
    </message>
    <message>
        <source>Plug it in again, it goes on by itself. The computers wait meanwhile.</source>
        <translation>Stecken Sie es wieder ein, dann geht es von selbst weiter. Die Computer warten so lange.</translation>
    </message>
    <message>
        <source>Work on %1 has stopped before its end</source>
        <translation>Die Arbeit an %1 wurde vor dem Ende angehalten</translation>
    </message>
    <message>
        <source>What was on the drive before can still be shared.</source>
        <translation>Was vorher auf dem Laufwerk war, lässt sich weiter freigeben.</translation>
    </message>
    <message>
        <source>%1 is being changed</source>
        <translation>%1 wird gerade geändert</translation>
    </message>
    <message>
        <source>It is shared again by itself as soon as that is done.</source>
        <translation>Danach wird es von selbst wieder freigegeben.</translation>
    </message>
    <message>
        <source>This computer is in no network</source>
        <translation>Dieser Computer ist in keinem Netzwerk</translation>
    </message>
    <message>
        <source>Connect it to the network of the other computers, by Wi-Fi or cable. It goes on by itself then.</source>
        <translation>Verbinden Sie ihn mit dem Netzwerk der anderen Computer, über WLAN oder Kabel. Dann geht es von selbst weiter.</translation>
    </message>
    <message>
        <source>Another program uses port %1</source>
        <translation>Ein anderes Programm benutzt Port %1</translation>
    </message>
    <message>
        <source>Choose another number; it stands at the end of the address.</source>
        <translation>Wählen Sie eine andere Zahl; sie steht am Ende der Adresse.</translation>
    </message>
    <message>
        <source>Port %1 is not for programs like this one</source>
        <translation>Port %1 ist nicht für Programme wie dieses</translation>
    </message>
    <message>
        <source>This computer has no nginx</source>
        <translation>Auf diesem Computer fehlt nginx</translation>
    </message>
    <message>
        <source>Satchel hands the apps out with that small web server. Install the package “nginx-light” or “nginx”, or ask whoever looks after this computer to do it.</source>
        <translation>Mit diesem kleinen Webserver gibt Satchel die Apps aus. Installieren Sie das Paket „nginx-light“ oder „nginx“, oder bitten Sie die Person darum, die diesen Computer betreut.</translation>
    </message>
    <message>
        <source>Leave the drive plugged in, and this computer on.</source>
        <translation>Lassen Sie das Laufwerk stecken und diesen Computer an.</translation>
    </message>
    <message>
        <source>Nobody has come yet. Are the other computers in the same network? Some Wi-Fi keeps its computers apart, and a firewall here may let nobody through to port %1.</source>
        <translation>Noch ist niemand gekommen. Sind die anderen Computer im selben Netzwerk? Manches WLAN hält seine Computer voneinander fern, und vielleicht lässt eine Firewall hier niemanden zu Port %1 durch.</translation>
    </message>
    <message>
        <source>Whoever takes something is counted here. If nobody gets through, a firewall on this computer may be in the way: port %1 has to be open.</source>
        <translation>Wer etwas holt, wird hier gezählt. Kommt niemand durch, ist vielleicht eine Firewall auf diesem Computer im Weg: Port %1 muss offen sein.</translation>
    </message>
    <message>
        <source>The firewall of this computer (%1) lets nobody in. Ask whoever looks after it to open port %2:</source>
        <translation>Die Firewall dieses Computers (%1) lässt niemanden herein. Bitten Sie die Person, die ihn betreut, Port %2 zu öffnen:</translation>
    </message>
    <message>
        <source>A firewall (%1) is on, and only an administrator sees whom it lets in. If nobody gets through, ask for port %2 to be opened:</source>
        <translation>Eine Firewall (%1) ist an, und nur mit Verwaltungsrechten sieht man, wen sie hereinlässt. Kommt niemand durch, bitten Sie darum, Port %2 zu öffnen:</translation>
    </message>
    <message>
        <source>A camera that reads it opens %1.</source>
        <translation>Eine Kamera, die ihn liest, öffnet %1.</translation>
    </message>
    <message>
        <source>Wi-Fi</source>
        <translation>WLAN</translation>
    </message>
    <message>
        <source>Cable</source>
        <translation>Kabel</translation>
    </message>
    <message>
        <source>%1 is not shared any more.</source>
        <translation>%1 ist nicht mehr freigegeben.</translation>
    </message>
    <message>
        <source>%1 is not shared any more, so that it can be let go of.</source>
        <translation>%1 ist nicht mehr freigegeben, damit es losgelassen werden kann.</translation>
    </message>
    <message numerus="yes">
        <source>%n computer(s) took %1.</source>
        <translation>
            <numerusform>%n Computer hat %1 geholt.</numerusform>
            <numerusform>%n Computer haben %1 geholt.</numerusform>
        </translation>
    </message>
    <message>
        <source>The window hands out what is on %1. When it closes, that ends.</source>
        <translation>Das Fenster gibt aus, was auf %1 ist. Wenn es sich schließt, endet das.</translation>
    </message>
    <message numerus="yes">
        <source>%n computer(s) are here now; what they have not taken whole they cannot install.</source>
        <translation>
            <numerusform>%n Computer ist gerade hier; was er nicht ganz geholt hat, kann er nicht installieren.</numerusform>
            <numerusform>%n Computer sind gerade hier; was sie nicht ganz geholt haben, können sie nicht installieren.</numerusform>
        </translation>
    </message>
    <message>
        <source>Here now, %1</source>
        <translation>Gerade hier, %1</translation>
    </message>
    <message>
        <source>Last here at %1, %2</source>
        <translation>Zuletzt hier um %1, %2</translation>
    </message>
    <message>
        <source>Not on the drive: %1</source>
        <translation>Nicht auf dem Laufwerk: %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weitere</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SheetWords</name>
    <message>
        <source>Apps from this computer</source>
        <translation>Apps von diesem Computer</translation>
    </message>
    <message>
        <source>They come over the network, without internet.</source>
        <translation>Sie kommen über das Netzwerk, ohne Internet.</translation>
    </message>
    <message>
        <source>Open this address there</source>
        <translation>Dort diese Adresse öffnen</translation>
    </message>
    <message>
        <source>Connect the computer to this network</source>
        <translation>Den Computer mit diesem Netzwerk verbinden</translation>
    </message>
    <message>
        <source>The same Wi-Fi, or a cable of the same room.</source>
        <translation>Mit demselben WLAN oder einem Kabel im selben Raum.</translation>
    </message>
    <message>
        <source>Open the address in a browser</source>
        <translation>Die Adresse in einem Browser öffnen</translation>
    </message>
    <message>
        <source>A camera that reads the square opens it, too.</source>
        <translation>Eine Kamera, die das Quadrat liest, öffnet sie auch.</translation>
    </message>
    <message>
        <source>Do what the page says</source>
        <translation>Tun, was auf der Seite steht</translation>
    </message>
    <message>
        <source>It has a line for the apps, and one for the way back.</source>
        <translation>Sie hat eine Zeile für die Apps und eine für den Weg zurück.</translation>
    </message>
</context>
<context>
    <name>ShortcomingsNotice</name>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Take its apps anyway…</source>
        <translation>Ihre Apps trotzdem nehmen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove source</source>
        <translation>Quelle entfernen</translation>
    </message>
    <message>
        <source>List from %1, no internet now</source>
        <translation>Liste von %1, gerade kein Internet</translation>
    </message>
    <message>
        <source>%1 could not be reached; this is its list from %2.</source>
        <translation>%1 war nicht zu erreichen; das ist die Liste von %2.</translation>
    </message>
    <message>
        <source>Of %1 only names are known: %2</source>
        <translation>Von %1 sind nur die Namen bekannt: %2</translation>
    </message>
    <message>
        <source>Nobody vouches for %1, so its apps are missing here.</source>
        <translation>Niemand bürgt für %1, darum fehlen ihre Apps hier.</translation>
    </message>
    <message>
        <source>%1 is missing here: %2</source>
        <translation>%1 fehlt hier: %2</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>The four steps</source>
        <translation>Die vier Schritte</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>The button at the bottom right</source>
        <translation>Der Knopf unten rechts</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Undo what has just been told</source>
        <translation>Rückgängig machen, was eben gemeldet wurde</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Share the drive, or see who is there</source>
        <translation>Das Laufwerk freigeben oder sehen, wer da ist</translation>
    </message>
    <message>
        <source>Choose what is marked</source>
        <translation>Das Markierte wählen</translation>
    </message>
    <message>
        <source>Details of what is marked</source>
        <translation>Einzelheiten zum Markierten</translation>
    </message>
    <message>
        <source>Take off what is marked</source>
        <translation>Das Markierte herunternehmen</translation>
    </message>
    <message>
        <source>What else there is to do with it</source>
        <translation>Was sich sonst damit tun lässt</translation>
    </message>
    <message>
        <source>Close what lies on top</source>
        <translation>Schließen, was obenauf liegt</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message>
        <source>Key…</source>
        <translation>Schlüssel&#xa0;…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen&#xa0;…</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr zu %1</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Ausschalten</translation>
    </message>
    <message>
        <source>Turn on</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Do not take its apps</source>
        <translation>Ihre Apps nicht mehr nehmen</translation>
    </message>
    <message>
        <source>Take its apps anyway…</source>
        <translation>Ihre Apps trotzdem nehmen&#xa0;…</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Key unknown</source>
        <translation>Schlüssel unbekannt</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>Signiert</translation>
    </message>
    <message>
        <source>%1 apps, list of %2</source>
        <translation>%1 Apps, Liste vom %2</translation>
    </message>
    <message>
        <source>Your flatpak has it</source>
        <translation>Ihr flatpak hat sie</translation>
    </message>
    <message>
        <source>flatpak on this computer has it</source>
        <translation>flatpak auf diesem Computer hat sie</translation>
    </message>
    <message>
        <source>This computer came with it</source>
        <translation>War auf diesem Computer schon da</translation>
    </message>
    <message>
        <source>For updates of this computer&apos;s system</source>
        <translation>Für Aktualisierungen dieses Computers</translation>
    </message>
    <message>
        <source>Comes with Satchel</source>
        <translation>Bringt Satchel mit</translation>
    </message>
</context>
<context>
    <name>SourcesCard</name>
    <message>
        <source>Where apps come from</source>
        <translation>Woher Apps kommen</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>Quelle hinzufügen</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Change where the ready-made sets come from</source>
        <translation>Ändern, woher die fertigen Zusammenstellungen kommen</translation>
    </message>
    <message>
        <source>Ready-made sets</source>
        <translation>Fertige Zusammenstellungen</translation>
    </message>
    <message>
        <source>Those of Satchel</source>
        <translation>Die von Satchel</translation>
    </message>
</context>
<context>
    <name>Space</name>
    <message>
        <source>%1 alone, and uses %2 that others use too.</source>
        <translation>%1 für sich, und nutzt %2, die auch andere nutzen.</translation>
    </message>
    <message>
        <source>%1 alone; it shares nothing with others.</source>
        <translation>%1 für sich; sie teilt nichts mit anderen.</translation>
    </message>
    <message>
        <source>What apps need to run. It is there only once.</source>
        <translation>Was Apps zum Laufen brauchen. Es ist nur einmal da.</translation>
    </message>
    <message>
        <source>What few apps need together.</source>
        <translation>Was wenige Apps gemeinsam brauchen.</translation>
    </message>
    <message>
        <source>So that computers find and trust the apps.</source>
        <translation>Damit Computer die Apps finden und ihnen trauen.</translation>
    </message>
    <message>
        <source>Lists, keys and directories</source>
        <translation>Listen, Schlüssel und Ordner</translation>
    </message>
    <message>
        <source>Left over from before; it does no harm.</source>
        <translation>Von früher übrig; es schadet nicht.</translation>
    </message>
    <message>
        <source>Needed by nothing</source>
        <translation>Von nichts gebraucht</translation>
    </message>
    <message>
        <source>Needed by %1; it is there only once.</source>
        <translation>Gebraucht von %1; es ist nur einmal da.</translation>
    </message>
    <message>
        <source>Needed by %1.</source>
        <translation>Gebraucht von %1.</translation>
    </message>
    <message>
        <source>Old computers look for apps in it.</source>
        <translation>Alte Computer suchen darin nach Apps.</translation>
    </message>
    <message>
        <source>Shared by all apps</source>
        <translation>Von allen Apps gemeinsam genutzt</translation>
    </message>
</context>
<context>
    <name>Spoken</name>
    <message>
        <source>Languages on the drive: %1</source>
        <translation>Sprachen auf dem Laufwerk: %1</translation>
    </message>
    <message>
        <source>Languages on the drive: %1. Files of others, about %2, are left out.</source>
        <translation>Sprachen auf dem Laufwerk: %1. Dateien anderer Sprachen, etwa %2, bleiben weg.</translation>
    </message>
</context>
<context>
    <name>SpokenRows</name>
    <message>
        <source>Show all</source>
        <translation>Alle anzeigen</translation>
    </message>
</context>
<context>
    <name>StartView</name>
    <message>
        <source>Ready-made sets</source>
        <translation>Fertige Zusammenstellungen</translation>
    </message>
    <message>
        <source>Good in a classroom</source>
        <translation>Gut für den Unterricht</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle anzeigen</translation>
    </message>
    <message>
        <source>Show all apps</source>
        <translation>Alle Apps anzeigen</translation>
    </message>
    <message>
        <source>All work offline</source>
        <translation>Alle funktionieren ohne Internet</translation>
    </message>
    <message>
        <source>All work offline and speak %1</source>
        <translation>Alle funktionieren ohne Internet und sprechen %1</translation>
    </message>
    <message numerus="yes">
        <source>All %n set(s)</source>
        <translation>
            <numerusform>Die einzige</numerusform>
            <numerusform>Alle %n anzeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>Weniger anzeigen</translation>
    </message>
</context>
<context>
    <name>StepList</name>
    <message>
        <source>Get</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>%1: not yet</source>
        <translation>%1: noch nicht</translation>
    </message>
    <message>
        <source>%1: now</source>
        <translation>%1: jetzt</translation>
    </message>
    <message>
        <source>%1: done</source>
        <translation>%1: fertig</translation>
    </message>
</context>
<context>
    <name>StickWords</name>
    <message>
        <source>List for old computers</source>
        <translation>Liste für alte Computer</translation>
    </message>
    <message>
        <source>Operating system update</source>
        <translation>Aktualisierung des Betriebssystems</translation>
    </message>
    <message>
        <source>Names and pictures of apps</source>
        <translation>Namen und Bilder der Apps</translation>
    </message>
    <message>
        <source>%1, translations</source>
        <translation>%1, Übersetzungen</translation>
    </message>
    <message>
        <source>Unsigned</source>
        <translation>Nicht signiert</translation>
    </message>
    <message>
        <source>Needs flatpak %1</source>
        <translation>Braucht flatpak %1</translation>
    </message>
</context>
<context>
    <name>SystemsDialog</name>
    <message>
        <source>Operating systems</source>
        <translation>Betriebssysteme</translation>
    </message>
    <message>
        <source>For computers whose whole system is updated from such a source. It lies on the drive beside the apps, and they find it there by themselves.</source>
        <translation>Für Computer, deren ganzes System aus einer solchen Quelle erneuert wird. Es liegt auf dem Laufwerk neben den Apps, und sie finden es dort von selbst.</translation>
    </message>
    <message>
        <source>Asking the sources…</source>
        <translation>Die Quellen werden gefragt&#xa0;…</translation>
    </message>
    <message>
        <source>No source that this computer knows has one. Add a source in the menu of this page, by its address and key.</source>
        <translation>Keine Quelle, die dieser Computer kennt, hat eines. Fügen Sie im Menü dieser Seite eine Quelle hinzu, mit Adresse und Schlüssel.</translation>
    </message>
</context>
<context>
    <name>Terms</name>
    <message>
        <source>%1: its maker asks you to accept its terms.</source>
        <translation>%1: Der Hersteller bittet Sie, seinen Bedingungen zuzustimmen.</translation>
    </message>
    <message>
        <source>A part of it, %1, comes from its maker. Licence: %2.</source>
        <translation>Ein Teil davon, %1, kommt vom Hersteller. Lizenz: %2.</translation>
    </message>
    <message>
        <source>%1 may not be passed on by its maker.</source>
        <translation>%1 darf laut Hersteller nicht weitergegeben werden.</translation>
    </message>
    <message>
        <source>Each computer would have to download a part of it, %1, itself. Carry that part only where its terms allow it. Licence: %2.</source>
        <translation>Jeder Computer müsste einen Teil davon, %1, selbst herunterladen. Nehmen Sie diesen Teil nur mit, wo die Bedingungen es erlauben. Lizenz: %2.</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Carry the rest</source>
        <translation>Das Übrige mitnehmen</translation>
    </message>
    <message>
        <source>Read the terms</source>
        <translation>Bedingungen lesen</translation>
    </message>
    <message>
        <source>I accept its terms</source>
        <translation>Ich stimme den Bedingungen zu</translation>
    </message>
</context>
<context>
    <name>TerritoryNames</name>
    <message>
        <source>Afghanistan</source>
        <translation>Afghanistan</translation>
    </message>
    <message>
        <source>Albania</source>
        <translation>Albanien</translation>
    </message>
    <message>
        <source>Algeria</source>
        <translation>Algerien</translation>
    </message>
    <message>
        <source>Angola</source>
        <translation>Angola</translation>
    </message>
    <message>
        <source>Argentina</source>
        <translation>Argentinien</translation>
    </message>
    <message>
        <source>Armenia</source>
        <translation>Armenien</translation>
    </message>
    <message>
        <source>Australia</source>
        <translation>Australien</translation>
    </message>
    <message>
        <source>Austria</source>
        <translation>Österreich</translation>
    </message>
    <message>
        <source>Azerbaijan</source>
        <translation>Aserbaidschan</translation>
    </message>
    <message>
        <source>Bangladesh</source>
        <translation>Bangladesch</translation>
    </message>
    <message>
        <source>Belarus</source>
        <translation>Belarus</translation>
    </message>
    <message>
        <source>Belgium</source>
        <translation>Belgien</translation>
    </message>
    <message>
        <source>Bolivia</source>
        <translation>Bolivien</translation>
    </message>
    <message>
        <source>Bosnia &amp; Herzegovina</source>
        <translation>Bosnien und Herzegowina</translation>
    </message>
    <message>
        <source>Brazil</source>
        <translation>Brasilien</translation>
    </message>
    <message>
        <source>Bulgaria</source>
        <translation>Bulgarien</translation>
    </message>
    <message>
        <source>Cambodia</source>
        <translation>Kambodscha</translation>
    </message>
    <message>
        <source>Cameroon</source>
        <translation>Kamerun</translation>
    </message>
    <message>
        <source>Canada</source>
        <translation>Kanada</translation>
    </message>
    <message>
        <source>Chile</source>
        <translation>Chile</translation>
    </message>
    <message>
        <source>China</source>
        <translation>China</translation>
    </message>
    <message>
        <source>Colombia</source>
        <translation>Kolumbien</translation>
    </message>
    <message>
        <source>Congo - Kinshasa</source>
        <translation>Kongo-Kinshasa</translation>
    </message>
    <message>
        <source>Costa Rica</source>
        <translation>Costa Rica</translation>
    </message>
    <message>
        <source>Croatia</source>
        <translation>Kroatien</translation>
    </message>
    <message>
        <source>Cuba</source>
        <translation>Kuba</translation>
    </message>
    <message>
        <source>Cyprus</source>
        <translation>Zypern</translation>
    </message>
    <message>
        <source>Czechia</source>
        <translation>Tschechien</translation>
    </message>
    <message>
        <source>Denmark</source>
        <translation>Dänemark</translation>
    </message>
    <message>
        <source>Dominican Republic</source>
        <translation>Dominikanische Republik</translation>
    </message>
    <message>
        <source>Ecuador</source>
        <translation>Ecuador</translation>
    </message>
    <message>
        <source>Egypt</source>
        <translation>Ägypten</translation>
    </message>
    <message>
        <source>El Salvador</source>
        <translation>El Salvador</translation>
    </message>
    <message>
        <source>Estonia</source>
        <translation>Estland</translation>
    </message>
    <message>
        <source>Ethiopia</source>
        <translation>Äthiopien</translation>
    </message>
    <message>
        <source>Finland</source>
        <translation>Finnland</translation>
    </message>
    <message>
        <source>France</source>
        <translation>Frankreich</translation>
    </message>
    <message>
        <source>Georgia</source>
        <translation>Georgien</translation>
    </message>
    <message>
        <source>Germany</source>
        <translation>Deutschland</translation>
    </message>
    <message>
        <source>Ghana</source>
        <translation>Ghana</translation>
    </message>
    <message>
        <source>Greece</source>
        <translation>Griechenland</translation>
    </message>
    <message>
        <source>Guatemala</source>
        <translation>Guatemala</translation>
    </message>
    <message>
        <source>Haiti</source>
        <translation>Haiti</translation>
    </message>
    <message>
        <source>Honduras</source>
        <translation>Honduras</translation>
    </message>
    <message>
        <source>Hong Kong SAR China</source>
        <translation>Hongkong</translation>
    </message>
    <message>
        <source>Hungary</source>
        <translation>Ungarn</translation>
    </message>
    <message>
        <source>Iceland</source>
        <translation>Island</translation>
    </message>
    <message>
        <source>India</source>
        <translation>Indien</translation>
    </message>
    <message>
        <source>Indonesia</source>
        <translation>Indonesien</translation>
    </message>
    <message>
        <source>Iran</source>
        <translation>Iran</translation>
    </message>
    <message>
        <source>Iraq</source>
        <translation>Irak</translation>
    </message>
    <message>
        <source>Ireland</source>
        <translation>Irland</translation>
    </message>
    <message>
        <source>Israel</source>
        <translation>Israel</translation>
    </message>
    <message>
        <source>Italy</source>
        <translation>Italien</translation>
    </message>
    <message>
        <source>Jamaica</source>
        <translation>Jamaika</translation>
    </message>
    <message>
        <source>Japan</source>
        <translation>Japan</translation>
    </message>
    <message>
        <source>Jordan</source>
        <translation>Jordanien</translation>
    </message>
    <message>
        <source>Kazakhstan</source>
        <translation>Kasachstan</translation>
    </message>
    <message>
        <source>Kenya</source>
        <translation>Kenia</translation>
    </message>
    <message>
        <source>Kosovo</source>
        <translation>Kosovo</translation>
    </message>
    <message>
        <source>Kyrgyzstan</source>
        <translation>Kirgisistan</translation>
    </message>
    <message>
        <source>Laos</source>
        <translation>Laos</translation>
    </message>
    <message>
        <source>Latvia</source>
        <translation>Lettland</translation>
    </message>
    <message>
        <source>Lebanon</source>
        <translation>Libanon</translation>
    </message>
    <message>
        <source>Libya</source>
        <translation>Libyen</translation>
    </message>
    <message>
        <source>Liechtenstein</source>
        <translation>Liechtenstein</translation>
    </message>
    <message>
        <source>Lithuania</source>
        <translation>Litauen</translation>
    </message>
    <message>
        <source>Luxembourg</source>
        <translation>Luxemburg</translation>
    </message>
    <message>
        <source>Malaysia</source>
        <translation>Malaysia</translation>
    </message>
    <message>
        <source>Malta</source>
        <translation>Malta</translation>
    </message>
    <message>
        <source>Mexico</source>
        <translation>Mexiko</translation>
    </message>
    <message>
        <source>Moldova</source>
        <translation>Republik Moldau</translation>
    </message>
    <message>
        <source>Mongolia</source>
        <translation>Mongolei</translation>
    </message>
    <message>
        <source>Montenegro</source>
        <translation>Montenegro</translation>
    </message>
    <message>
        <source>Morocco</source>
        <translation>Marokko</translation>
    </message>
    <message>
        <source>Mozambique</source>
        <translation>Mosambik</translation>
    </message>
    <message>
        <source>Nepal</source>
        <translation>Nepal</translation>
    </message>
    <message>
        <source>Netherlands</source>
        <translation>Niederlande</translation>
    </message>
    <message>
        <source>New Zealand</source>
        <translation>Neuseeland</translation>
    </message>
    <message>
        <source>Nicaragua</source>
        <translation>Nicaragua</translation>
    </message>
    <message>
        <source>Nigeria</source>
        <translation>Nigeria</translation>
    </message>
    <message>
        <source>North Macedonia</source>
        <translation>Nordmazedonien</translation>
    </message>
    <message>
        <source>Norway</source>
        <translation>Norwegen</translation>
    </message>
    <message>
        <source>Pakistan</source>
        <translation>Pakistan</translation>
    </message>
    <message>
        <source>Panama</source>
        <translation>Panama</translation>
    </message>
    <message>
        <source>Paraguay</source>
        <translation>Paraguay</translation>
    </message>
    <message>
        <source>Peru</source>
        <translation>Peru</translation>
    </message>
    <message>
        <source>Philippines</source>
        <translation>Philippinen</translation>
    </message>
    <message>
        <source>Poland</source>
        <translation>Polen</translation>
    </message>
    <message>
        <source>Portugal</source>
        <translation>Portugal</translation>
    </message>
    <message>
        <source>Puerto Rico</source>
        <translation>Puerto Rico</translation>
    </message>
    <message>
        <source>Romania</source>
        <translation>Rumänien</translation>
    </message>
    <message>
        <source>Russia</source>
        <translation>Russland</translation>
    </message>
    <message>
        <source>Rwanda</source>
        <translation>Ruanda</translation>
    </message>
    <message>
        <source>Saudi Arabia</source>
        <translation>Saudi-Arabien</translation>
    </message>
    <message>
        <source>Senegal</source>
        <translation>Senegal</translation>
    </message>
    <message>
        <source>Serbia</source>
        <translation>Serbien</translation>
    </message>
    <message>
        <source>Singapore</source>
        <translation>Singapur</translation>
    </message>
    <message>
        <source>Slovakia</source>
        <translation>Slowakei</translation>
    </message>
    <message>
        <source>Slovenia</source>
        <translation>Slowenien</translation>
    </message>
    <message>
        <source>Somalia</source>
        <translation>Somalia</translation>
    </message>
    <message>
        <source>South Africa</source>
        <translation>Südafrika</translation>
    </message>
    <message>
        <source>South Korea</source>
        <translation>Südkorea</translation>
    </message>
    <message>
        <source>Spain</source>
        <translation>Spanien</translation>
    </message>
    <message>
        <source>Sri Lanka</source>
        <translation>Sri Lanka</translation>
    </message>
    <message>
        <source>Sudan</source>
        <translation>Sudan</translation>
    </message>
    <message>
        <source>Sweden</source>
        <translation>Schweden</translation>
    </message>
    <message>
        <source>Switzerland</source>
        <translation>Schweiz</translation>
    </message>
    <message>
        <source>Syria</source>
        <translation>Syrien</translation>
    </message>
    <message>
        <source>Taiwan</source>
        <translation>Taiwan</translation>
    </message>
    <message>
        <source>Tajikistan</source>
        <translation>Tadschikistan</translation>
    </message>
    <message>
        <source>Tanzania</source>
        <translation>Tansania</translation>
    </message>
    <message>
        <source>Thailand</source>
        <translation>Thailand</translation>
    </message>
    <message>
        <source>Tunisia</source>
        <translation>Tunesien</translation>
    </message>
    <message>
        <source>Turkmenistan</source>
        <translation>Turkmenistan</translation>
    </message>
    <message>
        <source>Türkiye</source>
        <translation>Türkei</translation>
    </message>
    <message>
        <source>Uganda</source>
        <translation>Uganda</translation>
    </message>
    <message>
        <source>Ukraine</source>
        <translation>Ukraine</translation>
    </message>
    <message>
        <source>United Arab Emirates</source>
        <translation>Vereinigte Arabische Emirate</translation>
    </message>
    <message>
        <source>United Kingdom</source>
        <translation>Vereinigtes Königreich</translation>
    </message>
    <message>
        <source>United States</source>
        <translation>Vereinigte Staaten</translation>
    </message>
    <message>
        <source>Uruguay</source>
        <translation>Uruguay</translation>
    </message>
    <message>
        <source>Uzbekistan</source>
        <translation>Usbekistan</translation>
    </message>
    <message>
        <source>Venezuela</source>
        <translation>Venezuela</translation>
    </message>
    <message>
        <source>Vietnam</source>
        <translation>Vietnam</translation>
    </message>
    <message>
        <source>Yemen</source>
        <translation>Jemen</translation>
    </message>
    <message>
        <source>Zimbabwe</source>
        <translation>Simbabwe</translation>
    </message>
</context>
<context>
    <name>TimeLeft</name>
    <message>
        <source>a few seconds left</source>
        <translation>noch ein paar Sekunden</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>nothing has come for %1</source>
        <translation>seit %1 kommt nichts</translation>
    </message>
</context>
<context>
    <name>ToastBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>TreeMap</name>
    <message>
        <source>What takes the space</source>
        <translation>Was den Platz braucht</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>All of the drive</source>
        <translation>Das ganze Laufwerk</translation>
    </message>
    <message>
        <source>Click a part, or go through them with the arrow keys.</source>
        <translation>Klicken Sie einen Teil an, oder gehen Sie sie mit den Pfeiltasten durch.</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
</context>
<context>
    <name>TroubleView</name>
    <message>
        <source>Details for builders</source>
        <translation>Einzelheiten für Fachleute</translation>
    </message>
    <message>
        <source>No internet connection</source>
        <translation>Keine Internetverbindung</translation>
    </message>
    <message>
        <source>%1 cannot go on a drive.</source>
        <translation>%1 kann nicht auf ein Laufwerk.</translation>
    </message>
    <message>
        <source>%1 cannot be had now.</source>
        <translation>%1 ist jetzt nicht zu bekommen.</translation>
    </message>
    <message>
        <source>Leave it out to go on with the others.</source>
        <translation>Lassen Sie sie weg, um mit den übrigen weiterzumachen.</translation>
    </message>
    <message>
        <source>%1 needs something that %2 does not have.</source>
        <translation>%1 braucht etwas, das %2 nicht hat.</translation>
    </message>
    <message>
        <source>its file</source>
        <translation>die Datei</translation>
    </message>
    <message>
        <source>Who offers the app may also offer what is missing, as a file.</source>
        <translation>Wer die App anbietet, bietet vielleicht auch an, was fehlt: als Datei.</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen&#xa0;…</translation>
    </message>
    <message>
        <source>Look in other sources</source>
        <translation>In anderen Quellen suchen</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>Weglassen</translation>
    </message>
</context>
<context>
    <name>TypedName</name>
    <message>
        <source>They come from %1.</source>
        <translation>Sie kommen von %1.</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Geben Sie zum Fortfahren %1 ein</translation>
    </message>
    <message>
        <source>First type %1.</source>
        <translation>Geben Sie zuerst %1 ein.</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>%1 too much for %2</source>
        <translation>%1 zu viel für %2</translation>
    </message>
    <message>
        <source>Take something off first. What is on it can be installed as before.</source>
        <translation>Nehmen Sie zuerst etwas herunter. Was darauf ist, lässt sich installieren wie zuvor.</translation>
    </message>
    <message>
        <source>%1 is too large for this kind of drive.</source>
        <translation>%1 ist zu groß für diese Art von Laufwerk.</translation>
    </message>
    <message>
        <source>Take it off, or erase the drive and set it up again.</source>
        <translation>Nehmen Sie sie herunter, oder löschen Sie das Laufwerk und richten Sie es neu ein.</translation>
    </message>
    <message>
        <source>Look at the list once more.</source>
        <translation>Sehen Sie die Liste noch einmal an.</translation>
    </message>
    <message>
        <source>The sources have just said something that was not known before.</source>
        <translation>Die Quellen haben eben etwas gesagt, was vorher nicht bekannt war.</translation>
    </message>
    <message>
        <source>What is from there stays as it is.</source>
        <translation>Was von dort ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>Because of %1 nothing of %2 gets newer.</source>
        <translation>Wegen %1 wird nichts von %2 neuer.</translation>
    </message>
    <message>
        <source>It can be installed only with the list that is on the drive now. Take it off to update the rest.</source>
        <translation>Es lässt sich nur mit der Liste installieren, die jetzt auf dem Laufwerk ist. Nehmen Sie es herunter, um das Übrige zu aktualisieren.</translation>
    </message>
    <message>
        <source>No internet connection</source>
        <translation>Keine Internetverbindung</translation>
    </message>
    <message>
        <source>What is newer shows only with internet. Nothing has been changed.</source>
        <translation>Was es Neues gibt, zeigt sich nur mit Internet. Es wurde nichts geändert.</translation>
    </message>
</context>
<context>
    <name>UpkeepWords</name>
    <message numerus="yes">
        <source>Update %n app(s)</source>
        <translation>
            <numerusform>%n App aktualisieren</numerusform>
            <numerusform>%n Apps aktualisieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Update the drive</source>
        <translation>Laufwerk aktualisieren</translation>
    </message>
    <message numerus="yes">
        <source>Apply %n change(s)</source>
        <translation>
            <numerusform>%n Änderung anwenden</numerusform>
            <numerusform>%n Änderungen anwenden</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking what is new…</source>
        <translation>Fragt, was es Neues gibt&#xa0;…</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet&#xa0;…</translation>
    </message>
    <message>
        <source>Frees %1</source>
        <translation>Macht %1 frei</translation>
    </message>
    <message>
        <source>Everything is up to date</source>
        <translation>Alles ist auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>Nothing to download</source>
        <translation>Nichts herunterzuladen</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 herunterzuladen</translation>
    </message>
    <message>
        <source>Up to %1 to download</source>
        <translation>Bis zu %1 herunterzuladen</translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) that the apps need are newer.</source>
        <translation>
            <numerusform>%n Teil, das die Apps brauchen, gibt es neuer.</numerusform>
            <numerusform>%n Teile, die die Apps brauchen, gibt es neuer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nobody could be asked about %n app(s).</source>
        <translation>
            <numerusform>Nach %n App konnte niemand gefragt werden.</numerusform>
            <numerusform>Nach %n Apps konnte niemand gefragt werden.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaitingView</name>
    <message>
        <source>Choose a drive first</source>
        <translation>Wählen Sie zuerst ein Laufwerk</translation>
    </message>
    <message>
        <source>Your choice of apps is kept.</source>
        <translation>Ihre Auswahl an Apps bleibt erhalten.</translation>
    </message>
    <message>
        <source>Nothing is chosen yet</source>
        <translation>Noch ist nichts gewählt</translation>
    </message>
    <message>
        <source>Choose apps first.</source>
        <translation>Wählen Sie zuerst Apps.</translation>
    </message>
    <message>
        <source>Working out what will be written…</source>
        <translation>Es wird ermittelt, was geschrieben wird&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Noch ist nichts geschrieben.</translation>
    </message>
</context>
<context>
    <name>WindowCard</name>
    <message>
        <source>This window</source>
        <translation>Dieses Fenster</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>As this computer</source>
        <translation>Wie dieser Computer</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Notification when a drive is ready</source>
        <translation>Mitteilung, wenn ein Laufwerk fertig ist</translation>
    </message>
    <message>
        <source>Sound when a drive is ready</source>
        <translation>Ton, wenn ein Laufwerk fertig ist</translation>
    </message>
    <message>
        <source>Pictures of apps</source>
        <translation>Bilder von Apps</translation>
    </message>
    <message>
        <source>Takes effect at once</source>
        <translation>Gilt sofort</translation>
    </message>
    <message>
        <source>Fetched when you look at an app</source>
        <translation>Werden geholt, wenn Sie eine App ansehen</translation>
    </message>
</context>
<context>
    <name>WorkMap</name>
    <message>
        <source>A picture of the work</source>
        <translation>Ein Bild der Arbeit</translation>
    </message>
    <message>
        <source>%1: %2 %</source>
        <translation>%1: %2 %</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>written</source>
        <translation>geschrieben</translation>
    </message>
    <message>
        <source>checked</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>to check</source>
        <translation>zu prüfen</translation>
    </message>
    <message>
        <source>%1 damaged</source>
        <translation>%1 beschädigt</translation>
    </message>
</context>
<context>
    <name>YourChoice</name>
    <message>
        <source>Your choice</source>
        <translation>Ihre Auswahl</translation>
    </message>
    <message>
        <source>Clear all</source>
        <translation>Alle entfernen</translation>
    </message>
    <message>
        <source>Save as a set…</source>
        <translation>Als Zusammenstellung speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Open a list…</source>
        <translation>Liste öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Saved sets</source>
        <translation>Eigene Zusammenstellungen</translation>
    </message>
    <message numerus="yes">
        <source>For %n computer(s)</source>
        <translation>
            <numerusform>Für %n Computer</numerusform>
            <numerusform>Für %n Computer</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing saved yet</source>
        <translation>Noch nichts gespeichert</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten&#xa0;…</translation>
    </message>
</context>
<context>
    <name>_ChosenList</name>
    <message>
        <source>What is chosen</source>
        <translation>Was ausgewählt ist</translation>
    </message>
</context>
<context>
    <name>_ChosenModel</name>
    <message>
        <source>Comes off</source>
        <translation>Kommt herunter</translation>
    </message>
    <message>
        <source>Delete keeps it on the drive</source>
        <translation>Entf lässt sie auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Delete takes it away</source>
        <translation>Die Entf-Taste nimmt sie heraus</translation>
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
        <source>%n operating system(s)</source>
        <translation>
            <numerusform>%n Betriebssystem</numerusform>
            <numerusform>%n Betriebssysteme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n update(s)</source>
        <translation>
            <numerusform>%n Update</numerusform>
            <numerusform>%n Updates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) are on it.</source>
        <translation>
            <numerusform>%n App ist darauf.</numerusform>
            <numerusform>%n Apps sind darauf.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) were being written.</source>
        <translation>
            <numerusform>%n App wurde geschrieben.</numerusform>
            <numerusform>%n Apps wurden geschrieben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Shared by %n</source>
        <translation>
            <numerusform>Gemeinsam, %n</numerusform>
            <numerusform>Gemeinsam von %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weiteres</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n small one(s)</source>
        <translation>
            <numerusform>%n kleine</numerusform>
            <numerusform>%n kleine</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s), %1</source>
        <translation>
            <numerusform>%n App, %1</numerusform>
            <numerusform>%n Apps, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s), %1 new</source>
        <translation>
            <numerusform>%n App, %1 neu</numerusform>
            <numerusform>%n Apps, %1 neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>all %n drives</source>
        <translation>
            <numerusform>dem einen Laufwerk</numerusform>
            <numerusform>allen %n Laufwerken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stay</source>
        <translation>
            <numerusform>%n bleibt</numerusform>
            <numerusform>%n bleiben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n come(s) off</source>
        <translation>
            <numerusform>%n kommt herunter</numerusform>
            <numerusform>%n kommen herunter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n second(s) left</source>
        <translation>
            <numerusform>noch etwa %n Sekunde</numerusform>
            <numerusform>noch etwa %n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>noch etwa %n Minute</numerusform>
            <numerusform>noch etwa %n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hour(s) left</source>
        <translation>
            <numerusform>noch etwa %n Stunde</numerusform>
            <numerusform>noch etwa %n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %n second(s)</source>
        <translation>
            <numerusform>Neuer Versuch in %n Sekunde</numerusform>
            <numerusform>Neuer Versuch in %n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n app(s) install</source>
        <translation>
            <numerusform>%n App lässt sich installieren</numerusform>
            <numerusform>Alle %n Apps lassen sich installieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n app(s) install</source>
        <translation>
            <numerusform>%1 von %n App lässt sich installieren</numerusform>
            <numerusform>%1 von %n Apps lassen sich installieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drive(s), each with %1 free or more.</source>
        <translation>
            <numerusform>%n Laufwerk mit %1 frei.</numerusform>
            <numerusform>%n Laufwerke, jedes mit mindestens %1 frei.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Comes off %n drive(s)</source>
        <translation>
            <numerusform>Kommt von %n Laufwerk herunter</numerusform>
            <numerusform>Kommt von %n Laufwerken herunter</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_LanguageChip</name>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Make it the first</source>
        <translation>An die erste Stelle</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>Step %1 of %2, %3, done</source>
        <translation>Schritt %1 von %2, %3, erledigt</translation>
    </message>
    <message>
        <source>Step %1 of %2, %3, open now</source>
        <translation>Schritt %1 von %2, %3, jetzt offen</translation>
    </message>
    <message>
        <source>Step %1 of %2, %3, not yet</source>
        <translation>Schritt %1 von %2, %3, noch nicht</translation>
    </message>
    <message>
        <source>%1, open now</source>
        <translation>%1, jetzt offen</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Something it needs is missing.</source>
        <translation>Etwas, das sie braucht, fehlt.</translation>
    </message>
    <message>
        <source>It needs a newer Flatpak than there is.</source>
        <translation>Sie braucht ein neueres Flatpak, als es hier gibt.</translation>
    </message>
    <message>
        <source>It does not install from this drive.</source>
        <translation>Sie lässt sich von diesem Laufwerk nicht installieren.</translation>
    </message>
    <message>
        <source>Not in: %1</source>
        <translation>Nicht auf: %1</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>Noch nicht ausprobiert.</translation>
    </message>
    <message>
        <source>Being tried.</source>
        <translation>Wird ausprobiert.</translation>
    </message>
    <message>
        <source>Installs.</source>
        <translation>Lässt sich installieren.</translation>
    </message>
    <message>
        <source>Does not install.</source>
        <translation>Lässt sich nicht installieren.</translation>
    </message>
    <message>
        <source>Copy to %1</source>
        <translation>Auf %1 kopieren</translation>
    </message>
    <message>
        <source>Other apps are on it. They stay until it is erased.</source>
        <translation>Darauf sind andere Apps. Sie bleiben, bis es gelöscht wird.</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>It has all of it already, and is checked and put in order.</source>
        <translation>Es hat schon alles; es wird geprüft und in Ordnung gebracht.</translation>
    </message>
    <message>
        <source>%1 to copy, %2 stay free</source>
        <translation>%1 zu kopieren, %2 bleiben frei</translation>
    </message>
</context>
<context>
    <name>_Sentences</name>
    <message numerus="yes">
        <source>%n app(s) come(s) off</source>
        <translation>
            <numerusform>%n App kommt herunter</numerusform>
            <numerusform>%n Apps kommen herunter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) come(s) off: %1.</source>
        <translation>
            <numerusform>%n App kommt herunter: %1.</numerusform>
            <numerusform>%n Apps kommen herunter: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) came off: %1.</source>
        <translation>
            <numerusform>%n App wurde heruntergenommen: %1.</numerusform>
            <numerusform>%n Apps wurden heruntergenommen: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) updated: %1.</source>
        <translation>
            <numerusform>%n App aktualisiert: %1.</numerusform>
            <numerusform>%n Apps aktualisiert: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weitere</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_StepCards</name>
    <message>
        <source>On each computer in the classroom</source>
        <translation>An jedem Computer im Klassenzimmer</translation>
    </message>
    <message>
        <source>Plug the drive in</source>
        <translation>Laufwerk einstecken</translation>
    </message>
    <message>
        <source>and open it in the file manager</source>
        <translation>und in der Dateiverwaltung öffnen</translation>
    </message>
    <message>
        <source>Open START-HERE</source>
        <translation>START-HERE öffnen</translation>
    </message>
    <message>
        <source>It explains the rest, in two languages</source>
        <translation>Es erklärt alles Weitere, in zwei Sprachen</translation>
    </message>
    <message>
        <source>Run the line it shows</source>
        <translation>Zeile dort ausführen</translation>
    </message>
    <message>
        <source>Everything gets installed, without internet</source>
        <translation>Alles wird installiert, ohne Internet</translation>
    </message>
    <message>
        <source>It installs without internet, and says what it left out</source>
        <translation>Es installiert ohne Internet und sagt, was es ausgelassen hat</translation>
    </message>
</context>
<context>
    <name>_Sums</name>
    <message numerus="yes">
        <source>%n app(s) cannot go on a drive.</source>
        <translation>
            <numerusform>%n App kann nicht auf ein Laufwerk.</numerusform>
            <numerusform>%n Apps können nicht auf ein Laufwerk.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) are too large for this kind of drive.</source>
        <translation>
            <numerusform>%n App ist für diese Art Laufwerk zu groß.</numerusform>
            <numerusform>%n Apps sind für diese Art Laufwerk zu groß.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) may be too large for this kind of drive.</source>
        <translation>
            <numerusform>%n App ist für diese Art Laufwerk vielleicht zu groß.</numerusform>
            <numerusform>%n Apps sind für diese Art Laufwerk vielleicht zu groß.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) get no more updates.</source>
        <translation>
            <numerusform>%n App bekommt keine Updates mehr.</numerusform>
            <numerusform>%n Apps bekommen keine Updates mehr.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) run on parts that get no more updates.</source>
        <translation>
            <numerusform>%n App läuft auf Teilen, die keine Updates mehr bekommen.</numerusform>
            <numerusform>%n Apps laufen auf Teilen, die keine Updates mehr bekommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) have a new name.</source>
        <translation>
            <numerusform>%n App hat einen neuen Namen.</numerusform>
            <numerusform>%n Apps haben einen neuen Namen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nobody vouches for %n app(s).</source>
        <translation>
            <numerusform>Für %n App bürgt niemand.</numerusform>
            <numerusform>Für %n Apps bürgt niemand.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The lists of %n source(s) are not signed.</source>
        <translation>
            <numerusform>Die Liste von %n Quelle ist nicht signiert.</numerusform>
            <numerusform>Die Listen von %n Quellen sind nicht signiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The apps of %n source(s) are for newer computers.</source>
        <translation>
            <numerusform>Die Apps von %n Quelle sind für neuere Computer.</numerusform>
            <numerusform>Die Apps von %n Quellen sind für neuere Computer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drive(s) cannot be used.</source>
        <translation>
            <numerusform>%n Laufwerk kann nicht verwendet werden.</numerusform>
            <numerusform>%n Laufwerke können nicht verwendet werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nobody vouches for %n source(s).</source>
        <translation>
            <numerusform>Für %n Quelle bürgt niemand.</numerusform>
            <numerusform>Für %n Quellen bürgt niemand.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n App</numerusform>
            <numerusform>%n Apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n app(s) onto %1</source>
        <translation>
            <numerusform>%n App auf %1</numerusform>
            <numerusform>%n Apps auf %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taking %n app(s) off %1</source>
        <translation>
            <numerusform>%n App von %1 herunternehmen</numerusform>
            <numerusform>%n Apps von %1 herunternehmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n Teil</numerusform>
            <numerusform>%n Teile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s), most shared by all apps</source>
        <translation>
            <numerusform>%n Teil, den sich alle Apps teilen</numerusform>
            <numerusform>%n Teile, die meisten teilen sich alle Apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s), most shared by several apps</source>
        <translation>
            <numerusform>%n Teil, den sich mehrere Apps teilen</numerusform>
            <numerusform>%n Teile, die meisten teilen sich mehrere Apps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Apps on the drive</source>
        <translation>Apps auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Leave it on</source>
        <translation>Doch behalten</translation>
    </message>
    <message>
        <source>Take it off</source>
        <translation>Herunternehmen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Update it</source>
        <translation>Aktualisieren</translation>
    </message>
    <message numerus="yes">
        <source>Update all %n app(s)</source>
        <translation>
            <numerusform>%n App aktualisieren</numerusform>
            <numerusform>Alle %n Apps aktualisieren</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Words</name>
    <message numerus="yes">
        <source>%n of %1 app(s) damaged, and cannot be installed from this drive</source>
        <translation>
            <numerusform>%n von %1 Apps ist beschädigt und lässt sich von diesem Laufwerk nicht installieren</numerusform>
            <numerusform>%n von %1 Apps sind beschädigt und lassen sich von diesem Laufwerk nicht installieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The other %n are sound.</source>
        <translation>
            <numerusform>Die andere ist in Ordnung.</numerusform>
            <numerusform>Die anderen %n sind in Ordnung.</numerusform>
        </translation>
    </message>
    <message>
        <source>Something on this drive is damaged</source>
        <translation>Auf diesem Laufwerk ist etwas beschädigt</translation>
    </message>
    <message>
        <source>Its apps are sound.</source>
        <translation>Die Apps darauf sind in Ordnung.</translation>
    </message>
    <message>
        <source>Nothing is damaged, but nobody vouches for it</source>
        <translation>Nichts ist beschädigt, aber niemand bürgt dafür</translation>
    </message>
    <message>
        <source>Take the apps only if you know who made the drive. Once their source is added here, a check can tell.</source>
        <translation>Nehmen Sie die Apps nur, wenn Sie wissen, wer das Laufwerk gemacht hat. Sobald ihre Quelle hier hinzugefügt ist, kann eine Prüfung es sagen.</translation>
    </message>
    <message>
        <source>Take the apps only if you know who made the drive.</source>
        <translation>Nehmen Sie die Apps nur, wenn Sie wissen, wer das Laufwerk gemacht hat.</translation>
    </message>
    <message numerus="yes">
        <source>All %n app(s) are sound</source>
        <translation>
            <numerusform>Die %n App ist in Ordnung</numerusform>
            <numerusform>Alle %n Apps sind in Ordnung</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything was read back, and is as its makers signed it.</source>
        <translation>Alles wurde zurückgelesen und ist so, wie die Herausgeber es signiert haben.</translation>
    </message>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n App</numerusform>
            <numerusform>%n Apps</numerusform>
        </translation>
    </message>
    <message>
        <source>written on %1</source>
        <translation>geschrieben am %1</translation>
    </message>
    <message>
        <source>not written by Satchel</source>
        <translation>nicht von Satchel geschrieben</translation>
    </message>
    <message numerus="yes">
        <source>%n newer than on this computer</source>
        <translation>
            <numerusform>%n neuere als auf diesem Computer</numerusform>
            <numerusform>%n neuere als auf diesem Computer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 ✓ in %2 of %n app(s)</source>
        <translation>
            <numerusform>%1 ✓ in %2 von %n App</numerusform>
            <numerusform>%1 ✓ in %2 von %n Apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the %n</source>
        <translation>
            <numerusform>Die %n zeigen</numerusform>
            <numerusform>Die %n zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, as of %2</source>
        <translation>%1, Stand %2</translation>
    </message>
    <message>
        <source>Nothing new for it.</source>
        <translation>Nichts Neues dafür.</translation>
    </message>
    <message>
        <source>What its apps need, in a newer version: %1</source>
        <translation>Was seine Apps brauchen, in neuerer Version: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n update(s)</source>
        <translation>
            <numerusform>%n Update</numerusform>
            <numerusform>%n Updates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new app(s)</source>
        <translation>
            <numerusform>%n neue App</numerusform>
            <numerusform>%n neue Apps</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, with what they need %2</source>
        <translation>%1, mit allem Nötigen %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weitere</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s) that apps need differ(s).</source>
        <translation>
            <numerusform>%n Teil, den Apps brauchen, ist verschieden.</numerusform>
            <numerusform>%n Teile, die Apps brauchen, sind verschieden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of %1 app(s) differ(s)</source>
        <translation>
            <numerusform>%n von %1 Apps ist verschieden</numerusform>
            <numerusform>%n von %1 Apps sind verschieden</numerusform>
        </translation>
    </message>
    <message>
        <source>The apps are the same</source>
        <translation>Die Apps sind dieselben</translation>
    </message>
    <message>
        <source>Both hold the same</source>
        <translation>Auf beiden ist dasselbe</translation>
    </message>
    <message>
        <source>All of it is the newest</source>
        <translation>Alles ist auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Newer on the internet</source>
        <translation>Im Internet neuer</translation>
    </message>
    <message>
        <source>Older on the internet</source>
        <translation>Im Internet älter</translation>
    </message>
    <message>
        <source>Different, of the same age</source>
        <translation>Verschieden, gleich alt</translation>
    </message>
    <message>
        <source>In other languages</source>
        <translation>In anderen Sprachen</translation>
    </message>
    <message>
        <source>Without a part of its maker&apos;s</source>
        <translation>Ohne einen Teil des Herstellers</translation>
    </message>
    <message>
        <source>Without its signature</source>
        <translation>Ohne seine Signatur</translation>
    </message>
    <message>
        <source>No longer on the internet</source>
        <translation>Nicht mehr im Internet</translation>
    </message>
    <message>
        <source>Only on the internet</source>
        <translation>Nur im Internet</translation>
    </message>
    <message>
        <source>From a source that nobody knows here</source>
        <translation>Aus einer Quelle, die hier niemand kennt</translation>
    </message>
    <message>
        <source>Newer on %1</source>
        <translation>Auf %1 neuer</translation>
    </message>
    <message>
        <source>Older on %1</source>
        <translation>Auf %1 älter</translation>
    </message>
    <message>
        <source>On one of them without a part of its maker&apos;s</source>
        <translation>Auf einem davon ohne einen Teil des Herstellers</translation>
    </message>
    <message>
        <source>On one of them without its signature</source>
        <translation>Auf einem davon ohne seine Signatur</translation>
    </message>
    <message>
        <source>Only on %2</source>
        <translation>Nur auf %2</translation>
    </message>
    <message>
        <source>Only on %1</source>
        <translation>Nur auf %1</translation>
    </message>
    <message>
        <source>It cannot be installed from %1 without internet</source>
        <translation>Von %1 ist es ohne Internet nicht zu installieren</translation>
    </message>
    <message>
        <source>Nobody vouches for it on %1</source>
        <translation>Auf %1 bürgt niemand dafür</translation>
    </message>
    <message>
        <source>all languages</source>
        <translation>alle Sprachen</translation>
    </message>
    <message>
        <source>no translations</source>
        <translation>keine Übersetzungen</translation>
    </message>
    <message>
        <source>Not all of it is whole on %1</source>
        <translation>Auf %1 ist nicht alles heil</translation>
    </message>
    <message>
        <source>Not all of it is whole on either</source>
        <translation>Auf keinem von beiden ist alles heil</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>vom %1</translation>
    </message>
    <message>
        <source>Looking for where to get again what is damaged…</source>
        <translation>Sucht, woher sich neu holen lässt, was beschädigt ist&#xa0;…</translation>
    </message>
    <message>
        <source>Repairing gets again what is damaged.</source>
        <translation>Beim Reparieren wird neu geholt, was beschädigt ist.</translation>
    </message>
    <message numerus="yes">
        <source>Of %1 only a newer version is to be had, so that comes.</source>
        <translation>
            <numerusform>Von %1 ist nur eine neuere Version zu haben, also kommt diese.</numerusform>
            <numerusform>Von %1 sind nur neuere Versionen zu haben, also kommen diese.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 gets a newer version with it.</source>
        <translation>
            <numerusform>%1 bekommt dabei eine neuere Version.</numerusform>
            <numerusform>%1 bekommen dabei neuere Versionen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 is not to be had any more, and comes off.</source>
        <translation>
            <numerusform>%1 ist nicht mehr zu haben und kommt weg.</numerusform>
            <numerusform>%1 sind nicht mehr zu haben und kommen weg.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) that do not belong there are moved aside, not deleted.</source>
        <translation>
            <numerusform>%n Datei, die nicht dorthin gehört, wird beiseitegelegt, nicht gelöscht.</numerusform>
            <numerusform>%n Dateien, die nicht dorthin gehören, werden beiseitegelegt, nicht gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>Repairing fetches %1 again and takes %2.</source>
        <translation>Das Reparieren holt %1 neu und dauert %2.</translation>
    </message>
    <message>
        <source>What it takes is here: repairing needs no internet and takes %1.</source>
        <translation>Was es braucht, ist hier: Das Reparieren kommt ohne Internet aus und dauert %1.</translation>
    </message>
    <message>
        <source>Repairing puts it in order and takes %1.</source>
        <translation>Das Reparieren bringt es in Ordnung und dauert %1.</translation>
    </message>
    <message>
        <source>There is no internet now, and not all can be repaired without.</source>
        <translation>Gerade ist kein Internet da, und ohne lässt sich nicht alles reparieren.</translation>
    </message>
    <message>
        <source>Not all of it can be repaired.</source>
        <translation>Nicht alles lässt sich reparieren.</translation>
    </message>
</context>
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
<context>
    <name>findings</name>
    <message>
        <source>and %1 more like this</source>
        <translation>und %1 weitere dieser Art</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Gut zu wissen</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>d. MMMM</translation>
    </message>
    <message>
        <source>Checked today at %1</source>
        <translation>Heute um %1 geprüft</translation>
    </message>
    <message>
        <source>Checked yesterday at %1</source>
        <translation>Gestern um %1 geprüft</translation>
    </message>
    <message>
        <source>Checked on %1 at %2</source>
        <translation>Geprüft am %1 um %2</translation>
    </message>
</context>
</TS>
