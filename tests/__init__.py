"""Does Engraft do what it says? The folders mirror the packages."""
