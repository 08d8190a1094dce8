<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
