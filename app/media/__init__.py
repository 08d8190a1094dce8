"""For builders of install media: locks, trees, images, repositories of one's own."""
