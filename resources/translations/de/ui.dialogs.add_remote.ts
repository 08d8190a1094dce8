<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
