<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
    <name>_Counts</name>
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
</TS>
