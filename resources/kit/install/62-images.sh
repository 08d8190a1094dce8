# ---- What comes as images is installed apart from the rest

# of_images: words REMOTE:REF:ROLE.
of_images=
others=
for entry in $todo; do
    ref=${entry#*:}
    if image_of "${ref%:*}"; then of_images="$of_images $entry"; else others="$others $entry"; fi
done
todo=$others

