# What came as images is told with the rest.
todo="$todo $of_images"

