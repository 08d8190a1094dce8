<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
