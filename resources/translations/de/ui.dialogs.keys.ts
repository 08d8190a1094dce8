<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
</TS>
