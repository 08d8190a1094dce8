# The apps of the demo remote: read by packaging/make-demo-remote.
# shellcheck shell=bash disable=SC2034

build_apps() {
    local arch=$1
    local name_en name_de summary_en summary_de description_en description_de hello_en hello_de
    local translated extensions languages="en de" verified=yes
    local -a finish=()

    name_en="Classroom Atlas" name_de="Klassenatlas"
    summary_en="Maps of the world for the classroom"
    summary_de="Weltkarten für den Unterricht"
    description_en="Rivers, mountains, borders and capitals, without any internet."
    description_de="Flüsse, Gebirge, Grenzen und Hauptstädte, ganz ohne Internet."
    hello_en="Atlas: hello from the stick" hello_de="Atlas: Hallo vom Stick"
    translated=yes extensions=''
    build_app "$arch" org.satchel.Demo.Atlas atlas 2.1 Geography

    name_en="Field Notes" name_de="Feldnotizen"
    summary_en="Write down what you see on an excursion"
    summary_de="Beobachtungen vom Ausflug festhalten"
    description_en="A notebook for short texts, lists and sketches."
    description_de="Ein Notizbuch für kurze Texte, Listen und Skizzen."
    hello_en="Notes: hello from the stick" hello_de="Notizen: Hallo vom Stick"
    translated=no extensions=''
    build_app "$arch" org.satchel.Demo.Notes notes 1.4 Literature

    name_en="Planets" name_de="Planeten"
    summary_en="Travel through the solar system"
    summary_de="Eine Reise durch das Sonnensystem"
    description_en="Eight planets, their moons and their orbits. The add-on brings the dwarf planets."
    description_de="Acht Planeten, ihre Monde und Bahnen. Die Erweiterung bringt die Zwergplaneten."
    hello_en="Planets: hello from the stick" hello_de="Planeten: Hallo vom Stick"
    translated=no extensions='
[Extension org.satchel.Demo.Planets.Extras]
directory=share/planets/extras
no-autodownload=true
autodelete=true
'
    build_app "$arch" org.satchel.Demo.Planets planets 3.0 Astronomy

    name_en="Abacus" name_de="Abakus"
    summary_en="Practise sums with beads and races"
    summary_de="Rechnen üben mit Perlen und Wettläufen"
    description_en="Sums up to twenty, a hundred or a thousand, at the speed of whoever does them."
    description_de="Aufgaben bis zwanzig, hundert oder tausend, so schnell wie man mag."
    hello_en="Abacus: hello from the stick" hello_de="Abacus: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=()
    build_app "$arch" org.satchel.Demo.Abacus abacus 2.6 Math

    name_en="Paint Box" name_de="Farbkasten"
    summary_en="Draw and paint with brushes like real ones"
    summary_de="Zeichnen und malen wie mit echten Pinseln"
    description_en="Water colours, chalk and crayons, and a palette to mix them on."
    description_de="Wasserfarben, Kreide und Wachsmalstifte, und eine Palette zum Mischen."
    hello_en="Paint: hello from the stick" hello_de="Paint: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=(--filesystem=xdg-pictures)
    build_app "$arch" org.satchel.Demo.Paint paint 5.2 Graphics

    name_en="Ten Fingers" name_de="Zehn Finger"
    summary_en="Learn to type without looking"
    summary_de="Tippen lernen, ohne hinzusehen"
    description_en="Lessons of five minutes each, from the first row to whole texts."
    description_de="Lektionen von je fünf Minuten, von der ersten Reihe bis zu ganzen Texten."
    hello_en="Keys: hello from the stick" hello_de="Keys: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=()
    build_app "$arch" org.satchel.Demo.Keys keys 3.2 Literature

    name_en="Little Composer" name_de="Kleiner Komponist"
    summary_en="Write music and hear it"
    summary_de="Noten schreiben und anhören"
    description_en="Put notes on the lines, choose the instruments, and listen."
    description_de="Noten auf die Linien setzen, Instrumente wählen und zuhören."
    hello_en="Music: hello from the stick" hello_de="Music: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=no
    finish=(--socket=pulseaudio)
    build_app "$arch" org.satchel.Demo.Music music 1.9 Music

    name_en="Curves" name_de="Kurven"
    summary_en="Draw graphs and geometry that move"
    summary_de="Graphen und Geometrie, die sich bewegen"
    description_en="Type a function and pull at its curve."
    description_de="Eine Funktion eingeben und an ihrer Kurve ziehen."
    hello_en="Curves: hello from the stick" hello_de="Curves: Hallo vom Stick"
    translated=no extensions='' languages="en" verified=yes
    finish=()
    build_app "$arch" org.satchel.Demo.Curves curves 1.14 Science

    name_en="Letter Press" name_de="Briefpapier"
    summary_en="Write letters, essays and reports"
    summary_de="Briefe, Aufsätze und Berichte schreiben"
    description_en="A writing desk with everything that a page needs, and nothing else."
    description_de="Ein Schreibtisch mit allem, was eine Seite braucht, und sonst nichts."
    hello_en="Letters: hello from the stick" hello_de="Letters: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=(--filesystem=xdg-documents)
    build_app "$arch" org.satchel.Demo.Letters letters 4.3 Office

    name_en="Squared Paper" name_de="Karopapier"
    summary_en="Tables and charts that calculate"
    summary_de="Tabellen und Diagramme, die rechnen"
    description_en="Columns that add up, and charts that follow."
    description_de="Spalten, die sich summieren, und Diagramme, die folgen."
    hello_en="Tables: hello from the stick" hello_de="Tables: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=(--filesystem=xdg-documents)
    build_app "$arch" org.satchel.Demo.Tables tables 4.1 Office

    name_en="Beaker" name_de="Becherglas"
    summary_en="A chemistry bench with harmless explosions"
    summary_de="Ein Chemielabor mit harmlosen Explosionen"
    description_en="Sixty experiments that can be repeated as often as one likes."
    description_de="Sechzig Versuche, die man wiederholen kann, so oft man will."
    hello_en="Beaker: hello from the stick" hello_de="Beaker: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=yes
    finish=()
    build_app "$arch" org.satchel.Demo.Beaker beaker 2.0 Chemistry

    name_en="Timeline" name_de="Zeitstrahl"
    summary_en="A walk through four thousand years"
    summary_de="Ein Gang durch viertausend Jahre"
    description_en="From the first cities to yesterday, on one line."
    description_de="Von den ersten Städten bis gestern, auf einer Linie."
    hello_en="Timeline: hello from the stick" hello_de="Timeline: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=no
    finish=()
    build_app "$arch" org.satchel.Demo.Timeline timeline 0.9 History

    name_en="Round Table" name_de="Runder Tisch"
    summary_en="Video calls for groups"
    summary_de="Videogespräche für Gruppen"
    description_en="Everybody sees everybody. Needs internet."
    description_de="Alle sehen alle. Braucht Internet."
    hello_en="Talk: hello from the stick" hello_de="Talk: Hallo vom Stick"
    translated=no extensions='' languages="en de" verified=no
    finish=(--share=network --extra-data=codec.bin:0000000000000000000000000000000000000000000000000000000000000000:1048576:1048576:https://demo.example.org/codec.bin)
    build_app "$arch" org.satchel.Demo.Talk talk 7.0 Network
}
