<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CostMeter</name>
    <message numerus="yes">
        <source>%n part(s) that it needs come along, each only once.</source>
        <translation>
            <numerusform>%n part that it needs comes along.</numerusform>
            <numerusform>%n parts that it needs come along, each only once.</numerusform>
        </translation>
    </message>
</context>
</TS>
