<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>SavedChoicesButton</name>
    <message numerus="yes">
        <source>%n are chosen already.</source>
        <translation>
            <numerusform>Something is chosen already.</numerusform>
            <numerusform>%n are chosen already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen.</source>
        <translation>
            <numerusform>%1: %n chosen.</numerusform>
            <numerusform>%1: %n chosen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n chosen, %2 not found.</source>
        <translation>
            <numerusform>%1: %n chosen, %2 not found.</numerusform>
            <numerusform>%1: %n chosen, %2 not found.</numerusform>
        </translation>
    </message>
</context>
</TS>
