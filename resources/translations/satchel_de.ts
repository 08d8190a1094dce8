<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AddLanguageDialog</name>
    <message>
        <source>Add a language</source>
        <translation>Sprache hinzufügen</translation>
    </message>
    <message>
        <source>Search languages</source>
        <translation>Sprachen suchen</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
</context>
<context>
    <name>AddRemoteDialog</name>
    <message>
        <source>Add a remote</source>
        <translation>Quelle hinzufügen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>https://… or the name of a .flatpakrepo file</source>
        <translation>https://… oder der Name einer .flatpakrepo-Datei</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>Schlüsseldatei</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <source>&amp;Address:</source>
        <translation>&amp;Adresse:</translation>
    </message>
    <message>
        <source>A repository&apos;s own address needs its key, and often its collection ID:</source>
        <translation>Die Adresse eines Repositorys selbst braucht dessen Schlüssel und oft die ID seiner Sammlung:</translation>
    </message>
    <message>
        <source>&amp;Key file:</source>
        <translation>&amp;Schlüsseldatei:</translation>
    </message>
    <message>
        <source>C&amp;ollection:</source>
        <translation>Sa&amp;mmlung:</translation>
    </message>
    <message>
        <source>Looking at the remote</source>
        <translation>Quelle wird angesehen</translation>
    </message>
    <message>
        <source>Fingerprint of the key</source>
        <translation>Fingerabdruck des Schlüssels</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen&#xa0;…</translation>
    </message>
    <message>
        <source>Browse for: %1</source>
        <translation>Durchsuchen nach: %1</translation>
    </message>
    <message>
        <source>Flatpak remotes</source>
        <translation>Flatpak-Quellen</translation>
    </message>
    <message>
        <source>Choose a remote</source>
        <translation>Quelle wählen</translation>
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
        <source>Looking at the remote…</source>
        <translation>Quelle wird angesehen&#xa0;…</translation>
    </message>
</context>
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
<context>
    <name>AppView</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
</context>
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
<context>
    <name>CacheSettings</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear what is kept</source>
        <translation>Gespeichertes leeren</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern&#xa0;…</translation>
    </message>
    <message>
        <source>Change where it is kept</source>
        <translation>Ändern, wo es aufbewahrt wird</translation>
    </message>
    <message>
        <source>Usual place</source>
        <translation>Üblicher Ort</translation>
    </message>
    <message>
        <source>Keep it in the usual place</source>
        <translation>Am üblichen Ort speichern</translation>
    </message>
    <message>
        <source>Keep at most</source>
        <translation>Höchstens speichern</translation>
    </message>
    <message>
        <source>Holds now:</source>
        <translation>Enthält jetzt:</translation>
    </message>
    <message>
        <source>At most:</source>
        <translation>Höchstens:</translation>
    </message>
    <message>
        <source>Place:</source>
        <translation>Ort:</translation>
    </message>
    <message>
        <source>counting…</source>
        <translation>wird gezählt&#xa0;…</translation>
    </message>
    <message>
        <source>Where to keep it</source>
        <translation>Wo es aufbewahrt wird</translation>
    </message>
</context>
<context>
    <name>CheckView</name>
    <message>
        <source>What was found, by what to do about it</source>
        <translation>Befunde, geordnet danach, was zu tun ist</translation>
    </message>
    <message>
        <source>Write it again…</source>
        <translation>Noch einmal schreiben&#xa0;…</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>To the settings</source>
        <translation>Zu den Einstellungen</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Noch nicht geprüft</translation>
    </message>
    <message>
        <source>A check reads everything back and tells whether the drive can be relied on.</source>
        <translation>Eine Prüfung liest alles zurück und sagt, ob auf das Laufwerk Verlass ist.</translation>
    </message>
    <message>
        <source>The check was stopped</source>
        <translation>Die Prüfung wurde abgebrochen</translation>
    </message>
    <message>
        <source>Nothing has been changed. Check again whenever you like.</source>
        <translation>Nichts wurde verändert. Prüfen Sie noch einmal, wann Sie möchten.</translation>
    </message>
    <message>
        <source>So nobody can say whether the drive is sound.</source>
        <translation>So kann niemand sagen, ob das Laufwerk in Ordnung ist.</translation>
    </message>
    <message>
        <source>Reading everything back</source>
        <translation>Alles wird zurückgelesen</translation>
    </message>
    <message>
        <source>Looking at what there is</source>
        <translation>Es wird nachgesehen, was da ist</translation>
    </message>
    <message>
        <source>%1 parts, %2</source>
        <translation>%1 Teile, %2</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>noch etwa %1</translation>
    </message>
    <message>
        <source>Nothing is damaged, but nobody here knows whose it is.</source>
        <translation>Nichts ist beschädigt, aber hier weiß niemand, von wem es ist.</translation>
    </message>
    <message numerus="yes">
        <source>It is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>Es ist nicht in Ordnung: %n Problem wurde gefunden.</numerusform>
            <numerusform>Es ist nicht in Ordnung: %n Probleme wurden gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is sound. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>Es ist in Ordnung. Eines sollten Sie wissen.</numerusform>
            <numerusform>Es ist in Ordnung. %n Dinge sollten Sie wissen.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is sound: everything on it is as its makers signed it.</source>
        <translation>Es ist in Ordnung: Alles darauf ist so, wie die Hersteller es signiert haben.</translation>
    </message>
    <message>
        <source>%1 parts, %2, read in %3</source>
        <translation>%1 Teile, %2, gelesen in %3</translation>
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
    <name>ChoiceNotesDialog</name>
    <message>
        <source>What is missing</source>
        <translation>Was fehlt</translation>
    </message>
</context>
<context>
    <name>CollectionsDialog</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Place of the repository</source>
        <translation>Ort des Repositorys</translation>
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
        <source>More repositories on this drive</source>
        <translation>Weitere Repositorys auf diesem Laufwerk</translation>
    </message>
    <message>
        <source>Collections and their lists</source>
        <translation>Sammlungen und ihre Listen</translation>
    </message>
    <message>
        <source>Everything agrees.</source>
        <translation>Alles stimmt überein.</translation>
    </message>
    <message>
        <source>Do they agree?</source>
        <translation>Stimmt alles überein?</translation>
    </message>
</context>
<context>
    <name>ContentsPage</name>
    <message>
        <source>No drive chosen yet</source>
        <translation>Noch kein Laufwerk gewählt</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>Bericht speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Repository on the drive</source>
        <translation>Repository auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>Einzelheiten&#xa0;…</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>Was angesehen wird</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Apps and what they need</source>
        <translation>Apps und was sie brauchen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>What is on the drive</source>
        <translation>Was auf dem Laufwerk ist</translation>
    </message>
    <message>
        <source>Stop checking</source>
        <translation>Prüfung abbrechen</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message numerus="yes">
        <source>There are %n repositories on it. You are looking at:</source>
        <translation>
            <numerusform>Darauf ist %n Repository. Sie sehen:</numerusform>
            <numerusform>Darauf sind %n Repositorys. Sie sehen:</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is not mounted</source>
        <translation>%1 ist nicht eingehängt</translation>
    </message>
    <message>
        <source>Mount it on the Drive page to see what is on it.</source>
        <translation>Hängen Sie es auf der Seite „Laufwerk“ ein, um zu sehen, was darauf ist.</translation>
    </message>
    <message>
        <source>To the drives</source>
        <translation>Zu den Laufwerken</translation>
    </message>
    <message>
        <source>As it is, apps cannot be installed from it.</source>
        <translation>So lassen sich davon keine Apps installieren.</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Looking at what is on it…</source>
        <translation>Es wird nachgesehen, was darauf ist&#xa0;…</translation>
    </message>
    <message>
        <source>There are no apps on %1 yet</source>
        <translation>Auf %1 sind noch keine Apps</translation>
    </message>
    <message>
        <source>On %1 is a repository, but no apps that computers would find</source>
        <translation>Auf %1 ist ein Repository, aber keine Apps, die Computer finden würden</translation>
    </message>
    <message>
        <source>Choose it on the Drive page, and then apps to put on it.</source>
        <translation>Wählen Sie es auf der Seite „Laufwerk“ und danach die Apps dafür.</translation>
    </message>
    <message>
        <source>%1 was unplugged</source>
        <translation>%1 wurde abgezogen</translation>
    </message>
    <message>
        <source>Plug it in again, choose another drive, or open a folder.</source>
        <translation>Stecken Sie es wieder ein, wählen Sie ein anderes oder öffnen Sie einen Ordner.</translation>
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
        <source>None of its apps can be found.</source>
        <translation>Keine seiner Apps kann gefunden werden.</translation>
    </message>
    <message>
        <source>It was not finished. Make it again to go on.</source>
        <translation>Es wurde nicht fertig. Bespielen Sie es noch einmal, dann geht es weiter.</translation>
    </message>
    <message>
        <source>The check found something damaged or missing.</source>
        <translation>Die Prüfung hat etwas gefunden, was beschädigt ist oder fehlt.</translation>
    </message>
    <message>
        <source>Everything agrees: what is listed is there, and signed.</source>
        <translation>Alles stimmt überein: Was aufgelistet ist, ist da und signiert.</translation>
    </message>
    <message numerus="yes">
        <source>%n app(s)</source>
        <translation>
            <numerusform>%n App</numerusform>
            <numerusform>%n Apps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) they need</source>
        <translation>
            <numerusform>%n Teil, den sie brauchen</numerusform>
            <numerusform>%n Teile, die sie brauchen</numerusform>
        </translation>
    </message>
    <message>
        <source>made on %1</source>
        <translation>bespielt am %1</translation>
    </message>
    <message>
        <source>not made by Satchel</source>
        <translation>nicht von Satchel bespielt</translation>
    </message>
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
        <source>Page for a browser (*.html)</source>
        <translation>Seite für den Browser (*.html)</translation>
    </message>
    <message>
        <source>Data (*.json)</source>
        <translation>Daten (*.json)</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>report.html</source>
        <translation>bericht.html</translation>
    </message>
    <message>
        <source>The report is in %1.</source>
        <translation>Der Bericht ist in %1.</translation>
    </message>
</context>
<context>
    <name>CostMeter</name>
    <message>
        <source>Working out what this needs…</source>
        <translation>Es wird berechnet, was das braucht&#xa0;…</translation>
    </message>
    <message>
        <source>Choose what should go on the drive.</source>
        <translation>Wählen Sie, was auf das Laufwerk soll.</translation>
    </message>
    <message>
        <source>It may not fit: it needs up to %1, and %2 are free.</source>
        <translation>Es passt vielleicht nicht: Es braucht bis zu %1, und %2 sind frei.</translation>
    </message>
    <message>
        <source>It fits. %1 to download.</source>
        <translation>Es passt. %1 sind herunterzuladen.</translation>
    </message>
    <message numerus="yes">
        <source>%n part(s) that it needs come along, each only once.</source>
        <translation>
            <numerusform>%n Teil, den es braucht, kommt mit.</numerusform>
            <numerusform>%n Teile, die es braucht, kommen mit, jeder nur einmal.</numerusform>
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
    <name>DonePage</name>
    <message>
        <source>Nothing has been made yet</source>
        <translation>Es wurde noch nichts geschrieben</translation>
    </message>
    <message>
        <source>Choose a drive and apps first.</source>
        <translation>Wählen Sie zuerst ein Laufwerk und Apps.</translation>
    </message>
    <message>
        <source>What was found, by what to do about it</source>
        <translation>Befunde, geordnet danach, was zu tun ist</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
    <message>
        <source>Show what is on it</source>
        <translation>Zeigen, was darauf ist</translation>
    </message>
    <message>
        <source>Make another with the same choice</source>
        <translation>Noch eines mit derselben Auswahl</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Write it again</source>
        <translation>Noch einmal schreiben</translation>
    </message>
    <message numerus="yes">
        <source>%1 is not sound: %n problem(s) were found.</source>
        <translation>
            <numerusform>%1 ist nicht in Ordnung: %n Problem wurde gefunden.</numerusform>
            <numerusform>%1 ist nicht in Ordnung: %n Probleme wurden gefunden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 is ready. There are %n thing(s) to know.</source>
        <translation>
            <numerusform>%1 ist fertig. Eines sollten Sie wissen.</numerusform>
            <numerusform>%1 ist fertig. %n Dinge sollten Sie wissen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is ready: everything was read back and is right.</source>
        <translation>%1 ist fertig: Alles wurde zurückgelesen und stimmt.</translation>
    </message>
    <message>
        <source>%1 parts (%2) were written in %3.</source>
        <translation>%1 Teile (%2) wurden in %3 geschrieben.</translation>
    </message>
    <message>
        <source>All of it was there already. Seeing to that took %3.</source>
        <translation>Alles war schon da. Das festzustellen dauerte %3.</translation>
    </message>
    <message>
        <source>It is good until %1, when the first key or signature on it ends.</source>
        <translation>Es gilt bis %1; dann endet der erste Schlüssel oder die erste Signatur darauf.</translation>
    </message>
    <message>
        <source>Not signed, so nobody can verify it: %1.</source>
        <translation>Nicht signiert, daher von niemandem prüfbar: %1.</translation>
    </message>
    <message>
        <source>Ejecting…</source>
        <translation>Wird ausgeworfen&#xa0;…</translation>
    </message>
    <message>
        <source>You can pull it out now.</source>
        <translation>Sie können es jetzt abziehen.</translation>
    </message>
    <message>
        <source>Do not pull it out yet.</source>
        <translation>Ziehen Sie es noch nicht ab.</translation>
    </message>
</context>
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
    <name>FailurePanel</name>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Free licence only</source>
        <translation>Nur freie Lizenz</translation>
    </message>
    <message>
        <source>Verified to be the developers&apos; own</source>
        <translation>Geprüft: von den Entwicklern selbst</translation>
    </message>
    <message>
        <source>Not at the end of life</source>
        <translation>Nicht eingestellt</translation>
    </message>
    <message>
        <source>Already on the drive</source>
        <translation>Schon auf dem Laufwerk</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Raster</translation>
    </message>
    <message>
        <source>All sources</source>
        <translation>Alle Quellen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>Alle Kategorien</translation>
    </message>
    <message>
        <source>Sound and video</source>
        <translation>Ton und Film</translation>
    </message>
    <message>
        <source>Programming</source>
        <translation>Programmieren</translation>
    </message>
    <message>
        <source>Education</source>
        <translation>Bildung</translation>
    </message>
    <message>
        <source>Games</source>
        <translation>Spiele</translation>
    </message>
    <message>
        <source>Graphics</source>
        <translation>Grafik</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>Internet</translation>
    </message>
    <message>
        <source>Office</source>
        <translation>Büro</translation>
    </message>
    <message>
        <source>Science</source>
        <translation>Wissenschaft</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
</context>
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
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
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
    <name>LanguageList</name>
    <message>
        <source>Languages, best first</source>
        <translation>Sprachen, die beste zuerst</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Add a language</source>
        <translation>Sprache hinzufügen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the language</source>
        <translation>Die Sprache entfernen</translation>
    </message>
    <message>
        <source>Make it the first</source>
        <translation>An die erste Stelle</translation>
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
    <name>LanguagesAndGraphicsDialog</name>
    <message>
        <source>Languages and graphics</source>
        <translation>Sprachen und Grafik</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Every app comes with all of its languages, and each computer takes its own. Which are read where the drive goes? Before anything is written you are told what does not come in them.</source>
        <translation>Jede App kommt mit allen ihren Sprachen, und jeder Computer nimmt sich seine eigenen. Welche werden dort gelesen, wohin das Laufwerk geht? Bevor etwas geschrieben wird, erfahren Sie, was es in diesen nicht gibt.</translation>
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
<context>
    <name>ManageChoicesDialog</name>
    <message>
        <source>Saved choices</source>
        <translation>Gespeicherte Auswahlen</translation>
    </message>
    <message>
        <source>Choices that cannot be used</source>
        <translation>Auswahlen, die sich nicht verwenden lassen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Weitergeben&#xa0;…</translation>
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
        <source>%1, %n to choose</source>
        <translation>
            <numerusform>%1, %n gewählt</numerusform>
            <numerusform>%1, %n gewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is saved</source>
        <translation>Nichts gespeichert</translation>
    </message>
    <message>
        <source>Choose apps, then save the choice under a name.</source>
        <translation>Wählen Sie Apps und speichern Sie die Auswahl unter einem Namen.</translation>
    </message>
    <message>
        <source>It was written to %1.</source>
        <translation>Sie steht jetzt in %1.</translation>
    </message>
    <message>
        <source>Export the choice</source>
        <translation>Die Auswahl weitergeben</translation>
    </message>
</context>
<context>
    <name>PhaseSteps</name>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
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
    <message>
        <source>%1: stopped</source>
        <translation>%1: abgebrochen</translation>
    </message>
</context>
<context>
    <name>PlaceBar</name>
    <message>
        <source>Drive or folder to look at</source>
        <translation>Laufwerk oder Ordner zum Ansehen</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen&#xa0;…</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Demo drive</source>
        <translation>Demo-Laufwerk</translation>
    </message>
</context>
<context>
    <name>PlaceDetails</name>
    <message>
        <source>Mount</source>
        <translation>Einhängen</translation>
    </message>
    <message>
        <source>Format…</source>
        <translation>Formatieren&#xa0;…</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>Auswerfen</translation>
    </message>
</context>
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
    <name>RemotesModel</name>
    <message>
        <source>%1, switched off</source>
        <translation>%1, abgeschaltet</translation>
    </message>
    <message>
        <source>Looking at its key…</source>
        <translation>Der Schlüssel wird angesehen&#xa0;…</translation>
    </message>
    <message>
        <source>No key: nothing from it can be verified, so it is refused</source>
        <translation>Kein Schlüssel: Nichts von dort lässt sich prüfen, darum wird es abgelehnt</translation>
    </message>
    <message>
        <source>Key %1</source>
        <translation>Schlüssel %1</translation>
    </message>
    <message>
        <source>only for now</source>
        <translation>nur für jetzt</translation>
    </message>
    <message>
        <source>added by you</source>
        <translation>von Ihnen hinzugefügt</translation>
    </message>
    <message>
        <source>your flatpak has it</source>
        <translation>aus Ihrem Flatpak</translation>
    </message>
    <message>
        <source>flatpak on this computer has it</source>
        <translation>aus dem Flatpak dieses Computers</translation>
    </message>
    <message>
        <source>predefined on this computer</source>
        <translation>auf diesem Computer vorgegeben</translation>
    </message>
    <message>
        <source>comes with Satchel</source>
        <translation>kommt mit Satchel</translation>
    </message>
    <message>
        <source>flatpak has it in %1</source>
        <translation>aus dem Flatpak „%1“</translation>
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
<context>
    <name>ReviewPage</name>
    <message>
        <source>Choose apps first</source>
        <translation>Wählen Sie zuerst Apps</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>to download</source>
        <translation>herunterzuladen</translation>
    </message>
    <message>
        <source>on the drive</source>
        <translation>auf dem Laufwerk</translation>
    </message>
    <message>
        <source>free afterwards</source>
        <translation>danach frei</translation>
    </message>
    <message>
        <source>What will be written and why</source>
        <translation>Was geschrieben wird und warum</translation>
    </message>
    <message>
        <source>Worth reading</source>
        <translation>Zu beachten</translation>
    </message>
    <message>
        <source>This will be written</source>
        <translation>Das wird geschrieben</translation>
    </message>
    <message>
        <source>Work it out again</source>
        <translation>Neu berechnen</translation>
    </message>
    <message>
        <source>Write to the drive</source>
        <translation>Auf das Laufwerk schreiben</translation>
    </message>
    <message>
        <source>Working out what will be written…</source>
        <translation>Es wird berechnet, was geschrieben wird&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Noch wird nichts geschrieben.</translation>
    </message>
    <message>
        <source>Choose a drive first</source>
        <translation>Wählen Sie zuerst ein Laufwerk</translation>
    </message>
    <message>
        <source>Choose a drive</source>
        <translation>Laufwerk wählen</translation>
    </message>
    <message>
        <source>Choose apps</source>
        <translation>Apps wählen</translation>
    </message>
    <message>
        <source>%1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
</context>
<context>
    <name>SaveChoiceDialog</name>
    <message>
        <source>Save this choice</source>
        <translation>Diese Auswahl speichern</translation>
    </message>
    <message>
        <source>Name of the choice:</source>
        <translation>Name der Auswahl:</translation>
    </message>
    <message>
        <source>Name of the choice</source>
        <translation>Name der Auswahl</translation>
    </message>
    <message>
        <source>Class 5b</source>
        <translation>Klasse 5b</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>The saved choice of this name will be replaced.</source>
        <translation>Die gespeicherte Auswahl dieses Namens wird ersetzt.</translation>
    </message>
    <message>
        <source>It cannot be called so. Use letters, digits and spaces, not too many.</source>
        <translation>So kann sie nicht heißen. Nehmen Sie Buchstaben, Ziffern und Leerzeichen, nicht zu viele.</translation>
    </message>
</context>
<context>
    <name>SavedChoicesButton</name>
    <message>
        <source>Saved choices</source>
        <translation>Gespeicherte Auswahlen</translation>
    </message>
    <message>
        <source>Save this choice…</source>
        <translation>Diese Auswahl speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Einlesen&#xa0;…</translation>
    </message>
    <message>
        <source>The output of flatpak list, a .preinstall file, or an exported choice</source>
        <translation>Die Ausgabe von flatpak list, eine .preinstall-Datei oder eine weitergegebene Auswahl</translation>
    </message>
    <message>
        <source>Export this choice…</source>
        <translation>Diese Auswahl weitergeben&#xa0;…</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten&#xa0;…</translation>
    </message>
    <message>
        <source>Nothing saved yet</source>
        <translation>Noch nichts gespeichert</translation>
    </message>
    <message>
        <source>choice</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Export this choice</source>
        <translation>Diese Auswahl weitergeben</translation>
    </message>
    <message>
        <source>The choice was saved as %1.</source>
        <translation>Die Auswahl wurde als %1 gespeichert.</translation>
    </message>
    <message>
        <source>Import a choice</source>
        <translation>Eine Auswahl einlesen</translation>
    </message>
    <message>
        <source>Replace the choice?</source>
        <translation>Auswahl ersetzen?</translation>
    </message>
    <message numerus="yes">
        <source>%n are chosen already.</source>
        <translation>
            <numerusform>Etwas ist schon gewählt.</numerusform>
            <numerusform>%n sind schon gewählt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Shall %1 take their place, or be added to them?</source>
        <translation>Soll %1 an ihre Stelle treten oder dazukommen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen.</source>
        <translation>
            <numerusform>%1: %n gewählt.</numerusform>
            <numerusform>%1: %n gewählt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen, %2 not found.</source>
        <translation>
            <numerusform>%1: %n gewählt, %2 nicht gefunden.</numerusform>
            <numerusform>%1: %n gewählt, %2 nicht gefunden.</numerusform>
        </translation>
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
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>This is the demo: what you set here counts until it closes.</source>
        <translation>Das ist die Demo: Was Sie hier einstellen, gilt, bis sie geschlossen wird.</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Gut zu wissen</translation>
    </message>
    <message>
        <source>Remotes</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Where apps come from. What comes from there is judged by these keys.</source>
        <translation>Woher Apps kommen. Was von dort kommt, wird mit diesen Schlüsseln geprüft.</translation>
    </message>
    <message>
        <source>Add a remote…</source>
        <translation>Quelle hinzufügen&#xa0;…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the remote</source>
        <translation>Die Quelle entfernen</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Apps are described in the first of these that there is. The window follows the next time Satchel starts.</source>
        <translation>Apps werden in der ersten dieser Sprachen beschrieben, die es gibt. Das Fenster folgt beim nächsten Start von Satchel.</translation>
    </message>
    <message>
        <source>Computers and network</source>
        <translation>Computer und Netz</translation>
    </message>
    <message>
        <source>Drives are for computers of the kind</source>
        <translation>Laufwerke sind für Computer der Art</translation>
    </message>
    <message>
        <source>Connections at once</source>
        <translation>Verbindungen zugleich</translation>
    </message>
    <message>
        <source>Drives are for computers of the kind:</source>
        <translation>Laufwerke sind für Computer der Art:</translation>
    </message>
    <message>
        <source>Connections at once:</source>
        <translation>Verbindungen zugleich:</translation>
    </message>
    <message>
        <source>Kept on this computer</source>
        <translation>Auf diesem Computer aufbewahrt</translation>
    </message>
    <message>
        <source>Catalogues and lists of remotes, so that little is fetched twice.</source>
        <translation>Kataloge und Listen der Quellen, damit wenig zweimal geholt wird.</translation>
    </message>
    <message>
        <source>This computer&apos;s (%1)</source>
        <translation>Wie dieser Computer (%1)</translation>
    </message>
    <message>
        <source>%1 was not added here, so it cannot be removed here.</source>
        <translation>%1 wurde nicht hier hinzugefügt und kann hier nicht entfernt werden.</translation>
    </message>
    <message>
        <source>Remove the remote?</source>
        <translation>Quelle entfernen?</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>Nothing more can be chosen from it. Drives keep what they have from there.</source>
        <translation>Von dort lässt sich nichts mehr wählen. Laufwerke behalten, was sie von dort haben.</translation>
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
    <name>Space</name>
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
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Runtimes</source>
        <translation>Laufzeitumgebungen</translation>
    </message>
    <message>
        <source>Extensions</source>
        <translation>Erweiterungen</translation>
    </message>
    <message>
        <source>Translations</source>
        <translation>Übersetzungen</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Gemeinsam</translation>
    </message>
    <message>
        <source>Lists and keys</source>
        <translation>Listen und Schlüssel</translation>
    </message>
    <message>
        <source>Left over</source>
        <translation>Übrig</translation>
    </message>
    <message>
        <source>Small things</source>
        <translation>Kleinigkeiten</translation>
    </message>
    <message>
        <source>Needed by %1; it is there only once.</source>
        <translation>Gebraucht von %1; es ist nur einmal da.</translation>
    </message>
    <message>
        <source>Old computers look for apps in it.</source>
        <translation>Alte Computer suchen darin nach Apps.</translation>
    </message>
    <message>
        <source>An app; only it needs this.</source>
        <translation>Eine App; nur sie braucht das.</translation>
    </message>
    <message>
        <source>A runtime, which apps stand on.</source>
        <translation>Eine Laufzeitumgebung, auf der Apps aufbauen.</translation>
    </message>
    <message>
        <source>Adds something to an app or runtime.</source>
        <translation>Ergänzt eine App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>Languages of an app or runtime.</source>
        <translation>Sprachen einer App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>So that software centres show the apps.</source>
        <translation>Damit Software-Zentren die Apps zeigen.</translation>
    </message>
</context>
<context>
    <name>SpaceBar</name>
    <message>
        <source>%1 in use</source>
        <translation>%1 belegt</translation>
    </message>
    <message>
        <source>%1 for this choice</source>
        <translation>%1 für diese Auswahl</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>%1 zu viel</translation>
    </message>
    <message>
        <source>Space on the drive</source>
        <translation>Platz auf dem Laufwerk</translation>
    </message>
</context>
<context>
    <name>StickWords</name>
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
    <name>TreeMap</name>
    <message>
        <source>What takes the space</source>
        <translation>Was den Platz braucht</translation>
    </message>
    <message>
        <source>Point at a part, or go through them with the arrow keys.</source>
        <translation>Zeigen Sie auf einen Teil oder gehen Sie mit den Pfeiltasten hindurch.</translation>
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
        <source>%n small thing(s)</source>
        <translation>
            <numerusform>%n Kleinigkeit</numerusform>
            <numerusform>%n Kleinigkeiten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>Step %1, %2, done</source>
        <translation>Schritt %1, %2, erledigt</translation>
    </message>
    <message>
        <source>Step %1, %2, open now</source>
        <translation>Schritt %1, %2, jetzt offen</translation>
    </message>
    <message>
        <source>Step %1, %2, not yet</source>
        <translation>Schritt %1, %2, noch nicht</translation>
    </message>
    <message>
        <source>%1, open now</source>
        <translation>%1, jetzt offen</translation>
    </message>
</context>
<context>
    <name>app</name>
    <message>
        <source>A container or sandbox shows its own files only: start Satchel outside of it.</source>
        <translation>Ein Container oder eine Sandbox zeigt nur die eigenen Dateien: Starten Sie Satchel außerhalb davon.</translation>
    </message>
    <message>
        <source>A directory is named by its whole path, from / on.</source>
        <translation>Ein Ordner wird mit seinem ganzen Pfad angegeben, ab /.</translation>
    </message>
    <message>
        <source>A file is too large for the drive&apos;s file system while {0}{1}.</source>
        <translation>Eine Datei ist zu groß für das Dateisystem des Laufwerks, {0}{1}.</translation>
    </message>
    <message>
        <source>A full name looks like app/org.gnome.Maps/x86_64/stable.</source>
        <translation>Ein voller Name sieht so aus: app/org.gnome.Maps/x86_64/stable.</translation>
    </message>
    <message>
        <source>A language is written like de or pt_BR.</source>
        <translation>Eine Sprache schreibt man wie de oder pt_BR.</translation>
    </message>
    <message>
        <source>A list of languages is needed.</source>
        <translation>Eine Liste von Sprachen wird gebraucht.</translation>
    </message>
    <message>
        <source>A mirror catches up within a day or two; one that does not holds back updates.</source>
        <translation>Ein Spiegelserver holt das in ein, zwei Tagen auf; einer, der es nicht tut, hält Aktualisierungen zurück.</translation>
    </message>
    <message>
        <source>A newer program may have made it.</source>
        <translation>Vielleicht hat es ein neueres Programm gemacht.</translation>
    </message>
    <message>
        <source>A number from {0} to {1} is needed.</source>
        <translation>Eine Zahl von {0} bis {1} wird gebraucht.</translation>
    </message>
    <message>
        <source>A part of Satchel was stopped from outside, perhaps for lack of memory.</source>
        <translation>Ein Teil von Satchel wurde von außen beendet, vielleicht aus Mangel an Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>A part of it may only be downloaded by each computer itself, so it cannot be installed offline.</source>
        <translation>Einen Teil davon darf nur jeder Computer selbst herunterladen, darum lässt es sich ohne Internet nicht installieren.</translation>
    </message>
    <message>
        <source>A summary of {0} was tampered with or damaged: {1}.</source>
        <translation>Eine Übersicht von {0} wurde verfälscht oder beschädigt: {1}.</translation>
    </message>
    <message>
        <source>Add one with --remote.</source>
        <translation>Fügen Sie in den Einstellungen eine Quelle hinzu.</translation>
    </message>
    <message>
        <source>Add the runtime: satchel make TARGET RUNTIME.</source>
        <translation>Fügen Sie die Laufzeitumgebung hinzu.</translation>
    </message>
    <message>
        <source>An architecture is written like x86_64 or aarch64.</source>
        <translation>Eine Architektur schreibt man wie x86_64 oder aarch64.</translation>
    </message>
    <message>
        <source>Another program is using the repository at {0}.</source>
        <translation>Ein anderes Programm benutzt gerade {0}.</translation>
    </message>
    <message>
        <source>Another user has mounted the drive; it is theirs ({0}).</source>
        <translation>Jemand anderes hat das Laufwerk eingehängt; es gehört dieser Person ({0}).</translation>
    </message>
    <message>
        <source>Apps can still be named by their IDs. Try again later, or from another network.</source>
        <translation>Apps lassen sich weiterhin mit ihrer ID angeben. Versuchen Sie es später noch einmal oder in einem anderen Netz.</translation>
    </message>
    <message>
        <source>As the drive hands it out, the key of {0} for {1} expired on {2}; here it is known to be valid.</source>
        <translation>So, wie das Laufwerk ihn weitergibt, ist der Schlüssel von {0} für {1} am {2} abgelaufen; hier ist er als gültig bekannt.</translation>
    </message>
    <message>
        <source>As the drive hands it out, the key of {0} for {1} is revoked; here it is not.</source>
        <translation>So, wie das Laufwerk ihn weitergibt, ist der Schlüssel von {0} für {1} widerrufen; hier ist er es nicht.</translation>
    </message>
    <message>
        <source>As the owner of the files: chmod -R a+rX on the drive.</source>
        <translation>Geben Sie als Eigentümer der Dateien allen das Recht, sie zu lesen.</translation>
    </message>
    <message>
        <source>Ask its maker for one that says Version=1.</source>
        <translation>Bitten Sie den Hersteller um eine, in der Version=1 steht.</translation>
    </message>
    <message>
        <source>Ask its makers for a .flatpakrepo with one, or give the key with --gpg-key.</source>
        <translation>Bitten Sie die Herausgeber um eine .flatpakrepo-Datei mit Schlüssel, oder geben Sie den Schlüssel selbst an.</translation>
    </message>
    <message>
        <source>Ask the people who run it to sign it, or accept the risk with --allow-unsigned.</source>
        <translation>Bitten Sie die Betreiber, sie zu signieren, oder nehmen Sie das Risiko ausdrücklich in Kauf.</translation>
    </message>
    <message>
        <source>Ask the people who run it to sign it, or try again from another network.</source>
        <translation>Bitten Sie die Betreiber, sie zu signieren, oder versuchen Sie es in einem anderen Netz noch einmal.</translation>
    </message>
    <message>
        <source>Ask the people who run the repository to set one.</source>
        <translation>Bitten Sie die Betreiber der Quelle, eine festzulegen.</translation>
    </message>
    <message>
        <source>Ask them to eject it, or run it with sudo.</source>
        <translation>Bitten Sie diese Person, es auszuwerfen, oder lassen Sie es einen Administrator tun.</translation>
    </message>
    <message>
        <source>Ask whoever runs it, or use another network.</source>
        <translation>Fragen Sie, wer ihn betreibt, oder nehmen Sie ein anderes Netz.</translation>
    </message>
    <message>
        <source>At most {0} letters fit.</source>
        <translation>Höchstens {0} Buchstaben passen.</translation>
    </message>
    <message>
        <source>At most {0} letters fit; those with accents and other scripts take the room of two to four.</source>
        <translation>Höchstens {0} Buchstaben passen; solche mit Akzenten und aus anderen Schriften brauchen so viel Platz wie zwei bis vier.</translation>
    </message>
    <message>
        <source>Beside the copied upstream summary of {0} is more than one .flatpakrepo.</source>
        <translation>Neben der kopierten Übersicht von {0} liegt mehr als eine .flatpakrepo-Datei.</translation>
    </message>
    <message>
        <source>Beside the publisher&apos;s key the drive hands out one for {0} that it calls its maker&apos;s, and nobody here knows: {1} ({2}).</source>
        <translation>Neben dem Schlüssel des Herausgebers gibt das Laufwerk für {0} einen weiter, den es den seines Erstellers nennt und den hier niemand kennt: {1} ({2}).</translation>
    </message>
    <message>
        <source>Check how it is written.</source>
        <translation>Prüfen Sie, wie es geschrieben wird.</translation>
    </message>
    <message>
        <source>Check it too: without --destination-repo all are judged.</source>
        <translation>Prüfen Sie es ebenfalls.</translation>
    </message>
    <message>
        <source>Check its address.</source>
        <translation>Prüfen Sie seine Adresse.</translation>
    </message>
    <message>
        <source>Check that you may hand it on; without the token it may not come at all.</source>
        <translation>Klären Sie, ob Sie es weitergeben dürfen; ohne den Zugangsschlüssel kommt es womöglich gar nicht.</translation>
    </message>
    <message>
        <source>Check the address of the remote.</source>
        <translation>Prüfen Sie die Adresse der Quelle.</translation>
    </message>
    <message>
        <source>Check the name of the file.</source>
        <translation>Prüfen Sie den Namen der Datei.</translation>
    </message>
    <message>
        <source>Check the network connection and the address, then run the same command again.</source>
        <translation>Prüfen Sie Netzverbindung und Adresse und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Check the spelling: satchel search.</source>
        <translation>Prüfen Sie die Schreibweise.</translation>
    </message>
    <message>
        <source>Check the write-protect switch, or mount the drive for writing.</source>
        <translation>Prüfen Sie den Schreibschutzschalter, oder hängen Sie das Laufwerk zum Schreiben ein.</translation>
    </message>
    <message>
        <source>Choose another place, or another repository with --destination-repo.</source>
        <translation>Wählen Sie eine andere Stelle.</translation>
    </message>
    <message>
        <source>Choose fewer apps, free some space, or take a larger drive.</source>
        <translation>Wählen Sie weniger Apps, schaffen Sie Platz, oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>Choose one of: {0}.</source>
        <translation>Wählen Sie eines davon: {0}.</translation>
    </message>
    <message>
        <source>Close it, or wait until it is done, then try again.</source>
        <translation>Schließen Sie es, oder warten Sie, bis es fertig ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Close what uses it, then try again.</source>
        <translation>Schließen Sie, was es benutzt, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Clusters of 4 KB: most of the many files of an app are small.</source>
        <translation>Zuordnungseinheiten von 4 KB: Die meisten der vielen Dateien einer App sind klein.</translation>
    </message>
    <message>
        <source>Clusters of {0} KB instead of the usual 32 to 128 KB: most of the many files of an app are small, and each takes a whole cluster.</source>
        <translation>Zuordnungseinheiten von {0} KB statt der üblichen 32 bis 128 KB: Die meisten der vielen Dateien einer App sind klein, und jede belegt eine ganze Einheit.</translation>
    </message>
    <message>
        <source>Configure the remote on this computer, then check again.</source>
        <translation>Richten Sie die Quelle auf diesem Computer ein und prüfen Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>Connect this computer to the network.</source>
        <translation>Verbinden Sie diesen Computer mit dem Netz.</translation>
    </message>
    <message>
        <source>DRIVE is empty.</source>
        <translation>Es ist kein Laufwerk angegeben.</translation>
    </message>
    <message>
        <source>Delete the file and add it again.</source>
        <translation>Löschen Sie die Datei und fügen Sie sie noch einmal hinzu.</translation>
    </message>
    <message>
        <source>Did you mean {0}?</source>
        <translation>Meinten Sie {0}?</translation>
    </message>
    <message>
        <source>Download it again from the people who offer it.</source>
        <translation>Laden Sie es noch einmal herunter, von denen, die es anbieten.</translation>
    </message>
    <message>
        <source>Drives can only carry apps from OSTree repositories.</source>
        <translation>Laufwerke können nur Apps aus OSTree-Repositorys tragen.</translation>
    </message>
    <message>
        <source>Drives cannot be mounted or ejected from here: there is no system bus ({0}).</source>
        <translation>Laufwerke können von hier aus nicht eingehängt oder ausgeworfen werden: Es gibt keinen Systembus ({0}).</translation>
    </message>
    <message>
        <source>Enable it (gpg --edit-key) or name another.</source>
        <translation>Schalten Sie ihn ein (gpg --edit-key), oder nehmen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Everybody may write to it: a user has another number on another computer.</source>
        <translation>Alle dürfen darauf schreiben: Auf einem anderen Computer hat dieselbe Person eine andere Nummer.</translation>
    </message>
    <message>
        <source>Everything had been written; it is not checked yet.</source>
        <translation>Alles war schon geschrieben; geprüft ist es noch nicht.</translation>
    </message>
    <message>
        <source>Export the key again.</source>
        <translation>Exportieren Sie den Schlüssel noch einmal.</translation>
    </message>
    <message>
        <source>Format the drive as exFAT or ext4, or leave this app out.</source>
        <translation>Formatieren Sie das Laufwerk als exFAT oder ext4, oder lassen Sie diese App weg.</translation>
    </message>
    <message>
        <source>Format the drive with more inodes, or choose fewer apps.</source>
        <translation>Formatieren Sie das Laufwerk mit mehr Inodes, oder wählen Sie weniger Apps.</translation>
    </message>
    <message>
        <source>Formatted as ext4, the same drive needs only {0} for it. Or choose fewer apps, or take a larger drive.</source>
        <translation>Als ext4 formatiert braucht dasselbe Laufwerk dafür nur {0}. Oder wählen Sie weniger Apps, oder nehmen Sie ein größeres Laufwerk.</translation>
    </message>
    <message>
        <source>Free some space or choose fewer apps, then run the same command again; it goes on from here.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie weniger Apps, und versuchen Sie es dann noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Get the public key again from where the remote publishes it (gpg --export makes one).</source>
        <translation>Holen Sie den öffentlichen Schlüssel noch einmal von dort, wo die Quelle ihn veröffentlicht (gpg --export macht einen).</translation>
    </message>
    <message>
        <source>Give a path relative to the drive, for example .ostree/repo.</source>
        <translation>Geben Sie einen Pfad auf dem Laufwerk an, zum Beispiel .ostree/repo.</translation>
    </message>
    <message>
        <source>Give it one with flatpak remote-modify.</source>
        <translation>Geben Sie ihr eine mit flatpak remote-modify.</translation>
    </message>
    <message>
        <source>Give one of these instead.</source>
        <translation>Geben Sie stattdessen eines davon an.</translation>
    </message>
    <message>
        <source>Give the new one another name with --name.</source>
        <translation>Geben Sie der neuen einen anderen Namen.</translation>
    </message>
    <message>
        <source>Give the public key instead (gpg --export), and keep the secret one to yourself.</source>
        <translation>Geben Sie stattdessen den öffentlichen Schlüssel an (gpg --export), und behalten Sie den geheimen für sich.</translation>
    </message>
    <message>
        <source>If there is too little room, what is on the drive stays as it is.</source>
        <translation>Reicht der Platz nicht, bleibt das Laufwerk, wie es ist.</translation>
    </message>
    <message>
        <source>In a container, share /run/udev with the computer; elsewhere, install and start udev. Directories and mount points can be named all the same.</source>
        <translation>In einem Container: Geben Sie /run/udev des Computers hinein; sonst: Installieren und starten Sie udev. Ordner lassen sich trotzdem angeben.</translation>
    </message>
    <message>
        <source>Install a pinentry program for your desktop.</source>
        <translation>Installieren Sie ein pinentry-Programm für Ihren Desktop.</translation>
    </message>
    <message>
        <source>Install a pinentry program.</source>
        <translation>Installieren Sie ein pinentry-Programm.</translation>
    </message>
    <message>
        <source>Install and start the package udisks2; or mount the drive yourself and name the directory.</source>
        <translation>Installieren und starten Sie das Paket udisks2; oder hängen Sie das Laufwerk selbst ein und wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>Install and start the packages dbus and udisks2; or mount the drive yourself and name the directory.</source>
        <translation>Installieren und starten Sie die Pakete dbus und udisks2; oder hängen Sie das Laufwerk selbst ein und wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>Install it again.</source>
        <translation>Installieren Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Install it where there is internet.</source>
        <translation>Installieren Sie es dort, wo es Internet gibt.</translation>
    </message>
    <message>
        <source>Install the package gpg (Debian, Ubuntu), gnupg2 (Fedora) or gnupg (Arch, openSUSE).</source>
        <translation>Installieren Sie das Paket gpg (Debian, Ubuntu), gnupg2 (Fedora) oder gnupg (Arch, openSUSE).</translation>
    </message>
    <message>
        <source>Install the package {0}.</source>
        <translation>Installieren Sie das Paket {0}.</translation>
    </message>
    <message>
        <source>It begins with https://, http:// or file://.</source>
        <translation>Sie beginnt mit https://, http:// oder file://.</translation>
    </message>
    <message>
        <source>It gets no more updates.</source>
        <translation>Es gibt dafür keine Aktualisierungen mehr.</translation>
    </message>
    <message>
        <source>It gets no more updates; look for what replaces it.</source>
        <translation>Es gibt dafür keine Aktualisierungen mehr; suchen Sie nach einem Nachfolger.</translation>
    </message>
    <message>
        <source>It is there for {0}: use --arch.</source>
        <translation>Es gibt sie für {0}: Wählen Sie diese Architektur.</translation>
    </message>
    <message>
        <source>It looks like org.example.Apps.</source>
        <translation>Sie sieht so aus: org.example.Apps.</translation>
    </message>
    <message>
        <source>It may not fit: this needs up to {0}, but only {1} are free.</source>
        <translation>Vielleicht reicht der Platz nicht: Dies braucht bis zu {0}, aber nur {1} sind frei.</translation>
    </message>
    <message>
        <source>It needs {0}.</source>
        <translation>Es braucht {0}.</translation>
    </message>
    <message>
        <source>It was on the drive already.</source>
        <translation>Es war schon auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>It went wrong while {0}: {1}.</source>
        <translation>Etwas ging schief, {0}: {1}.</translation>
    </message>
    <message>
        <source>Its file system may be damaged: check it (fsck), or format the drive.</source>
        <translation>Vielleicht ist das Dateisystem beschädigt: Prüfen Sie es (fsck), oder formatieren Sie das Laufwerk.</translation>
    </message>
    <message>
        <source>Known remotes: {0}.</source>
        <translation>Bekannte Quellen: {0}.</translation>
    </message>
    <message>
        <source>Leave --gpg-key and --collection-id away, or give the repository&apos;s address.</source>
        <translation>Lassen Sie Schlüssel und Sammlung weg, oder geben Sie die Adresse des Repositorys an.</translation>
    </message>
    <message>
        <source>Leave it out, or install it where there is internet.</source>
        <translation>Lassen Sie sie weg, oder installieren Sie sie dort, wo es Internet gibt.</translation>
    </message>
    <message>
        <source>Left out {0}: {1}.</source>
        <translation>{0} wurde weggelassen: {1}.</translation>
    </message>
    <message>
        <source>Lock, stop or detach that first.</source>
        <translation>Sperren, beenden oder lösen Sie das zuerst.</translation>
    </message>
    <message>
        <source>Log in at the computer itself rather than over the network, or run it with sudo. Without a running polkit (package polkitd) only root may.</source>
        <translation>Melden Sie sich am Computer selbst an statt über das Netz. Ohne laufendes polkit (Paket polkitd) darf es nur der Administrator.</translation>
    </message>
    <message>
        <source>Look for a switch on its side.</source>
        <translation>Suchen Sie einen Schalter an der Seite.</translation>
    </message>
    <message>
        <source>Make one first: satchel make TARGET REF...</source>
        <translation>Schreiben Sie erst Apps darauf.</translation>
    </message>
    <message>
        <source>Make the stick anew once the publisher has prolonged the key.</source>
        <translation>Bespielen Sie das Laufwerk neu, sobald der Herausgeber den Schlüssel verlängert hat.</translation>
    </message>
    <message>
        <source>Make the stick anew.</source>
        <translation>Bespielen Sie das Laufwerk neu.</translation>
    </message>
    <message>
        <source>Make the stick first: satchel make TARGET REF...</source>
        <translation>Schreiben Sie erst Apps darauf.</translation>
    </message>
    <message>
        <source>More than one drive is called {0}.</source>
        <translation>Mehr als ein Laufwerk heißt {0}.</translation>
    </message>
    <message>
        <source>Mount it, then try again.</source>
        <translation>Hängen Sie es ein und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Move the directory away and make the stick anew.</source>
        <translation>Räumen Sie den Ordner weg und bespielen Sie das Laufwerk neu.</translation>
    </message>
    <message>
        <source>Name a drive or a directory.</source>
        <translation>Wählen Sie ein Laufwerk oder einen Ordner.</translation>
    </message>
    <message>
        <source>Name a key that has a signing part.</source>
        <translation>Nehmen Sie einen Schlüssel, der signieren kann.</translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps or org.gnome.Maps//stable.</source>
        <translation>Geben Sie eine App so an: org.gnome.Maps oder org.gnome.Maps//stable.</translation>
    </message>
    <message>
        <source>Name an app like org.gnome.Maps; satchel search finds the name.</source>
        <translation>Geben Sie eine App so an: org.gnome.Maps; die Suche findet den Namen.</translation>
    </message>
    <message>
        <source>Name another key.</source>
        <translation>Nehmen Sie einen anderen Schlüssel.</translation>
    </message>
    <message>
        <source>Name it as flatpak does, for example nvidia-550-54-14.</source>
        <translation>Nennen Sie ihn, wie flatpak es tut, zum Beispiel nvidia-550-54-14.</translation>
    </message>
    <message>
        <source>Name its .flatpakrepo file or its address with --remote to use it.</source>
        <translation>Fügen Sie die Quelle mit ihrer .flatpakrepo-Datei oder Adresse hinzu, um sie zu benutzen.</translation>
    </message>
    <message>
        <source>Name its device, label, serial or model.</source>
        <translation>Nennen Sie Gerät, Bezeichnung, Seriennummer oder Modell.</translation>
    </message>
    <message>
        <source>Name one: {0}.</source>
        <translation>Wählen Sie eines: {0}.</translation>
    </message>
    <message>
        <source>Name the apps by their IDs.</source>
        <translation>Geben Sie die Apps mit ihrer ID an.</translation>
    </message>
    <message>
        <source>Name the device of one: {0}.</source>
        <translation>Nennen Sie das Gerät: {0}.</translation>
    </message>
    <message>
        <source>Name the directory of a gpg keyring.</source>
        <translation>Wählen Sie den Ordner eines gpg-Schlüsselbunds.</translation>
    </message>
    <message>
        <source>Name the directory or drive that should carry it, not the repository.</source>
        <translation>Wählen Sie den Ordner oder das Laufwerk, das es tragen soll, nicht das Repository.</translation>
    </message>
    <message>
        <source>Name the key by its fingerprint.</source>
        <translation>Nennen Sie den Schlüssel mit seinem Fingerabdruck.</translation>
    </message>
    <message>
        <source>Name with --remote the one that has everything.</source>
        <translation>Wählen Sie die Quelle, die alles hat.</translation>
    </message>
    <message>
        <source>Names, icons and descriptions, so that software centres show the apps.</source>
        <translation>Namen, Symbole und Beschreibungen, damit die Softwareverwaltung die Apps zeigt.</translation>
    </message>
    <message>
        <source>Neither this computer nor the drive has the key of {0}; its signatures cannot be judged.</source>
        <translation>Weder dieser Computer noch das Laufwerk hat den Schlüssel von {0}; die Signaturen lassen sich nicht beurteilen.</translation>
    </message>
    <message>
        <source>No drive is plugged in.</source>
        <translation>Es ist kein Laufwerk eingesteckt.</translation>
    </message>
    <message>
        <source>No remote could be searched.</source>
        <translation>Keine Quelle ließ sich durchsuchen.</translation>
    </message>
    <message>
        <source>Nobody signed this.</source>
        <translation>Niemand hat dies signiert.</translation>
    </message>
    <message>
        <source>Nothing is kept back for the administrator: usually that is 5 % of the drive.</source>
        <translation>Nichts bleibt für den Administrator reserviert: Üblich sind 5 % des Laufwerks.</translation>
    </message>
    <message>
        <source>Nothing of it was kept. Try again later; if it stays, tell whoever runs the server.</source>
        <translation>Nichts davon wurde behalten. Versuchen Sie es später noch einmal; bleibt es so, sagen Sie es den Betreibern des Servers.</translation>
    </message>
    <message>
        <source>Nothing of it was used. Check the remote&apos;s key, or try again later.</source>
        <translation>Nichts davon wurde benutzt. Prüfen Sie den Schlüssel der Quelle, oder versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was used. Check the remote&apos;s key, or try again from another network.</source>
        <translation>Nichts wurde benutzt. Prüfen Sie den Schlüssel der Quelle, oder versuchen Sie es in einem anderen Netz noch einmal.</translation>
    </message>
    <message>
        <source>Nothing was used. Tell the people who run the repository.</source>
        <translation>Nichts wurde benutzt. Sagen Sie es den Betreibern der Quelle.</translation>
    </message>
    <message>
        <source>Nothing was used. Try again later, or from another network.</source>
        <translation>Nichts wurde benutzt. Versuchen Sie es später noch einmal oder in einem anderen Netz.</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Only archive repositories, as web servers have them, can be used.</source>
        <translation>Nur Archiv-Repositorys, wie Webserver sie haben, lassen sich benutzen.</translation>
    </message>
    <message>
        <source>Partition table GPT: the older MBR ends at 2 TB.</source>
        <translation>Partitionstabelle GPT: Das ältere MBR reicht nur bis 2 TB.</translation>
    </message>
    <message>
        <source>Partition table MBR: every computer and every device reads it.</source>
        <translation>Partitionstabelle MBR: Jeder Computer und jedes Gerät kann sie lesen.</translation>
    </message>
    <message>
        <source>Permission denied while {0}{1}.</source>
        <translation>Der Zugriff wurde verweigert, {0}{1}.</translation>
    </message>
    <message>
        <source>Plug it in again and run the same command; it goes on from here.</source>
        <translation>Stecken Sie es wieder ein und versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Plug it in again and try again.</source>
        <translation>Stecken Sie es wieder ein und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Plug the drive in again and run the same command; it goes on from here.</source>
        <translation>Stecken Sie das Laufwerk wieder ein und versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Plug the drive in again, wait a moment, and try again.</source>
        <translation>Stecken Sie das Laufwerk wieder ein, warten Sie einen Moment und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Prolong it (gpg --quick-set-expire) or name another.</source>
        <translation>Verlängern Sie ihn (gpg --quick-set-expire), oder nehmen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Pull the drive out and plug it in again.</source>
        <translation>Ziehen Sie das Laufwerk ab und stecken Sie es wieder ein.</translation>
    </message>
    <message>
        <source>Put one in.</source>
        <translation>Legen Sie eines ein.</translation>
    </message>
    <message>
        <source>Rename the file.</source>
        <translation>Benennen Sie die Datei um.</translation>
    </message>
    <message>
        <source>Room for one file in every 8 KB, twice the usual: it does not run out of file entries before it runs out of space.</source>
        <translation>Platz für eine Datei je 8 KB, doppelt so viele wie üblich: Die Dateieinträge gehen nicht vor dem Platz aus.</translation>
    </message>
    <message>
        <source>Run as a user who may write there, or change the owner of the directory.</source>
        <translation>Lassen Sie es jemanden tun, der dort schreiben darf, oder ändern Sie den Besitzer des Ordners.</translation>
    </message>
    <message>
        <source>Run gpg-connect-agent to see why.</source>
        <translation>Starten Sie gpg-connect-agent, um zu sehen, warum.</translation>
    </message>
    <message>
        <source>Run it with sudo, or with UDisks2 2.10 or newer, to have it made for a stick.</source>
        <translation>Mit UDisks2 2.10 oder neuer wird es so gemacht, wie es für ein Laufwerk mit Apps am besten ist.</translation>
    </message>
    <message>
        <source>Run satchel make again to update.</source>
        <translation>Schreiben Sie noch einmal auf das Laufwerk, um es zu aktualisieren.</translation>
    </message>
    <message>
        <source>Run satchel make with any app of this collection: it puts this in order.</source>
        <translation>Schreiben Sie noch einmal irgendeine App dieser Sammlung auf das Laufwerk: Das bringt es in Ordnung.</translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to.</source>
        <translation>Schreiben Sie die App, zu der es gehört, noch einmal auf das Laufwerk.</translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to: it brings all languages.</source>
        <translation>Schreiben Sie die App, zu der es gehört, noch einmal auf das Laufwerk: Das bringt alle Sprachen mit.</translation>
    </message>
    <message>
        <source>Run satchel make with the app it belongs to: it fetches what is damaged again.</source>
        <translation>Schreiben Sie die App, zu der es gehört, noch einmal auf das Laufwerk: Das holt Beschädigtes neu.</translation>
    </message>
    <message>
        <source>Run the command again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Run the same command again to go on from here.</source>
        <translation>Versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Run the same command again; it goes on from here.</source>
        <translation>Versuchen Sie es noch einmal; es geht von hier aus weiter.</translation>
    </message>
    <message>
        <source>Run the same satchel make again: it goes on where it stopped.</source>
        <translation>Schreiben Sie dieselbe Auswahl noch einmal: Es geht dort weiter, wo es aufgehört hat.</translation>
    </message>
    <message>
        <source>Satchel does not format drives as {0}.</source>
        <translation>Satchel formatiert Laufwerke nicht als {0}.</translation>
    </message>
    <message>
        <source>Satchel&apos;s own are used.</source>
        <translation>Es gelten die Einstellungen, die Satchel mitbringt.</translation>
    </message>
    <message>
        <source>See gpg --list-secret-keys; a smart card must be in.</source>
        <translation>Sehen Sie mit gpg --list-secret-keys nach; eine Chipkarte muss eingesteckt sein.</translation>
    </message>
    <message>
        <source>See the known ones with: satchel remotes.</source>
        <translation>Die bekannten stehen in den Einstellungen.</translation>
    </message>
    <message>
        <source>See: satchel remotes.</source>
        <translation>Sie stehen in den Einstellungen.</translation>
    </message>
    <message>
        <source>Signed by {0}, whose key expired{1}.</source>
        <translation>Signiert von {0}, dessen Schlüssel abgelaufen ist{1}.</translation>
    </message>
    <message>
        <source>Signed by {0}, whose key has been revoked.</source>
        <translation>Signiert von {0}, dessen Schlüssel widerrufen wurde.</translation>
    </message>
    <message>
        <source>Signed by {0}{1}.</source>
        <translation>Signiert von {0}{1}.</translation>
    </message>
    <message>
        <source>Signed with a key that is not trusted here ({0}).</source>
        <translation>Signiert mit einem Schlüssel, dem hier nicht vertraut wird ({0}).</translation>
    </message>
    <message>
        <source>Somebody may be holding back updates. If upstream really went back, use --allow-older.</source>
        <translation>Vielleicht hält jemand Aktualisierungen zurück. Ist die Quelle wirklich zurückgegangen, nehmen Sie den älteren Stand ausdrücklich in Kauf.</translation>
    </message>
    <message>
        <source>Something went wrong that should not: {0}: {1}{2}.</source>
        <translation>Etwas ist schiefgegangen, das nicht schiefgehen sollte: {0}: {1}{2}.</translation>
    </message>
    <message>
        <source>Start the same command again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Stopped as you asked.</source>
        <translation>Abgebrochen, wie Sie es wollten.</translation>
    </message>
    <message>
        <source>TARGET is empty.</source>
        <translation>Es ist kein Ziel angegeben.</translation>
    </message>
    <message>
        <source>Tell the people who publish it; leave it out meanwhile.</source>
        <translation>Sagen Sie es den Herausgebern; lassen Sie es bis dahin weg.</translation>
    </message>
    <message>
        <source>Tell the people who run the repository.</source>
        <translation>Sagen Sie es den Betreibern der Quelle.</translation>
    </message>
    <message>
        <source>The address may be wrong, or somebody serves another repository&apos;s summary.</source>
        <translation>Vielleicht ist die Adresse falsch, oder jemand liefert die Übersicht einer anderen Quelle aus.</translation>
    </message>
    <message>
        <source>The address {0} of the remote “{1}” is none Satchel can read.</source>
        <translation>Die Adresse {0} der Quelle „{1}“ kann Satchel nicht lesen.</translation>
    </message>
    <message>
        <source>The catalogue of {0} cannot be read: {1}.</source>
        <translation>Der Katalog von {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The certificate of {0} cannot be verified: {1}.</source>
        <translation>Das Zertifikat von {0} lässt sich nicht prüfen: {1}.</translation>
    </message>
    <message>
        <source>The commit of {0} belongs to {1}.</source>
        <translation>Der Stand von {0} gehört zu {1}.</translation>
    </message>
    <message>
        <source>The commit of {0} is for {1}.</source>
        <translation>Der Stand von {0} ist für {1}.</translation>
    </message>
    <message>
        <source>The commit of {0} is not signed.</source>
        <translation>Der Stand von {0} ist nicht signiert.</translation>
    </message>
    <message>
        <source>The connection to the system bus was lost ({0}).</source>
        <translation>Die Verbindung zum Systembus ist abgerissen ({0}).</translation>
    </message>
    <message>
        <source>The copied upstream summary is older than {0} on the drive.</source>
        <translation>Die kopierte Übersicht der Quelle ist älter als {0} auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>The copied upstream summary names a newer {0}.</source>
        <translation>Die kopierte Übersicht der Quelle nennt eine neuere Fassung von {0}.</translation>
    </message>
    <message>
        <source>The copied {0} is for {1}.</source>
        <translation>Die kopierte Datei {0} ist für {1}.</translation>
    </message>
    <message>
        <source>The copied {0} of {1} is damaged: {2}.</source>
        <translation>Die Kopie der Liste von {1} ist beschädigt.</translation>
    </message>
    <message>
        <source>The copy of the upstream summary of {0} lacks {1}.</source>
        <translation>Der Kopie der Übersicht von {0} fehlt {1}.</translation>
    </message>
    <message>
        <source>The drive at {0} was unplugged or exchanged.</source>
        <translation>Das Laufwerk bei {0} wurde abgezogen oder ausgetauscht.</translation>
    </message>
    <message>
        <source>The drive does not have the key of {0}: computers that do not know it cannot install.</source>
        <translation>Das Laufwerk hat den Schlüssel von {0} nicht: Computer, die ihn nicht kennen, können nicht installieren.</translation>
    </message>
    <message>
        <source>The drive hands out a key for {0} that is not the one this computer knows.</source>
        <translation>Das Laufwerk gibt einen Schlüssel für {0} aus, der nicht der ist, den dieser Computer kennt.</translation>
    </message>
    <message>
        <source>The drive has gone while {0}.</source>
        <translation>Das Laufwerk ist verschwunden, {0}.</translation>
    </message>
    <message>
        <source>The drive is full: no room left while {0}.</source>
        <translation>Das Laufwerk ist voll: Kein Platz mehr {0}.</translation>
    </message>
    <message>
        <source>The drive is read-only, it cannot be changed while {0}.</source>
        <translation>Das Laufwerk ist schreibgeschützt und kann nicht geändert werden, {0}.</translation>
    </message>
    <message>
        <source>The drive may be failing or very slow; look again in a while.</source>
        <translation>Vielleicht ist das Laufwerk defekt oder sehr langsam; sehen Sie später noch einmal nach.</translation>
    </message>
    <message>
        <source>The drive may be failing or was unplugged; try another port or another drive.</source>
        <translation>Vielleicht ist das Laufwerk defekt oder wurde abgezogen; versuchen Sie einen anderen Anschluss oder ein anderes Laufwerk.</translation>
    </message>
    <message>
        <source>The drive or a directory on it has gone while {0}{1}.</source>
        <translation>Das Laufwerk oder ein Ordner darauf ist verschwunden, {0}{1}.</translation>
    </message>
    <message>
        <source>The drive reports an input/output error while {0}{1}.</source>
        <translation>Das Laufwerk meldet einen Ein-/Ausgabefehler {0}{1}.</translation>
    </message>
    <message>
        <source>The drive service has not answered for {0} seconds.</source>
        <translation>Der Laufwerksdienst hat seit {0} Sekunden nicht geantwortet.</translation>
    </message>
    <message>
        <source>The drive service reports: {0}.</source>
        <translation>Der Laufwerksdienst meldet: {0}.</translation>
    </message>
    <message>
        <source>The drive was changed by another program since the plan was made.</source>
        <translation>Das Laufwerk wurde von einem anderen Programm geändert, seit der Plan gemacht wurde.</translation>
    </message>
    <message>
        <source>The drive {0} is not mounted.</source>
        <translation>Das Laufwerk {0} ist nicht eingehängt.</translation>
    </message>
    <message>
        <source>The drive&apos;s file system ({0}) holds no file over {1}. One may be in {2}; upstream does not tell beforehand. If so, the job stops there and what is on the drive stays as it is.</source>
        <translation>Das Dateisystem des Laufwerks ({0}) fasst keine Datei über {1}. In {2} könnte eine sein; die Quelle sagt es nicht vorher. Dann bricht der Vorgang dort ab, und was auf dem Laufwerk ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>The drive&apos;s file system has no links, so clients would not find {0}.</source>
        <translation>Das Dateisystem des Laufwerks kennt keine Verknüpfungen; andere Computer würden {0} nicht finden.</translation>
    </message>
    <message>
        <source>The file is now {0}; what can be read of it is used.</source>
        <translation>Die Datei heißt jetzt {0}; was davon lesbar ist, wird benutzt.</translation>
    </message>
    <message>
        <source>The file system will be made as the tools do by default: {0}.</source>
        <translation>Das Dateisystem wird so gemacht, wie die Werkzeuge es von sich aus tun: {0}.</translation>
    </message>
    <message>
        <source>The file {0} is not what it should be.</source>
        <translation>Die Datei {0} ist nicht, was sie sein sollte.</translation>
    </message>
    <message>
        <source>The gpg agent does not answer.</source>
        <translation>Der gpg-Dienst antwortet nicht.</translation>
    </message>
    <message>
        <source>The kernel does not take {0} for a drive that can be carried away.</source>
        <translation>Der Kernel hält {0} nicht für ein Laufwerk, das man mitnehmen kann.</translation>
    </message>
    <message>
        <source>The key cannot be used to sign.</source>
        <translation>Mit diesem Schlüssel lässt sich nicht signieren.</translation>
    </message>
    <message>
        <source>The key file {0} cannot be read: {1}.</source>
        <translation>Die Schlüsseldatei {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The key file {0} is empty.</source>
        <translation>Die Schlüsseldatei {0} ist leer.</translation>
    </message>
    <message>
        <source>The key {0} {1}.</source>
        <translation>Der Schlüssel {0} {1}.</translation>
    </message>
    <message>
        <source>The label has characters that not every computer shows.</source>
        <translation>Die Bezeichnung hat Zeichen, die nicht jeder Computer zeigt.</translation>
    </message>
    <message>
        <source>The label is too long for exFAT.</source>
        <translation>Die Bezeichnung ist zu lang für exFAT.</translation>
    </message>
    <message>
        <source>The label is too long for ext4.</source>
        <translation>Die Bezeichnung ist zu lang für ext4.</translation>
    </message>
    <message>
        <source>The settings in {0} are damaged: {1}</source>
        <translation>Die Einstellungen in {0} sind beschädigt: {1}</translation>
    </message>
    <message>
        <source>There is a remote called {0} already, at {1}.</source>
        <translation>Es gibt schon eine Quelle namens {0}, bei {1}.</translation>
    </message>
    <message>
        <source>{0} does not answer.</source>
        <translation>{0} antwortet nicht.</translation>
    </message>
    <message>
        <source>{0} is known already: as {1}.</source>
        <translation>{0} ist schon bekannt: als {1}.</translation>
    </message>
    <message>
        <source>Install the package libudev1 (elsewhere systemd-libs). Directories and mount points can be named all the same.</source>
        <translation>Installieren Sie das Paket libudev1 (anderswo systemd-libs). Ordner lassen sich trotzdem angeben.</translation>
    </message>
    <message>
        <source>Add that remote, or it is looked for in all of them.</source>
        <translation>Fügen Sie diese Quelle hinzu, sonst wird überall gesucht.</translation>
    </message>
    <message>
        <source>Add the remote that has it, leave the app out, or use --no-runtime for computers that have it.</source>
        <translation>Fügen Sie die Quelle hinzu, die sie hat, oder lassen Sie die App weg.</translation>
    </message>
    <message>
        <source>An app of the same name elsewhere is another publisher&apos;s: name it with its remote, as in flathub:APP, if it will do.</source>
        <translation>Eine App gleichen Namens anderswo stammt von jemand anderem: Wählen Sie sie ausdrücklich, wenn sie es auch tut.</translation>
    </message>
    <message>
        <source>An earlier job was interrupted. What is told here is what clients find now.</source>
        <translation>Ein früherer Vorgang wurde unterbrochen. Was hier steht, ist das, was Computer jetzt vorfinden.</translation>
    </message>
    <message>
        <source>An extension of {0}.</source>
        <translation>Eine Erweiterung von {0}.</translation>
    </message>
    <message>
        <source>An optional extension of {0}; carried when named.</source>
        <translation>Eine optionale Erweiterung von {0}; kommt mit, wenn sie eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Asked for by name, an extension of {0}.</source>
        <translation>Eigens verlangt, eine Erweiterung von {0}.</translation>
    </message>
    <message>
        <source>Depends on “{0}”, which is not known; carried when named.</source>
        <translation>Hängt von „{0}“ ab, was nicht bekannt ist; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Everything agrees.</source>
        <translation>Alles stimmt überein.</translation>
    </message>
    <message>
        <source>For computers with Intel graphics, used by {0}.</source>
        <translation>Für Computer mit Intel-Grafik, verwendet von {0}.</translation>
    </message>
    <message>
        <source>For computers with NVIDIA&apos;s own driver; carried with such a driver.</source>
        <translation>Für Computer mit NVIDIAs eigenem Treiber; kommt mit einem solchen Treiber mit.</translation>
    </message>
    <message>
        <source>For computers with the driver {0}, used by {1}.</source>
        <translation>Für Computer mit dem Treiber {0}, verwendet von {1}.</translation>
    </message>
    <message>
        <source>For finding faults in {0}; carried when named.</source>
        <translation>Zur Fehlersuche in {0}; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>For the {0} desktop, used by {1}.</source>
        <translation>Für die Arbeitsumgebung {0}, verwendet von {1}.</translation>
    </message>
    <message>
        <source>Format it with: satchel format --help.</source>
        <translation>Formatieren Sie es.</translation>
    </message>
    <message>
        <source>Format it, which erases it: satchel format {0}.</source>
        <translation>Formatieren Sie es; dabei wird alles darauf gelöscht.</translation>
    </message>
    <message>
        <source>Give it a name that ends in .html or .json.</source>
        <translation>Geben Sie ihm einen Namen, der auf .html oder .json endet.</translation>
    </message>
    <message>
        <source>Give it the output of: flatpak list --app --columns=ref,origin.</source>
        <translation>Geben Sie die Ausgabe an von: flatpak list --app --columns=ref,origin.</translation>
    </message>
    <message>
        <source>Graphics driver ({0}) for {1}.</source>
        <translation>Grafiktreiber ({0}) für {1}.</translation>
    </message>
    <message>
        <source>Graphics driver for particular hardware ({0}); carried when named.</source>
        <translation>Grafiktreiber für bestimmte Geräte ({0}); kommt mit, wenn er eigens verlangt wird.</translation>
    </message>
    <message>
        <source>It should be a .preinstall file of flatpak.</source>
        <translation>Es sollte eine .preinstall-Datei von Flatpak sein.</translation>
    </message>
    <message>
        <source>Looks for computers that use the theme {0}; carried when named.</source>
        <translation>Aussehen für Computer mit dem Thema {0}; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>Make the list with flatpak list --app --columns=ref,origin &gt; FILE.</source>
        <translation>Machen Sie die Liste mit flatpak list --app --columns=ref,origin &gt; DATEI.</translation>
    </message>
    <message>
        <source>Mend it, or save the choice anew.</source>
        <translation>Berichtigen Sie sie oder speichern Sie die Auswahl neu.</translation>
    </message>
    <message>
        <source>More than one drive is plugged in.</source>
        <translation>Es ist mehr als ein Laufwerk eingesteckt.</translation>
    </message>
    <message>
        <source>Most apps are in English where they are not translated.</source>
        <translation>Die meisten Apps sind auf Englisch, wo sie nicht übersetzt sind.</translation>
    </message>
    <message>
        <source>Name another drive, or format it: satchel format --help.</source>
        <translation>Wählen Sie ein anderes Laufwerk oder formatieren Sie es.</translation>
    </message>
    <message>
        <source>Name one by its device or label: {0}.</source>
        <translation>Nennen Sie eines mit Gerät oder Namen: {0}.</translation>
    </message>
    <message>
        <source>Name one by its device: {0}.</source>
        <translation>Nennen Sie eines mit seinem Gerät: {0}.</translation>
    </message>
    <message>
        <source>Names are cut off in line {0}; these apps were passed over.</source>
        <translation>In Zeile {0} sind Namen abgeschnitten; diese Apps wurden übergangen.</translation>
    </message>
    <message>
        <source>No drive is plugged in that could be carried away.</source>
        <translation>Es ist kein Laufwerk eingesteckt, das man mitnehmen könnte.</translation>
    </message>
    <message>
        <source>No drive is plugged in; wait a moment if it was just now, or check the name.</source>
        <translation>Es ist kein Laufwerk eingesteckt; warten Sie einen Moment, wenn es eben erst war, oder prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>No translation into {0}: {1}.</source>
        <translation>Keine Übersetzung ({0}): {1}.</translation>
    </message>
    <message>
        <source>Nobody has checked the drive yet.</source>
        <translation>Niemand hat das Laufwerk bisher geprüft.</translation>
    </message>
    <message>
        <source>Not everything on the drive has a good signature.</source>
        <translation>Nicht alles auf dem Laufwerk hat eine gute Signatur.</translation>
    </message>
    <message>
        <source>Nothing was written. Look again with: satchel drives.</source>
        <translation>Es wurde nichts geschrieben. Wählen Sie das Laufwerk noch einmal.</translation>
    </message>
    <message>
        <source>Plug it in and wait a moment, or name a directory.</source>
        <translation>Stecken Sie es ein und warten Sie einen Moment, oder nennen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>Satchel does not mount such drives. satchel drives lists the others.</source>
        <translation>Solche Laufwerke hängt Satchel nicht ein. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Save one with: satchel profiles save.</source>
        <translation>Speichern Sie zuerst eine Auswahl.</translation>
    </message>
    <message>
        <source>Something on the drive cannot be read at all.</source>
        <translation>Etwas auf dem Laufwerk lässt sich gar nicht lesen.</translation>
    </message>
    <message>
        <source>The catalogue of {0} cannot be trusted: {1}</source>
        <translation>Dem Katalog von {0} ist nicht zu trauen: {1}</translation>
    </message>
    <message>
        <source>The commit {0} is missing.</source>
        <translation>Ein Verzeichnis der Teile fehlt ({0}).</translation>
    </message>
    <message>
        <source>The commit {0}, needed by {1}, is missing.</source>
        <translation>Das Verzeichnis der Teile von „{1}“ fehlt.</translation>
    </message>
    <message>
        <source>The copy of the publisher&apos;s list of apps has lost its signature.</source>
        <translation>Die Kopie der Liste des Herausgebers hat ihre Signatur verloren.</translation>
    </message>
    <message>
        <source>The drive is not sound: something on it is damaged or missing.</source>
        <translation>Das Laufwerk ist nicht in Ordnung: Etwas darauf ist beschädigt oder fehlt.</translation>
    </message>
    <message>
        <source>The drive is sound, with something to know.</source>
        <translation>Das Laufwerk ist in Ordnung, mit Hinweisen.</translation>
    </message>
    <message>
        <source>The drive is sound.</source>
        <translation>Das Laufwerk ist in Ordnung.</translation>
    </message>
    <message>
        <source>The drive was wiped, but formatting it went wrong: {0}</source>
        <translation>Das Laufwerk wurde gelöscht, aber das Formatieren schlug fehl: {0}</translation>
    </message>
    <message>
        <source>The library libudev is missing, so the names of drives and what is on them may be unknown, and drives may come and go unnoticed.</source>
        <translation>Die Bibliothek libudev fehlt; darum sind Namen und Inhalte von Laufwerken vielleicht unbekannt, und Laufwerke kommen und gehen vielleicht unbemerkt.</translation>
    </message>
    <message>
        <source>The list may be incomplete: udev does not run here, so the names of drives and what is on them may be unknown, and drives may come and go unnoticed.</source>
        <translation>Die Liste ist vielleicht unvollständig: udev läuft hier nicht; Namen und Inhalt von Laufwerken sind womöglich unbekannt, und sie kommen und gehen unbemerkt.</translation>
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
        <source>The metadata of {0} in {1} cannot be read: {2}</source>
        <translation>Die Angaben zu {0} in {1} sind nicht lesbar: {2}</translation>
    </message>
    <message>
        <source>The new file system does not show up.</source>
        <translation>Das neue Dateisystem erscheint nicht.</translation>
    </message>
    <message>
        <source>The object {0} is damaged: {1}.</source>
        <translation>Ein Teil ist beschädigt ({0}).</translation>
    </message>
    <message>
        <source>The object {0} is missing.</source>
        <translation>Ein Teil fehlt ({0}).</translation>
    </message>
    <message>
        <source>The object {0} is too large for the drive&apos;s file system.</source>
        <translation>Das Objekt {0} ist zu groß für das Dateisystem des Laufwerks.</translation>
    </message>
    <message>
        <source>The object {0}, needed by {1}, is damaged: {2}.</source>
        <translation>Ein Teil von {1} ist beschädigt.</translation>
    </message>
    <message>
        <source>The object {0}, needed by {1}, is missing.</source>
        <translation>Ein Teil von {1} fehlt.</translation>
    </message>
    <message>
        <source>The ostree-metadata of {0} does not fit: {1}.</source>
        <translation>Die Liste für alte Computer (ostree-metadata) von {0} passt nicht zu dem, was auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The ostree-metadata of {0} has lost its signature.</source>
        <translation>Die ostree-metadata von {0} hat ihre Signatur verloren.</translation>
    </message>
    <message>
        <source>The passphrase was wrong.</source>
        <translation>Die Passphrase war falsch.</translation>
    </message>
    <message>
        <source>The program gpg, which checks signatures, is missing or does not start.</source>
        <translation>Das Programm gpg, das Signaturen prüft, fehlt oder startet nicht.</translation>
    </message>
    <message>
        <source>The public key is larger than {0} MiB.</source>
        <translation>Der öffentliche Schlüssel ist größer als {0} MiB.</translation>
    </message>
    <message>
        <source>The publisher&apos;s list of apps does not name everything on the drive.</source>
        <translation>Die Liste des Herausgebers nennt nicht alles, was auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The publisher&apos;s signed list of apps was not copied along.</source>
        <translation>Die signierte Liste des Herausgebers wurde nicht mitkopiert.</translation>
    </message>
    <message>
        <source>The ref file {0} has an unsafe name.</source>
        <translation>Die Ref-Datei {0} hat einen unsicheren Namen.</translation>
    </message>
    <message>
        <source>The ref {0} does not name a commit.</source>
        <translation>Der Eintrag {0} nennt keinen Stand.</translation>
    </message>
    <message>
        <source>The ref {0} names the commit {1}, which is not there.</source>
        <translation>Der Eintrag {0} nennt einen Stand, den es nicht gibt.</translation>
    </message>
    <message>
        <source>The remote {0} has no signing key, so nothing from it can be verified.</source>
        <translation>Die Quelle {0} hat keinen Signaturschlüssel; nichts von ihr lässt sich prüfen.</translation>
    </message>
    <message>
        <source>The remote “{0}” ({1}) at {2} is left out: “{3}” ({4}) at {5} has the same name.</source>
        <translation>Die Quelle „{0}“ ({1}) bei {2} wird weggelassen: „{3}“ ({4}) bei {5} heißt ebenso.</translation>
    </message>
    <message>
        <source>The remote “{0}” has no address.</source>
        <translation>Die Quelle „{0}“ hat keine Adresse.</translation>
    </message>
    <message>
        <source>The remote “{0}” is a container registry ({1}).</source>
        <translation>Die Quelle „{0}“ ist eine Container-Registry ({1}).</translation>
    </message>
    <message>
        <source>The repository at {0} has an unknown version.</source>
        <translation>Das Repository bei {0} hat eine unbekannte Version.</translation>
    </message>
    <message>
        <source>The repository at {0} has no objects directory: it is damaged.</source>
        <translation>Das Repository bei {0} hat keinen Ordner „objects“: Es ist beschädigt.</translation>
    </message>
    <message>
        <source>The repository at {0} has the mode {1}; only archive repositories can be carried on a drive.</source>
        <translation>Das Repository bei {0} hat die Art {1}; auf einem Laufwerk gehen nur Archiv-Repositorys.</translation>
    </message>
    <message>
        <source>The repository has no summary.</source>
        <translation>Das Repository hat keine Übersicht.</translation>
    </message>
    <message>
        <source>Check the computer&apos;s clock and its certificates. A network that wants a login first does this, too: open any page in a browser.</source>
        <translation>Prüfen Sie die Uhr des Computers und seine Zertifikate. Auch ein Netz, das erst eine Anmeldung verlangt, verhält sich so: Öffnen Sie eine beliebige Seite im Browser.</translation>
    </message>
    <message>
        <source>Compare the fingerprint with what the publisher says and add the remote, or name its key with --gpg-key. Only if you trust whoever made the drive: --trust-drive-keys.</source>
        <translation>Vergleichen Sie den Fingerabdruck mit dem, was der Herausgeber angibt, und fügen Sie die Quelle hinzu.</translation>
    </message>
    <message>
        <source>Computers that install from the drive will look for updates of {0} at {1}, which is not where its publisher is known to be.</source>
        <translation>Computer, die vom Laufwerk installieren, suchen Aktualisierungen von {0} bei {1}; dort ist der Herausgeber nach allem, was bekannt ist, nicht.</translation>
    </message>
    <message>
        <source>Computers that install from the drive will look for updates of {0} at {1}, which leads nowhere outside of this computer or its network.</source>
        <translation>Computer, die vom Laufwerk installieren, suchen Aktualisierungen von {0} bei {1}; das führt außerhalb dieses Computers oder seines Netzes nirgendwohin.</translation>
    </message>
    <message>
        <source>Computers that update from there later need it again.</source>
        <translation>Computer, die später von dort aktualisieren, brauchen es wieder.</translation>
    </message>
    <message>
        <source>Do not hand this drive on.</source>
        <translation>Geben Sie dieses Laufwerk nicht weiter.</translation>
    </message>
    <message>
        <source>Do not run or open it. Delete it, unless you know what it is.</source>
        <translation>Führen Sie es nicht aus und öffnen Sie es nicht. Löschen Sie es, wenn Sie nicht wissen, was es ist.</translation>
    </message>
    <message>
        <source>Do not trust this drive; satchel make moves aside what is in its way.</source>
        <translation>Trauen Sie diesem Laufwerk nicht. Was im Weg ist, wird beim nächsten Schreiben beiseite geräumt.</translation>
    </message>
    <message>
        <source>Do not use it as it is.</source>
        <translation>Benutzen Sie es so nicht.</translation>
    </message>
    <message>
        <source>Drives can only carry apps from OSTree repositories. An app of the same name elsewhere is another publisher&apos;s: name it with its remote, as in flathub:APP, if it will do.</source>
        <translation>Laufwerke können nur Apps aus OSTree-Repositorys tragen. Eine App gleichen Namens anderswo stammt von jemand anderem: Wählen Sie sie ausdrücklich, wenn sie es auch tut.</translation>
    </message>
    <message>
        <source>Drives were made with it on this computer.</source>
        <translation>Auf diesem Computer wurden damit Laufwerke erstellt.</translation>
    </message>
    <message>
        <source>Entry {0} names no app: {1}.</source>
        <translation>Eintrag {0} nennt keine App: {1}.</translation>
    </message>
    <message>
        <source>Flatpak would install it from the drive all the same.</source>
        <translation>Flatpak würde es trotzdem vom Laufwerk installieren.</translation>
    </message>
    <message>
        <source>From container registries, which drives cannot carry: {0}; passed over.</source>
        <translation>Aus Container-Registrys, die Laufwerke nicht tragen können: {0}; übergangen.</translation>
    </message>
    <message>
        <source>Give it in the place of the app&apos;s name.</source>
        <translation>Geben Sie sie anstelle des Namens der App an.</translation>
    </message>
    <message>
        <source>Give the .flatpakrepo that its makers publish with --remote, or its key with --gpg-key.</source>
        <translation>Fügen Sie die Quelle mit der .flatpakrepo-Datei hinzu, die ihre Betreiber veröffentlichen.</translation>
    </message>
    <message>
        <source>If you know whose it is: satchel verify TARGET --maker-key {0}.</source>
        <translation>Wenn Sie wissen, wem er gehört, prüfen Sie das Laufwerk auf der Kommandozeile mit --maker-key {0}.</translation>
    </message>
    <message>
        <source>It is as its publisher made it: leave it out, and tell them.</source>
        <translation>So hat es der Herausgeber gemacht: Lassen Sie es weg, und sagen Sie es ihm.</translation>
    </message>
    <message>
        <source>It is good until {0}.</source>
        <translation>Er gilt bis {0}.</translation>
    </message>
    <message>
        <source>It is said to be replaced by {0}, and that by itself.</source>
        <translation>Es soll durch {0} ersetzt sein, und das durch sich selbst.</translation>
    </message>
    <message>
        <source>It is said to have been renamed more than {0} times.</source>
        <translation>Es soll mehr als {0}-mal umbenannt worden sein.</translation>
    </message>
    <message>
        <source>It names an app: give it in the place of the app&apos;s name, as a .flatpakref.</source>
        <translation>Sie nennt eine App: Geben Sie sie als .flatpakref anstelle des Namens der App an.</translation>
    </message>
    <message>
        <source>It needs the runtime {0}, which is neither in a known remote nor on the drive.</source>
        <translation>Es braucht die Laufzeitumgebung {0}, die weder eine bekannte Quelle noch das Laufwerk hat.</translation>
    </message>
    <message>
        <source>It needs {0}, which cannot be carried: {1}</source>
        <translation>Es braucht {0}, das nicht mitkommen kann: {1}</translation>
    </message>
    <message>
        <source>It says that it needs flatpak {0}, which is no version, so that flatpak refuses to install it.</source>
        <translation>Es verlangt flatpak {0}, was keine Version ist; darum weigert sich flatpak, es zu installieren.</translation>
    </message>
    <message>
        <source>It wants a login or a token, which the remote&apos;s address can hold.</source>
        <translation>Er verlangt eine Anmeldung oder einen Zugangsschlüssel; beides kann in der Adresse der Quelle stehen.</translation>
    </message>
    <message>
        <source>It was left out on purpose; only computers that have it already can install what needs it: {0}.</source>
        <translation>Sie wurde absichtlich weggelassen; nur Computer, die sie schon haben, können installieren, was sie braucht: {0}.</translation>
    </message>
    <message>
        <source>It was published before its repository had the collection ID {0}, so computers that look at that refuse it from a drive.</source>
        <translation>Es wurde veröffentlicht, bevor die Quelle zur Sammlung {0} gehörte; Computer, die darauf achten, lehnen es von einem Laufwerk ab.</translation>
    </message>
    <message>
        <source>It was published for the collection {0}, and its repository is now {1}.</source>
        <translation>Es wurde für die Sammlung {0} veröffentlicht, und die Quelle ist jetzt {1}.</translation>
    </message>
    <message>
        <source>Its metadata cannot be read: {0}</source>
        <translation>Seine Angaben über sich sind nicht lesbar: {0}</translation>
    </message>
    <message>
        <source>Its publisher hands it out only with a token, as to those who bought it, which Satchel does not have.</source>
        <translation>Der Herausgeber gibt es nur mit einem Zugangsschlüssel heraus, etwa an Käufer; Satchel hat keinen.</translation>
    </message>
    <message>
        <source>Its signature is not there.</source>
        <translation>Seine Signatur ist nicht da.</translation>
    </message>
    <message>
        <source>Leave it out until its publisher has made a new version of it.</source>
        <translation>Lassen Sie es weg, bis der Herausgeber eine neue Version davon gemacht hat.</translation>
    </message>
    <message>
        <source>Leave it out; tell its publisher.</source>
        <translation>Lassen Sie es weg, und sagen Sie es dem Herausgeber.</translation>
    </message>
    <message>
        <source>Leave one of them out, or use a drive formatted as ext4.</source>
        <translation>Lassen Sie eines davon weg, oder nehmen Sie ein mit ext4 formatiertes Laufwerk.</translation>
    </message>
    <message>
        <source>Left out container registries: {0}.</source>
        <translation>Container-Registrys wurden weggelassen: {0}.</translation>
    </message>
    <message>
        <source>Line {0} names no app with this: {1}.</source>
        <translation>Zeile {0} nennt hiermit keine App: {1}.</translation>
    </message>
    <message>
        <source>Line {0} names no app: {1}.</source>
        <translation>Zeile {0} nennt keine App: {1}.</translation>
    </message>
    <message>
        <source>Line {0} of the filter has no ref that could be meant.</source>
        <translation>Zeile {0} des Filters nennt nichts, was gemeint sein könnte.</translation>
    </message>
    <message>
        <source>Line {0} of the filter is neither “allow” nor “deny”.</source>
        <translation>Zeile {0} des Filters ist weder „allow“ noch „deny“.</translation>
    </message>
    <message>
        <source>Look at it: Satchel does not put links there. satchel make moves it aside.</source>
        <translation>Sehen Sie es sich an: Satchel legt dort keine Verknüpfungen an. Beim nächsten Schreiben wird es beiseite geräumt.</translation>
    </message>
    <message>
        <source>Look at what it is: Satchel did not put it there.</source>
        <translation>Sehen Sie nach, was es ist: Satchel hat es nicht dorthin gelegt.</translation>
    </message>
    <message>
        <source>Make it anew from the original source.</source>
        <translation>Erstellen Sie es aus der ursprünglichen Quelle neu.</translation>
    </message>
    <message>
        <source>Make the drive anew by then.</source>
        <translation>Erstellen Sie das Laufwerk bis dahin neu.</translation>
    </message>
    <message>
        <source>Name the publisher&apos;s key with satchel verify TARGET --gpg-key FILE, or configure the remote on this computer.</source>
        <translation>Fügen Sie die Quelle auf diesem Computer hinzu.</translation>
    </message>
    <message>
        <source>No kit can be made for what this drive says about itself: {0}</source>
        <translation>Zu dem, was dieses Laufwerk über sich sagt, lässt sich keine Installationshilfe schreiben: {0}</translation>
    </message>
    <message>
        <source>Nobody can install it: {0}</source>
        <translation>Niemand kann es installieren: {0}</translation>
    </message>
    <message>
        <source>Nobody vouches for {0}: it has no key, and nothing of it is signed.</source>
        <translation>Niemand bürgt für {0}: Es hat keinen Schlüssel, und nichts davon ist signiert.</translation>
    </message>
    <message>
        <source>Nobody vouches for {0}: neither this computer nor the drive has the key that signed it.</source>
        <translation>Niemand bürgt für {0}: Weder dieser Computer noch das Laufwerk hat den Schlüssel, mit dem es signiert ist.</translation>
    </message>
    <message>
        <source>Nothing on the drive is damaged, but nobody here knows whose it is.</source>
        <translation>Auf dem Laufwerk ist nichts beschädigt, aber hier weiß niemand, von wem es ist.</translation>
    </message>
    <message>
        <source>Older ones refuse to install it.</source>
        <translation>Ältere weigern sich, es zu installieren.</translation>
    </message>
    <message>
        <source>Only http and https addresses are followed, and from https only https.</source>
        <translation>Nur Adressen mit http und https werden verfolgt, und von https aus nur https.</translation>
    </message>
    <message>
        <source>Only this drive knows it.</source>
        <translation>Nur dieses Laufwerk kennt ihn.</translation>
    </message>
    <message>
        <source>Only this drive knows the key of {0}: {1}.</source>
        <translation>Nur dieses Laufwerk kennt den Schlüssel von {0}: {1}.</translation>
    </message>
    <message>
        <source>Put them into its address: http://NAME:PASSWORD@PROXY:PORT.</source>
        <translation>Schreiben Sie beides in seine Adresse: http://NAME:PASSWORT@PROXY:PORT.</translation>
    </message>
    <message>
        <source>Run satchel make again: it takes what upstream has now.</source>
        <translation>Schreiben Sie noch einmal auf das Laufwerk: Dann kommt, was die Quelle jetzt hat.</translation>
    </message>
    <message>
        <source>Run satchel make with any app: it writes what people install from anew.</source>
        <translation>Schreiben Sie noch einmal irgendeine App auf das Laufwerk: Das erneuert, womit andere installieren.</translation>
    </message>
    <message>
        <source>Run satchel make with it again, once upstream has it.</source>
        <translation>Schreiben Sie es noch einmal auf das Laufwerk, sobald die Quelle es hat.</translation>
    </message>
    <message>
        <source>Run satchel make with the app: it brings what replaces it.</source>
        <translation>Schreiben Sie die App noch einmal auf das Laufwerk: Das bringt mit, was sie ersetzt.</translation>
    </message>
    <message>
        <source>Run satchel make: it moves it aside, and tells where to.</source>
        <translation>Schreiben Sie auf das Laufwerk: Dabei wird es beiseite geräumt, und es heißt dann, wohin.</translation>
    </message>
    <message>
        <source>Run the same command again then; it goes on from here.</source>
        <translation>Versuchen Sie es dann noch einmal; es geht hier weiter.</translation>
    </message>
    <message>
        <source>Servers that share an address and are not all up to date do that for some hours: try again later. If it stays so, somebody holds back updates; --allow-older accepts it.</source>
        <translation>Server, die sich eine Adresse teilen und nicht alle auf dem neuesten Stand sind, tun das für ein paar Stunden: Versuchen Sie es später noch einmal. Bleibt es so, hält jemand Aktualisierungen zurück; Sie können den älteren Stand ausdrücklich annehmen.</translation>
    </message>
    <message>
        <source>Some servers say so of files that they do not have.</source>
        <translation>Manche Server sagen das von Dateien, die sie nicht haben.</translation>
    </message>
    <message>
        <source>Something on the drive is not of the kind it should be{0}, while {1}.</source>
        <translation>Etwas auf dem Laufwerk ist nicht von der Art, die es sein müsste{0} ({1}).</translation>
    </message>
    <message>
        <source>Something on the drive leads elsewhere, and is not followed{0}, while {1}.</source>
        <translation>Etwas auf dem Laufwerk führt anderswohin und wird nicht verfolgt{0} ({1}).</translation>
    </message>
    <message>
        <source>Tell its publisher that its runtime was renamed.</source>
        <translation>Sagen Sie dem Herausgeber, dass seine Laufzeitumgebung umbenannt wurde.</translation>
    </message>
    <message>
        <source>Tell its publisher, and leave it out meanwhile.</source>
        <translation>Sagen Sie es dem Herausgeber, und lassen Sie es solange weg.</translation>
    </message>
    <message>
        <source>The .flatpakrepo of {0} names a part that upstream has not.</source>
        <translation>Die .flatpakrepo-Datei von {0} nennt einen Teil, den die Quelle nicht hat.</translation>
    </message>
    <message>
        <source>The address of {0} holds a password or a token: the drive gets it without.</source>
        <translation>Die Adresse von {0} enthält ein Passwort oder einen Zugangsschlüssel: Das Laufwerk bekommt sie ohne.</translation>
    </message>
    <message>
        <source>The copied upstream summary of {0} lacks its .flatpakrepo.</source>
        <translation>Der kopierten Übersicht von {0} fehlt die .flatpakrepo-Datei.</translation>
    </message>
    <message>
        <source>The directory {0} has what was not checked; over a network it is used.</source>
        <translation>Im Ordner {0} liegt, was nicht geprüft wurde; über ein Netz wird es benutzt.</translation>
    </message>
    <message>
        <source>The drive hands out other keys for {0} than it was made with.</source>
        <translation>Das Laufwerk gibt für {0} andere Schlüssel weiter als die, mit denen es erstellt wurde.</translation>
    </message>
    <message>
        <source>The folder satchel has what Satchel did not put there: {0}.</source>
        <translation>Im Ordner satchel liegt, was Satchel nicht dorthin gelegt hat: {0}.</translation>
    </message>
    <message>
        <source>The folder satchel has what this version does not know: {0}.</source>
        <translation>Im Ordner satchel liegt, was diese Version nicht kennt: {0}.</translation>
    </message>
    <message>
        <source>The folder satchel, from which people install, lacks {0}.</source>
        <translation>Im Ordner satchel, aus dem installiert wird, fehlt {0}.</translation>
    </message>
    <message>
        <source>The key of {0} expired on {1}.</source>
        <translation>Der Schlüssel von {0} ist am {1} abgelaufen.</translation>
    </message>
    <message>
        <source>The key of {0}, or what it signed, expires on {1}.</source>
        <translation>Der Schlüssel von {0} oder eine seiner Signaturen läuft am {1} ab.</translation>
    </message>
    <message>
        <source>The list that install.sh goes by has lines too many ({0}): {1}</source>
        <translation>Die Liste, nach der install.sh vorgeht, hat Zeilen zu viel ({0}): {1}</translation>
    </message>
    <message>
        <source>The list that install.sh goes by lacks lines ({0}): {1}</source>
        <translation>In der Liste, nach der install.sh vorgeht, fehlen Zeilen ({0}): {1}</translation>
    </message>
    <message>
        <source>The metadata of {0} is not that of an app or runtime: {1}.</source>
        <translation>Die Angaben von {0} sind nicht die einer App oder Laufzeitumgebung: {1}.</translation>
    </message>
    <message>
        <source>The metadata of {0} is that of {1}.</source>
        <translation>Die Angaben von {0} sind die von {1}.</translation>
    </message>
    <message>
        <source>The object {0} cannot be had: {1}</source>
        <translation>Das Objekt {0} ist nicht zu bekommen: {1}</translation>
    </message>
    <message>
        <source>The proxy for {0} was not found ({1}).</source>
        <translation>Der Proxy für {0} wurde nicht gefunden ({1}).</translation>
    </message>
    <message>
        <source>The proxy {0} does not let anything through to {1} ({2}).</source>
        <translation>Der Proxy {0} lässt nichts zu {1} durch ({2}).</translation>
    </message>
    <message>
        <source>The proxy {0} wants a name and a password before it lets anything through to {1} ({2}).</source>
        <translation>Der Proxy {0} verlangt Namen und Passwort, bevor er etwas zu {1} durchlässt ({2}).</translation>
    </message>
    <message>
        <source>The publisher asks for a token, as from those who bought it: {0}.</source>
        <translation>Der Herausgeber verlangt einen Zugangsschlüssel, etwa von Käufern: {0}.</translation>
    </message>
    <message>
        <source>The remote that {0} names for the runtime was not added: {1}</source>
        <translation>Die Quelle, die {0} für die Laufzeitumgebung nennt, wurde nicht hinzugefügt: {1}</translation>
    </message>
    <message>
        <source>The repository at {0} has more than {1} refs.</source>
        <translation>Das Repository bei {0} hat mehr als {1} Einträge.</translation>
    </message>
    <message>
        <source>The repository {0} was not judged, though clients that are given the drive look there as well.</source>
        <translation>Das Repository {0} wurde nicht beurteilt, obwohl Computer, die das Laufwerk bekommen, auch dort nachsehen.</translation>
    </message>
    <message>
        <source>The repository&apos;s config at {0} is not one that clients open: {1}.</source>
        <translation>Die Konfiguration des Repositorys bei {0} ist keine, mit der Computer es öffnen: {1}.</translation>
    </message>
    <message>
        <source>The repository&apos;s config says more than a stick needs: {0}.</source>
        <translation>Die Konfiguration des Repositorys sagt mehr, als ein Laufwerk braucht: {0}.</translation>
    </message>
    <message>
        <source>The repository&apos;s config says that it is of {0}, of which it has nothing.</source>
        <translation>Nach seiner Konfiguration gehört das Repository zu {0}, wovon es nichts hat.</translation>
    </message>
    <message>
        <source>The repository&apos;s {0} is not the one that was copied from upstream.</source>
        <translation>Eine Liste des Repositorys ist nicht die, die von der Quelle kopiert wurde.</translation>
    </message>
    <message>
        <source>The runtime is looked for in the remotes that are known.</source>
        <translation>Die Laufzeitumgebung wird in den bekannten Quellen gesucht.</translation>
    </message>
    <message>
        <source>The runtime of {0}.</source>
        <translation>Die Laufzeitumgebung von {0}.</translation>
    </message>
    <message>
        <source>The secret key is not there.</source>
        <translation>Der geheime Schlüssel ist nicht da.</translation>
    </message>
    <message>
        <source>The server is broken or hostile.</source>
        <translation>Der Server ist fehlerhaft oder bösartig.</translation>
    </message>
    <message>
        <source>The server is broken; try again later.</source>
        <translation>Der Server ist gestört; versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>The service that mounts and ejects drives ({0}) is not running.</source>
        <translation>Der Dienst, der Laufwerke einhängt und auswirft ({0}), läuft nicht.</translation>
    </message>
    <message>
        <source>The settings cannot be saved in {0}: {1}.</source>
        <translation>Die Einstellungen können in {0} nicht gespeichert werden: {1}.</translation>
    </message>
    <message>
        <source>The settings in {0} cannot be read: {1}.</source>
        <translation>Die Einstellungen in {0} können nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The signature by {0}{1} has expired.</source>
        <translation>Die Signatur von {0}{1} ist abgelaufen.</translation>
    </message>
    <message>
        <source>The signature of the copied {0} of {1} is not good: {2}</source>
        <translation>Die Signatur der kopierten Datei {0} von {1} ist nicht gut: {2}</translation>
    </message>
    <message>
        <source>The signature of the ostree-metadata of {0} is not good: {1}</source>
        <translation>Die Signatur der ostree-metadata von {0} ist nicht gut: {1}</translation>
    </message>
    <message>
        <source>The signature of {0} is not good: {1}</source>
        <translation>Die Signatur von {0} ist nicht gut: {1}</translation>
    </message>
    <message>
        <source>The signature of {0}&apos;s catalogue is damaged: {1}.</source>
        <translation>Die Signatur des Katalogs von {0} ist beschädigt: {1}.</translation>
    </message>
    <message>
        <source>The signature{0} does not belong to this data or is damaged.</source>
        <translation>Die Signatur{0} gehört nicht zu diesen Daten oder ist beschädigt.</translation>
    </message>
    <message>
        <source>The summary does not list {0} of {1}.</source>
        <translation>Die Übersicht nennt {0} von {1} nicht.</translation>
    </message>
    <message>
        <source>The summary is damaged: {0}.</source>
        <translation>Die Übersicht ist beschädigt.</translation>
    </message>
    <message>
        <source>The summary is not in order: clients would not find {0}.</source>
        <translation>Die Übersicht ist nicht geordnet: Andere Computer würden {0} nicht finden.</translation>
    </message>
    <message>
        <source>The summary lists the unsafe name {0} of {1}.</source>
        <translation>Die Übersicht nennt den unsicheren Namen {0} von {1}.</translation>
    </message>
    <message>
        <source>The summary lists {0} of {1}, which is not on the drive.</source>
        <translation>Die Übersicht nennt {0} von {1}, das nicht auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>The summary names another commit for {0} than its ref.</source>
        <translation>Die Übersicht nennt für {0} einen anderen Stand als der Eintrag selbst.</translation>
    </message>
    <message>
        <source>The summary names another mode than the repository has.</source>
        <translation>Die Übersicht nennt eine andere Art, als das Repository hat.</translation>
    </message>
    <message>
        <source>The summary names its collection in a way that clients do not read.</source>
        <translation>Die Übersicht nennt ihre Sammlung auf eine Weise, die Computer nicht lesen.</translation>
    </message>
    <message>
        <source>The summary names {0} collections of which it lists nothing.</source>
        <translation>Die Übersicht nennt {0} Sammlungen, von denen sie nichts aufführt.</translation>
    </message>
    <message>
        <source>The summary of {0} cannot be read: {1}.</source>
        <translation>Die Übersicht von {0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>The {0} of {1} cannot be trusted: {2}</source>
        <translation>Der Datei {0} von {1} ist nicht zu trauen: {2}</translation>
    </message>
    <message>
        <source>The {0} of {1} is not signed.</source>
        <translation>Die Datei {0} von {1} ist nicht signiert.</translation>
    </message>
    <message>
        <source>There are {0} more links, pipes and other things of the wrong kind.</source>
        <translation>Es gibt {0} weitere Verknüpfungen, Pipes und andere Dinge von falscher Art.</translation>
    </message>
    <message>
        <source>There are {0}.</source>
        <translation>Es gibt {0}.</translation>
    </message>
    <message>
        <source>There are: {0}.</source>
        <translation>Es gibt: {0}.</translation>
    </message>
    <message>
        <source>There is no Flatpak repository on {0}.</source>
        <translation>Auf {0} ist kein Flatpak-Repository.</translation>
    </message>
    <message>
        <source>There is no OSTree repository at {0}, but something that Satchel does not follow or read: {1}.</source>
        <translation>Bei {0} ist kein OSTree-Repository, sondern etwas, dem Satchel nicht folgt oder das es nicht liest: {1}.</translation>
    </message>
    <message>
        <source>There is no OSTree repository at {0}.</source>
        <translation>Bei {0} ist kein OSTree-Repository.</translation>
    </message>
    <message>
        <source>There is no copy of the upstream summary of {0}.</source>
        <translation>Es gibt keine Kopie der Übersicht von {0}.</translation>
    </message>
    <message>
        <source>There is no directory and no drive called {0}.</source>
        <translation>Es gibt keinen Ordner und kein Laufwerk namens {0}.</translation>
    </message>
    <message>
        <source>There is no drive called {0}.</source>
        <translation>Es gibt kein Laufwerk namens {0}.</translation>
    </message>
    <message>
        <source>There is no graphics driver called {0} for what was chosen.</source>
        <translation>Es gibt für diese Auswahl keinen Grafiktreiber namens {0}.</translation>
    </message>
    <message>
        <source>There is no medium in {0}.</source>
        <translation>In {0} liegt kein Medium.</translation>
    </message>
    <message>
        <source>There is no remote called {0}.</source>
        <translation>Es gibt keine Quelle namens {0}.</translation>
    </message>
    <message>
        <source>There is no saved choice called {0}.</source>
        <translation>Es gibt keine gespeicherte Auswahl namens {0}.</translation>
    </message>
    <message>
        <source>There is no secret key “{0}”.</source>
        <translation>Es gibt keinen geheimen Schlüssel „{0}“.</translation>
    </message>
    <message>
        <source>There is no setting called {0}.</source>
        <translation>Es gibt keine Einstellung namens {0}.</translation>
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
        <source>They do no harm.</source>
        <translation>Sie schaden nicht.</translation>
    </message>
    <message>
        <source>They stay as they were.</source>
        <translation>Sie bleiben, wie sie waren.</translation>
    </message>
    <message>
        <source>This computer cannot make {0}: {1} is missing.</source>
        <translation>Dieser Computer kann {0} nicht erstellen: {1} fehlt.</translation>
    </message>
    <message>
        <source>This computer cannot mount {0} ({1}).</source>
        <translation>Dieser Computer kann {0} nicht einhängen ({1}).</translation>
    </message>
    <message>
        <source>This computer knows it as that of {0}.</source>
        <translation>Dieser Computer kennt ihn als den von {0}.</translation>
    </message>
    <message>
        <source>This computer swaps to {0}.</source>
        <translation>Dieser Computer lagert Arbeitsspeicher auf {0} aus.</translation>
    </message>
    <message>
        <source>This is OpenPGP data, but not a public key.</source>
        <translation>Das sind OpenPGP-Daten, aber kein öffentlicher Schlüssel.</translation>
    </message>
    <message>
        <source>This is a bug in Satchel; please report it with this text. The drive is as before or can be completed by running the command again.</source>
        <translation>Das ist ein Fehler in Satchel; bitte melden Sie ihn mit diesem Text. Das Laufwerk ist wie zuvor oder wird vollständig, wenn Sie dasselbe noch einmal tun.</translation>
    </message>
    <message>
        <source>This is a secret key, which only its owner should have.</source>
        <translation>Das ist ein geheimer Schlüssel, den nur sein Besitzer haben sollte.</translation>
    </message>
    <message>
        <source>This is not an OpenPGP public key: {0}.</source>
        <translation>Das ist kein öffentlicher OpenPGP-Schlüssel: {0}.</translation>
    </message>
    <message>
        <source>This needs {0} files, but the drive&apos;s file system has room for only {1} more.</source>
        <translation>Dies braucht {0} Dateien, aber das Dateisystem des Laufwerks hat nur noch Platz für {1}.</translation>
    </message>
    <message>
        <source>This needs {0}{1} on the drive, but only {2} of {3} are free.</source>
        <translation>Dies braucht {0}{1} auf dem Laufwerk, aber nur {2} von {3} sind frei.</translation>
    </message>
    <message>
        <source>This network may want a login first: open any page in a browser. Or the address is that of a web site, not of a repository.</source>
        <translation>Vielleicht verlangt dieses Netz erst eine Anmeldung: Öffnen Sie eine beliebige Seite im Browser. Oder die Adresse ist die einer Website, nicht die einer Quelle.</translation>
    </message>
    <message>
        <source>This user is not allowed to do that ({0}).</source>
        <translation>Das darf hier nicht jeder ({0}).</translation>
    </message>
    <message>
        <source>Translations for {0}.</source>
        <translation>Übersetzungen für {0}.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Try again; if it stays so, the drive or its file system may be damaged.</source>
        <translation>Versuchen Sie es noch einmal; bleibt es so, ist vielleicht das Laufwerk oder sein Dateisystem beschädigt.</translation>
    </message>
    <message>
        <source>Unmount it there first.</source>
        <translation>Hängen Sie es dort zuerst aus.</translation>
    </message>
    <message>
        <source>Update flatpak on the computers where it is to be installed.</source>
        <translation>Aktualisieren Sie flatpak auf den Computern, auf denen es installiert werden soll.</translation>
    </message>
    <message>
        <source>Upstream does not hand it out: {0}</source>
        <translation>Die Quelle gibt es nicht heraus: {0}</translation>
    </message>
    <message>
        <source>Upstream does not hand out {0} of it: {1}</source>
        <translation>Die Quelle gibt {0} davon nicht heraus: {1}</translation>
    </message>
    <message>
        <source>Upstream lacks the object {0}, though one of its commits refers to it.</source>
        <translation>Der Quelle fehlt das Objekt {0}, obwohl einer ihrer Stände darauf verweist.</translation>
    </message>
    <message>
        <source>Upstream may be publishing right now: try again in a few minutes.</source>
        <translation>Vielleicht veröffentlicht die Quelle gerade: Versuchen Sie es in ein paar Minuten noch einmal.</translation>
    </message>
    <message>
        <source>Upstream&apos;s summary and the commit of {0} contradict each other.</source>
        <translation>Die Übersicht der Quelle und der Stand von {0} widersprechen sich.</translation>
    </message>
    <message>
        <source>Use --destination-repo {0}/satchel, or none at all.</source>
        <translation>Nehmen Sie {0}/satchel, oder lassen Sie den Pfad weg.</translation>
    </message>
    <message>
        <source>Use --keep-versions to leave it as it is.</source>
        <translation>Sie können stattdessen alles bei seiner Fassung lassen.</translation>
    </message>
    <message>
        <source>Use a drive formatted as ext4 or exFAT.</source>
        <translation>Nehmen Sie ein Laufwerk, das als ext4 oder exFAT formatiert ist.</translation>
    </message>
    <message>
        <source>Use a drive that is formatted as ext4.</source>
        <translation>Nehmen Sie ein Laufwerk, das als ext4 formatiert ist.</translation>
    </message>
    <message>
        <source>Use an address that begins with https://, http:// or file:///.</source>
        <translation>Nehmen Sie eine Adresse, die mit https://, http:// oder file:/// beginnt.</translation>
    </message>
    <message>
        <source>Use another drive that is formatted as ext4, or format this one, which erases it: satchel format {0} --fs ext4.</source>
        <translation>Nehmen Sie ein anderes Laufwerk mit ext4, oder formatieren Sie dieses ({0}); dabei wird alles darauf gelöscht.</translation>
    </message>
    <message>
        <source>Use it only if you trust whoever made it: nothing on it can be verified.</source>
        <translation>Benutzen Sie es nur, wenn Sie seinem Ersteller trauen: Nichts darauf lässt sich prüfen.</translation>
    </message>
    <message>
        <source>Use its https address; or download it, and compare the key&apos;s fingerprint with one from elsewhere.</source>
        <translation>Nehmen Sie seine https-Adresse; oder laden Sie es herunter, und vergleichen Sie den Fingerabdruck des Schlüssels mit einem von anderswo.</translation>
    </message>
    <message>
        <source>Use letters, digits, - and _; give it with --name.</source>
        <translation>Nehmen Sie Buchstaben, Ziffern, - und _.</translation>
    </message>
    <message>
        <source>Use letters, digits, spaces inside, - and _.</source>
        <translation>Nehmen Sie Buchstaben, Ziffern, Leerzeichen in der Mitte, - und _.</translation>
    </message>
    <message>
        <source>Use {0}, or wait until the mirror has caught up; --allow-older takes the older versions.</source>
        <translation>Nehmen Sie {0}, oder warten Sie, bis der Spiegelserver aufgeholt hat; Sie können den älteren Stand auch ausdrücklich annehmen.</translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation>Warten Sie, bis es fertig ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>What apps need comes along by itself.</source>
        <translation>Was Apps brauchen, kommt von selbst mit.</translation>
    </message>
    <message>
        <source>What can be read of them is used.</source>
        <translation>Was davon lesbar ist, wird benutzt.</translation>
    </message>
    <message>
        <source>What clients see on it is as before.</source>
        <translation>Was andere Computer darauf sehen, ist wie zuvor.</translation>
    </message>
    <message>
        <source>What comes from {0} is good until {1}, when the first key or signature ends.</source>
        <translation>Was von {0} kommt, gilt bis {1}; dann endet der erste Schlüssel oder die erste Signatur.</translation>
    </message>
    <message>
        <source>What comes from {0} is not signed.</source>
        <translation>Was von {0} kommt, ist nicht signiert.</translation>
    </message>
    <message>
        <source>What is on {0} is not known.</source>
        <translation>Was auf {0} ist, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>What is said to replace it, {0}, is no app or runtime.</source>
        <translation>Was es ersetzen soll, {0}, ist keine App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>What is said to replace it, {0}, is of another kind.</source>
        <translation>Was es ersetzen soll, {0}, ist von anderer Art.</translation>
    </message>
    <message>
        <source>What the summary says about the commit of {0} is not true.</source>
        <translation>Was die Übersicht über den Stand von {0} sagt, stimmt nicht.</translation>
    </message>
    <message>
        <source>What upstream publishes cannot be read: {0}.</source>
        <translation>Was die Quelle veröffentlicht, kann nicht gelesen werden: {0}.</translation>
    </message>
    <message>
        <source>What {0} publishes as its catalogue was made for something else: it does not name {1} of {2}.</source>
        <translation>Was {0} als Katalog veröffentlicht, wurde für etwas anderes gemacht: Es nennt {1} von {2} nicht.</translation>
    </message>
    <message>
        <source>Where flatpak looks at signatures it refuses these until the publisher prolongs the key; make the stick anew then.</source>
        <translation>Wo flatpak auf Signaturen achtet, lehnt es diese ab, bis der Herausgeber den Schlüssel verlängert; erstellen Sie das Laufwerk dann neu.</translation>
    </message>
    <message>
        <source>Where they have internet, make the drive from the public address instead.</source>
        <translation>Wenn sie Internet haben, erstellen Sie das Laufwerk lieber von der öffentlichen Adresse.</translation>
    </message>
    <message>
        <source>You cancelled the question for the passphrase.</source>
        <translation>Sie haben die Frage nach der Passphrase abgebrochen.</translation>
    </message>
    <message>
        <source>You chose it.</source>
        <translation>Sie haben es gewählt.</translation>
    </message>
    <message>
        <source>You named it.</source>
        <translation>Sie haben ihn genannt.</translation>
    </message>
    <message>
        <source>handing the drive over</source>
        <translation>bei der Übergabe des Laufwerks</translation>
    </message>
    <message>
        <source>looking at the drive</source>
        <translation>beim Ansehen des Laufwerks</translation>
    </message>
    <message>
        <source>looking at the mounted drive</source>
        <translation>beim Ansehen des eingehängten Laufwerks</translation>
    </message>
    <message>
        <source>looking at the new partition</source>
        <translation>beim Ansehen der neuen Partition</translation>
    </message>
    <message>
        <source>looking at the sizes</source>
        <translation>beim Ansehen der Größen</translation>
    </message>
    <message>
        <source>looking for drives</source>
        <translation>beim Suchen nach Laufwerken</translation>
    </message>
    <message>
        <source>looking for the repository</source>
        <translation>beim Suchen nach dem Repository</translation>
    </message>
    <message>
        <source>making the repository findable</source>
        <translation>beim Auffindbarmachen des Repositorys</translation>
    </message>
    <message>
        <source>opening the drive</source>
        <translation>beim Öffnen des Laufwerks</translation>
    </message>
    <message>
        <source>opening the repository</source>
        <translation>beim Öffnen des Repositorys</translation>
    </message>
    <message>
        <source>reading the repository</source>
        <translation>beim Lesen des Repositorys</translation>
    </message>
    <message>
        <source>writing everything to {0}</source>
        <translation>beim Schreiben von allem auf {0}</translation>
    </message>
    <message>
        <source>writing the file system</source>
        <translation>beim Schreiben des Dateisystems</translation>
    </message>
    <message>
        <source>writing the report</source>
        <translation>beim Schreiben des Berichts</translation>
    </message>
    <message>
        <source>writing the repository</source>
        <translation>beim Schreiben des Repositorys</translation>
    </message>
    <message>
        <source>{0} ({1}) was not found in {2}.</source>
        <translation>{0} ({1}) wurde in {2} nicht gefunden.</translation>
    </message>
    <message>
        <source>{0} It was refused.</source>
        <translation>{0} Es wurde abgelehnt.</translation>
    </message>
    <message>
        <source>{0} Mount it, then name where it is mounted.</source>
        <translation>{0} Hängen Sie es ein und nennen Sie dann den Ort.</translation>
    </message>
    <message>
        <source>{0} and {1} cannot be on one drive with {2}: it takes {3} and {4} for one name.</source>
        <translation>{0} und {1} können nicht zusammen auf ein Laufwerk mit {2}: Es hält {3} und {4} für denselben Namen.</translation>
    </message>
    <message>
        <source>{0} answered {1} for {2}.</source>
        <translation>{0} antwortete {1} auf {2}.</translation>
    </message>
    <message>
        <source>{0} answered {1} for {2}: it wants to be asked again in {3} at the earliest.</source>
        <translation>{0} antwortete seit {2} mit {1}: Der Server will frühestens in {3} wieder gefragt werden.</translation>
    </message>
    <message>
        <source>{0} answers with a web page instead of {1}.</source>
        <translation>{0} antwortet mit einer Webseite statt mit {1}.</translation>
    </message>
    <message>
        <source>{0} at {1} is not the drive any more that was chosen.</source>
        <translation>{0} bei {1} ist nicht mehr das Laufwerk, das gewählt wurde.</translation>
    </message>
    <message>
        <source>{0} at {1} lags behind {2}, which had a list of apps from {3}; this one is from {4}.</source>
        <translation>{0} bei {1} hinkt hinter {2} her; dort war die Liste der Apps von {3}, diese ist von {4}.</translation>
    </message>
    <message>
        <source>{0} belongs to no list of this drive.</source>
        <translation>{0} gehört zu keiner Liste dieses Laufwerks.</translation>
    </message>
    <message>
        <source>{0} belongs to no source of this drive.</source>
        <translation>{0} gehört zu keiner Quelle dieses Laufwerks.</translation>
    </message>
    <message>
        <source>{0} belongs to this computer ({1}); Satchel never formats such drives.</source>
        <translation>{0} gehört zu diesem Computer ({1}); solche Laufwerke formatiert Satchel nie.</translation>
    </message>
    <message>
        <source>{0} belongs to this computer: {1}.</source>
        <translation>{0} gehört zu diesem Computer: {1}.</translation>
    </message>
    <message>
        <source>{0} brings its own key or collection.</source>
        <translation>{0} bringt Schlüssel oder Sammlung selbst mit.</translation>
    </message>
    <message>
        <source>{0} can be read by nobody but its owner.</source>
        <translation>{0} kann nur der Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{0} can mean more than one thing: {1}.</source>
        <translation>{0} kann mehreres bedeuten: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be carried: a part of it may only be downloaded by each computer itself, from its maker&apos;s server.</source>
        <translation>{0} kann nicht mitkommen: Einen Teil davon darf nur jeder Computer selbst vom Server des Herstellers herunterladen.</translation>
    </message>
    <message>
        <source>{0} cannot be carried: {1} of it may only be downloaded by each computer itself, from its maker&apos;s server.</source>
        <translation>{0} lässt sich nicht mitnehmen: {1} davon darf jeder Computer nur selbst vom Server des Herstellers laden.</translation>
    </message>
    <message>
        <source>{0} cannot be changed: {1}.</source>
        <translation>{0} kann nicht geändert werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be fetched: its address or a redirect is not allowed ({1}).</source>
        <translation>{0} kann nicht geholt werden: Die Adresse oder eine Umleitung ist nicht erlaubt ({1}).</translation>
    </message>
    <message>
        <source>{0} cannot be had from upstream, for lack of {1}: {2}</source>
        <translation>{0} ist von der Quelle nicht zu bekommen, weil {1} fehlt: {2}</translation>
    </message>
    <message>
        <source>{0} cannot be had from upstream: {1}</source>
        <translation>{0} ist von der Quelle nicht zu bekommen: {1}</translation>
    </message>
    <message>
        <source>{0} cannot be installed by anybody: it says that it needs flatpak {1}, which is no version.</source>
        <translation>{0} kann niemand installieren: Es verlangt flatpak {1}, was keine Version ist.</translation>
    </message>
    <message>
        <source>{0} cannot be installed by anybody: {1}</source>
        <translation>{0} kann niemand installieren: {1}</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}.</source>
        <translation>{0} kann nicht gelesen werden: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be the name of a choice: {1}.</source>
        <translation>{0} kann nicht der Name einer Auswahl sein: {1}.</translation>
    </message>
    <message>
        <source>{0} cannot be used: {1}.</source>
        <translation>{0} kann nicht benutzt werden: {1}.</translation>
    </message>
    <message>
        <source>{0} comes without a signing key, so nothing from it could be verified.</source>
        <translation>{0} kommt ohne Signaturschlüssel; nichts davon ließe sich prüfen.</translation>
    </message>
    <message>
        <source>{0} contains {1}, but the drive&apos;s file system ({2}) holds none over {3}.</source>
        <translation>{0} enthält {1}, aber das Dateisystem des Laufwerks ({2}) fasst keine Datei über {3}.</translation>
    </message>
    <message>
        <source>{0} could not be mounted: {1}.</source>
        <translation>{0} konnte nicht eingehängt werden: {1}.</translation>
    </message>
    <message>
        <source>{0} could not be reached or broke off: {1}.</source>
        <translation>{0} war nicht erreichbar, oder die Verbindung brach ab: {1}.</translation>
    </message>
    <message>
        <source>{0} denies access to {1} ({2}).</source>
        <translation>{0} verweigert den Zugriff auf {1} ({2}).</translation>
    </message>
    <message>
        <source>{0} does not exist upstream ({1}).</source>
        <translation>{0} gibt es bei der Quelle nicht ({1}).</translation>
    </message>
    <message>
        <source>{0} does not exist.</source>
        <translation>{0} gibt es nicht.</translation>
    </message>
    <message>
        <source>{0} does not hold what Satchel writes there: nothing in it was believed.</source>
        <translation>In {0} steht nicht, was Satchel dorthin schreibt: Nichts daraus wurde geglaubt.</translation>
    </message>
    <message>
        <source>{0} does not say what is on this drive: {1}.</source>
        <translation>{0} sagt nicht, was auf diesem Laufwerk ist: {1}.</translation>
    </message>
    <message>
        <source>{0} does not tell what kind of report it is to be.</source>
        <translation>{0} sagt nicht, was für ein Bericht es werden soll.</translation>
    </message>
    <message>
        <source>{0} downloads a part of itself when it is installed, which needs internet.</source>
        <translation>{0} lädt bei der Installation einen Teil selbst herunter und braucht dazu Internet.</translation>
    </message>
    <message>
        <source>{0} for {1} exists upstream but is not on the drive.</source>
        <translation>{0} für {1} gibt es bei der Quelle, aber nicht auf dem Laufwerk.</translation>
    </message>
    <message>
        <source>{0} from {1} cannot be trusted: {2}</source>
        <translation>{0} von {1} ist nicht zu trauen: {2}</translation>
    </message>
    <message>
        <source>{0} has a damaged or forged object {1}: {2}.</source>
        <translation>{0} hat ein beschädigtes oder gefälschtes Objekt {1}: {2}.</translation>
    </message>
    <message>
        <source>{0} has been changed: it is not the one that Satchel {1} writes.</source>
        <translation>{0} wurde verändert: Es ist nicht die Datei, die Satchel {1} schreibt.</translation>
    </message>
    <message>
        <source>{0} has gone, or the drive service does not know it (yet).</source>
        <translation>{0} ist verschwunden, oder der Laufwerksdienst kennt es (noch) nicht.</translation>
    </message>
    <message>
        <source>{0} has it, but this computer hides it: flatpak remote-modify --no-filter {1} shows all again.</source>
        <translation>{0} hat es, aber dieser Computer blendet es aus: flatpak remote-modify --no-filter {1} zeigt wieder alles.</translation>
    </message>
    <message>
        <source>{0} has more than one file system.</source>
        <translation>{0} hat mehr als ein Dateisystem.</translation>
    </message>
    <message>
        <source>{0} has more than one volume.</source>
        <translation>{0} hat mehr als ein Dateisystem.</translation>
    </message>
    <message>
        <source>{0} has no collection ID, so clients cannot install from a copy of it on a drive.</source>
        <translation>{0} hat keine Sammlungs-ID; von einer Kopie auf einem Laufwerk können andere Computer nicht installieren.</translation>
    </message>
    <message>
        <source>{0} has no file system that this computer knows.</source>
        <translation>{0} hat kein Dateisystem, das dieser Computer kennt.</translation>
    </message>
    <message>
        <source>{0} has no ostree-metadata; flatpak before 1.8 finds nothing.</source>
        <translation>{0} hat keine ostree-metadata; flatpak vor 1.8 findet nichts.</translation>
    </message>
    <message>
        <source>{0} has not the size any more that was shown.</source>
        <translation>{0} hat nicht mehr die Größe, die gezeigt wurde.</translation>
    </message>
    <message>
        <source>{0} has refs ({1}) of no collection, such as {2}. Nothing can be installed from them offline, and their signatures were not checked.</source>
        <translation>{0} hat Einträge ({1}) ohne Sammlung, etwa {2}. Ohne Internet lässt sich davon nichts installieren, und ihre Signaturen wurden nicht geprüft.</translation>
    </message>
    <message>
        <source>{0} has too many parts.</source>
        <translation>{0} hat zu viele Teile.</translation>
    </message>
    <message>
        <source>{0} has {1} parts where a full name has four.</source>
        <translation>{0} hat {1} Teile; ein voller Name hat vier.</translation>
    </message>
    <message>
        <source>{0} holds no files itself: it is of the kind {1}.</source>
        <translation>{0} hat selbst keine Dateien: Es ist von der Art {1}.</translation>
    </message>
    <message>
        <source>{0} in the folder satchel cannot be read: {1}.</source>
        <translation>{0} im Ordner satchel ist nicht lesbar: {1}.</translation>
    </message>
    <message>
        <source>{0} is a directory where a file should be, or the other way round.</source>
        <translation>{0} ist ein Ordner, wo eine Datei sein sollte, oder umgekehrt.</translation>
    </message>
    <message>
        <source>{0} is a link, or on another file system: what is there was not looked at, but a client may use it.</source>
        <translation>{0} ist eine Verknüpfung oder liegt auf einem anderen Dateisystem: Was dort ist, wurde nicht angesehen, doch ein Computer benutzt es womöglich.</translation>
    </message>
    <message>
        <source>{0} is a pipe, socket or device, which does not belong on a drive.</source>
        <translation>{0} ist eine Pipe, ein Socket oder ein Gerät und gehört nicht auf ein Laufwerk.</translation>
    </message>
    <message>
        <source>{0} is a repository in the mode {1}, which cannot be copied.</source>
        <translation>{0} ist ein Repository der Art {1}, das sich nicht kopieren lässt.</translation>
    </message>
    <message>
        <source>{0} is asked for too much at once ({1}): waiting {2}, then going on more slowly.</source>
        <translation>{0} wird zu viel auf einmal gefragt ({1}): {2} warten, dann langsamer weiter.</translation>
    </message>
    <message>
        <source>{0} is at its end of life: {1}</source>
        <translation>{0} wird nicht mehr gepflegt: {1}</translation>
    </message>
    <message>
        <source>{0} is at its end of life: {1}.</source>
        <translation>{0} wird nicht mehr gepflegt: {1}.</translation>
    </message>
    <message>
        <source>{0} is at its end of life; it is replaced by {1}.</source>
        <translation>{0} wird nicht mehr gepflegt; der Nachfolger ist {1}.</translation>
    </message>
    <message>
        <source>{0} is built into this computer; Satchel only formats drives that are made to be carried away.</source>
        <translation>{0} ist in diesen Computer eingebaut; Satchel formatiert nur Laufwerke, die zum Mitnehmen gemacht sind.</translation>
    </message>
    <message>
        <source>{0} is deeper in directories than anything Satchel puts on a drive.</source>
        <translation>{0} liegt tiefer in Ordnern als alles, was Satchel auf ein Laufwerk schreibt.</translation>
    </message>
    <message>
        <source>{0} is encrypted.</source>
        <translation>{0} ist verschlüsselt.</translation>
    </message>
    <message>
        <source>{0} is handed out only with a token, as to those who bought it, which Satchel does not have: {1}</source>
        <translation>{0} wird nur mit einem Zugangsschlüssel herausgegeben, etwa an Käufer; Satchel hat keinen: {1}</translation>
    </message>
    <message>
        <source>{0} is in use, by a container or another program.</source>
        <translation>{0} wird gerade benutzt, von einem Container oder einem anderen Programm.</translation>
    </message>
    <message>
        <source>{0} is in use.</source>
        <translation>{0} wird gerade benutzt.</translation>
    </message>
    <message>
        <source>{0} is in use: {1}{2}.</source>
        <translation>{0} wird gerade benutzt: {1}{2}.</translation>
    </message>
    <message>
        <source>{0} is in {1} but not in {2}, and both have the collection {3}, which a drive carries from one place.</source>
        <translation>{0} gibt es in {1}, aber nicht in {2}, und beide haben die Sammlung {3}, die ein Laufwerk nur von einer Stelle trägt.</translation>
    </message>
    <message>
        <source>{0} is itself a repository.</source>
        <translation>{0} ist selbst ein Repository.</translation>
    </message>
    <message>
        <source>{0} is larger than it can be.</source>
        <translation>{0} ist größer, als es sein kann.</translation>
    </message>
    <message>
        <source>{0} is left out: {1}</source>
        <translation>{0} wird ausgelassen: {1}</translation>
    </message>
    <message>
        <source>{0} is marked as incomplete ({1}).</source>
        <translation>{0} ist als unvollständig markiert.</translation>
    </message>
    <message>
        <source>{0} is missing: {1}</source>
        <translation>{0} fehlt: {1}</translation>
    </message>
    <message>
        <source>{0} is mounted at {1}, but that cannot be seen from here.</source>
        <translation>{0} ist bei {1} eingehängt, aber das ist von hier aus nicht zu sehen.</translation>
    </message>
    <message>
        <source>{0} is no part of {1}.</source>
        <translation>{0} gehört nicht zu {1}.</translation>
    </message>
    <message>
        <source>{0} is not a Flatpak repository: it has no summary.</source>
        <translation>{0} ist kein Flatpak-Repository: Es hat keine Übersicht.</translation>
    </message>
    <message>
        <source>{0} is not a directory.</source>
        <translation>{0} ist kein Ordner.</translation>
    </message>
    <message>
        <source>{0} is not a valid name: {1}.</source>
        <translation>{0} ist kein gültiger Name: {1}.</translation>
    </message>
    <message>
        <source>{0} is not an address Satchel can fetch from.</source>
        <translation>{0} ist keine Adresse, von der Satchel etwas holen kann.</translation>
    </message>
    <message>
        <source>{0} is not an address.</source>
        <translation>{0} ist keine Adresse.</translation>
    </message>
    <message>
        <source>{0} is not plugged in any more.</source>
        <translation>{0} ist nicht mehr eingesteckt.</translation>
    </message>
    <message>
        <source>{0} is not the drive any more that was chosen.</source>
        <translation>{0} ist nicht mehr das Laufwerk, das gewählt wurde.</translation>
    </message>
    <message>
        <source>{0} is not the name of an app or runtime.</source>
        <translation>{0} ist nicht der Name einer App oder Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>{0} is not the name of an app: {1}.</source>
        <translation>{0} ist nicht der Name einer App: {1}.</translation>
    </message>
    <message>
        <source>{0} is not the one that belongs to this drive: {1}.</source>
        <translation>{0} gehört nicht zu diesem Laufwerk: {1}.</translation>
    </message>
    <message>
        <source>{0} is older than what Satchel put on the drive.</source>
        <translation>{0} ist älter als das, was Satchel auf das Laufwerk geschrieben hat.</translation>
    </message>
    <message>
        <source>{0} is older than what came with the copied upstream summary.</source>
        <translation>{0} ist älter als das, was mit der kopierten Übersicht kam.</translation>
    </message>
    <message>
        <source>{0} is on the drive but no longer in {1}; it stays as it is.</source>
        <translation>{0} ist auf dem Laufwerk, aber nicht mehr in {1}; es bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>{0} is part of something else: {1} uses {2}.</source>
        <translation>{0} ist Teil von etwas anderem: {1} benutzt {2}.</translation>
    </message>
    <message>
        <source>{0} is read-only.</source>
        <translation>{0} ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>{0} is signed by a key that only this drive knows: {1}.</source>
        <translation>{0} ist mit einem Schlüssel signiert, den nur dieses Laufwerk kennt: {1}.</translation>
    </message>
    <message>
        <source>{0} is signed by {1}, key {2}.</source>
        <translation>{0} ist von {1} signiert, Schlüssel {2}.</translation>
    </message>
    <message>
        <source>{0} is still mounted at {1}.</source>
        <translation>{0} ist noch bei {1} eingehängt.</translation>
    </message>
    <message>
        <source>{0} is to come from {1}, which no known remote has.</source>
        <translation>{0} soll aus {1} kommen, das keine bekannte Quelle hat.</translation>
    </message>
    <message>
        <source>{0} is write-protected.</source>
        <translation>{0} ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>{0} lacks the commit {1} that its summary names.</source>
        <translation>{0} fehlt der Stand {1}, den die eigene Übersicht nennt.</translation>
    </message>
    <message>
        <source>{0} lacks translations: {1}.</source>
        <translation>{0} fehlen Übersetzungen: {1}.</translation>
    </message>
    <message>
        <source>{0} lags behind {1}, from where the drive has its list of apps: that is from {2}, this one from {3}.</source>
        <translation>{0} hinkt hinter {1} her, woher das Laufwerk seine Liste der Apps hat: Die ist von {2}, diese von {3}.</translation>
    </message>
    <message>
        <source>{0} lines of this script are not about flatpak.</source>
        <translation>{0} Zeilen dieses Skripts haben nichts mit flatpak zu tun.</translation>
    </message>
    <message>
        <source>{0} may be from Satchel {1}, which this version does not know. All but that was checked.</source>
        <translation>{0} ist vielleicht von Satchel {1}, das diese Version nicht kennt. Alles andere wurde geprüft.</translation>
    </message>
    <message>
        <source>{0} may be from another version of Satchel, which this one does not know. All but that was checked.</source>
        <translation>{0} ist vielleicht von einer anderen Version von Satchel, die diese nicht kennt. Alles andere wurde geprüft.</translation>
    </message>
    <message>
        <source>{0} more can be read by nobody but their owner.</source>
        <translation>{0} weitere kann nur ihr Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{0} more lines name no app and were passed over.</source>
        <translation>{0} weitere Zeilen nennen keine App und wurden übergangen.</translation>
    </message>
    <message>
        <source>{0} names an app, not a remote.</source>
        <translation>{0} nennt eine App, keine Quelle.</translation>
    </message>
    <message>
        <source>{0} names another commit than the same ref below refs/mirrors: clients may take either.</source>
        <translation>{0} nennt einen anderen Stand als derselbe Eintrag unter refs/mirrors: Computer nehmen womöglich den einen oder den anderen.</translation>
    </message>
    <message>
        <source>{0} names more than {1} places where a client looks for repositories: not all were judged.</source>
        <translation>{0} nennt mehr als {1} Stellen, an denen ein Computer nach Repositorys sucht: Nicht alle wurden beurteilt.</translation>
    </message>
    <message>
        <source>{0} names more than {1}.</source>
        <translation>{0} nennt mehr als {1}.</translation>
    </message>
    <message>
        <source>{0} names no apps.</source>
        <translation>{0} nennt keine Apps.</translation>
    </message>
    <message>
        <source>{0} names no apps: it is not a text.</source>
        <translation>{0} nennt keine Apps: Es ist kein Text.</translation>
    </message>
    <message>
        <source>{0} needs flatpak {1} or newer.</source>
        <translation>{0} braucht flatpak {1} oder neuer.</translation>
    </message>
    <message>
        <source>{0} needs the runtime {1}, which is not on the drive.</source>
        <translation>{0} braucht die Laufzeitumgebung {1}, die nicht auf dem Laufwerk ist.</translation>
    </message>
    <message>
        <source>{0} needs the runtime {1}, which was left out on purpose: only computers that have it already can install it.</source>
        <translation>{0} braucht die Laufzeitumgebung {1}, die absichtlich weggelassen wurde: Nur Computer, die sie schon haben, können es installieren.</translation>
    </message>
    <message>
        <source>{0} never asks for it; carried when named.</source>
        <translation>{0} verlangt nie danach; kommt mit, wenn es eigens verlangt wird.</translation>
    </message>
    <message>
        <source>{0} objects ({1}) belong to no ref.</source>
        <translation>Von nichts gebrauchte Teile: {0} ({1}).</translation>
    </message>
    <message>
        <source>{0} objects say that commits were removed.</source>
        <translation>{0} Objekte besagen, dass Stände entfernt wurden.</translation>
    </message>
    <message>
        <source>{0} objects, or directories of them, can be read by nobody but their owner.</source>
        <translation>{0} Objekte oder Ordner mit solchen kann nur ihr Eigentümer lesen.</translation>
    </message>
    <message>
        <source>{0} of it may only be downloaded by each computer itself, so it cannot be installed offline.</source>
        <translation>{0} davon darf jeder Computer nur selbst herunterladen; ohne Internet lässt es sich nicht installieren.</translation>
    </message>
    <message>
        <source>{0} of what is on the drive from {1} will be updated, so that everything comes from one snapshot.</source>
        <translation>{0} von dem, was aus {1} auf dem Laufwerk ist, wird aktualisiert, damit alles denselben Stand hat.</translation>
    </message>
    <message>
        <source>{0} of {1} ({2}) would be wasted: {3} on this drive gives every file at least {4} KiB. On ext4 this takes {5}.</source>
        <translation>{0} von {1} ({2}) wären verschwendet: {3} auf diesem Laufwerk gibt jeder Datei mindestens {4} KiB. Auf ext4 braucht dies {5}.</translation>
    </message>
    <message>
        <source>{0} of {1} is not as Satchel wrote it: {2}.</source>
        <translation>{0} von {1} ist nicht, wie Satchel es geschrieben hat: {2}.</translation>
    </message>
    <message>
        <source>{0} offers a list of apps from {1}, older than the one from {2} that was used before.</source>
        <translation>{0} bietet eine Liste von Apps vom {1} an, älter als die vom {2}, die schon benutzt wurde.</translation>
    </message>
    <message>
        <source>{0} on {1} is now mounted at {2}.</source>
        <translation>{0} auf {1} ist jetzt unter {2} eingehängt.</translation>
    </message>
    <message>
        <source>{0} publishes no catalogue of its apps for {1}.</source>
        <translation>{0} veröffentlicht keinen Katalog der Apps für {1}.</translation>
    </message>
    <message>
        <source>{0} publishes the invalid collection ID {1}.</source>
        <translation>{0} veröffentlicht die ungültige Sammlungs-ID {1}.</translation>
    </message>
    <message>
        <source>{0} refs with {1} objects ({2}) were read in {3}.</source>
        <translation>{0} Einträge mit {1} Teilen ({2}) wurden in {3} gelesen.</translation>
    </message>
    <message>
        <source>{0} runs on {1}, in whose place flatpak installs {2}: it will not start where the old one is not installed already.</source>
        <translation>{0} läuft auf {1}, wofür flatpak {2} installiert: Es startet nicht, wo die alte nicht schon installiert ist.</translation>
    </message>
    <message>
        <source>{0} runtimes and extensions were passed over: {1}.</source>
        <translation>{0} Laufzeitumgebungen und Erweiterungen wurden übergangen: {1}.</translation>
    </message>
    <message>
        <source>{0} says that it needs flatpak {1}, which is no version: flatpak refuses to install it.</source>
        <translation>{0} verlangt flatpak {1}, was keine Version ist: flatpak weigert sich, es zu installieren.</translation>
    </message>
    <message>
        <source>{0} sent a damaged or forged commit {1}: {2}.</source>
        <translation>{0} hat einen beschädigten oder gefälschten Stand {1} geschickt: {2}.</translation>
    </message>
    <message>
        <source>{0} should have the collection {1}, but its summary is for {2}.</source>
        <translation>{0} sollte die Sammlung {1} haben, aber die Übersicht ist für {2}.</translation>
    </message>
    <message>
        <source>{0} stays on the drive as it is: {1}</source>
        <translation>{0} bleibt auf dem Laufwerk, wie es ist: {1}</translation>
    </message>
    <message>
        <source>{0} was left out: {1}</source>
        <translation>{0} wurde ausgelassen: {1}</translation>
    </message>
    <message>
        <source>{0} was not added to Satchel; it is known from elsewhere ({1}).</source>
        <translation>{0} wurde nicht in Satchel hinzugefügt; die Quelle ist von anderswo bekannt ({1}).</translation>
    </message>
    <message>
        <source>{0} was not found.</source>
        <translation>{0} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{0} was not of the kind it has to be; it is now {1}.</source>
        <translation>{0} war nicht von der Art, die es sein muss; es ist jetzt {1}.</translation>
    </message>
    <message>
        <source>{0} was not searched: {1}</source>
        <translation>{0} wurde nicht durchsucht: {1}</translation>
    </message>
    <message>
        <source>{0} was published before its repository had the collection ID {1}: its commit belongs to no collection, and computers that look at that refuse it from a drive.</source>
        <translation>{0} wurde veröffentlicht, bevor die Quelle zur Sammlung {1} gehörte: Sein Stand gehört zu keiner Sammlung, und Computer, die darauf achten, lehnen es von einem Laufwerk ab.</translation>
    </message>
    <message>
        <source>{0} was published for the collection {1}, but its repository is {2}: either its publisher has changed that, or somebody hands out what is another&apos;s.</source>
        <translation>{0} wurde für die Sammlung {1} veröffentlicht, doch die Quelle ist {2}: Entweder hat der Herausgeber das geändert, oder jemand gibt heraus, was einem anderen gehört.</translation>
    </message>
    <message>
        <source>{0} was renamed, and flatpak installs neither name: {1}</source>
        <translation>{0} wurde umbenannt, und flatpak installiert keinen der beiden Namen: {1}</translation>
    </message>
    <message>
        <source>{0} was renamed: {1} is installed instead.</source>
        <translation>{0} wurde umbenannt: Stattdessen wird {1} installiert.</translation>
    </message>
    <message>
        <source>{0} would come without encryption: anybody on the way could put another key in.</source>
        <translation>{0} käme unverschlüsselt: Jeder unterwegs könnte einen anderen Schlüssel hineinsetzen.</translation>
    </message>
    <message>
        <source>{0}, which replaces it, is not there.</source>
        <translation>{0}, das es ersetzt, ist nicht da.</translation>
    </message>
    <message>
        <source>{0}/{1} is larger than it can be.</source>
        <translation>{0}/{1} ist größer, als es sein kann.</translation>
    </message>
    <message>
        <source>{0}/{1} was not fetched yet.</source>
        <translation>{0}/{1} wurde noch nicht geholt.</translation>
    </message>
    <message>
        <source>{0}/{1} was not fetched.</source>
        <translation>{0}/{1} wurde nicht geholt.</translation>
    </message>
    <message>
        <source>{0}: {1} is not the name of a remote.</source>
        <translation>{0}: {1} ist nicht der Name einer Quelle.</translation>
    </message>
    <message>
        <source>“{0}” cannot be the name of a remote.</source>
        <translation>„{0}“ kann nicht der Name einer Quelle sein.</translation>
    </message>
    <message>
        <source>“{0}” cannot be {1}.</source>
        <translation>„{0}“ kann nicht {1} sein.</translation>
    </message>
    <message>
        <source>“{0}” fits {1} secret keys.</source>
        <translation>„{0}“ passt auf {1} geheime Schlüssel.</translation>
    </message>
    <message>
        <source>“{0}” names no key.</source>
        <translation>„{0}“ bezeichnet keinen Schlüssel.</translation>
    </message>
    <message>
        <source>“{0}” of the remote “{1}” is no collection ID.</source>
        <translation>„{0}“ der Quelle „{1}“ ist keine Sammlungs-ID.</translation>
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
</context>
</TS>
