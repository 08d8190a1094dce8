<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
